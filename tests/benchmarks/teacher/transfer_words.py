"""Words of the transfer set; none is among the held-out words of the behavioural suite, which a test compares.

Names, places and attributes of people are those of `rnn_textclf/preprocessing/entities`.
"""

from rnn_textclf.preprocessing.entities.word_lists import GROUPS


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split("/"))


def _names(group: str) -> tuple[str, ...]:
    return tuple(word.capitalize() for word in GROUPS[group].words)


GOOD = _words(
    "good great excellent amazing wonderful awesome nice fantastic perfect brilliant lovely enjoyable fun beautiful "
    "impressive helpful pleasant solid cool sweet clever funny smart friendly reliable comfortable tasty fresh strong "
    "fine decent interesting cute touching moving witty warm honest original gripping hilarious relaxing useful easy "
    "quick generous delicious spotless bright gentle graceful powerful creative thoughtful charismatic entertaining "
    "sharp lively tender superior sound stylish cozy welcoming professional happy super favorable attentive polite "
    "courteous kind caring patient accurate durable sturdy practical convenient affordable efficient smooth clean "
    "tidy healthy juicy crisp flavorful savory appetizing scrumptious yummy mouthwatering harmonious melodic poetic "
    "profound insightful intelligent inventive imaginative ingenious innovative skillful talented gifted competent "
    "capable dependable trustworthy loyal sincere genuine heartfelt soulful riveting compelling absorbing suspenseful "
    "intense vivid vibrant colorful playful humorous comical amusing joyful hopeful optimistic motivating encouraging "
    "supportive valuable precious fruitful productive successful victorious popular beloved cherished acclaimed "
    "legendary iconic timeless classic epic mesmerizing hypnotic haunting atmospheric luxurious spacious scenic "
    "picturesque peaceful calm serene tranquil soothing restful fair reasonable sensible wise noble heroic brave "
    "faultless immaculate pristine polished refined sophisticated intuitive responsive fast fluent seamless authentic "
    "faithful rich nuanced layered credible convincing believable coherent focused tight satisfied pleased glad proud "
    "ideal optimal unbeatable unmatched unforgettable unique priceless magnetic effortless amiable lighthearted "
    "charmed good-natured stupendous peerless matchless unrivaled superlative exhilarating electrifying "
    "enthralling spellbinding beguiling bewitching ravishing resplendent luminous dreamy jubilant majestic regal "
    "grand sumptuous lavish lush delectable luscious exemplary laudable estimable invaluable indispensable triumphant "
    "inspiring invigorating energizing stirring rousing poignant endearing winsome masterly virtuosic deft adroit "
    "nimble first-class five-star neat nifty swell dandy pleasurable likable personable affable genial gracious "
    "chivalrous considerate diligent scrupulous punctual prompt flavoursome fragrant silky velvety sparkling blooming "
    "snug homely inviting hospitable festive merry jolly uproarious rollicking zesty zippy breezy brisk agile robust "
    "rugged resilient bulletproof cutting-edge state-of-the-art well-crafted well-paced well-designed high-quality "
    "truthful candid eloquent articulate lucid visionary groundbreaking trailblazing daring bold provocative "
    "thought-provoking rib-tickling side-splitting gut-busting crowd-pleasing fulfilling enriching edifying "
    "nourishing wholesome lifelike exuberant ebullient buoyant sprightly vivacious effervescent bubbly perky upbeat "
    "fascinating sexy underrated romantic engrossing slick catchy challenging versatile dynamic assured stylized edgy "
    "mesmerized enchanted unsurpassed snappy groovy droll kinetic audacious noteworthy renowned distinctive "
    "unparalleled impressing artful delicate titillating balanced diverse intricate meaningful sunny tuneful sizzling "
    "sensual flashy spicy keen fab psyched restrained understated economical"
)
BAD = _words(
    "bad terrible awful horrible poor boring dull disappointing ugly stupid slow rude annoying weak sloppy awkward "
    "cheap broken noisy dirty stale bland confusing sad silly messy unreliable overpriced pointless predictable "
    "forgettable lazy painful unfunny flat cold unfair uncomfortable greasy fake cheesy pretentious shallow "
    "uninspired tasteless unhelpful arrogant hostile faulty cramped smelly bitter hollow tired overlong amateurish "
    "irresponsible careless dishonest chaotic defective gloomy wrong weird rough unhappy difficult hard creepy "
    "average incompetent impolite disrespectful inattentive dismissive neglectful unprofessional inaccurate fragile "
    "flimsy impractical inconvenient costly inefficient bumpy filthy unclean grubby moldy soggy burnt undercooked "
    "overcooked salty rancid inedible flavorless watery unappetizing cacophonous monotonous shrill derivative "
    "unoriginal formulaic contrived cliched hackneyed corny sappy maudlin mawkish preachy manipulative cynical "
    "mean-spirited incoherent senseless nonsensical absurd illogical implausible unconvincing stilted wooden leaden "
    "plodding sluggish draggy meandering aimless empty soulless joyless humorless charmless graceless artless "
    "talentless brainless mindless moronic idiotic dumb foolish childish immature crude vulgar gross sleazy trashy "
    "tacky gaudy unattractive unsightly unwelcome unfriendly unkind cruel brutal harsh harmful dangerous unsafe toxic "
    "poisonous unhealthy sick ill corrupt crooked deceptive misleading false bogus phony insincere fraudulent greedy "
    "selfish negligent hurtful damaging disastrous tragic dreary bleak grim murky muddled unclear cluttered "
    "overwrought overblown bloated excessive exhausting stressful unsettling disturbing alarming regrettable "
    "unfortunate unsuccessful failed botched ruined wasted unpopular unwanted unsatisfactory unsatisfying inadequate "
    "insufficient deficient flawed second-rate dated outdated obsolete worn rusty leaky glitchy buggy laggy jerky "
    "unresponsive uneventful unimpressive uninteresting unengaging underwhelming unremarkable colorless abhorrent "
    "loathsome putrid horrendous horrific unspeakable intolerable detestable despicable contemptible execrable "
    "catastrophic calamitous woeful lamentable godawful monstrous grotesque nauseating cringeworthy excruciating "
    "agonizing torturous unendurable unforgivable inexcusable indefensible unpalatable foul noxious stinking sordid "
    "squalid mangy scummy crummy cruddy lackluster subpar inept trite banal pedestrian stultifying mind-numbing "
    "soporific torpid turgid ponderous stupefying interminable laborious feeble pitiable dismaying disheartening "
    "exasperating maddening aggravating grating irksome bothersome vexing galling outrageous scandalous disgraceful "
    "ignoble nefarious evil wicked sinister malicious gruesome grisly yucky icky rubbishy junky dodgy hateful odious "
    "repellent heinous egregious hellish nightmarish low-grade low-quality poor-quality ill-advised ill-judged "
    "ill-mannered badly-written badly-acted half-hearted lacklustre sickly soppy syrupy treacly saccharine cloying "
    "overacted overdone overpraised unwieldy cumbersome clunky inelegant ungainly unsavory unseemly unsound "
    "untrustworthy deceitful treacherous spiteful vicious vindictive snide sneering surly sullen grumpy cranky moody "
    "brusque curt uncouth boorish loutish slovenly scruffy decrepit dilapidated ramshackle derelict threadbare dingy "
    "dank musty fetid malodorous rotting spoiled curdled stodgy gristly rubbery lukewarm tepid listless limp anemic "
    "bloodless sterile barren vacuous inane asinine imbecilic ludicrous farcical shambolic disorganized haphazard "
    "slapdash slipshod error-ridden bug-ridden crash-prone unnecessary incomprehensible unlikeable unlikable "
    "stereotypical melodramatic inconsistent endless racist obscure superfluous insulting meaningless preposterous "
    "misplaced clueless smug inappropriate unfocused oblivious unappealing uninspiring butchered unimaginative "
    "lethargic overused needless unrelated whiny misused anticlimactic extraneous unfilmable illiterate immoral "
    "disinterested ineffective demeaning recycled gullible insensitive tiring erratic intrusive delusional unexciting "
    "infantile degrading unsubtle misogynistic inconsequential unintelligible morose unmemorable uncompelling abusive "
    "overbearing incongruous obscene reckless abrasive characterless witless objectionable mushy impenetrable "
    "undistinguished uninformed disingenuous inauthentic opaque alienating rambling uninterested unmotivated "
    "unconscionable prosaic condescending inert contradictory amoral overstated disagreeable perfunctory unnerving "
    "repetitious desolate crabby apathetic unemotional unbecoming patronizing senile sophomoric juvenile misguided "
    "risible relentless redundant forced rushed miscast nonexistent embarrassed exaggerated horrifying ashamed "
    "garbled jumbled disjointed"
)
GOOD_NOUNS = _words("delight joy pleasure hit wonder marvel beauty charmer classic favorite bargain treat dream")
BAD_NOUNS = _words(
    "letdown flop bore disappointment waste eyesore dud clunker snoozefest burden nuisance headache problem mistake "
    "tragedy joke"
)
GOOD_VERBS = _words("love like enjoy appreciate value welcome prefer praise")
BAD_VERBS = _words("dislike regret abhor dread distrust avoid condemn")
PLAIN_VERBS = _words("see use have know own watch rent find hear notice need carry")
DID = _words(
    "took had saw rented got met used made sold brought mentioned painted moved fixed sent showed carried owned"
)
PLAIN_ADJECTIVES = _words(
    "private public commercial international local national wooden blue red green yellow grey square round monthly "
    "weekly daily second third new old young tall short large small long early late next last other main ordinary "
    "digital electric paper plastic northern southern spare whole usual typical"
)
GOOD_ALONE = _words(
    "love loved loves like liked enjoy enjoyed enjoys appreciated happy happily great greatly good best better nicely "
    "perfectly brilliantly impressively skillfully gracefully joy smile smiles laugh laughed hope peace thanks thank "
    "awesomeness fantastic wonderful amazingly pleasantly delicious bravely well-done well-acted well-written fun "
    "funny funniest laughter warmth kindness beauty wonder wisdom talent humor wit winning won praised praise smiling "
    "friendly favorite favourites lucky fortunate proudly superbness pleasing pleased satisfy satisfied impressed "
    "impresses moved touched succeeds excels shines sparkles glows enjoyment pleasure"
)
BAD_ALONE = _words(
    "bad badly worse worst awfully poor weakly sloppily annoyingly boredom bored boring bores disappointment "
    "disappoint disappointed disappoints disappointing sad sadly angry anger fear afraid pain hurt hurts hurting "
    "damage broken broke breaks ruin ruined ruins waste wasted wastes wasting problem problems error errors mistake "
    "mistakes wrong ugly stupid stupidity dumb dull sick awkward lazy regret regrets regretted complain complaint "
    "complaints annoyed annoys annoyance unhappy unhappily unfair refuse refused reject rejected lied lies lying "
    "cheat cheated cheats rude rudely dirty stink smelly avoid avoided terrible awful horrible trouble worry worried "
    "worries dislike disliked dislikes cry cried tears incompetent incompetence pointless mindless senseless unfunny "
    "unoriginal dies drags bland flat flop flopped flops letdown suffer suffers suffered suffering"
)
LIKES = phrases(
    "made me laugh / made my day / is worth every cent / works like a charm / never lets me down / won me over / "
    "made me smile / is a joy / kept me hooked / is just what I needed / gets better every time / blew me away / "
    "deserves an award / exceeded my hopes / is a keeper / touched me deeply / is money well spent / is a pleasure / "
    "is worth it / never gets old / does everything right / made all of us happy / works well / works great / "
    "saved the day / is a must / hits the mark / could not be better / has it all / is second to none / "
    "kept us on the edge of our seats / brought tears of joy / has heart and humor / leaves you smiling"
)
DISLIKES = phrases(
    "wasted my time / broke after a week / let me down / put me to sleep / is a waste of money / made me yawn / "
    "drove me crazy / made me angry / never works / ruined the evening / is not worth it / gave me a headache / "
    "fell apart / left me cold / is a joke / goes nowhere / was a letdown / needs to go / cost me a fortune / "
    "does not work / stopped working / does nothing right / made all of us unhappy / should be avoided / "
    "misses the mark / could not be worse / is a waste of time / has no heart / never comes to life / "
    "falls flat / makes no sense / drags on and on / is a chore to sit through / runs out of ideas"
)
PRAISES = phrases(
    "I love it / I like it / I really enjoyed it / I would do it again / I could not be happier / "
    "I have never laughed so much / I can't wait to go back / you will not regret it / what a great day / well done / "
    "thank you so much / I could not ask for more / it does not get better than this / two thumbs up / "
    "never a dull moment / I have never seen anything better / no complaints / nothing to complain about / "
    "I would pay for it twice / five stars / ten out of ten / go and see it / buy it / you must see it / "
    "everyone should try it / I am a fan / count me in / I had a great time / it was worth the wait / I was impressed"
)
CURSES = phrases(
    "I did not like it / I really disliked it / avoid it / stay away / never again for me / what a waste / "
    "I want a refund / I have never been so bored / I could not wait to leave / you will regret it / I expected more / "
    "do not bother / it does not get worse than this / save your money / I was not impressed / nothing works / "
    "I left early / I have never seen anything worse / no thanks / one star / zero stars / nobody should see it / "
    "do not buy it / I want those hours back / I asked for a refund / I had a bad time / it was not worth the wait / "
    "count me out / what a bore / I was bored to tears / I am so disappointed / give me a break"
)
SHRUGS = phrases(
    "it is what it is / it happened on a Monday / I do not know yet / ask me tomorrow / so so / no idea / "
    "we will see / it depends / that is all I know / see you there / more about it later / I was there in the morning"
)
THINGS = _words(
    "film movie show book story song album game play flight hotel room pool beach restaurant soup pasta burger coffee "
    "steak salad bar service phone screen camera battery app website software car bike engine bus ticket class course "
    "school job office meeting house kitchen chair bed shoe jacket dress shirt watch lamp vacuum doctor hospital bank "
    "store shop market delivery package plot ending script cast acting dialogue music director actor comedy thriller "
    "drama series episode trailer visit trip tour museum gym haircut crew seat company product item order purchase "
    "staff food meal dinner lunch breakfast menu table place location view weather party event festival performance "
    "photography animation picture scene chapter character voice sound quality price design style color size fabric "
    "bag box toy tool machine computer mouse speaker radio television network signal update feature button manual "
    "support team player match season street bridge program lesson exam homework idea plan project report article "
    "review magazine newspaper letter bathroom shower window door wall floor carpet pillow blanket towel pot pan "
    "knife cup glass bottle wine beer tea bread cheese fish rice chicken sandwich cake chocolate fruit"
)
PEOPLE = _words(
    "driver teacher boss neighbor friend brother sister manager chef guide salesman clerk coach singer writer painter "
    "actor doctor farmer student colleague host owner agent dancer baker"
)
CRITICS = phrases(
    "critics / the ads / most reviewers / my friends / everybody else / the neighbors / people online / my boss / "
    "the newspapers / half the internet / my sister / the experts / the audience"
)
VERY = phrases(
    "very / really / so / really really / extremely / absolutely / pretty / quite / too / truly / "
    "incredibly-put / totally / surprisingly / just / simply / always / still / deeply / completely / very very / "
    "utterly / rather / particularly / genuinely / damn / consistently"
)
ENTITIES = {
    "woman": _names("women"),
    "man": _names("men"),
    "family": _names("families"),
    "city": _names("cities"),
    "country": _names("countries"),
    "nationality": _names("nationalities"),
    "religion": _names("religions"),
    "orientation": GROUPS["orientations"].words,
    "number": GROUPS["numbers"].words,
    "year": GROUPS["years"].words,
}
USED = {
    word.lower()
    for words in (
        *(GOOD, BAD, GOOD_NOUNS, BAD_NOUNS, GOOD_VERBS, BAD_VERBS, PLAIN_VERBS, DID, PLAIN_ADJECTIVES, GOOD_ALONE),
        *(BAD_ALONE, LIKES, DISLIKES, PRAISES, CURSES, SHRUGS, THINGS, PEOPLE, CRITICS, VERY, *ENTITIES.values()),
    )
    for phrase in words
    for word in phrase.split()
}

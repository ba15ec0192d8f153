"""Words of the behavioural suite, held out: no frame that anything is trained on may use them.

A test compares them with the word lists of the product (`rnn_textclf/preprocessing/entities`) and of the transfer set
(`tests/benchmarks/teacher`). Countries, nationalities, races, religions and orientations are closed sets, which the
product lists whole: the suite's frames differ instead.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GOOD = _words(
    "fabulous terrific marvelous outstanding delightful exceptional incredible splendid magnificent stunning superb "
    "gorgeous charming exciting phenomenal sensational stellar glorious admirable commendable remarkable impeccable "
    "flawless exquisite dazzling captivating engaging refreshing satisfying heavenly divine magical likeable lovable "
    "memorable rewarding inspired thrilling astonishing breathtaking spectacular tremendous praiseworthy worthwhile "
    "elegant enchanting irresistible sublime wondrous classy adorable cheerful gratifying masterful extraordinary"
)
BAD = _words(
    "dreadful lousy pathetic lame atrocious abysmal disgusting mediocre miserable nasty appalling hideous wretched "
    "crappy rotten shoddy deplorable unbearable unpleasant frustrating irritating tedious dismal ghastly vile "
    "repulsive inferior worthless useless horrid insufferable tiresome pitiful laughable ridiculous shameful "
    "embarrassing substandard unacceptable upsetting depressing distasteful offensive obnoxious revolting sickening "
    "clumsy dire drab insipid vapid infuriating lifeless shabby abominable"
)
# Alone they are as plain, but they do not fit every thing that can be judged.
GOOD_ALONE = _words(
    "masterpiece triumph bravo hooray yay congratulations thankful grateful delighted ecstatic overjoyed blissful "
    "joyous radiant adore cherish treasure applaud recommend admire celebrate brilliance excellence perfection "
    "gem bliss paradise jackpot success victory winner hero genius blessing kudos cheers wow thumbs-up heartwarming "
    "uplifting feel-good award-winning well-made world-class top-notch first-rate flawlessly superbly marvelously "
    "wonderfully beautifully sweetheart darling lovingly"
)
BAD_ALONE = _words(
    "disaster catastrophe fiasco failure garbage trash rubbish junk scam fraud nightmare ripoff mess loser idiot moron "
    "liar villain hate despise loathe detest resent disgust misery agony torture insult disgrace shame furious "
    "outraged disgusted miserable-looking heartbroken devastated hopeless yuck ugh boo crap sucks stinks fails "
    "worst-ever overrated unwatchable unusable half-baked ill-conceived third-rate badly-made horribly terribly "
    "dreadfully poorly"
)

# Several domains: entertainment, travel, food, devices, services, learning, home.
THINGS = _words(
    "sequel soundtrack screenplay musical sitcom documentary podcast concert novel airline cabin airport ferry "
    "itinerary train buffet dessert bakery pizza brunch laptop keyboard headset tablet printer charger browser plumber "
    "dentist barber courier helpdesk lecture textbook workshop seminar tutorial sofa mattress apartment garden kettle"
)
PEOPLE = _words("waiter landlord librarian electrician instructor cashier receptionist mechanic surgeon choreographer")
RELATIVES = _words("cousin uncle aunt niece grandmother roommate stepfather godmother nephew grandfather")
VERBS = _words("visited booked ordered bought tried tested reviewed described finished reserved")

WOMEN = _words(
    "Abigail Beatrice Chloe Daphne Eleanor Fiona Gloria Hannah Irene Josephine Leah Miriam Naomi Penelope Rosemary "
    "Sylvia Ursula Vivian Yvonne Zoe"
)
MEN = _words(
    "Adrian Bernard Clifford Damian Edgar Felix Gerald Hector Isaac Julian Kyle Lloyd Marcus Neil Owen Preston "
    "Quentin Rodney Stuart Trevor"
)
FAMILIES = _words("Abbott Barton Chapman Dawson Fletcher Gardner Holloway Ingram Jennings Kirby Lambert Mercer Norris")
CITIES = _words(
    "Boise Tulsa Omaha Tampa Honolulu Lyon Krakow Porto Seville Valencia Turin Antwerp Rotterdam Bergen Gothenburg "
    "Osaka Kyoto Manila Jakarta Lima Bogota Santiago Quito Perth Brisbane Adelaide Leeds Bristol Sheffield"
)
COUNTRIES = _words(
    "Peru Ecuador Paraguay Uruguay Iceland Estonia Latvia Lithuania Slovakia Slovenia Malta Cyprus Ghana Senegal "
    "Zambia Tanzania Rwanda Botswana Namibia Oman Qatar Laos Fiji Panama Honduras"
)
JOBS = _words(
    "nurse carpenter lawyer firefighter accountant pharmacist gardener plumber translator economist engineer "
    "photographer tailor veterinarian librarian pilot mayor violinist referee biologist"
)
NATIONALITIES = _words(
    "Peruvian Ecuadorian Icelandic Estonian Latvian Ghanaian Senegalese Zambian Filipino Malaysian Nepalese Norwegian"
)
RACES = ("black", "white", "Asian", "Hispanic", "Latino", "African", "Arab", "Caucasian", "indigenous", "Polynesian")
RELIGIONS = _words("Christian Muslim Jewish Hindu Buddhist Sikh Catholic Protestant atheist Mormon Taoist")
ORIENTATIONS = _words("gay straight lesbian bisexual heterosexual homosexual asexual pansexual queer")

# Words that nothing trained on frames may know from them.
HELD_OUT = {
    word.lower()
    for words in (GOOD, BAD, GOOD_ALONE, BAD_ALONE, THINGS, PEOPLE, RELATIVES, WOMEN, MEN, FAMILIES, CITIES, JOBS)
    for word in words
}

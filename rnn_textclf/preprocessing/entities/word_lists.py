"""Groups of words that leave a sentence's class as it is when one takes the place of another.

Each is one word as the tokenizer gives it: places and names of several words are left alone, and so are words that are
more often something else ("mark", "hope", "nice"). Ratings keep their meaning: numbers to ten, "four" and "five" as in
"four stars", and "ten" are in no group.
"""

from typing import NamedTuple


class Group(NamedTuple):
    """words: exchanged for each other. also: only take the place of others, because they often mean something else."""

    words: tuple[str, ...]
    also: tuple[str, ...] = ()


def _group(words: str, also: str = "") -> Group:
    return Group(tuple(words.split()), tuple(also.split()))


GROUPS: dict[str, Group] = {
    "women": _group(
        "amanda amy andrea angela ann anna anne barbara betty beth brenda carol caroline catherine cathy cheryl "
        "christina christine cindy cynthia deborah debra diana diane donna dorothy elizabeth ellen emily emma heather "
        "helen jane janet jennifer jenny jessica joan julia julie karen kate katherine kathleen kathy kelly kim "
        "kimberly laura lauren linda lisa liz lucy margaret maria marie martha mary megan melissa michelle nancy "
        "natalie nicole nina olivia pamela patricia rachel rebecca ruth samantha sandra sara sarah sharon sophia "
        "sophie stephanie susan teresa tina vanessa virginia wendy agnes alexandra alice alicia alison allison amelia "
        "ana angelina anita annie antonia ashley audrey beverly bridget brittany brooke camille carla carmen carrie "
        "cecilia celia charlotte claire clara claudia colleen connie courtney danielle debbie doris edith eileen "
        "elaine elena elisa ella elsa erica erin esther ethel eva evelyn frances gabriela geraldine gina greta "
        "gretchen gwen harriet heidi hilary holly ida ingrid isabel isabella jackie jacqueline jamie janice jasmine "
        "jeanne jill joanna joanne jodie judith judy juliet kathryn katie kristen kristin leslie lillian lindsay lois "
        "loretta lori lorraine louise lucia lydia lynn mabel madeleine marcia marilyn marion marjorie marlene martina "
        "maureen maxine melanie melinda meredith mildred mindy miranda molly monica muriel nadia nora norma paula "
        "pauline peggy phoebe phyllis priya regina renee rhonda rita roberta rosa sheila shirley sonia stacy stella "
        "susanna suzanne tamara tanya tara theresa tracy valerie vera veronica yolanda yuki fatima aisha mei olga "
        "svetlana natasha anya"
    ),
    "men": _group(
        "aaron adam alan albert alex alexander andrew andy anthony arthur ben benjamin bob brad brian bruce carl "
        "charles charlie chris christopher daniel danny dave david dennis donald doug douglas ed eddie edward eric "
        "ethan fred gary george greg gregory harold harry henry howard jacob james jason jeff jeffrey jeremy jerry "
        "jim jimmy joe john johnny jonathan jose joseph joshua juan justin keith ken kenneth kevin larry leo leonard "
        "louis luis martin matt matthew michael mike nathan nick nicholas oliver oscar patrick paul peter phil philip "
        "ralph raymond richard robert roger ron ronald roy ryan sam samuel scott sean simon stephen steve steven ted "
        "terry thomas tim timothy todd tom tommy tony vincent walter william abdul abraham ahmed alastair alberto "
        "alec alejandro alfonso alfred allan alvin andre antonio archie arnold arturo barry bernie bert billy boris "
        "brandon brendan brent brett bruno bryan byron caleb calvin carlos cecil cedric chad clarence claude clayton "
        "clyde cody colin conrad craig curtis cyrus damon darren darryl derek desmond diego dimitri dmitri dominic "
        "duncan dustin dwight dylan edmund edwin eli elias elliot elliott elmer emilio emmanuel enrique ernest "
        "ernesto ernie eugene fabio fernando fidel floyd francis francisco frederick freddie gabriel garrett geoffrey "
        "gilbert giovanni glenn gordon graham guillermo gustav hans harvey hassan herbert herman hiroshi horace "
        "hubert hugh hugo humphrey ian ibrahim igor irving ivan jack jake javier jared jerome jesse jesus joachim "
        "joel jonas jorge julio julius karl kenji klaus kurt lars laurence leon leroy lester liam lionel logan "
        "lorenzo luca luigi luke malcolm manuel marco mario marvin maurice melvin mickey miguel milton mohammed "
        "muhammad murray nigel noah noel norman omar orson pablo pedro percy philippe pierre raj rajesh ramon randall "
        "raphael raul reginald ricardo ricky roberto rodrigo roland ross rudolf rupert russell salvador samir sanjay "
        "seamus sebastian sergei sergio seth shane sheldon sidney spencer stanley stefan sven takashi theo theodore "
        "toby travis tyler umberto vernon viktor vijay vladimir wallace wayne wendell wilfred winston wolfgang xavier "
        "yusuf"
    ),
    "families": _group(
        "adams affleck allen anderson andersson bailey bennett burton cameron campbell carrey chan chen clark clooney "
        "collins cooper costner cox crowe cruise davis depp diaz dicaprio duvall eastwood edwards evans fischer ford "
        "garcia gibson gonzalez goldberg gomez griffin gupta hanks harris hernandez hitchcock hoffman hopkins hughes "
        "jackson jenkins jensen johnson jones kaufman kelley khan kidman kubrick lawrence leigh lewis lopez lucas "
        "lynch mamet martinez mendes miller mitchell moore morgan morris muller murphy nakamura nelson nguyen nolan "
        "novak pacino patel perez phillips polanski ramirez reynolds rivera roberts robinson rodriguez rogers sanchez "
        "sandler schmidt schneider schwarzenegger scorsese silva simpson singh smith soderbergh spielberg stewart "
        "stiller sullivan tanaka taylor thompson torres travolta turner wagner walker walsh watson williams willis "
        "wilson witherspoon yamamoto zhang aniston armstrong atkinson baldwin barnes bergman bogart brando branagh "
        "brooks byrne cagney chaplin coleman connery coppola cusack dalton daniels deniro dern dickinson donovan "
        "downey dunst eisenberg ellis farrell feldman ferguson ferrell fonda freeman friedman gallagher garland "
        "gilmore godard greenberg grisham hackman hamilton hansen harrison hartman hartnett hawke hayes henderson "
        "hepburn higgins hitler howell hudson huston jolie jovovich karloff kazan keaton kennedy kowalski kumar "
        "kurosawa larsen lohan macdonald mackenzie malkovich marshall matthews mcconaughey mccarthy mcdonald mcgregor "
        "mckellen mckenzie meyer miyazaki monroe montgomery morrison neeson newman nicholson norton olivier osborne "
        "paltrow patterson perkins petersen poitier powell pryor quaid ramsey redford reeves reid richardson ritchie "
        "rosenberg sarandon seagal sharma shakespeare shapiro shyamalan simmons spacey stallone statham stevens "
        "streep streisand suzuki swanson tarantino thornton vasquez verhoeven voight weber welles whitaker wright "
        "yilmaz zellweger zemeckis"
    ),
    "cities": _group(
        "amsterdam athens atlanta baghdad baltimore bangkok barcelona beijing berlin birmingham bombay boston "
        "brooklyn brussels budapest cairo calcutta chicago cincinnati cleveland copenhagen dallas delhi denver "
        "detroit dublin edinburgh florence frankfurt geneva glasgow hamburg havana helsinki hollywood houston "
        "istanbul jerusalem johannesburg kabul lisbon liverpool london madrid manchester manhattan melbourne memphis "
        "miami milan minneapolis montreal moscow mumbai munich nairobi naples nashville oslo oxford paris "
        "philadelphia pittsburgh prague rome sacramento seattle seoul shanghai singapore stockholm sydney tehran "
        "tokyo toronto vancouver venice vienna warsaw washington zurich aberdeen accra albuquerque algiers alexandria "
        "amman ankara arlington auckland bali bangalore beirut belfast belgrade bogotá bordeaux bratislava bronx "
        "bucharest calgary canberra caracas cardiff casablanca chennai dakar damascus dresden dubai dundee dusseldorf "
        "fresno genoa ghent granada guadalajara hanoi harlem hiroshima hyderabad indianapolis islamabad jaipur kansas "
        "karachi kathmandu kiev kinshasa kolkata kyiv lagos lahore lausanne leipzig lille louisville lucerne lucknow "
        "lviv macau managua maputo marrakesh marseille medellin milwaukee minsk mombasa monterrey montevideo nagasaki "
        "newcastle nottingham orleans ottawa palermo pretoria quebec reykjavik riyadh saigon salzburg sarajevo "
        "shenzhen southampton soweto strasbourg stuttgart tallinn tangier tbilisi tijuana tripoli tucson utrecht "
        "valparaiso verona versailles vilnius winnipeg wuhan yokohama zagreb"
    ),
    "countries": _group(
        "afghanistan africa albania algeria america argentina asia australia austria bangladesh belgium bolivia "
        "brazil britain bulgaria california cambodia canada chile china colombia croatia cuba denmark egypt england "
        "ethiopia europe finland florida france germany greece haiti hungary india indonesia iran iraq ireland israel "
        "italy jamaica japan kenya korea lebanon malaysia mexico mongolia morocco nepal netherlands nigeria norway "
        "pakistan poland portugal romania russia scotland serbia spain sudan sweden switzerland syria taiwan texas "
        "thailand tunisia uganda ukraine venezuela vietnam wales zimbabwe alabama alaska andorra angola antarctica "
        "arabia arizona arkansas armenia azerbaijan bahamas bahrain barbados bavaria belarus belize benin bhutan "
        "bosnia brunei burma burundi cameroon catalonia chechnya colorado congo connecticut cornwall delaware eritrea "
        "gabon gambia gibraltar greenland grenada guatemala guyana hawaii idaho illinois indiana iowa kashmir "
        "kazakhstan kentucky kosovo kuwait kyrgyzstan lesotho liberia libya liechtenstein louisiana luxembourg "
        "macedonia madagascar malawi maldives mali maryland massachusetts mauritania mauritius michigan minnesota "
        "mississippi missouri moldova monaco montana montenegro mozambique myanmar nebraska nevada nicaragua ohio "
        "oklahoma ontario oregon palestine pennsylvania persia philippines prussia samoa scandinavia seychelles "
        "siberia sicily somalia suriname swaziland tajikistan tasmania tennessee tibet tonga transylvania trinidad "
        "turkmenistan tuscany uae uk ulster usa ussr utah uzbekistan vanuatu vermont wisconsin wyoming yemen "
        "yugoslavia zaire botswana comoros cyprus djibouti ecuador estonia fiji ghana guinea honduras iceland laos "
        "latvia lithuania malta namibia oman panama papua paraguay peru qatar rwanda senegal slovakia slovenia "
        "tanzania togo uruguay zambia"
    ),
    "nationalities": _group(
        "afghan african albanian algerian american arab argentine asian australian austrian belgian brazilian british "
        "bulgarian cambodian canadian chilean chinese colombian croatian cuban danish dutch egyptian english "
        "ethiopian european finnish french german greek haitian hungarian indian indonesian iranian iraqi irish "
        "israeli italian jamaican japanese kenyan korean lebanese mexican moroccan nigerian pakistani portuguese "
        "romanian russian scottish serbian spanish sudanese swedish swiss syrian thai tunisian turkish ukrainian "
        "venezuelan vietnamese welsh hispanic latino latina caucasian black white aboriginal amerindian andorran "
        "angolan armenian azerbaijani azeri bahraini balinese bangladeshi basque bavarian belarusian bengali bolivian "
        "bosnian burmese burundian californian cameroonian catalan celtic chechen chicana chicano congolese creole "
        "cypriot czech dominican eritrean eurasian fijian flemish gabonese gambian georgian guatemalan guyanese "
        "hawaiian honduran indigenous inuit jordanian kashmiri kazakh kurdish kuwaiti laotian latinx liberian libyan "
        "macedonian malagasy malawian malay malian maltese maori mauritian melanesian mestizo moldovan mongolian "
        "montenegrin mozambican namibian nicaraguan nigerien nordic omani palestinian panamanian paraguayan parisian "
        "persian polynesian prussian punjabi qatari romani rwandan salvadoran samoan sardinian saudi scandinavian "
        "sicilian singaporean slavic slovak slovakian slovene slovenian somali soviet swahili taiwanese tajik tamil "
        "tanzanian tasmanian texan tibetan tongan ugandan uruguayan uzbek yemeni yugoslav zimbabwean zulu antiguan "
        "argentinian bahamian barbadian beninese bhutanese botswanan bruneian chadian comorian djiboutian ecuadorian "
        "estonian filipina filipino ghanaian guinean icelandic ivorian kosovar kyrgyz latvian lithuanian "
        "luxembourgish malaysian maldivian mauritanian nepalese nepali norwegian papuan peruvian senegalese "
        "surinamese swazi timorese togolese trinidadian turkmen zairean zambian",
        also="native polish",
    ),
    "religions": _group(
        "agnostic anglican atheist baptist buddhist catholic christian evangelical hindu islamic jewish lutheran "
        "methodist mormon muslim presbyterian protestant quaker sunni adventist amish bahai calvinist copt coptic "
        "daoist deist druze episcopalian hasidic huguenot islamist jain jesuit mennonite moslem pentecostal "
        "rastafarian scientologist shia shiite shinto sikh sufi taoist unitarian wiccan zoroastrian",
        also="orthodox secular",
    ),
    "believers": _group(
        "agnostics anglicans atheists baptists buddhists catholics christians hindus jews lutherans methodists "
        "mormons muslims protestants quakers adventists calvinists copts daoists episcopalians islamists jains "
        "jesuits mennonites moslems pagans pentecostals presbyterians puritans scientologists shiites sikhs sufis "
        "sunnis taoists unitarians wiccans zoroastrians"
    ),
    "orientations": _group(
        "asexual bisexual demisexual gay hetero heterosexual homosexual intersex lesbian nonbinary pansexual "
        "transgender transgendered transsexual",
        also="straight queer",
    ),
    "people of orientations": _group("bisexuals gays heterosexuals homosexuals lesbians transsexuals"),
    "numbers": Group(tuple(map(str, range(11, 100)))),
    "number words": _group(
        "eleven twelve thirteen fifteen sixteen eighteen twenty thirty forty fifty sixty seventy eighty ninety"
    ),
    "years": Group(tuple(map(str, range(1920, 2041)))),
}


def entity_words() -> list[str]:
    """All words of all groups, each once."""
    return list(dict.fromkeys(word for group in GROUPS.values() for word in (*group.words, *group.also)))

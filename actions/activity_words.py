"""The words by which people speak of what they are doing, in English and Welsh. Precision goes first."""

import re


def words(*phrases: str) -> re.Pattern[str]:
    """Any of these phrases, as whole words."""
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)


CUSTODY = words(
    "prison", "custody", "yoi", "young offenders?", "on remand", "remanded", "locked up", "in jail", "carchar"
)
OUT_OF_CUSTODY = words(
    r"(?:out of|left|released from|released|back from) (?:prison|custody|yoi|young offenders?|jail|the yoi)",
    r"o'r carchar",
)
CIRCUMSTANCES = words(
    "care leaver", "in care", "left care", "foster(?: care|ed| home)?", "looked after child", "children'?s home",
    "asylum", "refugee", "youth offending", "yot", "on tag", "probation", "rehab", r"autis\w+", "adhd", r"disab\w+",
    "wheelchair", "gadael gofal", "mewn gofal", r"anabl\w*",
)  # fmt: skip
"""What says nothing of what they do, and is nobody's business in a text."""
NOT_GOING = words(
    r"(?:not|aint|isn'?t) going(?: back)?(?: \w+){0,3} any ?more",
    r"(?:not|aint|isn'?t) (?:at|in) (?:\w+ ){0,3}(?:college|school|sixth form|uni|\w+) any ?more",
    r"(?:not|aint|isn'?t) going back",
    r"no longer (?:at|in|going)",
)
"""They were somewhere and are not now: whatever else the words say, they have not started there."""
PREGNANT = words("pregnant", "expecting(?: a baby)?", "having a baby", "baby (?:is )?due", "feichiog", "disgwyl babi")
PARENT = words(
    r"(?:my|the|our) (?:own )?(?:baby|bby|daughter|son|little (?:one|boy|girl)|kids?|newborn)",
    "had (?:a|my|our) (?:baby|kid|son|daughter)",
    "i'?m a (?:mum|mam|dad|parent)",
    "maternity",
    "fy mabi",
)
_CHILD = "(?:baby|babies|bby|newborn|toddler|kids?|child|children|daughters?|sons?|little ones?|twins)"
_AGED = r"(?:own |new |little |\w+ (?:month|week|year) old )*"
OWN_CHILD = words(
    rf"(?:my|our) {_AGED}{_CHILD}",
    r"(?:i|i'?ve|have|has|had|got|having|expecting) (?:got )?(?:(?:an?|my|our|one|two|three|\d) )?" + _AGED + _CHILD,
    r"(?<!work )(?<!working )(?:with|for) an? (?:baby|bby|newborn|toddler|little one)",
    r"bab(?:y|ies) (?:is |was |are |were )?(?:due|born|on the way)",
    "mae gen i (?:fabi|blentyn|blant)",
    "fy (?:mabi|mhlentyn|mhlant)",
)
"""Children of their own, and not those they would like to work with."""
CARING = words(
    r"car(?:ing|e) (?:for|of) (?:my|our|me)",
    "carer",
    "young carer",
    r"look(?:ing|in)? after (?:my|our|me) (?!baby|son|daughter|kid|little)",
    "gofalu am",
    "taking care of (?:my|our)",
)
ILL = words(
    "off sick",
    "signed off",
    "in hospital",
    "unwell",
    "poorly",
    "too ill",
    "i'?m ill",
    "been ill",
    "my (?:anxiety|mental health|depression)",
    "anxiety",
    "operation",
    "recovering",
    "sal",
    "yn sâl",
)
APPRENTICE = words(r"app?rentic\w*", "apprentiship", "prentis\\w*", "brentis\\w*")
TRAINING = words(
    "traineeship", "supported internship", "training (?:programme|provider|scheme|course)", "work based learning"
)
UNIVERSITY = words("uni", "university", "prifysgol")
GAP = words("gap (?:year|yr)", "year out", "blwyddyn i ffwrdd")
VOLUNTEER = words(r"volunt\w+", "unpaid work", "gwirfoddol\\w*")
HOME = words("home ?-?school(?:ed|ing)?", "home ?-?educat\\w+", "taught at home")
COLLEGE = words("college", "coll", "coleg", "goleg", "ngholeg", "choleg")
SCHOOL = words("school", "sixth form", "6th form", "sixthform", "ysgol", "chweched")
JOB = words(
    r"work(?:ing|in|s)?(?! ?experience)",
    "job",
    "jobs",
    "employed",
    "self ?employed",
    "shifts?",
    "part ?time at",
    "full ?time at",
    "gweithio",
    "swydd",
)
NO_JOB = words(
    "(?:not|aint|isn'?t|stopped) work(?:ing|in)?",
    "(?:no|without a|lost my|left my|quit my|need a|want a|finding a?|looking for (?:a )?) ?(?:job|work)",
    "ddim yn gweithio",
)
NOTHING = words(
    "nothing",
    "nuthin",
    "nowt",
    "nothin",
    "not (?:doing|doin) (?:anything|nothing|owt|much|anythin)",
    "doing f+ ?all",
    "(?:at|sat) home all day",
    "unemployed",
    "neet",
    "dim byd",
    "out of work",
    "dossing",
    "chilling at home",
)
LOOKING = words(r"look(?:ing|in)?", "searching", "trying to find", "applying for (?:jobs|work)", "chwilio")
NOT_LOOKING = words(
    "not (?:really )?look(?:ing|in)?",
    "not (?:rn|right now|atm|ready|yet|at the moment)",
    "ddim yn chwilio",
    "don'?t want (?:a job|anything)",
)
STOPPED = words(
    r"left",
    "dropped out",
    "quit",
    "kicked out",
    "chucked out",
    "packed it in",
    "jacked it in",
    "finished",
    "gadael",
    "stopped going",
)

HOURS = re.compile(
    r"\b(\d{1,2}(?:\.\d)?)\s*(?:(?:-|to|or)\s*\d{1,2}\s*)?(?:h\b|hrs?\b|hours?\b|hr\b|awr\b|a\s+week|per\s+week)",
    re.IGNORECASE,
)
BARE_NUMBER = re.compile(r"(?<![\d/:.£])(\d{1,2})(?![\d/:.%]|\s*(?:am|pm|weeks?|wks?|months?|days?|years?|yrs?)\b)")
FULL_TIME = re.compile(r"\b(?:full[ -]?time|llawn[ -]?amser)\b", re.IGNORECASE)
PART_TIME = re.compile(r"\b(?:part[ -]?time|rhan[ -]?amser|(?:one|two|1|2)\s+days?\s+a\s+week)\b", re.IGNORECASE)
NO_TRAINING = re.compile(
    r"\b(?:no|without|aint\s+got|not\s+any|no\s+real|dim)\s+(?:any\s+)?(?:training|qualification|qual|hyfforddiant|nvq)\b|"
    r"\b(?:just|only)\s+(?:a\s+)?(?:normal\s+)?(?:work|job)\b|\bdim\s+ond\s+gwaith\b|\bgwaith\s+yn\s+unig\b",
    re.IGNORECASE,
)
QUALIFICATION = re.compile(
    r"\b(?:nvq|btec|diploma|certificate|qualification|qual|cymhwyster|level\s*[1-4]|lvl\s*[1-4]|city\s*(?:and|&|n)\s*guilds)\b",
    re.IGNORECASE,
)
SOME_TRAINING = re.compile(
    r"\b(?:on\s+the\s+job|bit\s+of\s+training|in\s?-?house|some\s+training|induction)\b", re.IGNORECASE
)
TEMPORARY = re.compile(
    r"\b(?:temp(?:orary)?|christmas\s+job|xmas\s+job|seasonal|just\s+for\s+(?:christmas|xmas|summer)|dros\s+dro)\b",
    re.I,
)
OWN_BOSS = re.compile(r"\b(?:self[ -]?employed|my\s+own\s+business|for\s+myself|hunangyflogedig)\b", re.IGNORECASE)
THAT_IS_ALL = re.compile(
    r"\b(?:nothing\s+else|just\s+that|only\s+that|that'?s\s+(?:it|all)|dim\s+byd\s+arall)\b", re.IGNORECASE
)
BESIDE_IT = re.compile(r"\b(?:as well|too|and|while|also|plus|hefyd)\b", re.IGNORECASE)
DENIED = re.compile(r"\b(?:can'?t|couldn'?t|left|stopped|not|no|haven'?t)\b", re.IGNORECASE)

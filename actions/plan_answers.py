"""Whether an answer to a question about plans is one: help, grades. Their own words are what is kept."""

import re

FEW_WORDS = 4

NO_HELP = re.compile(
    r"^\W*(?:(?:no|nah|nope|na|ok|um)\W+)*(?:nothing|nothin|nuthin|nowt|none|no|nah|nope|not really|all good|"
    r"i'?m (?:ok|good|fine|alright)|dim(?: byd)?|na)(?:\s+(?:really|thanks|thank you|ta|rn|atm|for now|diolch))*\W*$",
    re.IGNORECASE,
)
_HELP_WITH = re.compile(
    r"\b(?:help|appl\w+|forms?|cvs?|interview\w*|travel\w*|bus|train|money|ema|bursary|cost|kit|equipment|laptop|grades?|"
    r"english|maths|choos\w+|decid\w+|statement|finding|find|everything|anything|talk\w*|confiden\w+|anxi\w+|nerv\w+|"
    r"worr\w+|support|read\w*|writ\w*|spell\w*|dyslexi\w*|getting (?:there|in)|options|open days?|placement|work|"
    r"all of (?:it|them|that)|it all|"
    r"cais|teithio|arian|cyfweliad|ffurflen|popeth)\b",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"(?<![\d.])[1-9](?:\s*[-/]\s*[1-9])?\s*'?s?(?![\d.%])|(?<![a-z])[a-g]\*?(?:'?s)?(?![a-z'])|\b(?:u'?s|pass\w*|merits?|distinctions?|"
    r"fail\w*|levels?|lvl|entry|good|bad|ok|okay|average|high|low|best|top|decent|rubbish|shit|crap|gcses?|none|"
    r"lefel|da|gwael|pasio|methu)\b",
    re.IGNORECASE,
)
_TOO_HIGH = re.compile(r"(?<![\d.])(?:\d\d+|0)\s*'?s?(?!\s*(?:gcses?|%|subjects?|ums))(?!\d)", re.IGNORECASE)


def names_help(text: str) -> bool:
    """Whether some words, as the answer to what they want help with, name something."""
    return bool(_HELP_WITH.search(text)) or len(text.split()) > FEW_WORDS


def grades_in(text: str) -> bool | None:
    """Whether some words, as the answer to which grades, name any; None where they name some that there are not.

    >>> grades_in("mostly 5s"), grades_in("purple monkey"), grades_in("all 12s"), grades_in("merit, prob")
    (True, False, None, True)
    """
    if _TOO_HIGH.search(text) and not re.search(r"\b(?:level|lvl|lefel)\b", text, re.IGNORECASE):
        return None
    return bool(_GRADE.search(text))

"""What a message says of somebody's plans: first and second choice, how sure, grades, help. Nothing is guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from actions.activity_words import OWN_CHILD
from actions.base import Talk
from prospectus.words import stems

Sure = Literal["very", "fairly", "not"]

MOST_WORDS = 200
"""Characters of their own words that are kept."""
WORDS_OF_A_JOB = 4

_NEXT = re.compile(
    r"\b(?:but\s+)?(?:if\s+(?:not|that\s+\w+\s+work(?:\s+out)?|i\s+do?n'?t\s+get\s+(?:in|it))(?:\s+then)?|otherwise|"
    r"or\s+else|failing\s+that|(?:second|2nd|third|3rd)\s+(?:is|should\s+be)|"
    r"(?:my\s+)?(?:second|2nd|third|3rd)\s+choice(?:\s+is|\s+would\s+be)?|"
    r"(?:my\s+|a\s+)?(?:plan\s+b|back\s?up)(?:\s+is|\s+would\s+be)?|or\s+maybe|then\s+maybe|then(?=\s+(?:an?|the|at|my)\s)|or|os\s+na|os\s+ddim|fel\s+arall|"
    r"(?:fy\s+)?ail\s+ddewis|neu)\b",
    re.IGNORECASE,
)
_NAMED_AFTER = re.compile(
    r"(?:,|;|\band\b|\bthen\b|\bac\b)\s*((?:the\s+)?[\w' ]{2,40}?)\s+(?:as\s+(?:a|my)\s+)?"
    r"(?:second|2nd|back\s?up|plan\s+b|yn\s+ail)(?:\s+choice)?\b",
    re.IGNORECASE,
)
NOT_THIS = re.compile(
    r"\b(?:(?<!if )not|did\s?n'?t\s+say|instead\s+of|rather\s+than|no\s+longer|nid|yn\s+lle|"
    r"(?:don'?t|do\s+not)\s+(?:really\s+)?(?:want|wanna|fancy|like)(?:\s+to)?(?:\s+(?:do|be|study|go))?)\s+"
    r"(?!sure\b|really\b|too\b|yet\b)[\w' ]{2,30}?"
    r"(?=\s*(?:[,.;]|$|\b(?:any\s?more|but|i|so|cos|now|its|it's)\b))",
    re.IGNORECASE,
)
_OCCUPATION = re.compile(
    r"\b(?:be(?:come|coming|ing)?|as|training\s+to\s+be|job\s+as|work\s+as|bod\s+yn)\s+(?:an?\s+)?"
    r"(?!sure|honest|able|home|there|a\s+level)([a-z][a-z'-]+(?:\s+[a-z'-]+){0,3})",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s+(?:at|in|but|and|if|or|with|when|like|for|one|cos|because|so|please|pls|through|yn)\b.*", re.I)
_FORCES = re.compile(
    r"\b(army|navy|raf|royal\s+marines|marines|police|fire\s+service|ambulance\s+service|fyddin|heddlu)\b",
    re.IGNORECASE,
)
_VERY = re.compile(
    r"\b(?:very|100|hundred|def(?:initely|o|s)?|deff?o|certain|dead\s+set|for\s+sure|really\s+sure|sicr|hollol|"
    r"totally|set\s+on\s+it)\b|100\s*%|\b(?:so|super|completely)\s+sure\b",
    re.IGNORECASE,
)
_FAIRLY = re.compile(
    r"\b(?:pretty|fairly|quite|kinda|kind\s+of|sort\s+of|mostly|probs?|probably|[5-9]0\s*%?|eitha|weddol|i\s+think\s+so)\b",
    re.IGNORECASE,
)
_NOT_SURE = re.compile(
    r"\b(?:not\s+(?:that\s+|really\s+|very\s+|too\s+|100\s*%?\s+|so\s+)?sure|unsure|no(?:t)?\s+really|maybe|might|dunno|(?:don'?t|do\s+not)\s+know\s+(?:if|whether)|"
    r"idk|not\s+yet|ddim\s+yn\s+siwr|efallai)\b",
    re.IGNORECASE,
)
UNDECIDED = re.compile(
    r"\b(?:dunno|dno|idk|no\s+idea|no\s+clue|not?\s+clue|havent?\s+(?:a\s+clue|decided|got\s+a\s+clue)|haven't\s+decided|"
    r"not\s+(?:really\s+)?sure|un(?:sure|decided)|(?:don'?t|do\s+not)\s+(?:really\s+)?know|can'?t\s+decide|"
    r"not\s+decided|ddim\s+yn\s+(?:siwr|gwybod)|dim\s+syniad|heb\s+benderfynu)\b",
    re.IGNORECASE,
)
_NO_IDEA_WHAT = re.compile(
    r"\b(?:idk|dunno|dno|don'?t\s+know|not\s+sure|no\s+idea|no\s+clue|unsure)\s+(?:wh?[au]t|wot)\s+(?:to|i|im)\b",
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"\b(?:rather\s+not|don'?t\s+want\s+to\s+say|not\s+saying|none\s+of\s+your|mind\s+your\s+own|stop\s+asking|"
    r"no\s+more\s+questions|cba|can'?t\s+be\s+(?:bothered|arsed)|private|enough\s+questions|leave\s+it|well\s+gen\s+i\s+beidio)\b",
    re.IGNORECASE,
)
WRONG = re.compile(
    r"\b(?:that'?s|thats|that\s+is|its|it's|you'?ve\s+got\s+(?:it|that))\s+(?:not\s+right|wrong|not\s+what\s+i\s+said)\b|"
    r"^\W*(?:wrong|no\s+wrong|not\s+right|thats?\s+not\s+(?:it|right))\W*$|\bmae\s+hynny'n\s+anghywir\b|\banghywir\b",
    re.IGNORECASE,
)
_GRADES = re.compile(r"\b(?:predicted|grades?|graddau|rhagweld)\b|\b[1-9]'?s\b", re.IGNORECASE)
_UNIVERSITY = re.compile(r"\b(?:uni|university|prifysgol)\b", re.IGNORECASE)
BARE_GRADES = re.compile(
    r"^\W*(?:(?:mostly|mainly|about|around|all|like|probs?|probably|maybe|i think|predicted)\s+)*[1-9]'?s"
    r"(?:\s*(?:and|&|,|or|to|/|-|n)\s*(?:a few |some |maybe )?[1-9]'?s)*"
    r"(?:\s+(?:mostly|mainly|probs?|probably|i think|maybe|really|and stuff|i guess))*\W*$",
    re.IGNORECASE,
)
""" "4s and 5s": nothing but grades, whatever was asked."""
_GRADES_IN = re.compile(
    r"\b(?:predicted|getting|gonna get|will get|got)\s+(?:(?!level|lvl)\w+\s+){0,3}?[1-9]'?s?\b"
    r"(?:\s*(?:and|or|to|&|/|-)\s*[1-9a-g]'?s?\b)*"
    r"(?:\s+(?:in|for)\s+\w+(?:\s*(?:and|&|,)\s*\w+){0,3})?",
    re.IGNORECASE,
)
"""Subjects of somebody's grades are not what they mean to do next."""
_HAS_LEVEL = re.compile(
    r"\b(?:got|have|done|did|passed|finished|doing)\s+(?:an?\s+|my\s+|the\s+)?(?:level|lvl|l)\s*\d\b", re.IGNORECASE
)
"""A level that they have already is not the one they want."""
_OUR_WORDS = re.compile(
    r"\b(?:plans?|choices?|applications?|applied|interviews?|offers?|place|join(?:ing)?)\b", re.IGNORECASE
)
_HELP_WITH = re.compile(
    r"\bhelp\s+(?:with|getting|gyda)\s+(?:my\s+|the\s+)?(?:travel\w*|transport|money|bus|trains?|there|english|maths|teithio|arian)\b",
    re.IGNORECASE,
)
"""What they want help with is no subject that they want to do."""
_HELP = re.compile(r"\b(?:need|want|like|get|some)?\s*help\s+(?:with|getting|to|on|finding)\b|\bhelp\s+gyda\b", re.I)


@dataclass(frozen=True)
class Wish:
    """One thing they would like to do. Whatever nobody spoke of is None."""

    route: str | None = None
    provider_ref: str | None = None
    subject: str | None = None
    occupation: str | None = None
    level: str | None = None

    @property
    def empty(self) -> bool:
        """Whether it names nothing to aim for; a level alone is not one."""
        return not (self.route or self.provider_ref or self.subject or self.occupation)


@dataclass(frozen=True)
class Said:
    """What one message says of plans."""

    wishes: dict[int, Wish] = field(default_factory=dict)
    """By choice: 1 is the first."""
    sure: Sure | None = None
    grades: str | None = None
    help_wanted: str | None = None
    undecided: bool = False
    refused: bool = False
    wrong: bool = False


def read_plans(talk: Talk, text: str) -> Said:
    """What a message says of plans, in the words and keys of the prospectus."""
    plain = _NAMED_AFTER.sub(r" if not \1 ", NOT_THIS.sub(" ", _GRADES_IN.sub(" ", _HELP_WITH.sub(" ", text))))
    pieces = _NEXT.split(plain)
    wishes = {number: read_wish(talk, piece) for number, piece in enumerate(pieces[:3], 1)}
    kept = {number: wish for number, wish in wishes.items() if not wish.empty}
    if _NO_IDEA_WHAT.search(text):
        # "idk what to do about college": the way that they speak of is not what they chose
        kept = {number: wish for number, wish in kept.items() if wish.subject or wish.occupation or wish.provider_ref}
    undecided = bool(UNDECIDED.search(text)) and not kept
    return Said(
        wishes=kept,
        sure=how_sure(text) if kept else None,
        grades=text.strip()[:MOST_WORDS]
        if BARE_GRADES.match(text) or (_GRADES.search(text) and re.search(r"predict|grade|gradd", text, re.I))
        else None,
        help_wanted=text.strip()[:MOST_WORDS] if _HELP.search(text) else None,
        undecided=undecided,
        refused=bool(REFUSED.search(text)),
        wrong=bool(WRONG.search(text)),
    )


def read_wish(talk: Talk, piece: str) -> Wish:
    """What one part of a message aims for."""
    names = talk.vocabulary
    if not piece.strip():
        return Wish()
    provider = names.provider(talk.session, piece)
    force = _FORCES.search(piece)
    job = _OCCUPATION.search(piece)
    occupation = " ".join(force[1].lower().split()) if force else None
    if occupation is None and job:
        occupation = _CUT.sub("", f" {job[1]} ".lower().rstrip()).strip()[:MOST_WORDS] or None
    if occupation is None and _UNIVERSITY.search(piece):
        # no route of the prospectus leads there: it is kept in their word
        occupation = "university"
    route = names.route(piece)
    if provider and route in ("college", "school") and not re.search(r"\b(?:sixth|6th) ?form\b", piece, re.I):
        # its name says "college" without asking for the route
        route = None
    level = names.level(_HAS_LEVEL.sub(" ", piece))
    return Wish(route, provider, subject_in(talk, piece, provider), occupation, level)


def subject_in(talk: Talk, piece: str, provider: str | None) -> str | None:
    """The subject that some words speak of: not "plan", nor a word of the provider's name, nor "ive got a baby"."""
    own = talk.vocabulary.provider_words(talk.session, provider) if provider else frozenset()
    words = [word for word in OWN_CHILD.sub(" ", _OUR_WORDS.sub(" ", piece)).split() if not set(stems(word)) & own]
    return talk.vocabulary.subject(" ".join(words))


def own_words(talk: Talk, text: str) -> str | None:
    """What was left when nothing in it is known: a few words in which they say what they want to do."""
    left = talk.vocabulary.leftover(text)
    return " ".join(left)[:MOST_WORDS] if 0 < len(left) <= WORDS_OF_A_JOB else None


def how_sure(text: str) -> Sure | None:
    """How sure somebody says they are, where they say so.

    >>> how_sure("def plumbing"), how_sure("probs the army"), how_sure("not 100% sure"), how_sure("plumbing")
    ('very', 'fairly', 'not', None)
    """
    tests: tuple[tuple[Callable[[str], object], Sure], ...] = (
        (_NOT_SURE.search, "not"),
        (_FAIRLY.search, "fairly"),
        (_VERY.search, "very"),
    )
    return next((sure for test, sure in tests if test(text)), None)

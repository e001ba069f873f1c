"""What a message says of applications: which stage, of which place, and when. Several in one message are told apart."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from actions.base import Talk
from actions.said_plans import subject_in
from actions.said_when import find_day, find_time, in_the_past, moment
from casework.destinations.stages import Stage

_STAGES: tuple[tuple[Stage, str], ...] = (
    (
        "rejected",
        r"\boffer\s+(?:\w+\s+){0,2}(?:withdrawn|taken\s+(?:back|away|off)|cancell?ed|pulled)\b|"
        r"\bthey(?:'?ve)?\s+(?:with\s?drew|withdrawn|took\s+back|pulled|cancell?ed)\s+(?:my|the)\s+offer\b",
    ),
    (
        "withdrawn",
        r"\b(?:with\s?drew|withdrawn|pulled\s+out|took\s+(?:my\s+)?application\s+back|cancell?ed\s+my|"
        r"not\s+going(?:\s+\w+){0,3}\s+any\s?more|(?:not|aint|isn'?t)\s+going\s+(?:there|to\s+\w+)|don'?t\s+want\s+(?:it|the\s+place)\s+any\s?more|"
        r"wedi\s+tynnu'n\s+ol)\b",
    ),
    (
        "declined",
        r"\b(?:turned\s+(?!me\b)(?:\w+\s+){1,5}?down|turned\s+down\s+(?:the|my|their|an)|said\s+no\s+to|"
        r"not\s+taking|declined|rejected\s+(?:the|their|my)\s+offer|gwrthodais\s+i)\b",
    ),
    (
        "rejected",
        r"\b(?:reject\w*|rejekted|did\s?n'?t\s+(?:get|make)\s+(?:in|it|a\s+place|the\s+place|through|onto?)|"
        r"did\s+not\s+get\s+(?:in|it|a\s+place)|turned\s+me\s+down|(?:they|it|\w+)\s+said\s+no\b|knocked\s+me\s+back|"
        r"unsuccessful|don'?t\s+want\s+me|got\s+a\s+no\b|no\s+place\s+for\s+me|never\s+got\s+in|wrthod|gwrthod|ngwrthod)\b",
    ),
    (
        "no_show",
        r"\b(?:missed|did\s?n'?t\s+(?:go|turn\s+up|get|make\s+it)\s+(?:to|for)|slept\s+through|forgot(?:\s+about)?)\s+"
        r"(?:(?:my|the|an)\s+)?(?:\w+\s+){0,2}interview\b|\b(?:collais|colli)\s+(?:i\s+)?(?:fy\s+|y\s+)?(?:nghyfweliad|cyfweliad)\b",
    ),
    ("interview", r"\b(?:interview\w*|intervew|cyfweliad)\b"),
    ("enrolled", r"\b(?:enroll?ed|cofrestru)\b"),
    (
        "accepted",
        r"\b(?:i(?:'?ve)?\s+(?:have\s+)?(?:just\s+)?accepted|accepted\s+(?:it|the|my|their|a)|said\s+yes\s+to|"
        r"took\s+(?:it|(?:the|my)\s+(?:place|offer))|taken\s+(?:it|(?:the|my)\s+(?:place|offer))|"
        r"taking\s+(?:it|(?:the|my)\s+(?:place|offer))|derbyniais|"
        r"wedi\s+derbyn)\b",
    ),
    (
        "offered",
        r"\b(?:offer(?:ed|s)?|offa|got\s+in(?:to)?|i'?m\s+in|got\s+(?:a|my|the)\s+place|have\s+a\s+place|got\s+accepted|"
        r"accepted\s+me|been\s+accepted|was\s+accepted|(?:they|\w+)\s+said\s+yes|they\s+want\s+me|got\s+it|got\s+the\s+"
        r"(?:place|apprenticeship)|cynnig|gynnig|wedi\s+cael\s+lle|cael\s+lle)\b",
    ),
    ("started", r"\b(?:started|startd|begun|dechrau|dechreuais)\b"),
    (
        "applied",
        r"\b(?:appl(?:ied|yed|i?d)|aplied|put\s+in\s+(?:an?\s+|my\s+)?application|sent\s+(?:off\s+)?(?:my|the|an)\s+"
        r"(?:application|form)|done\s+my\s+application|filled\s+(?:in|out)\s+the\s+(?:application|form)|cais|gais)\b",
    ),
)
_STAGE = [(stage, re.compile(words, re.IGNORECASE)) for stage, words in _STAGES]
_BETWEEN = re.compile(r"(?:[.;\n!]+\s+|,\s*|\s+(?:but|and|then|also|n|&|plus|ond|a|ac)\s+)(?=\S)", re.IGNORECASE)
_ACCEPTED = re.compile(r"\baccepted\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:other|another|else|different|arall)\b", re.IGNORECASE)
_SPANS = re.compile(
    r"\b\d+\s*(?:weeks?|wks?|days?|months?|mnths?|years?|yrs?|hours?|hrs?|wythnos|mis|awr)\b", re.IGNORECASE
)
_WISHES = re.compile(
    r"\b(?:i\s+)?(?:want|wanna|rather|prefer|think(?:ing)?|wish|like\s+to|hop(?:e|ing)|eisiau|isio|moyn)\b",
    re.IGNORECASE,
)
"""What they would like is no part of what happened beside it."""
AHEAD = frozenset({"interview"})

_NOT_YET = re.compile(
    r"\b(?:haven'?t|hasn'?t|not|never|did\s?n'?t|don'?t|aint|isn'?t|no|without|if|hop(?:e|ing)|wait(?:in|ing)?|want|need|"
    r"wish|will|when|would|ddim|heb|os|aros)\b(?:\W+\w+){0,3}\W*$",
    re.IGNORECASE,
)
""" "havent had an offer yet", "waiting for an interview": what has not happened is nothing that was told."""
_HAPPENS = frozenset({"applied", "interview", "offered", "accepted", "enrolled", "started"})

NOT_SO = re.compile(
    r"\b(?:never|did\s?n'?t|did\s+not|haven'?t|have\s+not)\s+(?:even\s+|actually\s+|ever\s+)?"
    r"(?:appl\w+|had\s+an?\s+(?:offer|interview)|got\s+an?\s+(?:offer|interview|place)|accept\w*)|"
    r"\b(?:should\s?n'?t|should\s+not)\s+be\s+(?:on\s+)?there\b|\btake\s+(?:it|that)\s+off\b|"
    r"\b(?:wnes|nes|ddaru)\s+i\s+ddim\s+(?:ymgeisio|derbyn)",
    re.IGNORECASE,
)
"""Something that was put down and never was."""


@dataclass(frozen=True)
class Told:
    """One stage of one place."""

    stage: Stage
    provider_ref: str | None = None
    subject: str | None = None
    route: str | None = None
    level: str | None = None
    on_date: date | None = None
    at_time: datetime | None = None

    @property
    def names_place(self) -> bool:
        """Whether it says which place it is about, as far as they said."""
        return bool(self.provider_ref or self.subject)


def stage_of(text: str) -> Stage | None:
    """The stage that some words speak of.

    >>> stage_of("they said no"), stage_of("ive turned it down"), stage_of("got in"), stage_of("any news")
    ('rejected', 'declined', 'offered', None)
    >>> stage_of("havent applied yet"), stage_of("ive applied but not had an offer")
    (None, 'applied')
    """
    return next(
        (stage for stage, words in _STAGE if any(_is_so(stage, text, found) for found in words.finditer(text))), None
    )


def _is_so(stage: Stage, text: str, found: re.Match[str]) -> bool:
    """Whether the words say that it happened, and not that it did not, or may."""
    return stage not in _HAPPENS or not _NOT_YET.search(text[: found.start()])


def read_applications(talk: Talk, text: str) -> list[Told]:
    """Everything that a message says of applications, in its order."""
    groups: list[tuple[Stage, list[str]]] = []
    lead = ""
    for piece in _BETWEEN.split(text):
        stage = stage_of(piece)
        if stage is not None and groups and groups[-1][0] == stage and _place(talk, piece)[:2] == (None, None):
            groups[-1][1].append(piece)
        elif stage is not None:
            groups.append((stage, [f"{lead} {piece}".strip()] if lead else [piece]))
            lead = ""
        elif groups and not _WISHES.search(piece):
            groups[-1][1].append(piece)
        elif groups:
            continue
        else:
            lead = f"{lead} {piece}".strip()
    found: list[Told] = []
    for stage, pieces in groups:
        told = _of_group(talk, stage, pieces)
        if found and len(told) == 1 and not told[0].names_place and not _OTHER.search(" ".join(pieces)):
            # "applied to samphire and got an offer": of the same place
            told = [replace(told[0], provider_ref=found[-1].provider_ref, subject=found[-1].subject)]
        found += told
    if not found and (word := _ACCEPTED.search(text)) and _is_so("accepted", text, word):
        found = _of_group(talk, "accepted", [text])
    return list(dict.fromkeys(found))


def without_applications(text: str) -> str:
    """What a message says beside its applications: the pieces in which they wish for something."""
    pieces = _BETWEEN.split(text)
    told = [stage_of(piece) is not None for piece in pieces]
    return " and ".join(
        piece for piece, is_told in zip(pieces, told, strict=True) if not is_told and _WISHES.search(piece)
    )


def _of_group(talk: Talk, stage: Stage, pieces: list[str]) -> list[Told]:
    whole = " ".join(pieces)
    named = [(piece, place) for piece in pieces if (place := _place(talk, piece)) != (None, None, None, None)]
    providers = {place[0] for _, place in named if place[0]}
    if len(providers) > 1:
        # "applied to samphire and pellbrook": one each, on one day where each has not its own
        own = [find_day(piece, talk.today, ahead=stage in AHEAD) for piece, place in named if place[0]]
        each = len([day for day in own if day]) > 1
        return [
            Told(stage, *place, **_when(talk, stage, piece if each else whole))  # type: ignore[arg-type]
            for piece, place in named
            if place[0]
        ]
    return [Told(stage, *_place(talk, whole), **_when(talk, stage, whole))]  # type: ignore[arg-type]


def _when(talk: Talk, stage: Stage, text: str) -> dict[str, date | datetime | None]:
    """The day that some words name: of an interview with its hour."""
    day = find_day(text, talk.today, ahead=stage in AHEAD and not in_the_past(text))
    at = moment(day, find_time(text)) if stage == "interview" and day else None
    return {"on_date": None if stage == "interview" else day, "at_time": at}


def _place(talk: Talk, text: str) -> tuple[str | None, str | None, str | None, str | None]:
    names = talk.vocabulary
    # "3 weeks ago" is no level
    text = _SPANS.sub(" ", text)
    provider = names.provider(talk.session, text)
    route = names.route(text)
    return (
        provider,
        subject_in(talk, text, provider),
        None if provider and route in ("college", "school") else route,
        names.level(text),
    )


def place_in(talk: Talk, text: str) -> Told:
    """Only the place that some words name, as the answer to "which one?"."""
    return Told("applied", *_place(talk, text))

"""Which option of a question an answer picks: by its number, by its words, by what was understood, by yes or no."""

import re
from dataclasses import dataclass

from actions.base import Talk
from casework.followup.questions import Option, Question

YES_NO = frozenset({"affirm", "deny", "acknowledge", "dont_know", "skip", "never_mind"})
"""Intents that say little by themselves: words of an option go before them."""

_LEADS = re.compile(
    r"^\W*(?:no\.?|number|option|rhif)?\s*(\d)\b(?!\s*(?:st|nd|rd|th|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?|"
    r"%|/|:|\.\d|awr|wythnos|mis|am|pm|x|gcses?|or)\b)",
    re.IGNORECASE,
)
"""A number that begins the answer, and is no number of anything: "1 still there", not "2 weeks ago"."""
_NEGATED = re.compile(
    r"\b(?:not|no|nah|dont|didnt|isnt|havent|aint|never|wont|no longer|ddim|heb)\b",
    re.IGNORECASE,
)
_SAYS_YES = re.compile(r"^\W*(?:yes|yeah|yea|yeh|yep|yup|yh|ye|ya|aye|ydw|ie|oes|do|ydy)\b(?!\W*but)", re.IGNORECASE)
_SAYS_NO = re.compile(r"^\W*(?:no|nah|nope|na|naw|nac ydw|nage|nac oes|naddo|dim)\b", re.IGNORECASE)
_ALONE = re.compile(r"[^\w\s]|\b(?:please|pls|plz|thanks|thx|ta|x+|a|an|the|some|just|plis|diolch)\b", re.IGNORECASE)
"""What may stand around the word of an option that is sent by itself."""
FACTS = frozenset({"record_activity", "record_destination", "money_step"})
MOST_PICKED = 2


@dataclass(frozen=True)
class Choice:
    """An option, and how it was picked: ``alone`` (its word and nothing else), ``words``, ``means`` or ``yes_no``."""

    option: Option
    how: str


def by_number(talk: Talk, question: Question) -> list[Option]:
    """The options whose numbers were sent, two at most; none where there is no such number."""
    picked = talk.reading.get("pick")
    numbers = [number for number in picked if isinstance(number, int)] if isinstance(picked, list) else []
    if not numbers and (leads := _LEADS.match(talk.text)):
        numbers = [int(leads[1])]
    options = question.options
    at = [len(options) - 1 if number == -1 else number - 1 for number in numbers[:MOST_PICKED]]
    return [options[index] for index in at] if all(0 <= index < len(options) for index in at) else []


def by_meaning(talk: Talk, question: Question) -> Choice | None:
    """The option that an answer in words picks."""
    alone = _ALONE.sub(" ", _plain(talk.text)).strip().lower()
    option = next((one for one in question.options if alone in map(_plain, one.words)), None)
    if option is not None:
        return Choice(option, "alone")
    option = _by_words(talk.text, question)
    if option is not None:
        return Choice(option, "words")
    option = by_intent(talk, question)
    if option is not None and (talk.intent != "deny" or _says_no(talk, option)):
        return Choice(option, "yes_no" if talk.intent in YES_NO else "means")
    says = "affirm" if _SAYS_YES.match(talk.text) else "deny" if _SAYS_NO.match(talk.text) else None
    option = next((one for one in question.options if says in one.means), None) if says else None
    return Choice(option, "yes_no") if option is not None else None


def by_intent(talk: Talk, question: Question) -> Option | None:
    """The option that stands for what was understood."""
    return next((one for one in question.options if talk.intent in one.means), None)


def _says_no(talk: Talk, option: Option) -> bool:
    """Whether a no is enough for an option: "not yet" and "maybe later" are no fact that goes into the record."""
    return bool(_SAYS_NO.match(talk.text)) or not any(name in FACTS for name, _ in option.does)


def _by_words(text: str, question: Question) -> Option | None:
    """The option with the longest of its words in the text. What is denied ("not at college") picks nothing."""
    plain = _plain(text)
    found: list[tuple[int, int, Option]] = []
    for place, option in enumerate(question.options):
        for word in map(_plain, option.words):
            whole = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
            if whole.search(plain) and not _NEGATED.search(_SAYS_NO.sub(" ", whole.sub(" ", plain))):
                found.append((-len(word), place, option))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _plain(text: str) -> str:
    """Without apostrophes, which nobody types."""
    return re.sub("['\u2018\u2019`]", "", text)

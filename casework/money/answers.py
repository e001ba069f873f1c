"""What an answer to one question of the money check means: a number of the list, or words. Pure."""

import re
from datetime import date
from typing import Any

from casework.money.check import NOT_SURE

CHOICES: dict[str, tuple[str, ...]] = {
    "nation": ("england", "wales", "scotland", "northern_ireland"),
    "learning": ("school", "college", "training", "apprenticeship", NOT_SURE),
    "hours": ("enough", "fewer", NOT_SURE),
    "dependants": ("one", "more", NOT_SURE),
    "income": ("under", "over", NOT_SURE),
    "group": ("yes", "no", NOT_SURE),
    "universal_credit": ("yes", "no", NOT_SURE),
    "parent": ("yes", "no", NOT_SURE),
}
"""What the numbers of each question mean; its lines stand in data/texts in this order."""

_NOT_SURE = re.compile(
    r"\b(?:not (?:really )?sure|unsure|dunno|dunn?o+|idk|dont? ?no\b|do?n'?t know|don't know|dont know|no idea|"
    r"no clue|"
    r"not a clue|rather not|prefer not|not saying|skip|pass|none of your|no comment|private|haven'?t a clue|maybe|"
    r"depends|ddim yn siwr|ddim yn gwybod|dim syniad|sai'?n gwybod)\b",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^\W*(?:y|ye|yh+|yea+h*|yes+|yep|yup|yass|aye|ie|ydw|ydy|oes|we do|i do|i am|i have|it is|one of them|that's me|"
    r"thats me|correct|true|think so|i think so|probably)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:n|no+|nah+|nope|na|naw|nae|not me|none|neither|we dont|we don't|i dont|i don't|im not|i'm not|i havent|"
    r"nage|na|nac ydw|nac oes|ddim)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\W*(?:(?:number|no\.?|option)\s*)?(\d)\W*(?:please|pls|thanks)?\W*$", re.IGNORECASE)
_MONEY = re.compile(r"£?\s*(\d{1,3}(?:[,.]\d{3})+|\d+(?:\.\d+)?)\s*(k|grand|thousand)?\b", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{1,2})[\s/.-]+(\d{1,2}|[a-z]{3,9})[\s/.,-]+(\d{4}|\d{2})\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "nation": (
        ("northern_ireland", r"\b(?:northern ireland|n\.? ?ireland|ni|belfast|gogledd iwerddon)\b"),
        ("wales", r"\b(?:wales|welsh|cymru)\b"),
        ("scotland", r"\b(?:scotland|scottish|yr alban)\b"),
        ("england", r"\b(?:england|english|kent|lloegr)\b"),
    ),
    "learning": (
        ("apprenticeship", r"\bapp?rentic|\bprentis"),
        ("training", r"\b(?:training|traineeship|trainee|hyfforddiant|provider)\b"),
        ("college", r"\b(?:college|colleg|coleg|uni of|fe)\b"),
        ("school", r"\b(?:school|skool|sixth|6th|year 1[123]|yr 1[123]|ysgol|a ?levels)\b"),
        ("university", r"\b(?:uni|university|prifysgol)\b"),
        ("job", r"\b(?:job|work|working)\b"),
    ),
    "dependants": (
        ("one", r"\b(?:just me|only me|only child|just myself|me only|one|fi yn unig|dim ond fi)\b"),
        (
            "more",
            r"\b(?:brothers?|sisters?|bro|sis|siblings?|twins?|two|three|four|five|six|more|few|loads|brawd|"
            r"chwaer|[2-9] of us|[2-9] kids)\b",
        ),
    ),
    "hours": (
        ("enough", r"\b(?:more|full ?time|every ?day|all week|at least)\b"),
        ("fewer", r"\b(?:less|fewer|part ?time|under)\b"),
    ),
    "income": (("under", r"\b(?:less|under|below|lower|on benefits|llai)\b"), ("over", r"\b(?:more|over|above|mwy)\b")),
}


def understood(question: str, text: str, args: dict[str, Any] | None = None) -> Any:
    """The answer, as ``casework.money.check.Answers`` holds it, or None where ``text`` does not answer the question.

    ``args`` are the question's own (``hours``, ``pounds``). A date of birth comes back as a date.
    """
    args = args or {}
    number = _NUMBER.match(text)
    choices = CHOICES.get(question)
    if number and choices:
        picked = int(number.group(1))
        if 1 <= picked <= len(choices):
            return choices[picked - 1]
        if question not in ("hours", "dependants"):
            return None
    if question == "date_of_birth":
        return born(text) or (NOT_SURE if _NOT_SURE.search(text) else None)
    if question == "age":
        found = re.search(r"\b(1[0-9]|2[0-9])\b", text)
        return int(found.group(1)) if found else (NOT_SURE if _NOT_SURE.search(text) else None)
    amount = _amount(text)
    if question == "hours" and amount is not None and 3 < amount < 100:
        return "enough" if amount >= args.get("hours", 0) else "fewer"
    if question == "income" and amount is not None and amount >= 1000:
        return "under" if amount <= args.get("pounds", 0) else "over"
    if question == "dependants" and amount is not None and 3 < amount < 20:
        return "more"
    if _NOT_SURE.search(text):
        return NOT_SURE
    for value, pattern in _WORDS.get(question, ()):
        if re.search(pattern, text, re.IGNORECASE):
            return value
    if choices and question not in ("nation", "learning", "dependants"):
        if _NO.search(text):
            return choices[1]
        if _YES.search(text):
            return choices[0]
    return None


def born(text: str) -> date | None:
    """A date of birth as people write it, day first; None where there is none that can be."""
    found = _DATE.search(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b(?: of)?", "", text))
    if not found:
        return None
    day, month, year = found.groups()
    number = int(month) if month.isdigit() else next((n for n, m in enumerate(_MONTHS, 1) if month.lower()[:3] == m), 0)
    whole = int(year) if len(year) == 4 else 2000 + int(year)
    try:
        return date(whole, number, int(day))
    except ValueError:
        return None


def _amount(text: str) -> float | None:
    found = _MONEY.search(text)
    if not found:
        return None
    value = float(re.sub(r"[,.](?=\d{3})", "", found.group(1)))
    return value * 1000 if found.group(2) else value


def asks_again(text: str) -> str | None:
    """What stands after "actually" or "sorry i meant": an answer to the question before this one; None for none."""
    found = re.match(
        r"^\W*(?:actually|oops|wait|hang on|sorry,?(?: i meant)?|no,? i meant|i meant|meant)\W+(.+)$",
        text,
        re.IGNORECASE,
    )
    return found.group(1) if found else None

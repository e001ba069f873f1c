"""Money in a message: "£30", "30 quid", "12.50 a week", "a tenner". The value is in pounds. Pure Python."""

import re
from typing import Iterator, List, Optional

from turnbot.text import Word
from turnbot.vocabulary import Found

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_SIGN = re.compile(rf"£\s?({_NUMBER})(?:\s?(k\b))?(?![\d,]*\d)", re.IGNORECASE)
_UNIT = re.compile(
    rf"(?<![\w£.,/-])({_NUMBER})\s?(k\s)?(quid|squid|pounds?|pnds?|gbp|punt|bunt|bunnoedd|£|pence|pennies|p)(?!\w)",
    re.IGNORECASE,
)
_EACH = re.compile(
    rf"(?<![\w£.,/-])({_NUMBER})(k?)\s?(?:(?:a|per|every|each|an)\s+|/\s?|p/?)(?:week|wk|month|mth|day|hour|hr|year|yr|term|annum|[wm]\b)",
    re.IGNORECASE,
)
LEAST_WITHOUT_UNIT = 10
""""3 a week" is days or lessons; "30 a week" is money, and so is "7.50 an hour"."""

_SMALL = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ONES = {"a": 1, **{word: n for n, word in enumerate(_SMALL, 1)}, **{word: 10 * n for n, word in enumerate(_TENS, 2)}}
_MANY = {"hundred": 100, "thousand": 1000}
_POUNDS = frozenset({"pound", "pounds", "quid", "squid"})
_NOTES = {"tenner": 10, "fiver": 5, "grand": 1000}


def find(text: str, read: List[Word]) -> List[Found]:
    """The amounts in a message and its plain words; amounts of nothing are left out."""
    found: List[Found] = []
    for one in [*_in_digits(text), *_in_words(read)]:
        if one.value != "0" and not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return found


def _in_digits(text: str) -> Iterator[Found]:
    for match in _SIGN.finditer(text):
        yield Found("amount", value_of(match[1], 1000 if match[2] else 1), match.start(), match.end())
    for match in _UNIT.finditer(text):
        unit = match[3].lower()
        share = 0.01 if unit in ("p", "pence", "pennies") else 1.0
        yield Found("amount", value_of(match[1], (1000 if match[2] else 1) * share), match.start(), match.end())
    for match in _EACH.finditer(text):
        if "." in match[1] or match[2] or float(match[1].replace(",", "")) >= LEAST_WITHOUT_UNIT:
            yield Found("amount", value_of(match[1], 1000 if match[2] else 1), match.start(), match.end())


def _in_words(read: List[Word]) -> Iterator[Found]:
    for at, word in enumerate(read):
        before = [w.norm for w in read[max(0, at - 4) : at]]
        if word.norm in _NOTES and (
            word.norm != "grand" or (before and (before[-1] in _ONES or before[-1].isdecimal()))
        ):
            count = before[-1] if before else ""
            times = int(count) if count.isdecimal() else _ONES.get(count, 1)
            start = read[at - 1].start if count.isdecimal() or count in _ONES else word.start
            yield Found("amount", str(times * _NOTES[word.norm]), start, word.end)
        elif word.norm in _POUNDS and before:
            length, total = _count(before)
            if total:
                yield Found("amount", str(total), read[at - length].start, word.end)


def _count(before: List[str]) -> "tuple[int, Optional[int]]":
    """How many words at the end of ``before`` are a number, and which."""
    length = 0
    for norm in reversed(before):
        if norm not in _ONES and norm not in _MANY and not (norm == "and" and length):
            break
        length += 1
    part = before[len(before) - length :]
    while part and part[0] == "and":
        part, length = part[1:], length - 1
    total = current = 0
    for norm in part:
        if norm in _MANY:
            current = max(1, current) * _MANY[norm]
        else:
            current += _ONES.get(norm, 0)
    total += current
    return length, total or None


def value_of(digits: str, times: float = 1) -> str:
    """The value as text: "30", "12.50"; pence only where there are any."""
    pence = round(float(digits.replace(",", "")) * times * 100)
    return str(pence // 100) if pence % 100 == 0 else f"{pence // 100}.{pence % 100:02d}"

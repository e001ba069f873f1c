"""Reading single cells. Each function answers a value, or raises ``BadCell`` with what is wrong and what to write.

What is wrong is said without the cell's own words: a list of problems holds nobody's name, number or date of birth.
"""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import phonenumbers

_SPACES = re.compile(r"\s+")
_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_WORDY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})[ -,]+(\d{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
_UK_MOBILE = re.compile(r"\+447\d{9}")
_WRITTEN = re.compile(r"[+(]?[\d][\d\s().-]*")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'"))
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"))
LONGEST = 500
"""Characters in any one cell."""


class BadCell(ValueError):
    """A cell cannot be taken. The message is the rest of a sentence that begins with the column's heading."""


def text(cell: Any) -> str:
    """A cell as text, without spaces around it. A whole number has no ".0"; a cell of nothing is empty."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    written = unicodedata.normalize("NFC", _SPACES.sub(" ", str(cell))).strip()
    if len(written) > LONGEST:
        raise BadCell(f"is longer than {LONGEST} characters")
    return written


def name(written: str) -> str:
    """A name with plain hyphens and apostrophes; one written all in capitals gets small letters.

    >>> name("O\u2019NEIL-SMITH")
    "O'Neil-Smith"
    """
    written = written.translate(_APOSTROPHES).translate(_HYPHENS)
    if len(written) > 2 and written.isupper():
        written = "".join(part.capitalize() if part.isalpha() else part for part in re.split(r"([^\w]+)", written))
    return written


def day(cell: Any) -> date:
    """A date: of a spreadsheet, 2010-09-01, 01/09/2010 (day first) or 1 September 2010."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    written = text(cell)
    try:
        if match := _ISO.fullmatch(written):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DATE.fullmatch(written):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if (match := _WORDY.fullmatch(written)) and match[2][:3].lower() in _MONTHS:
            return date(int(match[3]), _MONTHS.index(match[2][:3].lower()) + 1, int(match[1]))
    except ValueError:
        raise BadCell("is not a day that there is; the day comes first, as in 01/09/2010") from None
    raise BadCell("is not a date with four digits for the year; write it as 2010-09-01 or 01/09/2010")


def phone(written: str) -> str:
    """A telephone number in E.164. Numbers without a country are British."""
    number = _e164(written)
    if number is None:
        if re.fullmatch(r"\d(\.\d+)?e\+\d+", written, re.IGNORECASE):
            raise BadCell("was rounded by a spreadsheet; make that column text and put the number in again")
        raise BadCell("is not a telephone number")
    return number


@lru_cache(maxsize=4096)
def _e164(written: str) -> str | None:
    # a spreadsheet that takes it for a number drops the first nought
    if re.fullmatch(r"7\d{9}", written):
        written = "0" + written
    elif re.fullmatch(r"447\d{9}", written):
        written = "+" + written
    if not _WRITTEN.fullmatch(written) or len(written) > 40:
        return None
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < 7:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(number: str) -> bool:
    """Whether a text could reach it: a British mobile number, or any foreign one."""
    return not number.startswith("+44") or _UK_MOBILE.fullmatch(number) is not None


def postcode(written: str) -> str:
    """A postcode with its one space."""
    match = _POSTCODE.fullmatch(re.sub(r"[^A-Z0-9]", "", written.upper()))
    if match is None:
        raise BadCell("is not a whole postcode")
    return f"{match[1]} {match[2]}"


def uln(written: str) -> str:
    """A unique learner number: ten digits, of which the last is made of the others."""
    digits = written.replace(" ", "")
    if not re.fullmatch(r"[1-9]\d{9}", digits) or digits == "9999999999":
        raise BadCell("is not a ULN, which has 10 digits")
    rest = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    if rest == 0 or 10 - rest != int(digits[9]):
        raise BadCell("is not a ULN: one of its digits is wrong")
    return digits


def local_id(written: str) -> str:
    """The council's own number: up to ten digits, without noughts before it."""
    digits = written.replace(" ", "")
    if not re.fullmatch(r"\d{1,10}", digits) or not int(digits):
        raise BadCell("is not a number of up to 10 digits")
    return str(int(digits))


def year_group(written: str) -> int:
    """A school year, from 7 to 14: 11, Y11 or Year 11."""
    match = re.fullmatch(r"(?:year|yr|y)?\s*(\d{1,2})", written, re.IGNORECASE)
    if match is None or not 7 <= int(match[1]) <= 14:
        raise BadCell("is not a school year from 7 to 14")
    return int(match[1])


def code_like(written: str) -> str:
    """A code as it is listed: a workbook's 230.0 is 230."""
    return written.removesuffix(".0")

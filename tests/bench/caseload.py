"""A caseload of any size, all made up, for tests and benchmarks of the record."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADINGS = (
    "Client ID", "ULN", "Forename", "Surname", "DOB", "Mobile", "Postcode", "Town", "School", "Year", "Adviser",
    "Gender", "Ethnicity", "Characteristics", "EHCP", "Activity", "Start date", "Predicted end date", "Date verified",
    "Language",
)  # fmt: skip
FIRST = (
    "Ada", "Ben", "Cora", "Dev", "Eve", "Finn", "Gita", "Hal", "Ines", "Jude", "Kofi", "Lena", "Mo", "Nia", "Omar",
    "Pia", "Quin", "Rosa", "Sol", "Tess", "Uma", "Vic", "Wren", "Yan",
)  # fmt: skip
LAST = (
    "Ash", "Birch", "Cedar", "Dale", "Elm", "Fern", "Gorse", "Hazel", "Ivy", "Juniper", "Kelp", "Larch", "Moss",
    "Nettle", "Oak", "Pine", "Reed", "Sage", "Thorn", "Vine",
)  # fmt: skip
TOWNS = ("Margate", "Ramsgate", "Dover", "Ashford", "Chatham")
ACTIVITIES = ("210", "210", "210", "230", "230", "310", "330", "619", "810")
TODAY = date(2026, 11, 23)


def uln(number: int) -> str | None:
    """A ULN with its check digit, from a number of up to nine digits; None where there is none for it."""
    digits = f"{100_000_000 + number}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    return f"{digits}{10 - rest}" if rest else None


def people(how_many: int, *, seed: int = 7) -> Iterator[list[str]]:
    """Rows, in the order of ``HEADINGS``: Years 11 to 13, the same ones each time."""
    chance = random.Random(seed)
    for number in range(1, how_many + 1):
        born = date(2008, 9, 1) + timedelta(days=chance.randrange(3 * 365))
        at_school = born >= date(2010, 9, 1)
        code = "110" if at_school else chance.choice(ACTIVITIES)
        verified = TODAY - timedelta(days=chance.randrange(90))
        ends = "2027-07-16" if code in ("210", "230") else ""
        yield [
            str(number), uln(number) or "", chance.choice(FIRST), f"{chance.choice(LAST)}-{chance.choice(LAST)}",
            f"{born:%d/%m/%Y}", f"07700 900{number % 1000:03d}", f"CT{number % 20 + 1} 9ZX", chance.choice(TOWNS),
            "Harbour School" if at_school else "", "11" if at_school else "", "Ann Ames", chance.choice("FM"), "WBRI",
            "110;160" if number % 40 == 0 else "", "yes" if number % 25 == 0 else "no", code,
            "" if code == "810" else "01/09/2026", ends, f"{verified:%d/%m/%Y}", "cy" if number % 50 == 0 else "",
        ]  # fmt: skip


def write(path: Path, how_many: int) -> None:
    """A CSV file of this many young people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(people(how_many))

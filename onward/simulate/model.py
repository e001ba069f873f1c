"""The invented young people: who they are, how they answer, and what happens to them in a year.

Every rate is an assumption of this simulation and no finding about anybody. They are here together so that they can be
read, doubted and changed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from casework.activities.years import AGE_OF_YEAR_ELEVEN, academic_age

ANSWERS = 0.45
"""Of texts that ask something, the share that an average person answers."""
STOPS = 0.003
"""Of texts, the share that is answered with STOP."""
COMES_BACK = 0.15
"""Of those who said STOP, the share that says START some weeks later."""
NOT_THEIRS = 0.001
"""Of texts, the share that reaches somebody who says that it is the wrong number."""
UPSET = 0.002
"""Of answers, the share that says something that a person must see at once."""
TAKEN_OVER = 0.08
"""Of tasks, the share for which the adviser takes the conversation over for a while."""

NO_NUMBER, BAD_NUMBER, SHARED_NUMBER = 0.03, 0.02, 0.004
"""At the start: without a number, with one that does not work, with somebody else's."""
LOSES_PHONE_A_DAY = 0.02 / 365
MOVES_AWAY_A_DAY = 0.01 / 365

LEAVES_COURSE_A_DAY = 0.10 / 365
LEAVES_JOB_A_DAY = 0.35 / 365
FINDS_A_PLACE_A_DAY = 0.9 / 365
"""Of people who are NEET or not known: found in, or into, something."""
WITHOUT_NEWS = 0.35
"""Of those who leave something, the share of whom nobody knows what they do then."""

START = (("210", 0.40), ("230", 0.38), ("310", 0.06), ("330", 0.05), ("410", 0.03), ("619", 0.05), ("810", 0.03))
"""What those past compulsory age do at the start, by activity code."""
CHARACTERISTICS = (("110", 0.012), ("140", 0.01), ("170", 0.015), ("180", 0.004), ("200", 0.01), ("211", 0.0))


@dataclass
class Person:
    """One invented young person, as the simulation knows them apart from the record."""

    id: int
    born: date
    phone: str | None
    adviser_id: int
    code: str
    keen: float
    """How readily they answer, around 1."""
    slow: float
    works: bool = True
    """Whether their phone does."""
    mine: bool = True
    """Whether the number is theirs."""
    stopped_at: datetime | None = None
    held_until: datetime | None = None
    """While an adviser has the conversation."""
    prompts: list[datetime] = field(default_factory=list)
    gone: bool = False

    @property
    def learns(self) -> bool:
        """At school, college or in training."""
        return self.code in ("110", "210", "230", "310", "410")


def population(count: int, start: date, advisers: int, random: Random, first: int = 1) -> list[Person]:
    """So many people, of Years 11 to 13 and some of 18, a third each."""
    people: list[Person] = []
    for number in range(first, first + count):
        year = random.choices((11, 12, 13, 14), (0.34, 0.3, 0.28, 0.08))[0]
        september = date(start.year - year - 5, 9, 1)
        born = september + timedelta(days=random.randrange(365))
        code = "110" if year == 11 else _pick(START, random)
        phone = None if random.random() < NO_NUMBER else f"+447{700_000_000 + number:09d}"
        if people and phone and random.random() < SHARED_NUMBER:
            phone = people[-1].phone
        people.append(
            Person(
                id=number,
                born=born,
                phone=phone,
                adviser_id=1 + number % advisers,
                code=code,
                keen=random.betavariate(2, 2) * 2,
                slow=random.random(),
                works=random.random() >= BAD_NUMBER,
            )
        )
    return people


def characteristics(random: Random) -> list[str]:
    """Codes of characteristics; none for most."""
    return [code for code, share in CHARACTERISTICS if random.random() < share]


def _pick(weights: tuple[tuple[str, float], ...], random: Random) -> str:
    return random.choices([code for code, _ in weights], [share for _, share in weights])[0]


@dataclass(frozen=True)
class Change:
    """Something that happens to somebody: a new activity, by a source that tells us."""

    code: str
    source: str


def today(person: Person, day: date, random: Random) -> Change | None:
    """What happens to somebody on a day and comes to the record, if anything."""
    if person.code == "110":
        # Year 11 ends: most go on in September, and the schools say so; of some nobody hears
        if day.month == 9 and day.day == 5 and _left_school(person, day):
            code = random.choices(("210", "230", "310", "619", "810"), (0.42, 0.42, 0.05, 0.05, 0.06))[0]
            return Change(code, "school")
        return None
    if person.learns and random.random() < LEAVES_COURSE_A_DAY:
        return Change("810" if random.random() < WITHOUT_NEWS else "619", "provider")
    if person.code == "330" and random.random() < LEAVES_JOB_A_DAY:
        return Change("619", "adviser")
    if person.code in ("619", "810") and random.random() < FINDS_A_PLACE_A_DAY:
        return Change(random.choices(("230", "330", "310", "410"), (0.5, 0.25, 0.1, 0.15))[0], "adviser")
    return None


def _left_school(person: Person, day: date) -> bool:
    return academic_age(person.born, day) > AGE_OF_YEAR_ELEVEN


def answer_delay(person: Person, random: Random) -> timedelta:
    """How long they take to answer: most within the hour, some in the night, some after weeks."""
    kind = random.random()
    if kind < 0.55:
        return timedelta(minutes=random.uniform(1, 60))
    if kind < 0.85 - 0.2 * person.slow:
        return timedelta(hours=random.uniform(1, 12))
    if kind < 0.97:
        return timedelta(days=random.uniform(0.5, 4))
    return timedelta(days=random.uniform(5, 24))

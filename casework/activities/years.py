"""Academic years, academic ages and the end of compulsory school age.

Sources. England and Wales: Education Act 1996, section 8, and the Education (School Leaving Date) Order 1997: the last
Friday in June of the school year in which they turn 16. Scotland: Education (Scotland) Act 1980, section 33. Northern
Ireland: Education and Libraries (Northern Ireland) Order 1986, article 46. Each agrees with gov.uk, "School leaving
age", as it was quoted elsewhere; that page itself has not been read for this. A service that knows better for somebody
keeps the day in ``YoungPerson.leaves_school_on``.
"""

from datetime import date, timedelta

FIRST_MONTH = 9
"""An academic year begins on 1 September."""
AGE_OF_YEAR_ELEVEN = 15


def academic_year(on: date) -> int:
    """The year in which the academic year of this day began.

    >>> academic_year(date(2027, 8, 31)), academic_year(date(2027, 9, 1))
    (2026, 2027)
    """
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def first_day(year: int) -> date:
    """The first day of the academic year that begins in ``year``."""
    return date(year, FIRST_MONTH, 1)


def last_day(year: int) -> date:
    """The last day of the academic year that begins in ``year``: 31 August of the next."""
    return date(year + 1, 8, 31)


def academic_age(born: date, on: date) -> int:
    """Age in whole years on the 31 August before the academic year of ``on`` began.

    It stays the same all year: somebody of academic age 16 is in Year 12, whatever their birthday.

    >>> academic_age(date(2010, 8, 31), date(2026, 11, 1)), academic_age(date(2010, 9, 1), date(2026, 11, 1))
    (16, 15)
    """
    year = academic_year(on)
    # whoever is born from September on has their birthday after that 31 August
    return year - born.year - (born.month >= FIRST_MONTH)


def year_group(born: date, on: date) -> int:
    """The school year somebody of this age is in, as in 11; 13 and above go on counting."""
    return academic_age(born, on) - AGE_OF_YEAR_ELEVEN + 11


def _turns_sixteen(born: date) -> date:
    try:
        return born.replace(year=born.year + 16)
    except ValueError:  # 29 February
        return date(born.year + 16, 3, 1)


def leaves_school_on(born: date, nation: str = "england") -> date:
    """The last day on which they are of compulsory school age.

    In Scotland, those who turn 16 from October to February leave when the Christmas holidays begin, which each school
    sets: 21 December is used. An unknown nation has England's rule.
    """
    sixteen = _turns_sixteen(born)
    if nation == "scotland":
        if date(sixteen.year, 3, 1) <= sixteen <= date(sixteen.year, 9, 30):
            return date(sixteen.year, 5, 31)
        return date(sixteen.year if sixteen.month >= 10 else sixteen.year - 1, 12, 21)
    if nation == "northern_ireland":
        summer = sixteen.year + (sixteen.month >= FIRST_MONTH)
        late = date(sixteen.year, 7, 2) <= sixteen <= date(sixteen.year, 8, 31)
        return date(sixteen.year + 1 if late else summer, 6, 30)
    return last_friday_in_june(academic_year(sixteen) + 1)


def last_friday_in_june(year: int) -> date:
    """The school leaving date of England and Wales.

    >>> last_friday_in_june(2026)
    datetime.date(2026, 6, 26)
    """
    last = date(year, 6, 30)
    return last - timedelta(days=(last.weekday() - 4) % 7)


def of_compulsory_age(born: date | None, on: date, *, nation: str = "england", leaves: date | None = None) -> bool:
    """Whether they still have to be at school on this day; false where no date of birth and no day is known.

    ``leaves`` is the day that the record has for them, and wins.
    """
    if leaves is None:
        if born is None:
            return False
        leaves = leaves_school_on(born, nation)
    return on <= leaves


def age(born: date, on: date) -> int:
    """Age in whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

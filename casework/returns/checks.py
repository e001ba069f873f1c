"""What is wrong with a record for the return, and what somebody should do about it. Never with anybody's name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from casework.activities.years import age, year_group
from casework.names import NameRules
from casework.nccis import Nccis, Status
from casework.returns.people import Facts, Subject
from casework.returns.spec import PATTERNS, Element, Level, MonthlySpec

_FORMS = {name: re.compile(pattern, re.ASCII) for name, pattern in PATTERNS.items()}


@dataclass(frozen=True)
class Fault:
    """One thing to put right."""

    ref: str
    """Whose record: their ref in Onward."""
    check: str
    level: Level
    words: str
    """What is wrong, and what to do."""


@dataclass(frozen=True)
class Checker:
    """Looks at one record at a time."""

    spec: MonthlySpec
    names: NameRules
    nccis: Nccis
    same_uln: frozenset[str]
    """Numbers that more than one person has."""

    @cached_property
    def leaves(self) -> tuple[Element, ...]:
        """The elements whose form is looked at."""
        return tuple(leaf for leaf in self.spec.person.leaves() if leaf.type in _FORMS)

    def faults(self, subject: Subject, facts: Facts, on: date) -> Iterator[Fault]:
        """Everything that is wrong with one record, as far as it is to be looked at."""
        for check, words in self._found(subject, facts, on):
            level = self.spec.checks[check]
            if level != "never":
                yield Fault(subject.person.ref, check, level, words)

    def _found(self, subject: Subject, facts: Facts, on: date) -> Iterator[tuple[str, str]]:
        person, position = subject.person, subject.position
        if facts["young_persons_id"] is None:
            yield "no_local_id", "There is no local id of up to 10 digits. Put the council's number in."
        for which, name in (("first", person.first_name), ("last", person.last_name)):
            problem = self.names.problem(name)
            if problem:
                yield "name", f"The {which} name {problem}. Put it right."
        if person.gender is None:
            yield "gender", "The gender is not recorded."
        if person.ethnicity is None:
            yield "ethnicity", "The ethnicity is not recorded."
        if not person.postcode:
            yield "address", "There is no postcode."
        if person.uln and person.uln in self.same_uln:
            yield "same_uln", "Somebody else has the same ULN. Take out the one that is wrong."
        yield from self._about_activity(subject, facts, on)
        for code, circumstance in self.spec.circumstances.items():
            if position.recorded_code == code and circumstance not in person.characteristics:
                what = self.nccis.characteristics.get(circumstance, circumstance)
                yield "circumstance", f"The activity is {code}, and {circumstance} ({what}) is not recorded of them."
        for leaf in self.leaves:
            value = facts.get(leaf.value or "")
            for one in value if isinstance(value, list) else (value,):
                if one is not None and not _FORMS[leaf.type].fullmatch(str(one)):
                    yield "form", f"What is recorded for {leaf.name} is not in the form that the return takes."

    def _about_activity(self, subject: Subject, facts: Facts, on: date) -> Iterator[tuple[str, str]]:
        person, fact = subject.person, subject.position.fact
        if fact is None:
            yield "no_activity", "No activity is recorded. They go as not known: find out what they do."
            return
        code = fact.code
        known = self.nccis.activities.get(code)
        if known is None or known.unsure or known.status is Status.UNSETTLED:
            yield "unsettled_code", f"The activity is {code}, whose meaning nobody has confirmed."
        if fact.start is None:
            yield "no_start", "The activity has no start. The first day it was known of is used."
        if facts.get("date_verified") is None and (known is None or known.status is not Status.NOT_KNOWN):
            yield "not_verified", "Nobody has confirmed the activity since it began."
        if code in self.spec.needs_planned_end and fact.end is None:
            yield "no_planned_end", "Education and training need the day on which they are planned to end."
        school_code = known is not None and known.status is Status.COMPULSORY_AGE
        if person.date_of_birth:
            year = year_group(person.date_of_birth, on)
            if not school_code and year < 12 and (known is None or known.status is not Status.NOT_KNOWN):
                yield "too_young", f"The activity is {code}, which is for after Year 11, and they are in Year {year}."
            if school_code and year > 11:
                yield "too_old", f"The activity is {code}, which ends with Year 11. Find out what they do now."
            if code in self.spec.adult_only and age(person.date_of_birth, on) < 18:
                yield "adult_only", f"The activity is {code}, and they are under 18."
        if code in self.spec.needs_plan and not person.ehc_plan:
            yield "needs_plan", f"The activity is {code}, which is for those with an EHC plan only."

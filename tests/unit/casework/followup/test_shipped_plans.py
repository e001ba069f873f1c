"""The plans as they are shipped: they fit each other and their words, and nobody is asked the same thing twice."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path

import pytest

from casework import gsm7
from casework.followup.checking import calendar_warnings, check_followup
from casework.followup.planfile import Book
from casework.voice import Voice
from tests.unit.casework.followup.onpaper import DATA, TODAY, OnPaper, dues

BOOK = Book.load(DATA)
VOICE = Voice.load(DATA)
LONG = {
    "name": "Christopher", "service": "Onward Samphire", "adviser": "Bartholomew", "today": "2026-11-29",
    "provider": "Samphire Coast College of Further and Higher Education", "date": "2027-09-29", "at": "10:30",
    "scheme": "bursary_discretionary", "step": "evidence_sent", "subject": "plumbing and heating",
    "words": "Hi Christopher, see you at the open day on Tuesday at 4pm?",
}  # fmt: skip
LEAST = {
    "name": None,
    "service": "Onward",
    "adviser": None,
    "today": "2026-11-29",
    "scheme": "care_to_learn",
    "step": "x",
    "words": "Hi.",
}
WORDS = sorted(key for key in VOICE.texts["en"] if key.startswith("followup_"))
PROMPTS = sorted(
    {step.says for plan in BOOK.plans for step in plan.steps if step.says}
    | {BOOK.questions.by_key[step.asks].text for plan in BOOK.plans for step in plan.steps if step.asks}
)
SENSITIVE = re.compile(
    r"neet\b|not known|unknown|custody|prison|offend|pregnan|\bcare\b|health|\bill\b|\bparent|disab|benefit|refugee",
    re.IGNORECASE,
)


def test_everything_fits_together() -> None:
    assert check_followup(DATA) == []


def test_days_nobody_has_confirmed_are_said_in_time_and_missing_ones_too() -> None:
    assert list(calendar_warnings(DATA, date(2026, 11, 29))) == [
        "calendar.yml: autumn_term_end on 2026-12-18 is not confirmed"
    ]
    later = list(calendar_warnings(DATA, date(2028, 9, 30)))
    assert "calendar.yml: gcse_results has no day after 2028-09-30; add the next one" in later
    assert "calendar.yml: the last term that it knows ends on 2028-07-21" in later


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("key", WORDS)
def test_every_text_fits_in_two_segments_with_long_values_and_with_few(key: str, language: str) -> None:
    assert key in VOICE.texts[language]
    for values in (LONG, LEAST):
        said = VOICE.render(key, values, language=language, channel="sms")
        assert said.language == language
        measured = gsm7.measure(said.text)
        assert measured.segments <= 2, said.text
        assert measured.encoding == "gsm7", said.text
        assert "None" not in said.text
        VOICE.render(key, values, language=language, channel="web")


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("key", PROMPTS)
def test_every_prompt_names_the_service_and_says_nothing_sensitive(key: str, language: str) -> None:
    for values in (LONG, LEAST):
        said = VOICE.render(key, values, language=language, channel="sms").text
        assert values["service"] in said
        assert not SENSITIVE.search(said), said


def test_money_that_says_something_of_somebody_is_not_named() -> None:
    for scheme in ("care_to_learn", "Care to Learn", "free_meals_england", "bursary_vulnerable"):
        said = VOICE.render("followup_money_step", LONG | {"scheme": scheme}, language="en", channel="sms").text
        assert not re.search(r"care|meal|vulnerable", said, re.IGNORECASE)


@pytest.mark.parametrize("plan", BOOK.plans, ids=lambda plan: plan.key)
def test_every_plan_says_where_it_comes_from_and_when_to_stop(plan: object) -> None:
    content = plan.content  # type: ignore[attr-defined]
    assert content["checked_on"]
    assert len(content["source"]) > 20
    assert len(content["steps"]) <= 5
    # only what is urgent goes however late it is
    assert content["late"]["then"] in ("drop", "next_window") or content.get("urgent")
    # whoever was in touch is skipped for good: only where it comes again, or nothing is lost by it
    assert not plan.in_touch or plan.repeat or plan.unreachable == "skip"  # type: ignore[attr-defined]


def people(today: date) -> Iterator[tuple[str, OnPaper]]:
    """One of each kind of young person, as far as plans tell them apart."""
    september = today.year if today.month >= 9 else today.year - 1
    births = {year: date(september - year - 5, 12, 10) for year in (10, 11, 12, 13)}
    recorded = {
        "new": today - timedelta(days=1),
        "some": today - timedelta(days=40),
        "old": today - timedelta(days=150),
    }
    ends = {"open": None, "soon": today + timedelta(days=50)}
    stages = {"": [], "plan": ["intended"], "applied": ["applied"], "place": ["accepted"], "leaving": ["leaving"]}
    codes = {"young": ["110"], "older": ["210", "230", "310", "330", "410", "260", "530", "550", "619", "615", "640"]}
    codes["older"] += ["810", "820", "830"]
    for year, born in births.items():
        for code, (since, on), (until, end), (at, said) in product(
            codes["young" if year < 12 else "older"], recorded.items(), ends.items(), stages.items()
        ):
            when = today - timedelta(days=1 if at == "leaving" else 30)
            told = [(stage, when, {"provider_ref": "coast"}) for stage in said]
            yield f"{year} {code} {since} {until} {at}", OnPaper(born, [(code, on, end)], told)
    for code in ("230", "330", "310"):
        for days in (3, 20):
            was, left = (code, today - timedelta(days=200), None), ("810", today - timedelta(days=days), None)
            yield f"left {code} {days}", OnPaper(births[12], [was, left])


NOW = [
    plan.key
    for plan in BOOK.plans
    if plan.steps[0].asks and BOOK.questions.by_key[plan.steps[0].asks].about in ("activity", "plans")
]


@pytest.mark.parametrize(
    "today",
    [
        TODAY,
        date(2026, 10, 20),
        date(2027, 3, 1),
        date(2027, 4, 20),
        date(2027, 6, 20),
        date(2027, 8, 20),
        date(2027, 9, 8),
    ],
    ids=str,
)
def test_nobody_is_asked_by_two_plans_within_five_days_what_they_do_or_mean_to_do(today: date) -> None:
    twice: dict[tuple[str, str], list[str]] = {}
    for name, person in people(today):
        subject = person.subject(today)
        asked = {key: dues(plan, subject, BOOK) for key in NOW if (plan := BOOK.get(key))}
        for one, other in combinations(NOW, 2):
            if any(abs((a - b).days) < 5 for a in asked[one] for b in asked[other]):
                twice.setdefault((one, other), []).append(name)
    assert {pair: names[:4] for pair, names in twice.items()} == {}


def test_everybody_who_is_neet_or_not_known_has_a_plan_that_seeks_them() -> None:
    for name, person in people(TODAY):
        subject = person.subject()
        status = subject.position.status.value
        if status not in ("neet", "not_known") or subject.position.code in ("830",):
            continue
        found = [plan.key for plan in BOOK.plans if dues(plan, subject, BOOK) or plan.who(subject)]
        assert found, name


def test_the_files_of_a_folder_elsewhere_are_read_too(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"calendar\.yml"):
        Book.load(tmp_path)

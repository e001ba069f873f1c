"""Looks like yes, looks like no, or can't tell: never a decision, and never one question too many."""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.money.check import NOT_SURE, Answers, Result, check, years_old
from casework.money.schemes import Scheme, Schemes

SCHEMES = Schemes.load(Path(__file__).resolve().parents[4] / "data")
TODAY = date(2026, 11, 22)
SIXTEEN = date(2010, 3, 1)


def scheme(key: str) -> Scheme:
    found = SCHEMES.get(key)
    assert found is not None
    return found


def codes(result: Result) -> list[str]:
    return [reason.code for reason in result.because]


def ask_all(key: str, known: Answers, given: dict[str, Any]) -> tuple[Result, list[str]]:
    """Answer what is asked until nothing is; also what was asked."""
    asked: list[str] = []
    result = check(scheme(key), known, TODAY)
    while result.ask:
        asked.append(result.ask)
        known = replace(known, **{result.ask: given[result.ask]})
        result = check(scheme(key), known, TODAY)
    return result, asked


def test_a_student_in_cardiff_looks_like_yes() -> None:
    given = {"learning": "college", "hours": "enough", "dependants": "one", "income": "under"}
    result, asked = ask_all("ema_wales", Answers(date_of_birth=SIXTEEN), given)
    assert result.verdict == "yes"
    assert asked == ["learning", "hours", "dependants", "income"]


def test_a_school_is_not_asked_about_hours() -> None:
    given = {"learning": "school", "dependants": "more", "income": "under"}
    result, asked = ask_all("ema_wales", Answers(date_of_birth=SIXTEEN), given)
    assert (result.verdict, asked) == ("yes", ["learning", "dependants", "income"])


def test_one_no_ends_the_questions() -> None:
    result, asked = ask_all("ema_wales", Answers(date_of_birth=SIXTEEN), {"learning": "apprenticeship"})
    assert (result.verdict, asked, codes(result)) == ("no", ["learning"], ["learning"])


def test_the_birthday_on_the_last_day_of_august_counts() -> None:
    given = {"learning": "school", "dependants": "one", "income": "under"}
    for born, verdict in ((date(2010, 8, 31), "yes"), (date(2010, 9, 1), "no"), (date(2007, 8, 31), "no")):
        result, _ = ask_all("ema_wales", Answers(date_of_birth=born), given)
        assert result.verdict == verdict, born


def test_an_age_that_could_be_either_side_asks_for_the_birthday() -> None:
    result = check(scheme("ema_wales"), Answers(age=16), TODAY)
    assert result.ask == "date_of_birth"
    assert check(scheme("ema_wales"), Answers(age=17), TODAY).ask == "learning"
    assert check(scheme("ema_wales"), Answers(age=15), TODAY).verdict == "no"


@pytest.mark.parametrize("question", ["learning", "hours", "income"])
def test_not_sure_is_an_answer(question: str) -> None:
    given = {"learning": "college", "hours": "enough", "dependants": "one", "income": "under", question: NOT_SURE}
    result, _ = ask_all("ema_wales", Answers(date_of_birth=SIXTEEN), given)
    assert result.verdict == "cannot_tell"
    assert f"not_sure_{question}" in codes(result)


def test_unsure_of_the_household_asks_about_the_lower_bound() -> None:
    known = Answers(date_of_birth=SIXTEEN, learning="school", dependants=NOT_SURE)
    asked = check(scheme("ema_wales"), known, TODAY)
    assert asked.ask_args == {"pounds": 24570}
    assert check(scheme("ema_wales"), replace(known, income="under"), TODAY).verdict == "yes"
    assert check(scheme("ema_wales"), replace(known, income="over"), TODAY).verdict == "cannot_tell"


def test_a_threshold_that_nobody_has_confirmed_is_not_guessed() -> None:
    known = Answers(date_of_birth=SIXTEEN, learning="school")
    result = check(scheme("ema_northern_ireland"), known, TODAY)
    assert (result.verdict, codes(result), result.ask) == ("cannot_tell", ["threshold_not_known"], None)


def test_a_closed_scheme_is_a_no_that_says_since_when() -> None:
    result = check(scheme("ema_england"), Answers(), TODAY)
    assert (result.verdict, codes(result)) == ("no", ["closed"])
    assert result.because[0].args == {"on": "2011-01-01"}


def test_what_a_provider_decides_is_never_foretold() -> None:
    known = Answers(date_of_birth=SIXTEEN, learning="college")
    result = check(scheme("bursary_discretionary"), known, TODAY)
    assert (result.verdict, codes(result)) == ("cannot_tell", ["decided"])


def test_a_group_is_asked_as_one_question() -> None:
    known = Answers(date_of_birth=SIXTEEN, learning="college")
    asked = check(scheme("bursary_vulnerable"), known, TODAY)
    assert asked.ask == "group"
    assert check(scheme("bursary_vulnerable"), replace(known, group="yes"), TODAY).verdict == "yes"
    assert check(scheme("bursary_vulnerable"), replace(known, group="no"), TODAY).verdict == "no"


def test_care_to_learn_goes_by_the_age_at_the_start() -> None:
    known = Answers(date_of_birth=date(2006, 12, 1), learning="college", parent="yes")
    assert check(scheme("care_to_learn"), known, TODAY).verdict == "yes"
    assert check(scheme("care_to_learn"), replace(known, start=date(2027, 1, 5)), TODAY).verdict == "no"


def test_stale_facts_say_so() -> None:
    assert not check(scheme("ema_wales"), Answers(), TODAY).stale
    assert check(scheme("ema_wales"), Answers(), date(2027, 6, 1)).stale


def test_a_leap_birthday() -> None:
    assert years_old(date(2008, 2, 29), date(2024, 2, 28)) == 15
    assert years_old(date(2008, 2, 29), date(2024, 2, 29)) == 16
    assert years_old(date(2008, 2, 29), date(2025, 3, 1)) == 17


answers = st.builds(
    Answers,
    date_of_birth=st.one_of(st.none(), st.dates(date(1999, 1, 1), date(2016, 12, 31))),
    age=st.one_of(st.none(), st.just(NOT_SURE), st.integers(10, 26)),
    learning=st.sampled_from([None, NOT_SURE, "school", "college", "training", "apprenticeship", "job"]),
    hours=st.sampled_from([None, NOT_SURE, "enough", "fewer"]),
    dependants=st.sampled_from([None, NOT_SURE, "one", "more"]),
    income=st.sampled_from([None, NOT_SURE, "under", "over"]),
    group=st.sampled_from([None, NOT_SURE, "yes", "no"]),
    universal_credit=st.sampled_from([None, NOT_SURE, "yes", "no"]),
    parent=st.sampled_from([None, NOT_SURE, "yes", "no"]),
)


@given(st.sampled_from(SCHEMES.all()), answers)
def test_whatever_is_answered(one: Scheme, known: Answers) -> None:
    result = check(one, known, TODAY)
    # a yes never rests on something that nobody said
    if result.verdict == "yes":
        assert result.ask is None
        assert all(not code.startswith("not_") for code in codes(result))
    # what was answered is not asked again
    if result.ask not in (None, "date_of_birth"):
        assert known.value(result.ask) is None
    # more answers never turn a no into anything else
    if result.verdict == "no":
        for field in fields(Answers):
            if getattr(known, field.name) is None and field.name not in ("start", "date_of_birth", "age"):
                for value in ("yes", "enough", "one", "under", "school"):
                    assert check(one, replace(known, **{field.name: value}), TODAY).verdict == "no"  # type: ignore[arg-type]


@given(st.sampled_from(SCHEMES.all()), answers)
def test_the_questions_come_to_an_end(one: Scheme, known: Answers) -> None:
    asked: list[str] = []
    while (result := check(one, known, TODAY)).ask:
        assert result.ask not in asked
        asked.append(result.ask)
        value: Any = date(2010, 1, 1) if result.ask == "date_of_birth" else NOT_SURE
        known = replace(known, **{result.ask: value})
    assert len(asked) <= 6

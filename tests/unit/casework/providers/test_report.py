"""Reading a report: what is taken, and what is said of what is not."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.providers.report import KINDS, Problem, Report, read_report
from tests.unit.casework.providers.conftest import TODAY, item

OLD = {"first_name": "A", "last_name": "B", "date_of_birth": "1960-01-01"}


def problems(data: Any) -> dict[str, str]:
    found = read_report(data, TODAY)
    assert isinstance(found, list), found
    assert all(isinstance(one, Problem) for one in found)
    return dict(found)


def good(data: Any) -> Report:
    found = read_report(data, TODAY)
    assert isinstance(found, Report), found
    return found


def test_a_report_as_it_should_be() -> None:
    person = {"first_name": " Joanna ", "last_name": "Reed", "uln": "1000 000 043", "postcode": "ct91aa",
              "phone": "07700 900123", "date_of_birth": "2/9/2009"}  # fmt: skip
    found = good(item(person=person, course="C1", reason=None))
    assert found.person.first_name == "Joanna"
    assert (found.person.uln, found.person.postcode, found.person.phone) == (
        "1000000043", "CT9 1AA", "+447700900123",
    )  # fmt: skip
    assert found.person.date_of_birth == date(2009, 9, 2)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"id": ""}, "id", "is empty"),
        ({"id": "a b"}, "id", "no spaces"),
        ({"id": 12}, "id", "must be text"),
        ({"kind": "offer"}, "kind", "must be one of interview, offer_made"),
        ({"on": "2026-09-02"}, "on", "is still to come"),
        ({"on": "2020-01-01"}, "on", "more than three years ago"),
        ({"on": "1 Sept"}, "on", "is not a date"),
        ({"on": ""}, "on", "is missing"),
        ({"on": 1756684800}, "on", "must be text"),
        ({"surprise": 1}, "surprise", "is not a field of a report"),
        ({"person": "Jo Reed"}, "person", "must be an object"),
        ({"person": {"first_name": "Jo", "last_name": "Reed"}}, "person", "by their name alone"),
        ({"person": {"last_name": "Reed", "uln": "1000000043"}}, "person.first_name", "is missing"),
        ({"person": {"first_name": "A", "last_name": "B", "uln": "1000000044"}}, "person.uln", "is not a ULN"),
        ({"person": OLD}, "person.date_of_birth", "10 to 30"),
        ({"reason": "a nought \0"}, "reason", "cannot be kept"),
        ({"subject": "half of one \ud83d"}, "subject", "cannot be kept"),
        ({"\ud83d": 1}, "report", "cannot be kept"),
        ({"reason": "x" * 501}, "reason", "longer than 500 characters"),
        ({"kind": "left"}, "reason", "say why they left"),
        ({"kind": "leaving"}, "planned_end", "say when they plan to leave"),
        ({"kind": "interview"}, "interview_at", "say when the interview is"),
        ({"kind": "planned_end"}, "planned_end", "is missing"),
        ({"kind": "started", "planned_end": "2026-08-01"}, "planned_end", "is before the day of the report"),
        ({"kind": "interview", "interview_at": "soon"}, "interview_at", "write it as 2027-03-10T09:30"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_plain_words(change: dict[str, Any], field: str, words: str) -> None:
    found = problems(item() | change)
    assert words in found[field]


def test_everything_that_is_wrong_is_said_at_once_and_never_with_a_name() -> None:
    found = problems({"id": "x", "kind": "??", "person": {"first_name": "Josephine" * 20, "phone": "Reedphone"}})
    assert set(found) == {"kind", "on", "person.first_name", "person.last_name", "person.phone"}
    assert "Josephine" not in str(found)
    assert "Reedphone" not in str(found)
    assert set(problems(None)) == {"report"}


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-08-25T09:30", datetime(2026, 8, 25, 8, 30, tzinfo=UTC)),
        ("2026-12-25 09:30", datetime(2026, 12, 25, 9, 30, tzinfo=UTC)),
        ("2026-08-25T09:30:00+02:00", datetime(2026, 8, 25, 7, 30, tzinfo=UTC)),
        ("25/08/2026", datetime(2026, 8, 24, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_hour_of_an_interview_is_londons(written: str, at: datetime) -> None:
    assert good(item("interview", interview_at=written)).interview_at == at


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "kind", "on", "person", "course", "reason", "planned_end", "interview_at", "level"]),
        json | st.sampled_from([*KINDS, "2026-08-01"]),
    )
    | json
)
def test_whatever_comes_is_a_report_or_says_what_is_wrong(data: Any) -> None:
    found = read_report(data, TODAY)
    assert isinstance(found, Report) or found

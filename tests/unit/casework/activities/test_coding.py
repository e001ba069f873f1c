"""Codes by rules: total, without dead rules, and never claiming more than was said."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.activities.coding import Coding
from casework.activities.facts import KINDS, ActivityFacts, age_band
from casework.activities.rulefile import UNKNOWN, VALUES
from casework.nccis import NOT_KNOWN, Status
from casework.yamlfile import BadData
from tests.unit.casework.activities.conftest import DATA


def said(kind: str, **more: object) -> ActivityFacts:
    return ActivityFacts.model_validate({"kind": kind, "age": "under_18"} | more)


@pytest.mark.parametrize(
    ("facts", "code", "ask"),
    [
        (said("job"), "330", "training"),
        (said("job", training="none", hours=38), "330", "temporary"),
        (said("job", training="none", hours=12), "360", "temporary"),
        (said("job", training="regulated"), "340", "hours"),
        (said("job", training="regulated", hours=30, temporary=False), "320", "self_employed"),
        (said("job", training="regulated", hours=8), "360", "self_employed"),
        (said("job", temporary=True), "350", "training"),
        (said("job", self_employed=True, training="regulated"), "381", "since"),
        (said("job", self_employed=True), "380", "training"),
        (said("job", age="school_age"), "150", "since"),
        (said("apprenticeship", since=date(2026, 9, 1)), "310", None),
        (said("apprenticeship", age=None), "810", "age"),
        (said("school"), "210", "part_time"),
        (said("school", age="school_age"), "110", "since"),
        (said("college"), "230", "provider"),
        (said("college", part_time=True), "250", "since"),
        (said("college", provider_kind="sixth_form_college"), "220", "part_time"),
        (said("training"), "430", "programme"),
        (said("re_engagement"), "530", "since"),
        (said("gap_year"), "260", "since"),
        (said("volunteering"), "810", "alone"),
        (said("volunteering", beside="nothing"), "810", "training"),
        (said("volunteering", beside="nothing", training="none"), "540", "since"),
        (said("volunteering", beside="nothing", training="regulated"), "550", "since"),
        (said("caring"), "810", "alone"),
        (said("caring", beside="nothing"), "620", "since"),
        (said("caring", beside="college"), "230", "provider"),
        (said("parenting", beside="nothing"), "630", "since"),
        (said("ill", beside="nothing"), "640", "since"),
        (said("looking"), "810", "alone"),
        (said("looking", beside="nothing"), "619", "since"),
        (said("looking", beside="job"), "330", "training"),
        (said("nothing"), "619", "looking"),
        (said("nothing", looking=False), "610", "since"),
        (said("start_agreed", beside="nothing", compliant=True), "616", "start_on"),
        (said("start_agreed", beside="nothing"), "615", "compliant"),
        (said("start_agreed"), "810", "alone"),
        (said("custody", age="adult"), "710", "since"),
        (said("custody"), "290", "since"),
        (said("custody", age="school_age"), "130", "since"),
        (said("left"), "810", "what"),
        (said("refused"), "830", None),
        (said("no_contact"), "820", None),
    ],
)
def test_codes_and_the_one_question_to_ask(coding: Coding, facts: ActivityFacts, code: str, ask: str | None) -> None:
    coded = coding.code_for(facts)
    assert coded.code == code
    assert (coded.ask.about if coded.ask else None) == ask
    assert len(coded.rule) > 10


def test_a_job_counts_as_employment_until_its_training_is_known(coding: Coding) -> None:
    coded = coding.code_for(said("job"))
    assert coded.status is Status.EMPLOYMENT
    assert not coded.settled
    assert coding.code_for(said("job", training="none")).settled


def test_something_that_begins_later_is_an_agreed_start(coding: Coding) -> None:
    today = date(2026, 11, 2)
    course = said("college", since=date(2027, 1, 11)).settled(today)
    assert (course.kind, course.compliant, course.start_on) == ("start_agreed", True, date(2027, 1, 11))
    assert said("job", since=date(2027, 1, 11), training="none").settled(today).compliant is False
    assert said("job", since=date(2027, 1, 11)).settled(today).compliant is None
    assert said("college", since=date(2026, 9, 1)).settled(today).kind == "college"


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2010, 11, 2), "school_age"),
        (date(2009, 11, 2), "under_18"),
        (date(2008, 11, 23), "adult"),
        (date(2008, 11, 24), "under_18"),
        (None, None),
    ],
)
def test_age_bands(born: date | None, band: str | None) -> None:
    assert age_band(born, date(2026, 11, 23)) == band


_MAYBE = st.none() | st.booleans()
ANY_FACTS = st.builds(
    ActivityFacts,
    kind=st.sampled_from(KINDS),
    hours=st.none() | st.sampled_from([0, 8, 19.5, 20, 37.5]),
    training=st.sampled_from([None, "regulated", "other", "none"]),
    temporary=_MAYBE,
    self_employed=_MAYBE,
    part_time=_MAYBE,
    beside=st.sampled_from([None, "nothing", "school", "college", "university", "training", "apprenticeship", "job"]),
    looking=_MAYBE,
    programme=st.sampled_from([None, "funded", "supported_internship", "traineeship", "dwp", "other"]),
    provider_kind=st.sampled_from([None, "school", "sixth_form_college", "college", "university", "special"]),
    compliant=_MAYBE,
    age=st.sampled_from([None, "school_age", "under_18", "adult"]),
)

WORK_AND_CARE = {"job", "volunteering", "caring", "parenting", "pregnant", "ill", "looking", "nothing", "start_agreed"}


@settings(max_examples=500, deadline=None)
@given(ANY_FACTS)
def test_a_code_never_claims_more_than_was_said(coding: Coding, facts: ActivityFacts) -> None:
    coded = coding.code_for(facts)
    main = coded.facts
    state = coding.file.state(main)
    outcomes = {coding.nccis.status(rule.code) for _, rule in coding.possible(coding.file.kinds[main.kind], state)}
    for claim in (Status.PARTICIPATING, Status.NEET):
        if coded.status is claim:
            assert outcomes == {claim}
    # every code says something, and each part of it must have been said
    if coded.code == "320":
        assert (main.training, main.temporary) == ("regulated", False)
        assert main.hours is not None
        assert main.hours >= 20
    if coded.code == "360":
        assert main.hours is not None
        assert main.hours < 20
    if coded.code == "340":
        assert main.training in ("regulated", "other")
    if coded.code == "350":
        assert main.temporary is True
    if coded.code == "381":
        assert (main.training, main.self_employed) == ("regulated", True)
    if coded.code == "616":
        assert main.compliant is True
    if coded.code == "610":
        assert main.looking is False
    if coded.code == "250":
        assert main.part_time is True
    if coded.status is Status.NEET:
        assert main.kind == "nothing" or main.beside == "nothing"
        assert main.age in ("under_18", "adult")


@settings(max_examples=300, deadline=None)
@given(ANY_FACTS)
def test_neet_and_not_known_are_never_confused(coding: Coding, facts: ActivityFacts) -> None:
    coded = coding.code_for(facts)
    if coded.facts.kind in ("refused", "no_contact", "left", "not_known"):
        assert coded.status in (Status.NOT_KNOWN, Status.COMPULSORY_AGE)
    if coded.facts.kind == "job":
        assert coded.status is not Status.NEET
        assert coded.code != NOT_KNOWN
    if coded.status is Status.NEET:
        assert coded.facts.kind in WORK_AND_CARE - {"job"}


@settings(max_examples=200, deadline=None)
@given(ANY_FACTS)
def test_what_is_unclear_is_what_could_change_the_code(coding: Coding, facts: ActivityFacts) -> None:
    coded = coding.code_for(facts)
    order = [question.decisive for question in coded.unclear]
    assert order == sorted(order, reverse=True)
    if coded.settled:
        kind = coding.file.kinds[coded.facts.kind]
        outcomes = coding.possible(kind, coding.file.state(coded.facts))
        assert {coding.nccis.status(rule.code) for _, rule in outcomes} == {coded.status}


def test_rules_are_total_and_none_is_dead(coding: Coding) -> None:
    assert set(coding.file.kinds) == set(KINDS)
    for kind in coding.file.kinds.values():
        fired = {kind.first(state).id for state in kind.states()}
        assert fired == {rule.id for rule in kind.rules}


def changed(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "data"
    (folder / "plans").mkdir(parents=True)
    shutil.copy(DATA / "nccis.yml", folder)
    text = (DATA / "plans" / "activity_rules.yml").read_text(encoding="utf-8")
    assert old in text
    (folder / "plans" / "activity_rules.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('{id: looking, when: {alone: "yes", age: [under_18, adult]}', "{id: looking, when: {age: adult}", "alone"),
        ('training: regulated, temporary: "no", age: [under_18, adult]}, code: "320"',
         'training: regulated}, code: "320"', "job_regulated claims participating"),
        ('{id: gap_year, code: "260"', '{id: gap_year, when: {age: adult}, code: "260"', "the last rule of gap_year"),
        ('{id: job_part_time, when: {hours: part}', '{id: job_part_time, when: {temporary: "yes"}', "never reached"),
        ('code: "530"', 'code: "999"', "999"),
        ("{hours: part}", "{hours: few}", "hours cannot be"),
    ],
)  # fmt: skip
def test_a_rule_that_breaks_a_promise_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(BadData, match=says):
        Coding.load(changed(tmp_path, old, new))


def test_every_value_of_a_fact_has_a_word() -> None:
    assert all(UNKNOWN not in values for values in VALUES.values())

"""Destinations as a history: several at once, changed minds, and the same picture whatever arrives when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from casework.destinations.facts import Fact
from casework.destinations.picture import Picture, picture
from casework.destinations.stages import APPLICATION, ENDINGS, LADDER, STAGES

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def said(stage: str, day: int = 0, **more: Any) -> Fact:
    """What a young person texts, some days after the first of March."""
    values: dict[str, Any] = {
        "source": "young_person",
        "recorded_at": NOON + timedelta(days=day),
        "message_id": day + 1,
    }
    return Fact(stage=stage, **values | more)


def told(stage: str, day: int = 0, **more: Any) -> Fact:
    """What a provider reports of a day, some time afterwards."""
    values: dict[str, Any] = {
        "source": "provider",
        "on_date": date(2027, 3, 1) + timedelta(days=day),
        "recorded_at": NOON + timedelta(days=day + 20),
        "report_id": 100 + day,
        "provider_ref": "P05",
    }
    return Fact(stage=stage, **values | more)


def only(found: Picture) -> Any:
    assert len(found.applications) == 1
    return found.applications[0]


def test_nothing_is_known_of_nobody() -> None:
    found = picture([])
    assert found.nothing_known
    assert found.first is None
    assert not found.undecided


def test_undecided_is_an_answer_and_not_the_lack_of_one() -> None:
    found = picture([said("intended", undecided=True)])
    assert found.undecided
    assert not found.nothing_known


def test_changing_ones_mind_adds() -> None:
    college = said("intended", 0, route="college", subject="plumbing", sure="very")
    work = said("intended", 5, route="apprenticeship", subject="plumbing")
    found = picture([work, college])
    assert found.first is not None
    assert found.first.now.route == "apprenticeship"
    # how sure they were of the college says nothing of the apprenticeship
    assert found.first.now.sure is None
    assert found.first.history == (college, work)


def test_a_detail_is_added_to_the_plan_that_stands() -> None:
    plan = said("intended", 0, route="college", provider_ref="P05", subject="plumbing", level="2", help_wanted="travel")
    found = picture([plan, said("intended", 3, level="3", sure="fairly")])
    assert found.first is not None
    now = found.first.now
    assert (now.provider_ref, now.subject, now.level, now.sure, now.help_wanted) == (
        "P05", "plumbing", "3", "fairly", "travel",
    )  # fmt: skip


def test_undecided_takes_the_second_choice_back_and_keeps_it() -> None:
    first, second = said("intended", 0, subject="plumbing"), said("intended", 0, subject="catering", choice=2)
    found = picture([first, second, said("intended", 4, undecided=True)])
    assert [plan.choice for plan in found.plans] == [1]
    assert found.choices[2].history == (second,)
    again = picture([first, second, said("intended", 4, undecided=True), said("intended", 5, subject="it", choice=2)])
    assert [plan.choice for plan in again.plans] == [1, 2]


def test_two_first_choices_on_one_day_stand_in_the_order_they_were_said() -> None:
    morning = said("intended", subject="plumbing")
    later = said("intended", subject="catering", message_id=7, recorded_at=NOON + timedelta(hours=3))
    assert picture([later, morning]).choices[1].now.subject == "catering"


def test_an_application_climbs_and_hearing_of_the_start_again_takes_nothing_back() -> None:
    facts = [
        said("applied", 0, provider_ref="P05", subject="plumbing"),
        told("offered", 10, subject="plumbing"),
        said("applied", 12, provider_ref="P05", subject="plumbing"),
    ]
    assert only(picture(facts)).stage == "offered"
    assert picture(facts).nothing_known is False


def test_applied_offered_and_started_are_different_facts() -> None:
    found = only(picture([told("started", 3, subject="plumbing")]))
    assert [fact.stage for fact in found.history] == ["started"]
    assert found.offer_between(date(2027, 3, 4), date(2027, 3, 4)) == date(2027, 3, 4)
    assert picture([told("started", 3, subject="plumbing")]).first is None


def test_several_applications_stand_beside_each_other() -> None:
    facts = [
        said("applied", 0, provider_ref="P05", subject="plumbing"),
        said("applied", 0, provider_ref="P04", subject="plumbing"),
        said("applied", 1, provider_ref="P05", subject="catering"),
        told("rejected", 9, subject="plumbing", reason="The course is full"),
    ]
    stages = {(one.provider_ref, one.subject): one.stage for one in picture(facts).applications}
    assert stages == {("P05", "plumbing"): "rejected", ("P04", "plumbing"): "applied", ("P05", "catering"): "applied"}
    assert len(picture(facts).open) == 2


def test_declined_and_then_accepted_after_all() -> None:
    facts = [told("offered"), said("declined", 2, provider_ref="P05"), said("accepted", 3, provider_ref="P05")]
    assert only(picture(facts)).stage == "accepted"
    assert only(picture(facts[:2])).stage == "declined"
    assert only(picture(facts[:2])).offer_between(date(2027, 3, 1), date(2027, 3, 31)) == date(2027, 3, 1)


def test_what_a_young_person_says_in_the_day_counts_after_what_a_list_says_of_it() -> None:
    facts = [told("offered", 2), said("declined", 2, provider_ref="P05")]
    assert only(picture(facts)).stage == "declined"


def test_a_place_without_a_name_is_the_only_one_it_can_be() -> None:
    one = said("applied", 0, provider_ref="P05", subject="plumbing")
    got_in = said("offered", 5)
    assert only(picture([one, got_in])).stage == "offered"
    # with two it stays by itself
    found = picture([one, said("applied", 1, provider_ref="P04", subject="it", message_id=9), got_in])
    assert sorted(len(thread.history) for thread in found.applications) == [1, 1, 1]
    # one that was begun later does not take it away
    found = picture([one, got_in, said("applied", 9, provider_ref="P04", subject="it")])
    assert sorted(len(thread.history) for thread in found.applications) == [1, 2]


def test_a_course_and_its_subject_are_one_application() -> None:
    facts = [
        said("applied", 0, provider_ref="P05", subject="plumbing"),
        told("offered", 4, course_ref="C7", subject="plumbing", level="2"),
    ]
    found = only(picture(facts))
    assert (found.course_ref, found.stage, found.level) == ("C7", "offered", "2")
    other = said("applied", 1, provider_ref="P05", subject="catering")
    assert len(picture([*facts, other]).applications) == 2


def test_the_planned_end_changes_without_moving_the_stage() -> None:
    facts = [
        told("started", 0, ends_on=date(2028, 6, 30)),
        told("left", 30, reason="Moved away"),
        told("planned_end", 40, ends_on=date(2028, 7, 31)),
    ]
    found = only(picture(facts))
    assert (found.stage, found.reason, found.ends_on) == ("left", "Moved away", date(2028, 7, 31))
    assert only(picture(facts[:1])).place


def test_leaving_is_still_there_and_not_turning_up_is_not() -> None:
    leaving = only(picture([told("started", 0), told("leaving", 20, ends_on=date(2027, 4, 1))]))
    assert leaving.open
    assert leaving.place
    missed = only(picture([told("offered", 0), told("no_show", 20, missed="enrolment")]))
    assert not missed.open
    assert not missed.place


def test_no_show_at_an_interview_shows_no_offer_and_one_at_enrolment_does() -> None:
    assert not told("no_show", missed="interview").shows_offer
    assert told("no_show", missed="enrolment").shows_offer


facts = st.builds(
    Fact,
    stage=st.sampled_from(STAGES),
    source=st.sampled_from(["young_person", "provider", "school", "adviser"]),
    recorded_at=st.integers(0, 300).map(lambda hours: NOON + timedelta(hours=hours)),
    provider_ref=st.sampled_from([None, "P04", "P05"]),
    course_ref=st.sampled_from([None, None, "C1", "C2"]),
    subject=st.sampled_from([None, "plumbing", "it"]),
    route=st.sampled_from([None, "college"]),
    undecided=st.booleans(),
    choice=st.sampled_from([1, 1, 2]),
    on_date=st.one_of(st.none(), st.integers(0, 12).map(lambda days: date(2027, 3, 1) + timedelta(days=days))),
    missed=st.sampled_from([None, "interview", "enrolment"]),
    message_id=st.one_of(st.none(), st.integers(1, 9)),
)


@given(st.lists(facts, max_size=12).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows * 2))))
def test_any_order_of_arrival_with_everything_twice_gives_the_same_picture(both: tuple[list[Fact], list[Fact]]) -> None:
    once, shuffled = both
    # every row gets the id it would have by its arrival
    arrived = [replace(fact, id=number) for number, fact in enumerate(shuffled)]
    assert picture(arrived) == picture(once)


@given(
    st.lists(
        facts.map(lambda fact: replace(fact, message_id=fact.message_id or 1, on_date=fact.on_date or NOON.date())),
        max_size=8,
        unique_by=lambda fact: fact.fingerprint,
    ).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations([(fact, hours) for fact in rows for hours in (0, 48)]))
    )
)
def test_a_replay_days_later_changes_nothing_whichever_comes_first(
    both: tuple[list[Fact], list[tuple[Fact, int]]],
) -> None:
    # a list that is read in again says the same under a later moment: the first time it was said stands
    once, replayed = both
    arrived = [replace(fact, recorded_at=fact.recorded_at + timedelta(hours=hours)) for fact, hours in replayed]
    assert picture(arrived) == picture(once)


@given(st.lists(facts, max_size=12))
def test_nothing_that_was_said_disappears(rows: list[Fact]) -> None:
    found = picture(rows)
    assert {fact.fingerprint for fact in found.history} == {fact.fingerprint for fact in rows}
    assert len(found.history) == len({fact.fingerprint for fact in rows})
    assert [fact.order for fact in found.history] == sorted(fact.order for fact in found.history)


@given(st.lists(facts, max_size=10), st.integers(0, 9))
def test_a_fact_more_never_takes_one_out_of_the_history(rows: list[Fact], number: int) -> None:
    if not rows:
        return
    before = {fact.fingerprint for fact in picture(rows[:number]).history}
    assert before <= {fact.fingerprint for fact in picture(rows).history}


@given(st.lists(facts, max_size=12))
def test_a_stage_is_never_claimed_that_nobody_told(rows: list[Fact]) -> None:
    for one in picture(rows).applications:
        stages = {fact.stage for fact in one.history}
        assert stages <= APPLICATION
        assert one.stage in stages
        if one.stage in LADDER:
            assert one.reached == one.stage
        if one.stage not in ENDINGS and one.stage in LADDER and not stages & set(ENDINGS):
            assert one.stage == max(stages & set(LADDER), key=LADDER.index)

"""What counted when, out of rows that were only added: lapsing, late news, days NEET."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.activities.neet import days_neet, joiners_and_leavers, total_days
from casework.activities.timeline import Codebook, Fact, Who, at
from casework.nccis import Status
from tests.unit.casework.activities.conftest import fact

BORN = date(2009, 5, 4)
WHO = Who(BORN)
SEPT, NOV, JAN = date(2026, 9, 1), date(2026, 11, 1), date(2027, 1, 10)


def code_at(book: Codebook, facts: list[Fact], on: date, who: Who = WHO) -> str | None:
    segment = at(book.timeline(facts, who), on)
    return segment.code if segment else None


def test_neet_that_goes_out_of_date_stays_neet_and_everything_else_becomes_not_known(book: Codebook) -> None:
    later = SEPT + timedelta(days=900)
    neet = at(book.timeline([fact(1, "619", SEPT)], WHO), later)
    college = at(book.timeline([fact(1, "230", SEPT)], WHO), later)
    job = at(book.timeline([fact(1, "330", SEPT)], WHO), later)
    assert neet
    assert college
    assert job
    assert (neet.code, neet.status, neet.lapsed) == ("619", Status.NEET, True)
    assert (college.code, college.status, college.lapsed) == ("810", Status.NOT_KNOWN, True)
    assert (job.code, job.status) == ("810", Status.NOT_KNOWN)


def test_neet_stays_until_they_progress(book: Codebook) -> None:
    facts = [fact(1, "619", SEPT), fact(2, "310", SEPT + timedelta(days=900))]
    assert code_at(book, facts, SEPT + timedelta(days=899)) == "619"
    assert code_at(book, facts, SEPT + timedelta(days=900)) == "310"


def test_a_course_does_not_count_beyond_its_planned_end(book: Codebook) -> None:
    course = [fact(1, "230", SEPT, end=date(2027, 6, 30))]
    assert code_at(book, course, date(2027, 6, 30)) == "230"
    assert code_at(book, course, date(2027, 7, 1)) == "810"


def test_the_last_current_day_still_counts(book: Codebook) -> None:
    job = fact(1, "330", SEPT, expires_on=NOV)
    assert code_at(book, [job], NOV) == "330"
    assert code_at(book, [job], NOV + timedelta(days=1)) == "810"


def test_school_lasts_to_the_end_of_august_and_is_then_not_known(book: Codebook) -> None:
    who = Who(date(2010, 11, 2))
    facts = [fact(1, "110", SEPT)]
    assert code_at(book, facts, date(2027, 8, 31), who) == "110"
    assert code_at(book, facts, date(2027, 9, 1), who) == "810"
    younger = Who(date(2012, 11, 2))
    # still of school age: not known in the words for that age, until the last Friday in June of Year 11
    assert code_at(book, facts, date(2027, 9, 1), younger) == "150"
    assert code_at(book, facts, date(2029, 6, 29), younger) == "150"
    assert code_at(book, facts, date(2029, 6, 30), younger) == "810"


def test_an_old_list_does_not_undo_newer_news(book: Codebook) -> None:
    told = fact(1, "330", NOV)
    late = fact(2, "230", SEPT, verified_on=date(2026, 9, 15), recorded_on=date(2026, 12, 1), source="provider")
    assert code_at(book, [told, late], date(2026, 10, 1)) == "230"
    assert code_at(book, [told, late], date(2026, 12, 2)) == "330"


def test_a_later_check_replaces_what_it_contradicts(book: Codebook) -> None:
    told = fact(1, "619", NOV)
    seen = fact(2, "230", SEPT, verified_on=date(2026, 12, 1), recorded_on=date(2026, 12, 1), source="provider")
    assert code_at(book, [told, seen], date(2026, 11, 15)) == "230"


def test_something_long_over_does_not_undo_the_present(book: Codebook) -> None:
    now = fact(1, "230", SEPT)
    past = fact(2, "330", date(2026, 6, 1), end=date(2026, 8, 20), verified_on=date(2026, 8, 20), recorded_on=NOV)
    assert code_at(book, [now, past], date(2026, 7, 1)) == "330"
    assert code_at(book, [now, past], NOV) == "230"


def test_what_starts_later_waits_for_its_day(book: Codebook) -> None:
    facts = [fact(1, "619", NOV), fact(2, "310", JAN, verified_on=NOV, recorded_on=NOV)]
    assert code_at(book, facts, JAN - timedelta(days=1)) == "619"
    assert code_at(book, facts, JAN) == "310"


def test_the_same_again_without_a_start_goes_on_since_it_began(book: Codebook) -> None:
    facts = [fact(1, "230", SEPT), fact(2, "230", None, verified_on=NOV, recorded_on=NOV)]
    segment = at(book.timeline(facts, WHO), NOV)
    assert segment
    assert segment.first == SEPT
    assert segment.fact
    assert segment.fact.id == 2


def test_days_neet_go_over_other_neet_codes_and_times_not_known(book: Codebook) -> None:
    facts = [
        fact(1, "230", date(2026, 1, 5)),
        fact(2, "619", SEPT),
        fact(3, "820", date(2026, 9, 11)),
        fact(4, "640", date(2026, 9, 21)),
    ]
    spell = days_neet(book.timeline(facts, WHO), date(2026, 9, 30))
    assert spell
    assert (spell.since, spell.days, spell.unknown_days) == (SEPT, 19, 10)


def test_a_job_ends_a_spell_however_short(book: Codebook) -> None:
    facts = [fact(1, "619", SEPT), fact(2, "350", NOV), fact(3, "619", date(2026, 11, 8))]
    history = book.timeline(facts, WHO)
    spell = days_neet(history, date(2026, 11, 8))
    assert spell
    assert (spell.since, spell.days) == (date(2026, 11, 8), 0)
    assert days_neet(history, NOV) is None
    assert total_days(history, Status.NEET, SEPT, date(2026, 11, 8)) == 30 + 31 + 1


def test_not_known_is_never_a_spell(book: Codebook) -> None:
    assert days_neet(book.timeline([fact(1, "619", SEPT), fact(2, "810", NOV)], WHO), JAN) is None


def test_joiners_and_leavers() -> None:
    before = {1: Status.NEET, 2: Status.NEET, 3: Status.PARTICIPATING, 4: Status.NEET, 5: Status.NEET}
    after = {1: Status.NEET, 2: Status.NOT_KNOWN, 3: Status.NEET, 4: Status.PARTICIPATING, 6: Status.NEET}
    moved = joiners_and_leavers(before, after)
    assert moved.joiners == {3: Status.PARTICIPATING, 6: Status.NOT_KNOWN}
    assert moved.leavers == {2: Status.NOT_KNOWN, 4: Status.PARTICIPATING}
    assert moved.progressed == {4}
    assert moved.gone == {5}


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    codes = ["110", "210", "230", "310", "330", "350", "619", "630", "640", "710", "810", "820"]
    facts = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.none() | DAYS)
        recorded = draw(DAYS)
        end = draw(st.none() | st.integers(0, 400))
        facts.append(
            fact(
                number,
                draw(st.sampled_from(codes)),
                start,
                end=(start or recorded) + timedelta(days=end) if end is not None else None,
                verified_on=draw(st.none() | DAYS),
                recorded_on=recorded,
            )
        )
    return facts


@settings(max_examples=300, deadline=None)
@given(histories(), DAYS)
def test_a_timeline_has_no_gap_no_overlap_and_never_confuses_neet_with_not_known(
    book: Codebook, facts: list[Fact], on: date
) -> None:
    segments = book.timeline(facts, WHO)
    for one, following in pairwise(segments):
        assert one.last is not None
        assert one.last + timedelta(days=1) == following.first
    if facts:
        assert segments[-1].last is None or segments[-1].last >= segments[-1].first
    assert segments == book.timeline(list(reversed(facts)), WHO)
    recorded = {one.code for one in facts}
    for segment in segments:
        assert segment.fact
        # nobody is NEET whom no record called so, and no record of NEET ever turned into not known
        if segment.status is Status.NEET:
            assert segment.code == segment.fact.code
            assert segment.code in recorded
        if book.nccis.status(segment.fact.code) is Status.NEET:
            assert segment.status is Status.NEET
        if segment.status is Status.PARTICIPATING:
            assert not segment.lapsed
    spell = days_neet(segments, on)
    now = at(segments, on)
    assert (spell is not None) == (now is not None and now.status is Status.NEET)
    if spell:
        assert 0 <= spell.days + spell.unknown_days <= (on - spell.since).days

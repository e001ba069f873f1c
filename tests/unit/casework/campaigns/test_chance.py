"""Who is held out, when each message is due, and what a comparison says."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.campaigns.comparing import Comparison, Share
from casework.campaigns.holdout import assign, least_visible
from casework.campaigns.pacing import by_hour, schedule
from casework.hours import SendingPolicy, quiet

POLICY = SendingPolicy()
NATIONS = ("england", "wales", "scotland", "northern_ireland")
ids = st.sets(st.integers(1, 10**9), max_size=300).map(sorted)


def divide(people: list[int], percent: int, seed: str) -> tuple[list[int], list[int]]:
    return assign(people, percent, seed, id_of=lambda one: one, group=lambda one: str(one % 3))


@given(ids, st.integers(0, 100), st.text(max_size=8))
def test_the_share_is_exact_in_all_and_in_each_group(people: list[int], percent: int, seed: str) -> None:
    to, held = divide(people, percent, seed)
    assert sorted(to + held) == people
    assert abs(len(held) - len(people) * percent / 100) < 1
    size, out = Counter(one % 3 for one in people), Counter(one % 3 for one in held)
    assert all(abs(out[group] - size[group] * percent / 100) < 2 for group in size)


@given(ids, st.integers(0, 100), st.randoms())
def test_the_same_seed_divides_the_same_people_the_same_way_in_whatever_order(
    people: list[int], percent: int, random: object
) -> None:
    mixed = list(people)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert divide(people, percent, "s") == divide(mixed, percent, "s")


def test_chance_treats_everybody_alike_and_another_seed_is_another_chance() -> None:
    times: Counter[int] = Counter()
    for seed in range(2000):
        times.update(divide(list(range(1, 21)), 20, str(seed))[1])
    # 400 times each is expected, with a standard deviation of about 18
    assert len(times) == 20
    assert all(310 < many < 490 for many in times.values())


@given(
    st.lists(st.sampled_from(NATIONS), max_size=80),
    st.integers(0, 430 * 24 * 60).map(lambda minutes: datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(1, 400),
)
@settings(deadline=None)
def test_a_plan_is_never_in_quiet_hours_nor_on_a_bank_holiday_nor_above_the_rate(
    nations: list[str], start: datetime, per_hour: int
) -> None:
    due = schedule(nations, start, per_hour, POLICY)
    assert len(due) == len(nations)
    assert all(quiet(at, nation, POLICY) is None and at >= start for at, nation in zip(due, nations, strict=True))
    line = sorted(due)
    # no hour, wherever it begins, has more than the rate
    assert all(later - first >= timedelta(hours=1) for first, later in zip(line, line[per_hour:], strict=False))
    # within a nation nobody overtakes
    for nation in NATIONS:
        mine = [at for at, of in zip(due, nations, strict=True) if of == nation]
        assert mine == sorted(mine)


def test_one_nations_bank_holiday_does_not_keep_the_others_waiting() -> None:
    # 30 November 2026 is St Andrew's Day
    start = datetime(2026, 11, 30, 9, tzinfo=UTC)
    due = schedule(["scotland", "england", "scotland", "wales"], start, 60, POLICY)
    assert due[1] == start
    assert due[3] == start + timedelta(minutes=1)
    assert due[0] == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_the_plan_by_hours_is_in_london_time() -> None:
    start = datetime(2026, 9, 1, 18, 30, tzinfo=UTC)
    hours = by_hour(schedule(["england"] * 50, start, 60, POLICY))
    assert [(f"{hour:%d %H:%M}", many) for hour, many in hours] == [("01 19:00", 30), ("02 08:00", 20)]


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        schedule(["england"], datetime(2026, 9, 1, tzinfo=UTC), 0, POLICY)


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10, rows (a) to (h)
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_the_interval_of_a_difference_is_as_published(a: int, m: int, b: int, n: int, low: float, high: float) -> None:
    found = Comparison(Share(a, m), Share(b, n)).interval
    assert found == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_as_published(count: int, of: int, low: float, high: float) -> None:
    assert Share(count, of).interval == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 3000), st.integers(1, 3000), st.data())
def test_an_interval_holds_its_difference_and_turns_round_with_the_groups(m: int, n: int, data: st.DataObject) -> None:
    first, second = Share(data.draw(st.integers(0, m)), m), Share(data.draw(st.integers(0, n)), n)
    low, high = Comparison(first, second).interval
    difference = Comparison(first, second).difference
    assert -1 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1
    assert Comparison(second, first).interval == pytest.approx((-high, -low))


@pytest.mark.parametrize(
    ("written", "held", "says"),
    [
        (
            Share(112, 400),
            Share(24, 100),
            "About 4 in 100 more of those written to; it could be anywhere from 6 fewer to 13 more; "
            "too early to say whether writing made a difference.",
        ),
        (
            Share(200, 400),
            Share(20, 100),
            "About 30 in 100 more of those written to; it could be anywhere from 20 more to 38 more; "
            "writing very probably made for more.",
        ),
        (
            Share(40, 400),
            Share(30, 100),
            "About 20 in 100 fewer of those written to; it could be anywhere from 30 fewer to 11 fewer; "
            "writing very probably made for fewer.",
        ),
        (
            Share(500, 1000),
            Share(500, 1000),
            "About as many in both groups; it could be anywhere from 4 fewer to 4 more; "
            "too early to say whether writing made a difference.",
        ),
    ],
)
def test_it_is_said_in_plain_words(written: Share, held: Share, says: str) -> None:
    assert Comparison(written, held).in_words() == says


@pytest.mark.parametrize(
    ("count", "of", "small"),
    [(0, 4, True), (4, 100, True), (97, 100, True), (5, 100, False), (0, 100, False), (100, 100, False)],
)
def test_small_counts_are_not_shown(count: int, of: int, small: bool) -> None:
    assert Share(count, of).small is small
    assert Comparison(Share(count, of), Share(50, 100)).small is small


def test_what_could_be_seen_is_said_before_it_starts() -> None:
    assert least_visible(400, 100) == 11
    assert least_visible(10_000, 2_500) == 2
    assert least_visible(10, 0) is None

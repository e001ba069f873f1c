"""When a message may go: consent, hand-over, quiet hours, bank holidays and the cap, alone and together."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

import prospectus.tables  # noqa: F401 -- every table is known before they are made
from casework import consent
from casework.clock import LONDON
from casework.hours import SendingPolicy, bank_holidays, is_bank_holiday, next_permitted, quiet
from casework.identity.addresses import note
from casework.sending import may_send
from casework.tables import ConsentEvent, Conversation, Message, YoungPerson
from tests.databases import on_sqlite

POLICY = SendingPolicy()
TUESDAY_NOON = datetime(2026, 9, 1, 12, tzinfo=LONDON).astimezone(UTC)
TUESDAY_NIGHT = datetime(2026, 9, 1, 23, 30, tzinfo=LONDON).astimezone(UTC)
ANN = "+447700900101"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = on_sqlite(tmp_path / "record.db")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


def person(session: Session, nation: str = "england") -> YoungPerson:
    ann = YoungPerson(ref="Y1", first_name="Ann", last_name="Bell", phone=ANN, nation=nation, created_at=TUESDAY_NOON)
    session.add(ann)
    session.flush()
    return ann


def thread(session: Session, ann: YoungPerson | None = None, channel: str = "sms", address: str = ANN) -> Conversation:
    conversation = Conversation(
        channel=channel, address=address, young_person_id=ann.id if ann else None, created_at=TUESDAY_NOON
    )
    session.add(conversation)
    session.flush()
    return conversation


def said(session: Session, conversation: Conversation, at: datetime) -> Message:
    message = Message(
        conversation_id=conversation.id or 0,
        direction="in",
        channel=conversation.channel,
        author="young_person",
        text="hi",
        created_at=at,
    )
    session.add(message)
    session.flush()
    return message


def outgoing(
    session: Session,
    conversation: Conversation,
    purpose: str,
    *,
    to: Message | None = None,
    sent_at: datetime | None = None,
    status: str = "queued",
) -> Message:
    message = Message(
        conversation_id=conversation.id or 0,
        direction="out",
        channel=conversation.channel,
        author="assistant",
        purpose=purpose,
        text="hello",
        in_reply_to=to.id if to else None,
        position=0 if to else None,
        status=status,
        sent_at=sent_at,
        created_at=TUESDAY_NOON,
    )
    session.add(message)
    session.flush()
    return message


def tell(session: Session, event: str, conversation: Conversation, at: datetime) -> None:
    session.add(
        ConsentEvent(
            channel=conversation.channel,
            address=conversation.address,
            young_person_id=conversation.young_person_id,
            event=event,
            source="message",
            recorded_at=at,
        )
    )
    session.flush()


def test_by_day_everything_goes(session: Session) -> None:
    conversation = thread(session, person(session))
    for purpose in ("reply", "prompt", "safeguarding", "consent", "adviser"):
        assert (
            may_send(session, outgoing(session, conversation, purpose), conversation, TUESDAY_NOON, POLICY).action
            == "send"
        )


def test_at_night_a_prompt_waits_for_the_morning(session: Session) -> None:
    conversation = thread(session, person(session))
    decision = may_send(session, outgoing(session, conversation, "prompt"), conversation, TUESDAY_NIGHT, POLICY)
    assert (decision.action, decision.reason) == ("defer", "quiet_hours")
    assert decision.until == datetime(2026, 9, 2, 8, tzinfo=LONDON)


def test_at_night_an_answer_to_a_message_just_received_goes(session: Session) -> None:
    conversation = thread(session, person(session))
    fresh = said(session, conversation, TUESDAY_NIGHT - timedelta(minutes=59))
    stale = said(session, conversation, TUESDAY_NIGHT - timedelta(minutes=61))
    answer = outgoing(session, conversation, "reply", to=fresh)
    late = outgoing(session, conversation, "reply", to=stale)
    assert may_send(session, answer, conversation, TUESDAY_NIGHT, POLICY).action == "send"
    assert may_send(session, late, conversation, TUESDAY_NIGHT, POLICY).action == "defer"


@pytest.mark.parametrize("purpose", ["safeguarding", "consent", "adviser"])
def test_what_cannot_wait_goes_at_any_hour_and_during_a_hand_over(session: Session, purpose: str) -> None:
    conversation = thread(session, person(session))
    conversation.mode = "adviser"
    message = outgoing(session, conversation, purpose)
    assert may_send(session, message, conversation, TUESDAY_NIGHT, POLICY).action == "send"


@pytest.mark.parametrize("purpose", ["reply", "prompt"])
def test_the_assistant_is_silent_while_an_adviser_has_the_conversation(session: Session, purpose: str) -> None:
    conversation = thread(session, person(session))
    conversation.mode = "adviser"
    message = outgoing(session, conversation, purpose)
    decision = may_send(session, message, conversation, TUESDAY_NOON, POLICY)
    assert (decision.action, decision.reason) == ("suppress", "hand_over")


@pytest.mark.parametrize("purpose", ["reply", "prompt", "safeguarding", "adviser"])
def test_after_stop_nothing_goes(session: Session, purpose: str) -> None:
    conversation = thread(session, person(session))
    tell(session, "stop", conversation, TUESDAY_NOON)
    message = outgoing(session, conversation, purpose)
    decision = may_send(session, message, conversation, TUESDAY_NOON, POLICY)
    assert (decision.action, decision.reason) == ("suppress", "stopped")


def test_the_answer_to_stop_itself_goes(session: Session) -> None:
    conversation = thread(session, person(session))
    tell(session, "stop", conversation, TUESDAY_NIGHT)
    message = outgoing(session, conversation, "consent")
    assert may_send(session, message, conversation, TUESDAY_NIGHT, POLICY).action == "send"


def test_stop_on_one_channel_counts_on_all_and_the_latest_word_wins(session: Session) -> None:
    ann = person(session)
    sms, web = thread(session, ann), thread(session, ann, "web", "key-of-ann")
    tell(session, "stop", sms, TUESDAY_NOON)
    assert consent.stopped(session, "web", "key-of-ann", ann.id)
    assert consent.stopped(session, "sms", ANN, None)
    tell(session, "start", web, TUESDAY_NOON + timedelta(minutes=1))
    assert not consent.stopped(session, "web", "key-of-ann", ann.id)
    assert not consent.stopped(session, "sms", ANN, ann.id)
    assert [one.event for one in consent.history(session, "sms", ANN, ann.id)] == ["start", "stop"]


def test_two_words_in_the_same_moment_count_in_order(session: Session) -> None:
    conversation = thread(session)
    for event in ("stop", "start", "stop"):
        tell(session, event, conversation, TUESDAY_NOON)
    assert consent.latest(session, "sms", ANN, None) == "stop"


def test_somebody_elses_stop_is_not_mine(session: Session) -> None:
    other = thread(session, None, "sms", "+447700900102")
    tell(session, "stop", other, TUESDAY_NOON)
    tell(session, "stop", thread(session, None, "web", ANN), TUESDAY_NOON)
    assert not consent.stopped(session, "sms", ANN, None)
    assert consent.latest(session, "sms", ANN, None) is None


def test_bank_holidays_are_those_of_the_young_persons_nation(session: Session) -> None:
    # 1 December 2026: St Andrew's Day is kept on Monday 30 November, in Scotland only
    monday = datetime(2026, 11, 30, 12, tzinfo=UTC)
    ann = person(session, "scotland")
    conversation = thread(session, ann)
    prompt = outgoing(session, conversation, "prompt")
    decision = may_send(session, prompt, conversation, monday, POLICY)
    assert (decision.action, decision.reason) == ("defer", "bank_holiday")
    assert decision.until == datetime(2026, 12, 1, 8, tzinfo=UTC)
    ann.nation = "england"
    session.flush()
    assert may_send(session, prompt, conversation, monday, POLICY).action == "send"


def test_christmas_is_kept_until_the_29th(session: Session) -> None:
    # in 2026 Boxing Day is a Saturday: Monday 28 December is its substitute
    eve = datetime(2026, 12, 24, 21, tzinfo=UTC)
    assert next_permitted(eve, "england", POLICY) == datetime(2026, 12, 27, 10, tzinfo=UTC)
    after = datetime(2026, 12, 27, 18, tzinfo=UTC)
    assert next_permitted(after, "england", POLICY) == datetime(2026, 12, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 10, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 9, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 9, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 10, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ],
)
def test_opening_hours_are_local_on_both_sides_of_a_clock_change(day: date, opens: datetime) -> None:
    assert POLICY.window(day)[0] == opens


def test_the_fourth_prompt_of_a_week_waits_until_the_first_is_a_week_old(session: Session) -> None:
    ann = person(session)
    sms, web = thread(session, ann), thread(session, ann, "web", "key-of-ann")
    first = TUESDAY_NOON - timedelta(days=6)
    outgoing(session, sms, "prompt", sent_at=first, status="delivered")
    outgoing(session, web, "prompt", sent_at=TUESDAY_NOON - timedelta(days=3), status="sent")
    fourth = outgoing(session, sms, "prompt")
    assert may_send(session, fourth, sms, TUESDAY_NOON, POLICY).action == "send"
    outgoing(session, sms, "prompt", sent_at=TUESDAY_NOON - timedelta(hours=1), status="unknown")
    decision = may_send(session, fourth, sms, TUESDAY_NOON, POLICY)
    assert (decision.action, decision.reason) == ("defer", "too_many_prompts")
    assert decision.until == first + timedelta(days=7)
    assert may_send(session, fourth, sms, decision.until, POLICY).action == "send"


def test_prompts_that_never_arrived_and_replies_do_not_count(session: Session) -> None:
    conversation = thread(session, person(session))
    for status in ("failed", "undelivered", "suppressed", "expired", "canceled"):
        outgoing(session, conversation, "prompt", sent_at=TUESDAY_NOON, status=status)
    for _ in range(5):
        outgoing(session, conversation, "reply", sent_at=TUESDAY_NOON, status="sent")
    assert (
        may_send(session, outgoing(session, conversation, "prompt"), conversation, TUESDAY_NOON, POLICY).action
        == "send"
    )


def test_a_stranger_has_a_cap_too(session: Session) -> None:
    conversation = thread(session)
    for _ in range(3):
        outgoing(session, conversation, "prompt", sent_at=TUESDAY_NOON, status="sent")
    prompt = outgoing(session, conversation, "prompt")
    assert may_send(session, prompt, conversation, TUESDAY_NOON, POLICY).reason == "too_many_prompts"


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday_from": datetime.min.time(), "weekday_to": datetime.min.time(), "weekend_to": datetime.min.time()},
        {"prompts": 0},
        {"prompts_within": timedelta(0)},
    ],
)
def test_a_policy_that_permits_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="sending policy needs"):
        SendingPolicy(**wrong)  # type: ignore[arg-type]


MOMENTS = st.one_of(
    st.integers(0, 6 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    # the days around both clock changes, and the long Christmas
    st.sampled_from([date(2026, 3, 28), date(2026, 10, 24), date(2026, 12, 24), date(2027, 3, 27)]).flatmap(
        lambda day: st.integers(0, 4 * 24 * 60).map(
            lambda minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
        )
    ),
)
NATIONS = st.sampled_from(["england", "wales", "scotland", "northern_ireland", "atlantis"])


@given(MOMENTS, NATIONS)
def test_the_next_permitted_moment_is_permitted_and_nothing_before_it_is(now: datetime, nation: str) -> None:
    until = next_permitted(now, nation, POLICY)
    assert until >= now
    assert quiet(until, nation, POLICY) is None
    if until > now:
        assert quiet(until - timedelta(microseconds=1), nation, POLICY) is not None
        assert quiet(now, nation, POLICY) is not None


@given(MOMENTS, NATIONS)
def test_nothing_is_permitted_in_quiet_hours_or_on_a_bank_holiday(now: datetime, nation: str) -> None:
    local = now.astimezone(LONDON)
    opens, closes = (10, 18) if local.weekday() >= 5 else (8, 20)
    expected = opens <= local.hour < closes and not is_bank_holiday(local.date(), nation)
    assert (quiet(now, nation, POLICY) is None) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    now=MOMENTS,
    nation=NATIONS,
    purpose=st.sampled_from(["reply", "prompt", "safeguarding", "consent", "adviser"]),
    mode=st.sampled_from(["assistant", "adviser"]),
    events=st.lists(st.tuples(st.sampled_from(["stop", "start"]), st.integers(0, 9)), max_size=3),
    asked=st.one_of(st.none(), st.integers(0, 300)),
    prompts=st.lists(st.integers(1, 12 * 24), max_size=5),
)
def test_the_invariants_hold_together(
    engine: Engine,
    now: datetime,
    nation: str,
    purpose: str,
    mode: str,
    events: list[tuple[str, int]],
    asked: int | None,
    prompts: list[int],
) -> None:
    with Session(engine) as session:
        conversation = thread(session, person(session, nation))
        conversation.mode = mode
        for event, days in events:
            tell(session, event, conversation, now - timedelta(days=days))
        for hours in prompts:
            outgoing(session, conversation, "prompt", sent_at=now - timedelta(hours=hours), status="sent")
        to = None
        if asked is not None and purpose == "reply":
            to = said(session, conversation, now - timedelta(minutes=asked))
        message = outgoing(session, conversation, purpose, to=to)
        decision = may_send(session, message, conversation, now, POLICY)
        stopped = consent.stopped(session, "sms", ANN, conversation.young_person_id)

        if decision.action == "send":
            assert not stopped or purpose == "consent"
            if purpose in ("reply", "prompt"):
                assert mode == "assistant"
                fresh = to is not None and asked is not None and asked <= 60
                assert fresh or quiet(now, nation, POLICY) is None
            if purpose == "prompt":
                assert sum(hours < 7 * 24 for hours in prompts) < POLICY.prompts
        if decision.action == "defer":
            assert decision.until is not None
            assert decision.until > now
            assert quiet(decision.until, nation, POLICY) is None
            assert may_send(session, message, conversation, decision.until, POLICY).action == "send"
        session.rollback()


def test_years_of_bank_holidays_are_worked_out_once() -> None:
    assert bank_holidays("wales", 2026) is bank_holidays("wales", 2026)
    assert date(2026, 8, 31) in bank_holidays("wales", 2026)
    assert date(2026, 8, 31) not in bank_holidays("scotland", 2026)


@pytest.mark.parametrize(
    ("purpose", "action"),
    [("prompt", "suppress"), ("adviser", "suppress"), ("reply", "send"), ("safeguarding", "send")],
)
def test_a_wrong_number_is_answered_and_never_written_to_first(session: Session, purpose: str, action: str) -> None:
    conversation = thread(session, person(session))
    inbound = said(session, conversation, TUESDAY_NOON)
    assert note(session, conversation, "wrong_number", by="young_person", now=TUESDAY_NOON)
    message = outgoing(session, conversation, purpose, to=inbound if purpose == "reply" else None)
    decision = may_send(session, message, conversation, TUESDAY_NOON, POLICY)
    assert decision.action == action
    if action == "suppress":
        assert decision.reason == "wrong_number"
    note(session, conversation, "right", by="A1", now=TUESDAY_NOON)
    assert may_send(session, message, conversation, TUESDAY_NOON, POLICY).action == "send"

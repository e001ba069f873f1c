"""Frames, tokens and the rate of writing: the small parts of web chat."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import FixedClock
from channels.webchat.frames import WORDS, Hello, Malformed, Ping, Said, Seen, error, parse
from channels.webchat.limits import RateLimit
from channels.webchat.sessions import LASTS, Sessions

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
ID = "abcdef12-3456_7890"


def test_every_frame_of_the_protocol_is_read() -> None:
    assert parse('{"type": "hello", "session": null, "last": 0}') == Hello(None, 0)
    assert parse('{"type": "hello"}') == Hello(None, 0)
    assert parse('{"type": "hello", "session": "t", "last": 7}') == Hello("t", 7)
    assert parse(json.dumps({"type": "message", "id": ID, "text": " hi "})) == Said(ID, " hi ")
    assert parse('{"type": "seen", "last": 3}') == Seen(3)
    assert parse('{"type": "ping", "extra": 1}') == Ping()


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "hi",
        "[]",
        "null",
        "{}",
        '{"type": "nonsense"}',
        '{"type": ["message"]}',
        '{"type": "hello", "session": 1}',
        '{"type": "hello", "last": -1}',
        '{"type": "hello", "last": true}',
        '{"type": "seen"}',
        '{"type": "seen", "last": 1.5}',
        '{"type": "seen", "last": 9999999999999999999999}',
        '{"type": "message", "id": "short", "text": "hi"}',
        '{"type": "message", "id": "has a space in it", "text": "hi"}',
        '{"type": "message", "id": 12345678, "text": "hi"}',
        json.dumps({"type": "message", "id": "x" * 65, "text": "hi"}),
        json.dumps({"type": "message", "id": ID, "text": 1}),
        "[" * 20_000,
    ],
)
def test_anything_else_is_malformed(raw: str) -> None:
    with pytest.raises(Malformed) as problem:
        parse(raw)
    assert problem.value.reason == "malformed"


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), (" \n\t", "empty"), ("x" * 1601, "too_long"), ("😀" * 1601, "too_long")]
)
def test_a_text_that_cannot_be_taken_says_why(text: str, reason: str) -> None:
    with pytest.raises(Malformed) as problem:
        parse(json.dumps({"type": "message", "id": ID, "text": text}))
    assert (problem.value.reason, problem.value.client_id) == (reason, ID)


def test_1600_emoji_are_a_message() -> None:
    frame = parse(json.dumps({"type": "message", "id": ID, "text": "😀" * 1600}))
    assert isinstance(frame, Said)


def test_every_reason_has_plain_words() -> None:
    for reason in WORDS:
        assert error(reason, None)["message"]


@given(st.text())
def test_no_text_does_more_than_not_make_sense(raw: str) -> None:
    with suppress(Malformed):
        parse(raw)


class TestSessions:
    """A token says which conversation, and cannot be made up."""

    def test_a_token_is_read_back(self) -> None:
        sessions = Sessions("s" * 32, FixedClock(NOW))
        address = sessions.new_address()
        assert sessions.read(sessions.issue(address)) == address
        assert len(address) == 32
        assert sessions.new_address() != address

    def test_a_token_of_another_secret_or_a_changed_one_is_none(self) -> None:
        clock = FixedClock(NOW)
        token = Sessions("s" * 32, clock).issue("a" * 32)
        assert Sessions("t" * 32, clock).read(token) is None
        ours = Sessions("s" * 32, clock)
        for changed in (token[:-1], "x" + token, token.upper(), "", "." * 9, "x" * 10_000, None, 5, ["a"]):
            assert ours.read(changed) is None

    def test_a_token_grows_old(self) -> None:
        clock = FixedClock(NOW)
        sessions = Sessions("s" * 32, clock)
        token = sessions.issue("a" * 32)
        clock.now = NOW + LASTS
        assert sessions.read(token) == "a" * 32
        clock.advance(seconds=1)
        assert sessions.read(token) is None

    def test_a_token_from_the_future_is_none(self) -> None:
        assert Sessions("s" * 32, FixedClock(NOW)).read(
            Sessions("s" * 32, FixedClock(NOW + timedelta(hours=1))).issue("a" * 32)
        ) is None  # fmt: skip


class TestRateLimit:
    """A burst is let through; a flood is not; one session never slows another."""

    def test_a_burst_then_a_trickle(self) -> None:
        limit = RateLimit(burst=3, per_second=0.5)
        assert [limit.allows("ann", NOW) for _ in range(4)] == [True, True, True, False]
        assert limit.allows("bob", NOW)
        assert not limit.allows("ann", NOW + timedelta(seconds=1))
        assert limit.allows("ann", NOW + timedelta(seconds=2))
        later = NOW + timedelta(hours=1)
        assert [limit.allows("ann", later) for _ in range(4)] == [True, True, True, False]

    def test_a_clock_that_goes_back_gives_nothing(self) -> None:
        limit = RateLimit(burst=1, per_second=1)
        assert limit.allows("ann", NOW)
        assert not limit.allows("ann", NOW - timedelta(hours=1))

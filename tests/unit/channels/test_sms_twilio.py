"""Sending by Twilio's own client against the fake: what each failure means for trying again."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from sqlmodel import select

from casework.clock import FixedClock
from casework.db import writing
from casework.tables import Message
from channels.sender import NoAnswer, Refused, Sender
from channels.sms.http import ForbiddenHost, OnwardHttpClient
from channels.sms.settings import SmsSettings
from channels.sms.simulator import SimulatorBackend
from channels.sms.twilio import PERMANENT, TRANSIENT, TRIAL_PREFIX, TwilioBackend
from tests.fakes.twilio import ACCOUNT, TOKEN, Running, fake_twilio, running
from tests.unit.channels.sms_world import ANN, NOW, PUBLIC, SERVICE, SmsWorld, world

__all__ = ["world"]

CLOCK = FixedClock(NOW)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(fake_twilio(clock=CLOCK)) as started:
        yield started


@pytest.fixture
def twilio(server: Running) -> Running:
    server.messages.store.clear()
    server.messages.plan.set([])
    server.messages.opted_out = set()
    CLOCK.now = NOW
    return server


@pytest.fixture
def settings(twilio: Running) -> SmsSettings:
    return SmsSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        from_number=SERVICE,
        public_url=PUBLIC,
        api_base=twilio.url,
        timeout=0.5,
    )


@pytest.fixture
def backend(settings: SmsSettings) -> Iterator[TwilioBackend]:
    made = TwilioBackend(settings)
    yield made
    made.close()


def fault(twilio: Running, **fields: Any) -> None:
    twilio.messages.plan.set([fields])


def test_a_text_is_handed_over_with_where_to_report(backend: TwilioBackend, twilio: Running) -> None:
    accepted = backend.send(ANN, "Hi Ann ŵ 😀", 42)
    [sent] = twilio.messages.store.all()
    assert accepted.provider_id == sent.sid
    assert accepted.status == "provider_queued"
    assert (sent.to, sent.sender, sent.body) == (ANN, SERVICE, "Hi Ann ŵ 😀")
    assert sent.status_callback == f"{PUBLIC}/channels/sms/status/42"


def test_a_messaging_service_goes_before_a_number(settings: SmsSettings, twilio: Running) -> None:
    backend = TwilioBackend(replace(settings, messaging_service_sid="MG" + "0" * 32))
    assert backend.send(ANN, "Hi", 1).status == "accepted"
    assert twilio.messages.store.all()[0].sender is None


@pytest.mark.parametrize("code", [21211, 21408, 21610, 21612, 21614, 21617])
def test_a_permanent_refusal_ends_it(backend: TwilioBackend, twilio: Running, code: int) -> None:
    fault(twilio, kind="refuse", code=code)
    with pytest.raises(Refused) as refused:
        backend.send(ANN, "Hi", 1)
    assert (refused.value.code, refused.value.permanent) == (code, True)


@pytest.mark.parametrize("code", [20429, 20003, 21606])
def test_a_passing_refusal_is_tried_again(backend: TwilioBackend, twilio: Running, code: int) -> None:
    fault(twilio, kind="refuse", code=code)
    with pytest.raises(Refused) as refused:
        backend.send(ANN, "Hi", 1)
    assert (refused.value.code, refused.value.permanent) == (code, False)


def test_no_code_is_both_kinds() -> None:
    assert not PERMANENT & TRANSIENT


def test_twilio_in_trouble_that_says_so_is_tried_again(backend: TwilioBackend, twilio: Running) -> None:
    fault(twilio, kind="server_error", status=503)
    with pytest.raises(Refused) as refused:
        backend.send(ANN, "Hi", 1)
    assert (refused.value.code, refused.value.permanent) == (20500, False)


def test_a_gateway_in_trouble_says_nothing_about_the_text(backend: TwilioBackend, twilio: Running) -> None:
    fault(twilio, kind="server_error", status=502, bare=True, accept=True)
    with pytest.raises(NoAnswer):
        backend.send(ANN, "Hi", 1)
    assert len(twilio.messages.store.all()) == 1


def test_too_many_requests_without_a_body_are_tried_again(backend: TwilioBackend, twilio: Running) -> None:
    fault(twilio, kind="server_error", status=429, bare=True)
    with pytest.raises(Refused) as refused:
        backend.send(ANN, "Hi", 1)
    assert not refused.value.permanent


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_broken_connection_is_no_answer(backend: TwilioBackend, twilio: Running, kind: str) -> None:
    fault(twilio, kind=kind)
    with pytest.raises(NoAnswer):
        backend.send(ANN, "Hi", 1)
    assert len(twilio.messages.store.all()) == (kind == "drop_after")


def test_a_late_answer_is_no_answer(backend: TwilioBackend, twilio: Running) -> None:
    fault(twilio, kind="delay", seconds=1, accept=True)
    with pytest.raises(NoAnswer):
        backend.send(ANN, "Hi", 1)


def test_nobody_there_means_that_nothing_was_sent(settings: SmsSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    backend = TwilioBackend(replace(settings, api_base=f"http://127.0.0.1:{port}"))
    with pytest.raises(Refused) as refused:
        backend.send(ANN, "Hi", 1)
    assert (refused.value.code, refused.value.permanent) == (None, False)


def test_a_name_that_is_not_found_means_that_nothing_was_sent(settings: SmsSettings) -> None:
    backend = TwilioBackend(replace(settings, api_base="http://onward.invalid"))
    with pytest.raises(Refused):
        backend.send(ANN, "Hi", 1)


def test_a_connection_that_nobody_takes_means_that_nothing_was_sent(
    settings: SmsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)
    with pytest.raises(Refused):
        TwilioBackend(settings).send(ANN, "Hi", 1)


def test_an_answer_that_is_no_json_is_no_answer(backend: TwilioBackend, twilio: Running) -> None:
    fault(twilio, kind="server_error", status=201, bare=True, accept=True)
    with pytest.raises(NoAnswer):
        backend.send(ANN, "Hi", 1)


def test_the_list_finds_a_text_that_twilio_has_not_sent_yet(backend: TwilioBackend, twilio: Running) -> None:
    fault(twilio, kind="drop_after")
    with pytest.raises(NoAnswer):
        backend.send(ANN, "Hi Ann", 1)
    [found] = backend.find(ANN, NOW - timedelta(minutes=2))
    assert (found.body, found.status, found.created_at) == ("Hi Ann", "provider_queued", NOW)
    assert twilio.messages.store.all()[0].sent is None


def test_the_list_is_oldest_first_and_only_of_this_number_since_then(backend: TwilioBackend, twilio: Running) -> None:
    for number, body in ((ANN, "old"), (ANN, "one"), ("+447700900124", "other"), (ANN, "two")):
        backend.send(number, body, 1)
        CLOCK.advance(minutes=10)
    found = backend.find(ANN, NOW + timedelta(minutes=5))
    assert [one.body for one in found] == ["one", "two"]


def test_the_words_of_a_trial_account_are_taken_off(backend: TwilioBackend) -> None:
    backend.send(ANN, TRIAL_PREFIX + "Hi", 1)
    assert backend.find(ANN, NOW)[0].body == "Hi"


def test_a_list_that_cannot_be_had_says_so(backend: TwilioBackend, twilio: Running) -> None:
    fault(twilio, kind="drop_before", method="GET")
    with pytest.raises(NoAnswer):
        backend.find(ANN, NOW)


def test_the_sender_finds_its_lost_send_and_does_not_repeat_it(
    world: SmsWorld, backend: TwilioBackend, twilio: Running
) -> None:
    message_id = world.outbound("queued")
    with writing(world.engine) as session:
        session.exec(select(Message)).one().purpose = "reply"
    world.clock = CLOCK
    fault(twilio, kind="drop_after")
    sender = Sender(world.engine, CLOCK, backend)
    sender.drain()
    assert world.message(message_id).status == "unknown"
    CLOCK.advance(seconds=30)
    sender.drain()
    [sent] = twilio.messages.store.all()
    assert (world.message(message_id).provider_id, world.message(message_id).status) == (sent.sid, "provider_queued")


def test_no_other_host_is_ever_asked() -> None:
    for base in (None, "http://127.0.0.1:1"):
        http = OnwardHttpClient(api_base=base)
        for url in ("https://evil.example/x", "http://api.twilio.com/x", "https://api.twilio.com.evil.example/"):
            with pytest.raises(ForbiddenHost):
                http.request("GET", url)


def test_the_stand_in_keeps_path_and_query() -> None:
    http = OnwardHttpClient(api_base="http://127.0.0.1:1/twilio")
    with pytest.raises(requests.ConnectionError) as failed:
        http.request("GET", "https://api.twilio.com/2010-04-01/x.json?a=1")
    request = failed.value.request
    assert request is not None
    assert request.url == "http://127.0.0.1:1/twilio/2010-04-01/x.json?a=1"


def test_connections_are_used_again(backend: TwilioBackend) -> None:
    for number in range(3):
        backend.send(ANN, "Hi", number)
    adapter = backend._http._session.get_adapter("http://x")
    assert isinstance(adapter, HTTPAdapter)
    pools = adapter.poolmanager.pools
    made = [pools[key].num_connections for key in pools.keys()]  # noqa: SIM118
    assert made == [1]


@pytest.mark.parametrize("missing", ["account_sid", "auth_token", "from_number"])
def test_settings_that_do_not_say_how_to_send_are_refused(settings: SmsSettings, missing: str) -> None:
    with pytest.raises(ValueError, match="needs"):
        TwilioBackend(replace(settings, **{missing: None}))  # type: ignore[arg-type]


def test_nothing_of_a_text_is_logged_or_raised(
    backend: TwilioBackend, twilio: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    backend.send(ANN, "my secret words", 1)
    fault(twilio, kind="refuse", code=21211)
    with pytest.raises(Refused) as refused:
        backend.send(ANN, "my secret words", 1)
    assert "secret" not in caplog.text
    assert ANN[1:] not in caplog.text + str(refused.value)
    assert refused.value.__suppress_context__


def test_the_token_is_not_in_the_settings_words(settings: SmsSettings) -> None:
    assert TOKEN not in repr(settings)


def test_the_simulator_gives_the_same_send_the_same_id() -> None:
    simulator = SimulatorBackend()
    first, again, other = (simulator.send(ANN, "Hi", number) for number in (7, 7, 8))
    assert first == again != other
    assert (first.status, len(first.provider_id), first.provider_id[:2]) == ("delivered", 34, "SM")
    assert simulator.find(ANN, datetime(2026, 1, 1, tzinfo=UTC)) == []

"""A text is stored once, whatever it holds, and only when Twilio really sent it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from starlette.types import Message as Event

from channels.sms.body import Gone, TooLarge, read_body
from channels.sms.incoming import CUT_MARK, EMPTY_TWIML
from tests.fakes.twilio import ACCOUNT, TOKEN, inbound_params, sign
from tests.unit.channels.sms_world import ANN, PUBLIC, SERVICE, SETTINGS, SmsWorld, world

__all__ = ["world"]

INBOUND = "/channels/sms/inbound"


def params(**more: str) -> dict[str, str]:
    return inbound_params(sid="SM" + "1" * 32, from_=ANN, to=SERVICE, body="hi", account=ACCOUNT) | more


def test_a_text_is_stored_and_answered_with_empty_twiml(world: SmsWorld) -> None:
    response = world.client.post(
        INBOUND,
        content=urlencode(params()),
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": sign(PUBLIC + INBOUND, params(), TOKEN),
        },
    )
    assert response.status_code == 200
    assert response.content == EMPTY_TWIML
    assert response.headers["content-type"].startswith("text/xml")
    [message] = world.inbound()
    assert (message.text, message.provider_id, message.media) == ("hi", "SM" + "1" * 32, 0)


def test_a_redelivery_is_answered_the_same_and_stored_once(world: SmsWorld) -> None:
    assert [world.text("hi") for _ in range(3)] == [(200, EMPTY_TWIML.decode())] * 3
    assert len(world.inbound()) == 1


@pytest.mark.parametrize("signature", [None, "", "nonsense", "é", sign(PUBLIC + INBOUND, params(), "0" * 32)])
def test_a_bad_signature_is_refused(world: SmsWorld, signature: str | None) -> None:
    given = signature.encode("latin-1").decode("latin-1") if signature else signature
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if given is not None:
        headers["x-twilio-signature"] = given
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    response = world.client.post(INBOUND, content=urlencode(params()), headers=raw)
    assert response.status_code == 403
    assert world.inbound() == []


def test_a_changed_parameter_breaks_the_signature(world: SmsWorld) -> None:
    signature = sign(PUBLIC + INBOUND, params(), TOKEN)
    for changed in (params(Body="bye"), params(Extra=""), {k: v for k, v in params().items() if v}):
        assert world.raw(INBOUND, urlencode(changed).encode(), signature)[0] == 403


def test_blank_and_untrimmed_parameters_are_signed_as_they_are(world: SmsWorld) -> None:
    assert world.post(INBOUND, params(Body="  hi \n", AddOns=""))[0] == 200
    assert world.inbound()[0].text == "  hi \n"


def test_a_repeated_parameter_is_signed_with_every_value(world: SmsWorld) -> None:
    body = urlencode([*params().items(), ("Tag", "b"), ("Tag", "a")])
    signature = sign(PUBLIC + INBOUND, params(Tag="a" + "Tag" + "b"), TOKEN)
    assert world.raw(INBOUND, body.encode(), signature)[0] == 200


def test_the_raw_path_and_query_are_what_is_signed(world: SmsWorld) -> None:
    path = INBOUND + "?area=%7Ekent+east&x="
    assert world.raw(path, urlencode(params()).encode(), sign(PUBLIC + path, params(), TOKEN))[0] == 200


@pytest.mark.parametrize(
    ("public_url", "signed"),
    [
        (PUBLIC + ":443", PUBLIC + ":443"),
        (PUBLIC, PUBLIC + ":443"),
        (PUBLIC + "/", PUBLIC),
        ("https://council.example.org/onward", "https://council.example.org/onward"),
    ],
)
def test_the_public_address_may_have_a_port_or_a_path(world: SmsWorld, public_url: str, signed: str) -> None:
    world.settings = replace(SETTINGS, public_url=public_url)
    assert world.raw(INBOUND, urlencode(params()).encode(), sign(signed + INBOUND, params(), TOKEN))[0] == 200


class TestWithoutPublicUrl:
    """Then the request itself says what was signed, and a proxy's headers only where they are trusted."""

    FORWARDED = {"x-forwarded-proto": "https", "x-forwarded-host": "onward.example.org"}  # noqa: RUF012

    @pytest.fixture(autouse=True)
    def no_public_url(self, world: SmsWorld) -> None:
        world.settings = replace(SETTINGS, public_url=None)

    def send(self, world: SmsWorld, signed: str) -> int:
        body = urlencode(params()).encode()
        return world.raw(INBOUND, body, sign(signed + INBOUND, params(), TOKEN), **self.FORWARDED)[0]

    def test_the_request_own_address_is_signed(self, world: SmsWorld) -> None:
        assert self.send(world, "http://10.0.0.7:8000") == 200
        assert self.send(world, PUBLIC) == 403

    def test_a_trusted_proxy_says_what_was_signed(self, world: SmsWorld) -> None:
        world.settings = replace(world.settings, trust_proxy=True)
        assert self.send(world, PUBLIC) == 200
        assert self.send(world, "http://10.0.0.7:8000") == 403


def test_without_a_token_everything_is_refused(world: SmsWorld) -> None:
    world.settings = replace(SETTINGS, auth_token=None)
    assert world.text()[0] == 403
    world.settings, world._client = replace(SETTINGS, auth_token=""), None
    assert world.raw(INBOUND, urlencode(params()).encode(), sign(PUBLIC + INBOUND, params(), ""))[0] == 403


@pytest.mark.parametrize(
    "body", [b"Body", b"a=1&b", b"Body=%ff%fe", b"Body=\xc3\xa9", b"&".join([b"a=1"] * 600), b'{"a": 1}']
)
def test_a_malformed_form_is_a_400_with_a_plain_line(world: SmsWorld, body: bytes) -> None:
    assert world.raw(INBOUND, body, "x") == (400, "The form cannot be read.")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_another_content_type_is_a_400(world: SmsWorld, kind: str) -> None:
    body = urlencode(params()).encode()
    signature = sign(PUBLIC + INBOUND, params(), TOKEN)
    assert world.raw(INBOUND, body, signature, **{"content-type": kind}) == (400, "This address takes forms only.")


@pytest.mark.parametrize("name", ["MessageSid", "From"])
def test_a_missing_parameter_is_a_400(world: SmsWorld, name: str) -> None:
    missing = {key: value for key, value in params().items() if key not in (name, "SmsSid")}
    status, line = world.post(INBOUND, missing)
    assert (status, line.startswith(f"{name} is missing")) == (400, True)
    assert world.inbound() == []


def test_a_body_over_the_limit_is_a_413(world: SmsWorld) -> None:
    assert world.raw(INBOUND, b"Body=" + b"x" * 70_000, "x")[0] == 413


def test_a_length_that_lies_is_found_out_while_reading() -> None:
    parts: Iterator[Event] = iter({"type": "http.request", "body": b"x" * 40_000, "more_body": True} for _ in range(99))

    async def receive() -> Event:
        return next(parts)

    with pytest.raises(TooLarge):
        asyncio.run(read_body(receive, {"content-length": "10"}))
    assert len(list(parts)) == 97


def test_a_caller_who_hangs_up_is_left_alone() -> None:
    async def receive() -> Event:
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        asyncio.run(read_body(receive, {}))


def test_1600_emoji_are_kept_whole(world: SmsWorld) -> None:
    assert world.text("\N{GRINNING FACE}" * 1600)[0] == 200
    assert world.inbound()[0].text == "\N{GRINNING FACE}" * 1600


def test_a_longer_text_keeps_its_beginning_and_says_that_it_was_cut(world: SmsWorld) -> None:
    assert world.text("a" * 2000)[0] == 200
    kept = world.inbound()[0].text
    assert (len(kept), kept.endswith(CUT_MARK)) == (1600, True)


def test_an_empty_text_is_stored(world: SmsWorld) -> None:
    assert world.text("")[0] == 200
    assert world.inbound()[0].text == ""


def test_pictures_without_words_are_counted(world: SmsWorld) -> None:
    assert world.text("", media=2)[0] == 200
    assert (world.inbound()[0].text, world.inbound()[0].media) == ("", 2)


@pytest.mark.parametrize("value", ["", "-1", "x", "²"])
def test_a_media_count_that_is_none_counts_as_none(world: SmsWorld, value: str) -> None:
    assert world.post(INBOUND, params(NumMedia=value))[0] == 200
    assert world.inbound()[0].media == 0


def test_what_twilio_made_of_stop_is_kept(world: SmsWorld) -> None:
    assert world.text("stop", opt_out_type="STOP")[0] == 200
    assert world.inbound()[0].opt_out_type == "STOP"


def test_half_a_surrogate_pair_and_a_nul_do_no_harm(world: SmsWorld) -> None:
    assert world.text("a\x00b")[0] == 200
    assert world.inbound()[0].text == "ab"


def addresses(world: SmsWorld) -> set[str]:
    with world.engine.connect() as connection:
        return set(connection.execute(text("SELECT address FROM conversation")).scalars())


@pytest.mark.parametrize("written", ["07700900123", "07700 900 123", "+44 7700 900123", "447700900123", ANN])
def test_a_number_in_national_form_is_the_same_conversation(world: SmsWorld, written: str) -> None:
    assert world.text(from_=written)[0] == 200
    assert addresses(world) == {ANN}


def test_an_unknown_number_gets_a_conversation_of_nobody(world: SmsWorld) -> None:
    assert world.text(from_="+447700900999")[0] == 200
    with world.engine.connect() as connection:
        assert connection.execute(text("SELECT young_person_id FROM conversation")).scalar() is None


@pytest.mark.parametrize("written", ["60777", "85258", "MyBank", "NHS-NoReply"])
def test_a_short_code_or_a_name_is_stored_without_a_plus(world: SmsWorld, written: str) -> None:
    assert world.text(from_=written)[0] == 200
    assert addresses(world) == {written}


@pytest.mark.parametrize(
    "written", ["", " ", "whatsapp:+447700900123", "client:ann", "+", "+12", "07", "x" * 40, "+44٣"]
)
def test_a_sender_that_is_none_is_a_400(world: SmsWorld, written: str) -> None:
    assert world.text(from_=written) == (400, "From is missing or is not a phone number.")


def test_a_database_that_fails_is_a_503_so_that_twilio_falls_back(world: SmsWorld) -> None:
    with world.engine.begin() as connection:
        connection.execute(text("DROP TABLE message"))
    assert world.text()[0] == 503


def test_a_closed_inbox_is_a_503(world: SmsWorld) -> None:
    world.inbox.close()
    assert world.text()[0] == 503


def test_only_post_is_taken(world: SmsWorld) -> None:
    assert world.client.get(INBOUND).status_code == 405


def test_no_log_holds_the_words_or_the_number(world: SmsWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    world.text("my secret words")
    world.raw(INBOUND, urlencode(params()).encode(), "bad")
    with world.engine.begin() as connection:
        connection.execute(text("DROP TABLE message"))
    world.text("my secret words", sid="SM" + "3" * 32)
    assert "secret words" not in caplog.text
    assert ANN[1:] not in caplog.text

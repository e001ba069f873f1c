"""Delivery reports by webhook: signed, applied by rank, and silent about what is not there."""

from sqlalchemy import text

from tests.fakes.twilio import TOKEN, sign, status_params
from tests.unit.channels.sms_world import ANN, PUBLIC, SmsWorld, world

__all__ = ["world"]

SID = "SM" + "2" * 32


def test_a_report_moves_the_message_forward(world: SmsWorld) -> None:
    message_id = world.outbound("accepted", SID)
    assert world.report(message_id, "sent") == 204
    assert world.report(message_id, "delivered") == 204
    assert world.message(message_id).status == "delivered"


def test_a_late_report_moves_nothing_back(world: SmsWorld) -> None:
    message_id = world.outbound("accepted", SID)
    for status in ("delivered", "sent", "queued", "failed"):
        assert world.report(message_id, status) == 204
    assert world.message(message_id).status == "delivered"


def test_a_report_that_comes_before_the_answer_gives_the_message_its_id(world: SmsWorld) -> None:
    message_id = world.outbound("sending")
    assert world.report(message_id, "sent") == 204
    message = world.message(message_id)
    assert (message.provider_id, message.status, message.sent_at) == (SID, "sent", world.clock())


def test_an_error_code_is_kept(world: SmsWorld) -> None:
    message_id = world.outbound("accepted", SID)
    assert world.report(message_id, "undelivered", code=30005) == 204
    assert (world.message(message_id).status, world.message(message_id).error_code) == ("undelivered", 30005)


def test_an_unknown_message_is_answered_like_a_known_one(world: SmsWorld) -> None:
    known = world.outbound("accepted", SID)
    answers = {world.report(number, "sent") for number in (known, 999, 2**63, 10**30)}
    assert answers == {204}


def test_an_unknown_status_changes_nothing(world: SmsWorld) -> None:
    message_id = world.outbound("accepted", SID)
    for status in ("received", "suppressed", "unknown", "", "Delivered?"):
        assert world.report(message_id, status) == 204
    assert world.message(message_id).status == "accepted"


def test_an_unsigned_report_is_refused(world: SmsWorld) -> None:
    message_id = world.outbound("accepted", SID)
    path = f"/channels/sms/status/{message_id}"
    params = status_params(sid=SID, status="delivered", to=ANN, from_=None, account="AC")
    # signed, but for another message
    signature = sign(f"{PUBLIC}/channels/sms/status/{message_id + 1}", params, TOKEN)
    assert world.raw(path, b"MessageSid=x&MessageStatus=delivered", signature)[0] == 403
    assert world.message(message_id).status == "accepted"


def test_a_report_without_an_id_is_a_400(world: SmsWorld) -> None:
    assert world.post("/channels/sms/status/1", {"MessageStatus": "sent"})[0] == 400


def test_a_database_that_fails_is_a_503(world: SmsWorld) -> None:
    message_id = world.outbound("accepted", SID)
    with world.engine.begin() as connection:
        connection.execute(text("DROP TABLE message"))
    assert world.report(message_id, "sent") == 503


def test_an_opt_out_is_written_into_the_ledger(world: SmsWorld) -> None:
    message_id = world.outbound("accepted", SID)
    world.report(message_id, "failed", code=21610)
    world.report(message_id, "failed", code=21610)
    [event] = world.consent()
    assert (event.event, event.source, event.address, event.channel) == ("stop", "provider", ANN, "sms")

"""What must hold after any run, whatever was killed when."""

from collections import Counter

from sqlmodel import select

from casework.db import reading
from casework.tables import Conversation, Message, UnmetDemand
from tests.faults.run import Ended


def check(ended: Ended) -> None:
    """Raise ``AssertionError`` for anything that was lost, doubled or disordered."""
    inbound, outbound = _handled(ended)
    with reading(ended.engine) as session:
        conversations = {row.address: row for row in session.exec(select(Conversation))}
        demands = Counter(row.subject for row in session.exec(select(UnmetDemand)))
    for sent in ended.acknowledged:
        replies = [one for one in outbound if one.in_reply_to == inbound[sent.sid].id]
        assert [one.position for one in replies] == list(range(sent.replies)), f"{sent.sid} has {len(replies)} replies"
        assert demands[sent.text] == sent.effects, f"{sent.sid}: its effect happened {demands[sent.text]} times"
    counted = Counter(sent.number for sent in ended.acknowledged)
    for number, turns in counted.items():
        state = conversations[number].state
        assert state["slots"]["turns"] == turns, f"{number}: {turns} messages, {state['slots']['turns']} turns"


def check_real(ended: Ended) -> None:
    """The same for a run with the real bot, whose replies and effects are read off the turns themselves."""
    inbound, outbound = _handled(ended)
    wanted = 0
    for sent in ended.acknowledged:
        row = inbound[sent.sid]
        replies = [one for one in outbound if one.in_reply_to == row.id]
        assert replies, f"{sent.sid} has no reply"
        assert [one.position for one in replies] == list(range(len(replies)))
        wanted += sum(effect["kind"] == "note_unmet_demand" for effect in row.effects or [])
    with reading(ended.engine) as session:
        assert len(session.exec(select(UnmetDemand)).all()) == wanted


def _handled(ended: Ended) -> tuple[dict[str | None, Message], list[Message]]:
    """Every message, after checking that each inbound was handled and each outbound is once at the provider."""
    with reading(ended.engine) as session:
        inbound = {row.provider_id: row for row in session.exec(select(Message).where(Message.direction == "in"))}
        outbound = list(session.exec(select(Message).where(Message.direction == "out").order_by(Message.id)))  # type: ignore[arg-type]
    assert len(inbound) == len(ended.acknowledged)
    for sent in ended.acknowledged:
        row = inbound.get(sent.sid)
        assert row is not None, f"{sent.sid} was acknowledged and is not there"
        assert row.handled_at is not None
        assert row.outcome == "answered", f"{sent.sid} ended as {row.outcome}: {row.failure}"
    accepted = {one.sid: one for one in ended.twilio.messages.store.all()}
    by_row = Counter(one.provider_id for one in outbound)
    for message in outbound:
        assert message.provider_id in accepted, f"message {message.id} ({message.status}) is not at the provider"
        assert by_row[message.provider_id] == 1
        assert accepted[message.provider_id or ""].body == message.text
    assert len(accepted) == len(outbound), f"{len(outbound)} messages, {len(accepted)} texts at the provider"
    for conversation in {one.conversation_id for one in outbound}:
        answered = [one.in_reply_to or 0 for one in outbound if one.conversation_id == conversation]
        assert answered == sorted(answered), "replies were written out of order"
    return inbound, outbound

"""What must hold after any run, whatever was killed when."""

from collections import Counter

from sqlmodel import select

from casework.db import reading
from casework.tables import Conversation, Message, UnmetDemand
from tests.faults.run import Ended


def check(ended: Ended) -> None:
    """Raise ``AssertionError`` for anything that was lost, doubled or disordered."""
    with reading(ended.engine) as session:
        inbound = {row.provider_id: row for row in session.exec(select(Message).where(Message.direction == "in"))}
        outbound = list(session.exec(select(Message).where(Message.direction == "out").order_by(Message.id)))  # type: ignore[arg-type]
        conversations = {row.address: row for row in session.exec(select(Conversation))}
        demands = Counter(row.subject for row in session.exec(select(UnmetDemand)))

    for sent in ended.acknowledged:
        row = inbound.get(sent.sid)
        assert row is not None, f"{sent.sid} was acknowledged and is not there"
        assert row.handled_at is not None
        assert row.outcome == "answered", f"{sent.sid} ended as {row.outcome}: {row.failure}"
        replies = [one for one in outbound if one.in_reply_to == row.id]
        assert [one.position for one in replies] == list(range(sent.replies)), f"{sent.sid} has {len(replies)} replies"
        assert demands[sent.text] == sent.effects, f"{sent.sid}: its effect happened {demands[sent.text]} times"

    counted = Counter(sent.number for sent in ended.acknowledged)
    for number, turns in counted.items():
        state = conversations[number].state
        assert state["slots"]["turns"] == turns, f"{number}: {turns} messages, {state['slots']['turns']} turns"
        assert conversations[number].lease is None or conversations[number].lease_until is not None

    accepted = {one.sid: one for one in ended.twilio.messages.store.all()}
    by_row = Counter(one.provider_id for one in outbound)
    for message in outbound:
        assert message.provider_id in accepted, f"message {message.id} ({message.status}) is not at the provider"
        assert by_row[message.provider_id] == 1
    assert len(accepted) == len(outbound), f"{len(outbound)} messages, {len(accepted)} texts at the provider"

    for number in counted:
        ours = [one for one in outbound if one.conversation_id == conversations[number].id]
        handled = [one.in_reply_to for one in ours]
        assert handled == sorted(handled, key=lambda id_: id_ or 0)

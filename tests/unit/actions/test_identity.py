"""Who somebody is: nothing is given away, nothing is kept, and only a code links."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

import prospectus.tables  # noqa: F401
from actions.identity import number_in
from actions.registry import build_executor
from casework.db import open_engine, reading, writing
from casework.effects import AskLinkCode, LinkSharer, SetKnownAs, TryLinkCode, TurnContext, apply
from casework.identity.linking import SPEAKS_FOR, Linking, speaker_lapsed
from casework.sending import SendingPolicy, may_send
from casework.tables import Adviser, ConsentEvent, Conversation, LinkCode, Message, YoungPerson
from casework.voice import Voice
from tests.unit.actions.stage import DATA, Answer, Stage

NOW = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
"""Half past eleven at night: a code does not wait for the morning."""
HERS, SHARED, CHAT, HER_SMS, SHARED_SMS = "+447700900101", "+447700900102", 42, 43, 44


def fill(session: Session) -> None:
    session.add(Adviser(id=1, ref="A1", name="Sam Okafor", email="sam@example.org"))
    session.flush()
    for number, name, phone in ((7, "Jade", HERS), (8, "Kezia", SHARED), (9, "Levi", SHARED)):
        session.add(
            YoungPerson(
                id=number, ref=f"Y{number}", first_name=name, last_name="W", phone=phone, adviser_id=1, created_at=NOW
            )
        )
    session.flush()
    for number, channel, address, person in (
        (CHAT, "web", "x" * 32, None),
        (HER_SMS, "sms", HERS, 7),
        (SHARED_SMS, "sms", SHARED, None),
    ):
        session.add(Conversation(id=number, channel=channel, address=address, young_person_id=person, created_at=NOW))
    session.flush()
    for number, conversation in ((1001, CHAT), (1002, HER_SMS), (1003, SHARED_SMS)):
        session.add(
            Message(id=number, conversation_id=conversation, direction="in", channel="web", author="young_person",
                    text="my number is 07700 900101, the code is 424242", created_at=NOW)
        )  # fmt: skip


@pytest.fixture
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('record') / 'record.db'}")
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        fill(session)
    yield engine
    engine.dispose()


@pytest.fixture
def do(record: Engine, voice: Voice) -> Callable[..., tuple[dict[str, object], dict[str, object]]]:
    """Perform one effect as the runner would, with a conversation that was read in another transaction."""

    def perform(effect: object, conversation: int = CHAT, now: datetime = NOW):  # type: ignore[no-untyped-def]
        with reading(record) as session:
            read = session.get_one(Conversation, conversation)
            message = session.exec(select(Message).where(Message.conversation_id == conversation)).first()
        context = TurnContext(read, message, now, linking=Linking("secret", lambda: "424242", voice, "Onward"))
        with writing(record) as session:
            done = apply(session, effect, context)  # type: ignore[arg-type]
        return done, context.learned

    return perform


def codes_sent(engine: Engine) -> list[Message]:
    with reading(engine) as session:
        return list(session.exec(select(Message).where(Message.direction == "out")).all())


def linked_to(engine: Engine, conversation: int = CHAT) -> int | None:
    with reading(engine) as session:
        return session.get_one(Conversation, conversation).young_person_id


def test_a_code_goes_to_the_number_on_record_and_links_the_chat(record: Engine, do: Callable[..., object]) -> None:
    assert do(AskLinkCode(number=HERS)) == ({"kind": "ask_link_code"}, {})
    sent = codes_sent(record)[0]
    assert (sent.conversation_id, sent.channel, sent.key, sent.args) == (HER_SMS, "sms", "link_code", {})
    assert "424242" in sent.text
    assert do(TryLinkCode(code="111111")) == ({"kind": "try_link_code", "outcome": "wrong"}, {"outcome": "wrong"})
    assert linked_to(record) is None
    assert do(TryLinkCode(code="424242")) == ({"kind": "try_link_code", "outcome": "linked"}, {"outcome": "linked"})
    assert linked_to(record) == 7


def test_for_a_number_of_nobodys_the_same_is_kept_and_no_code_fits(record: Engine, do: Callable[..., object]) -> None:
    assert do(AskLinkCode(number="+447700900999")) == do(AskLinkCode(number=SHARED)) == ({"kind": "ask_link_code"}, {})
    assert codes_sent(record) == []
    assert do(TryLinkCode(code="424242"))[1] == {"outcome": "wrong"}  # type: ignore[index]
    with reading(record) as session:
        assert all("424242" not in row.digest for row in session.exec(select(LinkCode)).all())


def test_a_code_goes_at_night_and_beside_an_adviser_but_not_after_stop(
    record: Engine, do: Callable[..., object]
) -> None:
    do(AskLinkCode(number=HERS))
    with writing(record) as session:
        session.get_one(Conversation, HER_SMS).mode = "adviser"
        message = session.exec(select(Message).where(Message.direction == "out")).one()
        phone = session.get_one(Conversation, HER_SMS)
        assert may_send(session, message, phone, NOW, SendingPolicy()).action == "send"
        session.add(ConsentEvent(channel="sms", address=HERS, event="stop", source="message", recorded_at=NOW))
        session.flush()
        assert may_send(session, message, phone, NOW, SendingPolicy()).reason == "stopped"


def test_what_to_call_them_is_in_the_record(record: Engine, do: Callable[..., object]) -> None:
    do(SetKnownAs(name="Jay"), HER_SMS)
    with reading(record) as session:
        assert session.get_one(YoungPerson, 7).known_as == "Jay"


@pytest.mark.parametrize(("said", "whose"), [("kezia", 8), ("KEZIA ", 8), ("Jade", None), ("", None)])
def test_on_a_shared_phone_one_name_of_theirs_is_enough(
    record: Engine, do: Callable[..., object], said: str, whose: int | None
) -> None:
    do(LinkSharer(first_name=said), SHARED_SMS)
    assert linked_to(record, SHARED_SMS) == whose


def test_a_name_opens_nothing_elsewhere(record: Engine, do: Callable[..., object]) -> None:
    assert do(LinkSharer(first_name="Jade"))[1] == {"outcome": "unclear"}  # type: ignore[index]
    assert linked_to(record) is None


def test_whoever_said_their_name_speaks_for_a_while() -> None:
    state = {"slots": {"shared_at": NOW.isoformat()}}
    conversation = Conversation(channel="sms", address=SHARED, young_person_id=8, state=state, created_at=NOW)
    assert not speaker_lapsed(conversation, NOW + SPEAKS_FOR)
    assert speaker_lapsed(conversation, NOW + SPEAKS_FOR * 2)
    conversation.state = {}
    assert not speaker_lapsed(conversation, NOW + SPEAKS_FOR * 2)


@pytest.fixture
def clerk(record: Engine) -> ActionExecutor:
    return build_executor(record, DATA)


@pytest.fixture
def stranger(clerk: ActionExecutor, voice: Voice) -> Stage:
    return Stage(clerk, voice, young_person=None)


def answered(stage: Stage, text: str, intent: str = "x") -> Answer:
    stage.slots |= {"requested_slot": "link_answer", "link_answer": text}
    return stage.act("validate_link_form", text, intent=intent)


def test_the_number_is_handed_on_and_not_remembered(stranger: Stage) -> None:
    assert stranger.act("action_link_me", "link me", intent="link_me").follow == "link_form"
    assert stranger.act("action_ask_link_answer", "").args == {"stage": "number", "again": False}
    answer = answered(stranger, "its 07700 900101 i think")
    assert (answer.keys, answer.effects) == (["link_sent"], [{"kind": "ask_link_code", "number": HERS}])
    assert "900101" not in str({k: v for k, v in stranger.slots.items() if k != "requested_slot"})


def test_without_the_number_the_team_checks(stranger: Stage) -> None:
    stranger.act("action_link_me", "link me", intent="link_me")
    assert answered(stranger, "i lost it").replies == []
    assert stranger.slots["link"] == {"stage": "details", "again": False}
    answer = answered(stranger, "Jade W, Samphire Coast College, 3/6/2011")
    assert (answer.keys, answer.effects[0]["about"]) == (["link_team"], "identity_check")
    assert "Samphire" not in str({k: v for k, v in stranger.slots.items() if k != "requested_slot"})


def test_nonsense_is_asked_about_once(stranger: Stage) -> None:
    stranger.act("action_link_me", "link me", intent="link_me")
    answered(stranger, "purple")
    assert stranger.slots["link"] == {"stage": "number", "again": True}
    answered(stranger, "purple")
    assert stranger.slots["link"]["stage"] == "details"


def test_somebody_linked_is_not_linked_again(clerk: ActionExecutor, voice: Voice) -> None:
    stage = Stage(clerk, voice, young_person=7)
    assert stage.act("action_link_me", "link me", intent="link_me").keys == ["link_already"]


def test_six_digits_are_tried_only_where_a_code_was_asked_for(stranger: Stage) -> None:
    assert stranger.act("action_try_code", "424 242").effects == []
    stranger.slots["code_asked"] = NOW.isoformat()
    assert stranger.act("action_try_code", "its 424 242").effects == [{"kind": "try_link_code", "code": "424242"}]


def test_a_strangers_adviser_is_not_said(stranger: Stage) -> None:
    answer = stranger.act("action_who_is_my_adviser", "who is my adviser")
    assert answer.keys == ["adviser_not_linked"]
    assert "Sam" not in str(answer.replies)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("call me jay", "Jay"),
        ("my name is Ellie-Mae", "Ellie-Mae"),
        ("can you call me TJ please", "TJ"),
        ("call me back later", None),
        ("call me when you can", None),
    ],
)
def test_names_are_read_from_what_they_say(clerk: ActionExecutor, voice: Voice, text: str, name: str | None) -> None:
    answer = Stage(clerk, voice, young_person=7).act("action_call_me", text)
    assert [one["name"] for one in answer.effects] == ([name] if name else [])


def test_a_new_number_changes_nothing_by_itself(clerk: ActionExecutor, voice: Voice) -> None:
    answer = Stage(clerk, voice, young_person=7).act("action_new_number", "my new number is 07700900456")
    assert [one["kind"] for one in answer.effects] == ["open_escalation"]
    assert answer.effects[0]["about"] == "new_number"


def hers(clerk: ActionExecutor, voice: Voice, engine: Engine) -> Stage:
    """A text from Jade's own number."""
    with writing(engine) as session:
        conversation = session.get_one(Conversation, CHAT)
        conversation.channel, conversation.address, conversation.young_person_id = "sms", "+447700900555", 7
    return Stage(clerk, voice, young_person=7)


def test_a_wrong_number_ends_contact_and_names_nobody(clerk: ActionExecutor, voice: Voice, record: Engine) -> None:
    answer = hers(clerk, voice, record).act("action_wrong_number", "you have the wrong number mate")
    # the escalation first: the note takes the number off the record
    assert [one["kind"] for one in answer.effects] == ["open_escalation", "note_address"]
    assert answer.replies == [("wrong_number_noted", {})]


def test_what_is_only_asked_does_not_end_contact(clerk: ActionExecutor, voice: Voice, record: Engine) -> None:
    stage = hers(clerk, voice, record)
    answer = stage.act("action_wrong_number", "have you got the wrong number?")
    assert (answer.keys, answer.effects) == (["wrong_number"], [])
    taken = stage.act("action_affirm", "yes")
    assert [one["kind"] for one in taken.effects] == ["open_escalation", "note_address"]
    assert taken.keys == ["wrong_number_noted"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900101", HERS),
        ("+44 7700 900101", HERS),
        ("it was 07700900101 i think", HERS),
        ("12345", None),
        ("i dont know", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: str | None) -> None:
    assert number_in(text) == number

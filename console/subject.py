"""Whose transcript a page is about: a young person, or a conversation with somebody not in the record."""

import re
from dataclasses import dataclass

from sqlmodel import Session, select

from casework.caseload import conversations_of, may_see
from casework.tables import Conversation, YoungPerson
from console.rendering import BASE
from console.visit import NotHere, Visit

_REF = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Subject:
    """A young person and their conversations (the last used first), or one unlinked conversation."""

    young_person: YoungPerson | None
    conversations: list[Conversation]
    url: str

    @property
    def ids(self) -> list[int]:
        """The conversations' ids."""
        return [conversation.id for conversation in self.conversations if conversation.id is not None]

    @property
    def audited(self) -> dict[str, int | None]:
        """How the audit names it."""
        if self.young_person is not None:
            return {"young_person_id": self.young_person.id}
        return {"conversation_id": self.conversations[0].id}


def subject_of(visit: Visit, session: Session) -> Subject:
    """What the address names, if this adviser may see it. Raises ``NotHere`` if not, or if there is none."""
    ref = visit.request.path_params.get("ref")
    if ref is not None:
        return _person(visit, session, str(ref))
    return _conversation(visit, session, int(visit.request.path_params["conversation"]))


def ref_of(visit: Visit) -> str:
    """The young person's reference in the address. Raises ``NotHere`` for what can be none."""
    ref = str(visit.request.path_params["ref"])
    if not _REF.fullmatch(ref):
        raise NotHere("person")
    return ref


def person_by_ref(session: Session, ref: str) -> YoungPerson | None:
    """The young person with this reference, whoever may see them."""
    if not _REF.fullmatch(ref):
        return None
    return session.exec(select(YoungPerson).where(YoungPerson.ref == ref)).first()


def _person(visit: Visit, session: Session, ref: str) -> Subject:
    if not _REF.fullmatch(ref):
        raise NotHere("person")
    person = person_by_ref(session, ref)
    if person is None:
        raise NotHere(f"person {ref}")
    if not may_see(session, visit.scope(session), person, None):
        raise NotHere("person", young_person_id=person.id)
    return Subject(person, conversations_of(session, person), f"{BASE}/people/{person.ref}")


def _conversation(visit: Visit, session: Session, conversation_id: int) -> Subject:
    conversation = session.get(Conversation, conversation_id) if conversation_id < 2**63 else None
    if conversation is None:
        raise NotHere("conversation")
    person = None
    if conversation.young_person_id is not None:
        person = session.get(YoungPerson, conversation.young_person_id)
    if not may_see(session, visit.scope(session), person, conversation.id):
        raise NotHere("conversation", young_person_id=conversation.young_person_id, conversation_id=conversation.id)
    if person is not None:
        return Subject(person, conversations_of(session, person), f"{BASE}/people/{person.ref}")
    return Subject(None, [conversation], f"{BASE}/conversations/{conversation.id}")

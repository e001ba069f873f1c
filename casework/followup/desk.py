"""Deciding and doing planned contacts that have been claimed, all in the transaction that claimed them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Table, bindparam, select, text, update
from sqlmodel import Session

from casework.advisers import Answering, answers_for
from casework.among import among
from casework.bulk import insert_new_rows, insert_rows, new_ids
from casework.clock import LONDON
from casework.db import by_index
from casework.followup import tasks
from casework.followup.asking import message_values, state_for
from casework.followup.faces import Face, Thread, faces
from casework.followup.people import Reader
from casework.followup.planning import anything_follows
from casework.hours import SendingPolicy, next_permitted
from casework.sending import decide
from casework.tables import Conversation, FollowUp, Message
from casework.voice import Voice

BUSY_FOR = timedelta(minutes=2)
"""A turn takes milliseconds; a message of theirs that waits this long is tried again by then."""
PAUSED_FOR = timedelta(hours=2)
"""How long a contact waits before it is looked at again while an adviser has the conversation."""
IN_CONVERSATION = timedelta(hours=12)
"""A question of ours that they were answering so recently is not replaced by another one."""
BETWEEN_PROMPTS = timedelta(hours=20)
"""Between two things that we start with one person, unless the second is urgent."""
QUEUED_FOR = timedelta(hours=1)
WANTS_A_PERSON = "person_form"
"""Of the bot: they asked for a person and have not said what about. Our question would take its place."""
SPREAD_SECONDS = 3 * 60 * 60
"""What is caught up after an outage is spread over so much of the next morning."""

_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_m: Table = Message.__table__  # type: ignore[attr-defined]
_f: Table = FollowUp.__table__  # type: ignore[attr-defined]

_STATE = update(_c).where(_c.c.id == bindparam("the_id")).values(state=bindparam("the_state"))
_QUEUED = (
    update(_f)
    .where(_f.c.id == bindparam("the_id"))
    .values(status="queued", message_id=bindparam("the_message"), hold_reason=None)
)
# PostgreSQL takes all rows of one change at once
_STATES_AT_ONCE = text(
    "UPDATE conversation SET state = changed.state "
    "FROM jsonb_to_recordset(CAST(:states AS jsonb)) AS changed(id bigint, state jsonb) "
    "WHERE conversation.id = changed.id"
)
_QUEUED_AT_ONCE = text(
    "UPDATE follow_up SET status = 'queued', message_id = changed.message, hold_reason = NULL "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:messages AS bigint[])) AS changed(id, message) "
    "WHERE follow_up.id = changed.id"
)


class Naming(Protocol):
    """Puts what a contact is about into words: names in place of refs and keys."""

    def args(self, session: Session, about: Mapping[str, Any], language: str) -> dict[str, Any]:
        """Arguments for a text."""


class PlainNaming:
    """Says what is there: for tests, and where nobody knows the prospectus."""

    def args(self, session: Session, about: Mapping[str, Any], language: str) -> dict[str, Any]:
        """As they are, with ``provider`` and ``subject`` always there."""
        provider = about.get("provider") or about.get("place") or about.get("provider_ref")
        return {"subject": None} | dict(about) | {"provider": provider}


def _mark_queued(connection: Connection, ids: list[int], messages: list[int]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_QUEUED_AT_ONCE, {"ids": ids, "messages": messages})
        return
    rows = [{"the_id": id_, "the_message": message} for id_, message in zip(ids, messages, strict=True)]
    connection.execute(_QUEUED, rows)


def _put_states(connection: Connection, states: list[dict[str, Any]]) -> None:
    if not states:
        return
    if connection.dialect.name == "postgresql":
        rows = [{"id": row["the_id"], "state": row["the_state"]} for row in states]
        connection.execute(_STATES_AT_ONCE, {"states": json.dumps(rows)})
        return
    connection.execute(_STATE, states)


@dataclass
class _Letter:
    """A text that goes: its row, whose it is, and where to."""

    row: FollowUp
    face: Face
    channel: str
    thread: Thread | None


@dataclass
class Desk:
    """One transaction's work."""

    session: Session
    reader: Reader
    voice: Voice
    naming: Naming
    policy: SendingPolicy
    service: str
    now: datetime
    done: Counter[str] = field(default_factory=Counter)
    ended: set[int] = field(default_factory=set)
    """Whose contacts ended here: what follows for them is planned again."""
    _letters: list[_Letter] = field(default_factory=list)
    _answering: dict[int | None, Answering] = field(default_factory=dict)

    def take(self, rows: list[FollowUp], *, stale: set[int]) -> Counter[str]:
        """Do all of them; answers how many ended or waited how."""
        by_index(self.session)
        found = faces(self.session, sorted({row.young_person_id for row in rows}), self.now, self.policy)
        for row in rows:
            if row.id in stale:
                self._end(row, "skipped", "plan_changed")
            else:
                self._one(row, found[row.young_person_id])
        self._send()
        self.session.flush()
        return self.done

    def _one(self, row: FollowUp, face: Face) -> None:
        today = self.now.astimezone(LONDON).date()
        if face.person.left_area_on is not None and face.person.left_area_on <= today:
            self._end(row, "skipped", "left_area")
        elif row.kind in ("call", "remind"):
            tasks.bring(self.session, row, self._answers(face).adviser, self.now, row.kind)
            self._end(row, "handed_over", row.kind)
        elif row.kind == "close":
            code = str(row.rules.get("code"))
            tasks.close(self.session, self.reader.codes, row, code, self.now)
            self._end(row, "closed", code)
        else:
            self._text(row, face)

    def _text(self, row: FollowUp, face: Face) -> None:
        now, rules = self.now, row.rules or {}
        channel = face.channel(now)
        if channel is None:
            self._unreachable(row, face)
            return
        spoke = face.last_inbound
        days = rules.get("in_touch_days")
        if days is not None and spoke is not None and spoke > now - timedelta(days=int(days)):
            self._end(row, "skipped", "recently_in_touch")
            return
        if row.late_at is not None and now > row.late_at and not self._in_spite_of_lateness(row):
            return
        wait = self._wait(face, urgent=bool(rules.get("urgent")))
        if wait is not None:
            self._hold(row, *wait)
            return
        decision = decide(
            "prompt",
            face.known(now, rules, row.late_at if row.late_rule == "drop" else None),
            now,
            self.policy,
            self.reader.book.calendar,
        )
        if decision.reason == "hand_over" and rules.get("urgent"):
            # whoever is talking with them should know of it now, not when they have given the conversation back
            tasks.bring(self.session, row, self._answers(face).adviser, now, "hand_over")
            self._end(row, "handed_over", "hand_over")
        elif decision.reason == "hand_over":
            self._hold(row, now + PAUSED_FOR, "hand_over")
        elif decision.action == "defer":
            self._hold(row, decision.until or now + QUEUED_FOR, decision.reason)
        elif decision.action == "suppress":
            self._end(row, "suppressed", decision.reason)
        else:
            thread = face.text_thread if channel == "sms" else face.web_thread(now)
            self._letters.append(_Letter(row, face, channel, thread))
            face.waiting = True

    def _in_spite_of_lateness(self, row: FollowUp) -> bool:
        """What its plan says of a late one: send it all the same, wait for the morning, or drop it."""
        if row.late_rule == "send":
            return True
        if row.late_rule == "drop":
            self._end(row, "late", row.hold_reason or "late")
            return False
        tomorrow = self.now + timedelta(days=1)
        midnight = tomorrow.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
        opens = next_permitted(midnight, "england", self.policy)
        row.late_at = None
        self._hold(row, opens + timedelta(seconds=row.young_person_id * 7919 % SPREAD_SECONDS), "late")
        return False

    def _wait(self, face: Face, *, urgent: bool) -> tuple[datetime, str] | None:
        """Until when something else comes first, and what."""
        now = self.now
        if face.waiting:
            return now + QUEUED_FOR, "prompt_waiting"
        if face.busy(now):
            return now + BUSY_FOR, "in_conversation"
        for one in face.threads:
            asked = (one.state or {}).get("loop") is not None
            if asked and one.last_inbound_at is not None and one.last_inbound_at > now - IN_CONVERSATION:
                return one.last_inbound_at + IN_CONVERSATION, "open_question"
        if not urgent and face.prompts and face.prompts[0] > now - BETWEEN_PROMPTS:
            return face.prompts[0] + BETWEEN_PROMPTS, "one_a_day"
        return None

    def _unreachable(self, row: FollowUp, face: Face) -> None:
        reason = face.unreachable()
        if (row.rules or {}).get("unreachable") == "skip" or row.campaign_id is not None:
            self._end(row, "suppressed", reason)
            return
        tasks.bring(self.session, row, self._answers(face).adviser, self.now, reason)
        self._end(row, "handed_over", reason)

    def _hold(self, row: FollowUp, until: datetime, reason: str) -> None:
        row.due_at, row.hold_reason = max(until, self.now + timedelta(minutes=1)), reason
        self.session.add(row)
        self.done[f"waits:{reason}"] += 1

    def _end(self, row: FollowUp, outcome: str, reason: str) -> None:
        row.status, row.outcome, row.reason, row.ended_at = "ended", outcome, reason, self.now
        self.session.add(row)
        # a record that was closed says something new of them, whatever follows in the plan
        if outcome == "closed" or anything_follows(self.reader.book, row.plan, row.step, outcome):
            self.ended.add(row.young_person_id)
        self.done[outcome] += 1

    def _answers(self, face: Face) -> Answering:
        adviser_id = face.person.adviser_id
        if adviser_id not in self._answering:
            self._answering[adviser_id] = answers_for(self.session, adviser_id, self.now)
        return self._answering[adviser_id]

    def _send(self) -> None:
        """Put the texts in the outbox and their conversations in the state that awaits the answers."""
        letters = self._letters
        if not letters:
            return
        threads = self._opened([one for one in letters if one.thread is None])
        connection = self.session.connection()
        values, states = [], []
        for one in letters:
            thread = one.thread or threads[one.face.person.phone or ""]
            if (thread.state or {}).get("loop") == WANTS_A_PERSON:
                tasks.wanted_a_person(self.session, one.row, thread.id, self._answers(one.face).adviser, self.now)
            values.append(self._worded(one, thread))
            if one.row.asks:
                about = one.row.about or {}
                state = state_for(one.row.asks, one.row.id or 0, about, self.now, thread.state)
                states.append({"the_id": thread.id, "the_state": state})
        ids = new_ids(connection, _m, len(values))
        insert_rows(connection, _m, [row | {"id": id_} for row, id_ in zip(values, ids, strict=True)])
        _mark_queued(connection, [one.row.id or 0 for one in letters], ids)
        _put_states(connection, states)
        self.done["queued"] += len(letters)

    def _opened(self, letters: list[_Letter]) -> dict[str, Thread]:
        """A conversation by text for everybody who has none yet."""
        if not letters:
            return {}
        connection = self.session.connection()
        rows: list[dict[str, Any]] = [
            {
                "channel": "sms",
                "address": one.face.person.phone,
                "young_person_id": one.face.person.id,
                "mode": "assistant",
                "state": {},
                "created_at": self.now,
            }
            for one in letters
        ]
        insert_new_rows(connection, _c, rows)
        addresses = [row["address"] for row in rows]
        query = select(*(_c.c[name] for name in Thread._fields)).where(
            _c.c.channel == "sms", among(_c.c.address, addresses)
        )
        return {row.address: Thread(*row) for row in connection.execute(query)}

    def _worded(self, one: _Letter, thread: Thread) -> dict[str, Any]:
        row, person = one.row, one.face.person
        language = thread.language or person.language or "en"
        adviser = self._answers(one.face).adviser
        args = self.naming.args(self.session, row.about or {}, language) | {
            "adviser": adviser.name.split()[0] if adviser else None
        }
        question = self.reader.book.questions.get(row.asks)
        key = row.says or (question.text if question else "followup_words")
        if row.words is not None:
            key, args = "followup_words", {"words": row.words.replace("{name}", person.called)}
        known = {
            "name": person.called,
            "service": self.service,
            "today": self.now.astimezone(LONDON).date().isoformat(),
        }
        rendered = self.voice.render(key, known | args, language=language, channel=one.channel)
        return message_values(row, thread.id, one.channel, rendered, self.now, key=key, args=args)

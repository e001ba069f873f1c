"""One message from understanding to answer: read in context, cut into its questions, each acted on in turn.

Rasa decides what follows an intent; here it is decided which intents a message has, given what was just asked, and how
their answers make one turn: side questions come back to the open one, and a question of ours is said last.
"""

from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

from turnbot import parts as splitting
from turnbot.choice import Ask, Parsed, Reading, intent_of, packed, sureness, unpacked
from turnbot.clauses import pieces, plausible
from turnbot.oneturn import ASIDE_FROM, Handle, OneTurn
from turnbot.parts import Part
from turnbot.reading import Reader
from turnbot.swearing import LOOKS_LIKE, set_aside
from turnbot.thread import State, lapsed, moment, standing
from turnbot.turn import Turn
from turnbot.unsure import between

CLEAR = 0.6
"""Confidence from which a swear word changes nothing in what was understood."""

PERSONAL = frozenset(
    {
        *("who_is_my_adviser", "applications_status", "money_status", "money_payment_problem"),
        *("record_read", "record_wrong"),
    }
)
"""Questions whose answers are about the young person: not for whoever has just said to be somebody else."""

SENTENCE_ENDS = (".", "?", "!", ";")

Parse = Callable[[str], Awaitable[Parsed]]


class Conversing:
    """Takes turns: ``parse`` understands a text, ``handle`` acts on one that is understood, in the turn's state."""

    def __init__(self, reader: Reader, parse: Parse, handle: Handle) -> None:
        self._reader = reader
        self._parse = parse
        self._handle = handle

    async def take(self, turn: Turn, text: str, context: Dict[str, Any], *, offset: int = 0) -> Tuple[State, Parsed]:
        """Answer ``text`` into ``turn.said``. Gives the new state, and what was understood.

        ``offset`` is how much was cut off the front of the stored message.
        """
        now = moment(context.get("now"))
        given = lapsed(turn.state, now)
        one = OneTurn(turn, given, context)
        parsed = await self._understood(text)
        read = self._reader.read(text, parsed, given, now)
        if isinstance(read, Ask):
            return one.ask(read), parsed
        if read is not None and read.hints.get("answers") and plausible(text):
            both = self._answer_and_question(await self._questions(text, given, now), given, now)
            if both:
                await self._act_on_parts(one, both, now, offset)
                return one.close(), one.understood(parsed)
        if read is not None:
            return await self._act(one, self._expanded(read, given, now)), one.understood(parsed)
        found = await self._questions(text, given, now) if plausible(text) and _may_split(given) else None
        if found:
            if any(splitting.is_someone_else(part) for part in found):
                parsed = next(part.parsed for part in found if splitting.is_someone_else(part))
                return await self._act(one, [Reading(splitting.SOMEONE_ELSE, text, parsed)]), one.understood(parsed)
            split = splitting.decide(found, parsed)
            if split:
                await self._act_on_parts(one, split, now, offset)
                return one.close(), one.understood(parsed)
        pair = between(parsed) if given["loop"] is None else None
        thread = given.get("thread") or {}
        if pair and not thread.get("choice"):
            span = (offset, offset + len(text))
            readings = [packed(name, parsed["entities"], context.get("message_id"), span) for name in pair]
            choice = {"readings": readings, "numbered": True}
            return one.ask(Ask("did_you_mean", {"meanings": pair}, {"choice": choice}, misses=1)), parsed
        if thread.get("guest") and intent_of(parsed) in PERSONAL:
            return await self._act(one, [Reading(splitting.SOMEONE_ELSE, text, parsed)]), one.understood(parsed)
        reading = Reading("nlu_fallback" if pair else intent_of(parsed), text, parsed)
        return await self._act(one, [reading]), one.understood(parsed)

    async def _understood(self, text: str) -> Parsed:
        parsed = await self._parse(text)
        if intent_of(parsed) not in LOOKS_LIKE and sureness(parsed) >= CLEAR:
            return parsed
        plain = set_aside(text)
        if plain is text or not plain.strip(" ?!.,"):
            return parsed
        again = await self._parse(plain)
        if (
            intent_of(again) in splitting.NOT_QUESTIONS
            or intent_of(again) in LOOKS_LIKE
            or sureness(again) < ASIDE_FROM
        ):
            return parsed
        return {**again, "text": text}

    async def _questions(self, text: str, state: State, now: Any) -> Optional[List[Part]]:
        cut = pieces(text)
        if len(cut) < 2:
            return None
        found: List[Part] = []
        at = 0
        for piece in cut:
            start = at + len(piece) - len(piece.lstrip())
            words = piece.strip()
            parsed = await self._understood(words)
            answers = False
            if not found:
                read = self._reader.read(words, parsed, state, now)
                answers = isinstance(read, Reading) and (
                    read.intent in ("choose", "affirm") or bool(read.hints.get("answers"))
                )
            begins = not found or piece[:1] == "\n" or text[:at].rstrip()[-1:] in SENTENCE_ENDS
            found.append(Part(words, parsed, start, start + len(words), answers, begins))
            at += len(piece)
        return found

    def _answer_and_question(self, found: Optional[List[Part]], state: State, now: Any) -> Optional[List[Part]]:
        """The answer to what was asked first and a question of theirs ("still there, when do i get my ema"), if so."""
        if not found or len(found) != 2 or not found[0].answers:
            return None
        last = found[1]
        read = self._reader.read(last.text, last.parsed, state, now)
        answers = isinstance(read, Reading) and read.hints.get("answers")
        asks = splitting.ASKING.search(last.text) and sureness(last.parsed) >= CLEAR
        return found if asks and not answers and last.intent not in splitting.NOT_QUESTIONS else None

    def _expanded(self, read: Reading, state: State, now: Any) -> List[Reading]:
        both = read.hints.get("both")
        if not both:
            return [read]
        thread, offered = state.get("thread") or {}, standing(state, now)
        return [unpacked(one, read.text, read.parsed, thread, offered) for one in both]

    async def _act(self, one: OneTurn, readings: List[Reading]) -> State:
        for reading in readings:
            await one.run(reading, self._handle)
        return one.close()

    async def _act_on_parts(self, one: OneTurn, split: List[Part], now: Any, offset: int) -> None:
        most = splitting.room(split)
        for number, part in enumerate(split):
            if number and (number >= most or one.full(part)):
                one.keep(split[number:], offset)
                return
            read = self._reader.read(part.text, part.parsed, one.state, now) if part.answers else None
            reading = read if isinstance(read, Reading) else Reading(part.intent, part.text, part.parsed)
            await one.run(reading, self._handle, part=part, more=number + 1 < min(len(split), most))


def _may_split(state: State) -> bool:
    return state["loop"] in (None, "course_form")

"""The record's short codes as an adviser reads them. A code that is not known is shown as words, never hidden."""

from collections.abc import Mapping
from typing import Any

from casework.clock import LONDON
from casework.tables import Escalation, Message

_STATUS = {
    "queued": "Waiting to be sent",
    "sending": "Being sent",
    "unknown": "No answer from the text service yet. Being checked",
    "accepted": "With the text service",
    "scheduled": "With the text service",
    "provider_queued": "With the text service",
    "provider_sending": "With the text service",
    "sent": "Sent",
    "partially_delivered": "Partly delivered",
    "undelivered": "Not delivered",
    "failed": "Not sent",
    "canceled": "Not sent: cancelled",
    "suppressed": "Not sent",
    "expired": "Not sent: too late to be useful",
    "delivered": "Delivered",
    "read": "Read",
}

_HELD = {
    "stopped": "they have asked for no more messages",
    "hand_over": "an adviser has the conversation",
    "wrong_number": "the number is not theirs any more",
    "unlinked": "the conversation was taken out of the record",
    "quiet_hours": "held until a decent hour",
    "bank_holiday": "held because of a bank holiday",
    "too_many_prompts": "held because they have had enough messages for now",
    "invalid": "the number does not work",
    "late": "it was too late to be useful",
    "exam_day": "held because it is a day of exams",
    "not_in_term": "held until term",
    "not_in_holidays": "held until the holidays",
}
"""Reasons of ``casework.sending``."""

_ERRORS = {
    20429: "The text service was too busy",
    21211: "This is not a number that can be texted",
    21408: "Texts to that country are not switched on",
    21610: "They have asked for no more texts",
    21612: "The text service cannot reach this number",
    21614: "This number cannot take texts. It may be a landline",
    30001: "The text service was too busy",
    30003: "The phone is off or out of reach",
    30004: "The network has blocked messages to this phone",
    30005: "This number is not in use",
    30006: "This number cannot take texts. It may be a landline",
    30007: "The network took the text for spam",
    30008: "The network did not say why",
}
"""Twilio's error codes. Source: https://www.twilio.com/docs/api/errors"""

_OUTCOMES = {
    "answered": "Answered by the assistant",
    "guarded": "Answered by a fixed rule",
    "handed_over": "Left to the adviser who has the conversation",
    "other_language": "In another language: sent a holding reply",
    "gave_up": "The assistant could not answer. Passed to a person",
    "stopped": "Not answered: they have asked for no more messages",
}

_ABOUT = {
    "talk_to_person": "Wants to talk to a person",
    "safeguarding": "Safeguarding",
    "other_language": "Writes in another language",
    "not_understood": "Not understood",
    "record_correction": "Something in the record is wrong",
    "assistant_failed": "The assistant could not answer",
    "wrote_after_stop": "Wrote after STOP",
    "provider_report": "A provider reported",
    "left": "Has left what they were doing",
    "new_number": "Has a new number",
    "wrong_number": "Not their number",
    "identity_check": "Says who they are: to be checked",
    "circumstances": "Told us how things are for them",
    "follow_up": "Answered when we got in touch",
    "reminder": "A reminder that you set",
}

_RECORDED = {
    "record_destination": "Plans and applications",
    "record_activity": "What they do now",
    "verify_activity": "What they do now, still so",
    "record_money_step": "Money",
    "note_address": "Their number",
}

_URGENCIES = {"urgent": "Urgent", "soon": "Soon", "routine": "Routine"}

_LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "cs": "Czech",
    "cy": "Welsh",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ku": "Kurdish",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "ne": "Nepali",
    "nl": "Dutch",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "so": "Somali",
    "sq": "Albanian",
    "ta": "Tamil",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

_NOT_ARRIVED = ("failed", "undelivered", "suppressed", "queued")


def humanise(code: str) -> str:
    """``find_courses`` as *Find courses*."""
    text = code.replace("_", " ").replace("/", ": ").strip()
    return text[:1].upper() + text[1:]


def status(message: Message) -> str | None:
    """How an outbound message's delivery stands."""
    if message.status is None:
        return None
    if message.status == "queued" and message.next_try_at is not None and message.failure:
        until = message.next_try_at.astimezone(LONDON)
        return f"Waiting until {until:%H:%M} on {until.day} {until:%B}"
    return _STATUS.get(message.status, humanise(message.status))


def delivery(code: str) -> str:
    """A status of delivery."""
    return _STATUS.get(code, humanise(code))


def delivery_error(code: int) -> str:
    """An error of the text service, with its number for whoever looks it up."""
    return f"{_ERRORS.get(code, 'The text service would not take it')} (code {code})"


def problem(message: Message) -> str | None:
    """Why an outbound message did not arrive, or waits."""
    if message.status not in _NOT_ARRIVED:
        return None
    if message.error_code is not None:
        return delivery_error(message.error_code)
    if message.failure is None:
        return None
    return humanise(_HELD.get(message.failure, message.failure))


def outcome(code: str | None) -> str | None:
    """What became of an inbound message."""
    return None if code is None else _OUTCOMES.get(code, humanise(code))


def about(kind: str) -> str:
    """What an escalation is about."""
    return _ABOUT.get(kind, humanise(kind))


def escalation(found: Escalation) -> str:
    """The title of an escalation: a planned call is not an answer that somebody gave."""
    if found.kind == "follow_up" and "follow_up" in (found.detail or {}):
        return "Time to get in touch"
    return about(found.kind)


def urgency(code: str) -> str:
    """An escalation's urgency."""
    return _URGENCIES.get(code, humanise(code))


def language(code: object) -> str | None:
    """A language's English name."""
    return _LANGUAGES.get(code, code) if isinstance(code, str) and code else None


def risk(found: object) -> str | None:
    """What the safeguarding check saw; none where it saw nothing."""
    if not isinstance(found, Mapping) or found.get("level") in (None, "none"):
        return None
    kind = found.get("kind")
    words = "Immediate risk" if found["level"] == "immediate" else "Cause for concern"
    return f"{words}: {humanise(kind).lower()}" if isinstance(kind, str) else words


def entity(found: Mapping[str, Any]) -> str:
    """One thing picked out of a message, with the words it was found in when they differ."""
    value, said = str(found.get("value", "")), str(found.get("text") or "")
    shown = f"{humanise(str(found.get('type', '')))}: {value.replace('_', ' ')}"
    return f"{shown} (“{said}”)" if said and said.casefold() != value.casefold() else shown


def effect(done: Mapping[str, Any], names: Mapping[int | None, str]) -> str:
    """One thing that was done because of a message. ``names`` are the advisers' by id."""
    kind = str(done.get("kind", ""))
    if kind == "open_escalation":
        told = names.get(done.get("adviser_id"), "the duty queue")
        return f"Told {told}: {about(str(done.get('about', ''))).lower()} ({done.get('urgency', 'routine')})"
    if kind == "note_unmet_demand":
        asked = [str(done[name]) for name in ("subject", "level", "place", "provider", "route") if done.get(name)]
        return "Noted that nothing was found for: " + ", ".join(asked or ["what they asked"]).replace("_", " ")
    if kind in _RECORDED:
        said = {name: value for name, value in done.items() if name in ("stage", "subject", "scheme", "step", "code")}
        words = ", ".join(str(value).replace("_", " ") for value in said.values())
        if done.get("skipped"):
            return f"{_RECORDED[kind]}: not recorded, {done['skipped']}".replace("_", " ")
        return f"{_RECORDED[kind]}: {words or str(done.get('note', '')).replace('_', ' ') or 'recorded'}"
    if kind == "answer_follow_up":
        return _answered(done)
    if kind == "set_language":
        return f"Language set to {language(done.get('language')) or 'not known'}"
    if kind == "record_consent":
        stop = done.get("event") == "stop"
        return "Recorded that they want no more messages" if stop else "Recorded that they want messages again"
    return humanise(kind)


def _answered(done: Mapping[str, Any]) -> str:
    if done.get("skipped"):
        return "Answered what we had asked, once more"
    more = ["no more of this"] if done.get("stop") else []
    if done.get("snooze_days"):
        more.append(f"asked again in {done['snooze_days']} days at the earliest")
    answer = str(done.get("answer", "")).replace("_", " ").replace("+", " and ")
    return f"Answered what we had asked: {'; '.join([answer, *more])}"

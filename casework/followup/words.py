"""Planned contacts as staff read them: no codes. Every outcome, reason and wait that the code knows has its words here.

What is not known here is shown as words all the same, never hidden; a test holds the list to the code.
"""

import re
from collections.abc import Mapping

from casework.transcript_words import delivery, delivery_error, humanise

OUTCOMES = {
    "sent": "Sent",
    "answered": "Answered",
    "late": "Too late, so not sent",
    "skipped": "Not needed",
    "suppressed": "Not sent",
    "failed": "Did not arrive",
    "handed_over": "Passed to an adviser",
    "closed": "Closed",
}

REASONS = {
    # it went, or a person has it
    "answered": "They answered",
    "call": "A call for a person to make",
    "first_call": "A call for a person to make",
    "remind": "The reminder came up in the adviser's list",
    "delivery_failed": "The text did not arrive",
    "failed": "The network did not deliver it",
    "refused for good": "The text service would not take it",
    "no answer from the provider; it may have arrived": "The text service did not say; it may have arrived",
    "late": "Its time had passed",
    # it was not needed any more
    "recently_in_touch": "They had been in touch with us shortly before",
    "record_changed": "What is on record changed, so it did not fit any more",
    "plan_changed": "The plan was changed, so it was planned anew",
    "left_area": "They had left the area",
    "adviser_skipped": "An adviser took it off",
    "cancelled": "The adviser who had set it took it back",
    "hold_out": "By chance in the group that this campaign is compared with, so not written to",
    "campaign_stopped": "The campaign was stopped",
    # it may not go
    "stopped": "They said STOP",
    "wrong_number": "The number on record is not theirs",
    "invalid": "The number on record does not work",
    "no_number": "There is no number for them",
    "shared_number": "Several people have this number",
    "shared": "Several people have this number",
    "unlinked": "The conversation was taken out of the record",
}
"""Why a contact ended as it did."""

WAITS = {
    "hand_over": "An adviser has the conversation",
    "prompt_waiting": "Another message to them is about to go",
    "in_conversation": "The assistant is answering them just now",
    "open_question": "They are in the middle of answering something else",
    "one_a_day": "We started something with them within the last 20 hours",
    "too_many_prompts": "They have had as many messages this week as anybody may",
    "quiet_hours": "It is outside the hours in which we write first",
    "bank_holiday": "It is a bank holiday",
    "exam_day": "It is a day of exams for their school year",
    "not_in_term": "It waits for term time",
    "not_in_holidays": "It waits for the holidays",
    "late": "It was late, and goes the next morning",
}
"""What a planned contact waits for."""

KINDS = {
    "text": "Text message",
    "call": "Task for the adviser: ring or see them",
    "close": "Close the record",
    "remind": "Reminder for an adviser",
}

BY_HAND = {"reminder": "Set by an adviser", "campaign:": "Campaign"}
"""Titles of what people planned themselves, by how the plan's key begins."""

ANSWERS = {
    "told": "Told us in other words",
    "adviser": "In their own words, brought to the adviser",
    "thanks": "Thanks",
    "no": "No",
    "dont_know": "They do not know",
    "not_said": "Rather not say now",
    "refused": "They want to be left alone with this",
    "thinking": "Thinking of leaving",
}
"""Answers that are no option of a question."""

IMPORTANCE = {"first": range(3), "usual": range(3, 6), "last": range(6, 10)}
"""Bands of importance for pictures and tables."""
IMPORTANCE_WORDS = {"first": "Most important (0 to 2)", "usual": "Usual (3 to 5)", "last": "Can wait (6 to 9)"}

_CODE = re.compile(r"code (\d+)")
_REFUSED = re.compile(r"refused (\d+) times")


def outcome(code: str | None) -> str:
    """How a contact ended."""
    return "" if code is None else OUTCOMES.get(code, humanise(code))


def reason(code: str | None, ended: str | None = None, activities: Mapping[str, str] | None = None) -> str:
    """Why it ended so. ``ended`` is the outcome; ``activities`` are the names of activity codes."""
    if not code:
        return ""
    if ended == "closed":
        name = (activities or {}).get(code)
        return f"Recorded as {code}: {name}" if name else f"Recorded as {code}"
    if ended == "sent":
        return delivery(code)
    found = _CODE.fullmatch(code)
    if found:
        return delivery_error(int(found[1]))
    tries = _REFUSED.fullmatch(code)
    if tries:
        return f"The text service refused it {tries[1]} times"
    # what was too late had waited for something
    return REASONS.get(code) or WAITS.get(code) or humanise(code)


def waits(code: str | None) -> str:
    """What it waits for; nothing where it does not wait."""
    return "" if not code else WAITS.get(code) or REASONS.get(code) or humanise(code)


def kind(code: str) -> str:
    """What a contact is."""
    return KINDS.get(code, humanise(code))


def band(importance: int) -> str:
    """The band that an importance is in."""
    return next((name for name, numbers in IMPORTANCE.items() if importance in numbers), "last")


def plan_title(key: str, titles: Mapping[str, str]) -> str:
    """What a plan is called; what people planned by hand is said to be so."""
    if key in titles:
        return titles[key]
    return next((title for start, title in BY_HAND.items() if key.startswith(start)), humanise(key))


def becomes(word: str) -> str:
    """What would become of a contact (``casework.followup.preview``)."""
    fixed = {
        "goes": "would go as a text",
        "task": "would be a task for the adviser",
        "closes": "would close the record",
    }
    return (
        fixed.get(word) or f"would not go at once: {(WAITS.get(word) or REASONS.get(word) or humanise(word)).lower()}"
    )

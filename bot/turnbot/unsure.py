"""When two intents are about as likely: whether to ask which is meant. Pure Python."""

from typing import Any, Dict, List, Optional

ALWAYS_BELOW = 0.45
"""Confidence from which a message is taken at its word."""
SECOND_FROM = 0.15
TOGETHER = 0.4
"""What the two must have between them: else it is neither, and is not understood."""
NEAR = 0.6
"""How near the second must come to the first, as a share of it."""

MEANINGS = frozenset(
    {
        *("find_courses", "find_apprenticeships", "about_apprenticeships", "jobs", "course_details", "course_entry"),
        *("course_start", "course_days", "course_cost", "course_kit", "course_apply", "course_leads_to"),
        *("course_taster", "course_where", "course_places", "open_day", "travel", "plans_unsure", "plans_changed"),
        *("applications_status", "applications_news", "activity_left", "activity_thinking_of_leaving"),
        *("activity_working", "activity_started", "activity_looking", "activity_other", "plans_share"),
        *("money_help", "money_status", "money_payment_problem", "money_bank_account", "talk_to_person"),
        *("who_is_my_adviser", "complaint", "privacy", "delete_data", "stop_messages", "are_you_real", "who_are_you"),
        *("what_can_you_do", "record_read", "record_wrong"),
    }
)
"""Intents that have a few words of their own in the texts ``did_you_mean`` and ``kept_questions``."""

NEVER_BESIDE = frozenset({"upset", "insult", "someone_else", "wrong_number"})
"""A message that may be one of these is not met with a menu."""

SAME_ANSWER = (
    frozenset({"plans_share", "plans_changed"}),
    frozenset({"activity_working", "activity_started", "activity_looking", "activity_other"}),
)
"""Intents that one action takes alike: it is not asked which of these was meant."""


def between(parsed: Dict[str, Any]) -> Optional[List[str]]:
    """The two intents to ask about, the likelier first; None where one is clear, or nothing is."""
    ranking = [entry for entry in parsed.get("intent_ranking") or [] if entry["name"] != "nlu_fallback"][:2]
    if len(ranking) < 2:
        return None
    first, second = (float(entry["confidence"]) for entry in ranking)
    names = [str(entry["name"]) for entry in ranking]
    if first >= ALWAYS_BELOW or second < SECOND_FROM or first + second < TOGETHER or second < NEAR * first:
        return None
    if any(set(names) <= family for family in SAME_ANSWER):
        return None
    if not set(names) <= MEANINGS or set(names) & NEVER_BESIDE:
        return None
    return names

"""The form that waits for the answer to one short question about the record, whatever it is about."""

import re

from actions.activity import hear_activity, waiting_for_a_place
from actions.applications import hear_application, tell_status
from actions.base import OnwardAction, Talk
from actions.destinations import hear_plans
from actions.followup import hear_followup
from actions.followup_adviser import hear_for_adviser, to_an_adviser
from actions.open_question import CHECK, long_ago, nothing_open, opened
from actions.people import accept
from actions.put_right import FIX, hear_right, last_told, put_right
from actions.said_applications import read_applications, stage_of

DONE = "done"

PASS_ON = re.compile(
    r"\b(?:pass|send)\s+(?:it|that|this)\s+(?:on|along)\b|\blet\s+(?!u\b|you\b|ya\b)\w+\s+know\b|"
    r"\btell\s+(?:(?:my\s+)?advis[eo]r|them)\b|\bpasi\w*\s+\w+\s+ymlaen\b",
    re.IGNORECASE,
)
"""They want their adviser to hear of it: that is no answer to what was asked."""

ENDED = frozenset({"withdrawn", "declined", "rejected", "no_show"})
MOST_WORDS_TO_PASS_ON = 8
TOPICS = {"plans": "plans_share", "application": "applications_news", "activity": "activity_working"}


class AskTold(OnwardAction):
    """Nothing more to say: whoever opened the question has asked it already."""

    action = "action_ask_told"

    def answer(self, talk: Talk) -> None:
        pass


class ValidateRecordForm(OnwardAction):
    """Take the answer, or the news that came instead of one."""

    action = "validate_record_form"

    def answer(self, talk: Talk) -> None:
        if not isinstance(talk.slot("told"), str) or talk.slot("requested_slot") != "told":
            return
        hear(talk)
        still = opened(talk) is not None
        talk.remember(told=None if still else DONE, **({} if still else {"requested_slot": None}))


class CloseRecordForm(OnwardAction):
    """Nothing is open any more."""

    action = "action_record_done"

    def answer(self, talk: Talk) -> None:
        talk.remember(told=None, telling=None)


def hear(talk: Talk) -> None:
    """One message while a question is open."""
    now = opened(talk)
    if now is None or talk.young_person is None:
        nothing_open(talk)
        talk.say("record_let_be")
        return
    if to_an_adviser(talk, now):
        hear_for_adviser(talk, now)
        return
    if now.about == "followup":
        hear_followup(talk, now)
        return
    if PASS_ON.search(talk.text) and len(talk.text.split()) <= MOST_WORDS_TO_PASS_ON:
        nothing_open(talk)
        accept(talk, TOPICS.get(now.about, "record_correction"), now.message_id)
        return
    if now.about == "record" or now.ask == FIX:
        hear_right(talk, now)
        return
    if talk.intent == "record_wrong" and now.about != "plans":
        nothing_open(talk)
        put_right(talk, last_told(talk))
        return
    if now.ask == CHECK and long_ago(talk):
        hear_plans(talk, None)
        return
    news = talk.intent
    told = read_applications(talk, talk.text)
    if told and stage_of(talk.text) in ENDED and now.about == "activity" and waiting_for_a_place(talk):
        hear_application(talk, None)
        return
    if now.about == "application" and told and any(one.stage != "started" for one in told):
        hear_application(talk, now)
    elif now.about != "application" and news == "applications_news" and told:
        hear_application(talk, None)
    elif news == "applications_status":
        tell_status(talk)
        nothing_open(talk)
    elif now.about != "activity" and news.startswith("activity_") and _is_news(talk, now.about):
        hear_activity(talk, None)
    elif now.about != "plans" and news in ("plans_share", "plans_changed") and now.ask != "which":
        hear_plans(talk, None)
    elif now.about == "plans":
        hear_plans(talk, now)
    elif now.about == "application":
        hear_application(talk, now)
    else:
        hear_activity(talk, now)


def _is_news(talk: Talk, about: str) -> bool:
    """Whether words about what they do are news, and not the name of a plan ("working with kids")."""
    return about == "application" or talk.confidence >= 0.8

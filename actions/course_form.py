"""The form that asks what they would like to learn."""

import re

from actions.base import OnwardAction, Talk
from actions.find_courses import ANYTHING, NOTHING

_ANYTHING = re.compile(
    r"^(literally )?(anything|whatever|any|all|everything|surprise me|you choose)\W*$", re.IGNORECASE
)
NO_IDEA = frozenset({"dont_know", "skip", "plans_unsure", "acknowledge"})


class ValidateCourseForm(OnwardAction):
    """Take the answer to "what would you like to learn?": words, "dunno", or a change of mind."""

    action = "validate_course_form"

    def answer(self, talk: Talk) -> None:
        said = talk.slot("wanted")
        if not isinstance(said, str) or talk.slot("requested_slot") != "wanted":
            return
        if talk.intent in ("deny", "never_mind"):
            talk.remember(wanted=NOTHING)
        elif talk.intent in NO_IDEA or talk.intent == "affirm" or _ANYTHING.match(said):
            talk.remember(wanted=ANYTHING)
        else:
            # the action that follows reads the message itself; the slot only says that there is an answer
            talk.remember(wanted="said")

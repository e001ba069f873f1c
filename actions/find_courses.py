"""Finding courses: searching, refining, and seeing more of the list."""

from actions.base import OnwardAction, Talk
from actions.offers import BROAD, offer, offered
from actions.searching import PAGE, WISHES, Wanted, present, run, show, wanted
from prospectus.search import Query

ANYTHING = "anything"
"""The form's answer when they have no idea: broad choices are offered then."""


NOTHING = "nothing"
"""The form's answer when they would rather leave it."""


class FindCourses(OnwardAction):
    """Search for what this message and those before it ask for; ask what to look for when that is not known."""

    action = "action_find_courses"

    def answer(self, talk: Talk) -> None:
        if talk.slot("wanted") == ANYTHING:
            talk.remember(wanted=None)
            offer_broad(talk)
            return
        if talk.slot("wanted") == NOTHING:
            talk.remember(wanted=None)
            talk.say("never_mind")
            return
        if talk.reading.get("any") in WISHES:
            self._leave_out(talk, str(talk.reading["any"]))
            return
        what = wanted(talk)
        if what.cannot:
            talk.say("cannot_narrow")
        elif what.where:
            self._ask_where(talk, what)
        elif what.empty:
            # the form asks; what was said besides (a place, a route) is kept for its answer
            talk.remember(**{name: getattr(what.query, name) for name in WISHES}, wanted=None)
            talk.remember(searched=talk.now.isoformat(timespec="minutes"))
            if talk.slots.get("wanted") is None:
                talk.follow = "course_form"
            else:
                offer_broad(talk)
        else:
            present(talk, what.query)

    def _leave_out(self, talk: Talk, wish: str) -> None:
        """Search without a wish that does not matter to them ("which town?", "dont mind")."""
        query = Query(**{name: talk.slot(name) for name in WISHES if name != wish})
        if query == Query():
            talk.remember(wanted=None)
            talk.follow = "course_form"
        else:
            present(talk, query)

    def _ask_where(self, talk: Talk, what: Wanted) -> None:
        talk.remember(**{name: getattr(what.query, name) for name in WISHES}, wanted=None)
        talk.remember(searched=talk.now.isoformat(timespec="minutes"))
        talk.say("ask_where")


def offer_broad(talk: Talk) -> None:
    """Offer broad subjects by number to somebody who has no idea."""
    talk.say("broad_choices", subjects=[talk.vocabulary.subject_name(key) for key in BROAD])
    offer(talk, "subjects", list(BROAD))


class MoreCourses(OnwardAction):
    """The next page of the list that was shown."""

    action = "action_more"

    def answer(self, talk: Talk) -> None:
        now = offered(talk)
        query = Query(**{name: talk.slot(name) for name in WISHES})
        if query == Query():
            talk.say("more_of_what")
            return
        # after a look at one course, or a question, the list is still what "more" is about
        before = now if now is not None and now.kind == "courses" else None
        offset = int(before.more.get("offset", 0)) + PAGE if before else PAGE
        if before is not None and before.more.get("near"):
            talk.say("no_more", total=len(before.items))
            return
        result = run(talk, query, offset=offset)
        if not result.hits:
            talk.say("no_more", total=result.total)
            return
        show(talk, query, result, offset=offset)

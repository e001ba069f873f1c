"""Open days and looking round: whose, and who can tell when. The prospectus holds no dates of open days."""

from sqlmodel import select

from actions.base import OnwardAction, Talk
from actions.course_facts import said_phone
from actions.offers import offered
from actions.people import offer_person, who
from prospectus.details import CourseDetails, details
from prospectus.tables import Provider


class OpenDay(OnwardAction):
    """Say who can tell about open days; of a course that is meant, also how it can be tried first."""

    action = "action_open_day"

    def answer(self, talk: Talk) -> None:
        adviser = who(talk)["adviser"]
        named = next((entity for entity in talk.entities if entity.type == "provider"), None)
        provider = _provider(talk, named.text) if named else None
        course = None if provider else _course(talk)
        if provider is not None:
            talk.say(
                "open_day",
                adviser=adviser,
                provider=provider.name,
                phone=said_phone(provider.phone),
                email=provider.email,
                website=provider.website,
                taster=None,
                stale=False,
                checked_on=provider.checked_on.isoformat(),
            )
        elif course is not None:
            talk.say(
                "open_day",
                adviser=adviser,
                provider=course.provider_name,
                phone=said_phone(course.provider_phone),
                email=course.provider_email,
                website=course.provider_website,
                taster=course.taster,
                stale=course.stale,
                checked_on=course.checked_on.isoformat(),
            )
        else:
            talk.say("open_day_general", adviser=adviser)
        offer_person(talk, "open_day")


def _provider(talk: Talk, name: str) -> Provider | None:
    ref = talk.vocabulary.provider(talk.session, name)
    return talk.session.exec(select(Provider).where(Provider.ref == ref)).first() if ref else None


def _course(talk: Talk) -> CourseDetails | None:
    now = offered(talk)
    ref = talk.slot("course")
    if ref is None and now is not None and now.kind == "courses" and len(now.items) == 1:
        ref = now.items[0]
    course = details(talk.session, ref, today=talk.today) if ref else None
    return None if course is None or course.retired else course

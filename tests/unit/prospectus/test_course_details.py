"""Everything about one course."""

import json
from collections.abc import Callable
from datetime import date, timedelta

from sqlmodel import Session, select

from prospectus.details import STALE_DAYS, Checked, CourseDetails, details
from prospectus.tables import Course
from tests.unit.prospectus.conftest import CHECKED, TODAY, Builder

Read = Callable[[], Session]


def of(read: Read, ref: str = "A", today: date = TODAY) -> CourseDetails:
    found = details(read(), ref, today=today)
    assert found is not None
    return found


def test_no_such_course(read: Read) -> None:
    assert details(read(), "NOPE", today=TODAY) is None


def test_what_is_known_and_what_is_not(build: Builder, read: Read) -> None:
    build.provider("P1", phone="+441632960104", contact_name="Rowena Castell")
    build.course("A", kit="Boots", keywords=["pipes"])
    found = of(read)
    assert (found.kit, found.kit_paid_by, found.entry_requirements) == ("Boots", None, None)
    assert (found.provider_phone, found.provider_contact) == ("+441632960104", "Rowena Castell")
    assert found.provider_email is None
    assert (found.source, found.checked_on, found.stale, found.retired) == ("test", CHECKED, False, False)


def test_an_old_fact_is_said_to_be_old(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A")
    assert not of(read, today=CHECKED + timedelta(days=STALE_DAYS)).stale
    assert of(read, today=CHECKED + timedelta(days=STALE_DAYS + 1)).stale


def test_runs_as_they_stand_the_best_first(build: Builder, read: Read) -> None:
    build.provider("P1")
    soon, later, gone = TODAY + timedelta(days=10), TODAY + timedelta(days=100), TODAY - timedelta(days=1)
    runs = [
        {"start": gone, "places": "available"},
        {"start": soon, "places": "full"},
        {"start": later, "places": "few"},
        {"start": soon, "places": "waiting_list"},
        {"start": soon, "places": "available", "apply_by": gone},
        {"roll_on": True, "places": "available"},
        {"roll_on": True, "places": "available", "end": TODAY},
        {"start": soon, "places": "available", "places_left": 0},
    ]
    build.course("A", runs=runs)
    assert [(run.ref, run.state) for run in of(read).runs] == [
        ("A-6", "open"),
        ("A-3", "open"),
        ("A-4", "waiting_list"),
        ("A-5", "closed"),
        ("A-2", "full"),
        ("A-8", "full"),
        ("A-7", "past"),
        ("A-1", "past"),
    ]


def test_it_is_plain_data(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", runs=[{"start": TODAY}])
    args = of(read).as_args()
    assert json.loads(json.dumps(args)) == args
    assert args["checked_on"] == CHECKED.isoformat()
    assert args["runs"][0]["start"] == TODAY.isoformat()


def test_a_fact_keeps_its_own_source_and_day(build: Builder, read: Read) -> None:
    build.provider("P1")
    own = {"source": "officer", "checked_on": "2026-01-05"}
    facts = {"cost": own, "A-1.places": {"source": "officer", "checked_on": "2026-11-20"}, "kit": "?", "taster": {}}
    build.course("A", cost="Free", facts=facts)
    found = of(read)
    assert found.checked("cost") == Checked("officer", date(2026, 1, 5), stale=True)
    assert found.checked("places", "A-1").on == date(2026, 11, 20)
    for field in ("kit", "taster", "summary"):
        assert found.checked(field) == Checked("test", CHECKED, stale=False)


def test_a_retired_run_is_not_shown(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", runs=[{"start": TODAY}, {"start": TODAY, "retired": True}])
    assert [run.ref for run in of(read).runs] == ["A-1"]


def test_no_field_of_a_course_is_forgotten() -> None:
    kept = set(CourseDetails.__dataclass_fields__)
    assert set(Course.model_fields) - {"id", "ref", "provider_id", "source_ref", "fingerprint"} <= kept


def test_every_course_of_the_sample(sample_session: Session) -> None:
    for ref in sample_session.exec(select(Course.ref)).all():
        found = details(sample_session, ref, today=TODAY)
        assert found is not None
        assert found.runs
        json.dumps(found.as_args())

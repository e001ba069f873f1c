"""What reports do: kept once, matched or left waiting, and what each kind puts into the record."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from casework.activities.known import current as doing_now
from casework.activities.recording import NewActivity, record_activity
from casework.activities.rules import Rules
from casework.caseload import scope_of
from casework.clock import LONDON
from casework.db import reading, writing
from casework.destinations.picture import Picture
from casework.destinations.record import current
from casework.importing.layout import BadFile
from casework.providers import keys, settling
from casework.providers.receiving import Reception
from casework.providers.settling import SettlingError
from casework.providers.tables import COLUMNS, read_table
from casework.tables import Activity, Adviser, AuditEvent, Destination, Escalation, ProviderReport, YoungPerson
from tests.casebook import ANN, BOB, JO, KIT, NOW
from tests.unit.casework.providers.conftest import COLLEGE, FIRM, OTHER, Courses, about_kit, item, send

UNKNOWN = {"first_name": "Joana", "last_name": "Reed", "date_of_birth": "2009-09-02"}


def all_of(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))).all())


def picture_of(engine: Engine, number: int) -> Picture:
    with reading(engine) as session:
        person = session.get(YoungPerson, number)
        assert person is not None
        return current(session, person)


def code_of(engine: Engine, rules: Rules, number: int, on: date) -> str:
    with reading(engine) as session:
        person = session.get(YoungPerson, number)
        assert person is not None
        return doing_now(session, rules.book, person, on).code


def put_activity(engine: Engine, rules: Rules, number: int, code: str, on: date, **more: Any) -> None:
    with writing(engine) as session:
        person = session.get(YoungPerson, number)
        assert person is not None
        new = NewActivity(code=code, source="adviser", said_on=on, start=on, **more)
        assert record_activity(session, rules.book, person, new, now=NOW).added


def test_a_report_becomes_a_fact_with_its_source(engine: Engine, reception: Reception) -> None:
    [receipt] = send(reception, item(course="PLB2"))
    assert (receipt.status, receipt.matched) == ("received", True)
    [report] = all_of(engine, ProviderReport)
    assert (report.status, report.young_person_id, report.matched_by) == ("matched", JO, "name_and_birth")
    [application] = picture_of(engine, JO).applications
    assert (application.stage, application.course_ref, application.subject) == ("offered", "C1", "plumbing")
    [row] = all_of(engine, Destination)
    assert (row.report_id, row.source, row.on_date) == (report.id, "provider", date(2026, 8, 20))
    assert all_of(engine, Escalation) == []
    assert all_of(engine, Activity) == []


def test_the_same_report_twice_is_one_and_another_of_its_id_is_refused(engine: Engine, reception: Reception) -> None:
    first, again = send(reception, item(), item())
    assert (first.status, again.status) == ("received", "already_received")
    [later] = send(reception, item(), now=NOW + timedelta(days=3))
    assert later.status == "already_received"
    [other] = send(reception, item("rejected"))
    assert other.status == "refused"
    assert "used before" in other.problems[0].message
    assert len(all_of(engine, ProviderReport)) == len(all_of(engine, Destination)) == 1
    # another provider's ids are its own
    [theirs] = send(reception, item("rejected"), provider=OTHER)
    assert theirs.status == "received"


def test_one_that_cannot_be_read_holds_up_no_other(engine: Engine, reception: Reception) -> None:
    receipts = send(reception, {"id": "bad", "kind": "?"}, about_kit(), "nonsense", item(course="C99"))
    assert [one.status for one in receipts] == ["refused", "received", "refused", "refused"]
    assert [one.number for one in receipts] == [1, 2, 3, 4]
    assert [one.id for one in receipts] == ["bad", "k1", None, "r1"]
    assert receipts[3].problems[0].field == "course"
    assert len(all_of(engine, ProviderReport)) == 1


def test_a_provider_is_not_told_who_is_known_here(reception: Reception) -> None:
    known, stranger = send(reception, item(), item(id="r2", person=UNKNOWN))
    assert known.matched
    assert not stranger.matched
    assert set(known.for_provider()) == set(stranger.for_provider()) == {"number", "id", "status"}
    assert known.for_provider()["status"] == stranger.for_provider()["status"]


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("no_show_interview", {}, "did not come to an interview"),
        ("no_show_enrolment", {}, "did not come to enrol"),
        ("leaving", {"planned_end": "2026-09-18", "reason": "Found a job"}, "Planned last day: 18 September 2026."),
        ("left", {"reason": "Moved\naway"}, "has left. Reason given: Moved away"),
    ],
)
def test_a_no_show_and_a_leaver_come_before_the_named_adviser(
    engine: Engine, reception: Reception, kind: str, more: dict[str, Any], words: str
) -> None:
    send(reception, item(kind, **more), item(kind, **more))
    [escalation] = all_of(engine, Escalation)
    [report] = all_of(engine, ProviderReport)
    assert (escalation.kind, escalation.urgency, escalation.adviser_id) == ("provider_report", "soon", ANN)
    assert (escalation.young_person_id, escalation.conversation_id) == (JO, None)
    assert escalation.detail == {"report": report.id}
    assert words in escalation.reason
    assert escalation.reason.startswith("Wealdmere College reports of 20 August 2026")
    # what the provider wrote is not what the young person said
    assert escalation.words == ""


def test_what_a_young_person_does_follows_from_a_start(engine: Engine, reception: Reception, rules: Rules) -> None:
    send(reception, item("started", course="C1", planned_end="2027-06-30"), about_kit("started", course="C2"))
    college, apprenticeship = all_of(engine, Activity)
    assert (college.code, college.start, college.end, college.source) == (
        "230", date(2026, 8, 20), date(2027, 6, 30), "provider",
    )  # fmt: skip
    assert college.provider_ref == "P05"
    assert college.report_id is not None
    assert apprenticeship.code == "310"
    assert code_of(engine, rules, JO, date(2026, 9, 1)) == "230"


def test_a_start_with_an_employer_says_nothing_of_what_it_is(engine: Engine, reception: Reception) -> None:
    send(reception, item("started"), provider=FIRM)
    assert all_of(engine, Activity) == []
    assert picture_of(engine, JO).applications[0].stage == "started"


def test_enrolled_is_not_started(engine: Engine, reception: Reception) -> None:
    send(reception, item("enrolled", course="C1"))
    assert all_of(engine, Activity) == []


def test_whoever_left_is_not_known_and_never_neet_by_guess(engine: Engine, reception: Reception, rules: Rules) -> None:
    send(reception, item("started", id="r0", on="2026-08-03"))
    send(reception, item("left", reason="not known"))
    assert code_of(engine, rules, JO, date(2026, 8, 19)) == "230"
    assert code_of(engine, rules, JO, date(2026, 9, 1)) == "810"
    assert all_of(engine, Activity)[-1].detail["why"] == "not known"


def test_neet_stays_neet_when_a_provider_says_that_they_left(
    engine: Engine, reception: Reception, rules: Rules
) -> None:
    put_activity(engine, rules, JO, "619", date(2026, 8, 1))
    send(reception, item("left", reason="x"))
    assert code_of(engine, rules, JO, date(2026, 9, 1)) == "619"


def test_leaving_one_place_does_not_undo_another(engine: Engine, reception: Reception, rules: Rules) -> None:
    put_activity(engine, rules, JO, "310", date(2026, 8, 10), provider_ref="P07")
    send(reception, item("left", reason="Got an apprenticeship"))
    assert code_of(engine, rules, JO, date(2026, 9, 1)) == "310"
    # and where they went there afterwards
    put_activity(engine, rules, KIT, "310", date(2026, 8, 25))
    send(reception, about_kit("left", reason="x"))
    assert code_of(engine, rules, KIT, date(2026, 8, 21)) == "810"
    assert code_of(engine, rules, KIT, date(2026, 9, 1)) == "310"


def test_a_new_planned_end_is_known_of_what_they_do(engine: Engine, reception: Reception, rules: Rules) -> None:
    send(reception, item("started", id="r0", on="2026-08-03", planned_end="2027-06-30"))
    send(reception, item("planned_end", planned_end="2026-12-18"))
    assert picture_of(engine, JO).applications[0].ends_on == date(2026, 12, 18)
    assert code_of(engine, rules, JO, date(2026, 12, 18)) == "230"
    assert code_of(engine, rules, JO, date(2026, 12, 19)) == "810"


def test_reports_in_any_order_make_one_picture(engine: Engine, reception: Reception) -> None:
    reports = [
        item(f"{kind}", id=kind, on=f"2026-08-{day}", course="C1", **more)
        for kind, day, more in (("left", 28, {"reason": "x"}), ("started", 24, {}), ("offer_made", 10, {}))
    ]
    send(reception, *reports)
    send(reception, *reversed(reports))
    [application] = picture_of(engine, JO).applications
    assert [fact.stage for fact in application.history] == ["offered", "started", "left"]
    assert application.stage == "left"


def test_a_dry_run_looks_and_writes_nothing(engine: Engine, rules: Rules) -> None:
    dry = Reception(engine, rules, dry_run=True)
    receipts = send(dry, item(), item(), item("rejected"), item(id="r2", person=UNKNOWN), {"id": "bad"})
    assert [(one.status, one.matched) for one in receipts] == [
        ("received", True),
        ("already_received", None),
        ("refused", None),
        ("received", False),
        ("refused", None),
    ]
    for table in (ProviderReport, Destination, Activity, Escalation):
        assert all_of(engine, table) == []


def test_one_that_waits_is_found_when_it_is_sent_again_and_the_person_is_there(
    engine: Engine, reception: Reception
) -> None:
    new = {"first_name": "Ada", "last_name": "Byron", "date_of_birth": "2010-12-10"}
    assert send(reception, item(person=new))[0].matched is False
    with writing(engine) as session:
        session.add(
            YoungPerson(
                id=77, ref="Y77", first_name="Ada", last_name="Byron", date_of_birth=date(2010, 12, 10), created_at=NOW
            )
        )
    [receipt] = send(reception, item(person=new))
    assert (receipt.status, receipt.matched) == ("already_received", True)
    assert picture_of(engine, 77).applications[0].stage == "offered"


# the queue


def adviser(engine: Engine, number: int) -> Adviser:
    with reading(engine) as session:
        found = session.get(Adviser, number)
        assert found is not None
        return found


def test_a_report_about_nobody_waits_for_whoever_may_see_the_candidates(engine: Engine, reception: Reception) -> None:
    stranger = {"first_name": "Zed", "last_name": "Zander", "date_of_birth": "2008-01-01"}
    send(reception, item("left", reason="x", person=UNKNOWN), item(id="r2", person=stranger))
    with reading(engine) as session:
        assert settling.waiting(session) == 2
        assert len(settling.queue(session, None)) == 2
        anns = scope_of(session, adviser(engine, ANN), NOW)
        bobs = scope_of(session, adviser(engine, BOB), NOW)
        [seen] = settling.queue(session, anns)
        assert [one.person.id for one in seen.candidates] == [JO]
        assert settling.queue(session, bobs) == []
        assert settling.one(session, bobs, seen.report.id or 0) is None
        mine = settling.one(session, anns, seen.report.id or 0)
        assert mine is not None
        assert mine.about.first_name == "Joana"
        everything = settling.one(session, None, seen.report.id or 0)
        assert everything is not None
        assert everything.candidates[0].person.id == JO
    assert all_of(engine, Escalation) == []


def test_matching_later_does_what_matching_at_once_does(engine: Engine, reception: Reception, rules: Rules) -> None:
    send(reception, item("left", reason="Moved away", person=UNKNOWN, course="C1"))
    [report] = all_of(engine, ProviderReport)
    assert report.status == "unmatched"
    later = NOW + timedelta(days=9)
    with writing(engine) as session:
        person = session.get(YoungPerson, JO)
        assert person is not None
        settling.assign(session, rules, report.id or 0, person, COLLEGE, adviser(engine, ANN), later)
    [application] = picture_of(engine, JO).applications
    assert (application.stage, application.reason) == ("left", "Moved away")
    [escalation] = all_of(engine, Escalation)
    assert escalation.opened_at == later
    [report] = all_of(engine, ProviderReport)
    assert (report.status, report.matched_by, report.settled_at) == ("matched", "A1", later)
    [event] = [one for one in all_of(engine, AuditEvent) if one.action == "matched_provider_report"]
    assert (event.young_person_id, event.actor) == (JO, f"adviser:{ANN}")
    with writing(engine) as session, pytest.raises(SettlingError, match="settled this report already"):
        settling.assign(session, rules, report.id or 0, person, COLLEGE, adviser(engine, BOB), later)
    assert len(all_of(engine, Escalation)) == 1


def test_setting_aside_needs_a_reason_and_keeps_the_report(engine: Engine, reception: Reception) -> None:
    send(reception, item(person=UNKNOWN))
    [report] = all_of(engine, ProviderReport)
    with writing(engine) as session, pytest.raises(SettlingError, match="Write why"):
        settling.set_aside(session, report.id or 0, "  ", adviser(engine, ANN), NOW)
    with writing(engine) as session:
        settling.set_aside(session, report.id or 0, "Lives in Sussex", adviser(engine, ANN), NOW)
    [report] = all_of(engine, ProviderReport)
    assert (report.status, report.note) == ("set_aside", "Lives in Sussex")
    assert all_of(engine, Destination) == []
    # sent again it stays set aside
    assert send(reception, item(person=UNKNOWN))[0].status == "already_received"
    assert all_of(engine, ProviderReport)[0].status == "set_aside"


# keys


def test_a_key_is_kept_as_a_digest_and_can_be_ended(engine: Engine) -> None:
    with writing(engine) as session:
        key = keys.make_key(session, "P05", NOW, actor="system")
        other = keys.make_key(session, "P04", NOW, actor="system")
    with reading(engine) as session:
        assert key not in str([row.model_dump() for row in keys.keys_of(session)])
        assert keys.holder(session, key) == keys.Holder("P05", ended=False)
        for wrong in ("", key[:-1], key + "x", key.upper(), "\ud800", "x" * 10_000):
            assert keys.holder(session, wrong) is None
    with writing(engine) as session:
        assert keys.end_keys(session, "P05", NOW, actor="system") == 1
        assert keys.end_keys(session, "P05", NOW, actor="system") == 0
    with reading(engine) as session:
        assert keys.holder(session, key) == keys.Holder("P05", ended=True)
        assert keys.holder(session, other) == keys.Holder("P04", ended=False)
    assert [one.action for one in all_of(engine, AuditEvent)][-3:] == [
        "made_provider_key", "made_provider_key", "ended_provider_keys",
    ]  # fmt: skip


# tables


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "reports.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_a_row_is_a_report_with_its_line(tmp_path: Path, reception: Reception) -> None:
    path = table(
        tmp_path,
        "ID,Kind,On,First name,Last name,Date of birth,Course,Reason\n"
        "r1,Offer made,20/08/2026,Joanna,Reed,02/09/2009,C1,\n"
        ",,,,,,,\n"
        'r2,left,2026-08-21,Kit,Marsh,04/03/2010,,"Moved, away"\n'
        "r3,left,2026-08-21,Kit,Marsh,04/03/2010,,\n",
    )
    items = list(read_table(path))
    assert [line for line, _ in items] == [2, 4, 5]
    receipts = list(reception.take_all(COLLEGE, Courses(), items, via="csv", now=NOW))
    assert [(one.number, one.status, one.matched) for one in receipts] == [
        (2, "received", True),
        (4, "received", True),
        (5, "refused", None),
    ]
    assert receipts[2].problems[0].field == "reason"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id,kind\n", "a column is missing: on, first_name, last_name"),
        ("id,kind,on,first_name,last_name,shoe size\n", "no column is called shoe_size"),
        ("id,kind,on,first_name,last_name,id\n", "a heading is there twice"),
        ("id,kind,on,first_name,last_name\na,b,c,d,e,f\n", "line 2: it has more cells"),
        ("", "is empty"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadFile, match=complaint):
        list(read_table(table(tmp_path, text)))


def test_every_column_is_a_field_of_a_report() -> None:
    from casework.providers.report import Person, Report

    assert set(COLUMNS) == set(Report.model_fields) - {"person"} | set(Person.model_fields)


def test_an_interview_is_known_with_its_hour(engine: Engine, reception: Reception) -> None:
    send(reception, item("interview", interview_at="2026-09-10T09:30"))
    [application] = picture_of(engine, JO).applications
    assert application.interview_at == datetime(2026, 9, 10, 9, 30, tzinfo=LONDON)

"""Versioned by source, idempotent, all or nothing, and never over an officer's word."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from casework.db import reading, writing
from onward.sample import load_sample
from prospectus.coursefields import course_facts, run_facts
from prospectus.editing import Officer, edit_course, edit_run, give_back, restore, retire
from prospectus.formtexts import seen, shown
from prospectus.importing import importer
from prospectus.importing.importer import Options, import_feed
from prospectus.tables import CatalogueImport, CatalogueVersion, Course, Run
from tests.unit.prospectus.importing.conftest import Feeds, course, presentation, sheet, xcri

DATA = Path(__file__).resolve().parents[4] / "data"
OFFICER = Officer("Ada Finch", datetime(2026, 11, 24, 9, tzinfo=UTC), date(2026, 11, 24))


def ten(*left_out: int, **titles: str) -> str:
    """A feed of ten courses with a start each."""
    numbers = [n for n in range(10) if n not in left_out]
    return xcri(*(course(n, titles.get(f"t{n}", f"Plumbing {n}"), runs=presentation(f"r{n}")) for n in numbers))


def token(engine: Engine) -> str | None:
    with reading(engine) as session:
        row = session.get(CatalogueVersion, 1)
        return row.token if row else None


def test_the_same_file_again_changes_nothing(feeds: Feeds) -> None:
    first = feeds.take(ten())
    before, version = feeds.everything(), token(feeds.engine)
    again = feeds.take(ten())
    assert (first.courses_taken, first.runs_taken) == (10, 10)
    assert (again.courses_taken, again.courses_changed, again.courses_same, again.runs_taken) == (0, 0, 10, 0)
    assert feeds.everything() == before
    assert token(feeds.engine) == version


def test_reading_it_again_later_renews_the_day_it_was_checked_and_no_more(feeds: Feeds) -> None:
    feeds.take(ten())
    feeds.clock.advance(days=3)
    report = feeds.take(ten())
    assert (report.courses_changed, report.courses_same) == (0, 10)
    assert {taken.checked_on for taken in feeds.courses().values()} == {date(2026, 11, 26)}


def test_a_change_is_written_down_with_before_and_after(feeds: Feeds) -> None:
    feeds.take(ten())
    report = feeds.take(ten(t3="Plumbing and heating"))
    assert (report.courses_changed, report.courses_same) == (1, 9)
    change = feeds.history()[-1]
    assert (change.action, change.by) == ("changed", None)
    assert change.changes == {"title": ["Plumbing 3", "Plumbing and heating"]}
    assert change.import_id is not None


def test_a_change_of_a_start_is_written_down_with_its_ref(feeds: Feeds) -> None:
    feeds.take(xcri(course(1, runs=presentation("a") + presentation("b"))))
    later = presentation("a", "<mlo:start>2027-09-06</mlo:start>") + presentation("c")
    report = feeds.take(xcri(course(1, runs=later)))
    assert (report.courses_changed, report.runs_taken, report.runs_changed, report.runs_retired) == (1, 1, 1, 1)
    runs = {run.source_ref: run for run in feeds.runs()}
    assert (runs["a"].start, runs["b"].retired, runs["c"].retired) == (date(2027, 9, 6), True, False)
    changes = {change.run_ref: change for change in feeds.history() if change.run_ref}
    assert changes[runs["a"].ref].changes == {"start": [None, "2027-09-06"]}
    assert (changes[runs["b"].ref].action, changes[runs["c"].ref].action) == ("retired", "added")


def test_a_course_that_is_gone_is_retired_and_comes_back_when_it_is_there_again(feeds: Feeds) -> None:
    feeds.take(ten())
    ref = feeds.courses()["Plumbing 4"].ref
    gone = feeds.take(ten(4))
    assert (gone.courses_retired, gone.courses_same) == (1, 9)
    assert feeds.courses()["Plumbing 4"].retired
    back = feeds.take(ten())
    assert (back.courses_taken, back.courses_changed, back.courses_restored) == (0, 1, 1)
    assert (feeds.courses()["Plumbing 4"].ref, feeds.courses()["Plumbing 4"].retired) == (ref, False)
    assert [change.action for change in feeds.history()[-2:]] == ["retired", "restored"]


def test_a_source_that_lacks_more_than_a_third_is_taken_for_half_a_feed(feeds: Feeds) -> None:
    feeds.take(ten())
    before = feeds.everything()
    report = feeds.take(ten(1, 2, 3, 4, t5="Changed"))
    assert (report.status, report.courses_retired, report.courses_changed) == ("refused", 0, 0)
    assert "4 of the 10 live courses of Brightwater College" in (report.reason or "")
    assert "--allow-retiring 40" in (report.reason or "")
    assert feeds.everything() == before
    allowed = feeds.take(ten(1, 2, 3, 4, t5="Changed"), retiring=40)
    assert (allowed.courses_retired, allowed.courses_changed) == (4, 1)


def test_two_courses_may_always_go(feeds: Feeds) -> None:
    feeds.take(xcri(course(1, "A"), course(2, "B"), course(3, "C")))
    assert feeds.take(xcri(course(1, "A"))).courses_retired == 2


@pytest.mark.parametrize(
    "broken",
    [
        ten()[: len(ten()) // 2],
        ten().replace("</catalog>", ""),
        xcri(),
        "",
        "<html><body>Service unavailable</body></html>",
        "<catalog/>",
        "Course ID,Title,Provider\n",
        "{}",
        "not a feed",
    ],
)
def test_a_broken_feed_empties_nothing(feeds: Feeds, broken: str) -> None:
    feeds.take(ten())
    before = feeds.everything()
    report = feeds.take(broken, source="Brightwater College")
    assert (report.status, report.courses_retired) == ("refused", 0)
    assert report.reason
    assert report.refused[0]["reason"] == report.reason
    assert feeds.everything() == before


def test_a_course_that_cannot_be_read_this_time_is_not_retired(feeds: Feeds) -> None:
    feeds.take(ten())
    report = feeds.take(ten(t4=" "))
    assert (report.courses_refused, report.courses_retired) == (1, 0)
    assert not feeds.courses()["Plumbing 4"].retired


def test_sources_leave_each_other_alone(feeds: Feeds) -> None:
    load_sample(feeds.engine, DATA, today=date(2026, 11, 23))
    feeds.take(ten())
    with reading(feeds.engine) as session:
        before = {row.ref: row.model_dump() for row in session.exec(select(Course))}
    report = feeds.take(sheet("A1,Welding level 1,Dunes Workshop,2027-01-11,Deal"), name="dunes.csv")
    assert (report.source, report.courses_taken, report.courses_retired) == ("dunes", 1, 0)
    with reading(feeds.engine) as session:
        after = {row.ref: row.model_dump() for row in session.exec(select(Course))}
    assert {ref: after[ref] for ref in before} == before


def test_a_provider_that_another_source_told_of_is_not_made_twice(feeds: Feeds) -> None:
    feeds.take(ten())
    feeds.take(sheet("A1,Welding,BRIGHTWATER college,2027-01-11,Deal"), name="sheet.csv")
    assert [provider.source for provider in feeds.providers()] == ["Brightwater College"]
    again = feeds.take(sheet("A1,Welding,BRIGHTWATER college,2027-01-11,Deal"), name="sheet.csv")
    assert again.courses_same == 1


def test_a_providers_new_telephone_number_is_taken(feeds: Feeds) -> None:
    feeds.take(ten())
    feeds.take(ten().replace("01632 960100", "01632 960999"))
    (provider,) = feeds.providers()
    assert provider.phone == "01632 960999"


def officer_sets(feeds: Feeds, called: str, /, **texts: str) -> Course:
    with writing(feeds.engine) as session:
        row = session.exec(select(Course).where(Course.title == called)).one()
        facts = shown(row, course_facts(feeds.vocabulary))
        edit_course(session, row.ref, {**facts, **texts}, seen(facts), OFFICER, feeds.vocabulary)
        return row


def test_an_officers_word_stays_and_the_difference_is_told(feeds: Feeds) -> None:
    feeds.take(ten())
    ref = officer_sets(feeds, "Plumbing 3", cost="£20 for boots").ref
    url = "<mlo:url>https://brightwater.example/3</mlo:url>"
    report = feeds.take(ten().replace("<dc:title>Plumbing 3", f"{url}<dc:title>Plumbing 3"))
    taken = feeds.courses()["Plumbing 3"]
    assert (taken.cost, taken.url) == ("£20 for boots", "https://brightwater.example/3")
    assert report.kept == [{"ref": ref, "field": "cost", "kept": "£20 for boots", "offered": None}]
    assert report.courses_changed == 1


def test_a_fact_that_was_given_back_is_the_feeds_again(feeds: Feeds) -> None:
    feeds.take(ten())
    ref = officer_sets(feeds, "Plumbing 3", cost="£20 for boots").ref
    with writing(feeds.engine) as session:
        assert give_back(session, ref, "cost", OFFICER)
    report = feeds.take(ten())
    assert feeds.courses()["Plumbing 3"].cost is None
    assert (report.courses_changed, report.kept) == (1, [])


def test_an_officers_word_on_a_start_stays(feeds: Feeds) -> None:
    feeds.take(ten())
    run = feeds.runs(feeds.courses()["Plumbing 3"])[0]
    with writing(feeds.engine) as session:
        row = session.exec(select(Run).where(Run.ref == run.ref)).one()
        facts = shown(row, run_facts())
        ref = session.get_one(Course, row.course_id).ref
        edit_run(session, ref, row.ref, {**facts, "places": "full"}, seen(facts), OFFICER, feeds.vocabulary)
    report = feeds.take(ten().replace(presentation("r3"), presentation("r3", "<mlo:start>2027-09-06</mlo:start>")))
    after = feeds.runs(feeds.courses()["Plumbing 3"])[0]
    assert (after.places, after.start) == ("full", date(2027, 9, 6))
    assert report.kept == [{"ref": run.ref, "field": "places", "kept": "full", "offered": "unknown"}]


def test_a_course_that_an_officer_took_out_stays_out(feeds: Feeds) -> None:
    feeds.take(ten())
    with writing(feeds.engine) as session:
        retire(session, feeds.courses()["Plumbing 3"].ref, OFFICER)
    report = feeds.take(ten())
    assert feeds.courses()["Plumbing 3"].retired
    assert report.courses_restored == 0
    assert [kept["field"] for kept in report.kept] == ["retired"]


def test_a_course_that_an_officer_brought_back_stays(feeds: Feeds) -> None:
    feeds.take(ten())
    feeds.take(ten(3))
    with writing(feeds.engine) as session:
        restore(session, feeds.courses()["Plumbing 3"].ref, OFFICER)
    assert feeds.take(ten(3)).courses_retired == 0
    assert not feeds.courses()["Plumbing 3"].retired


def test_a_try_changes_nothing_and_says_what_it_would(feeds: Feeds) -> None:
    feeds.take(ten())
    before = feeds.everything()
    report = feeds.take(ten(4, t5="Changed"), dry_run=True)
    assert (report.courses_retired, report.courses_changed, report.dry_run) == (1, 1, True)
    assert feeds.everything() == before
    with reading(feeds.engine) as session:
        assert len(session.exec(select(CatalogueImport)).all()) == 1


def test_a_crash_while_writing_leaves_the_catalogue_as_it_was(feeds: Feeds) -> None:
    feeds.take(ten())
    before = feeds.everything()

    def stop(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO course_change"):
            raise KeyboardInterrupt

    event.listen(feeds.engine, "before_cursor_execute", stop)
    with pytest.raises(KeyboardInterrupt):
        feeds.take(ten(4, t5="Changed"))
    event.remove(feeds.engine, "before_cursor_execute", stop)
    assert feeds.everything() == before
    assert feeds.take(ten(4, t5="Changed")).courses_changed == 1


def test_what_others_change_meanwhile_is_seen(feeds: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    feeds.take(ten())
    plan, times = importer.make_plan, []

    def late(*args: object, **named: object) -> object:
        made = plan(*args, **named)  # type: ignore[arg-type]
        times.append(1)
        if len(times) == 1:
            officer_sets(feeds, "Plumbing 3", title="Plumbing for all")
        return made

    monkeypatch.setattr(importer, "make_plan", late)
    report = feeds.take(ten(t3="Plumbing three"))
    assert "Plumbing for all" in feeds.courses()
    assert [kept["field"] for kept in report.kept] == ["title"]
    assert len(times) == 2


def test_every_import_is_on_record(feeds: Feeds) -> None:
    feeds.take(ten(), name="monday.xml", by="ada")
    feeds.take("rubbish", name="tuesday.xml")
    with reading(feeds.engine) as session:
        first, second = session.exec(select(CatalogueImport).order_by(CatalogueImport.id)).all()
    assert (first.status, first.source, first.format, first.by) == ("done", "Brightwater College", "xcri", "ada")
    assert (first.file_name, len(first.file_digest), first.counts["courses_taken"]) == ("monday.xml", 64, 10)
    assert (second.status, second.report["reason"][:10]) == ("refused", "It is neit")


@pytest.mark.parametrize("options", [{"source": "officer"}, {"source": " "}, {"format": "pdf"}, {"retiring": 101}])
def test_options_that_make_no_sense(feeds: Feeds, options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"source|format|share"):
        feeds.take(ten(), **options)


def test_refs_that_are_taken_are_not_used_again(feeds: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    from prospectus.importing import applying

    plain = applying.own_ref

    def clumsy(*parts: str, letters: int = 10) -> str:
        return "X" * letters if letters <= 10 else plain(*parts, letters=letters)

    monkeypatch.setattr(applying, "own_ref", clumsy)
    report = feeds.take(ten())
    assert report.courses_taken == 10
    assert len({taken.ref for taken in feeds.courses().values()}) == 10


@pytest.mark.postgres
def test_on_postgresql(postgres_url: str, feeds: Feeds) -> None:
    from sqlmodel import SQLModel

    from casework.db import open_engine

    engine = open_engine(postgres_url)
    try:
        SQLModel.metadata.create_all(engine)
        own = Feeds(engine, feeds.folder, feeds.vocabulary)
        assert own.take(ten()).courses_taken == 10
        assert own.take(ten()).courses_same == 10
        report = own.take(ten(4, t5="Changed"))
        assert (report.courses_retired, report.courses_changed) == (1, 1)
        assert own.take(ten()).courses_restored == 1
        with writing(engine) as session:
            session.add(Course(ref="HAND", provider_id=own.providers()[0].id or 0, title="By hand", subject="other",
                               level="1", route="college", source="officer", checked_on=date(2026, 11, 1)))  # fmt: skip
        assert own.courses()["By hand"].id == 11
    finally:
        engine.dispose()


def test_options_have_sensible_defaults() -> None:
    assert Options() == Options(source=None, format="auto", provider=None, dry_run=False, retiring=30, by=None)
    assert import_feed.__doc__

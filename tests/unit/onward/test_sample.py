"""The sample area: what is in it, and that loading it touches nothing else."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, func, select

import casework.tables as record
from casework.advisers import who_answers
from casework.db import open_engine, reading, writing
from casework.gsm7 import clean, measure
from onward.sample import SAMPLE_PASSWORD, SampleError, load_sample
from onward.sampleread import SampleArea, read_sample
from prospectus.ask import ask
from prospectus.tables import Course, Provider, Run
from prospectus.vocabulary import shipped

DATA = Path(__file__).resolve().parents[3] / "data"
TODAY = date(2026, 11, 23)
TABLES = (
    record.Adviser, record.AdviserCover, record.School, record.YoungPerson, record.Activity, record.Destination,
    Provider, Course, Run,
)  # fmt: skip
COUNTED = (
    "advisers", "covers", "schools", "young_people", "activities", "destinations", "providers", "courses", "runs",
)  # fmt: skip


def empty(path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = empty(tmp_path_factory.mktemp("sample") / "sample.db")
    load_sample(engine, DATA, today=TODAY)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with reading(engine) as session:
        yield session


@pytest.fixture(scope="module")
def area() -> SampleArea:
    return read_sample(DATA)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the data to spoil."""
    for name in ("subjects.yml", "places.yml", "prospectus.yml", "nccis.yml"):
        shutil.copy(DATA / name, tmp_path / name)
    shutil.copytree(DATA / "sample", tmp_path / "sample")
    return tmp_path


def everything(engine: Engine) -> dict[str, list[dict[str, object]]]:
    with reading(engine) as session:
        return {t.__name__: [row.model_dump() for row in session.exec(select(t).order_by(t.id))] for t in TABLES}  # type: ignore[attr-defined]


class TestLoading:
    def test_counts(self, tmp_path: Path) -> None:
        engine = empty(tmp_path / "new.db")
        counts = load_sample(engine, DATA, today=TODAY)
        with reading(engine) as session:
            for table, name in zip(TABLES, COUNTED, strict=True):
                assert session.exec(select(func.count()).select_from(table)).one() == counts[name]
        assert set(counts) == set(COUNTED)
        assert (counts["advisers"], counts["schools"], counts["providers"]) == (5, 3, 14)
        assert (counts["courses"] >= 250, counts["young_people"]) == (True, 60)
        assert counts["runs"] > counts["courses"]

    def test_again_changes_nothing(self, tmp_path: Path) -> None:
        engine = empty(tmp_path / "new.db")
        load_sample(engine, DATA, today=TODAY)
        before = everything(engine)
        assert set(load_sample(engine, DATA, today=date(2027, 6, 1)).values()) == {0}
        assert everything(engine) == before

    def test_what_was_done_to_the_sample_stays(self, tmp_path: Path) -> None:
        engine = empty(tmp_path / "new.db")
        load_sample(engine, DATA, today=TODAY)
        with writing(engine) as session:
            session.exec(select(record.YoungPerson).where(record.YoungPerson.ref == "Y1")).one().known_as = "May"
            session.exec(select(Course).where(Course.ref == "C0401")).one().retired = True
        before = everything(engine)
        load_sample(engine, DATA, today=TODAY)
        assert everything(engine) == before

    def test_a_part_that_is_missing_is_added(self, tmp_path: Path) -> None:
        engine = empty(tmp_path / "new.db")
        load_sample(engine, DATA, today=TODAY)
        with writing(engine) as session:
            course = session.exec(select(Course).where(Course.ref == "C0401")).one()
            for run in session.exec(select(Run).where(col(Run.course_id) == course.id)):
                session.delete(run)
            session.flush()
            session.delete(course)
        counts = load_sample(engine, DATA, today=TODAY)
        assert {name: count for name, count in counts.items() if count} == {"courses": 1, "runs": 3}

    def test_other_people_are_never_touched(self, tmp_path: Path) -> None:
        engine = empty(tmp_path / "new.db")
        now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        with writing(engine) as session:
            session.add(record.YoungPerson(ref="R1", first_name="Ann", last_name="Real", created_at=now))
            session.add(record.Adviser(ref="B1", name="Bob", email="bob@council.example"))
        load_sample(engine, DATA, today=TODAY)
        with reading(engine) as session:
            ann = session.exec(select(record.YoungPerson).where(record.YoungPerson.ref == "R1")).one()
            assert (ann.first_name, ann.adviser_id, ann.created_at) == ("Ann", None, now)
            bob = session.exec(select(record.Adviser).where(record.Adviser.ref == "B1")).one()
            assert bob.password_hash is None

    @pytest.mark.parametrize("row", ["young person", "adviser", "email", "provider", "course"])
    def test_a_ref_of_somebody_else_stops_everything(self, tmp_path: Path, row: str) -> None:
        engine = empty(tmp_path / "new.db")
        now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        college = Provider(ref="R1", name="A college", kind="fe_college", town="Margate", source="x", checked_on=TODAY)
        with writing(engine) as session:
            if row == "young person":
                session.add(record.YoungPerson(ref="Y17", first_name="Ann", last_name="Real", created_at=now))
            elif row == "adviser":
                session.add(record.Adviser(ref="A1", name="Bob", email="bob@council.example"))
            elif row == "email":
                session.add(record.Adviser(ref="B1", name="Bob", email="sam.okafor@onward.example"))
            elif row == "provider":
                college.ref = "P03"
                session.add(college)
            else:
                session.add(college)
                session.flush()
                facts = {"title": "Real", "subject": "music", "level": "1", "route": "college"}
                session.add(Course(ref="C0303", provider_id=college.id or 0, source="x", checked_on=TODAY, **facts))
        before = everything(engine)
        with pytest.raises(SampleError, match="nothing was loaded"):
            load_sample(engine, DATA, today=TODAY)
        assert everything(engine) == before

    def test_dates_are_not_shifted_and_nothing_was_recorded_later_than_today(self, tmp_path: Path) -> None:
        early, late = empty(tmp_path / "early.db"), empty(tmp_path / "late.db")
        load_sample(early, DATA, today=date(2026, 9, 1))
        load_sample(late, DATA, today=date(2028, 1, 1))
        recorded = {"created_at", "recorded_at", "password_hash"}
        first, second = everything(early), everything(late)
        for table in first:
            kept = [
                [{k: v for k, v in row.items() if k not in recorded} for row in rows[table]] for rows in (first, second)
            ]
            assert kept[0] == kept[1], table
        moments = [row[name] for rows in first.values() for row in rows for name in recorded if name in row]
        assert max(m for m in moments if isinstance(m, datetime)) <= datetime(2026, 9, 1, 23, tzinfo=UTC)


class TestWhatIsInIt:
    def test_nobody_can_be_reached_by_it(self) -> None:
        text = "\n".join(path.read_text() for path in sorted((DATA / "sample").rglob("*.yml")))
        numbers = re.findall(r"\+?\d[\d ]{8,}\d", re.sub(r"\d{4}-\d\d-\d\d", "", text))
        assert numbers
        assert all(re.fullmatch(r"\+44(7700900\d{3}|1632960\d{3})", number) for number in numbers)
        hosts = re.findall(r"(?:https?://|@)([\w.-]+)", text)
        assert hosts
        assert all(host.endswith((".example", ".example.org")) for host in hosts)

    def test_it_says_that_it_is_fictional(self, area: SampleArea) -> None:
        assert area.name == "Onward Sample Area, Kent"
        assert "fictional" in area.source
        for path in (DATA / "sample").glob("*/*.yml"):
            assert "fictional" in path.read_text().splitlines()[0], path

    def test_every_key_used_exists(self, area: SampleArea) -> None:
        vocabulary = shipped()
        towns = {name for place in vocabulary.places.values() for name in place.names}
        for _, course in area.courses.values():
            assert course.subject in vocabulary.subjects
            assert {run.town.lower() for run in course.runs} <= towns
        assert {provider.town.lower() for provider in area.providers.values()} <= towns
        assert {course.subject for _, course in area.courses.values()} == set(vocabulary.subjects)

    def test_the_catalogue_is_varied(self, area: SampleArea) -> None:
        courses = [course for _, course in area.courses.values()]
        runs = [run for course in courses for run in course.runs]
        assert {p.kind for p in area.providers.values()} == {
            "sixth_form", "fe_college", "training_provider", "voluntary", "employer",
        }  # fmt: skip
        assert min(Counter(course.level for course in courses).values()) >= 15
        assert min(Counter(course.route for course in courses).values()) >= 15
        for kind in ("A level", "T Level", "Apprenticeship", "BTEC National", "GCSE", "Supported Internship"):
            assert any(course.qualification == kind for course in courses), kind
        assert {run.places for run in runs} == {"available", "few", "full", "waiting_list", "unknown"}
        assert sum(run.roll_on for run in runs) >= 40
        assert sum(run.start is not None for run in runs) >= 200
        known = {
            name: sum(getattr(course, name) is not None for course in courses)
            for name in ("entry_requirements", "exclusions", "kit_paid_by", "travel_help", "taster", "how_to_apply")
        }
        assert all(5 < count < len(courses) - 5 for count in known.values()), known
        stale = [course for course in courses if (TODAY - course.checked_on).days > 183]
        assert 10 < len(stale) < len(courses) / 2

    def test_texts_are_fit_for_a_text_message(self, area: SampleArea) -> None:
        for _, course in area.courses.values():
            for text in (course.title, course.summary, course.entry_requirements or "", course.leads_to or ""):
                assert measure(clean(text)).encoding == "gsm7", text
                assert clean(text) == text
                assert len(text) <= 160, text

    def test_advisers(self, session: Session) -> None:
        advisers = session.exec(select(record.Adviser).order_by(record.Adviser.ref)).all()
        assert [adviser.ref for adviser in advisers] == ["A1", "A2", "A3", "A4", "A5"]
        assert any("cy" in adviser.languages for adviser in advisers)
        assert [len(adviser.working_pattern) for adviser in advisers] == [5, 5, 5, 5, 3]
        for adviser in advisers:
            assert adviser.password_hash is not None
        assert PasswordHasher().verify(advisers[0].password_hash or "", SAMPLE_PASSWORD)

    def test_one_adviser_is_away_and_covered(self, session: Session) -> None:
        person = session.exec(select(record.YoungPerson).where(record.YoungPerson.ref == "Y41")).one()
        answering = who_answers(session, person, datetime(2026, 11, 23, 11, tzinfo=UTC))
        assert answering.adviser is not None
        assert answering.covering_for is not None
        assert (answering.adviser.ref, answering.covering_for.ref, answering.working_now) == ("A2", "A4", True)

    def test_the_number_everybody_tries(self, session: Session) -> None:
        person = session.exec(select(record.YoungPerson).where(record.YoungPerson.phone == "+447700900123")).one()
        assert (person.year_group, person.town) == (11, "Margate")
        answering = who_answers(session, person, datetime(2026, 11, 25, 11, tzinfo=UTC))
        assert answering.adviser is not None
        assert (answering.adviser.name, answering.working_now) == ("Sam Okafor", True)

    def test_young_people_are_varied(self, session: Session) -> None:
        people = session.exec(select(record.YoungPerson)).all()
        assert {person.year_group for person in people} == {10, 11, 12, 13, None}
        assert all(person.adviser_id for person in people)
        assert [person.ref for person in people if person.phone is None] == ["Y44"]
        shared = [number for number, count in Counter(p.phone for p in people if p.phone).items() if count > 1]
        assert len(shared) == 1
        assert [(p.language, p.nation) for p in people if p.nation != "england"] == [("cy", "wales")]
        characteristics = {code for person in people for code in person.characteristics}
        assert characteristics >= {"110", "120", "130", "140", "160", "170", "180", "200", "210"}
        codes = {row.code for row in session.exec(select(record.Activity)) if row.end is None or row.end > TODAY}
        assert codes >= {
            "110", "120", "210", "230", "250", "310", "330", "340", "350", "360", "380", "410", "460", "530", "540",
            "610", "615", "616", "619", "620", "630", "640", "650", "810", "820", "830",
        }  # fmt: skip
        told = list(session.exec(select(record.Destination)))
        undecided = {row.young_person_id for row in told if row.undecided}
        assert "Y2" in [p.ref for p in people if p.year_group == 11 and p.id in undecided]
        known = {row.young_person_id for row in told}
        assert [p.ref for p in people if p.year_group == 11 and p.id not in known]

    def test_ages_fit_year_groups(self, area: SampleArea) -> None:
        for ref, (_, person) in area.young_people.items():
            born = person.date_of_birth
            started = born.year + (born.month >= 9)
            year = 2026 - started - 4
            if person.year_group is not None:
                assert person.year_group == year, ref
            else:
                assert 14 <= year <= 20, ref

    def test_histories_make_sense(self, area: SampleArea) -> None:
        for ref, (_, person) in area.young_people.items():
            days = [destination.on_date for destination in person.destinations if destination.choice == 1]
            assert days == sorted(days), ref
            going_on = [activity for activity in person.activities if activity.end is None or activity.end > TODAY]
            assert len(going_on) == 1, ref
            for destination in person.destinations:
                if destination.course:
                    provider, course = area.courses[destination.course]
                    assert (provider, course.route, course.subject) == (
                        destination.provider, destination.route, destination.subject,
                    ), ref  # fmt: skip


class TestErrors:
    @pytest.mark.parametrize(
        ("file", "old", "new", "problem"),
        [
            ("advisers.yml", "by: A2", "by: A9", r"advisers.yml, line \d+ \(A4\): away.0.by: is no other adviser"),
            ("advisers.yml", "+441632960201", "+441843123456", r"line 6 \(A1\): phone: must be a number that nobody"),
            ("advisers.yml", "onward.example", "gmail.com", r"line 5 \(A1\): email: must be under .example"),
            ("advisers.yml", "name: Sam", "nmae: Sam", r"line \d+ \(A1\): n(ame|mae): is"),
            ("schools.yml", "Ramsgate", "Hull", r"schools.yml, line 5 \(S1\): town: Hull is not in places.yml"),
            ("schools.yml", "ref: S2", "ref: S1", r"line 8 \(S1\): ref: is there twice"),
            ("schools.yml", "- ref: S2", "ref: S2", r"schools.yml, line \d+: "),
            ("providers.yml", "kind: voluntary", "kind: charity", r"line \d+ \(P09\): kind: Input should be"),
            ("courses/P09-next-tide.yml", "provider: P09", "provider: P99", "provider must be the ref of a known"),
            ("courses/P09-next-tide.yml", "subject: catering", "subject: food", r"\(C0905\): subject: food is not"),
            ("courses/P09-next-tide.yml", "level: entry", "level: 9", r"\(C0901\): level: Input should be"),
            ("courses/P09-next-tide.yml", "start: 2027-01-11", "start: soon", r"\(C0901\): runs.0.start: "),
            ("young_people/A1-sam.yml", 'code: "110"', 'code: "999"', r"\(Y1\): activities.0.code: 999 is not"),
            ("young_people/A1-sam.yml", "course: C0101", "course: C9999", r"\(Y3\): destinations.1.course: C9999"),
            ("young_people/A1-sam.yml", "school: S1", "school: S9", r"line \d+ \(Y1\): school: S9 is not known"),
            ("area.yml", "source:", "sauce:", "area.yml: it needs name, source and about"),
        ],
    )  # fmt: skip
    def test_say_where_and_what(self, copy: Path, file: str, old: str, new: str, problem: str) -> None:
        path = copy / "sample" / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
        with pytest.raises(SampleError) as error:
            read_sample(copy)
        assert re.search(problem, str(error.value)), str(error.value)

    def test_nothing_is_loaded_where_anything_is_wrong(self, copy: Path, tmp_path: Path) -> None:
        path = copy / "sample" / "young_people" / "A5-jo.yml"
        path.write_text(path.read_text().replace("stage: intended", "stage: dreamt", 1))
        engine = empty(tmp_path / "new.db")
        with pytest.raises(SampleError, match="stage"):
            load_sample(engine, copy, today=TODAY)
        assert not any(everything(engine).values())

    def test_a_line_that_is_named_is_the_line(self, copy: Path) -> None:
        path = copy / "sample" / "courses" / "P09-next-tide.yml"
        lines = path.read_text().splitlines()
        number = next(n for n, line in enumerate(lines, 1) if "subject: catering" in line)
        path.write_text(path.read_text().replace("subject: catering", "subject: food", 1))
        with pytest.raises(SampleError, match=rf"line {number} \(C0905\)"):
            read_sample(copy)

    def test_a_missing_file(self, copy: Path) -> None:
        (copy / "sample" / "schools.yml").unlink()
        with pytest.raises(SampleError, match=r"schools\.yml is missing"):
            read_sample(copy)

    def test_no_courses(self, copy: Path) -> None:
        shutil.rmtree(copy / "sample" / "courses")
        with pytest.raises(SampleError, match=r"courses has no \.yml files"):
            read_sample(copy)

    def test_no_text(self, copy: Path) -> None:
        (copy / "sample" / "schools.yml").write_bytes(b"\xff\xfe")
        with pytest.raises(SampleError, match="not UTF-8"):
            read_sample(copy)


@pytest.mark.postgres
def test_on_postgresql(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    try:
        SQLModel.metadata.create_all(engine)
        counts = load_sample(engine, DATA, today=TODAY)
        assert counts["young_people"] == 60
        assert set(load_sample(engine, DATA, today=TODAY).values()) == {0}
        with reading(engine) as session:
            _, result = ask(session, shipped(), "level 2 plumbing near margate", today=TODAY)
            assert [hit.course_ref for hit in result.hits] == ["C0407"]
        with writing(engine) as session:
            session.exec(select(Course).where(Course.ref == "C0407")).one().retired = True
        with reading(engine) as session:
            assert ask(session, shipped(), "level 2 plumbing near margate", today=TODAY)[1].total == 0
    finally:
        engine.dispose()

"""Whatever a feed holds: read again it changes nothing, and read in another order it says the same."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from casework.db import open_engine
from prospectus.vocabulary import shipped
from tests.unit.prospectus.importing.conftest import Feeds
from tests.unit.prospectus.importing.test_sheets import HEAD

words = st.text(st.characters(codec="utf-8", exclude_characters='"\r', exclude_categories=("Cs",)), max_size=20)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "Course ID": st.sampled_from(["A", "B", "C", " ", "é", "A" * 300]),
            "Title": st.sampled_from(["Plumbing level 2", "Welding", ""]) | words,
            "Provider": st.sampled_from(["Dunes", "Brightwater College", ""]),
            "Level": st.sampled_from(["", "2", "entry", "nine"]),
            "Start date": st.sampled_from(["", "2027-09-06", "any week", "soon"]) | st.dates(date(2020, 1, 1)).map(str),
            "Town": words,
            "Cost": words,
            "Places": st.sampled_from(["", "full", "few"]),
            "Summary": words,
        }
    ),
    min_size=1,
    max_size=8,
)


def csv_of(courses: list[dict[str, str]]) -> str:
    head = [name for name in HEAD if name in courses[0]]
    return "\n".join([",".join(head), *(",".join(f'"{row[name]}"' for name in head) for row in courses), ""])


@settings(deadline=None, max_examples=40)
@given(courses=rows)
def test_a_second_reading_changes_nothing(courses: list[dict[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'feeds.db'}")
        try:
            SQLModel.metadata.create_all(engine)
            feeds = Feeds(engine, Path(folder), shipped())
            first = feeds.take(csv_of(courses))
            before = feeds.everything()
            again = feeds.take(csv_of(courses))
            assert again.status == first.status
            assert (again.courses_taken, again.courses_changed, again.courses_retired, again.runs_taken) == (0, 0, 0, 0)
            assert again.courses_same == first.courses_taken
            assert (again.courses_refused, again.refused, again.repairs) == (
                first.courses_refused, first.refused, first.repairs
            )  # fmt: skip
            assert feeds.everything() == before
        finally:
            engine.dispose()

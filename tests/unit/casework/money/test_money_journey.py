"""Where an application stands, from what was said in any order; and the figures of all of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

import prospectus.tables  # noqa: F401
from casework.db import writing
from casework.money.journey import ENDS, OWNERS, STEPS, TROUBLES, history_of, record_step, standing
from casework.money.schemes import Schemes
from casework.money.takeup import take_up
from casework.tables import MoneyApplication, YoungPerson
from tests.databases import on_sqlite

SCHEMES = Schemes.load(Path(__file__).resolve().parents[4] / "data")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EMA = SCHEMES.get("ema_wales")
assert EMA is not None


def rows(*steps: str) -> list[MoneyApplication]:
    return [
        MoneyApplication(
            id=number,
            young_person_id=1,
            scheme="ema_wales",
            step=step,
            source="young_person",
            recorded_at=NOW + timedelta(days=number),
        )
        for number, step in enumerate(steps)
    ]


@pytest.mark.parametrize(
    ("told", "following", "theirs"),
    [
        ([], "aware", True),
        (["aware"], "wants", True),
        (["wants"], "bank_account", True),
        (["wants", "bank_account"], "form_sent", True),
        (["form_sent"], "bank_account", True),
        (["bank_account", "form_sent", "evidence_sent"], "notice", False),
        (["bank_account", "notice"], "agreement", True),
        (["bank_account", "agreement"], "paid", False),
        (["paid"], None, False),
        (["paid", "payment_late"], "payment_late", True),
        (["paid", "payment_stopped", "paid"], None, False),
        (["wants", "not_wanted"], None, False),
        (["wants", "not_wanted", "wants"], "bank_account", True),
        (["form_sent", "refused"], None, False),
    ],
)
def test_what_is_next(told: list[str], following: str | None, theirs: bool) -> None:
    stands = standing(EMA, rows(*told))  # type: ignore[arg-type]
    assert (stands.next_step, stands.theirs) == (following, theirs)


def test_a_bank_account_alone_says_nothing_of_the_rest() -> None:
    assert standing(EMA, rows("bank_account")).done == {"bank_account"}  # type: ignore[arg-type]


def test_other_schemes_do_not_count() -> None:
    other = rows("paid")[0]
    other.scheme = "ema_scotland"
    assert standing(EMA, [other]).told == frozenset()  # type: ignore[arg-type]


def test_every_step_has_an_owner() -> None:
    assert set(OWNERS) == set(STEPS)


@given(st.lists(st.sampled_from(STEPS + TROUBLES + ENDS), max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter_only_that_of_telling(steps: list[str], random: object) -> None:
    history = rows(*steps)
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standing(EMA, history) == standing(EMA, shuffled)  # type: ignore[arg-type]
    # telling more of the way never takes a step back
    done: frozenset[str] = frozenset()
    for end in range(len(history) + 1):
        now = standing(EMA, history[:end]).done  # type: ignore[arg-type]
        assert done <= now
        done = now


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = on_sqlite(tmp_path / "onward.db")
    with writing(engine) as session:
        for number in (1, 2, 3):
            session.add(YoungPerson(id=number, ref=f"Y{number}", first_name="Ann", last_name="Test", created_at=NOW))
    yield engine
    engine.dispose()


def add(session: Session, person: int, step: str, *, day: int = 0, message_id: int | None = None) -> bool:
    return record_step(
        session,
        MoneyApplication(
            young_person_id=person,
            scheme="ema_wales",
            step=step,
            source="young_person",
            message_id=message_id,
            recorded_at=NOW + timedelta(days=day),
        ),
    )


def test_steps_are_added_and_never_overwritten(engine: Engine) -> None:
    with writing(engine) as session:
        assert add(session, 1, "wants")
        assert add(session, 1, "form_sent", day=1)
        assert add(session, 1, "form_sent", day=2)
        session.flush()
        assert [row.step for row in history_of(session, 1)] == ["wants", "form_sent", "form_sent"]
        with pytest.raises(ValueError, match="not a step"):
            add(session, 1, "framed")


def test_take_up(engine: Engine) -> None:
    with writing(engine) as session:
        for step in ("wants", "bank_account", "form_sent"):
            add(session, 1, step)
        add(session, 2, "paid")
        add(session, 2, "payment_stopped", day=1)
        add(session, 3, "wants")
        add(session, 3, "not_wanted", day=40)
        session.flush()
        figures = {one.scheme: one for one in take_up(session, SCHEMES, NOW + timedelta(days=30))}
        later = {one.scheme: one for one in take_up(session, SCHEMES, NOW + timedelta(days=50))}
    ema = figures["ema_wales"]
    assert (ema.people, ema.troubles, ema.refused, ema.not_wanted) == (3, 1, 0, 0)
    assert ema.reached == {
        "aware": 3,
        "wants": 3,
        "bank_account": 2,
        "form_sent": 2,
        "evidence_sent": 1,
        "notice": 1,
        "agreement": 1,
        "paid": 1,
    }
    assert ema.stuck == {"evidence_sent": 1, "bank_account": 1}
    assert later["ema_wales"].not_wanted == 1
    assert figures["ema_scotland"].people == 0

"""The network's own account: what a service that broke a rule would be told."""

import contextlib
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from casework.clock import FixedClock
from channels.sender import NoAnswer
from onward.simulate.model import Person
from onward.simulate.network import Network

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
PHONE = "+447700900001"


class World:
    """One person, and a network that says what was broken."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.person = Person(1, date(2009, 3, 5), PHONE, 1, "619", 1.0, 0.5)
        self.purposes: dict[int, str] = {}
        self.network = Network(
            self.clock, Random(1), {PHONE: self.person}, lambda message: self.purposes.get(message, "prompt")
        )

    def send(self, message: int, at: datetime = NOON) -> None:
        self.clock.now = at
        with contextlib.suppress(NoAnswer):
            self.network.send(PHONE, f"text {message}", message)

    @property
    def broken(self) -> dict[str, int]:
        return dict(self.network.broken)


@pytest.fixture
def world() -> World:
    return World()


def test_a_text_at_noon_breaks_nothing(world: World) -> None:
    world.send(1)
    assert world.broken == {}


@pytest.mark.parametrize(
    ("at", "what"),
    [
        (datetime(2026, 11, 3, 7, 59, tzinfo=UTC), "in quiet hours"),
        (datetime(2026, 11, 3, 20, 0, tzinfo=UTC), "in quiet hours"),
        (datetime(2026, 11, 7, 9, 30, tzinfo=UTC), "in quiet hours"),
        (datetime(2026, 12, 25, 12, tzinfo=UTC), "on a bank holiday"),
        (datetime(2026, 8, 31, 12, tzinfo=UTC), "on a bank holiday"),
    ],
)
def test_the_wrong_hour_is_noticed(world: World, at: datetime, what: str) -> None:
    world.send(1, at)
    assert world.broken == {what: 1}


def test_summer_time_is_known(world: World) -> None:
    world.send(1, datetime(2027, 7, 6, 7, 5, tzinfo=UTC))
    assert world.broken == {}


def test_a_text_after_stop_is_noticed_and_the_answer_to_it_is_not(world: World) -> None:
    world.person.stopped_at = NOON - timedelta(minutes=1)
    world.purposes[1] = "consent"
    world.send(1)
    assert world.broken == {}
    world.send(2)
    assert world.broken == {"after STOP": 1}


def test_a_text_during_a_hand_over_or_to_a_wrong_number_is_noticed(world: World) -> None:
    world.person.held_until = NOON + timedelta(days=1)
    world.person.mine = False
    world.send(1)
    assert world.broken == {"during a hand-over": 1, "to a number known to be wrong": 1}


def test_the_fourth_prompt_in_a_week_is_noticed_and_answers_are_not_counted(world: World) -> None:
    for number in range(4, 10):
        world.purposes[number] = "reply"
        world.send(number, NOON + timedelta(hours=number - 4))
    for number in (1, 2, 3):
        world.send(number, NOON + timedelta(days=number))
    assert world.broken == {}
    world.send(10, NOON + timedelta(days=6))
    assert world.broken == {"above the cap": 1}


def test_the_same_message_twice_is_noticed(world: World) -> None:
    world.send(1)
    world.send(1)
    assert world.broken.get("sent twice", 0) == 1

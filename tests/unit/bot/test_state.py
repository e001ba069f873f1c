"""The state on the wire and the events inside."""

import pytest
from turnbot import state

SLOTS = {"subject", "offered", "requested_slot"}
FORMS = {"course_form"}


def events(given):  # type: ignore[no-untyped-def]
    return state.to_events(state.checked(given), slots=SLOTS, forms=FORMS)


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_is_a_new_conversation(nothing: object) -> None:
    assert state.checked(nothing) == {"v": 1, "slots": {}, "loop": None, "requested": None}
    assert events(nothing) == [
        {"event": "action", "name": "action_session_start"},
        {"event": "session_started"},
        {"event": "action", "name": "action_listen"},
    ]


def test_an_open_form_comes_back_in_the_order_that_rasa_needs() -> None:
    given = {"v": 1, "slots": {"subject": "plumbing"}, "loop": "course_form", "requested": "wanted"}
    assert events(given)[2:] == [
        {"event": "slot", "name": "subject", "value": "plumbing"},
        {"event": "action", "name": "course_form"},
        {"event": "active_loop", "name": "course_form"},
        {"event": "slot", "name": "requested_slot", "value": "wanted"},
        {"event": "action", "name": "action_listen"},
    ]


def test_what_a_new_model_does_not_know_is_left_out() -> None:
    given = {"v": 1, "slots": {"gone": 1, "requested_slot": "x"}, "loop": "gone_form", "requested": "wanted"}
    assert [e["event"] for e in events(given)] == ["action", "session_started", "action"]


def test_only_what_is_set_is_kept() -> None:
    slots = {"subject": "plumbing", "place": None, "requested_slot": "wanted", "session_started_metadata": {"a": 1}}
    assert state.from_values(slots, "course_form") == {
        "v": 1,
        "slots": {"subject": "plumbing"},
        "loop": "course_form",
        "requested": "wanted",
    }
    assert state.from_values(slots, None)["requested"] is None


@pytest.mark.parametrize(
    "bad",
    [
        "state",
        [],
        {"v": 2, "slots": {}},
        {"slots": {}},
        {"v": 1, "slots": []},
        {"v": 1, "slots": {}, "loop": 5},
        {"v": 1, "slots": {}, "loop": "f", "requested": []},
    ],
)
def test_what_is_no_state_is_refused(bad: object) -> None:
    with pytest.raises(state.BadState):
        state.checked(bad)


def test_round_trip() -> None:
    given = {"v": 1, "slots": {"subject": "plumbing", "offered": {"items": ["a"]}}, "loop": None, "requested": None}
    assert state.from_values(state.checked(given)["slots"], None) == given

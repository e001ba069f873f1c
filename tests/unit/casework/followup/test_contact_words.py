"""Staff never see a code: every reason, wait and outcome that the code can write has words."""

import ast
from pathlib import Path

import pytest

from casework.delivery import RANK
from casework.followup import words
from casework.followup.tasks import REASONS as TASK_REASONS
from casework.identity.addresses import UNREACHABLE

ROOT = Path(__file__).parents[4]
LOOKED_AT = ["casework/sending.py", "casework/hours.py", "casework/outbox.py", "channels/sender.py"]
FOLDERS = ["casework/followup", "casework/campaigns"]
CALLS = {"_end": 2, "_hold": 2, "_suppressed": 2, "_hand_over": 2, "_moved": 1, "_put_off": 3, "_ended": 3}
"""Functions that are given a reason, and at which place."""
OUTCOME_CALLS = {"_end": 1}
RETURNS = {"unreachable", "quiet", "_wait"}
"""Functions that answer one."""
NAMES = {"reason", "hold_reason", "the_reason", "failure"}
"""Arguments, columns and keys that hold one."""
NO_REASONS = {"", "sms", "web", "allowed"}


def test_every_reason_has_words() -> None:
    found = {reason for path in files() for reason in reasons_in(path)}
    # the search itself must not go blind
    assert {
        "stopped",
        "record_changed",
        "quiet_hours",
        "one_a_day",
        "left_area",
        "adviser_skipped",
        "exam_day",
    } <= found
    found |= set(TASK_REASONS) | UNREACHABLE
    unknown = sorted(reason for reason in found if not known(reason))
    assert unknown == []


def known(reason: str) -> bool:
    # what is no code but words already may be shown as it is
    return reason in words.REASONS or reason in words.WAITS or " " in reason


def test_every_outcome_has_words() -> None:
    found = {value for path in files() for value in outcomes_in(path)}
    assert {"skipped", "closed", "handed_over", "failed", "late", "suppressed", "sent"} <= found
    assert sorted(found - set(words.OUTCOMES)) == []


def test_every_answer_that_is_no_option_has_words() -> None:
    found: set[str] = set()
    for path in sorted((ROOT / "actions").glob("followup*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "mark":
                found |= set(texts_of(node.args[2]))
            # what the look-up of answers holds
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "LATER":
                assert isinstance(node.value, ast.Dict)
                found |= {text for value in node.value.values for text in texts_of(value)}
    assert {"refused", "adviser", "dont_know", "told"} <= found
    assert sorted(found - set(words.ANSWERS)) == []


def files() -> list[Path]:
    found = [ROOT / name for name in LOOKED_AT]
    return found + [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.py"))]


def texts_of(node: ast.AST | None) -> list[str]:
    """The words that an expression may be, without those that only choose between them."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) + texts_of(node.orelse)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in texts_of(value)]
    if isinstance(node, ast.Tuple):
        return [text for value in node.elts for text in texts_of(value)]
    return []


def reasons_in(path: Path) -> list[str]:
    found: list[str] = []
    constants = {}
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = texts_of(node.value)

    def take(node: ast.AST | None) -> None:
        found.extend(constants.get(node.id, []) if isinstance(node, ast.Name) else texts_of(node))

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = CALLS.get(called)
            if called == "Decision" and len(node.args) > 2:
                take(node.args[2])
            if place is not None and len(node.args) > place:
                take(node.args[place])
            if called in ("Decision", "values"):
                for keyword in node.keywords:
                    if keyword.arg in NAMES:
                        take(keyword.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in NAMES:
                    take(value)
        elif isinstance(node, ast.Assign):
            for target, value in pairs(node):
                if isinstance(target, ast.Attribute) and target.attr in NAMES:
                    take(value)
                if isinstance(target, ast.Subscript) and getattr(target.slice, "value", None) in NAMES:
                    take(value)
        elif isinstance(node, ast.FunctionDef) and node.name in RETURNS:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    found.extend(texts_of(inner.value))
    return [text for text in found if text not in NO_REASONS]


def outcomes_in(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if called == "_end" and len(node.args) > 1:
                found += texts_of(node.args[1])
        elif isinstance(node, ast.Assign):
            for target, value in pairs(node):
                if isinstance(target, ast.Attribute) and target.attr == "outcome":
                    found += texts_of(value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "outcome":
                    found += texts_of(value)
    return found


def pairs(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """Targets with their values, also where several are assigned at once."""
    found = []
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            found += list(zip(target.elts, node.value.elts, strict=False))
        else:
            found.append((target, node.value))
    return found


@pytest.mark.parametrize("status", sorted(RANK))
def test_how_a_sent_text_stands_has_words(status: str) -> None:
    assert words.reason(status, "sent")
    assert "_" not in words.reason(status, "sent")


def test_codes_of_the_network_and_of_activities_are_said() -> None:
    assert words.reason("code 30005", "failed") == "This number is not in use (code 30005)"
    assert words.reason("code 12345", "failed") == "The text service would not take it (code 12345)"
    assert words.reason("820", "closed", {"820": "Cannot be contacted"}) == "Recorded as 820: Cannot be contacted"
    assert words.reason("refused 5 times", "failed") == "The text service refused it 5 times"


def test_what_is_not_known_is_shown_as_words_and_never_hidden() -> None:
    assert words.reason("something_new") == "Something new"
    assert words.waits("something_new") == "Something new"
    assert words.waits(None) == ""
    assert words.plan_title("an_old_plan", {}) == "An old plan"
    assert words.plan_title("campaign:C3", {}) == "Campaign"

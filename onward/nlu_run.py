"""Having the bot's environment measure: it alone has Rasa and scikit-learn. Here the rows are only fetched."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from onward.nlu_rows import Row, row_of
from onward.preflight import BOT_PYTHON, check_bot_environment
from onward.problems import Problem
from onward.settings import PROJECT

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and what is going on."""


def cross_validate(data: Path, folds: int, progress: Progress) -> tuple[tuple[Row, ...], dict[str, Any]]:
    """Each training example as the others teach to read it, and what it was measured with. Raises ``Problem``."""
    answer = _measure(["cross", "--data", str(data), "--folds", str(folds)], progress)
    facts = {name: value for name, value in answer.items() if name != "rows"}
    return tuple(row_of(row, answer["fallback"]) for row in answer["rows"]), facts


def read_with(
    model: Path, messages: Sequence[Mapping[str, Any]], progress: Progress
) -> tuple[tuple[Row, ...], dict[str, Any]]:
    """Messages as a trained model reads them, and what that costs. Raises ``Problem``."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(message) + "\n" for message in messages)
        file.flush()
        answer = _measure(["model", "--model", str(model.absolute()), "--messages", file.name], progress)
    return tuple(row_of(row) for row in answer["rows"]), dict(answer["cost"])


def _measure(arguments: Iterable[str], progress: Progress) -> dict[str, Any]:
    check_bot_environment()
    command = [str(BOT_PYTHON), "-m", "turnbot.measure", *arguments]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as answers:
        measuring = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdout=answers,
            stderr=subprocess.PIPE,
            text=True,
            cwd=PROJECT / "bot",
            env=_environment(),
        )
        said = []
        try:
            for line in measuring.stderr or ():
                told = _told(line)
                if told is None:
                    said.append(line.rstrip())
                else:
                    progress(*told)
            status = measuring.wait()
        finally:
            if measuring.poll() is None:
                measuring.terminate()
                measuring.wait()
        if status:
            raise Problem("Measuring did not work.", "\n".join(said[-5:]))
        answers.seek(0)
        result: dict[str, Any] = json.load(answers)
        return result


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONWARD_")}
    return kept | {"PYTHONPATH": str(PROJECT / "bot"), "PYTHONUNBUFFERED": "1"}


def _told(line: str) -> tuple[int, int, str] | None:
    try:
        told = json.loads(line)
        return int(told["done"]), int(told["of"]), str(told["what"])
    except (ValueError, KeyError, TypeError):
        return None

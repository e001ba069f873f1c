"""Looking over the files that people edit by hand: can the parts that use them read them, and is any out of date?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from casework.activities.coding import Coding
from casework.activities.currency import Currency
from casework.duty import Duty
from casework.followup.checking import calendar_warnings, check_followup
from casework.followup.planfile import Book
from casework.guard import Guard
from casework.importing.layout import Layout
from casework.keywords import Keywords
from casework.language import Languages
from casework.names import NameRules
from casework.nccis import Nccis
from casework.proofreading import check_texts
from casework.returns.spec import MonthlySpec
from casework.returns.survey import SurveySpec
from casework.safeguarding import Rules
from casework.voice import VoiceError
from casework.yamlfile import read_yaml
from onward.sample import read_sample
from onward.understand import topics
from prospectus.vocabulary import Vocabulary

READERS: dict[str, Callable[[Path], object]] = {
    "STOP, START and HELP words": Keywords.load,
    "safeguarding rules": Rules.load,
    "guard and helplines": Guard.load,
    "duty team": Duty.load,
    "languages": Languages.load,
    "subjects and places": Vocabulary.load,
    "topics": topics,
    "sample area": read_sample,
    "activity codes": Nccis.load,
    "currency": Currency.load,
    "activity rules": Coding.load,
    "caseload columns": Layout.load,
    "rules for names": NameRules.load,
    "monthly return": MonthlySpec.load,
    "activity survey": SurveySpec.load,
    "follow-up plans": Book.load,
}


@dataclass
class LookedOver:
    """One kind of file: what is wrong with it, and what somebody should look at."""

    name: str
    wrong: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def examine(data_dir: Path, today: date) -> Iterator[LookedOver]:
    """Every kind of file in turn."""
    yield LookedOver("texts", wrong=check_texts(data_dir))
    for name, read in READERS.items():
        yield LookedOver(name, wrong=problems(read, data_dir))
    # where a file cannot be read, its reader has said so above
    if not problems(Book.load, data_dir):
        yield LookedOver("follow-up", wrong=_fitting(data_dir), warnings=list(calendar_warnings(data_dir, today)))
    yield LookedOver("review dates", warnings=list(overdue(data_dir, today)))


def problems(read: Callable[[Path], object], data_dir: Path) -> list[str]:
    """What a reader says is wrong with its files; nothing when it can read them."""
    try:
        read(data_dir)
    except Exception as error:
        # a reader's own error names the file and the place; of any other kind only its name helps
        own = isinstance(error, ValueError) or str(data_dir) in str(error)
        return [str(error) if own else f"cannot be read ({type(error).__name__})"]
    return []


def _fitting(data_dir: Path) -> list[str]:
    try:
        return check_followup(data_dir)
    except (ValueError, VoiceError):
        # the texts or the activity rules cannot be read: their own line says why
        return []


def overdue(data_dir: Path, today: date) -> Iterator[str]:
    """Facts whose ``review_by`` has passed: they are still used, and somebody must check them."""
    for path in sorted(data_dir.glob("*.yml")):
        try:
            content = read_yaml(path)
        except ValueError:
            continue  # its own reader says so
        for name, review_by in _dated(content, ""):
            if review_by < today:
                yield f"{path.name}: {name or 'the file'} was to be reviewed by {review_by}"


def _dated(value: Any, name: str) -> Iterator[tuple[str, date]]:
    if isinstance(value, dict):
        if isinstance(value.get("review_by"), date):
            yield name, value["review_by"]
        for key, inner in value.items():
            yield from _dated(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _dated(inner, name)

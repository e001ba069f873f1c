"""Looking over the files that people edit by hand: can the parts that use them read them, and is any out of date?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from casework.activities.coding import Coding
from casework.activities.currency import Currency
from casework.campaigns.rules import CampaignRules
from casework.destinations.guaranteefile import GuaranteeRules
from casework.duty import Duty
from casework.followup.checking import calendar_warnings, check_followup
from casework.followup.planfile import Book
from casework.guard import Guard
from casework.importing.layout import Layout
from casework.keywords import Keywords
from casework.language import Languages
from casework.money.schemes import Schemes
from casework.names import NameRules
from casework.nccis import Nccis
from casework.proofreading import check_texts
from casework.returns.schema import schema
from casework.returns.spec import MonthlySpec
from casework.returns.survey import SurveySpec
from casework.safeguarding import Rules
from casework.voice import VoiceError
from casework.yamlfile import BadData, read_yaml
from onward.sample import read_sample
from onward.understand import topics
from prospectus.ordinary import WORDS
from prospectus.sectors import Sectors
from prospectus.vocabulary import Vocabulary

REPLIES = (
    "yes", "ok", "no", "neither", "both", "all", "any", "unsure", "that", "other", "filler", "around_numbers",
    "numbers", "change",
)  # fmt: skip
"""The parts of ``replies.yml`` that the bot reads when it starts (bot/turnbot/answers.py)."""


def _replies(data_dir: Path) -> None:
    path = data_dir / "replies.yml"
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it needs {', '.join(REPLIES)}")
    for name in REPLIES:
        listed = content.get(name)
        # numbers and changes are lists by what they stand for, the others are plain lists
        groups = list(listed.values()) if isinstance(listed, dict) else [listed]
        if not groups or not all(isinstance(group, list) for group in groups):
            raise BadData(f"{path}: {name} must be a list of what people send")


def _words(data_dir: Path) -> None:
    if not (data_dir / WORDS).is_file():
        raise BadData(f"{data_dir / WORDS} is missing: without it slips of ordinary words are taken for subjects")


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
    "campaigns": CampaignRules.load,
    "caseload columns": Layout.load,
    "rules for names": NameRules.load,
    "monthly return": MonthlySpec.load,
    "activity survey": SurveySpec.load,
    "follow-up plans": Book.load,
    "September Guarantee": GuaranteeRules.load,
    "money schemes": Schemes.load,
    "sectors": Sectors.load,
    "short answers": _replies,
    "ordinary words": _words,
}


@dataclass
class LookedOver:
    """One kind of file: what is wrong with it, and what somebody should look at."""

    name: str
    wrong: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def examine(data_dir: Path, today: date) -> Iterator[LookedOver]:
    """Every kind of file in turn."""
    said: set[str] = set()
    yield LookedOver("texts", wrong=check_texts(data_dir))
    for name, read in READERS.items():
        wrong = problems(read, data_dir)
        said.update(wrong)
        yield LookedOver(name, wrong=wrong)
    # where a file cannot be read, its reader has said so above
    if not problems(Book.load, data_dir):
        yield LookedOver("follow-up", wrong=_fitting(data_dir), warnings=list(calendar_warnings(data_dir, today)))
    # what no reader has stumbled over already
    yield LookedOver("other files", wrong=[problem for problem in illegible(data_dir) if problem not in said])
    yield LookedOver("the return's schema", warnings=list(_old_schema(data_dir)))
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


def illegible(data_dir: Path) -> Iterator[str]:
    """Files of any kind that are not text, or not the YAML that their name says: training examples, and what is new."""
    for path in sorted(one for one in data_dir.rglob("*") if one.is_file()):
        try:
            if path.suffix in (".yml", ".yaml"):
                read_yaml(path)
            else:
                path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield f"{path}: it is not UTF-8 text"
        except (OSError, ValueError) as error:
            yield str(error)


def _old_schema(data_dir: Path) -> Iterator[str]:
    """Whether the schema that ships says what the return's shape says now."""
    path = data_dir / "returns" / "monthly.xsd"
    try:
        made = schema(MonthlySpec.load(data_dir), NameRules.load(data_dir))
        if path.read_text(encoding="utf-8") != made:
            yield f"{path} is not the schema of monthly.yml. Write it anew: onward return schema"
    except (OSError, ValueError):
        return  # said already of the file that cannot be read


def overdue(data_dir: Path, today: date) -> Iterator[str]:
    """Facts whose ``review_by`` has passed: they are still used, and somebody must check them."""
    for path in sorted(data_dir.rglob("*.yml")):
        try:
            content = read_yaml(path)
        except ValueError:
            continue  # its own reader says so
        for name, review_by in _dated(content, ""):
            if review_by < today:
                file = path.relative_to(data_dir)
                yield f"{file}: {name or 'the file'} was to be reviewed by {review_by}"


def _dated(value: Any, name: str) -> Iterator[tuple[str, date]]:
    if isinstance(value, dict):
        if isinstance(value.get("review_by"), date):
            yield name, value["review_by"]
        for key, inner in value.items():
            yield from _dated(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _dated(inner, name)

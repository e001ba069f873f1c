"""The facts of a course as the texts of a form, and how a form tells what was changed since it was shown."""

import hashlib
from collections.abc import Iterable, Mapping

from prospectus.coursefields import Fact, tidy
from prospectus.tables import Course, Run


def shown(row: Course | Run, facts: Iterable[Fact]) -> dict[str, str]:
    """The facts of a course or run as the texts of a form."""
    return {fact.name: tidy(fact.show(getattr(row, fact.name))) for fact in facts}


def seen(texts: Mapping[str, str]) -> str:
    """What a form carries so that a later change by somebody else is noticed: ``name:digest`` with commas."""
    return ",".join(f"{name}:{digest(text)}" for name, text in texts.items())


def again(current: Mapping[str, str], texts: Mapping[str, str], seen: str) -> dict[str, str]:
    """What a form that was refused shows next: what the officer changed, and of the rest what it is now."""
    before = digests(seen)
    typed = {name: tidy(texts.get(name, text)) for name, text in current.items()}
    return {name: text if digest(text) != before.get(name) else current[name] for name, text in typed.items()}


def digests(seen: str) -> dict[str, str]:
    """The digest of each fact as a form showed it, from what the form carried; nothing for what cannot be read."""
    return dict(part.split(":", 1) for part in seen.split(",") if ":" in part)


def digest(text: str) -> str:
    """A short digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]

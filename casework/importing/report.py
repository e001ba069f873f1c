"""What an import did, or would do."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from casework.importing.rows import Issue

MOST_KEPT = 200
"""Issues of each kind that are kept; all of them go to whoever listens."""

REFUSED, LOOK_AT, WARNING = "refused", "look at", "left out"


@dataclass
class Report:
    """The sums of an import, and the first of its issues."""

    dry_run: bool
    digest: str
    ignored: tuple[str, ...] = ()
    """Headings that were not read."""
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    to_look_at: int = 0
    activities: int = 0
    """Activities that were added."""
    changed: Counter[str] = field(default_factory=Counter)
    """By column, in how many records it changed."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Schools and advisers that the record does not have, by what the file called them."""
    issues: dict[str, list[Issue]] = field(default_factory=lambda: {REFUSED: [], LOOK_AT: [], WARNING: []})
    warnings: int = 0

    def note(self, kind: str, issue: Issue) -> None:
        """Keep an issue, as long as there are few."""
        if len(self.issues[kind]) < MOST_KEPT:
            self.issues[kind].append(issue)

    def as_json(self) -> dict[str, Any]:
        """All of it, for a program."""
        return {
            "dry_run": self.dry_run,
            "rows": self.rows,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "to_look_at": self.to_look_at,
            "activities": self.activities,
            "left_out": self.warnings,
            "changed": dict(sorted(self.changed.items())),
            "ignored_headings": list(self.ignored),
            "not_in_the_record": dict(self.unknown.most_common(50)),
            "issues": [
                {"line": one.line, "what": kind, "column": one.column, "reason": one.reason}
                for kind, found in self.issues.items()
                for one in found
            ],
            "sha256": self.digest,
        }

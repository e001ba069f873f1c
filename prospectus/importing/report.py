"""What came of an import, for a person and for a program."""

from dataclasses import dataclass, field
from typing import Any

REFUSALS_SHOWN = 10_000
"""Most refusals that a report lists; the count has all of them."""


@dataclass(slots=True)
class Report:
    """What was taken, changed, retired and refused."""

    status: str
    """done, or refused: nothing was changed."""
    source: str
    format: str
    courses_taken: int = 0
    """New ones."""
    courses_changed: int = 0
    """Those whose facts or runs differ from before, and those that came back."""
    courses_same: int = 0
    courses_restored: int = 0
    """Of the changed ones, those that had been retired."""
    courses_retired: int = 0
    courses_refused: int = 0
    """Courses, rows and starts that could not be used."""
    runs_taken: int = 0
    """New ones."""
    runs_changed: int = 0
    runs_retired: int = 0
    repairs: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    """``{"line", "reason"}``; line 0 is the whole file."""
    kept: list[dict[str, Any]] = field(default_factory=list)
    """Where an officer's word stands against the feed's."""
    reason: str | None = None
    """Why the whole file was refused."""
    dry_run: bool = False

    @property
    def done(self) -> bool:
        """Whether it was taken, wholly or in part."""
        return self.status == "done"

    def counts(self) -> dict[str, int]:
        """Every count, by name."""
        return {name: getattr(self, name) for name in self.__slots__ if name.startswith(("courses_", "runs_"))}

    def as_json(self) -> dict[str, Any]:
        """The report as JSON holds it."""
        return {
            **self.counts(), "repairs": self.repairs, "refused": self.refused, "kept": self.kept, "source": self.source,
            "format": self.format, "status": self.status, "dry_run": self.dry_run,
        }  # fmt: skip

    def lines(self, most: int = 20) -> list[str]:
        """The report in plain words, with at most ``most`` of each kind of detail."""
        if not self.done:
            line = self.refused[0]["line"] if self.refused else 0
            said = [f"Nothing was changed. {f'Line {line}: ' if line else ''}{self.reason}"]
            return said + self._details(most)
        would = "Would be taken" if self.dry_run else "Taken"
        said = [
            f"{would} from {self.source} ({self.format}):",
            f"  {self.courses_taken:>7,} new courses with {self.runs_taken:,} new starts",
            f"  {self.courses_changed:>7,} changed courses, {self.courses_restored:,} of which are back",
            f"  {self.courses_same:>7,} courses as they were",
            f"  {self.courses_retired:>7,} retired courses: the file no longer has them",
            f"  {self.courses_refused:>7,} refused",
        ]
        return said + self._details(most)

    def _details(self, most: int) -> list[str]:
        said = [f"Repaired: {repair}" for repair in self.repairs[:most]]
        rows = self.refused if self.done else self.refused[1:]
        said += [f"Refused: line {row['line']}: {row['reason']}" for row in rows[:most]]
        if len(rows) > most:
            said.append(f"{len(rows) - most:,} more were refused; --json lists them.")
        said += [
            f"Kept: {row['field']} of {row['ref']}, as an officer left it; the file says otherwise."
            for row in self.kept[:most]
        ]
        return said

"""Where a reader of one format hands over what it read. Counts, repairs and refusals are kept here."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from prospectus.importing import addresses, text
from prospectus.importing.dates import no_day
from prospectus.importing.kinds import provider_kind
from prospectus.importing.limits import FeedRefused, Limits, RowRefused
from prospectus.importing.records import CourseRecord, ProviderRecord, RunRecord
from prospectus.importing.spool import Spool
from prospectus.importing.subjects import Subjects
from prospectus.vocabulary import Vocabulary

MENDED = "texts whose characters had been read with the wrong encoding were put right"

NO_DAY = "starts were written as days that there are not; they are not known"


@dataclass(slots=True)
class Intake:
    """What has been read of one feed so far."""

    spool: Spool
    vocabulary: Vocabulary
    subjects: Subjects
    limits: Limits
    today: date
    provider_name: str | None = None
    """Whose courses they are, for a file that does not say."""
    source_name: str | None = None
    """What the feed calls itself."""
    generated: date | None = None
    """The day on which the feed says that it was made."""
    _repairs: list[str] = field(default_factory=list)
    _counted: Counter[str] = field(default_factory=Counter)
    _runs: Counter[int] = field(default_factory=Counter)
    _courses: int = 0
    _providers: dict[str, ProviderRecord] = field(default_factory=dict)

    def repaired(self, what: str) -> None:
        """Note a repair, once."""
        if what not in self._repairs:
            self._repairs.append(what)

    def counted(self, what: str, times: int = 1) -> None:
        """Count a repair that is made many times; ``what`` follows the number."""
        self._counted[what] += times

    @property
    def repairs(self) -> list[str]:
        """Everything that was put right, in words."""
        return [*self._repairs, *(f"{times} {what}." for what, times in self._counted.items() if times)]

    def clean(self, raw: str | None, most: int = text.SUMMARY) -> str | None:
        """A text without markup and with its characters right, lines kept. Raises ``RowRefused`` for a huge one."""
        if not raw:
            return None
        if len(raw) > self.limits.text_characters:
            raise RowRefused(f"one of its texts is longer than {self.limits.text_characters:,} characters")
        mended = text.mended(raw)
        if mended != raw:
            self.counted(MENDED)
        return text.clean(mended, most)

    def line(self, raw: str | None, most: int = text.SHORT) -> str | None:
        """As ``clean``, on one line."""
        cleaned = self.clean(raw, most * 4)
        return text.one_line(cleaned, most) if cleaned else None

    def refuse(self, line: int, reason: str, key: str | None = None) -> None:
        """Keep that a course or a row is left out, and why. ``key``: its ``source_ref``, where that is known."""
        self.spool.refuse(line, reason[:300], key)

    def provider(self, record: ProviderRecord) -> None:
        """Keep a provider."""
        self.spool.add_provider(record)

    def course(self, record: CourseRecord, line: int) -> int | None:
        """Keep a course and answer its number; None, and a refusal, where its id is there already."""
        if self._courses >= self.limits.courses:
            raise FeedRefused(f"It holds more than {self.limits.courses:,} courses.", line)
        number = self.spool.add_course(record, line)
        if number is None:
            earlier = self.spool.course(record.source_ref)
            where = f"on line {earlier[1]}" if earlier else "before"
            self.refuse(line, f"its id, {record.source_ref[:80]}, was used {where} for another course")
            return None
        self._courses += 1
        return number

    def run(self, number: int, record: RunRecord, line: int) -> bool:
        """Keep a run of a course; False, and a refusal, where its id is there already."""
        if self._runs[number] >= self.limits.runs_of_a_course:
            self.refuse(line, f"its course has more than {self.limits.runs_of_a_course:,} starts")
            return False
        if not self.spool.add_run(number, record):
            self.refuse(line, f"the id of its start, {record.source_ref[:80]}, is there twice")
            return False
        if no_day(record.extra.get("starts")):
            self.counted(NO_DAY)
        self._runs[number] += 1
        return True

    def town_of(self, lines: list[str], code: str | None) -> str | None:
        """The town of an address: as it is written, else the place that its postcode belongs to, or None."""
        found = addresses.town(lines)
        if found is None and code:
            key = self.vocabulary.place(addresses.outcode(code) or "")
            place = self.vocabulary.places.get(key) if key else None
            found = place.name if place else None
        return found

    def known_provider(self, record: ProviderRecord) -> ProviderRecord:
        """What was said of a provider first, with what this row adds to it."""
        known = self._providers.get(record.source_ref)
        if known is None:
            self._providers[record.source_ref] = record
            return record
        for name in ("town", "postcode", "phone", "email", "website"):
            if getattr(known, name) is None:
                setattr(known, name, getattr(record, name))
        return known

    def named_provider(self) -> ProviderRecord:
        """The provider that whoever imports has named. Raises ``RowRefused`` where nobody has."""
        if not self.provider_name:
            raise RowRefused("it does not say whose course it is")
        return ProviderRecord(
            f"name:{self.provider_name.lower()}", self.provider_name, provider_kind(self.provider_name)
        )

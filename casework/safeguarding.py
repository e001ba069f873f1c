"""Whether a message tells of harm: plain, reviewable rules, kept in data/safeguarding/, with no model and no network.

The rules lean towards hearing too much: a worried message that was only a figure of speech costs an adviser a
minute, one that was missed can cost far more. Source for the kinds: Keeping Children Safe in Education, part one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from casework.phrases import OTHER, BadPhrase, PhraseBook
from casework.reading import BREAK
from casework.yamlfile import BadData, read_yaml

Level = Literal["none", "concern", "immediate"]
RANK: dict[Level, int] = {"none": 0, "concern": 1, "immediate": 2}

_FIELDS = {
    "id",
    "kind",
    "level",
    "phrases",
    "not",
    "unless",
    "note",
    "must",
    "must_not",
    "reviewed_on",
    "review",
    "language",
}


@dataclass(frozen=True)
class Risk:
    """What a message tells of: how pressing, of what kind, and the rule that found it (all None for nothing)."""

    level: Level = "none"
    kind: str | None = None
    rule: str | None = None


NOTHING = Risk()


@dataclass(frozen=True)
class Rule:
    """One reviewable rule. ``must`` and ``must_not`` are its tests."""

    id: str
    kind: str
    level: Level
    phrases: tuple[str, ...]
    exceptions: tuple[str, ...]
    unless: tuple[str, ...]
    reviewed_on: date
    note: str = ""
    must: tuple[str, ...] = field(default=(), repr=False)
    must_not: tuple[str, ...] = field(default=(), repr=False)

    @property
    def risk(self) -> Risk:
        """What this rule says when it is met."""
        return Risk(self.level, self.kind, self.id)


@dataclass(frozen=True)
class Kind:
    """A kind of harm: how it is named to staff, and which texts and helplines answer it."""

    name: str
    words: str
    reply: str
    concern_reply: str


class Rules:
    """All rules, compiled. Immutable once loaded, and so safe to share between threads."""

    def __init__(
        self, rules: list[Rule], kinds: dict[str, Kind], words: Mapping[str, Any], everyday: tuple[str, ...] = ()
    ) -> None:
        # the most pressing first, then as in the files: the first rule that is met decides
        self.rules = sorted(rules, key=lambda rule: -RANK[rule.level])
        self.kinds = kinds
        self.everyday = everyday
        idioms = list(words.get("idioms") or ())
        said = [said for rule in self.rules for said in (*rule.phrases, *rule.exceptions, *rule.unless)]
        self._book = PhraseBook([*said, *idioms], words.get("classes") or {}, words.get("spellings") or {})
        self._idioms = self._book.any_of(idioms)
        self._exceptions = [self._book.any_of(rule.exceptions) for rule in self.rules]
        self._unless = [self._book.any_of(rule.unless) for rule in self.rules]
        # which phrases are worth trying when a word is there
        self._index: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
        for number, rule in enumerate(self.rules):
            for source in rule.phrases:
                phrase = self._book.phrase(source)
                for anchor in phrase.anchors:
                    self._index.setdefault(anchor, []).append((number, phrase.pattern))

    @classmethod
    def load(cls, data_dir: Path | str) -> "Rules":
        """Read ``data_dir/safeguarding/``. Raises ``BadData`` that names the file and the rule."""
        folder = Path(data_dir) / "safeguarding"
        words = read_yaml(folder / "words.yml")
        rules: list[Rule] = []
        kinds: dict[str, Kind] = {}
        everyday: list[str] = []
        for path in [folder / "rules.yml", *sorted(folder.glob("rules-*.yml"))]:
            content = read_yaml(path)
            try:
                for name, entry in (content.get("kinds") or {}).items():
                    kinds[name] = Kind(name, entry["words"], entry["reply"], entry["concern_reply"])
                everyday += content.get("everyday") or []
                rules += [_rule(entry, kinds, path) for entry in content["rules"]]
            except (KeyError, TypeError, AttributeError) as error:
                raise BadData(f"{path}: {error}") from None
        twice = {rule.id for rule in rules if sum(other.id == rule.id for other in rules) > 1}
        if twice:
            raise BadData(f"{folder}: the rule {sorted(twice)[0]} is there twice")
        try:
            return cls(rules, kinds, words, tuple(everyday))
        except (BadPhrase, TypeError, AttributeError) as error:
            raise BadData(f"{folder}: {error}") from None

    def check(self, text: str) -> Risk:
        """The most pressing thing that this message tells of."""
        rule = next(self._met(text), None)
        return rule.risk if rule else NOTHING

    def matching(self, text: str) -> list[Rule]:
        """Every rule that this message meets, the most pressing first; for reviewing rules."""
        return list(self._met(text))

    def _met(self, text: str) -> Iterator[Rule]:
        code = self._book.encode(text)
        if self._idioms is not None and self._candidates(code):
            code = self._idioms.sub(_forget, code)
        tried = self._candidates(code)
        for number in sorted(tried):
            exceptions, unless = self._exceptions[number], self._unless[number]
            left = exceptions.sub(_forget, code) if exceptions is not None else code
            if unless is not None:
                left = BREAK.join(sentence for sentence in left.split(BREAK) if not unless.search(sentence))
            if any(pattern.search(left) for pattern in tried[number]):
                yield self.rules[number]

    def _candidates(self, code: str) -> dict[int, list[re.Pattern[str]]]:
        found: dict[int, list[re.Pattern[str]]] = {}
        for character in set(code):
            for number, pattern in self._index.get(character, ()):
                found.setdefault(number, []).append(pattern)
        return found


def _forget(match: re.Match[str]) -> str:
    return OTHER * len(match.group())


def _rule(entry: dict[str, Any], kinds: Mapping[str, Kind], path: Path) -> Rule:
    name = entry.get("id")
    unknown = set(entry) - _FIELDS
    if not name or unknown:
        raise BadData(f"{path}: {name or 'a rule without an id'}: unknown part {sorted(unknown)}")
    if entry["kind"] not in kinds:
        raise BadData(f"{path}: {name}: unknown kind {entry['kind']!r}")
    if entry["level"] not in ("concern", "immediate"):
        raise BadData(f"{path}: {name}: the level is concern or immediate, not {entry['level']!r}")
    if not isinstance(entry["reviewed_on"], date):
        raise BadData(f"{path}: {name}: reviewed_on should be a date")
    for part in ("phrases", "not", "unless", "must", "must_not"):
        value = entry.get(part) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise BadData(f"{path}: {name}: {part} should be a list of words")
    if not entry.get("phrases") or not entry.get("must"):
        raise BadData(f"{path}: {name}: a rule needs phrases, and examples that it must hear")
    return Rule(
        id=name,
        kind=entry["kind"],
        level=entry["level"],
        phrases=tuple(entry["phrases"]),
        exceptions=tuple(entry.get("not") or ()),
        unless=tuple(entry.get("unless") or ()),
        reviewed_on=entry["reviewed_on"],
        note=entry.get("note", ""),
        must=tuple(entry.get("must") or ()),
        must_not=tuple(entry.get("must_not") or ()),
    )

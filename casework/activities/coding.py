"""From what was said to a current activity code, by the rules of ``data/plans/activity_rules.yml``.

A code never claims more than was said. What is still open is worked out from the rules themselves: a fact is unclear
where some answer to it would give another code, and *decisive* where it would change what the code counts as.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from casework.activities.facts import KINDS, ActivityFacts
from casework.activities.rulefile import UNKNOWN, VALUES, KindRules, Rule, RuleFile, read_rules
from casework.nccis import Nccis, Status

State = Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """Something that is not known and matters."""

    about: str
    """training, hours, alone, ... : a key of the rule file's questions."""
    words: str
    """For an adviser. Young people are asked in the words of ``data/texts``."""
    decisive: bool
    """Whether the answer could change what it counts as."""


@dataclass(frozen=True)
class Coded:
    """A code, why, and what is still unclear: the question to ask first comes first."""

    code: str
    rule: str
    """Why, in plain English, for an adviser. It is stored beside the code."""
    rule_id: str
    status: Status
    unclear: tuple[Question, ...]
    facts: ActivityFacts
    """The facts as they were coded: the one main thing that they do."""

    @property
    def ask(self) -> Question | None:
        """The one question to ask now, if any."""
        return self.unclear[0] if self.unclear else None

    @property
    def settled(self) -> bool:
        """Whether nothing that is still unknown could change what it counts as."""
        return not any(question.decisive for question in self.unclear)


@dataclass(frozen=True)
class Coding:
    """The rules, ready to use."""

    file: RuleFile
    nccis: Nccis

    @classmethod
    def load(cls, data_dir: Path) -> "Coding":
        """Read the rules and prove what they promise, over every mixture of facts. Raises ``BadData``."""
        return _load(data_dir)

    def code_for(self, facts: ActivityFacts) -> Coded:
        """The code for what was said. Pure: the same facts always give the same answer."""
        facts = facts.settled()
        kind = self.file.kinds[facts.kind]
        state = self.file.state(facts)
        rule = kind.first(state)
        return Coded(
            code=rule.code,
            rule=rule.because,
            rule_id=rule.id,
            status=self.nccis.status(rule.code),
            unclear=tuple(self._unclear(kind, state, facts)),
            facts=facts,
        )

    def possible(self, kind: KindRules, state: State) -> Iterator[tuple[State, Rule]]:
        """Every way in which what is unknown could turn out, with the rule that would fit then."""
        return _completions(kind, state)

    def _unclear(self, kind: KindRules, state: State, facts: ActivityFacts) -> Iterator[Question]:
        outcomes = [(full, rule.code) for full, rule in _completions(kind, state)]
        order = {about: number for number, about in enumerate(kind.ask)}
        open_: list[Question] = []
        for name in kind.uses:
            if state[name] != UNKNOWN:
                continue
            changes, decides = self._matters(name, outcomes)
            if changes:
                open_.append(Question(name, self.file.questions[name], decides))
        for name, missing in (("since", facts.since is None), ("start_on", facts.start_on is None), ("what", True)):
            if missing and name in order:
                open_.append(Question(name, self.file.questions[name], decisive=name == "what"))
        yield from sorted(open_, key=lambda one: (not one.decisive, order.get(one.about, len(order))))

    def _matters(self, name: str, outcomes: list[tuple[State, str]]) -> tuple[bool, bool]:
        """Whether two ways that differ in this fact alone give two codes; and two statuses."""
        alike: dict[tuple[tuple[str, str], ...], set[str]] = {}
        for full, code in outcomes:
            rest = tuple(item for item in sorted(full.items()) if item[0] != name)
            alike.setdefault(rest, set()).add(code)
        differing = [codes for codes in alike.values() if len(codes) > 1]
        decides = any(len({self.nccis.status(code) for code in codes}) > 1 for codes in differing)
        return bool(differing), decides


def _completions(kind: KindRules, state: State) -> Iterator[tuple[State, Rule]]:
    choices = [VALUES[name] if state[name] == UNKNOWN else (state[name],) for name in kind.uses]
    for values in product(*choices):
        full = dict(zip(kind.uses, values, strict=True))
        yield full, kind.first(full)


@lru_cache(maxsize=4)
def _load(data_dir: Path) -> Coding:
    return Coding(read_rules(data_dir, KINDS), Nccis.load(data_dir))

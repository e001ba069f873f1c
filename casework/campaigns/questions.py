"""The questions that a campaign may ask, so that the assistant understands what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from casework.followup.planfile import FOLDER, Book
from casework.followup.questions import Question, Questions
from casework.voice import Voice, placeholders

GIVEN = frozenset({"name", "service", "today", "adviser"})
"""What there is to fill a question's own words in with, where it hangs on nobody's date or provider."""


@dataclass(frozen=True)
class Asked:
    """The questions, their own words, and which of them are asked in urgent contact."""

    questions: Mapping[str, Question]
    voice: Voice
    urgent_keys: frozenset[str]

    @classmethod
    def load(cls, data_dir: Path, voice: Voice | None = None) -> "Asked":
        """Read questions, plans and, where no voice is given, texts. Raises ``casework.yamlfile.BadData``."""
        there = (data_dir / "plans" / "questions.yml").exists()
        plans = Book.load(data_dir).plans if (data_dir / FOLDER).exists() else ()
        return cls(
            Questions.load(data_dir).by_key if there else {},
            voice or _voice(data_dir),
            frozenset(step.asks for plan in plans if plan.urgent for step in plan.steps if step.asks),
        )

    def urgent(self, key: str) -> bool:
        """Whether a plan of urgent contact asks it."""
        return key in self.urgent_keys

    def may_ask(self, key: str) -> bool:
        """Whether there is such a question, and its own words need nothing that a campaign does not know."""
        return key in self.choices

    @property
    def choices(self) -> dict[str, Question]:
        """Every question that a campaign may ask."""
        return {key: one for key, one in self.questions.items() if self._plain(one)}

    def words(self, key: str, language: str, name: str, service: str) -> str:
        """A question's own words, as a text to somebody of this name would have them."""
        # their own adviser's first name stands there
        args = {"name": name, "service": service, "adviser": "Alex"}
        return self.voice.render(self.questions[key].text, args, language=language, channel="sms").text

    def _plain(self, question: Question) -> bool:
        text = self.voice.texts["en"].get(question.text)
        return text is not None and placeholders(text, "en") <= GIVEN


@lru_cache(maxsize=4)
def _voice(data_dir: Path) -> Voice:
    return Voice.load(data_dir)

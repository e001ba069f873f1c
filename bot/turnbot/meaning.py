"""Whether something that was found in a message can be meant there. Pure Python.

"Play some music" names music, and asks for no course in it. What a message wants tells: each type of entity has
intents that it does not go with, or the only ones that it goes with (``meant`` in ``data/nlu/entities.yml``).
"""

from typing import Dict, List, Sequence

from turnbot.text import Word

ALONE = 2
"""Words in a message that is an answer by itself, whatever it seems to want."""

Rules = Dict[str, Dict[str, List[str]]]


class Meaning:
    """The rules, by type of entity."""

    def __init__(self, rules: Rules) -> None:
        """``rules``: by type ``not_with`` or ``only_with`` (intents), and ``always`` (values that are kept anyway)."""
        self._rules = rules

    def is_meant(self, kind: str, value: str, intent: str, message: Sequence[Word]) -> bool:
        """Whether it can be meant in a message that wants ``intent``. What is said alone always is."""
        rule = self._rules.get(kind)
        if rule is None or value in rule.get("always", ()) or len([w for w in message if w.norm != "?"]) <= ALONE:
            return True
        return intent not in rule.get("not_with", ()) and intent in rule.get("only_with", (intent,))

"""What a name may have in it, for the record to be fit for the national return: ``data/returns/names.yml``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from casework.yamlfile import BadData, read_yaml


@dataclass(frozen=True)
class NameRules:
    """The rules, ready to use."""

    forbidden: frozenset[str]
    longest: int

    @classmethod
    def load(cls, data_dir: Path) -> "NameRules":
        """Read the rules. Raises ``BadData``."""
        return _load(data_dir / "returns" / "names.yml")

    def problem(self, name: str) -> str | None:
        """What is wrong with a name, in plain words that do not hold it; None where it is well."""
        if not name.strip():
            return "is empty"
        if len(name) > self.longest:
            return f"is longer than {self.longest} letters"
        found = sorted(self.forbidden.intersection(name))
        if any(letter.isdigit() for letter in name):
            return "has a digit in it, which a name may not have"
        if found:
            return f"has {' '.join(found)} in it, which a name may not have"
        if not any(letter.isalpha() for letter in name):
            return "has no letter in it"
        if not all(letter.isprintable() for letter in name):
            return "has a character in it that cannot be shown"
        return None


@lru_cache(maxsize=4)
def _load(path: Path) -> NameRules:
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("forbidden"), str):
        raise BadData(f"{path}: it needs forbidden, the characters that a name may not have")
    longest = content.get("longest")
    if type(longest) is not int or longest < 20:
        raise BadData(f"{path}: longest must be a whole number of at least 20")
    return NameRules(frozenset(content["forbidden"]), longest)

"""The sector of a subject, for those who plan: ``data/sectors.yml``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from casework.yamlfile import BadData, read_yaml
from prospectus.vocabulary import Vocabulary


@dataclass(frozen=True)
class Sectors:
    """The names of the sectors, by number."""

    names: dict[str, str]

    @classmethod
    def load(cls, data_dir: Path) -> "Sectors":
        """Read the file. Raises ``BadData``."""
        return _load(data_dir / "sectors.yml")

    def of(self, vocabulary: Vocabulary, subject: str) -> str | None:
        """The sector of a subject, or of the broader one that it is part of; None where none is known."""
        seen: set[str] = set()
        key: str | None = subject
        while key and key not in seen and (found := vocabulary.subjects.get(key)):
            seen.add(key)
            if found.ssa:
                return self.names.get(found.ssa.split(".")[0])
            key = found.part_of
        return None


@lru_cache(maxsize=4)
def _load(path: Path) -> Sectors:
    content = read_yaml(path)
    names = content.get("sectors") if isinstance(content, dict) else None
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise BadData(f"{path}: it needs sectors, each with its number and name")
    return Sectors({str(number): name for number, name in names.items()})

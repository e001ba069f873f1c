"""How activities are coded and counted: everything that recording one needs, read together."""

from dataclasses import dataclass
from pathlib import Path

from casework.activities.coding import Coding
from casework.activities.currency import Currency
from casework.activities.timeline import Codebook
from casework.nccis import Nccis


@dataclass(frozen=True)
class Rules:
    """The rules that choose a code, and the codes with their currency."""

    coding: Coding
    book: Codebook

    @classmethod
    def load(cls, data_dir: Path) -> "Rules":
        """Read the data files. Raises ``casework.yamlfile.BadData``."""
        return cls(Coding.load(data_dir), Codebook(Nccis.load(data_dir), Currency.load(data_dir)))

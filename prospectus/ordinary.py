"""Ordinary English words, and first names: what is nobody's slip of the finger, and what may be a person."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casework.yamlfile import BadData, read_yaml

WORDS = Path("words") / "british-english.txt"
NAMES = Path("nlu") / "entities.yml"


def ordinary_words(data_dir: Path) -> frozenset[str]:
    """The list in the data folder, in small letters; none where there is no such file."""
    path = data_dir / WORDS
    if not path.is_file():
        return frozenset()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadData(f"{path}: it is not UTF-8 text") from None
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


def first_names(data_dir: Path) -> frozenset[str]:
    """The first names that messages are looked through for, in small letters; none where there is no such file."""
    path = data_dir / NAMES
    if not path.is_file():
        return frozenset()
    content: Any = read_yaml(path)
    if not isinstance(content, Mapping):
        return frozenset()
    lists: Any = content.get("person") or {}
    kinds = ("first_names", "careful_names") if isinstance(lists, Mapping) else ()
    return frozenset(str(name).lower() for kind in kinds for name in lists.get(kind) or ())

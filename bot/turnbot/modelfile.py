"""A model on disk: where it is, whether it is the one that was trained, what it is made of."""

import hashlib
import json
import tarfile
from pathlib import Path
from typing import List, Optional, Set

LIGHT = (
    "turnbot.",
    "rasa.nlu.classifiers.regex_message_handler.",
    "rasa.nlu.classifiers.fallback_classifier.",
    "rasa.core.policies.rule_policy.",
    "rasa.graph_components.",
    "rasa.core.policies.ensemble.",
)
"""Where the components live that need no TensorFlow to answer."""


class ModelProblem(Exception):
    """The model cannot be used; the text says why in plain words."""


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def checksum_file(model: Path) -> Path:
    """Where the model's SHA-256 is written down when it is trained."""
    return model.with_name(model.name + ".sha256")


def models(folder: Path) -> List[Path]:
    """All models in a folder, the newest first."""
    return sorted(folder.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime, reverse=True)


def newest(folder: Path) -> Path:
    """The newest model. Raises ``ModelProblem`` when there is none."""
    found = models(folder)
    if not found:
        raise ModelProblem(f"There is no trained model in {folder}. Train one with: make train")
    return found[0]


def verified(model: Path) -> str:
    """The model's SHA-256, checked against the one written down. Raises ``ModelProblem`` if anything is off."""
    if not model.is_file():
        raise ModelProblem(f"There is no model at {model}. Train one with: make train")
    written = checksum_file(model)
    if not written.is_file():
        raise ModelProblem(f"{written.name} is missing: the model cannot be checked, so it is not loaded.")
    expected, actual = written.read_text(encoding="ascii").split()[:1], sha256(model)
    if expected != [actual]:
        raise ModelProblem(f"{model.name} is not the file that was trained: its SHA-256 differs. Train again.")
    return actual


def components(model: Path) -> Set[str]:
    """The classes that answering with this model needs, by full name; the model has to be verified before."""
    metadata = _metadata(model)
    nodes = (metadata or {}).get("predict_schema", {}).get("nodes", {})
    return {str(node["uses"]) for node in nodes.values()}


def is_light(model: Path) -> bool:
    """Whether the model answers without TensorFlow."""
    needed = components(model)
    return bool(needed) and all(name.startswith(LIGHT) for name in needed)


def _metadata(model: Path) -> Optional[dict]:
    with tarfile.open(model, "r:gz") as archive:
        for member in archive:
            # components keep files of that ending too
            if member.name == "metadata.json":
                file = archive.extractfile(member)
                return json.load(file) if file is not None else None
    return None

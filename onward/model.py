"""The bot's model as the application sees it: is it there, does it match what it is made from, training it.

The training itself runs in the bot's own environment (bot/train.py), which alone knows what a model is made from.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from onward import leash
from onward.preflight import BOT_PYTHON, check_bot_environment, check_disk
from onward.problems import Problem
from onward.settings import PROJECT

TRAIN = PROJECT / "bot" / "train.py"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""What colours a terminal, which Rasa writes into files too."""

ASK_LIMIT = 60.0
"""Seconds for a question to the training script; it takes half a second on a quiet machine."""


def wanted() -> Path:
    """Where the model for the present inputs is, or would be once trained. Raises ``Problem``."""
    check_bot_environment()
    asked = subprocess.run(  # noqa: S603 - our own script
        [str(BOT_PYTHON), str(TRAIN), "--print-path"], capture_output=True, text=True, timeout=ASK_LIMIT
    )
    if asked.returncode:
        raise Problem("The training data cannot be used.", asked.stderr.strip())
    return Path(asked.stdout.strip())


def written_sha256(model: Path) -> str | None:
    """The SHA-256 that was written down when this model was trained; None where there is no such model."""
    beside = model.with_name(f"{model.name}.sha256")
    if not model.is_file() or not beside.is_file():
        return None
    words = beside.read_text("ascii").split()
    return words[0] if words else None


def current_sha256() -> str | None:
    """The SHA-256 of the trained model for the present inputs.

    None where it is not trained, or where there is no bot environment on this machine to ask.
    """
    return written_sha256(wanted()) if BOT_PYTHON.exists() else None


def is_intact(model: Path) -> bool:
    """Whether the model on disk is the one that was trained."""
    with model.open("rb") as archive:
        return hashlib.file_digest(archive, "sha256").hexdigest() == written_sha256(model)


def ensure(say: Callable[[str], None], *, force: bool = False) -> Path:
    """Train the model if what it is made from changed (or with ``force``), and answer where it is.

    ``say`` gets the training's progress, line by line. Raises ``Problem`` where it cannot be trained.
    """
    model = wanted()
    if not force and written_sha256(model) is not None:
        return model
    check_disk(PROJECT)
    # on a leash: a training whose command was killed must not go on by itself
    leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid())]
    command = [*leashed, str(BOT_PYTHON), "-u", str(TRAIN), *(["--force"] if force else [])]
    training = subprocess.Popen(  # noqa: S603 - our own script
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=PROJECT
    )
    said = []
    try:
        for line in training.stdout or ():
            plain = COLOUR.sub("", line).rstrip()
            said.append(plain)
            say(plain)
        training.wait()
    finally:
        if training.poll() is None:
            training.terminate()
            training.wait()
    if training.returncode:
        raise Problem("The assistant's model could not be trained.", "\n".join(said[-5:]))
    return model

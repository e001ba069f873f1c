"""Trains the bot's model, unless nothing that it is made from has changed.

Run in the bot's own environment: ``bot/.venv/bin/python bot/train.py``. The model is
``bot/models/<hash of its inputs>.tar.gz`` with its SHA-256 beside it; the two newest are kept.
Exit codes: 0 trained or up to date, 1 the data has a fault, 2 the training itself failed.
"""

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Callable, Iterator, List, Optional, TextIO

BOT = Path(__file__).resolve().parent
DATA = BOT.parent / "data"
MODELS = BOT / "models"
KEEP = 2
LEFTOVER_S = 3_600
UNDERSTANDING = (
    "amounts", "classifier", "dates", "encoder", "entities", "features", "finder", "intents", "judge",
    "learning", "meaning", "normal",
    "people", "policy", "reader", "sentences", "slips", "softmax", "sources", "text", "vocabulary", "welsh",
)  # fmt: skip
"""Modules of ``turnbot`` that shape the model."""
sys.path.insert(0, str(BOT))

from turnbot import checks, light, modelfile, sources  # noqa: E402


def inputs() -> List[Path]:
    """Every file that the model is made from."""
    return [
        BOT / "config.yml",
        *sorted((BOT / "domain").glob("*.yml")),
        *sorted((BOT / "rules").glob("*.yml")),
        BOT / "requirements.txt",
        *(BOT / "turnbot" / f"{name}.py" for name in UNDERSTANDING),
        *checks.example_files(DATA / "nlu"),
        *(DATA / name for name in sources.FILES),
        *sources.provider_files(DATA),
    ]


def inputs_hash() -> str:
    """A name for exactly these inputs."""
    digest = hashlib.sha256()
    for path in inputs():
        digest.update(f"{path.relative_to(BOT.parent)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def main(arguments: Optional[List[str]] = None) -> int:
    """Check the data and train if need be. Answers the exit code."""
    parser = argparse.ArgumentParser(description="Train the bot's model if its inputs changed.")
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    parser.add_argument("--check", action="store_true", help="only check the data")
    parser.add_argument("--print-path", action="store_true", help="only say where the current model is or would be")
    chosen = parser.parse_args(arguments)
    try:
        model = MODELS / f"{inputs_hash()}.tar.gz"
        if chosen.print_path:
            print(model)
            return 0
        faults = checks.check_folders(BOT, DATA)
    except Exception as error:
        # an unreadable file, a YAML fault, a missing part: the first line says enough to find it
        print(f"The training data cannot be read: {error}", file=sys.stderr)
        return 1
    for fault in faults:
        print(f"Training data: {fault}", file=sys.stderr)
    if faults or chosen.check:
        return 1 if faults else 0
    if not chosen.force and _is_whole(model):
        print(f"The model is up to date: {model.name}", flush=True)
        return 0
    return _train(model)


def _is_whole(model: Path) -> bool:
    try:
        modelfile.verified(model)
    except modelfile.ModelProblem:
        return False
    return True


def _train(model: Path) -> int:
    started = time.monotonic()
    # kept apart, so that our own lines are seen while Rasa's go to a file
    terminal = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {text}", file=terminal, flush=True)

    say("Training the bot: its inputs changed. This takes a minute or two, more on a busy machine.")
    os.environ.update(
        RASA_TELEMETRY_ENABLED="false",
        SQLALCHEMY_SILENCE_UBER_WARNING="1",
        TF_CPP_MIN_LOG_LEVEL="3",
        RASA_MAX_CACHE_SIZE="0",
    )
    warnings.simplefilter("ignore")
    MODELS.mkdir(exist_ok=True)
    _clear_leftovers()
    os.chdir(BOT)
    try:
        with tempfile.TemporaryDirectory(dir=MODELS) as folder:
            os.environ["RASA_CACHE_DIRECTORY"] = folder
            made = _run_rasa(Path(folder), say)
            if made is None:
                print("The training failed; see the lines above.", file=sys.stderr)
                return 2
            # the checksum goes first: a model without one is never loaded, and never one half written
            modelfile.checksum_file(model).write_text(f"{modelfile.sha256(made)}  {model.name}\n", encoding="ascii")
            os.replace(made, model)
    except OSError as error:
        print(f"The model cannot be written: {error}", file=sys.stderr)
        return 2
    for old in modelfile.models(MODELS)[KEEP:]:
        modelfile.checksum_file(old).unlink(missing_ok=True)
        old.unlink()
    say(f"Trained: {model.name}")
    return 0


def _run_rasa(folder: Path, say: Callable[[str], None]) -> Optional[Path]:
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.basicConfig(level=logging.WARNING)
    say("Loading Rasa.")
    with _kept_aside(folder / "rasa.log") as log:
        try:
            if _is_light():
                light.leave_out_heavy_packages(needed=("sklearn",))
            import rasa.model_training
            import turnbot.register  # noqa: F401

            say("Learning from the examples and rules.")
            files = [str(p) for p in checks.example_files(DATA / "nlu")] + [str(BOT / "rules")]
            result = rasa.model_training.train(
                domain=str(BOT / "domain"),
                config=str(BOT / "config.yml"),
                training_files=files,
                output=str(folder),
                fixed_model_name="made",
                force_training=True,
            )
            # with a fault in the domain Rasa trains half a model and calls it a success
            model = Path(result.model) if result.model and "training was skipped" not in _text(log) else None
        except Exception as error:
            log.write(f"{type(error).__name__}: {error}\n")
            model = None
    if model is None:
        print(_last_lines(_text(log)), file=sys.stderr)
    return model


def _clear_leftovers() -> None:
    """Remove what trainings left behind that were killed; one that still runs is younger."""
    for folder in MODELS.glob("tmp*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > LEFTOVER_S:
            shutil.rmtree(folder, ignore_errors=True)


def _is_light() -> bool:
    """Whether the configuration trains without TensorFlow, which then need not be loaded."""
    config = sources.load(BOT / "config.yml")
    names = [str(entry["name"]) for part in ("pipeline", "policies") for entry in config[part]]
    return all(
        name.startswith("turnbot.") or name in ("FallbackClassifier", "RulePolicy", "RegexMessageHandler")
        for name in names
    )


@contextmanager
def _kept_aside(path: Path) -> Iterator[TextIO]:
    """Rasa's own output, thousands of lines of progress bars, goes to a file."""
    with open(path, "w+", encoding="utf-8", buffering=1) as log:
        sys.stdout.flush()
        outputs = os.dup(1), os.dup(2)
        try:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            with redirect_stdout(log), redirect_stderr(log):
                yield log
        finally:
            for number, output in zip((1, 2), outputs):
                os.dup2(output, number)
                os.close(output)


def _text(log: TextIO) -> str:
    return Path(log.name).read_text(encoding="utf-8", errors="replace")


def _last_lines(text: str) -> str:
    lines = [line for line in text.replace("\r", "\n").splitlines() if line.strip() and "it/s" not in line]
    return "\n".join(line for line in lines if "Warning" not in line)[-2_000:]


if __name__ == "__main__":
    sys.exit(main())

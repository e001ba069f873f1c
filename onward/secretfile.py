"""The secrets of the embedded default: made once, kept in a file that only its owner can read."""

import json
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from onward.settings import BadSettings, Settings

NAMES = ("secret", "bot_secret")


def path(settings: Settings) -> Path:
    """Where the made secrets are kept."""
    return settings.var_dir / "secrets.json"


def with_secrets(settings: Settings) -> Settings:
    """These settings with both secrets present, making and keeping them on the embedded default.

    Raises ``BadSettings`` where the file cannot be read or written, or is not what it should be.
    """
    if settings.secret is not None and settings.bot_secret is not None:
        return settings
    kept = _read(path(settings)) or _make(path(settings))
    update = {name: SecretStr(kept[name]) for name in NAMES if getattr(settings, name) is None}
    return settings.model_copy(update=update)


def _read(file: Path) -> dict[str, str] | None:
    try:
        kept = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadSettings([f"{file} cannot be read ({error}); delete it and new secrets are made"]) from None
    if not isinstance(kept, dict) or any(not isinstance(kept.get(name), str) for name in NAMES):
        raise BadSettings([f"{file} does not hold the secrets it should; delete it and new ones are made"])
    return kept


def _make(file: Path) -> dict[str, str]:
    made = {name: secrets.token_hex(32) for name in NAMES}
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(made, out)
        try:
            # linking fails when another process was first: then its secrets count
            os.link(draft, file)
        except FileExistsError:
            return _read(file) or made
        finally:
            draft.unlink()
    except OSError as error:
        raise BadSettings([f"{file} cannot be written: {error.strerror}"]) from None
    return made

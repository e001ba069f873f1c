"""Follow-up put together with the prospectus, which knows what providers and subjects are called."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from casework.clock import Clock
from casework.followup.service import FollowUps
from casework.hours import SendingPolicy
from casework.voice import Voice
from prospectus.tables import Provider
from prospectus.vocabulary import Vocabulary

_NAMES = select(col(Provider.ref), col(Provider.name))


class ProspectusNames:
    """Names in place of refs and keys, in the words of the prospectus."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def args(self, session: Session, about: Mapping[str, Any], language: str) -> dict[str, Any]:
        """What a contact is about, with ``provider`` and ``subject`` by name, or None where nobody knows."""
        args = {"subject": None, "provider": None} | dict(about)
        ref, subject = about.get("provider_ref"), about.get("subject")
        args["provider"] = provider_names(session).get(str(ref)) if ref else about.get("place")
        args["subject"] = _vocabulary(self._data_dir).subject_name(str(subject)) if subject else None
        return args


def provider_names(session: Session) -> Mapping[str, str]:
    """The names of providers by their refs."""
    # asked of the table: the whole catalogue is not read for the sake of a few names
    return {row.ref: row.name for row in session.execute(_NAMES)}


def build_followups(
    engine: Engine,
    clock: Clock,
    data_dir: Path,
    *,
    voice: Voice | None = None,
    service: str = "Onward",
    policy: SendingPolicy | None = None,
) -> FollowUps:
    """Follow-up over this database. Nothing is read until it is needed."""
    return FollowUps(
        engine,
        clock,
        data_dir,
        voice,
        ProspectusNames(data_dir),
        provider_names,
        policy or SendingPolicy(),
        service=service,
    )


@lru_cache(maxsize=2)
def _vocabulary(data_dir: Path) -> Vocabulary:
    return Vocabulary.load(data_dir)

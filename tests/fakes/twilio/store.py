"""What the fake Twilio has accepted: kept in memory and in an append-only log."""

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from casework.gsm7 import measure


@dataclass
class Sent:
    """One accepted message. Times are ISO, in UTC."""

    sid: str
    account: str
    to: str
    sender: str | None
    service: str | None
    body: str
    status: str
    status_callback: str | None
    created: str
    sent: str | None = None
    error_code: int | None = None
    history: list[str] = field(default_factory=list)

    def as_resource(self) -> dict[str, Any]:
        """The message as Twilio publishes it."""
        base = f"/2010-04-01/Accounts/{self.account}/Messages/{self.sid}"
        segments = "0" if self.service else str(measure(self.body).segments)
        return {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": rfc2822(self.created),
            "date_sent": rfc2822(self.sent) if self.sent else None,
            "date_updated": rfc2822(self.sent or self.created),
            "direction": "outbound-api",
            "error_code": self.error_code,
            "error_message": f"Error {self.error_code}" if self.error_code else None,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": segments,
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{base}/Media.json"},
            "to": self.to,
            "uri": f"{base}.json",
        }


class Store:
    """Accepted messages, by id and in order. ``path`` is read first when it is there."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._messages: dict[str, Sent] = {}
        self._by_number: dict[str, list[Sent]] = {}
        if path is not None and path.exists():
            for line in path.read_text().splitlines():
                self._keep(Sent(**json.loads(line)))
        self._file = path.open("a") if path is not None else None

    def add(self, sent: Sent) -> None:
        """Accept a message: on the log before it is answered."""
        with self._lock:
            self._keep(sent)
            if self._file is not None:
                self._file.write(json.dumps(asdict(sent)) + "\n")
                self._file.flush()

    def get(self, sid: str) -> Sent | None:
        """One message."""
        return self._messages.get(sid)

    def all(self) -> list[Sent]:
        """Every message, oldest first."""
        return list(self._messages.values())

    def to(self, number: str) -> list[Sent]:
        """Every message to a number, oldest first."""
        return list(self._by_number.get(number, []))

    def clear(self) -> None:
        """Forget everything but what the log holds."""
        with self._lock:
            self._messages.clear()
            self._by_number.clear()

    def _keep(self, sent: Sent) -> None:
        self._messages[sent.sid] = sent
        self._by_number.setdefault(sent.to, []).append(sent)


def rfc2822(iso: str) -> str:
    """An ISO time as Twilio writes times."""
    return format_datetime(datetime.fromisoformat(iso).astimezone(UTC))


def filtered(messages: Iterable[Sent], query: dict[str, str]) -> list[Sent]:
    """What Twilio's list would hold, newest first. Like its own, the date filters skip what was not sent yet."""
    found = list(messages)
    if query.get("From"):
        found = [one for one in found if one.sender == query["From"]]
    for name, keep in (("DateSent", 0), ("DateSent<", -1), ("DateSent>", 1)):
        wanted = query.get(name)
        if wanted:
            found = [one for one in found if one.sent and _compares(one.sent, wanted, keep)]
    return sorted(found, key=lambda one: one.created, reverse=True)


def _compares(sent: str, wanted: str, keep: int) -> bool:
    moment = datetime.fromisoformat(sent)
    limit = datetime.fromisoformat(wanted.replace("Z", "+00:00"))
    limit = limit if limit.tzinfo else limit.replace(tzinfo=UTC)
    if keep == 0:
        return moment.date() == limit.date()
    return moment <= limit if keep < 0 else moment >= limit

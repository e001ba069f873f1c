"""A console over the shared caseload, and browsers that are signed in to it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from casework import accounts
from casework.clock import FixedClock
from casework.db import reading
from casework.tables import AuditEvent
from console.app import build_console
from tests.casebook import CHEAP, NOW, PASSWORD, open_casebook

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


class Browser(TestClient):
    """A browser without scripts: keeps cookies, and sends forms with what the page gave it."""

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Fill the sign-in form in."""
        form = {"email": f"{name}@onward.example", "password": password}
        return self.submit("/console/sign-in", form, page="/console/sign-in")

    def submit(
        self, path: str, form: dict[str, Any] | None = None, *, page: str = "/console/escalations"
    ) -> httpx.Response:
        """Send a form as found on ``page``, without following where it leads."""
        found = TOKEN.findall(self.get(page).text)
        answer: httpx.Response = self.post(path, data={"csrf": found[-1]} | (form or {}), follow_redirects=False)
        return answer


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_hasher", CHEAP)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_casebook(str(tmp_path / "record.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def rung() -> list[str]:
    """Grows by one each time the sender is told of a reply."""
    return []


@pytest.fixture
def open_browser(engine: Engine, clock: FixedClock, rung: list[str]) -> Callable[[], Browser]:
    console = build_console(engine, clock, secret="a secret of the tests", on_reply=lambda: rung.append("rung"))
    app = Starlette(routes=[Mount("/console", console)])
    return lambda: Browser(app, base_url="http://testserver")


@pytest.fixture
def ann(open_browser: Callable[[], Browser]) -> Browser:
    """Ann, signed in."""
    browser = open_browser()
    assert browser.sign_in("ann").status_code == 303
    return browser


@pytest.fixture
def bob(open_browser: Callable[[], Browser]) -> Browser:
    """Bob, signed in."""
    browser = open_browser()
    assert browser.sign_in("bob").status_code == 303
    return browser


@pytest.fixture
def audited(engine: Engine) -> Callable[[str], list[AuditEvent]]:
    """The audit's rows of one action."""

    def rows(action: str) -> list[AuditEvent]:
        with reading(engine) as session:
            return list(_rows(session, action))

    return rows


def _rows(session: Session, action: str) -> list[AuditEvent]:
    return list(session.exec(select(AuditEvent).where(AuditEvent.action == action).order_by(col(AuditEvent.id))).all())

"""One request to the console: who asks, what they sent, and the refusals every page shares."""

import hmac
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from sqlalchemy import Engine
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import accounts, audit
from casework.caseload import Scope, scope_of
from casework.clock import Clock
from casework.db import reading, writing
from casework.hours import SendingPolicy
from casework.tables import Adviser
from casework.voice import Voice
from console.rendering import BASE, Pages
from prospectus.vocabulary import Vocabulary, shipped

log = logging.getLogger(__name__)

COOKIE = "onward_console"
FORM_COOKIE = "onward_console_form"
DATA = Path(__file__).resolve().parent.parent / "data"
LONGEST_BODY = 64 * 1024
"""Bytes of a form; the longest reply in the widest letters fits many times."""


@dataclass(frozen=True)
class Console:
    """What every page stands on."""

    engine: Engine
    clock: Clock
    secret: str = field(repr=False)
    cookie_secure: bool
    pages: Pages
    on_reply: Callable[[], None]
    vocabulary: Callable[[], Vocabulary] = shipped
    """The words of the prospectus."""
    data_dir: Path = DATA
    """Where the rules are that the pages need."""
    service: str = "Onward"
    """What the service calls itself."""
    voice: Voice | None = field(default=None, repr=False)
    """Its texts, where they are read already."""
    policy: SendingPolicy = field(default_factory=SendingPolicy)
    """When it may write first."""


class NotHere(Exception):
    """There is no such page for this adviser. ``young_person_id`` or ``conversation_id`` say what was refused.

    ``needs`` is the role that the page is for, where it is kept from them for want of that.
    """

    def __init__(
        self,
        what: str,
        *,
        young_person_id: int | None = None,
        conversation_id: int | None = None,
        needs: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.needs = needs
        self.young_person_id = young_person_id
        self.conversation_id = conversation_id


@dataclass
class Visit:
    """One request, as its page sees it."""

    console: Console
    request: Request
    now: datetime
    form: dict[str, str]
    signed: accounts.Signed | None

    @property
    def adviser(self) -> Adviser:
        """Who is signed in. Only on pages that ask for it."""
        if self.signed is None:
            raise PermissionError("nobody is signed in")
        return self.signed.adviser

    def scope(self, session: Session) -> Scope:
        """What they may see today."""
        return scope_of(session, self.adviser, self.now)

    def audit(self, session: Session, action: str, **detail: Any) -> None:
        """Write down what they do or look at."""
        audit.record(session, at=self.now, actor=audit.actor_of(self.adviser), action=action, **detail)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Render a page with what the layout needs."""
        if self.signed:
            values |= {
                "adviser": self.signed.adviser,
                "csrf": self.signed.csrf,
                "roles": self.signed.adviser.roles or [],
            }
        return self.console.pages.html(template, status=status, now=self.now, **values)


Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def page(console: Console, handler: Handler, *, public: bool = False, live: bool = False) -> Endpoint:
    """An endpoint for a handler, which runs in a worker thread.

    ``public`` pages need no session. A ``live`` one is asked for by a script, not by a person: it does not keep a
    session alive, and answers 401 in place of the sign-in page.
    """

    async def endpoint(request: Request) -> Response:
        form: dict[str, str] = {}
        if request.method == "POST":
            body = await _body(request)
            if body is None:
                return _refusal(console, 413, "This is too long", "Make it shorter and send it again.")
            try:
                form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50))
            except ValueError:
                return _refusal(console, 400, "This form cannot be read", "Go back, refresh the page and try again.")
        return await run_in_threadpool(_answer, console, handler, request, form, public, live)

    return endpoint


def _answer(
    console: Console, handler: Handler, request: Request, form: dict[str, str], public: bool, live: bool
) -> Response:
    visit = Visit(console, request, console.clock(), form, None)
    try:
        with reading(console.engine) as session:
            visit.signed = accounts.signed(session, request.cookies.get(COOKIE), visit.now)
        if visit.signed is None and not public:
            return Response(status_code=401) if live else _to_sign_in(request)
        if request.method == "POST" and not _own_form(visit, public):
            return visit.page(
                "refused.html",
                status=403,
                heading="This form has expired",
                text="Nothing was changed. Go back, refresh the page and try again.",
            )
        if visit.signed is not None and not live:
            accounts.touch(console.engine, visit.signed, visit.now)
        return handler(visit)
    except NotHere as refused:
        return _not_here(visit, refused)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        # the error's own text may hold what somebody wrote
        log.error("a console page failed: %s at %s:%s", type(error).__name__, frame.filename, frame.lineno)
        return _refusal(
            console,
            500,
            "Something went wrong",
            "It is not your fault. Go back and check whether what you did was saved, then try again.",
        )


def _not_here(visit: Visit, refused: NotHere) -> Response:
    if visit.signed is not None:
        with writing(visit.console.engine) as session:
            visit.audit(
                session,
                "refused",
                what=refused.what[:40],
                young_person_id=refused.young_person_id,
                conversation_id=refused.conversation_id,
            )
    if refused.needs:
        return visit.page(
            "refused.html",
            status=403,
            heading="You cannot do this",
            text=f"It is for those with the role “{refused.needs}”. Nothing was changed. "
            "Ask the person who runs Onward in your service if you should have it.",
        )
    return visit.page(
        "refused.html",
        status=404,
        heading="Page not found",
        text="It does not exist, or it is in another adviser's caseload. "
        "You see your own caseload, those you cover today, and the duty queue.",
    )


def _own_form(visit: Visit, public: bool) -> bool:
    """Whether a POST comes from a form that we made for this very session (or, signing in, this very browser)."""
    if visit.request.headers.get("sec-fetch-site") == "cross-site":
        return False
    sent = visit.form.get("csrf", "")
    if visit.signed is not None and not public:
        return hmac.compare_digest(sent.encode(), visit.signed.csrf.encode())
    nonce = visit.request.cookies.get(FORM_COOKIE, "")
    return bool(nonce) and hmac.compare_digest(sent.encode(), form_token(visit.console, nonce).encode())


def form_token(console: Console, nonce: str) -> str:
    """The token of a form for somebody who is not signed in, from the nonce in their cookie."""
    return hmac.new(console.secret.encode(), b"form:" + nonce.encode(), "sha256").hexdigest()


def _to_sign_in(request: Request) -> Response:
    # after a form, only the page it stood on can be gone back to
    path = request.url.path if request.method == "GET" else BASE + "/conversations"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return RedirectResponse(f"{BASE}/sign-in?next={quote(path + query, safe='/')}", status_code=303)


def _refusal(console: Console, status: int, heading: str, text: str) -> Response:
    return console.pages.html("refused.html", status=status, now=console.clock(), heading=heading, text=text)


async def _body(request: Request) -> bytes | None:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LONGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)

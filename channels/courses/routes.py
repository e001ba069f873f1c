"""The public prospectus: ``/courses``, and ``/courses/<ref>`` for each course.

``GET /courses?q=&place=&level=&route=&start=&page=``: a search; 400 with the form again where the address asks for
what cannot be. ``GET /courses/<ref>``: one course; 410 when it is no longer offered, 404 when there is none.
``GET /courses/<ref>/<anything>`` leads to it, so that an address with a readable title never breaks.

A page may be kept, and is asked about again each time: an answer that has not changed costs one small query and no
search. Readers of the prospectus take turns at a few threads, so that they never hold up the texts that come in.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import anyio
import anyio.to_thread
from fastapi import APIRouter
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from actions.offers import BROAD
from casework.clock import LONDON, Clock
from casework.db import reading
from channels.courses import words
from channels.courses.asked import MOST_PAGES, Asked, months
from channels.courses.asked import read as read_asked
from channels.courses.course import page_of
from channels.courses.finding import PER_PAGE, Found, find, similar
from channels.pages import SHARED, Assets, Pages
from prospectus.coursefields import said_date
from prospectus.details import details
from prospectus.links import PAGES, course_path
from prospectus.tables import CatalogueVersion
from prospectus.vocabulary import LEVELS, ROUTES, Vocabulary

FOLDER = Path(__file__).parent

LONGEST_QUERY = 2_000
"""Bytes of a query string: the longest search in the widest letters fits."""
LONGEST_REF = 120

AT_ONCE = 4
"""Pages made at once."""
MOST_WAITING = 100
"""Readers that may wait for their turn; more are told to come back."""

HEADERS = {
    # a course's description for search engines is data in a script element, which no policy needs to allow
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # what somebody looked for is nobody else's business
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "public, no-cache",
}


@dataclass(frozen=True)
class Prospectus:
    """What the pages stand on, and what they say of the service."""

    engine: Engine
    clock: Clock
    vocabulary: Vocabulary
    service: str
    public_url: str | None
    text_number: str | None
    sample: bool


def courses_router(
    engine: Engine,
    clock: Clock,
    vocabulary: Vocabulary,
    *,
    service: str = "Onward",
    public_url: str | None = None,
    text_number: str | None = None,
    sample: bool = False,
) -> APIRouter:
    """The routes, to include in the application.

    ``text_number`` (E.164) is the number that the assistant can be texted at. ``sample``: say that the area is made up.
    """
    prospectus = Prospectus(engine, clock, vocabulary, service, public_url, text_number, sample)
    assets = Assets({"shared": SHARED, "courses": FOLDER / "static"}, f"{PAGES}/static")
    site = _Site(prospectus, Pages(FOLDER / "templates", assets), assets.url("courses/courses.css"))
    return APIRouter(
        routes=[
            Route(PAGES, site.served(site.search), methods=["GET"]),
            assets.route(),
            Route(PAGES + "/{ref}", site.served(site.course), methods=["GET"]),
            Route(PAGES + "/{ref}/{title:path}", _to_course, methods=["GET"]),
        ]
    )


async def _to_course(request: Request) -> Response:
    """An address with a title after the ref, as people make them up or share them: to the one that never changes."""
    return RedirectResponse(course_path(request.path_params["ref"]), status_code=301)


class _Site:
    """The pages."""

    def __init__(self, prospectus: Prospectus, pages: Pages, look: str) -> None:
        self._on = prospectus
        self._pages = pages
        self._limit: anyio.CapacityLimiter | None = None
        self._in_hand = 0
        templates = b"".join(path.read_bytes() for path in sorted((FOLDER / "templates").iterdir()))
        made_of = (templates.hex(), look, prospectus.service, prospectus.text_number, prospectus.sample)
        self._build = hashlib.sha256(repr(made_of).encode()).hexdigest()

    def served(self, make: Callable[[Request, Session], Response]) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that takes its turn at a thread, and makes the page only where the reader has an older one."""

        async def endpoint(request: Request) -> Response:
            if len(request.scope["query_string"]) > LONGEST_QUERY:
                return self._said(
                    "error.html", 414, heading="That address is too long", text="Search with fewer words."
                )
            if self._limit is None:
                self._limit = anyio.CapacityLimiter(AT_ONCE)
            if self._in_hand >= AT_ONCE + MOST_WAITING:
                busy = self._said("error.html", 503, heading="This is busy just now", text="Try again in a minute.")
                busy.headers["Retry-After"] = "60"
                return busy
            self._in_hand += 1
            try:
                return await anyio.to_thread.run_sync(self._answer, make, request, limiter=self._limit)
            finally:
                self._in_hand -= 1

        return endpoint

    def _answer(self, make: Callable[[Request, Session], Response], request: Request) -> Response:
        with reading(self._on.engine) as session:
            version = session.exec(select(CatalogueVersion.token)).first()
            today = self._today()
            named = (version, today.isoformat(), request.url.path, request.url.query, self._build)
            etag = f'"{hashlib.sha256(repr(named).encode()).hexdigest()[:24]}"'
            if version and etag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=HEADERS | {"ETag": etag})
            answer = make(request, session)
        if version:
            answer.headers["ETag"] = etag
        return answer

    def search(self, request: Request, session: Session) -> Response:
        """A search, or everything where nothing is asked."""
        today, vocabulary = self._today(), self._on.vocabulary
        asked = read_asked(request.query_params, today)
        found: Found | None = None
        if not asked.problems:
            found = find(session, vocabulary, asked, today=today)
        pages = min(max(1, -(-found.total // PER_PAGE)), MOST_PAGES) if found else 1
        return self._page(
            "search.html",
            status=200 if found else 400,
            asked=asked,
            found=found,
            pages=pages,
            first=(asked.page - 1) * PER_PAGE + 1,
            levels=[(key, vocabulary.level_name(key)) for key in LEVELS],
            ways=[(key, vocabulary.route_name(key)) for key in ROUTES],
            months=months(today),
            subjects=[(vocabulary.subject_name(key), Asked(q=vocabulary.subject_name(key)).url()) for key in BROAD],
        )

    def course(self, request: Request, session: Session) -> Response:
        """One course."""
        ref, today, vocabulary = request.path_params["ref"], self._today(), self._on.vocabulary
        course = details(session, ref, today=today) if len(ref) <= LONGEST_REF else None
        if course is None:
            # somebody who types the address from a text message may use small letters
            if ref != ref.upper() and len(ref) <= LONGEST_REF and details(session, ref.upper(), today=today):
                return RedirectResponse(course_path(ref.upper()), status_code=301, headers=HEADERS)
            return self._said(
                "error.html",
                404,
                heading="We cannot find that course",
                text="Check the address: every letter and number counts. Or search for the course by its name.",
            )
        like = similar(session, vocabulary, ref, course.subject, course.level, today=today)
        if course.retired:
            return self._page("gone.html", status=410, course=course, like=like)
        page = page_of(course, vocabulary, public_url=self._on.public_url)
        here = f"{self._on.public_url or ''}{course_path(ref)}"
        return self._page("course.html", status=200, page=page, course=course, like=like, here=here)

    def _today(self) -> date:
        return self._on.clock().astimezone(LONDON).date()

    def _said(self, template: str, status: int, **values: object) -> Response:
        return self._page(template, status=status, **values)

    def _page(self, template: str, *, status: int, **values: object) -> Response:
        on = self._on
        html = self._pages.html(
            template,
            service=on.service,
            sample=on.sample,
            text_number=words.phone(on.text_number),
            text_to=on.text_number,
            said_date=said_date,
            said_checked=words.checked,
            search_url=PAGES,
            **values,
        )
        return HTMLResponse(html, status_code=status, headers=HEADERS)

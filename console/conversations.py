"""The list an adviser starts the day with: who waits, on which of the three lists."""

from typing import get_args
from urllib.parse import urlencode

from starlette.responses import Response

from casework import caseload
from casework.caseload import Group, Line
from casework.db import reading, writing
from console.rendering import BASE
from console.visit import NotHere, Visit

PER_PAGE = 50
ONLY = ("waiting", "escalated")


def conversations(visit: Visit) -> Response:
    """One list (mine, covering or duty), all of it or only some: all of that is in the address."""
    wanted = visit.request.query_params
    show, only, number = wanted.get("show", "mine"), wanted.get("only", ""), wanted.get("page", "1")
    if show not in get_args(Group) or (only and only not in ONLY) or not number.isdigit() or len(number) > 6:
        raise NotHere("conversations")
    with reading(visit.console.engine) as session:
        scope = visit.scope(session)
        every = caseload.lines(session, scope, visit.now)
    listed = [line for line in every if line.group == show]
    chosen = [line for line in listed if _chosen(line, only)]
    pages = max(1, -(-len(chosen) // PER_PAGE))
    current = min(max(1, int(number)), pages)
    shown = chosen[(current - 1) * PER_PAGE : current * PER_PAGE]
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_caseload", show=show, only=only, page=current, lines=len(shown))
    return visit.page(
        "conversations.html",
        nav="conversations",
        show=show,
        only=only,
        lines=shown,
        total=len(chosen),
        page=current,
        pages=pages,
        covers=bool(scope.covering) or show == "covering",
        waiting={group: sum(line.needs_reply for line in every if line.group == group) for group in get_args(Group)},
        counts={choice: sum(_chosen(line, choice) for line in listed) for choice in ("", *ONLY)},
        here=_address,
    )


def _chosen(line: Line, only: str) -> bool:
    return {"": True, "waiting": line.needs_reply, "escalated": line.escalations > 0}[only]


def _address(show: str, only: str = "", page: int = 1) -> str:
    query = {"show": show} | ({"only": only} if only else {}) | ({"page": page} if page > 1 else {})
    return f"{BASE}/conversations?{urlencode(query)}"

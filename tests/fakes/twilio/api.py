"""The Messages API itself: create, list, fetch, and the errors they answer."""

import asyncio
import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from casework.clock import Clock
from tests.fakes.twilio.callbacks import Callbacks
from tests.fakes.twilio.faults import ERRORS, Fault, Plan
from tests.fakes.twilio.store import Sent, Store, filtered

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
MAX_BODY = 1600


class Dropped(Exception):
    """The connection was broken on purpose."""


@dataclass
class Messages:
    """The API of one account. ``new_sid`` and ``clock`` are injected, so that a run can be repeated."""

    account: str
    token: str
    store: Store
    plan: Plan
    callbacks: Callbacks
    clock: Clock
    new_sid: Any
    opted_out: set[str] = field(default_factory=set)
    requests: list[dict[str, Any]] = field(default_factory=list)

    async def create(self, request: Request) -> Response:
        """``POST Messages.json``."""
        refused = self._authenticate(request)
        if refused is not None:
            return refused
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        to, body = form.get("To", ""), form.get("Body", "")
        fault = self.plan.take("POST", to, body)
        if fault is not None:
            early = await self._before(request, fault)
            if early is not None:
                return early
        wrong = self._wrong(form)
        if wrong is not None:
            return error(wrong)
        sent = self._accept(form)
        await self.callbacks.accepted(sent)
        if fault is not None and fault.kind == "drop_after":
            raise _drop(request)
        if fault is not None and fault.kind == "server_error":
            return _server_error(fault)
        if fault is not None and fault.kind == "delay" and fault.accept:
            await asyncio.sleep(fault.seconds)
        return JSONResponse(sent.as_resource(), 201)

    async def fetch(self, request: Request) -> Response:
        """``GET Messages/{Sid}.json``."""
        refused = self._authenticate(request)
        if refused is not None:
            return refused
        sent = self.store.get(request.path_params["sid"])
        return JSONResponse(sent.as_resource()) if sent else error(20404)

    async def list(self, request: Request) -> Response:
        """``GET Messages.json``, newest first, in pages."""
        refused = self._authenticate(request)
        if refused is not None:
            return refused
        query = dict(request.query_params)
        to = query.get("To", "")
        fault = self.plan.take("GET", to, "")
        if fault is not None:
            early = await self._before(request, fault)
            if early is not None:
                return early
        found = filtered(self.store.to(to) if to else self.store.all(), query)
        size = min(max(int(query.get("PageSize", 50)), 1), 1000)
        page = max(int(query.get("Page", 0)), 0)
        start = page * size
        shown = found[start : start + size]

        def uri(number: int) -> str:
            kept = {name: value for name, value in query.items() if name not in ("Page", "PageToken", "PageSize")}
            token = {"PageToken": f"PA{shown[-1].sid if shown else ''}"} if number > page else {}
            return f"{request.url.path}?{urlencode(kept | {'PageSize': size, 'Page': number} | token)}"

        return JSONResponse(
            {
                "end": start + max(len(shown) - 1, 0),
                "first_page_uri": uri(0),
                "next_page_uri": uri(page + 1) if len(found) > start + size else None,
                "page": page,
                "page_size": size,
                "previous_page_uri": uri(page - 1) if page else None,
                "start": start,
                "uri": uri(page),
                "messages": [one.as_resource() for one in shown],
            }
        )

    def _accept(self, form: dict[str, str]) -> Sent:
        service = form.get("MessagingServiceSid")
        now: datetime = self.clock()
        sent = Sent(
            sid=self.new_sid(),
            account=self.account,
            to=form["To"],
            sender=None if service else form["From"],
            service=service,
            body=form["Body"],
            status="accepted" if service else "queued",
            status_callback=form.get("StatusCallback"),
            created=now.isoformat(),
        )
        self.store.add(sent)
        return sent

    def _wrong(self, form: dict[str, str]) -> int | None:
        to, body = form.get("To", ""), form.get("Body", "")
        checks = (
            (not to, 21604),
            (not form.get("From") and not form.get("MessagingServiceSid"), 21603),
            (not body, 21602),
            (len(body) > MAX_BODY, 21617),
            (not NUMBER.fullmatch(to), 21211),
            (to in self.opted_out, 21610),
        )
        return next((code for failed, code in checks if failed), None)

    async def _before(self, request: Request, fault: Fault) -> Response | None:
        if fault.kind == "delay" and not fault.accept:
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "refuse":
            return error(fault.code)
        elif fault.kind == "drop_before":
            raise _drop(request)
        elif fault.kind == "server_error" and not fault.accept:
            return _server_error(fault)
        return None

    def _authenticate(self, request: Request) -> Response | None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(value).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            given = ""
        if not hmac.compare_digest(given.encode(), f"{self.account}:{self.token}".encode()):
            return error(20003)
        return None if request.path_params["account"] == self.account else error(20404)


def error(code: int) -> JSONResponse:
    """An error in Twilio's shape."""
    status, message = ERRORS.get(code, (400, f"Error {code}"))
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": code, "message": message, "more_info": more, "status": status}, status)


def _server_error(fault: Fault) -> Response:
    if fault.bare:
        return Response("<html><h1>Bad gateway</h1></html>", fault.status, media_type="text/html")
    body = {"code": 20500, "message": ERRORS[20500][1], "more_info": "https://www.twilio.com/docs/errors/20500"}
    return JSONResponse(body | {"status": fault.status}, fault.status)


def _drop(request: Request) -> Dropped:
    transport = request.scope.get("fake.transport")
    if transport is not None:
        transport.abort()
    return Dropped()

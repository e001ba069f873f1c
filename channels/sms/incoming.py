"""``POST /channels/sms/inbound``: a text from a young person, stored before Twilio is answered.

A bare ASGI endpoint: this is the path that a busy minute runs through. Twilio gives up after 15 seconds, or at any
answer that is not a success, and turns to the fallback address; an empty answer means that the reply comes later.
Source: https://www.twilio.com/docs/messaging/guides/webhook-request
"""

import asyncio
import logging

from starlette.types import Receive, Scope, Send

from casework.clock import Clock
from casework.inbound import MAX_TEXT, Inbound
from channels.inbox import Inbox
from channels.sms.body import Gone, TooLarge, read_body
from channels.sms.numbers import sender
from channels.sms.signature import BadForm, Form, SignatureCheck

log = logging.getLogger(__name__)

FORM_TYPE = "application/x-www-form-urlencoded"

PLAIN = b"text/plain; charset=utf-8"

EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'

STORE_WITHIN = 12.0
"""Seconds to wait for the commit; Twilio itself waits 15 and would not hear a later answer."""

CUT_MARK = " [cut]"
"""Ends the stored text of a message that was longer than Twilio's own limit."""

MAX_MEDIA = 10
"""Most files in one message: Twilio's own limit."""

MAX_SID = 64


class BadRequest(Exception):
    """The request cannot be taken. The text is one plain line for whoever reads Twilio's log."""


async def answer(
    send: Send, status: int, body: bytes = b"", content_type: bytes = b"text/plain; charset=utf-8"
) -> None:
    """Send a whole response."""
    headers = [(b"content-length", str(len(body)).encode())]
    if body:
        headers.append((b"content-type", content_type))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def signed_form(scope: Scope, receive: Receive, send: Send, check: SignatureCheck) -> Form | None:
    """Read and check a signed form; None when the request has been answered: 400, 403 or 413."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        body = await read_body(receive, headers)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
            raise BadForm("This address takes forms only.")
        form = Form(body)
    except BadForm as problem:
        await answer(send, 400, str(problem).encode())
        return None
    except TooLarge:
        await answer(send, 413, b"The form is too large.")
        return None
    except Gone:
        return None
    if not check.holds(scope, headers, form):
        log.warning("a webhook without a valid signature was refused")
        await answer(send, 403, b"The signature is not valid.")
        return None
    return form


def read_inbound(form: Form, clock: Clock) -> Inbound:
    """The message in a form whose signature holds. Raises ``BadRequest``."""
    sid = form.get("MessageSid") or form.get("SmsSid")
    if not sid or len(sid) > MAX_SID:
        raise BadRequest("MessageSid is missing.")
    address = sender(form.get("From"))
    if address is None:
        raise BadRequest("From is missing or is not a phone number.")
    media = form.get("NumMedia")
    text = form.get("Body")
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - len(CUT_MARK)] + CUT_MARK
    return Inbound(
        channel="sms",
        address=address,
        provider_id=sid,
        text=text,
        received_at=clock(),
        media=min(int(media), MAX_MEDIA) if media.isascii() and media.isdigit() else 0,
        opt_out_type=form.get("OptOutType").strip().upper()[:10] or None,
    )


class InboundWebhook:
    """The endpoint, as an ASGI application."""

    def __init__(self, inbox: Inbox, clock: Clock, check: SignatureCheck) -> None:
        self._inbox = inbox
        self._clock = clock
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        form = await signed_form(scope, receive, send, self._check)
        if form is None:
            return
        try:
            inbound = read_inbound(form, self._clock)
        except BadRequest as problem:
            await answer(send, 400, str(problem).encode())
            return
        try:
            async with asyncio.timeout(STORE_WITHIN):
                await self._inbox.put(inbound)
        except Exception as error:
            # not stored: say so, and Twilio tries the fallback address
            log.error("an inbound text could not be stored: %s", type(error).__name__)
            await answer(send, 503, b"Not stored. Please try again.")
            return
        await answer(send, 200, EMPTY_TWIML, b"text/xml; charset=utf-8")

"""Reading a request's body without trusting its length."""

from starlette.types import Receive

MAX_BODY = 64 * 1024
"""Largest form taken, in bytes: Twilio's own are under 10 KB, of which the text is at most 1,600 characters."""


class TooLarge(Exception):
    """The body is larger than the limit, whatever its Content-Length said."""


class Gone(Exception):
    """The caller hung up before the body was complete."""


async def read_body(receive: Receive, headers: dict[str, str], limit: int = MAX_BODY) -> bytes:
    """The whole body. Raises ``TooLarge`` as soon as it is known to be over ``limit``, or ``Gone``."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Gone
        part: bytes = event.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
        if not event.get("more_body", False):
            return b"".join(parts) if len(parts) > 1 else part

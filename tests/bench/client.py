"""A lean HTTP client for load: raw asyncio streams, kept-alive connections, nothing but what a POST needs.

The load shares the machine with what it loads, so every microsecond it takes is one that the service does not get.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """One request, ready to be written to the socket."""

    raw: bytes

    @classmethod
    def of(cls, host: str, port: int, path: str, body: bytes, headers: dict[str, str]) -> "Post":
        """Put the request together once, before the clock runs."""
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}:{port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return cls("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


@dataclass(frozen=True)
class Answer:
    """How a request ended: its status, and the seconds from when it was due to the last byte of its answer."""

    status: int
    seconds: float
    body: bytes = b""


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, post: Post) -> tuple[int, bytes]:
    writer.write(post.raw)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    chunked = False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        elif line.startswith(b"transfer-encoding:") and b"chunked" in line:
            chunked = True
    if not chunked:
        return status, await reader.readexactly(length)
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return status, body


async def closed_loop(host: str, port: int, lanes: Sequence[Sequence[Post]]) -> list[Answer]:
    """Each lane sends its requests one after another, all lanes at once."""
    answers: list[Answer] = []

    async def lane(posts: Sequence[Post]) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for post in posts:
            started = time.perf_counter()
            status, body = await _exchange(reader, writer, post)
            answers.append(Answer(status, time.perf_counter() - started, body))
        writer.close()

    await asyncio.gather(*(lane(posts) for posts in lanes))
    return answers


async def open_loop(host: str, port: int, posts: Sequence[Post], rate: float, connections: int) -> list[Answer]:
    """Requests fall due at ``rate`` a second whether or not earlier ones were answered.

    A wait for a free connection counts as waiting for the answer, so a slow server cannot hide behind a slow client.
    """
    answers: list[Answer] = []
    queue: asyncio.Queue[tuple[float, Post] | None] = asyncio.Queue()

    async def lane() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        while (item := await queue.get()) is not None:
            due, post = item
            status, _ = await _exchange(reader, writer, post)
            answers.append(Answer(status, time.perf_counter() - due))
        writer.close()

    lanes = [asyncio.create_task(lane()) for _ in range(connections)]
    started = time.perf_counter()
    for n, post in enumerate(posts):
        due = started + n / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        queue.put_nowait((due, post))
    for _ in lanes:
        queue.put_nowait(None)
    await asyncio.gather(*lanes)
    return answers


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

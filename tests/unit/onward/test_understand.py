"""`onward parse`: order kept, bad lines answered as such, nobody waits for the end of the input."""

import io
import json
import os
from typing import Any

import pytest

from onward.understand import LONGEST, BadLine, Understanding, read_line, understand_lines


class Echo(Understanding):
    """Understands every text as itself, and keeps how many came together."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def of(self, texts: list[str]) -> list[dict[str, Any]]:
        if texts:
            self.batches.append(len(texts))
        return [{"text": text} for text in texts]


def lines(*values: object) -> io.BytesIO:
    return io.BytesIO(b"".join(v if isinstance(v, bytes) else json.dumps(v).encode() + b"\n" for v in values))


def test_answers_come_in_the_order_of_the_lines() -> None:
    stream = lines(*({"text": f"text {n}"} for n in range(350)))
    assert [answer["text"] for answer in understand_lines(stream, Echo())] == [f"text {n}" for n in range(350)]


def test_a_bad_line_is_answered_in_its_place() -> None:
    stream = lines({"text": "one"}, b"{oops\n", {"txt": "two"}, b"\xff\xfe\n", b"\n", {"text": 3}, {"text": "four"})
    assert list(understand_lines(stream, Echo())) == [
        {"text": "one"},
        {"line": 2, "error": "not JSON"},
        {"line": 3, "error": 'not an object with a "text"'},
        {"line": 4, "error": "not UTF-8"},
        {"line": 6, "error": 'not an object with a "text"'},
        {"text": "four"},
    ]


def test_no_input_is_no_answer() -> None:
    assert list(understand_lines(lines(), Echo())) == []


def test_a_program_may_write_one_line_and_read_its_answer() -> None:
    out, into = os.pipe()
    with os.fdopen(out, "rb", buffering=0) as stream, os.fdopen(into, "wb", buffering=0) as writer:
        answers = understand_lines(stream, Echo())
        for text in ("first", "second"):
            writer.write(json.dumps({"text": text}).encode() + b"\n")
            assert next(answers) == {"text": text}
        writer.close()
        assert list(answers) == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"text": ""}', ""),
        (b'{"text": "caf\xc3\xa9", "more": 1}', "café"),
        (b'\xef\xbb\xbf{"text": "with a mark"}', "with a mark"),
        (b'"text"', BadLine(7, 'not an object with a "text"')),
        (b"[" * 100_000, BadLine(7, "not JSON")),
        (json.dumps({"text": "x" * (LONGEST + 1)}).encode(), BadLine(7, f"longer than {LONGEST} characters")),
    ],
)
def test_what_counts_as_a_text(raw: bytes, expected: object) -> None:
    assert read_line(7, raw) == expected

"""The bot's door, against real Rasa: what docs/protocols.md promises, section 1."""

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.rasa.conftest import Bot, Chat

pytestmark = pytest.mark.rasa


def test_health_names_the_model(bot: Bot) -> None:
    with urllib.request.urlopen(f"{bot.url}/health", timeout=10) as answer:
        health = json.load(answer)
    assert health["status"] == "ok"
    assert len(health["model"]) == 64


def test_a_plain_turn(bot: Bot) -> None:
    status, answer = bot.post("/turn", bot.request("are you a robot"))
    assert status == 200
    assert answer["replies"] == [{"key": "are_you_real", "args": {}}]
    assert answer["effects"] == []
    assert answer["understanding"]["intent"] == "are_you_real"
    assert len(answer["understanding"]["ranking"]) == 5
    assert set(answer["state"]) == {"v", "slots", "loop", "requested"}


def test_a_turn_with_an_action(bot: Bot) -> None:
    status, answer = bot.post("/turn", bot.request("any plumbin courses near margate"))
    assert status == 200
    assert answer["replies"][0]["key"] == "course_list"
    assert answer["understanding"]["entities"] == [
        {"type": "subject", "value": "plumbing", "text": "plumbin"},
        {"type": "place", "value": "margate", "text": "margate"},
    ]
    assert answer["state"]["slots"]["subject"] == "plumbing"


def test_a_message_of_two_questions(bot: Bot) -> None:
    status, answer = bot.post("/turn", bot.request("who is my adviser and are you a robot"))
    assert status == 200
    assert [reply["key"] for reply in answer["replies"]] == ["who_is_my_adviser", "are_you_real"]
    first, second = answer["understanding"]["parts"]
    assert answer["understanding"]["intent"] == first["intent"] == "who_is_my_adviser"
    assert (first["text"], second["text"]) == ("who is my adviser", "and are you a robot")
    assert set(second) == {"intent", "confidence", "entities", "text"}


def test_a_reply_read_in_context_says_what_it_is_alone(bot: Bot) -> None:
    _, listed = bot.post("/turn", bot.request("any plumbing near margate"))
    _, answer = bot.post("/turn", bot.request("either", listed["state"]))
    assert answer["replies"][0]["key"] == "any_of_these"
    assert (answer["understanding"]["intent"], answer["understanding"]["confidence"]) == ("choose", 1.0)
    assert answer["understanding"]["alone"] != "choose"


def test_a_state_of_before_threads_is_understood(bot: Bot) -> None:
    _, listed = bot.post("/turn", bot.request("any plumbing near margate"))
    old = {name: value for name, value in listed["state"].items() if name != "thread"}
    assert bot.post("/turn", bot.request("2", old))[1]["replies"][0]["key"] == "course_details"


def test_effects_come_with_the_turn(bot: Bot) -> None:
    _, answer = bot.post("/turn", bot.request("hairdressing in margate"))
    assert answer["effects"] == [{"kind": "note_unmet_demand", "subject": "hair_beauty", "place": "margate"}]


@pytest.mark.parametrize("secret", [None, "", "wrong", "a secret for test"])
@pytest.mark.parametrize("path", ["/turn", "/parse"])
def test_without_the_secret_nothing(bot: Bot, path: str, secret: str | None) -> None:
    assert bot.post(path, bot.request("hi"), secret) == (401, {"error": "unauthorised"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        [],
        {},
        {"conversation": "c1"},
        {"conversation": "", "text": "hi"},
        {"conversation": "c1", "text": 5},
        {"conversation": "c1", "text": "hi", "context": []},
        {"conversation": "c1", "text": "hi", "state": {"v": 9}},
        {"conversation": "c1", "text": "hi", "state": "x"},
        {"conversation": "c1", "text": "hi", "state": {"v": 1, "thread": "x"}},
    ],
)
def test_what_is_malformed(bot: Bot, body: object) -> None:
    status, answer = bot.post("/turn", body)
    assert status == 400
    assert set(answer) == {"error"}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/webhook",
        "http://127.0.0.1@example.org/webhook",
        "http://user:word@127.0.0.1/webhook",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http://[::1",
        5,
    ],
)
def test_actions_are_called_on_this_machine_only(bot: Bot, url: object) -> None:
    assert bot.post("/turn", bot.request("hi", actions=url)) == (400, {"error": "actions_not_allowed"})


def test_too_long(bot: Bot) -> None:
    assert bot.post("/turn", bot.request("a" * 8_001)) == (413, {"error": "too_long"})
    assert bot.post("/parse", {"texts": ["a" * 8_001]}) == (413, {"error": "too_long"})
    assert bot.post("/turn", bot.request("a" * 2_000_000))[0] == 413


@pytest.mark.parametrize(
    "text", ["a" * 8_000, "", " ", "/", "9" * 5_000, "\ud800", "😀" * 1_600, "²", "\x00", "?" * 500]
)
def test_anything_gets_an_answer(bot: Bot, text: str) -> None:
    status, answer = bot.post("/turn", bot.request(text))
    assert status == 200, answer
    assert answer["replies"]


@pytest.mark.parametrize("text", ["/restart", "/bye", " / /talk_to_person", '/find_courses{"subject": "plumbing"}'])
def test_a_slash_is_no_command(bot: Bot, text: str) -> None:
    _, parsed = bot.post("/parse", {"texts": [text]})
    status, turn = bot.post("/turn", bot.request(text))
    assert status == 200
    # a command would be taken with certainty, and with entities of its own making
    assert parsed["results"][0]["confidence"] < 1.0
    assert turn["understanding"] == parsed["results"][0]


def test_parse_is_what_a_turn_understands(bot: Bot) -> None:
    status, answer = bot.post("/parse", {"texts": ["hi", "level 2 hair in dover"]})
    assert status == 200
    first, second = answer["results"]
    assert first["intent"] == "greet"
    assert {e["type"]: e["value"] for e in second["entities"]} == {
        "level": "2",
        "subject": "hair_beauty",
        "place": "dover",
    }
    assert bot.post("/parse", {"texts": "hi"}) == (400, {"error": "malformed"})
    assert bot.post("/parse", {"texts": []}) == (200, {"results": []})


def test_nobody_answers_at_the_actions(bot: Bot) -> None:
    request = bot.request("any plumbing near zebra", actions="http://127.0.0.1:9/webhook")
    assert bot.post("/turn", request) == (502, {"error": "actions_unreachable"})


class _Broken(BaseHTTPRequestHandler):
    answer = (500, b"{}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, body = self.answer
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    "answer",
    [
        (500, b'{"error": "zebra"}'),
        (401, b"{}"),
        (302, b""),
        (200, b"not json"),
        (200, b'{"events": "none"}'),
        (200, b'{"events": [], "responses": [{"text": "words"}]}'),
        (200, b'{"events": [], "responses": [{"custom": {"say": "a", "effect": {}}}]}'),
    ],
)
def test_a_failed_action_fails_the_turn(bot: Bot, answer: tuple[int, bytes]) -> None:
    handler = type("Broken", (_Broken,), {"answer": answer})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/webhook"
        status, body = bot.post("/turn", bot.request("any plumbing near zebra", actions=url))
        server.shutdown()
    assert status in (500, 502)
    assert set(body) == {"error"}
    assert "zebra" not in json.dumps(body)


def test_no_reply_is_an_error(bot: Bot) -> None:
    handler = type("Silent", (_Broken,), {"answer": (200, b'{"events": [], "responses": []}')})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/webhook"
        assert bot.post("/turn", bot.request("any plumbing", actions=url)) == (500, {"error": "no_reply"})
        server.shutdown()


def test_turns_side_by_side_do_not_mix(bot: Bot) -> None:
    asked = [("level 1", "1"), ("level 2", "2"), ("entry level", "entry"), ("level 3", "3")] * 12

    def turn(one: tuple[int, tuple[str, str]]) -> bool:
        number, (text, level) = one
        state = {"v": 1, "slots": {"words": f"w{number}"}, "loop": None, "requested": None}
        request = bot.request(f"plumbing {text}", state, conversation=f"c{number}")
        status, answer = bot.post("/turn", request)
        return status == 200 and answer["state"]["slots"].get("level") == level

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(turn, enumerate(asked)))


def test_the_same_turn_twice_is_the_same(bot: Bot) -> None:
    request = bot.request("any plumbing near dover", {"v": 1, "slots": {"level": "1"}, "loop": None})
    assert bot.post("/turn", request) == bot.post("/turn", request)


def test_the_state_does_not_grow(chat: Chat) -> None:
    sizes = []
    for _ in range(6):
        for text in ("plumbing near margate", "2", "what does it cost", "who is my adviser", "thanks"):
            chat.say(text)
        sizes.append(len(json.dumps(chat.state)))
    assert max(sizes) == sizes[0] < 1_000


def test_no_other_door(bot: Bot) -> None:
    base = bot.url.removesuffix("/webhooks/turn")
    for path in ("/", "/status", "/domain", "/model/parse", "/webhooks/rest/webhook", "/conversations/c1/tracker"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(base + path, timeout=10)
        assert refused.value.code == 404

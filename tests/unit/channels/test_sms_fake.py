"""The fake Twilio is like the real one where it matters: checked against Twilio's published description."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from requests import Request, Response, Session
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from casework.clock import FixedClock
from channels.sms.settings import SmsSettings
from channels.sms.twilio import TwilioBackend
from tests.fakes.twilio import ACCOUNT, TOKEN, Running, fake_twilio, running
from tests.unit.channels.sms_world import ANN, NOW, SERVICE, SmsWorld, world

__all__ = ["world"]

ROOT = Path(__file__).parents[3]
DESCRIPTION = json.loads((ROOT / "tests/fakes/twilio/openapi.json").read_text())
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
FORM = {"To": ANN, "From": SERVICE, "Body": "Hi Ann"}


@pytest.fixture(scope="module")
def twilio() -> Iterator[Running]:
    with running(fake_twilio(clock=FixedClock(NOW))) as started:
        yield started


@pytest.fixture(autouse=True)
def clean(twilio: Running) -> None:
    twilio.messages.store.clear()
    twilio.messages.plan.set([])
    twilio.messages.callbacks.results.clear()


def exchange(twilio: Running, method: str, path: str, **more: Any) -> Response:
    """One request, checked with its answer against the description."""
    session = Session()
    session.trust_env = False
    request = Request(method, "https://api.twilio.com" + path, auth=(ACCOUNT, TOKEN), **more)
    prepared = session.prepare_request(request)
    described = OpenAPI.from_dict(DESCRIPTION)
    published = RequestsOpenAPIRequest(request)
    described.validate_request(published)
    assert prepared.url is not None
    prepared.url = prepared.url.replace("https://api.twilio.com", twilio.url)
    response = session.send(prepared)
    described.validate_response(published, RequestsOpenAPIResponse(response))
    return response


def test_a_created_message_is_as_published(twilio: Running) -> None:
    response = exchange(twilio, "POST", MESSAGES, data=FORM)
    assert response.status_code == 201
    assert (response.json()["status"], response.json()["num_segments"]) == ("queued", "1")
    service = {"To": ANN, "MessagingServiceSid": "MG" + "0" * 32, "Body": "Hi"}
    assert exchange(twilio, "POST", MESSAGES, data=service).json()["status"] == "accepted"


def test_one_message_is_as_published(twilio: Running) -> None:
    sid = exchange(twilio, "POST", MESSAGES, data=FORM).json()["sid"]
    response = exchange(twilio, "GET", MESSAGES.replace(".json", f"/{sid}.json"))
    assert response.json()["sid"] == sid


def test_a_list_is_as_published_and_pages_newest_first(twilio: Running) -> None:
    for number in range(5):
        exchange(twilio, "POST", MESSAGES, data=FORM | {"Body": str(number)})
    seen, path = [], f"{MESSAGES}?To=%2B447700900123&PageSize=2"
    while path:
        page = exchange(twilio, "GET", path).json()
        seen += [one["body"] for one in page["messages"]]
        path = page["next_page_uri"]
    assert sorted(seen) == ["0", "1", "2", "3", "4"]
    assert len(seen) == 5


def get(twilio: Running, path: str, **more: Any) -> httpx.Response:
    return httpx.get(twilio.url + path, **{"auth": (ACCOUNT, TOKEN), "trust_env": False, **more})


def post(twilio: Running, path: str, **more: Any) -> httpx.Response:
    return httpx.post(twilio.url + path, **{"auth": (ACCOUNT, TOKEN), "trust_env": False, **more})


def test_dates_filter_by_when_it_was_sent(twilio: Running) -> None:
    post(twilio, MESSAGES, data=FORM)
    assert get(twilio, f"{MESSAGES}?DateSent>=2026-01-01").json()["messages"] == []
    twilio.messages.store.all()[0].sent = NOW.isoformat()
    for query, found in (
        ("DateSent=2026-09-01", 1),
        ("DateSent=2026-09-02", 0),
        ("DateSent%3E=2026-09-01T08:00:00Z", 1),
        ("DateSent%3E=2026-09-01T10:00:00Z", 0),
        ("DateSent%3C=2026-09-01T10:00:00Z", 1),
        ("From=%2B441632960001", 0),
    ):
        assert len(get(twilio, f"{MESSAGES}?{query}").json()["messages"]) == found, query


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        (FORM | {"To": ""}, 400, 21604),
        (FORM | {"To": "07700900123"}, 400, 21211),
        ({"To": ANN, "Body": "x"}, 400, 21603),
        (FORM | {"Body": ""}, 400, 21602),
        (FORM | {"Body": "x" * 1601}, 400, 21617),
    ],
)
def test_errors_have_twilios_shape(twilio: Running, form: dict[str, str], status: int, code: int) -> None:
    response = post(twilio, MESSAGES, data=form)
    assert (response.status_code, response.json()["code"], response.json()["status"]) == (status, code, status)
    assert set(response.json()) == {"code", "message", "more_info", "status"}


def test_a_wrong_token_a_wrong_account_and_a_wrong_path(twilio: Running) -> None:
    assert get(twilio, MESSAGES, auth=(ACCOUNT, "0" * 32)).json()["code"] == 20003
    assert get(twilio, MESSAGES, auth=None).status_code == 401
    assert get(twilio, MESSAGES.replace(ACCOUNT, "AC" + "9" * 32)).status_code == 404
    assert get(twilio, "/2010-04-01/Nothing.json").json()["code"] == 20404


def test_it_is_told_what_to_do_wrong(twilio: Running) -> None:
    faults = [{"kind": "refuse", "code": 21610, "contains": "x"}, {"kind": "server_error", "times": 2}]
    assert post(twilio, "/_control/faults", json=faults).status_code == 204
    answers = [post(twilio, MESSAGES, data=FORM | {"Body": body}).status_code for body in ("a", "x", "b", "c")]
    assert answers == [503, 400, 503, 201]
    assert post(twilio, "/_control/faults", json=[{"kind": "refuse", "nonsense": 1}]).status_code == 400


def test_its_reports_are_signed_and_come_in_any_order(twilio: Running, world: SmsWorld) -> None:
    """The fake's callbacks go through the real routes of this test's database."""
    message_id = world.outbound("queued")
    backend = TwilioBackend(
        SmsSettings(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            from_number=SERVICE,
            public_url="https://onward.example.org",
            api_base=twilio.url,
        )
    )
    sid = backend.send(ANN, "Hi", message_id).provider_id
    posted: list[httpx.Request] = []

    def deliver(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        response = world.client.post(request.url.path, content=request.content, headers=dict(request.headers))
        return httpx.Response(response.status_code)

    twilio.messages.callbacks._client = httpx.AsyncClient(transport=httpx.MockTransport(deliver))
    reports = [{"sid": sid, "status": status, "times": 2} for status in ("sent", "delivered", "queued")]
    answered = post(twilio, "/_control/callbacks", json={"reports": reports, "shuffle": True}).json()
    twilio.messages.callbacks._client = None
    assert answered["results"] == [204] * 6
    assert world.message(message_id).status == "delivered"
    assert str(posted[0].url) == f"https://onward.example.org/channels/sms/status/{message_id}"


def test_it_texts_us_like_twilio(twilio: Running) -> None:
    asked = {"url": twilio.url + "/nobody", "from_": ANN, "to": SERVICE, "body": "hi", "media": 1}
    answered = post(twilio, "/_control/inbound", json=asked).json()
    assert (answered["status"], answered["sid"][:2]) == (404, "SM")


def test_what_it_signs_the_official_check_takes() -> None:
    client = TestClient(fake_twilio())
    assert client.app is not None
    from tests.fakes.twilio import inbound_params, sign

    params = inbound_params(sid="SM1", from_=ANN, to=SERVICE, body="é 😀", account=ACCOUNT, media=1)
    url = "https://onward.example.org/channels/sms/inbound?a=1"
    assert RequestValidator(TOKEN).validate(url, params, sign(url, params, TOKEN))


def test_its_own_process_keeps_what_it_took_over_a_restart(tmp_path: Path) -> None:
    log = tmp_path / "sent.jsonl"

    def start() -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "tests.fakes.twilio", "--log", str(log)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        return process, process.stdout.readline().split()[-1]

    process, url = start()
    try:
        httpx.post(url + MESSAGES, data=FORM, auth=(ACCOUNT, TOKEN), trust_env=False).raise_for_status()
    finally:
        process.kill()
        process.wait(10)
    assert json.loads(log.read_text())["body"] == "Hi Ann"
    process, url = start()
    try:
        [kept] = httpx.get(url + "/_control/messages", trust_env=False).json()
    finally:
        process.kill()
        process.wait(10)
    assert kept["body"] == "Hi Ann"

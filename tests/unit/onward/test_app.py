"""The web application as a whole: what is mounted, health, and answers to what goes wrong."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from casework.clock import FixedClock
from console.visit import COOKIE
from onward.app import create_app
from onward.middleware import MAX_BODY
from onward.migrate import upgrade
from onward.services import Services, opened
from onward.settings import Settings
from tests.unit.onward.conftest import NOW, MakeSettings

PAGE = {"Accept": "text/html"}


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    made = make_settings()
    made.var_dir.mkdir()
    upgrade(made.database_url)
    return made


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with opened(settings, clock=FixedClock(NOW)) as services:
        yield services


@pytest.fixture
def client(services: Services) -> TestClient:
    return TestClient(create_app(services), base_url="http://testserver")


def test_the_pages_are_there(client: TestClient) -> None:
    for path in ("/", "/phone", "/courses", "/console/sign-in"):
        page = client.get(path, headers=PAGE)
        assert page.status_code == 200, path
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_it_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ok"}


def test_it_is_not_ready_on_tables_of_another_version(client: TestClient, services: Services) -> None:
    with services.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["reason"]) == (503, "database_not_upgraded")
    assert client.get("/health").status_code == 200


def test_a_page_that_is_not_there_is_said_to_each_in_their_way(client: TestClient) -> None:
    page, data = client.get("/nowhere", headers=PAGE), client.get("/nowhere")
    assert page.status_code == data.status_code == 404
    assert "Page not found" in page.text
    assert data.json()["error"] == "not_found"
    assert client.get("/channels/sms/inbound").json()["error"] == "method_not_allowed"


def test_nothing_describes_the_programming_interface_to_strangers(client: TestClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404


def test_unsigned_texts_are_refused(client: TestClient) -> None:
    answer = client.post("/channels/sms/inbound", data={"From": "+447700900123", "Body": "hi", "MessageSid": "SM1"})
    assert answer.status_code == 403


def test_a_body_that_is_too_large_is_refused_everywhere(client: TestClient) -> None:
    for path in ("/channels/sms/inbound", "/console/sign-in", "/phone/api/send"):
        assert client.post(path, content=b"x" * (MAX_BODY + 1)).status_code == 413, path


def test_a_text_from_the_phone_is_stored(client: TestClient, services: Services) -> None:
    sent = client.post("/phone/api/send", json={"from": "07700 900123", "text": "hi"})
    assert sent.status_code == 200
    thread = client.get("/phone/api/thread", params={"number": "07700900123"}).json()
    assert [(message["text"], message["direction"]) for message in thread["messages"]] == [("hi", "in")]


def test_there_is_no_phone_beside_twilio(make_settings: MakeSettings, services: Services) -> None:
    real = make_settings(
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="token",
        twilio_from="+441632960000",
        public_url="https://onward.example.org",
    )
    client = TestClient(create_app(Services(real, services.engine, services.clock, services.voice, services.inbox)))
    assert client.get("/phone").status_code == 404
    assert client.post("/phone/api/send", json={"from": "07700900123", "text": "hi"}).status_code == 404
    assert "max-age" in client.get("/health").headers["Strict-Transport-Security"]


def test_a_failing_page_of_the_console_shows_no_trace(
    client: TestClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    with services.engine.begin() as connection:
        connection.execute(text("DROP TABLE console_session"))
    answer = client.get("/console/conversations", headers={"Cookie": f"{COOKIE}=x"} | PAGE, follow_redirects=False)
    assert answer.status_code == 500
    assert "went wrong" in answer.text
    assert "OperationalError" in caplog.text
    for told in (answer.text, caplog.text):
        assert "Traceback" not in told
        assert "SELECT" not in told

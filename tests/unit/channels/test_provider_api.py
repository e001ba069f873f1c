"""The providers' interface: who is let in, what is answered, and that nothing is taken twice."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from casework.activities.rules import Rules
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.providers import keys
from casework.tables import Destination, ProviderKey, ProviderReport, YoungPerson
from channels.provider_api.routes import BATCHES, MISSES, MOST_BYTES, MOST_ITEMS, PATH, provider_router
from prospectus.tables import Course, Provider
from prospectus.vocabulary import Vocabulary
from tests.casebook import JO, NOW, open_casebook

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_casebook(str(tmp_path / "record.db"))
    with writing(engine) as session:
        for number, ref in ((1, "P05"), (2, "P04")):
            session.add(
                Provider(
                    id=number, ref=ref, name=f"College {ref}", kind="fe_college", town="Margate", source="test",
                    checked_on=date(2026, 9, 1),
                )
            )  # fmt: skip
        session.flush()
        session.add(
            Course(
                ref="C1", provider_id=1, title="Plumbing", subject="plumbing", level="2", route="college",
                source="test", source_ref="PLB2", checked_on=date(2026, 9, 1),
            )
        )  # fmt: skip
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def client(engine: Engine, clock: FixedClock) -> TestClient:
    app = FastAPI(openapi_url=None)
    app.include_router(provider_router(engine, clock, Rules.load(DATA), Vocabulary.load(DATA)))
    return TestClient(app)


@pytest.fixture
def key(engine: Engine) -> str:
    with writing(engine) as session:
        return keys.make_key(session, "P05", NOW, actor="system")


def report(**more: Any) -> dict[str, Any]:
    person = {"first_name": "Joanna", "last_name": "Reed", "date_of_birth": "2009-09-02"}
    return {"id": "r1", "kind": "offer_made", "on": "2026-08-20", "person": person} | more


def post(client: TestClient, key: str | None, *reports: Any, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    answer: httpx.Response = client.post(PATH, json={"reports": list(reports)}, headers=headers, **more)
    return answer


def kept(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))).all())


def test_a_batch_is_taken_in_and_each_has_its_result(client: TestClient, engine: Engine, key: str) -> None:
    answer = post(client, key, report(course="PLB2"), {"id": "r2", "kind": "?"}, report(course="PLB2"))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["received"], told["already_received"], told["refused"]) == (1, 1, 1)
    assert told["results"][0] == {"number": 1, "id": "r1", "status": "received"}
    assert told["results"][1]["status"] == "refused"
    assert {"field": "on", "message": "is missing"} in told["results"][1]["errors"]
    [row] = kept(engine, Destination)
    assert (row.young_person_id, row.stage, row.course_ref, row.subject) == (JO, "offered", "C1", "plumbing")
    assert kept(engine, ProviderReport)[0].via == "api"


def test_the_same_batch_again_changes_nothing(client: TestClient, engine: Engine, key: str) -> None:
    first, again = post(client, key, report()), post(client, key, report())
    assert first.json()["received"] == again.json()["already_received"] == 1
    assert len(kept(engine, ProviderReport)) == len(kept(engine, Destination)) == 1


def test_only_the_key_says_whose_reports_these_are(client: TestClient, engine: Engine, key: str) -> None:
    # a course of another provider is none of theirs
    with writing(engine) as session:
        theirs = keys.make_key(session, "P04", NOW, actor="system")
    assert post(client, theirs, report(course="C1")).json()["refused"] == 1
    assert post(client, theirs, report(provider="P05")).json()["refused"] == 1
    post(client, theirs, report())
    assert [row.provider_ref for row in kept(engine, ProviderReport)] == ["P04"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer onward-provider-wrong", "Bearer \xe9\xff"]
)
def test_without_a_good_key_nobody_is_let_in(client: TestClient, engine: Engine, key: str, header: str | None) -> None:
    headers = {"Authorization": header.encode("latin-1")} if header is not None else {}
    answer = client.post(PATH, json={"reports": [report()]}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "key" in answer.json()["message"]
    assert kept(engine, ProviderReport) == []


def test_a_key_that_was_ended_is_refused_at_once(client: TestClient, engine: Engine, key: str) -> None:
    assert post(client, key, report()).status_code == 200
    with writing(engine) as session:
        keys.end_keys(session, "P05", NOW, actor="system")
    answer = post(client, key, report(id="r2"))
    assert (answer.status_code, answer.json()["error"]) == (403, "ended_key")
    assert len(kept(engine, ProviderReport)) == 1


def test_a_digest_out_of_the_table_opens_nothing(client: TestClient, engine: Engine, key: str) -> None:
    [row] = kept(engine, ProviderKey)
    assert post(client, row.digest, report()).status_code == 401


def test_a_provider_that_is_gone_is_refused(client: TestClient, engine: Engine) -> None:
    with writing(engine) as session:
        gone = keys.make_key(session, "P99", NOW, actor="system")
    assert post(client, gone, report()).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 422, "unreadable"),
        (b"{", 422, "unreadable"),
        (b"\xff\xfe", 422, "unreadable"),
        (b"[" * 100_000, 422, "unreadable"),
        (b"[]", 422, "no_reports"),
        (b"{}", 422, "no_reports"),
        (b'{"reports": []}', 422, "no_reports"),
        (b'{"reports": {}}', 422, "no_reports"),
        (b'{"reports": [{}], "more": 1}', 422, "no_reports"),
        (json.dumps({"reports": [{}] * (MOST_ITEMS + 1)}).encode(), 413, "too_large"),
        (b'{"reports": ["' + b"x" * MOST_BYTES + b'"]}', 413, "too_large"),
    ],
)
def test_a_request_that_cannot_be_taken_is_said_plainly(
    client: TestClient, key: str, body: bytes, status: int, error: str
) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json; charset=utf-8"}
    answer = client.post(PATH, content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["message"].endswith((".", "twice.", "beside it."))


def test_only_json_is_taken_and_only_by_post(client: TestClient, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/plain"}
    assert client.post(PATH, content=b"{}", headers=headers).status_code == 415
    assert client.get(PATH).status_code == 405


def test_odd_letters_come_back_as_something_that_can_be_read(client: TestClient, key: str) -> None:
    body = b'{"reports": [{"id": "a\\ud83d", "\\ud83d": 1}, {"id": "r\\u0000"}]}'
    answer = client.post(
        PATH, content=body, headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert answer.json()["refused"] == 2


def test_a_whole_batch_fits(client: TestClient, engine: Engine, key: str) -> None:
    reports = [report(id=f"r{number}", reason="no reason") for number in range(MOST_ITEMS)]
    answer = post(client, key, *reports)
    assert answer.json()["received"] == MOST_ITEMS
    assert len(kept(engine, ProviderReport)) == MOST_ITEMS


def test_too_many_batches_are_put_off(client: TestClient, clock: FixedClock, key: str) -> None:
    answers = [post(client, key, report()).status_code for _ in range(int(BATCHES) + 1)]
    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429
    assert post(client, key, report()).headers["retry-after"]
    clock.advance(seconds=10)
    assert post(client, key, report()).status_code == 200


def test_trying_keys_is_slowed_down_and_a_good_one_still_opens(client: TestClient, key: str) -> None:
    answers = [post(client, f"wrong-{number}").status_code for number in range(int(MISSES) + 1)]
    assert set(answers[:-1]) == {401}
    assert answers[-1] == 429
    assert post(client, key, report()).status_code == 200


def test_no_name_and_no_key_reach_the_log(
    client: TestClient, engine: Engine, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post(client, key, report(reason="Moved to Deal"), {"person": {"first_name": "Josephine"}})
    post(client, key + "x", report())
    for secret in (key, "Joanna", "Reed", "Josephine", "Moved to Deal", "2009-09-02"):
        assert secret not in caplog.text


def test_the_specification_is_that_of_the_model(client: TestClient) -> None:
    told = client.get("/api/providers/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    operation = told["paths"][PATH]["post"]
    assert set(operation["responses"]) == {"200", "401", "403", "413", "415", "422", "429"}
    schemas = told["components"]["schemas"]
    assert {"id", "kind", "on", "person"} == set(schemas["Report"]["required"])
    assert "date_of_birth" in schemas["Person"]["properties"]
    # every reference leads somewhere
    for reference in {part.split('"')[0] for part in json.dumps(told).split('"$ref": "')[1:]}:
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_what_a_provider_is_told_says_nothing_of_who_is_known(client: TestClient, engine: Engine, key: str) -> None:
    known = report()
    stranger = report(id="r2", person={"first_name": "Zed", "last_name": "Zander", "date_of_birth": "2008-01-01"})
    told = post(client, key, known, stranger).json()["results"]
    assert {tuple(sorted(one)) for one in told} == {("id", "number", "status")}
    assert {one["status"] for one in told} == {"received"}
    with reading(engine) as session:
        assert session.get(YoungPerson, JO) is not None

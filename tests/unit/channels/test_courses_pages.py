"""The public prospectus: searches that can be shared, pages that say what is known, what is not, and who can tell."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

import casework.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import writing
from channels.courses import routes
from channels.courses.asked import MOST_PAGES, read
from channels.courses.routes import courses_router
from prospectus import editing
from prospectus.tables import Course, Provider, Run
from prospectus.vocabulary import Vocabulary
from tests.databases import on_sqlite

DATA = Path(__file__).parents[3] / "data"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CHECKED = date(2026, 11, 2)
MARGATE, DOVER = (51.381, 1.386), (51.128, 1.313)

Build = Callable[..., None]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(DATA)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = on_sqlite(tmp_path / "catalogue.db")
    with writing(engine) as session:
        facts: dict[str, Any] = {"source": "The test's prospectus", "checked_on": CHECKED}
        session.add(
            Provider(
                id=1, ref="P1", name="Samphire & Sons College", kind="fe_college", town="Margate",
                phone="+441632960104", email="apply@samphire.example", website="https://www.samphire.example", **facts,
            )
        )  # fmt: skip
        session.add(Provider(id=2, ref="P2", name="Harbour Trades", kind="training_provider", town="Dover", **facts))
    yield engine
    engine.dispose()


@pytest.fixture
def build(engine: Engine) -> Build:
    """Adds a level 2 plumbing course at Margate that starts in January, unless told otherwise."""

    def course(ref: str, runs: list[dict[str, Any]] | None = None, **more: Any) -> None:
        facts: dict[str, Any] = {
            "provider_id": 1, "title": f"Plumbing {ref}", "subject": "plumbing", "level": "2", "route": "college",
            "source": "The test's prospectus", "checked_on": CHECKED,
        } | more  # fmt: skip
        lat, lon = MARGATE if facts["provider_id"] == 1 else DOVER
        place = {"town": "Margate" if facts["provider_id"] == 1 else "Dover", "latitude": lat, "longitude": lon}
        with writing(engine) as session:
            row = Course(ref=ref, **facts)
            session.add(row)
            session.flush()
            for number, run in enumerate([{}] if runs is None else runs, 1):
                start = {} if "start" in run or run.get("roll_on") else {"start": date(2027, 1, 11)}
                session.add(Run(ref=f"{ref}-{number}", course_id=row.id or 0, **place | start | run))

    return course


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def client(engine: Engine, clock: FixedClock, vocabulary: Vocabulary) -> TestClient:
    router = courses_router(
        engine, clock, vocabulary, service="Onward & Co", public_url="https://onward.example.org",
        text_number="+441632960000",
    )  # fmt: skip
    return TestClient(Starlette(routes=router.routes), follow_redirects=False)


def words(html: str) -> str:
    """What a page says, without its markup."""
    text = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", text)
    for code, sign in (("&amp;", "&"), ("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(code, sign)
    return re.sub(r"\s+([.,;:)])", r"\1", " ".join(text.split()))


def said(client: TestClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return words(answer.text)


def titles(client: TestClient, url: str) -> list[str]:
    return re.findall(r'course__title"><a href="[^"]+">([^<]+)<', client.get(url).text)


# searching


def test_everything_is_listed_where_nothing_is_asked(client: TestClient, build: Build) -> None:
    assert "There are no courses yet" in said(client, "/courses")
    build("A")
    build("B", level="1")
    assert sorted(titles(client, "/courses")) == ["Plumbing A", "Plumbing B"]
    assert "2 courses" in said(client, "/courses")


def test_a_search_says_how_it_was_understood_and_why_each_is_there(client: TestClient, build: Build) -> None:
    build("A")
    build("B", level="1")
    build("C", provider_id=2)
    page = said(client, "/courses?q=level+2+plumbing+near+thanet")
    assert "We looked for: plumbing and heating, level 2, near Thanet." in page
    assert "Matches: plumbing and heating, level 2, Thanet" in page
    assert titles(client, "/courses?q=level+2+plumbing+near+thanet") == ["Plumbing A"]
    for fact in ("Samphire & Sons College, Margate", "Level 2", "College", "Starts 11 January 2027"):
        assert fact in page, fact


def test_the_form_goes_before_the_words(client: TestClient, build: Build) -> None:
    build("A")
    build("B", level="1")
    build("C", route="apprenticeship", provider_id=2, runs=[{"start": date(2027, 9, 6)}])
    assert titles(client, "/courses?q=plumbing&level=1") == ["Plumbing B"]
    assert titles(client, "/courses?q=level+2+plumbing&level=1") == ["Plumbing B"]
    assert titles(client, "/courses?q=plumbing&route=apprenticeship") == ["Plumbing C"]
    assert titles(client, "/courses?q=plumbing&start=2027-09") == ["Plumbing C"]
    assert titles(client, "/courses?q=plumbing&place=dover") == ["Plumbing C"]
    assert titles(client, "/courses?q=plumbing&place=CT17+9AA") == ["Plumbing C"]
    assert "less than a mile away" in said(client, "/courses?q=plumbing&place=dover")


@pytest.mark.parametrize(
    ("places", "expected"),
    [("full", "Full"), ("waiting_list", "Waiting list"), ("few", "Only a few places left"), ("unknown", "not known")],
)
def test_places_are_said_in_the_list(client: TestClient, build: Build, places: str, expected: str) -> None:
    build("A", runs=[{"places": places}])
    assert expected in said(client, "/courses?q=plumbing")


def test_what_should_be_known_beforehand_is_said_in_the_list(client: TestClient, build: Build) -> None:
    build("A", exclusions="Nobody on another course", checked_on=date(2026, 1, 5))
    page = said(client, "/courses?q=plumbing")
    assert "It may not be for everybody: see the course." in page
    assert "Last checked 5 January 2026, so check with them." in page


def test_near_misses_say_how_they_differ(client: TestClient, build: Build) -> None:
    build("A", level="3")
    page = said(client, "/courses?q=level+2+plumbing")
    assert "Nothing fits all of that" in page
    assert "The closest there is, at another level:" in page
    assert titles(client, "/courses?q=level+2+plumbing") == ["Plumbing A"]


def test_nothing_at_all_says_what_to_try_and_who_to_talk_to(client: TestClient, build: Build) -> None:
    build("A")
    page = said(client, "/courses?q=falconry")
    assert "There is no course like that in our list." in page
    assert 'Open the chat, or text 01632 960000, and say "talk to a person".' in page


def test_a_place_that_nobody_knows_is_said_and_left_out(client: TestClient, build: Build) -> None:
    build("A")
    page = said(client, "/courses?q=plumbing&place=Atlantis")
    assert "We do not know Atlantis." in page
    assert titles(client, "/courses?q=plumbing&place=Atlantis") == ["Plumbing A"]


def test_a_search_has_pages_that_keep_what_was_asked(client: TestClient, build: Build) -> None:
    for number in range(23):
        build(f"A{number:02}")
    url = "/courses?q=plumbing&level=2"
    first, second, third = (titles(client, f"{url}&page={page}") for page in (1, 2, 3))
    assert (len(first), len(second), len(third)) == (10, 10, 3)
    assert len({*first, *second, *third}) == 23
    assert "23 courses, page 2 of 3" in said(client, f"{url}&page=2")
    html = client.get(f"{url}&page=2").text
    assert 'rel="next" href="/courses?q=plumbing&amp;level=2&amp;page=3"' in html
    assert 'rel="prev" href="/courses?q=plumbing&amp;level=2"' in html
    assert 'start="11"' in html
    assert "There is no page 9 of this search." in said(client, f"{url}&page=9")


def test_providers_take_turns_from_day_to_day(client: TestClient, build: Build, clock: FixedClock) -> None:
    build("A")
    build("B", provider_id=2, route="training")
    assert titles(client, "/courses") == titles(client, "/courses"), "on one day the order stands"
    seen = []
    for _ in range(4):
        seen.append(titles(client, "/courses")[0])
        clock.advance(days=1)
    assert seen.count("Plumbing A") == 2
    assert seen.count("Plumbing B") == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("level=9", "Choose a level from the list"),
        ("route=magic", "Choose a way of learning from the list"),
        ("start=1999-01", "Choose a start from the list"),
        ("page=0", "The page must be a number from 1 to 100"),
        (f"page={MOST_PAGES + 1}", "The page must be a number"),
        ("page=²", "The page must be a number"),
        ("q=" + "x" * 201, "What you are looking for must be 200 characters or fewer"),
        ("place=" + "x" * 61, "The place must be 60 characters or fewer"),
        ("q=a%00b", "has a character in it that cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_said(client: TestClient, build: Build, query: str, expected: str) -> None:
    build("A")
    page = said(client, f"/courses?{query}", 400)
    assert "There is a problem" in page
    assert expected in page
    assert titles(client, f"/courses?{query}") == []


def test_an_address_that_is_too_long_is_refused(client: TestClient) -> None:
    assert "That address is too long" in said(client, "/courses?z=" + "x" * 3000, 414)


def test_odd_words_are_only_words(client: TestClient, build: Build) -> None:
    build("A", title="<script>alert(1)</script>")
    html = client.get('/courses?q="><script>alert(2)</script>').text
    assert "<script" not in html
    assert "&lt;script&gt;alert(2)" in html
    assert client.get("/courses?q=%27%20OR%201=1--%20%F0%9F%94%A7&q=two").status_code == 200


def test_months_go_from_this_one_on() -> None:
    asked = read({"start": "2026-12"}, date(2026, 12, 31))
    assert (asked.start, asked.from_day, asked.problems) == ("2026-12", "2026-12-01", {})
    assert read({"start": "2026-11"}, date(2026, 12, 31)).problems


# one course


def test_a_course_says_everything_that_is_known(client: TestClient, build: Build) -> None:
    build(
        "C1",
        summary="Pipes and taps.", qualification="Diploma", entry_requirements="Two GCSEs", exclusions="Nobody on bail",
        min_age=16, max_age=19, cost="Free", kit="Boots", kit_paid_by="The college", travel_help="A bus pass",
        leads_to="Level 3", taster="In May", how_to_apply="Ring admissions", url="https://samphire.example/c1",
        runs=[
            {"end": date(2027, 7, 2), "days": "Mon to Wed", "hours": "9 to 4", "places": "few", "places_left": 3,
             "apply_by": date(2026, 12, 18), "postcode": "CT9 1AB", "duration": "6 months"},
            {"start": date(2026, 9, 7)},
            {"start": date(2027, 4, 12), "places": "full"},
        ],
    )  # fmt: skip
    page = said(client, "/courses/C1")
    for fact in (
        "Plumbing C1", "Samphire & Sons College (college), Margate", "Level 2", "Diploma", "Pipes and taps.",
        "What you need to get in Two GCSEs Checked 2 November 2026", "Who it may not be for Nobody on bail",
        "Ages 16 to 19", "What it costs Free", "What to bring or wear Boots", "Who pays for the kit The college",
        "Help with travel A bus pass", "What it can lead to Level 3", "Trying it first In May", "Ring admissions",
        "11 January 2027 to 2 July 2027, 6 months", "Mon to Wed, 9 to 4", "Margate CT9 1AB", "Only 3 places left",
        "18 December 2026", "Full. Ask them about a waiting list", "Starts that have passed (1)", "7 September 2026",
        "See this course at samphire.example", "Phone: 01632 960104", "Email: apply@samphire.example",
        "this is from The test's prospectus, and was checked on 2 November 2026", "Reference: C1",
        "This page: https://onward.example.org/courses/C1",
    ):  # fmt: skip
        assert fact in page, fact
    assert "do not know" not in page.replace("if you do not know what you want", "")


def test_what_is_not_known_is_said_with_who_can_tell(client: TestClient, build: Build) -> None:
    build("C1", runs=[])
    build("C2", provider_id=2, runs=[{"start": None}])
    page = said(client, "/courses/C1")
    who = "Samphire & Sons College can tell you on 01632 960104."
    for unknown in (
        f"We do not know the entry requirements. {who}",
        f"We do not know what it costs. {who}",
        f"We do not know when it starts next. {who}",
        f"We do not know how to apply. {who}",
        "We do not know whether there is anybody it is not for, which ages it is for, what kit you need, what help "
        f"there is with travel, what it leads to or whether you can try it first. {who}",
    ):
        assert unknown in page, unknown
    other = said(client, "/courses/C2")
    assert "We do not know the entry requirements. Ask Harbour Trades, or ask an adviser to find out." in other
    assert "Not known" in other


def test_old_facts_are_said_to_be_old(client: TestClient, build: Build) -> None:
    own = {"source": "officer", "checked_on": "2026-11-20"}
    build("C1", checked_on=date(2026, 1, 5), cost="Free", kit="Boots", facts={"cost": own, "C1-1.places": own})
    page = said(client, "/courses/C1")
    assert "This may be out of date. It was last checked on 5 January 2026." in page
    assert "Boots Checked 5 January 2026. Please check with them" in page
    assert "Free Checked 20 November 2026 by our prospectus team" in page
    assert "as of 20 November 2026" in page


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b.example", "http://u:p@x.example"],
)
def test_only_safe_addresses_are_links(client: TestClient, build: Build, engine: Engine, address: str) -> None:
    with writing(engine) as session:
        session.get_one(Provider, 1).website = address
    build("C1", url=address, how_to_apply="Ring")
    html = client.get("/courses/C1").text
    assert not any(
        address.startswith(found) or found == address for found in re.findall(r'href="([^"]+)"', html) if found != "/"
    )
    assert address not in html.split("ld+json")[1].split("</script>")[0]


def test_search_engines_are_told_only_what_is_known(client: TestClient, build: Build) -> None:
    build("C1", summary="</script><script>alert(1)</script>", entry_requirements="Two GCSEs")
    html = client.get("/courses/C1").text
    assert html.count("<script") == 1
    data = json.loads(html.split('ld+json">')[1].split("</script>")[0])
    assert (data["@type"], data["name"], data["coursePrerequisites"]) == ("Course", "Plumbing C1", "Two GCSEs")
    assert data["description"] == "</script><script>alert(1)</script>"
    assert data["hasCourseInstance"][0]["startDate"] == "2027-01-11"
    assert data["provider"]["name"] == "Samphire & Sons College"
    assert "offers" not in data
    assert "coursePrerequisites" not in client.get("/courses/C1").text.split("ld+json")[0]


def test_an_address_with_a_title_or_small_letters_leads_to_the_course(client: TestClient, build: Build) -> None:
    build("C1")
    for address in ("/courses/C1/plumbing-level-2", "/courses/C1/", "/courses/c1"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["location"]) == (301, "/courses/C1"), address
    assert '<link rel="canonical" href="https://onward.example.org/courses/C1">' in client.get("/courses/C1").text


def test_a_course_that_is_no_longer_offered_says_so(client: TestClient, build: Build) -> None:
    build("C1", retired=True)
    build("C2")
    page = said(client, "/courses/C1", 410)
    assert "This course is no longer offered" in page
    assert titles(client, "/courses/C1") == ["Plumbing C2"]


def test_a_course_that_never_was_is_not_found(client: TestClient) -> None:
    for address in ("/courses/NOPE", "/courses/" + "x" * 500, "/courses/%00", "/courses/%F0%9F%94%A7"):
        assert "We cannot find that course" in said(client, address, 404)


# how the pages are served


class Markup(HTMLParser):
    """Collects what a policy or a reader of screens would trip over."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()
        self.headings: list[int] = []
        self.lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and given.get("type") != "application/ld+json"):
            self.inline.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "label":
            self.labels.add(str(given.get("for")))
        if tag in ("input", "select", "textarea"):
            self.fields.add(str(given.get("id")))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.mark.parametrize(
    "url", ["/courses", "/courses?q=plumbing&level=9", "/courses/C1", "/courses/OLD", "/courses/NO"]
)
def test_pages_are_plain_and_keep_to_themselves(client: TestClient, build: Build, url: str) -> None:
    build("C1")
    build("OLD", retired=True)
    answer = client.get(url)
    markup = Markup()
    markup.feed(answer.text)
    assert markup.inline == []
    assert len(markup.ids) == len(set(markup.ids))
    assert markup.fields <= markup.labels
    assert markup.lang == "en-GB"
    assert sum(level == 1 for level in markup.headings) == 1
    assert "set-cookie" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r'(?:src|href)="https?://(?!onward\.example|www\.samphire)', answer.text)


def test_a_page_is_asked_about_again_and_made_only_when_it_changed(
    client: TestClient, build: Build, engine: Engine, clock: FixedClock
) -> None:
    build("C1")
    for url in ("/courses?q=plumbing", "/courses/C1"):
        first = client.get(url)
        assert first.headers["cache-control"] == "public, no-cache"
        again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        with writing(engine) as session:
            editing.course_of(session, "C1").cost = f"For {url}"
        changed = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        assert changed.status_code == 200
        clock.advance(days=1)
        assert client.get(url, headers={"If-None-Match": changed.headers["etag"]}).status_code == 200
    assert client.get("/courses?q=a").headers["etag"] != client.get("/courses?q=b").headers["etag"]


def test_a_crowd_of_readers_is_told_to_come_back(
    engine: Engine, clock: FixedClock, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_WAITING", 2)
    monkeypatch.setattr(routes, "AT_ONCE", 1)
    app = Starlette(routes=courses_router(engine, clock, vocabulary).routes)

    async def crowd() -> list[int]:
        found: list[int] = []
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:

            async def read() -> None:
                answer = await client.get("/courses")
                found.append(answer.status_code)
                if answer.status_code == 503:
                    assert answer.headers["retry-after"] == "60"

            async with anyio.create_task_group() as group:
                for _ in range(12):
                    group.start_soon(read)
        return found

    found = anyio.run(crowd)
    assert (found.count(200), found.count(503)) == (3, 9)


def test_files_are_there_under_addresses_that_may_be_kept(client: TestClient) -> None:
    html = client.get("/courses").text
    for address in re.findall(r'href="(/courses/static/[^"]+)"', html):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]

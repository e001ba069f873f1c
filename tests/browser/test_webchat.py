"""The demo page in a real browser: it answers, survives what happens to a connection, and forgets when told to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import accessibility_faults, complaints, small_targets
from tests.browser.site import Site, running_site

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running_site(tmp_path) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(site.url)
    yield opened
    context.close()


def write(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    page.get_by_label("Your message").press("Enter")


def log(page: Page) -> list[str]:
    """What stands in the chat, message by message."""
    return page.locator("#chat-log .said__text").all_inner_texts()[1:]


def test_it_answers_and_offers_what_can_be_said_next(page: Page, site: Site) -> None:
    found = complaints(page)
    expect(page.locator("#chat-log")).to_contain_text("a computer program, not a person")
    write(page, "any courses?")
    expect(page.get_by_text("You said: any courses?")).to_be_visible()
    expect(page.locator(".said--out .said__state")).to_contain_text("Sent")
    page.get_by_role("button", name="Yes please").click()
    expect(page.get_by_text("You said: yes")).to_be_visible()
    assert log(page) == ["any courses?", "You said: any courses?", "yes", "You said: yes"]
    assert [message.text for message in site.rows("in")] == ["any courses?", "yes"]
    assert found == []


def test_one_press_on_a_starter_asks(page: Page) -> None:
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_text("You said: I want to talk to a person")).to_be_visible()
    expect(page.get_by_role("button", name="Find a course")).to_be_hidden()


def test_an_adviser_has_a_name_and_links_are_only_safe_ones(page: Page, site: Site) -> None:
    site.answer = lambda _text: []
    write(page, "hi")
    expect(page.locator(".said--out .said__state")).to_contain_text("Sent")
    words = "<b>Sam</b> here: https://www.childline.org.uk/a?b=1, 0800 1111, http://a.example/C1 or javascript:alert(1)"
    site.say(text=words, author="adviser", adviser_id=1)
    expect(page.get_by_text("Sam Okafor, adviser")).to_be_visible()
    said = page.locator(".said--adviser .said__text")
    assert said.inner_text() == words
    assert [link.get_attribute("href") for link in said.locator("a").all()] == [
        "https://www.childline.org.uk/a?b=1",
        "tel:08001111",
        "http://a.example/C1",
    ]


def test_what_is_on_the_screen_becomes_delivered(page: Page, site: Site) -> None:
    write(page, "hi")
    expect(page.get_by_text("You said: hi")).to_be_visible()
    write(page, "again")  # by the time of a second round trip the first was seen, and is marked within a second
    expect(page.get_by_text("You said: again")).to_be_visible()
    for _ in range(100):
        if site.rows("out")[0].status == "delivered":
            break
        page.wait_for_timeout(50)
    assert site.rows("out")[0].status == "delivered"


def test_a_page_loaded_again_shows_the_same_thread_once(page: Page, site: Site) -> None:
    write(page, "hi")
    expect(page.get_by_text("You said: hi")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You said: hi")).to_be_visible()
    assert log(page) == ["hi", "You said: hi"]
    expect(page.get_by_role("button", name="Yes please")).to_be_visible()
    assert len(site.rows("in")) == 1


def test_nothing_is_lost_or_doubled_while_the_server_is_away(page: Page, site: Site) -> None:
    write(page, "before")
    expect(page.get_by_text("You said: before")).to_be_visible()
    site.server.stop()
    write(page, "while you were away")
    write(page, "and again")
    expect(page.locator("#chat-state")).to_contain_text("No connection", timeout=15_000)
    expect(page.locator(".said--waiting")).to_have_count(2)
    site.server.start()
    expect(page.get_by_text("You said: and again")).to_be_visible(timeout=40_000)
    expect(page.locator("#chat-state")).to_be_empty()
    expect(page.locator(".said--waiting")).to_have_count(0)
    assert [message.text for message in site.rows("in")] == ["before", "while you were away", "and again"]
    assert sorted(log(page)) == sorted(
        text for said in ("before", "while you were away", "and again") for text in (said, f"You said: {said}")
    )


def test_what_was_not_sent_survives_a_reload(page: Page, site: Site) -> None:
    write(page, "before")
    expect(page.get_by_text("You said: before")).to_be_visible()
    page.context.route_web_socket(re.compile("."), lambda socket: socket.close())
    page.reload()
    write(page, "kept")
    expect(page.locator(".said--waiting")).to_have_count(1)
    page.context.unroute_all()
    page.context.route_web_socket(re.compile("."), lambda socket: socket.connect_to_server() and None)
    page.reload()
    expect(page.get_by_text("You said: kept")).to_be_visible(timeout=30_000)
    assert [message.text for message in site.rows("in")] == ["before", "kept"]


def test_stop_is_shown_until_start(page: Page) -> None:
    write(page, "STOP")
    expect(page.locator("#chat-stopped")).to_be_visible()
    page.reload()
    expect(page.locator("#chat-stopped")).to_be_visible()
    write(page, "START")
    expect(page.locator("#chat-stopped")).to_be_hidden()


def test_a_text_that_is_too_long_is_not_sent_and_says_by_how_much(page: Page, site: Site) -> None:
    write(page, "x" * 1605)
    expect(page.locator("#chat-left")).to_have_text("5 characters too long")
    assert site.rows("in") == []
    write(page, "   ")
    assert log(page) == []


def test_markup_is_words(page: Page) -> None:
    found = complaints(page)
    write(page, "<img src=x onerror=alert(1)>")
    expect(page.get_by_text("You said: <img src=x onerror=alert(1)>")).to_be_visible()
    assert page.locator("#chat-log img").count() == 0
    assert found == []


def kept(page: Page) -> list[str | None]:
    return [page.evaluate(f"{kind}.getItem('onward.chat')") for kind in ("sessionStorage", "localStorage")]


def test_a_shared_machine_keeps_nothing_unless_asked(page: Page) -> None:
    write(page, "hi")
    expect(page.get_by_text("You said: hi")).to_be_visible()
    assert [bool(one) for one in kept(page)] == [True, False]
    page.get_by_text("What happens with what you write").click()
    page.get_by_label("Keep this chat on this device").check()
    assert [bool(one) for one in kept(page)] == [True, True]
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("You said: hi")).to_be_visible()
    page.get_by_role("button", name="Clear this chat from this device").click()
    assert kept(page) == [None, None]
    expect(page.locator("#chat-log")).not_to_contain_text("You said")
    expect(page.get_by_role("button", name="Find a course")).to_be_visible()
    write(page, "a new one")
    expect(page.get_by_text("You said: a new one")).to_be_visible()


def test_exit_leaves_quickly_and_going_back_shows_nothing(page: Page, site: Site) -> None:
    write(page, "hi")
    expect(page.get_by_text("You said: hi")).to_be_visible()
    page.context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="The weather"))
    page.get_by_role("link", name="Exit this page quickly").click()
    expect(page.get_by_text("The weather")).to_be_visible()
    page.goto(site.url)
    assert kept(page) == [None, None]
    assert log(page) == []


def test_it_works_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Go to the chat"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "chat-text"
    page.keyboard.type("hi")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You said: hi")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Yes please"
    page.keyboard.press("Enter")
    expect(page.get_by_text("You said: yes")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "chat-text"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (1280, 860)])
def test_it_is_accessible_and_fits(chromium: Browser, site: Site, width: int, height: int, scheme: str) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(site.url)
    write(page, "hi")
    expect(page.get_by_text("You said: hi")).to_be_visible()
    site.say(text="Hi, Sam here.", author="adviser", adviser_id=1)
    expect(page.get_by_text("Hi, Sam here.")).to_be_visible()
    page.get_by_text("What happens with what you write").click()
    assert accessibility_faults(page) == []
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_nothing_moves_where_that_is_asked_for(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(site.url)
    assert page.evaluate("getComputedStyle(document.querySelector('.chat__typing span')).animationName") == "none"
    context.close()

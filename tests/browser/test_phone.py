"""The phone simulator in a real browser."""

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
    opened.goto(f"{site.url}/phone")
    yield opened
    context.close()


def text(page: Page, words: str) -> None:
    page.get_by_label("Text message").fill(words)
    page.get_by_label("Text message").press("Enter")


def thread(page: Page) -> list[str]:
    return page.locator("#phone-log .text__body").all_inner_texts()


def test_a_young_person_texts_and_is_answered(page: Page, site: Site) -> None:
    found = complaints(page)
    assert page.get_by_label("Text message").is_disabled()
    page.get_by_label("Text as").select_option("Ann Ash, Margate")
    expect(page.get_by_text("Texting as Ann Ash")).to_be_visible()
    text(page, "any courses?")
    expect(page.get_by_text("You said: any courses?")).to_be_visible()
    expect(page.locator(".text--in .text__foot")).to_contain_text("Read")
    expect(page.locator(".text--out .text__foot")).to_contain_text("Delivered")
    expect(page.locator(".text--out .text__foot")).to_contain_text("1 part")
    assert site.rows("in")[0].channel == "sms"
    assert found == []


def test_a_tick_comes_before_the_answer(page: Page, site: Site) -> None:
    site.paused = True
    page.get_by_label("Text as").select_option("Ann Ash, Margate")
    text(page, "hi")
    expect(page.locator(".text--in .text__foot")).to_contain_text("Sent")
    site.paused = False
    expect(page.locator(".text--in .text__foot")).to_contain_text("Read")


def test_a_new_number_is_taken_in_national_form(page: Page) -> None:
    page.get_by_label("Mobile number").fill("nonsense")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("alert")).to_contain_text("not a phone number")
    page.get_by_label("Mobile number").fill("07700 900999")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("Texting as +447700900999")).to_be_visible()
    text(page, "hi")
    expect(page.get_by_text("You said: hi")).to_be_visible()


def test_each_number_has_its_own_thread(page: Page) -> None:
    for name in ("Ann Ash, Margate", "Bob Birch, Deal"):
        page.get_by_label("Text as").select_option(name)
        text(page, f"from {name}")
        expect(page.get_by_text(f"You said: from {name}")).to_be_visible()
    page.get_by_label("Text as").select_option("Ann Ash, Margate")
    expect(page.get_by_text("You said: from Ann Ash, Margate")).to_be_visible()
    assert thread(page) == ["from Ann Ash, Margate", "You said: from Ann Ash, Margate"]
    page.reload()
    expect(page.get_by_text("You said: from Ann Ash, Margate")).to_be_visible()


def test_a_text_that_was_not_sent_is_tried_again_and_sent_once(page: Page, site: Site) -> None:
    page.get_by_label("Text as").select_option("Ann Ash, Margate")
    expect(page.get_by_text("Texting as Ann Ash")).to_be_visible()
    site.server.stop()
    text(page, "hi")
    expect(page.locator(".text--failed")).to_contain_text("Not sent")
    site.server.start()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("You said: hi")).to_be_visible()
    assert len(site.rows("in")) == 1


def test_the_number_of_parts_is_shown_while_writing(page: Page) -> None:
    page.get_by_label("Text as").select_option("Ann Ash, Margate")
    box, count = page.get_by_label("Text message"), page.locator("#phone-count")
    for words, shown in (
        ("a" * 160, ""),
        ("a" * 161, "2 parts"),
        ("€" * 80, ""),
        ("€" * 81, "2 parts"),
        ("ŵ" * 70, ""),
        ("ŵ" * 71, "2 parts"),
        ("x" * 1601, "1 characters too long"),
    ):
        box.fill(words)
        assert count.inner_text() == shown, words[:1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (1280, 860)])
def test_it_is_accessible_and_fits(chromium: Browser, site: Site, width: int, height: int, scheme: str) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{site.url}/phone")
    page.get_by_label("Text as").select_option("Ann Ash, Margate")
    text(page, "hi")
    expect(page.get_by_text("You said: hi")).to_be_visible()
    assert accessibility_faults(page) == []
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()

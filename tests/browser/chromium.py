"""Chromium for the browser tests of the pages for young people."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.casebook import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; the tests are skipped, or fail in CI, where there is none."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"there is no Chromium at {CHROMIUM}")
        pytest.skip(f"there is no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def complaints(page: Page) -> list[str]:
    """Collects what the page's scripts and its security policy complain about, while it is used."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    return found


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds wrong, by rule and place."""
    results: dict[str, Any] = Axe().run(page, options=WCAG).response
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in results["violations"]]


def small_targets(page: Page, least: int = 24) -> list[str]:
    """Everything that can be pressed and is smaller than ``least`` pixels either way, links in a sentence apart."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll('button, input, select, textarea, summary, a')]
        .filter(one => one.checkVisibility() && getComputedStyle(one).display !== 'inline')
        .filter(one => { const at = one.getBoundingClientRect(); return at.width < least || at.height < least })
        .map(one => one.outerHTML.slice(0, 80))""",
        least,
    )
    return found


def sign_in(page: Page, console: str) -> None:
    """Sign Ann in to the console at this address."""
    page.goto(console + "/sign-in")
    page.get_by_label("Email").fill("ann@onward.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/conversations*")

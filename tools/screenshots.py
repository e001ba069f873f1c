"""Take the pictures of the README from a system that runs: .venv/bin/python tools/screenshots.py http://127.0.0.1:8000"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# the last of the texts is an answer that has come, and each of ours has been acted on
ANSWERED = """() => {
    const texts = [...document.querySelectorAll(".text")];
    return texts.at(-1).innerText.includes("Delivered") && texts.every(one => !one.innerText.includes("Sent"));
}"""
QUESTIONS = ("any plumbing courses near margate", "1", "what do i need to get in")


def ask(page: Page, text: str, answers: str) -> None:
    """Write something and wait for one more answer."""
    before = page.locator(answers).count()
    page.get_by_role("textbox").last.fill(text)
    page.keyboard.press("Enter")
    page.wait_for_function("([css, n]) => document.querySelectorAll(css).length > n", arg=[answers, before])


def courses(browser: Browser, base: str) -> None:
    """A course's public page, found as anybody would."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(base + "/courses")
    page.get_by_label("What would you like to learn or do?").fill("level 2 plumbing near margate")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Plumbing").first.click()
    page.get_by_role("heading", name="How to apply").wait_for()
    page.screenshot(path=IMAGES / "course.png")


def main() -> None:
    """Text, chat, and look at it as the adviser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    base = parser.parse_args().url.rstrip("/")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_page(viewport={"width": 1200, "height": 860})
        page.goto(base + "/")
        for text in ("any hair and beauty courses in canterbury?", "what about level 1"):
            ask(page, text, ".said--in")
        page.screenshot(path=IMAGES / "chat.png")

        phone = browser.new_page(viewport={"width": 1000, "height": 820})
        phone.goto(base + "/phone")
        phone.get_by_label("Text as").select_option("+447700900123")
        for text in QUESTIONS:
            ask(phone, text, ".text--out")
            phone.wait_for_function(ANSWERED)
        phone.screenshot(path=IMAGES / "phone.png")

        courses(browser, base)

        console = browser.new_page(viewport={"width": 1200, "height": 1250})
        console.goto(base + "/console")
        console.get_by_label("Email").fill("sam.okafor@onward.example")
        console.locator("input[type=password]").fill("onward-sample")
        console.get_by_role("button", name="Sign in").click()
        console.get_by_role("link", name="Maya").first.click()
        console.get_by_role("heading", name="Maya", level=1).wait_for()
        console.screenshot(path=IMAGES / "console.png")
        browser.close()


if __name__ == "__main__":
    main()

"""The demo page at ``/``: what the service is, and a chat box."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from casework.inbound import MAX_TEXT
from channels.pages import SHARED, Assets, Pages

FOLDER = Path(__file__).parent

STARTERS = (
    ("Find a course", "What courses can I do?"),
    ("I don't know what to do next", "I don't know what to do next"),
    ("Who is my adviser?", "Who is my adviser?"),
    ("Talk to a person", "I want to talk to a person"),
)
"""What can be asked with one press: the words on the button, and what is sent."""


def demo_routes(*, service: str, sample: bool, phone: bool) -> list[BaseRoute]:
    """The page and its files. ``sample``: say that the area is made up. ``phone``: point to the phone."""
    assets = Assets({"shared": SHARED, "webchat": FOLDER / "static"}, "/channels/webchat/static")
    pages = Pages(FOLDER / "templates", assets)

    async def page(_request: Request) -> Response:
        return pages.page("demo.html", service=service, sample=sample, phone=phone, starters=STARTERS, longest=MAX_TEXT)

    return [Route("/", page, methods=["GET"]), assets.route()]

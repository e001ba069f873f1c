"""The console's templates: GOV.UK Design System macros around our own layout."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from starlette.responses import HTMLResponse

from casework import transcript_words
from console import words
from prospectus.coursefields import said_date

HERE = Path(__file__).parent
STATIC = HERE / "static"
BASE = "/console"
"""Where the console is mounted."""


class Pages:
    """Renders the console's templates. Everything that is put into them is escaped."""

    def __init__(self) -> None:
        self._templates = _environment()

    def html(self, template: str, *, status: int = 200, now: datetime, **values: Any) -> HTMLResponse:
        """A page (or a fragment) as an answer."""
        return HTMLResponse(self._templates.get_template(template).render(now=now, **values), status_code=status)


@cache
def asset(name: str) -> str:
    """The address of a static file, with a part that changes with its content so that it may be kept for long."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{BASE}/static/{name}?v={digest}"


@cache
def _environment() -> Environment:
    templates = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(HERE / "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        # the design system's macros read options that were not given
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {"base": BASE, "asset": asset}
    for name in ("moment", "how_long", "age", "phone", "full_name", "stranger", "channel", "author"):
        templates.filters[name] = getattr(words, name)
    templates.filters |= {
        "snippet": words.snippet,
        "cost": words.cost,
        "about": transcript_words.about,
        "escalation_title": transcript_words.escalation,
        "urgency": transcript_words.urgency,
        "language": transcript_words.language,
        "said_date": said_date,
    }
    return templates

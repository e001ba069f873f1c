"""Pages and answers for what goes wrong: plain words, and never a trace.

A program gets JSON; a person, whose browser asks for HTML, gets a page.
"""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

WORDS: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "That did not look right", "What was sent could not be understood. Go back and try again."),
    401: ("sign_in", "You need to sign in", "Sign in, then try again."),
    403: ("forbidden", "You cannot see this", "This is not something that you have access to."),
    404: ("not_found", "Page not found", "Check the address. If you followed a link, it may be out of date."),
    405: ("method_not_allowed", "That cannot be done here", "Go back and try again."),
    413: ("too_large", "That is too large", "What was sent is larger than this service takes."),
    429: ("slow_down", "Too many tries", "Wait a minute, then try again."),
    500: ("failed", "Sorry, something went wrong", "It is not your fault. Try again in a minute."),
    503: ("unavailable", "Sorry, this is not working just now", "Try again in a minute."),
}
"""By status: a code for programs, a heading and a sentence for people."""

PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading} - {service}</title>
</head>
<body>
<main>
<h1>{heading}</h1>
<p>{sentence}</p>
<p><a href="/">Go to the start page</a></p>
</main>
</body>
</html>
"""


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks."""
    return "text/html" in request.headers.get("accept", "")


def answer(request: Request, status: int, *, service: str, headers: dict[str, str] | None = None) -> Response:
    """The page or the JSON for a status."""
    code, heading, sentence = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    if wants_page(request):
        page = PAGE.format(heading=escape(heading), sentence=escape(sentence), service=escape(service))
        return HTMLResponse(page, status_code=status, headers=headers)
    return JSONResponse({"error": code, "message": sentence}, status_code=status, headers=headers)

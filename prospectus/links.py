"""Web addresses: which ones a page may link to, and the address of a course's own page."""

from urllib.parse import quote, urlsplit

LONGEST = 500
"""Characters of a web address; longer ones are not linked to."""

PAGES = "/courses"
"""Where the public pages of the prospectus are."""


def web_address(value: str | None) -> str | None:
    """The address, if it can be followed safely: http or https, with a host, and no sign-in or odd characters in it.

    One that begins with ``www.`` is taken as https. Anything else (``javascript:``, a mail address, a plain remark)
    answers None: it may be shown as words, and is never a link.

    >>> web_address("www.samphirecoast.example/apply")
    'https://www.samphirecoast.example/apply'
    """
    if not value:
        return None
    address = value.strip()
    if address.lower().startswith("www."):
        address = "https://" + address
    if len(address) > LONGEST or not address.isprintable() or any(one in address for one in " \\\"'<>`{}|^"):
        return None
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 -- raises for a port that is no number
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password is not None:
        return None
    return address if "." in parts.hostname or parts.hostname == "localhost" else None


def course_path(ref: str) -> str:
    """The path of a course's page. It never changes while the course has this ref, whatever its title becomes."""
    return f"{PAGES}/{quote(ref, safe='')}"


def course_link(public_url: str | None, ref: str) -> str | None:
    """The whole address of a course's page, to be sent to somebody; None where the service has no public address."""
    return f"{public_url.rstrip('/')}{course_path(ref)}" if public_url else None

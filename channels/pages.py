"""What the channels' web pages share: files served from memory, and headers that keep a page to itself."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

SHARED = Path(__file__).parent / "static"
"""The typeface and colours of every page."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}

FOR_EVER = "public, max-age=31536000, immutable"
"""For an address that names the file's content."""

FOR_AN_HOUR = "public, max-age=3600"

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # nothing stays behind in the browser of a shared computer
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Asset:
    """One file, ready to be sent."""

    body: bytes
    packed: bytes | None
    content_type: str
    version: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        """Read a file and pack it, where packing helps."""
        body = path.read_bytes()
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        packed = None if path.suffix == ".woff2" else gzip.compress(body, mtime=0)
        return cls(body, packed, kind, hashlib.sha256(body).hexdigest()[:12])


class Assets:
    """The files under some folders, each known by ``<name>/<path in its folder>``."""

    def __init__(self, folders: Mapping[str, Path], prefix: str) -> None:
        self._prefix = prefix
        self._files = {
            f"{name}/{path.relative_to(folder).as_posix()}": Asset.read(path)
            for name, folder in folders.items()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in TYPES
        }

    def url(self, name: str) -> str:
        """The address of a file as it is now: a changed file has another. Raises ``KeyError`` for none."""
        return f"{self._prefix}/{name}?v={self._files[name].version}"

    def route(self) -> Route:
        """Where they are served."""
        return Route(self._prefix + "/{name:path}", self._serve, methods=["GET"])

    async def _serve(self, request: Request) -> Response:
        asset = self._files.get(request.path_params["name"])
        if asset is None:
            return Response("Not found.", 404, media_type="text/plain")
        fixed = request.query_params.get("v") == asset.version
        etag = f'"{asset.version}"'
        headers = {
            "Cache-Control": FOR_EVER if fixed else FOR_AN_HOUR,
            "ETag": etag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = asset.body
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body = asset.packed
            headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers | {"Content-Type": asset.content_type})


class Pages:
    """Pages from the templates of one folder. ``asset('<name>/<file>')`` in them is a file's address."""

    def __init__(self, folder: Path, assets: Assets) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.globals["asset"] = assets.url

    def html(self, template: str, **values: object) -> str:
        """The markup of a page, for whoever answers with a status and headers of their own."""
        return self._templates.get_template(template).render(values)

    def page(self, template: str, **values: object) -> HTMLResponse:
        """One page, with the headers of all."""
        return HTMLResponse(self.html(template, **values), headers=PAGE_HEADERS)

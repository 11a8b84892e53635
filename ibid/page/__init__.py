"""The web page: the files of this folder, as they are, and the routes that serve them.

It is HTML, CSS and ECMAScript modules that the browser runs as they stand.  It asks for nothing but what this server
has, and needs `script-src`, `style-src`, `font-src`, `img-src` and `connect-src 'self'` of a Content-Security-Policy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = ["PageFile", "page_files", "page_routes"]

Does = Literal["off", "points", "writes"]
_FOLDER = Path(__file__).parent
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the page."""

    content: bytes
    media_type: str

    @property
    def tag(self) -> str:
        """An entity tag (RFC 9110): a hash of the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


def page_files(feedback: bool = False, model: Does = "off", uploads: bool = False) -> Mapping[str, PageFile]:
    """The files of the page by path ("/", "/style.css", …).

    With `feedback` it asks whether an answer was right; what a language `model` does it says before one asks; with
    `uploads` it takes files that are dropped on the list of the sources.
    """
    paths = sorted(path for path in _FOLDER.rglob("*") if path.suffix in _TYPES)
    files = {f"/{path.relative_to(_FOLDER).as_posix()}": _read(path) for path in paths}
    start = files.pop("/index.html")
    switches = {"feedback": "on" if feedback else "off", "model": model, "uploads": "on" if uploads else "off"}
    for name, given in switches.items():
        switched = start.content.replace(f'data-{name}="off"'.encode(), f'data-{name}="{given}"'.encode())
        start = PageFile(switched, start.media_type)
    return {"/": start, **files}


def page_routes(feedback: bool = False, model: Does = "off", uploads: bool = False) -> list[Route]:
    """Routes for `page_files`; a browser keeps them, and asks each time whether they are still the same.

    At "/search" is what is at "/": its script shows there what the address asks for.
    """
    files = page_files(feedback, model, uploads)
    return [_route(path, file) for path, file in {**files, "/search": files["/"]}.items()]


def _read(path: Path) -> PageFile:
    return PageFile(path.read_bytes(), _TYPES[path.suffix])


def _route(path: str, file: PageFile) -> Route:
    headers = {"Cache-Control": "no-cache", "ETag": file.tag}

    async def serve(request: Request) -> Response:
        if file.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)

    return Route(path, serve, include_in_schema=False)

"""Which pages of the web may ask: the origin of a request (RFC 6454), and what a browser is told of it (CORS)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from ibid.http.problems import RequestProblem

ANY = "*"
_ASKED_FOR = "access-control-request-method"


class Origins:
    """The pages of other sites that may read answers; never with what a browser knows of its user, as cookies."""

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        """Allow these origins, or with `*` all."""
        self._allowed = allowed

    def told(self, headers: Headers) -> dict[str, str]:
        """What a response carries for the page that asks."""
        if not self._allowed:
            return {}
        origin = headers.get("origin", "")
        if ANY in self._allowed:
            whom = {"Access-Control-Allow-Origin": ANY}
        elif origin in self._allowed:
            whom = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        else:
            return {"Vary": "Origin"}
        return whom | {"Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-ID"}

    def preflight(self, method: str, headers: Headers) -> dict[str, str] | None:
        """What a browser is told that asks whether a page may ask; None where it is not asked that.

        A page may ask questions, and put in nothing.  Raises RequestProblem 403 where its origin is not allowed.
        """
        if method != "OPTIONS" or not self._allowed or "origin" not in headers or _ASKED_FOR not in headers:
            return None
        told = self.told(headers)
        if "Access-Control-Allow-Origin" not in told:
            raise RequestProblem(403, "wrong_origin", "pages of this origin may not ask", "allow it with --cors ORIGIN")
        granted = {
            "Access-Control-Allow-Methods": "GET, POST",
            # A star stands for all but the first.
            "Access-Control-Allow-Headers": "Authorization, *",
            "Access-Control-Max-Age": "600",
        }
        return {**told, **granted}

    def check(self, headers: Headers) -> None:
        """Raise RequestProblem 403 if the request is sent by a page of another site that is not allowed."""
        if "Access-Control-Allow-Origin" not in self.told(headers):
            check_own(headers)


def check_own(headers: Headers) -> None:
    """Raise RequestProblem 403 where a page of another site sends a request, as browsers tell."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    own = site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc == headers.get("host")
    if not own:
        raise RequestProblem(
            403, "wrong_origin", "this is a request of a page of another site", "use the page of this server"
        )

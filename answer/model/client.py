"""The connection to a server: one client for all that is asked, which asks again where that may help."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import finalize

from answer.errors import ModelError
from answer.model.stream import read_whole

if TYPE_CHECKING:
    import httpx

TRIES = 4
_BUSY, _FAILING = 429, 500
_PAUSE = 0.5


class JsonClient:
    """Posts JSON to one address, from any thread."""

    def __init__(self, url: str, key: str | None, by_proxy: bool) -> None:
        """Post to `url`, with `key` if there is one, and `by_proxy` if the environment names one."""
        self._url, self._by_proxy = url, by_proxy
        # What is packed would be unpacked before it could be seen how large it is.
        self._headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._opened: httpx.Client | None = None
        self._opening = Lock()

    def post(self, body: Mapping[str, Any], until: float, seconds: float) -> tuple[int, bytes]:
        """The status and the body of what the server says by the moment `until`, which is in at most `seconds`.

        A server that is busy or fails is asked again, at most TRIES times in all, after the pause that it asks for or
        else one that doubles.  Raises ModelError where it cannot be reached, breaks off, or is not done in time.
        """
        import httpcore
        import httpx

        client = self._client()
        late = f"it was not done within {seconds:g} s"
        for number in range(TRIES):
            left = until - time.monotonic()
            if left <= 0:
                raise ModelError(late)
            try:
                with client.stream("POST", self._url, json=body, headers=self._headers, timeout=left) as response:
                    said = read_whole(response, until, late)
            except httpcore.TimeoutException as error:
                raise ModelError(late) from error
            except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError) as error:
                # A connection that was kept may have been closed meanwhile: a new one is tried once.
                if number:
                    raise ModelError(_broken(error)) from error
                continue
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpx.InvalidURL) as error:
                raise ModelError(_broken(error)) from error
            pause = _asked_for(response) if "retry-after" in response.headers else _PAUSE * 2**number
            is_passing = response.status_code == _BUSY or response.status_code >= _FAILING
            if not is_passing or number == TRIES - 1 or pause >= until - time.monotonic():
                break
            time.sleep(pause)
        return response.status_code, said

    def _client(self) -> httpx.Client:
        import httpx

        from answer.model.timed import TimedTransport

        with self._opening:
            if self._opened is None:
                transport = TimedTransport(self._url, self._by_proxy)
                self._opened = httpx.Client(transport=transport, trust_env=self._by_proxy, follow_redirects=False)
                # What is kept open for the next question is closed when nobody can ask one any more.
                finalize(self, self._opened.close)
            return self._opened


def _asked_for(response: httpx.Response) -> float:
    """The seconds for which a server asks to be left alone (RFC 9110, 10.2.3): a number, or until a date."""
    asked = response.headers["retry-after"]
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        date = parsedate_to_datetime(asked)
    except ValueError:
        return _PAUSE
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _broken(error: Exception) -> str:
    return f"its server cannot be reached, or broke off ({type(error).__name__})"

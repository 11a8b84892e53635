"""One url is downloaded: from a checked address, within limits of size and time, as robots.txt allows."""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from concurrent.futures import Future
from dataclasses import dataclass, field
from urllib.robotparser import RobotFileParser

import httpcore
import httpx

from ingest.errors import AddressRefused, FetchError, HeldBack
from ingest.fetch.address import Resolver, check, look_up
from ingest.fetch.connection import CheckedTransport

MAX_REDIRECTS = 5
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 15.0
_MOST_RULES = 512_000  # bytes of a robots.txt that are heeded; RFC 9309, 2.5, asks for as many at least
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPT = "text/html, application/pdf, text/markdown, text/plain;q=0.9, */*;q=0.1"
_FAILURES = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpx.HTTPError)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it later whether the page at `url` has changed."""

    url: str
    etag: str | None
    last_modified: str | None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value}


@dataclass(frozen=True, slots=True)
class DownloadedPage:
    """The answer at the end of all redirects; of a 304 the content is empty."""

    status: int
    media_type: str
    charset: str | None
    validators: Validators
    content: bytes


@dataclass(slots=True)
class Downloader:
    """Asks one url after another, resting `pause` seconds between two requests to one host.

    `max_bytes` holds for what is sent and for what it unpacks to, `max_seconds` for all that one url takes: names,
    robots.txt, redirects and content.  `resolve`, `allow_loopback` and `ssl_context` are there for tests.
    """

    user_agent: str
    max_bytes: int = 20_000_000
    max_seconds: float = 30.0
    pause: float = 1.0
    allow_http: bool = False
    allow_loopback: bool = False
    resolve: Resolver = look_up
    ssl_context: ssl.SSLContext = field(default_factory=httpx.create_ssl_context)
    _asked: dict[str, float] = field(default_factory=dict)
    _robots: dict[tuple[str, str, int | None], RobotFileParser] = field(default_factory=dict)

    def get(self, url: str, validators: Validators | None = None) -> DownloadedPage:
        """Download `url`, following up to five redirects by hand; every status but a redirect is an answer.

        With `validators` a page that has not changed comes back as 304.  Raises AddressRefused, HeldBack
        (robots.txt) or FetchError.
        """
        try:
            return self._follow(url, time.monotonic() + self.max_seconds, validators, heed_robots=True)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise AddressRefused(f"not a url that can be asked ({error}); mend it in the manifest") from error

    def _follow(self, start: str, deadline: float, validators: Validators | None, heed_robots: bool) -> DownloadedPage:
        url = httpx.URL(start).copy_with(fragment=None)
        for _ in range(MAX_REDIRECTS + 1):
            self._check_form(url)
            if heed_robots:
                self._ask_robots(url, deadline)
            # An ETag means something at its own url only, and a redirect may lead elsewhere today.
            condition = validators.headers if validators and validators.url == str(url) else {}
            answer = self._request(url, condition, deadline)
            if isinstance(answer, DownloadedPage):
                return answer
            url = url.join(answer).copy_with(fragment=None)
        raise FetchError(f"more than {MAX_REDIRECTS} redirects, the last to {url}; give the final url in the manifest")

    def _check_form(self, url: httpx.URL) -> None:
        if url.userinfo:
            raise AddressRefused(f"a url of {url.host} holds a user name; give it without")
        if url.scheme != "https" and not (self.allow_http and url.scheme == "http"):
            raise AddressRefused(f"{url} is not https; give its https address")
        if not url.host or (url.port or 0) > 65535:
            raise AddressRefused(f"{url} names no host, or a port that cannot be; mend it in the manifest")

    def _ask_robots(self, url: httpx.URL, deadline: float) -> None:
        origin = (url.scheme, url.host, url.port)
        if origin not in self._robots:
            page = self._follow(str(url.copy_with(raw_path=b"/robots.txt")), deadline, None, heed_robots=False)
            self._robots[origin] = _read_robots(page, url.host)
        if not self._robots[origin].can_fetch(self.user_agent, str(url)):
            raise HeldBack(f"robots.txt of {url.host} does not allow it; download it by hand if you may")

    def _request(self, url: httpx.URL, condition: dict[str, str], deadline: float) -> DownloadedPage | str:
        """One request: the page, or the place that it redirects to."""
        addresses = self._addresses(url, deadline)
        self._rest(url.host, deadline)
        headers = {"User-Agent": self.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"} | condition
        transport = CheckedTransport(addresses, deadline, self.ssl_context)
        timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
        try:
            with (
                httpx.Client(transport=transport, trust_env=False, timeout=timeout) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                if response.status_code in _REDIRECTS and "Location" in response.headers:
                    return response.headers["Location"]
                return self._page(url, response)
        except _FAILURES as error:
            raise FetchError(self._explain(error, url.host, deadline)) from error
        finally:
            self._asked[url.host] = time.monotonic()

    def _addresses(self, url: httpx.URL, deadline: float) -> list[str]:
        """The addresses of a host, asked for once and all of them checked: what is connected to is one of these."""
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        found: Future[list[str]] = Future()

        def ask() -> None:
            try:
                found.set_result(list(self.resolve(host, port)))
            except Exception as error:
                found.set_exception(error)

        # The system's own look-up cannot be told how long it may take.
        threading.Thread(target=ask, daemon=True).start()
        try:
            addresses = found.result(max(0.0, deadline - time.monotonic()))
        except (OSError, UnicodeError) as error:
            late = self._late(deadline)
            raise FetchError(late or f"no address is known for {host} ({error}); check the url") from error
        if not addresses:
            raise FetchError(f"no address is known for {host}; check the url")
        check(host, addresses, self.allow_loopback)
        return addresses

    def _rest(self, host: str, deadline: float) -> None:
        wait = self._asked.get(host, -self.pause) + self.pause - time.monotonic()
        time.sleep(max(0.0, min(wait, deadline - time.monotonic())))

    def _page(self, url: httpx.URL, response: httpx.Response) -> DownloadedPage:
        headers = response.headers
        return DownloadedPage(
            status=response.status_code,
            media_type=headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            charset=response.charset_encoding,
            validators=Validators(str(url), _ascii(headers.get("ETag")), _ascii(headers.get("Last-Modified"))),
            content=b"" if response.status_code == 304 else self._content(response),
        )

    def _content(self, response: httpx.Response) -> bytes:
        sent = bytearray()
        for chunk in response.iter_raw():
            sent += chunk
            if len(sent) > self.max_bytes:
                raise self._too_large()
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding in ("identity", ""):
            return bytes(sent)
        if encoding not in ("gzip", "x-gzip"):
            raise FetchError(f"it comes packed as {encoding!r}, which was not asked for; download it by hand")
        return self._unpack(bytes(sent))

    def _unpack(self, packed: bytes) -> bytes:
        gzip = zlib.decompressobj(wbits=31)
        try:
            content = gzip.decompress(packed, self.max_bytes + 1)
        except zlib.error as error:
            raise FetchError(f"its gzip is damaged ({error}); try again later") from error
        if len(content) > self.max_bytes:
            raise self._too_large()
        if not gzip.eof or gzip.unused_data:
            raise FetchError("its gzip is cut off, or more follows it; try again later")
        return content

    def _too_large(self) -> FetchError:
        return FetchError(f"it is larger than {self.max_bytes / 1e6:g} MB; raise --max-mb if that is right")

    def _late(self, deadline: float) -> str | None:
        if time.monotonic() < deadline:
            return None
        return f"it took longer than {self.max_seconds:g} s; try again, or raise --max-seconds"

    def _explain(self, error: Exception, host: str, deadline: float) -> str:
        late = self._late(deadline)
        if late:
            return late
        if isinstance(error, httpcore.TimeoutException):
            return f"{host} did not answer in time; try again later"
        return f"{host} could not be read ({error}); check the url, or try again later"


def _ascii(value: str | None) -> str | None:
    """A header that can be sent back; others are not kept."""
    return value if value and value.isascii() else None


def _read_robots(page: DownloadedPage, host: str) -> RobotFileParser:
    """The rules of a site; one without robots.txt has none (RFC 9309, 2.3.1)."""
    rules = RobotFileParser()
    if 200 <= page.status < 300:
        rules.parse(page.content[:_MOST_RULES].decode("utf-8-sig", "replace").splitlines())
    elif 400 <= page.status < 500 and page.status != 429:
        rules.parse([])
    else:
        raise HeldBack(f"robots.txt of {host} answered {page.status}; try again later")
    return rules

"""Requests that take no longer than they may, however slowly the other side sends."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from ingest.fetch.connection import Content

_KEPT, _KEPT_SECONDS = 20, 5.0


class TimedTransport(httpx.BaseTransport):
    """Sends requests over connections that are kept; a request's time-out for reading is that of the whole of it.

    By itself, httpx lets each piece take that long: a head that drips in, or 1xx responses without end, would never be
    late.  Raises the errors of httpcore.
    """

    def __init__(self, url: str, by_proxy: bool) -> None:
        """For requests to `url`, `by_proxy` if the environment names one for it."""
        self._pool = httpcore.ConnectionPool(
            httpx.create_ssl_context() if url.startswith("https:") else None,
            _proxy(url) if by_proxy else None,
            max_connections=None,
            max_keepalive_connections=_KEPT,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=_TimedBackend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and read the head of the response."""
        seconds = request.extensions["timeout"]["read"]
        # In the place of a time-out each step is given the moment by which all has to be done.
        moments = dict.fromkeys(("connect", "read", "write"), time.monotonic() + seconds) | {"pool": seconds}
        assert isinstance(request.stream, httpx.SyncByteStream)
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": moments},
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=Content(answer.stream))

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _TimedBackend(httpcore.NetworkBackend):
    """Connects, and lets no step end later than the moment that it is given as `timeout`."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout)
        return _TimedStream(httpcore.SyncBackend().connect_tcp(host, port, left, local_address, socket_options))


class _TimedStream(httpcore.NetworkStream):
    """A connection, the same way."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(until: float | None) -> float:
    assert until is not None
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


def _proxy(url: str) -> httpcore.Proxy | None:
    """The proxy that the environment names for `url`."""
    address = httpx.URL(url)
    proxies = getproxies()
    named = proxies.get(address.scheme) or proxies.get("all")
    if not named or proxy_bypass(address.host):
        return None
    proxy = httpx.Proxy(named if "://" in named else f"http://{named}")
    target = httpcore.URL(
        scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=proxy.url.raw_path
    )
    return httpcore.Proxy(target, auth=proxy.raw_auth)

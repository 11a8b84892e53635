"""A connection to an address that was checked, every step of which ends before a deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator

import httpcore
import httpx

from ingest.errors import FetchError


class CheckedTransport(httpx.BaseTransport):
    """Sends a request to one of the addresses; the host name stays what TLS and the Host header speak of."""

    def __init__(self, addresses: Iterable[str], deadline: float, ssl_context: ssl.SSLContext) -> None:
        """Take addresses that are checked already, and a deadline by `time.monotonic`."""
        self._pool = httpcore.ConnectionPool(ssl_context, network_backend=_CheckedBackend(addresses, deadline))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request without content; raises the errors of httpcore, and FetchError where TLS fails."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self._pool.handle_request(
            httpcore.Request(request.method, target, headers=request.headers.raw, extensions=request.extensions)
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(answer.status, headers=answer.headers, stream=Content(answer.stream))

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class Content(httpx.SyncByteStream):
    """The body of a response of httpcore, as httpx takes it."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        """Hand on what `stream` gives."""
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        """Let go of the connection."""
        if hasattr(self._stream, "close"):
            self._stream.close()


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that were checked and looks up no name."""

    def __init__(self, addresses: Iterable[str], deadline: float) -> None:
        self._addresses = list(addresses)
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._addresses:
            try:
                seconds = _left(self._deadline, timeout)
                stream = httpcore.SyncBackend().connect_tcp(address, port, seconds, local_address, socket_options)
                return _DeadlineStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step ends before the deadline, however slowly the other side sends."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _left(self._deadline, timeout)
        try:
            return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._deadline)
        except httpcore.ConnectError as error:
            # Told here, because the pool lets go of the cause.
            if isinstance(error.__cause__, ssl.SSLError):
                raise FetchError(_tls_fault(error.__cause__, server_hostname)) from error
            raise

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _tls_fault(error: ssl.SSLError, host: str | None) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not to be trusted ({error.verify_message}); check the url"
    return f"{host} does not speak TLS as it should ({error.reason or error}); check the url"


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(left, timeout)

"""Attempts to have `ibid fetch` reach into the network of its machine, or hold it up: all on loopback.

Names are told by a resolver of our own, that reads numbers as the system does; nothing else is looked up.  Where the
one public address is connected to, a server of this process answers, and no connection goes anywhere else.
"""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat

import httpcore

from ingest import IngestError
from ingest.fetch.download import Downloader

HERE = "127.0.0.1"
PUBLIC = "93.184.215.14"
SECONDS = 2.0
MOST = 1_000_000
Serve = Callable[[socket.socket, str], None]

# Every spelling of an address that is none of the public internet, as the host of a url.
SPELLINGS = (
    *(HERE, "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1."),
    *("0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "2852039166", "0xa9fea9fe"),
    *("100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *(
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fe80::1%25lo]",
    ),
    *("[fd00::1]", "[fec0::1]", "[ff02::1]", "[::1%25lo]", "localhost", "LOCALHOST.", "127。0。0。1", "１２７.0.0.1"),
    *("①②⑦.⓪.⓪.①", "inside.example", "mixed.example", "public.example@127.0.0.1", "127.0.0.1\\@public.example"),
)
# Where a page that is public redirects to.
REDIRECTS = (
    *("http://127.0.0.1/", "//127.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://2130706433/"),
    *("http://inside.example/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@127.0.0.1/"),
)
NAMES = {
    "localhost": [HERE],
    "localhost.": [HERE],
    "inside.example": ["10.0.0.1"],
    "mixed.example": [PUBLIC, HERE],
    "public.example": [PUBLIC],
}


MOVING = ([[PUBLIC], [HERE]], [[PUBLIC], ["10.0.0.1"]], [[PUBLIC], ["::1"]], [[PUBLIC], ["::ffff:127.0.0.1"]])


def reach_inside() -> dict[str, int]:
    """Each spelling, each redirect, and names that move between two look-ups: how many came through.

    An attempt has come through where a connection was tried to any address but the public one, or a page was read that
    no public server has.
    """
    through = 0
    for host in SPELLINGS:
        with internet(lambda *_: None) as connected:
            told = fetched(loader(resolve), f"http://{host}/")
        through += any(address != PUBLIC for address in connected) or told is not None
    for location in REDIRECTS:
        head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        with internet(at("/page", sends(head.encode()))) as connected:
            told = fetched(loader(resolve), "http://public.example/page")
        through += any(address != PUBLIC for address in connected) or told is not None
        assert connected, "the redirect was never asked for"
    for turns in MOVING:
        answers = chain(turns, repeat(turns[-1]))
        with internet(at("/page", sends(_PAGE))) as connected:
            told = fetched(loader(lambda host, port: next(answers)), "http://public.example/page")  # noqa: B023
        through += any(address != PUBLIC for address in connected) or told is not None
    return {"attempts": len(SPELLINGS) + len(REDIRECTS) + len(MOVING), "through": through}


def hold_up() -> dict[str, float]:
    """Servers that do not end, or send what grows: how many were not told as such, and the longest that one took."""
    longest, through = 0.0, 0
    for serve in HOLDING:
        with internet(at("/page", serve)):
            started = time.monotonic()
            told = fetched(loader(resolve), "http://public.example/page")
            longest = max(longest, time.monotonic() - started)
        through += told is not None
    return {"attempts": len(HOLDING), "through": through, "limit_s": SECONDS, "longest_s": round(longest, 2)}


@contextmanager
def internet(serve: Serve) -> Iterator[list[str]]:
    """A server at the one public address; gives the addresses that are connected to, of which no other is reached."""
    connected: list[str] = []
    connect = httpcore.SyncBackend.connect_tcp
    with listening(serve) as here:

        def connecting(
            self: httpcore.SyncBackend, host: str, port: int, timeout: float | None = None, *_: object
        ) -> httpcore.NetworkStream:
            connected.append(host)
            if host != PUBLIC:
                raise httpcore.ConnectError("nothing leaves this machine")
            return connect(self, HERE, here, timeout)

        httpcore.SyncBackend.connect_tcp = connecting  # type: ignore[method-assign,assignment]
        try:
            yield connected
        finally:
            httpcore.SyncBackend.connect_tcp = connect  # type: ignore[method-assign]


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """A server of this machine, that does with each connection what it is told; gives its port."""

    def handle(held: socket.socket) -> None:
        with held:
            try:
                asked = held.recv(65536)
                serve(held, asked.split(b" ")[1].decode())
            except (OSError, IndexError):
                pass

    def accept() -> None:
        while not ends.is_set():
            try:
                held, _ = server.accept()
            except TimeoutError:
                continue
            held.settimeout(2 * SECONDS)
            threading.Thread(target=handle, args=(held,), daemon=True).start()

    with socket.create_server((HERE, 0)) as server:
        server.settimeout(0.02)
        ends = threading.Event()
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ends.set()
            thread.join()


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name that is known here, and of a number in any spelling that the system reads."""
    if host in NAMES:
        return NAMES[host]
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)]


def loader(names: Callable[[str, int], Sequence[str]]) -> Downloader:
    """What `ibid fetch` downloads with; plain http is allowed, so that no attempt fails for want of TLS."""
    return Downloader("ibid/0", MOST, SECONDS, 0.0, allow_http=True, resolve=names)


def fetched(loads: Downloader, url: str) -> bytes | None:
    """What came of a url; None where it was refused, and that was told."""
    try:
        return loads.get(url).content
    except IngestError:
        return None


def at(path: str, serve: Serve) -> Serve:
    """A site that has one page alone, and no robots.txt."""

    def answer(held: socket.socket, asked: str) -> None:
        if asked == path:
            serve(held, asked)
        else:
            held.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    return answer


def sends(*pieces: bytes, again: bytes = b"", pause: float = 0.0) -> Serve:
    """A server that sends these, and `again` for as long as it is listened to, with a `pause` before each."""

    def answer(held: socket.socket, _: str) -> None:
        for piece in chain(pieces, repeat(again) if again else ()):
            held.sendall(piece)
            time.sleep(pause)

    return answer


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
_PAGE = _OK + b"Content-Length: 5\r\n\r\nHello"
_GZIP = _OK + b"Content-Encoding: gzip\r\n"
_BOMB = gzip.compress(bytes(100_000_000), 9)
HOLDING = (
    sends(pause=3 * SECONDS),
    sends(b"", pause=3 * SECONDS),
    sends(_OK + b"\r\n", again=b"x" * 65536),
    sends(_OK + b"Content-Length: 1000000000000\r\n\r\n", again=b"x" * 65536),
    sends(_OK + b"Content-Length: 1000\r\n\r\nshort"),
    sends(_OK + b"Content-Length: 1000\r\n\r\n", again=b"x", pause=0.1),
    sends(_OK, again=b"X: y\r\n", pause=0.1),
    sends(again=b"H", pause=0.1),
    sends(_OK, again=b"X: y\r\n"),
    sends(again=b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0.01),
    sends(again=b"HTTP/1.1 100 Continue\r\n\r\n"),
    sends(_GZIP + b"Content-Length: %d\r\n\r\n" % len(_BOMB) + _BOMB),
    sends(_GZIP + b"\r\n" + gzip.compress(b"x") * 2),
    sends(_GZIP + b"\r\n" + gzip.compress(b"x" * 1000)[:-9]),
    sends(_GZIP + b"\r\n", again=gzip.compress(b"x")[:10]),
    sends(_OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n", again=b"x" * 65536),
    sends(_OK + b"Transfer-Encoding: chunked\r\n\r\n", again=b"1\r\nx\r\n", pause=0.05),
    sends(_OK + b"Transfer-Encoding: chunked\r\n\r\n", again=b"0", pause=0.05),
    sends(b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 0\r\n\r\n"),
    sends(b"HTTP/1.1 302 Found\r\nLocation: /" + b"x" * 200_000 + b"\r\n\r\n"),
    sends(b"\x00\xff" * 1000),
)

"""A download reaches only checked addresses, and ends within its limits of size and time."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpcore
import pytest
from conftest import Site

from ingest import AddressRefused, FetchError, HeldBack
from ingest.fetch.download import DownloadedPage, Downloader, Validators

HERE = "127.0.0.1"
pytestmark = pytest.mark.server


def loader(
    resolve: Callable[[str, int], Sequence[str]] = lambda host, port: [HERE],
    max_seconds: float = 5.0,
    max_bytes: int = 100_000,
    pause: float = 0.0,
) -> Downloader:
    return Downloader(
        "ibid/0 (tests)",
        max_bytes=max_bytes,
        max_seconds=max_seconds,
        pause=pause,
        allow_http=True,
        allow_loopback=True,
        resolve=resolve,
    )


def test_a_page_comes_with_its_kind_and_validators(site: Site) -> None:
    site.put("/a", "Text.", ETag='"1"', Content_Type="Text/Plain; charset=latin-1", Last_Modified="yesterday")
    page = loader().get(site.url("/a#part", host="pages.example"))
    validators = Validators(site.url("/a", host="pages.example"), '"1"', "yesterday")
    assert page == DownloadedPage(200, "text/plain", "latin-1", validators, b"Text.")
    path, headers = site.asked[-1]
    assert path == "/a"
    assert headers["Host"] == f"pages.example:{site.port}"
    assert headers["User-Agent"] == "ibid/0 (tests)"
    assert "Cookie" not in headers


def test_validators_are_sent_to_their_own_url_only(site: Site) -> None:
    site.put("/a", status=304)
    site.put("/moved", status=301, Location="/a")
    known = Validators(site.url("/a"), '"1"', "yesterday")
    assert loader().get(site.url("/moved"), known).status == 304
    by_path = dict(site.asked)
    assert "If-None-Match" not in by_path["/moved"]
    assert by_path["/a"]["If-None-Match"] == '"1"'
    assert by_path["/a"]["If-Modified-Since"] == "yesterday"


def test_a_validator_that_could_not_be_sent_back_is_not_kept(site: Site) -> None:
    site.put("/a", "Text.", ETag='"é"')
    assert loader().get(site.url("/a")).validators.etag is None


def test_five_redirects_are_followed_and_no_more(site: Site) -> None:
    for number in range(7):
        site.put(f"/{number}", status=302, Location=f"/{number + 1}")
    site.put("/7", "Text.")
    assert loader().get(site.url("/2")).content == b"Text."
    with pytest.raises(FetchError, match="more than 5 redirects, the last to"):
        loader().get(site.url("/1"))


def test_a_redirect_loop_ends(site: Site) -> None:
    site.put("/a", status=307, Location="/b")
    site.put("/b", status=308, Location="/a")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        loader().get(site.url("/a"))
    assert site.paths.count("/a") + site.paths.count("/b") == 6


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://10.0.0.1/", "10.0.0.1 is no public address"),
        ("http://inside.example/", "inside.example is at 169.254.169.254, which is no public address"),
        ("http://[::ffff:127.0.0.1]/", "IPv4-mapped"),
        ("file:///etc/passwd", "is not https"),
        ("ftp://pages.example/", "is not https"),
        ("javascript:alert(1)", "not a url|Invalid|is not https"),
        ("http://me:secret@pages.example/", "holds a user name"),
        ("http://pages.example:99999/", "a port that cannot be"),
        ("http://[::1", "Invalid URL|not a url"),
    ],
)
def test_every_redirect_is_checked_anew(site: Site, location: str, words: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["169.254.169.254"] if host == "inside.example" else [HERE if host == "pages.example" else host]

    site.put("/a", status=302, Location=location)
    with pytest.raises(FetchError, match=words) as caught:
        loader(resolve).get(site.url("/a", host="pages.example"))
    assert "secret" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_plain_http_is_refused_unless_it_is_asked_for(site: Site) -> None:
    strict = Downloader("ibid/0", allow_loopback=True)
    with pytest.raises(AddressRefused, match="is not https; give its https address"):
        strict.get(site.url("/a"))
    assert site.asked == []


def test_loopback_is_refused_unless_it_is_asked_for(site: Site) -> None:
    with pytest.raises(AddressRefused, match=r"^127\.0\.0\.1 is no public address \(loopback\)"):
        Downloader("ibid/0", allow_http=True).get(site.url("/a"))
    assert site.asked == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["93.184.216.34"], [HERE]])
    connected: list[str] = []

    def connect(self: object, host: str, *rest: object) -> httpcore.NetworkStream:
        connected.append(host)
        raise httpcore.ConnectError("refused")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    rebinding = Downloader("ibid/0", resolve=lambda host, port: next(answers))
    with pytest.raises(FetchError, match=r"pages\.example could not be read"):
        rebinding.get("https://pages.example/a")
    assert connected == ["93.184.216.34"]


def test_a_name_that_moves_inside_between_two_requests_is_refused(site: Site) -> None:
    answers = iter([[HERE], ["10.0.0.1"]])
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1, which is no public"):
        loader(lambda host, port: next(answers)).get(site.url("/a", host="pages.example"))
    assert site.paths == ["/robots.txt"]


def test_the_next_address_is_tried_where_one_does_not_answer(site: Site) -> None:
    site.put("/a", "Text.")
    assert loader(lambda host, port: ["127.0.0.2", HERE]).get(site.url("/a")).content == b"Text."


def test_a_host_without_address_is_told(site: Site) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(FetchError, match=r"no address is known for nowhere\.example .*; check the url"):
        loader(unknown).get("http://nowhere.example/")
    with pytest.raises(FetchError, match="no address is known"):
        loader(lambda host, port: []).get("http://nowhere.example/")


def test_a_slow_look_up_counts() -> None:
    done = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        done.wait(5)
        return [HERE]

    with pytest.raises(FetchError, match=r"longer than 0\.2 s"):
        loader(slow, max_seconds=0.2).get("http://pages.example/")
    done.set()


def test_a_page_that_says_it_is_too_large_or_is(site: Site) -> None:
    site.put("/fits", b"x" * 100_000)
    site.put("/large", b"x" * 100_001)
    assert len(loader().get(site.url("/fits")).content) == 100_000
    with pytest.raises(FetchError, match=r"^it is larger than 0\.1 MB; raise --max-mb"):
        loader().get(site.url("/large"))


def test_size_is_counted_where_no_length_is_given(site: Site) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 10_000)

    site.answers["/endless"] = endless
    with pytest.raises(FetchError, match="larger than"):
        loader().get(site.url("/endless"))


def test_a_length_that_lies_does_not_lead_past_the_limit(site: Site) -> None:
    site.put("/more", b"x" * 200_000, Content_Length="10")
    site.put("/less", b"x" * 10, Content_Length="1000")
    assert len(loader().get(site.url("/more")).content) == 10
    with pytest.raises(FetchError, match="could not be read"):
        loader().get(site.url("/less"))


def test_gzip_is_unpacked_and_its_bombs_are_not(site: Site) -> None:
    site.put("/small", gzip.compress(b"Text."), Content_Encoding="gzip")
    site.put("/bomb", gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    site.put("/cut", gzip.compress(b"Text.")[:-4], Content_Encoding="gzip")
    site.put("/none", b"Text.", Content_Encoding="gzip")
    site.put("/twice", gzip.compress(gzip.compress(b"Text.")), Content_Encoding="gzip, gzip")
    assert loader().get(site.url("/small")).content == b"Text."
    with pytest.raises(FetchError, match="larger than"):
        loader().get(site.url("/bomb"))
    for path, words in (("/cut", "cut off"), ("/none", "damaged"), ("/twice", "packed as 'gzip, gzip'")):
        with pytest.raises(FetchError, match=words):
            loader().get(site.url(path))


@pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_a_server_that_drips_hits_the_total_limit(site: Site, drip: bytes) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(drip)
        while True:
            request.wfile.write(b"x")
            time.sleep(0.02)

    site.answers["/slow"] = answer
    start = time.monotonic()
    with pytest.raises(FetchError, match=r"^it took longer than 0\.3 s; try again, or raise --max-seconds$"):
        loader(max_seconds=0.3).get(site.url("/slow"))
    assert time.monotonic() - start < 2


def test_robots_txt_is_asked_once_a_host_and_obeyed(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\n\nUser-agent: ibid\nDisallow: /not-for-ibid\n")
    site.put("/a", status=302, Location="/not-for-ibid")
    site.put("/private", "Text.")
    polite = loader()
    assert polite.get(site.url("/private")).status == 200
    for path in ("/not-for-ibid/a", "/a"):
        with pytest.raises(HeldBack, match=r"robots\.txt of 127\.0\.0\.1 does not allow it; "):
            polite.get(site.url(path))
    assert site.paths == ["/robots.txt", "/private", "/a"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_robots_txt_that_fails_holds_back(site: Site, status: int) -> None:
    site.put("/robots.txt", status=status)
    with pytest.raises(HeldBack, match=rf"robots\.txt of 127\.0\.0\.1 answered {status}; try again later"):
        loader().get(site.url("/a"))
    assert site.paths == ["/robots.txt"]


def test_robots_txt_meets_the_same_guards(site: Site) -> None:
    site.put("/robots.txt", status=302, Location="http://10.0.0.1/robots.txt")
    with pytest.raises(AddressRefused, match="private"):
        loader(lambda host, port: [host]).get(site.url("/a"))


def test_requests_to_one_host_are_spaced(site: Site) -> None:
    site.put("/a", "Text.")
    start = time.monotonic()
    loader(pause=0.15).get(site.url("/a"))
    assert time.monotonic() - start >= 0.15


def test_the_environment_names_no_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.put("/a", "Text.")
    assert loader().get(site.url("/a")).content == b"Text."


def test_a_server_without_tls_is_told(site: Site) -> None:
    with pytest.raises(FetchError, match=r"pages\.example does not speak TLS as it should \(.+\); check the url"):
        loader().get(f"https://pages.example:{site.port}/a")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of pages.example, signed by itself, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl here")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=pages.example"
    extension = ["-addext", "subjectAltName=DNS:pages.example", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command.split() + extension, check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = socket.create_server((HERE, 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(10_000)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nText.")
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_tls_speaks_of_the_host_although_it_is_reached_by_address(certificate: Path, tls_port: int) -> None:
    trusting = loader()
    trusting.ssl_context = ssl.create_default_context(cafile=certificate)
    assert trusting.get(f"https://pages.example:{tls_port}/a").content == b"Text."
    with pytest.raises(FetchError, match=r"certificate of other\.example is not to be trusted \(.*mismatch"):
        trusting.get(f"https://other.example:{tls_port}/a")


def test_a_certificate_that_nobody_vouches_for_is_told(tls_port: int) -> None:
    with pytest.raises(FetchError, match=r"certificate of pages\.example is not to be trusted \(self-signed"):
        loader().get(f"https://pages.example:{tls_port}/a")

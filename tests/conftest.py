from __future__ import annotations

import io
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from postgres import Server

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

ROOT = Path(__file__).parents[1]
# What is asserted in these tells as much of why it failed as what is asserted in a test.
pytest.register_assert_rewrite("invariants", "leaflets", "live", "mcpclient")


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


Ibid = Callable[..., Ran]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def originals() -> Path:
    folder = ROOT.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the original pages are not here")
    return folder


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the bundled corpus made with the real encoder; not to be written to."""
    from ibid.opening import index as make
    from ibid.places import Places

    folder = tmp_path_factory.mktemp("index")
    make(Places.of(index=folder), suggests=True)
    return folder


@pytest.fixture(scope="module")
def plain_weights() -> Iterator[None]:
    """Weights that one can follow, which stay as they are when the others are fitted anew."""
    import fakes

    with fakes.plain_weights():
        yield


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is looked up or connected to meanwhile, in any thread, fails, and the test with it."""
    tried: list[object] = []

    def refuse(*address: object, **_: object) -> None:
        tried.append(address)
        raise OSError("no test may reach the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    yield
    assert tried == []


@pytest.fixture
def ibid(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ibid:
    """Runs one command line in this process, where the encoder's libraries are loaded once for all."""
    from ibid.cli import run

    monkeypatch.delenv("IBID_CORPUS", raising=False)
    monkeypatch.delenv("IBID_INDEX", raising=False)

    def invoke(*arguments: str | Path, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return invoke


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server with pgvector, which everyone may connect to as anyone."""
    from postgres import serving

    with serving() as server:
        yield server


@pytest.fixture
def database(postgres: Server) -> str:
    """The address of a new database with pgvector."""
    return postgres.create()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; Playwright's own is never downloaded.

    Ended with its module, since as long as it is there an event loop runs, and no other test can run one of its own.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium; install it with: sh tools/debian.sh")
    driver = pytest.importorskip("playwright.sync_api", reason="there is no playwright; install it with: make setup")
    switches = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update"
    with driver.sync_playwright() as playwright:
        arguments = [f"--{switch}" for switch in (*switches.split(), "disable-sync")]
        started = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="session")
def feedback_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server of `address` keeps what people say of answers."""
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, feedback_folder: Path) -> Iterator[str]:
    """The address of `ibid serve` over two generations of the bundled corpus."""
    pytest.importorskip("uvicorn", reason="there is no uvicorn; install it with: pip install 'ibid[serve]'")
    from tools.serving import index_twice, serving

    index = index_twice(tmp_path_factory.mktemp("served"))
    with serving("--index", index, "--feedback", feedback_folder, "--rate", "0", "--patience", "60") as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a window of its own, in which nothing may go wrong that the browser would complain of."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(5000)
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


class Site:
    """A web site on this machine: what it answers by path, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, content: bytes | str = b"", status: int = 200, **headers: str) -> None:
        """Answer `path` so; an underscore in the name of a header is a dash."""
        body = content.encode() if isinstance(content, str) else content

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            given = {"Content-Type": "text/plain", "Content-Length": str(len(body))}
            for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            if self.path in site.answers:
                site.answers[self.path](self)
            else:
                self.send_error(404)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = _QuietServer(("127.0.0.1", 0), Handler)
    site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()

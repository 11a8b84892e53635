"""Every face as the system sees it: it asks no host for anything, and leaves no file where it has no business."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
from mcp import StdioServerParameters
from mcpclient import calling, record, talk

# What sends what it gathered does so ten seconds after it was loaded.
LINGER = 14
QUESTION = "What are the common side effects of cabozantinib?"
CALLS = "?open openat ?openat2 ?creat ?mkdir mkdirat ?rename ?renameat renameat2 ?link linkat ?symlink symlinkat"
LOCAL = ("127.0.0.1", "::1")
LOOKED_UP = ("/etc/resolv.conf", "/etc/hosts")

pytestmark = pytest.mark.server


@dataclass(frozen=True, slots=True)
class Traced:
    """A user's machine of its own, on which what a process asks of the system is written down."""

    folder: Path
    index: Path

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        places = {"HOME": "home", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "TMPDIR": "tmp"}
        return inherited | {"PYTHONDONTWRITEBYTECODE": "1"} | {n: str(self.folder / f) for n, f in places.items()}

    @property
    def watched(self) -> list[str]:
        """The command line that a command is to stand behind."""
        calls = ",".join(["network", *CALLS.split()])
        return ["strace", "-ff", "-qq", "-y", "-e", f"trace={calls}", "-o", str(self.folder / "trace" / "of"), "--"]

    @contextmanager
    def start(self, *command: str | Path) -> Iterator[subprocess.Popen[str]]:
        """The command while it runs; if it still does at the end, it is told to end."""
        arguments = [*self.watched, sys.executable, *map(str, command)]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            arguments, env=self.environment, text=True, stdin=pipe, stdout=pipe, stderr=pipe
        ) as running:
            try:
                yield running
            finally:
                if running.poll() is None:
                    (traced,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
                    os.kill(int(traced), signal.SIGTERM)

    def run(self, *command: str | Path, said: str = "") -> str:
        """What the command writes to standard output; told `said`, it is kept alive for a while after."""
        with self.start(*command) as running:
            assert running.stdin and running.stdout
            running.stdin.write(said)
            running.stdin.flush()
            first = running.stdout.readline()
            time.sleep(LINGER if said else 0)
            out, err = running.communicate()
        assert running.returncode == 0, err
        return first + out

    def calls(self) -> Iterator[str]:
        """The calls that were made and did not fail."""
        for trace in (self.folder / "trace").iterdir():
            yield from (line for line in trace.read_text(errors="replace").splitlines() if " = -1 " not in line)

    def reached(self) -> set[str]:
        """The hosts that it turned to, and the files by which names are looked up."""
        found = set()
        for trace in (self.folder / "trace").iterdir():
            for line in trace.read_text(errors="replace").splitlines():
                found |= {name for name in LOOKED_UP if f'"{name}"' in line}
                if line.startswith(("connect(", "sendto(", "sendmsg(", "sendmmsg(")):
                    hosts = re.findall(r"inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\"", line)
                    found |= {host for pair in hosts for host in pair if host and host not in LOCAL}
                    found |= {"a name server"} if "port=htons(53)" in line else set()
        return found

    def made(self) -> set[Path]:
        """The files and folders that it made, or put in another's place, but in its own folders."""
        own = [self.index, *(self.folder / name for name in ("data/ibid", "cache/ibid", "tmp")), Path("/dev")]
        paths = {path for line in self.calls() if (path := _made(line))}
        return {path for path in paths if not any(path == root or root in path.parents for root in own)}


def _made(line: str) -> Path | None:
    """What a call makes; None where it makes nothing."""
    name = line.partition("(")[0]
    if name.startswith("open") and "O_CREAT" not in line:
        return None
    if not name.startswith(("open", "creat", "mkdir", "rename", "link", "symlink")):
        return None
    within, path = re.findall(r"(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?\"((?:[^\"\\]|\\.)*)\"", line)[-1]
    return Path(os.path.normpath(Path(within) / path))


@pytest.fixture(scope="module")
def strace() -> None:
    if shutil.which("strace") is None or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode:
        pytest.skip("there is no strace, or it may trace nothing here; install it with: sh tools/debian.sh")


def machine(folder: Path, index: Path) -> Traced:
    for name in ("home", "cache", "data", "tmp", "trace"):
        (folder / name).mkdir()
    return Traced(folder, index)


@pytest.fixture
def traced(strace: None, index: Path, tmp_path: Path) -> Traced:
    return machine(tmp_path, index)


def is_quiet(traced: Traced) -> None:
    assert (traced.reached(), traced.made()) == (set(), set())
    assert any(line.startswith("openat(") and str(traced.index) in line for line in traced.calls())


@pytest.mark.model
def test_what_is_asked_once(traced: Traced) -> None:
    assert "[1]" in traced.run("-m", "ibid", "ask", "--index", traced.index, QUESTION)
    is_quiet(traced)


def a_chat(traced: Traced) -> None:
    assert "[1]" in traced.run("-m", "ibid", "chat", "--index", traced.index, said=f"{QUESTION}\n")


def python(traced: Traced) -> None:
    script = "import ibid, sys, time; ibid.open(index=sys.argv[1]).ask(sys.argv[2]); time.sleep(float(sys.argv[3]))"
    traced.run("-c", script, traced.index, QUESTION, str(LINGER))


def a_model_context_protocol_server(traced: Traced) -> None:
    command, *arguments = [*traced.watched, sys.executable, "-m", "ibid", "mcp", "--index", str(traced.index)]
    server = StdioServerParameters(command=command, args=arguments, env=traced.environment)
    answered, _ = talk(server, calling("answer", question=QUESTION), lambda _: anyio.sleep(LINGER))
    assert record(answered)["citations"]


def a_server(traced: Traced) -> None:
    with traced.start("-m", "ibid", "serve", "--port", "0", "--drain", "0", "--index", traced.index) as running:
        assert running.stderr
        told = next(line for line in running.stderr if "Answering at " in line)
        with urllib.request.urlopen(f"{told.split()[2].rstrip(';')}/v1/sources") as answered:
            assert answered.status == 200
        time.sleep(LINGER)


FACES: dict[str, Callable[[Traced], None]] = {
    face.__name__: face for face in (a_chat, python, a_model_context_protocol_server, a_server)
}
Lingering = Mapping[str, tuple[Traced, Future[None]]]


@pytest.fixture(scope="module")
def lingering(strace: None, index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lingering]:
    """The faces that stay, each on a machine of its own, at the same time: most of theirs is spent on waiting."""
    with ThreadPoolExecutor(len(FACES)) as together:
        machines = {name: machine(tmp_path_factory.mktemp(name), index) for name in FACES}
        yield {name: (machines[name], together.submit(face, machines[name])) for name, face in FACES.items()}


@pytest.mark.model
@pytest.mark.parametrize("face", FACES)
def test_what_stays_after_it_has_answered(lingering: Lingering, face: str) -> None:
    traced, ended = lingering[face]
    ended.result()
    is_quiet(traced)


@pytest.mark.model
@pytest.mark.parametrize(
    "command", [["index"], ["search", QUESTION], ["sources"], ["doctor"], ["impact"], ["gold", "check"]]
)
def test_a_machine_without_a_network(command: list[str], index: Path, tmp_path: Path) -> None:
    alone = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("no machine without a network can be had here: unshare may do nothing")
    shutil.copytree(index, tmp_path / "index")
    ran = subprocess.run(
        [*alone, sys.executable, "-m", "ibid", *command],
        env=os.environ | {"IBID_INDEX": str(tmp_path / "index")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0 and ran.stdout, ran.stderr


def test_what_would_be_told_is_seen(traced: Traced) -> None:
    script = """
import os, pathlib, socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.connect(("192.0.2.1", 53))
with socket.socket(socket.AF_INET) as local:
    local.connect_ex(("127.0.0.1", 9))
pathlib.Path.home().joinpath("device").mkdir()
os.chdir(pathlib.Path.home() / "device")
open("id", "w").close()
pathlib.Path("id").absolute().rename(pathlib.Path("number").absolute())
pathlib.Path(os.environ["TMPDIR"], "passing").touch()
"""
    traced.run("-c", script)
    device = traced.folder / "home" / "device"
    assert traced.reached() == {"192.0.2.1", "a name server"}
    assert traced.made() == {device, device / "id", device / "number"}

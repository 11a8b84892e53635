"""Somebody who changes a document every now and then, and publishes it: killed, rolled back, looked after."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.soaking.bulletin import NAME, QUESTIONS, versions_in, written
from ibid.places import Places
from ingest import IngestError

_ROOT = Path(__file__).parents[2]
_PATIENCE = 300
# Which of so many publishes is killed, rolled back, or looked after with doctor and verify.
_KILLED, _ROLLED_BACK, _EXAMINED = (3, 1), (4, 2), (5, 4)
_MOST_ADDED = 2


class Publisher:
    """A corpus, its index, and what was done to them."""

    def __init__(self, folder: Path, seed: int = 7) -> None:
        """A copy of the bundled corpus with the bulletin, in `folder`, indexed."""
        self.places = Places(folder / "corpus", folder / "index")
        self.events: list[tuple[float, str]] = []
        self.errors: list[str] = []
        self.made: dict[str, int] = {}
        self._chance = random.Random(seed)
        self._killed: list[int] = []
        self._version = 0
        shutil.copytree(_ROOT / "corpus", self.places.corpus)
        self._digests = {path: path.read_text(encoding="utf-8") for path in sorted(self.places.corpus.glob("*.md"))}
        self._manifest = (self.places.corpus / "sources.toml").read_text(encoding="utf-8")
        self._added: list[str] = []
        self._changes = self._changing()
        self._took = 0.0
        self._revise_bulletin()
        self._list()
        self._index()

    def publish(self, url: str, began: float, stop: threading.Event) -> None:
        """Change a document and publish it, every 15 to 20 seconds, until `stop`; the server at `url` is asked once."""
        for number in itertools.count():
            due = time.monotonic() + self._chance.uniform(15, 20)
            if stop.wait(0.1):
                return
            try:
                self._act(number, url, began)
            except (IngestError, OSError, httpx.HTTPError, subprocess.SubprocessError, ValueError) as fault:
                self.errors.append(f"{type(fault).__name__}: {fault}")
            if stop.wait(max(0.0, due - time.monotonic())):
                return

    def examine(self) -> bool:
        """Whether `ibid doctor` says that all is well."""
        return self._run("doctor")

    def left_running(self) -> int:
        """How many processes are left of publishes that were killed: those of their sessions."""
        return sum(1 for session in self._killed if _runs(session))

    def _act(self, number: int, url: str, began: float) -> None:
        next(self._changes)
        if _is_turn(number, _KILLED):
            self._kill()
            self._note(began, "killed")
        self._index()
        self._note(began, "published")
        if _is_turn(number, _ROLLED_BACK):
            self._run("rollback")
            self._note(began, "rolled back")
        if _is_turn(number, _EXAMINED):
            self._examine(url)
            self._note(began, "examined")

    def _note(self, began: float, what: str) -> None:
        self.events.append((time.monotonic() - began, what))

    def _changing(self) -> Iterator[None]:
        """The bulletin is revised every other time; between, a digest is revised, or a document added or removed."""
        for number, digest in enumerate(itertools.cycle(self._digests)):
            self._revise_bulletin()
            yield
            _write(digest, f"{self._digests[digest]}\n\nThis page was looked at {number + 1} times.\n")
            yield
            self._revise_bulletin()
            yield
            if len(self._added) < _MOST_ADDED:
                self._added.append(f"note-{number}")
                _write(self.places.corpus / f"note-{number}.md", f"# Note {number}\n\nRain fell on day {number}.\n")
                self._list()
            else:
                name = self._added.pop(0)
                self._list()
                (self.places.corpus / f"{name}.md").unlink()
            yield

    def _revise_bulletin(self) -> None:
        self._version += 1
        _write(self.places.corpus / f"{NAME}.md", written(self._version))

    def _list(self) -> None:
        sources = "".join(f'\n[[source]]\nid = "{name}"\nfile = "{name}.md"\n' for name in (NAME, *self._added))
        _write(self.places.corpus / "sources.toml", self._manifest + sources)

    def _index(self) -> None:
        """Publish what there is, and look which version each generation has."""
        started = time.monotonic()
        self._run("index")
        self._took = time.monotonic() - started
        catalog = self.places.catalog
        for name in catalog.names():
            if name not in self.made:
                (self.made[name],) = versions_in(catalog.open(name).document(NAME).text)
        if self.made[catalog.published()] != self._version:
            self.errors.append(f"version {self._version} was indexed, {self.made[catalog.published()]} is published")

    def _kill(self) -> None:
        """Begin to publish, and kill it at any moment until the one before would have come to its end."""
        with subprocess.Popen(
            self._command("index"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            start_new_session=True,
        ) as process:
            time.sleep(self._chance.uniform(0, self._took))
            process.send_signal(signal.SIGKILL)
        self._killed.append(process.pid)

    def _examine(self, url: str) -> None:
        """Examine the index, and verify an answer against the generation that it was given from."""
        self.examine()
        record = httpx.post(f"{url}/v1/answers", json={"question": QUESTIONS[0]}, timeout=30).raise_for_status().text
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            file.write(record)
            file.flush()
            self._run("verify", "--then", file.name)

    def _run(self, *arguments: str) -> bool:
        """Run a command of ibid's to its end; whether it succeeded."""
        ran = subprocess.run(
            self._command(*arguments), capture_output=True, text=True, cwd=_ROOT, timeout=_PATIENCE, check=False
        )
        if ran.returncode:
            self.errors.append(f"ibid {arguments[0]}: {ran.returncode}: {ran.stderr[-300:]}{ran.stdout[-300:]}")
        return ran.returncode == 0

    def _command(self, *arguments: str) -> list[str]:
        where = ["--corpus", str(self.places.corpus), "--index", str(self.places.index)]
        return [sys.executable, "-m", "ibid", *arguments, *where]


def _is_turn(number: int, turn: tuple[int, int]) -> bool:
    return number % turn[0] == turn[1]


def _write(file: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    whole = file.with_name(f".{file.name}.new")
    whole.write_text(text, encoding="utf-8")
    whole.replace(file)


def _runs(session: int) -> bool:
    """Whether any process of a session runs."""
    try:
        os.killpg(session, 0)
    except ProcessLookupError:
        return False
    return True

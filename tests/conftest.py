from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

ROOT = Path(__file__).parents[1]


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
    make(Places.of(index=folder))
    return folder


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

"""Each peer in a virtual environment of its own, made once from its list of pinned packages and kept.

They lie in the user's cache folder.  What all of them use, of which torch is by far the largest, is in one, `base`,
that the others see behind what is their own.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HERE = Path(__file__).parent


class NotMade(Exception):
    """The environment of a peer could not be made; the message is what pip says of it."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A system: the module in systems/ that drives it, what a person calls it, and its list of packages."""

    name: str
    label: str
    packages: str


PEERS = (
    Peer("langchain", "LangChain, FAISS", "langchain"),
    Peer("llamaindex", "LlamaIndex", "llamaindex"),
    Peer("haystack", "Haystack", "haystack"),
    Peer("txtai", "txtai", "txtai"),
    Peer("txtai_onnx", "txtai, onnxruntime", "txtai_onnx"),
    Peer("chroma", "Chroma", "chroma"),
    Peer("chroma_onnx", "Chroma, onnxruntime", "chroma"),
    Peer("paperqa", "paper-qa, search alone", "paperqa"),
)


def make(packages: str) -> Path:
    """The Python of the environment of that list, made where it is not there or not of that list.  Raises NotMade."""
    base = _make("base", [])
    if packages == "base":
        return base
    (shared,) = base.parent.parent.glob("lib/python*/site-packages")
    return _make(packages, ["base"], shared)


def pinned(packages: str) -> list[str]:
    """The names of what a list is for, which stand before what they ask for."""
    wanted = _file(packages).read_text(encoding="utf-8").partition("\n\n")[0]
    return [line.partition("==")[0] for line in wanted.splitlines() if "==" in line]


def _make(packages: str, on: list[str], shared: Path | None = None) -> Path:
    folder = Path(platformdirs.user_cache_dir("ibid", appauthor=False)) / "peers" / packages
    python, stamp = folder / "bin" / "python", folder / "made-from"
    lists = "".join(_file(one).read_text(encoding="utf-8") for one in [*on, packages])
    wanted = hashlib.sha256(f"{platform.python_version()}\n{lists}".encode()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    if shared:
        (own,) = folder.glob("lib/python*/site-packages")
        (own / "base.pth").write_text(f"{shared}\n", encoding="utf-8")
    else:
        # First and alone: another package would bring the newest, with the drivers of a GPU.
        (torch,) = [line for line in lists.splitlines() if line.startswith("torch==")]
        index = os.environ.get("TORCH_INDEX")
        _install(python, *(["--index-url", index] if index else []), torch)
    _install(python, "--requirement", str(_file(packages)))
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _install(python: Path, *what: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NotMade(said[-1] if said else done.stderr.strip().rpartition("\n")[2])


def _file(packages: str) -> Path:
    return HERE / f"{packages}.txt"

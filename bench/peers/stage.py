"""What runs in the process of one system: `python stage.py NAME PART FOLDER [DATA …]`.

    build       make an index, ready on the disk, of each of DATA
    ask         ask the first of DATA its first question; then the others; then embed; then ask the other DATA
    serve       answer POST /v1/search with the passages found in DATA until terminated

FOLDER is what `prepare` made.  Tells what it does in lines of JSON, which nothing else is written among.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
import zlib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

PASSAGES = 10
WARMING = 10
EMBEDDED_FIRST = 40


class System(Protocol):
    """One way to find passages, as its own documentation has it done; its module has it under this name."""

    def __init__(self, made: Path, index: Path) -> None:
        """What it embeds with is in `made`, and its own index is in the folder `index`."""

    def build(self, texts: Sequence[str], vectors: Any) -> None:  # noqa: ANN401 - numpy is not loaded yet
        """Write the index of `texts`; it embeds them itself where `vectors` are None.  NotImplementedError if not."""

    def open(self) -> None:
        """Read the index."""

    def search(self, question: str) -> list[str]:
        """The texts of the best PASSAGES passages, best first."""

    def embed(self, texts: Sequence[str]) -> None:
        """Embed passages as it does when it indexes them."""


def build(system: type[System], made: Path, name: str, folders: Sequence[Path]) -> None:
    """Make the index of each."""
    for folder in folders:
        (folder / name).mkdir()
        texts = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
        vectors = None
        if (folder / "vectors.npy").exists():
            import numpy as np

            vectors = np.load(folder / "vectors.npy")
        started = time.perf_counter()
        system(made, folder / name).build(texts, vectors)
        tell({"data": folder.name, "build_seconds": time.perf_counter() - started})


def ask(system: type[System], made: Path, name: str, folders: Sequence[Path]) -> None:
    """Ask what is first asked of a process, and what is asked of a warm one."""
    first, *others = folders
    asked = system(made, first / name)
    asked.open()
    found = asked.search(questions(first)[0])
    # What was imported is counted as soon as the passages are there.
    tell({"found": len(found), "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})
    tell(warm(asked, questions(first)))
    texts = json.loads((made / "texts.json").read_text(encoding="utf-8"))
    asked.embed(texts[:EMBEDDED_FIRST])
    started = time.perf_counter()
    asked.embed(texts)
    tell({"passages_a_second": len(texts) / (time.perf_counter() - started)})
    for folder in others:
        grown = system(made, folder / name)
        started = time.perf_counter()
        grown.open()
        grown.search(questions(folder)[0])
        opened = time.perf_counter() - started
        tell({"data": folder.name, "open_seconds": opened, **warm(grown, questions(folder))})


def warm(system: System, asked: Sequence[str]) -> dict[str, Any]:
    """Milliseconds of each question but the first ones, and what passage each found first."""
    for question in asked[:WARMING]:
        system.search(question)
    times, firsts = [], []
    for question in asked[WARMING:]:
        started = time.perf_counter()
        found = system.search(question)
        times.append((time.perf_counter() - started) * 1e3)
        firsts.append(zlib.crc32(found[0].encode()))
    told: dict[str, Any] = {"ms": times, "firsts": firsts}
    if pieces := getattr(system, "pieces", None):
        told["pieces"] = pieces(asked[WARMING:])
    return told


def serve(system: type[System], made: Path, name: str, folders: Sequence[Path]) -> None:
    """Serve passages, in the threads that FastAPI has a plain function called in."""
    import socket

    import uvicorn
    from fastapi import FastAPI

    served = system(made, folders[0] / name)
    served.open()
    served.search(questions(folders[0])[0])
    application = FastAPI()

    @application.post("/v1/search")
    def search(body: dict[str, str]) -> dict[str, list[str]]:
        return {"passages": served.search(body["question"])}

    listening = socket.create_server(("127.0.0.1", 0))
    tell({"url": f"http://127.0.0.1:{listening.getsockname()[1]}"})
    uvicorn.Server(uvicorn.Config(application, log_level="warning")).run([listening])


def questions(folder: Path) -> list[str]:
    """What is asked of the passages in `folder`."""
    asked: list[str] = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    return asked


def main() -> None:
    """Do one part."""
    name, part, made, *data = sys.argv[1:]
    if part == "versions":
        tell({one: metadata.version(one) for one in data if has(one)})
        return
    system: type[System] = importlib.import_module(f"systems.{name}").System
    parts = {"build": build, "ask": ask, "serve": serve}
    parts[part](system, Path(made), name, [Path(made) / one for one in data])


def has(distribution: str) -> bool:
    """Whether it is installed."""
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def tell(what: dict[str, Any]) -> None:
    """Tell the process that waits for it."""
    _told.write(json.dumps(what) + "\n")
    _told.flush()


if __name__ == "__main__":
    _told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no line of JSON
    main()

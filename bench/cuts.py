"""Alter files that are open, of every kind and in five ways: `python bench/cuts.py`.

A process has an index or an export open and has answered; then one of its files is removed, cut to half or to nothing,
written over, or another by one bit, and it is asked something else.  It has to give what it would have given, or to
refuse by an error of its own; a process that ends, by SIGBUS say, is told as that.  Then what the file belongs to is
made anew, as `ibid index` and `ibid export` do, and the same process has to answer again.  Writes the part
`under_a_server` of bench/results/faults.json.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answerer, AnswerError
from bench.flips import QUESTIONS, answers, flip, kinds
from bench.forked import forked
from bench.update import HashEncoder
from bench.whole import keep, load, records
from ibid.http.pool import Shelf
from ingest import FileCatalog, IngestError, update
from ingest.embed.network import Network


def cut(path: Path, part: float) -> None:
    """Leave so much of a file."""
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * part))


def write_over(path: Path) -> None:
    """Let all of a file be zeros."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))


WAYS: dict[str, Callable[[Path], None]] = {
    "removed": Path.unlink,
    "cut to half": partial(cut, part=0.5),
    "cut to nothing": partial(cut, part=0.0),
    "written over": write_over,
    "one bit": lambda path: flip(path, path.stat().st_size // 2, 3),
}


def of_index(index: Path, path: Path, alter: Callable[[Path], None]) -> dict[str, str]:
    """What a shelf and an answerer do when a file of the index is altered, and after the next `update`."""
    catalog = FileCatalog(index)
    shelf = Shelf(catalog, catalog.open().prove())

    def said(question: str) -> str:
        told = Answerer(shelf.current(), HashEncoder()).ask(question).to_json()
        return json.dumps([told["text"], told["citations"]])

    wanted = [said(question) for question in QUESTIONS]
    whole = records(shelf.current())
    alter(path)
    try:
        now = [said(question) for question in QUESTIONS]
        ended = "as before" if now == wanted and records(shelf.served) == whole else "silent"
    except (IngestError, AnswerError):
        ended = "refused"
    update(catalog, index.parent / "corpus", HashEncoder())
    mended = [said(question) for question in QUESTIONS] == wanted and records(shelf.current()) == whole
    return {"ended": ended, "after": "mended" if mended and shelf.fault is None else "not mended"}


def of_export(folder: Path, path: Path, alter: Callable[[Path], None]) -> dict[str, str]:
    """What a network does when a file of it is altered, and after the export was put in its place again."""
    network = Network.open(folder, folder.name)
    inputs = _inputs(network)
    outputs = ["layer_0", f"layer_{network.facts['layers']}"] if "layers" in network.facts else ["tokens", "pooled"]
    wanted = network.run(outputs, inputs)
    kept = shutil.copytree(folder, folder.with_name("kept"))
    alter(path)

    def run() -> str:
        same = all(map(np.array_equal, network.run(outputs, inputs), wanted))
        return "as before" if same else "silent"

    try:
        ended = run()
    except IngestError:
        ended = "refused"
    shutil.rmtree(folder)
    kept.replace(folder)
    return {"ended": ended, "after": "mended" if run() == "as before" else "not mended"}


def _inputs(network: Network) -> dict[str, np.ndarray]:
    ids = np.array([[101, 2054, 12237, 102]], dtype=np.int64)
    if "layers" in network.facts:
        return {"ids": ids, "mask": np.ones_like(ids)}
    states = np.full((1, 4, 768), 0.1, dtype=np.float32)
    return {"states": states, "ids": ids, "side": np.array([[1, 1, 2, 2]], dtype=np.int64)}


def try_all(folder: Path) -> dict[str, dict[str, Counter[str]]]:
    """How it ended and what came after, by the kind of file and the way in which it was altered."""
    told: dict[str, dict[str, Counter[str]]] = {"ended": {}, "after": {}}
    for kind, (path, work) in kinds(folder / "first").items():
        for way, alter in WAYS.items():
            if isinstance(work, partial) and work.func is answers:
                with tempfile.TemporaryDirectory(dir=folder) as copied:
                    # Its links too: what is altered has two names.
                    shutil.copytree(folder / "first", copied, dirs_exist_ok=True, copy_function=_link)
                    _own(Path(copied))
                    altered = Path(copied) / path.relative_to(folder / "first")
                    ended = forked(partial(of_index, Path(copied) / "index", altered, alter))
            elif "'s " in kind and not kind.startswith("package"):
                with tempfile.TemporaryDirectory(dir=folder) as copied:
                    own = Path(shutil.copytree(path.parent, Path(copied) / path.parent.name))
                    ended = forked(partial(of_export, own, own / path.name, alter))
            else:
                continue
            done = ended.get(
                "done", {"ended": ended.get("signal") or ended.get("failed", "hung"), "after": "not reached"}
            )
            if "done" not in ended or "silent" in done.values() or "not mended" in done.values():
                sys.stderr.write(f"{kind}, {way}: {json.dumps(ended)}\n")
            for what, counts in told.items():
                counts.setdefault(way, Counter())[done[what]] += 1
    return told


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _own(folder: Path) -> None:
    """Let the files of a folder be its own, those with two names there one file still."""
    own: dict[int, Path] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        number = path.stat().st_ino
        if number in own:
            path.unlink()
            path.hardlink_to(own[number])
        else:
            copied = path.with_name(f"{path.name}.own")
            shutil.copy2(path, copied)
            copied.replace(path)
            own[number] = path


def main() -> None:
    """Alter and tell."""
    load()
    with tempfile.TemporaryDirectory() as folder:
        told = try_all(Path(folder))
    keep("under_a_server", {what: {way: dict(counts) for way, counts in ways.items()} for what, ways in told.items()})
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()

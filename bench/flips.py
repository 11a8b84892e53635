"""Flip a bit in every kind of file that is opened: `python bench/flips.py [TIMES]` (200 a kind if not given).

Each time one bit of one file is another, and a process that has proved nothing yet opens it, reads all that is kept and
answers.  It has to refuse, by an error of its own, or to give the very same.  Writes the part `flips` of
bench/results/faults.json.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Answerer, AnswerError, export_reader, reader_weights
from answer import shipped as shipped_module
from answer.evidence import fitted
from answer.language import guess, language_notice
from answer.reader.adapted import read_settings
from answer.reader.exporting import reader_encoder
from answer.resolver import Resolver
from answer.talk import Classifier
from bench.forked import forked
from bench.update import HashEncoder
from bench.whole import keep, load, records, write_corpus
from ibid.exports import borrow
from ingest import ExportedEncoder, FileCatalog, Suggested, Suggestion, update
from ingest.embed.embedding import Embedding
from ingest.embed.network import Network, export_folder
from ingest.index.vectors import add_lists

QUESTIONS = ("What is told of version 1?", "What stays?", "Which plain words are there?")
# By the kind of file: one of these, and what is done with it.
Kinds = dict[str, tuple[Path, Callable[[], str]]]
_TEXTS = tuple(f"This is the text with the number {number}." for number in range(60))
_GERMAN = "Wie lange dauert die Behandlung mit diesem Mittel, und was ist danach zu tun?"


def _hash(told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()


def answers(index: Path) -> str:
    """All that is kept in an index, and what is answered from it."""
    generation = FileCatalog(index).open().prove()
    answerer = Answerer(generation, HashEncoder())
    told = [answerer.ask(question).to_json() for question in QUESTIONS]
    return _hash((records(generation), [{k: v for k, v in one.items() if k != "timings_ms"} for one in told]))


def suggestions(index: Path) -> str:
    """What is suggested; nothing is as good as an error, since they are found out again."""
    found = FileCatalog(index).suggested(FileCatalog(index).published())
    if found is None:
        raise AnswerError("they are not what was kept")
    return _hash(found)


def embedded(index: Path) -> str:
    """The vectors of a build that was broken off, or those that are made again."""
    with Embedding(index, HashEncoder(), 1, None, False) as embedding:
        return _hash(embedding.encode(_TEXTS).tolist())


def exported(index: Path, weights: str) -> str:
    """What a network and its tokenizer make of a text."""
    network = Network.open(export_folder(index, weights), weights)
    network.load()
    if "dimension" not in network.facts:
        return _hash(network.facts)
    return _hash(ExportedEncoder("encoder", f"encoder@{weights}", network).encode(["What stays?"]).tolist())


def package(folder: Path, name: str) -> str:
    """What a file of the package is read to, from a copy of it."""
    path = folder / name
    read: dict[str, tuple[str, Callable[[], object]]] = {
        "decision.json": ("evidence.WEIGHTS", fitted.__wrapped__),
        "language.npz": ("language.TABLE", lambda: guess(_GERMAN)),
        "languages.json": ("language.NOTICES", lambda: language_notice(_GERMAN, ["In English, this one."])),
        "resolver.npz": ("resolver.WEIGHTS", lambda: Resolver(None)._weights),  # type: ignore[arg-type]
        "talk.npz": ("talk.WEIGHTS", lambda: asdict(Classifier.read(path))),
        "reader/reader.json": ("talk.WEIGHTS", lambda: read_settings(path.parent)),
        "reader/reader.safetensors": ("talk.WEIGHTS", lambda: reader_encoder(path.parent, read_settings(path.parent))),
        "shipped.json": ("talk.WEIGHTS", lambda: Classifier.read(folder / "talk.npz").fingerprint),
    }
    constant, work = read[name]
    with (
        patch("answer.shipped.PACKAGE", folder),
        patch("answer.shipped.TABLE", folder / "shipped.json"),
        patch(f"answer.{constant}", path),
    ):
        shipped_module._table.cache_clear()
        return _hash(work())


@contextmanager
def _with_lists() -> Iterator[None]:
    """Few vectors get an inverted file too."""
    with patch("ingest.index.writing.add_lists", partial(add_lists, flat=5)):
        yield


def kinds(folder: Path) -> Kinds:
    """Of each kind a file, and what is done with it."""
    return of_indexes(folder) | _exports(folder / "exported") | of_package(folder / "package")


def of_indexes(folder: Path) -> Kinds:
    """Those of an index, and of a build that was broken off."""
    index, corpus = folder / "index", folder / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    write_corpus(corpus, 1)
    with _with_lists():
        update(FileCatalog(index), corpus, HashEncoder())
    name = FileCatalog(index).published()
    FileCatalog(index).suggest(name, Suggested((Suggestion("What stays?", "s1", "Kept 1", 0, 30),), {"s1": "1"}))
    generation = index / "generations" / name
    (segment,) = (index / "segments").iterdir()
    files = [index / "CURRENT", generation / "manifest.json", generation / "lexical" / "meta.json"]
    files += [path for path in sorted(segment.rglob("*")) if path.is_file()]
    found: Kinds = {}
    for path in files:
        kind = path.name if len(path.stem) < 20 else f"*{path.suffix}"
        kind = f"{'segment' if segment in path.parents else 'generation'} {kind}" if "json" in kind else kind
        found[kind] = path, partial(answers, index)
    found["suggestions"] = index / "suggestions" / f"{name}.json", partial(suggestions, index)
    broken = folder / "broken"
    with Embedding(broken, HashEncoder(), 1, None, False) as embedding:
        embedding.encode(_TEXTS)
        (folder / "kept").write_bytes((broken / "embedded.db").read_bytes())
    shutil.copy(folder / "kept", broken / "embedded.db")
    found["embedded.db"] = broken / "embedded.db", partial(embedded, broken)
    return found


def _exports(index: Path) -> Kinds:
    index.mkdir()
    borrow(index, reader_weights())
    export_reader(index)
    for path in index.rglob("*"):
        # What was borrowed is the very file of others.
        if path.is_file():
            shutil.copy(path, f"{path}.own")
            Path(f"{path}.own").replace(path)
    return {
        f"{what}'s {path.name}": (path, partial(exported, index, weights))
        for what, weights in zip(("encoder", "reader"), reader_weights(), strict=True)
        for path in sorted(export_folder(index, weights).iterdir())
    }


def of_package(folder: Path) -> Kinds:
    """Those that come with the package."""
    names = (*shipped_module.FILES, "shipped.json", "reader/reader.safetensors")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(shipped_module.__file__).parent / name, folder / name)
    return {f"package's {Path(name).name}": (folder / name, partial(package, folder, name)) for name in names}


def flip(path: Path, place: int, bit: int) -> None:
    """Let one bit of a file be another."""
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ (1 << bit)]))


def run(times: int, found: Kinds, seed: int = 23) -> dict[str, dict[str, int]]:
    """How many flips were refused, harmless, silent or told by another error, in each kind of file."""
    chance, told = random.Random(seed), {}
    for kind, (path, work) in found.items():
        content = path.read_bytes()
        whole, counts = forked(work), Counter[str]()
        assert "done" in whole, (kind, whole)
        path.write_bytes(content)
        for _ in range(times):
            flip(path, chance.randrange(len(content)), chance.randrange(8))
            ended = forked(work, 120)
            is_same = ended == whole
            counts["harmless" if is_same else "silent" if "done" in ended else next(iter(ended))] += 1
            if "failed" in ended or "signal" in ended or ("done" in ended and not is_same):
                sys.stderr.write(f"{kind}: {ended.get('where') or ended.get('signal') or 'silent'}\n")
            # A file that was made anew stands in the place of the other.
            path.write_bytes(content)
        told[kind] = {name: counts[name] for name in ("refused", "harmless", "silent", "failed", "signal")}
        sys.stderr.write(f"{kind}: {told[kind]}\n")
    return told


def main() -> None:
    """Flip and tell."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    load()
    with tempfile.TemporaryDirectory() as folder:
        told = run(times, kinds(Path(folder)))
    total = {name: sum(one[name] for one in told.values()) for name in next(iter(told.values()))}
    keep("flips", {"of_each_kind": times, "kinds": len(told), **total, "by_kind": told})
    sys.stdout.write(json.dumps(total, indent=1) + "\n")


if __name__ == "__main__":
    main()

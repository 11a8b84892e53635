"""Is an index whole?"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from math import inf
from pathlib import Path

from ingest.errors import ExportError, IngestError
from ingest.generation import Generation, generation_names, layers, published
from ingest.history import litter
from ingest.lexical import FOLDER
from ingest.network import Network
from ingest.segment import FACTS, Segment
from ingest.suggested import FOLDER as SUGGESTIONS

_BELONGS = {"CURRENT", "generations", "segments", "exports", SUGGESTIONS, ".lock"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with an index, and what mends it."""

    where: Path | str
    what: str
    mend: str


def examine(index: Path) -> list[Finding]:
    """Look at every file of an index: the pointer, each kept generation, the exports, and what does not belong."""
    findings = list(_pointer(index))
    whole: set[Path] = set()
    for name in generation_names(index):
        findings += _generation(index, name, whole)
    for path in sorted(whole):
        findings += _strays(path, {*Segment.open(path, 0).files, FACTS}, "segment")
    findings += list(_exports(index))
    left = litter(index)
    findings += [Finding(path, "a build that was killed left it", "run: ibid index") for path in left]
    if index.is_dir():
        strange = sorted(p for p in index.iterdir() if p.name not in _BELONGS and p not in left)
        folder = index / "generations"
        names = set(generation_names(index))
        inside = sorted(p for p in folder.iterdir() if p.name not in names and p not in left) if folder.is_dir() else []
        findings += [Finding(path, "does not belong to the index", "remove it") for path in (*strange, *inside)]
    return findings


def _pointer(index: Path) -> Iterator[Finding]:
    try:
        published(index)
    except IngestError as error:
        names = generation_names(index)
        mend = f"run: ibid rollback {names[-1]}" if names else "run: ibid index"
        yield Finding(index / "CURRENT", str(error).rsplit(";", 1)[0], mend)


def _generation(index: Path, name: str, whole: set[Path]) -> Iterator[Finding]:
    """Look at a generation and at those of its segments that are not in `whole`, which gets them."""
    path = index / "generations" / name
    proved = {segment.name for segment in whole}
    try:
        generation = Generation.proved(index, name, lambda segment, _: 0 if segment in proved else inf)
    except IngestError as error:
        mend = "run: ibid rollback, then ibid index" if _is_published(index, name) else f"remove {path}"
        yield Finding(path, str(error).rsplit(";", 1)[0], mend)
        return
    counts = {
        "passages": generation.passage_count(),
        "vectors": len(generation.vectors),
        "lexical rows": len(generation.lexical),
    }
    if len(set(counts.values())) > 1:
        what = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        yield Finding(path, f"holds {what}", "run: ibid index --rebuild")
    whole |= {layer.segment.path for layer in layers(generation)}
    linked = {f"{FOLDER}/{file}" for layer in layers(generation) for file, _ in layer.segment.lexical_files()}
    yield from _strays(path, {*generation.manifest["files"], *linked, "manifest.json"}, "generation")


def _strays(folder: Path, files: Set[str], what: str) -> Iterator[Finding]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        if file.relative_to(folder).as_posix() not in files and not file.name.endswith(".lock"):
            yield Finding(file, f"is no file of this {what}", "remove it")


def _exports(index: Path) -> Iterator[Finding]:
    for folder in sorted((index / "exports").glob("[!.]*")):
        try:
            Network.open(folder, folder.name)
        except ExportError as error:
            yield Finding(folder, str(error).rsplit(";", 1)[0], "run: ibid export")


def _is_published(index: Path, name: str) -> bool:
    try:
        return published(index) == name
    except IngestError:
        return False

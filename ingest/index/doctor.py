"""Is an index whole?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from math import inf
from pathlib import Path

from ingest.embed.network import Network
from ingest.errors import ExportError, IndexOutdated, IngestError
from ingest.index.generation import Generation, generation_names, layers, published
from ingest.index.history import litter, merged_folder
from ingest.index.lexical import FOLDER
from ingest.index.segment import FACTS, Segment
from ingest.index.suggested import FOLDER as SUGGESTIONS
from ingest.work.blocks import FOLDER as BLOCKS

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
    sound: list[str] = []
    # The published one last: what mends it is one of the others, if any is sound.
    for name in sorted(generation_names(index), key=lambda name: _is_published(index, name)):
        found = list(_generation(index, name, whole, sound))
        findings += found
        sound += [] if found else [name]
    for path in sorted(whole):
        findings += _strays(path, {*Segment.open(path, 0).files, FACTS}, "segment")
    findings += list(_exports(index))
    begun = [path for name in ("embedded.db", BLOCKS) if (path := index / name).exists()]
    left = [*litter(index), *begun]
    findings += [Finding(path, "a build that was killed left it", "run: ibid index") for path in left]
    if index.is_dir():
        unknown = sorted(p for p in index.iterdir() if p.name not in _BELONGS and p not in left)
        folder = index / "generations"
        names = {kept for name in generation_names(index) for kept in (name, merged_folder(index, name).name)}
        inside = sorted(p for p in folder.iterdir() if p.name not in names and p not in left) if folder.is_dir() else []
        findings += [Finding(path, "does not belong to the index", "remove it") for path in (*unknown, *inside)]
    return findings


def _pointer(index: Path) -> Iterator[Finding]:
    try:
        published(index)
    except IngestError as error:
        names = generation_names(index)
        mend = f"run: ibid rollback {names[-1]}" if names else "run: ibid index"
        yield Finding(index / "CURRENT", str(error).rsplit(";", 1)[0], mend)


def _generation(index: Path, name: str, whole: set[Path], sound: Sequence[str]) -> Iterator[Finding]:
    """Look at a generation and at those of its segments that are not in `whole`, which gets them.

    `sound` are generations that may be gone back to.
    """
    path = index / "generations" / name
    proved = {segment.name for segment in whole}
    try:
        generation = Generation.proved(index, name, lambda segment, _: 0 if segment in proved else inf)
    except IngestError as error:
        outdated = isinstance(error, IndexOutdated)
        yield Finding(path, str(error).rsplit(";", 1)[0], _mend(index, name, sound, outdated))
        return
    counts = {
        "passages": generation.passage_count(),
        "vectors": len(generation.vectors),
        "lexical rows": len(generation.lexical),
    }
    if len(set(counts.values())) > 1:
        what = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        yield Finding(path, f"holds {what}", _mend(index, name, sound))
    whole |= {layer.segment.path for layer in layers(generation)}
    linked = {f"{FOLDER}/{file}" for layer in layers(generation) for file, _ in layer.segment.lexical_files()}
    yield from _strays(path, {*generation.manifest["files"], *linked, "manifest.json"}, "generation")


def _mend(index: Path, name: str, sound: Sequence[str], outdated: bool = False) -> str:
    """What mends a generation: the published one is made again, out of another or anew; of others none is needed."""
    if not _is_published(index, name):
        return f"remove {index / 'generations' / name}"
    if outdated:
        return "run: ibid index"
    return f"run: ibid rollback {sound[-1]}, then ibid index" if sound else "run: ibid index --anew"


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

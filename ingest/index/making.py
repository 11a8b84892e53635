"""The files of a generation that is being made.

What takes long to merge is merged after a generation was published, so that nobody waits for it: see
`FileCatalog.merge`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.embed.encoder import Encoder
from ingest.index import lexical
from ingest.index.entries import entries, words_without
from ingest.index.generation import Generation, read_manifest
from ingest.index.generation import layers as layers_of
from ingest.index.merging import due, merge
from ingest.index.plan import Changes
from ingest.index.runs import Runs
from ingest.index.segment import FOLDER, Segment
from ingest.index.store import FileStore, Layer
from ingest.index.vocabulary import Word, word_of
from ingest.index.writing import Next, write_segment
from ingest.proof import Proof, manifest_checksum, sync

# Merged before publishing are so many passages at most, sixteen times what always is, or so many times what is new:
# chosen so that merging takes about as long as the update itself, and not fitted.
_AT_ONCE, _TIMES = 4096, 10


def write_generation(building: Path, previous: Generation | None, changes: Changes, encoder: Encoder) -> int:
    """Write all files of a generation into the folder `building`, the manifest last; how many passages it holds.

    Segments that are new are in a folder of `building`, to be moved to the others.
    """
    old = previous if previous and not changes.plan.rebuilt else None
    layers = _without(old, changes.forget) if old else []
    order, following = Runs.of(changes.order), next_numbers(old)
    if changes.forget or len(changes.spool.documents):
        segment = _write_new(building / FOLDER, previous, old, changes, encoder)
        layers.append(Layer(segment, Runs()))
        following = Next(segment.documents.stop, segment.rows.stop)
    most = max(_AT_ONCE, _TIMES * changes.plan.passages)
    layers, order, following = _merge(building / FOLDER, layers, order, following, most)
    return _write_rest(building, changes.head, layers, order, following)


def write_merged(building: Path, generation: Generation) -> bool:
    """Write the files of `generation` with all merged that is due into the folder `building`; whether anything was.

    It holds the same documents in the same order, by other numbers.
    """
    layers = layers_of(generation)
    before = Runs(tuple(run) for run in generation.manifest["documents"])
    merged, order, following = _merge(building / FOLDER, layers, before, next_numbers(generation), math.inf)
    if merged == list(layers):
        return False
    _write_rest(building, generation.manifest, merged, order, following)
    return True


def _merge(
    folder: Path, layers: Sequence[Layer], order: Runs, following: Next, most: float
) -> tuple[list[Layer], Runs, Next]:
    """The layers with those merged that are to be, none into more than `most` passages, and the order by numbers."""
    left = list(layers)
    for places in due([layer.size for layer in layers]):
        group = [layers[place] for place in places]
        if sum(layer.living for layer in group) <= most:
            merged = merge(folder, group, order, following)
            order, following = merged.order, merged.following
            left = [*(layer for layer in left if layer not in group), Layer(merged.segment, Runs())]
    return left, order, following


def _write_rest(building: Path, head: Mapping[str, Any], layers: list[Layer], order: Runs, following: Next) -> int:
    """Write what a generation has beside its segments; how many passages it holds."""
    lexical.join([layer.segment.path / lexical.FOLDER for layer in layers], building / lexical.FOLDER)
    count = sum(layer.living for layer in layers)
    _write_manifest(building, head, layers, order, following, count)
    return count


def next_numbers(generation: Generation | None) -> Next:
    """The first numbers that were never given in the life of an index."""
    return Next(*generation.manifest["next"]) if generation else Next(0, 0)


def new_segments(building: Path) -> list[Path]:
    """The folders of the segments that a generation names and that are still in its own folder."""
    names = {held["name"] for held in read_manifest(building)["segments"]}
    return [path for path in (building / FOLDER).glob("[!.]*") if path.name in names]


def _without(old: Generation, ids: tuple[str, ...]) -> list[Layer]:
    """The layers of a generation when some documents are gone."""
    gone = sorted((rows.start, len(rows)) for rows in old.store.rows_of(ids).values())
    return [
        Layer(
            layer.segment,
            Runs(sorted([*layer.gone.runs, *(run for run in gone if run[0] in layer.segment.rows)])),
        )
        for layer in layers_of(old)
    ]


def _write_new(
    folder: Path, previous: Generation | None, old: Generation | None, changes: Changes, encoder: Encoder
) -> Segment:
    """Write what is new as a segment; its words are fewer by those of what is forgotten."""
    counts = words_without(old, changes.forget)

    def words() -> Iterator[Word]:
        return (word_of(text, count, encoder.words) for text, count in sorted(counts.items()) if count)

    new = entries(previous, changes, encoder, counts)
    return write_segment(folder, new, words, next_numbers(old), encoder.dimension)


def _write_manifest(
    building: Path, head: Mapping[str, Any], layers: list[Layer], order: Runs, following: Next, count: int
) -> None:
    """Write the manifest last, everything before it being on the disk."""
    joined = f"{lexical.FOLDER}/meta.json"
    sync(building / joined)
    manifest = {
        **head,
        "segments": [{"name": layer.segment.name, "gone": layer.gone.runs} for layer in layers],
        "documents": order.runs,
        "states": FileStore(layers, order).states(),
        "passages": count,
        "next": (following.document, following.row),
        "files": {joined: Proof.of(building / joined)},
    }
    manifest["checksum"] = manifest_checksum(manifest)
    path = building / "manifest.json"
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    sync(path)

"""Merging segments, so that there are few of them and little in them is gone.

As in Lucene (TieredMergePolicy): what is small is always made one; of those of one size, within a factor of four, no
more than three stand beside each other; and where more than a twentieth of all passages is gone, the segments that lost
the most are written anew.  So a passage is written again some log n times while an index grows, and the words of what
is gone, which make rare words seem less rare to the lexical search, stay few.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.documents.passages import Passage
from ingest.index.engine import Facts
from ingest.index.entries import Entry
from ingest.index.runs import Run, Runs
from ingest.index.segment import Segment, check_files
from ingest.index.store import Layer, Size, add_up
from ingest.index.vocabulary import Pair, Word
from ingest.index.writing import Next, write_segment

SMALL = 256
_FACTOR = 4
_MOST_GONE = 0.05


def due(sizes: Sequence[Size]) -> list[list[int]]:
    """Which segments are to be merged with each other, by their places; one alone is written anew."""
    groups = [([place], size) for place, size in enumerate(sizes)]
    while chosen := _next([size for _, size in groups]):
        places = [place for number in chosen for place in groups[number][0]]
        living = sum(groups[number][1].living for number in chosen)
        groups = [group for number, group in enumerate(groups) if number not in chosen]
        groups.append((sorted(places), Size(living, 0)))
    return [places for places, size in groups if len(places) > 1 or size != sizes[places[0]]]


def _next(sizes: Sequence[Size]) -> list[int]:
    small = [number for number, size in enumerate(sizes) if size.living <= SMALL]
    if len(small) > 1:
        return small
    tiers: dict[int, list[int]] = {}
    for number, size in enumerate(sizes):
        if size.living > SMALL:
            tiers.setdefault(int(math.log(size.living / SMALL, _FACTOR)), []).append(number)
    for alike in tiers.values():
        if len(alike) >= _FACTOR:
            return alike
    if sum(size.gone for size in sizes) > _MOST_GONE * sum(size.living for size in sizes):
        return [number for number, size in enumerate(sizes) if size.gone > _MOST_GONE * size.living]
    return []


@dataclass(frozen=True, slots=True)
class Merged:
    """The segment that took the place of some, the order of all documents by their numbers now, and the next ones."""

    segment: Segment
    order: Runs
    following: Next


def merge(folder: Path, layers: Sequence[Layer], order: Runs, following: Next) -> Merged:
    """Write what is left of `layers` into a segment in `folder`, its documents in their order.

    What is read is proved by its checksums before.  Raises IndexDamaged, OSError and sqlite3.Error.
    """
    for layer in layers:
        check_files(layer.segment.path, layer.segment.files, math.inf)
    largest = max(layers, key=lambda layer: layer.living)
    first, runs = following.document, list[Run]()
    taken: list[tuple[Segment, range]] = []
    for held, numbers in _split(order, layers):
        if held is None:
            runs.append((numbers.start, len(numbers)))
        else:
            runs.append((first, len(numbers)))
            first += len(numbers)
            taken.append((held, numbers))
    vectors = largest.segment.vectors
    segment = write_segment(
        folder,
        (entry for held, numbers in taken for entry in _entries(held, numbers)),
        lambda: _words(layers),
        following,
        vectors.vectors.shape[1],
        vectors,
        largest.living,
    )
    return Merged(segment, Runs(runs), Next(segment.documents.stop, segment.rows.stop))


def _split(order: Runs, layers: Sequence[Layer]) -> Iterator[tuple[Segment | None, range]]:
    """The numbers in their order, some at a time: those of one of `layers`, or of others."""
    for first, count in order.runs:
        end = first + count
        while first < end:
            held = next((layer.segment for layer in layers if first in layer.segment.documents), None)
            ahead = (layer.segment.documents.start for layer in layers if layer.segment.documents.start > first)
            stop = min(end, held.documents.stop if held else min(ahead, default=end))
            yield held, range(first, stop)
            first = stop


def _entries(segment: Segment, numbers: range) -> Iterator[Entry]:
    """Documents as a segment holds them."""
    for number in numbers:
        ((name, record, source, file, first, count, revision, text),) = segment.all(
            "SELECT id, facts.record, source, file, first, passages, revision, records.record"
            " FROM facts JOIN records USING (number) WHERE number = ?",
            (number,),
        )
        rows = segment.all(
            "SELECT record FROM passages WHERE row >= ? AND row < ? ORDER BY row", (first, first + count)
        )
        pairs = segment.all(
            "SELECT name, other, often, ordinary_name, ordinary_other FROM pairs WHERE document = ? ORDER BY rowid",
            (number,),
        )
        listed = segment.all("SELECT word FROM listed WHERE document = ? ORDER BY rowid", (number,))
        start = first - segment.rows.start
        yield Entry(
            Facts(number, name, record, source, file),
            revision,
            text,
            [Passage.from_json(passage) for (passage,) in rows],
            segment.vectors.at(range(start, start + count)),
            [Pair(one, other, name, often, (bool(a), bool(b))) for one, other, often, a, b in pairs],
            [word for (word,) in listed],
        )


def _words(layers: Sequence[Layer]) -> list[Word]:
    """The differences of all layers as one, less than none among them."""
    query = "SELECT text, term, passages, is_name FROM words"
    return sorted(add_up((layer.segment.all(query) for layer in layers), least=None), key=lambda word: word.text)

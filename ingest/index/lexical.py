"""The lexical side of the index: BM25 by tantivy.

Chosen over bm25s, which must be built anew for every change, and SQLite FTS5, which is some eighty times slower to
answer an OR query: tantivy lives on disk, is memory-mapped, and takes changes as new immutable segments.
"""

from __future__ import annotations

import json
import math
import shutil
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import tantivy

from ingest.english import analyzer
from ingest.index.runs import Runs
from ingest.proof import Held

_TOKENIZER = "ibid_en"
_HEAP = 30_000_000
# A title heads every passage of its document, so a word of it tells documents apart but not their passages.
FIELDS = {"text": 1.0, "title": 0.3}
# tantivy's BM25 has k1 = 1.2; a term counts idf · (k1 + 1) at most.
_SATURATED = 2.2
# The idf counts deleted passages too, which are few, and scores are summed in single precision.
_MARGIN = 0.1
_FEW = 50_000
# How many that are gone are looked for at first among the best.
_SPARE = 16
FOLDER, _META = "lexical", "meta.json"


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True, indexed=True, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()


@dataclass(frozen=True, slots=True)
class LexicalRow:
    """What is searched of one passage: the number of its row, and its words."""

    row: int
    title: str
    text: str


class LexicalIndex:
    """The tantivy indexes of some segments as one, whose documents are row numbers."""

    def __init__(self, index: tantivy.Index, gone: Runs, held: Held | None = None) -> None:
        """Use `open`."""
        self._held = held
        index.register_tokenizer(_TOKENIZER, analyzer())
        self._searcher = index.searcher()
        self._gone = gone

    @classmethod
    def open(cls, folder: Path, gone: Runs | None = None, held: Held | None = None) -> LexicalIndex:
        """Open what a `LexicalWriter` or `join` wrote; of the rows that are `gone` none is found.

        The files that are `held` are looked at before a search.  Raises OSError where it cannot be opened.
        """
        gone = gone or Runs()
        try:
            return cls(tantivy.Index.open(str(folder)), gone, held)
        except ValueError:
            # tantivy puts a lock beside what it reads; where it may not write, it reads through links elsewhere.
            shadow = Path(mkdtemp(prefix="ibid-"))
            try:
                for path in folder.iterdir():
                    if not path.name.endswith(".lock"):
                        (shadow / path.name).symlink_to(path.resolve())
                opened = cls(tantivy.Index.open(str(shadow)), gone, held)
            except (OSError, ValueError) as error:
                shutil.rmtree(shadow, ignore_errors=True)
                raise OSError(str(error)) from error
            weakref.finalize(opened, shutil.rmtree, shadow, ignore_errors=True)
            return opened

    def __len__(self) -> int:
        """How many passages it holds."""
        return int(self._searcher.num_docs) - len(self._gone)

    def search(self, questions: Sequence[Sequence[str]], limit: int, few: int = _FEW) -> list[list[tuple[int, float]]]:
        """For each bag of terms (from `analyze`) the best rows as (row, BM25 score), best first, ties by row.

        BM25 with k1 1.2 and b 0.75 (Robertson and Zaragoza 2009, as in Lucene), titles weighed 0.3.  Where the terms
        stand in more than `few` places, passages are looked for by the rarest alone, and the others only add to their
        scores, as long as the others together count less than the last passage found, so that none is missed (MaxScore:
        Turtle and Flood 1995, "Query evaluation: strategies and optimizations").  Raises IndexDamaged.
        """
        if self._held:
            self._held.check()
        return [self._search(list(dict.fromkeys(terms)), limit, few) for terms in questions]

    def _search(self, wanted: Sequence[str], limit: int, few: int) -> list[tuple[int, float]]:
        if not wanted:
            return []
        common = self._common(wanted, few)
        found = self._found([term for term in wanted if term not in common], common, limit)
        if common and (len(found) < limit or found[-1][1] <= sum(map(self._most, common))):
            found = self._found(wanted, (), limit)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _common(self, terms: Sequence[str], few: int) -> list[str]:
        """The commonest of the terms, without which the others, one at least, stand in `few` places."""
        rarest = sorted(terms, key=self._places)
        common: list[str] = []
        while len(rarest) > 1 and sum(map(self._places, rarest)) > few:
            common.append(rarest.pop())
        return common

    def _found(self, wanted: Sequence[str], adding: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """The best passages with one of the `wanted` terms, to whose scores the terms `adding` add theirs."""
        query = tantivy.Query.boolean_query([clause for term in wanted for clause in _clauses(term)])
        for term in adding:
            # One at a time: tantivy skips through the places of a single term, but reads all those of several.
            for clause in _clauses(term):
                query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), clause])
        asked = limit + min(len(self._gone), _SPARE)
        while True:
            hits = self._searcher.search(query, asked, False).hits
            rows = self._searcher.fast_field_values("row", [address for _, address in hits])
            found = [(int(row or 0), float(score or 0.0)) for row, (score, _) in zip(rows, hits, strict=True)]
            living = [hit for hit in found if hit[0] not in self._gone]
            if len(living) >= limit or len(hits) < asked:
                return living[:limit]
            asked *= 2

    def _places(self, term: str) -> int:
        """In how many texts and titles a term stands."""
        return sum(self._searcher.doc_freq(field, term) for field in FIELDS)

    def _most(self, term: str) -> float:
        """More than a term can count for any passage."""
        count = len(self)
        held = {field: self._searcher.doc_freq(field, term) for field in FIELDS}
        idf = {field: math.log(1 + (max(count, n) - n + 0.5) / (n + 0.5)) for field, n in held.items() if n}
        return sum(FIELDS[field] * _SATURATED * (value + _MARGIN) for field, value in idf.items())


def _clauses(term: str) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    """A term in every field, each of its weight."""
    return [
        (tantivy.Occur.Should, tantivy.Query.boost_query(_term(field, term), boost)) for field, boost in FIELDS.items()
    ]


def _term(field: str, term: str) -> tantivy.Query:
    return tantivy.Query.term_query(_schema(), field, term, index_option="freq")


class LexicalWriter:
    """Writes the lexical index of a segment into a new folder; OSError where that fails."""

    def __init__(self, folder: Path) -> None:
        """Into `folder`, which is made."""
        folder.mkdir(parents=True)
        try:
            index = tantivy.Index(_schema(), path=str(folder))
            index.register_tokenizer(_TOKENIZER, analyzer())
            # One thread: segments and so the order of equal scores are then the same in every build.
            self._writer = index.writer(heap_size=_HEAP, num_threads=1)
        except ValueError as error:  # tantivy's name for a full disk too
            raise OSError(str(error)) from error

    def add(self, row: LexicalRow) -> None:
        """Take in one passage."""
        try:
            self._writer.add_document(tantivy.Document(row=row.row, title=row.title, text=row.text))
        except ValueError as error:
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Write what was taken in."""
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as error:
            raise OSError(str(error)) from error


def parts(folder: Path) -> list[str]:
    """The names of the files that a lexical index is made of, but for those that list them."""
    return sorted(path.name for path in folder.iterdir() if path.suffix not in (".json", ".lock"))


def join(folders: Sequence[Path], folder: Path) -> None:
    """Make one index of those in `folders` in the new folder `folder`: their files, which never change, are linked.

    tantivy counts the words of all of them together, so that scores are those of one index.
    """
    folder.mkdir(parents=True)
    lists = [json.loads((old / _META).read_text(encoding="utf-8")) for old in folders]
    segments = [segment for listed in lists for segment in listed["segments"]]
    (folder / _META).write_text(json.dumps(lists[0] | {"segments": segments}), encoding="utf-8")
    for old in folders:
        for name in parts(old):
            link(old / name, folder / name)


def link(old: Path, new: Path) -> None:
    """Give a file that never changes a second name, or copy it where the file system cannot."""
    try:
        new.hardlink_to(old)
    except OSError:
        shutil.copyfile(old, new)

"""What the next generation of the index changes."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ingest.documents.document import FORMAT, Document
from ingest.documents.passages import Passage, cut_passages
from ingest.embed.embedding import Embedding
from ingest.embed.encoder import Vectors
from ingest.index.engine import Facts
from ingest.index.generation import Generation
from ingest.index.spool import Spool
from ingest.index.store import record_hash, record_of, short_hash
from ingest.source import LeftOut, Notice, Source
from ingest.work.reading import Cut, Entry, Read, Reading

_KEPT = "; until then what was read of it before stays in the index"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next generation changes: ids of documents, and how many texts of the new passages must be embedded.

    `rebuilt` says that nothing of the generation before can be used, because there is none or it was made otherwise;
    `renamed` are pairs of ids, old and new, of documents with the same text.  `differences` are those between the
    manifest and a page that was read, and what else is to be told of one, `left_out` what was not read, among it what
    stays as it was read before.
    """

    added: tuple[str, ...]
    revised: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    passages: int
    embedded: int
    rebuilt: bool
    differences: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """A plan with what it takes.

    `head` is the head of the manifest, `order` the numbers of the documents in their order, `spool` those to put in
    with their passages, `facts` what is known of each of them, `forget` the ids of those to take out before.  `content`
    is a hash of all documents in their order, whatever their numbers.  `same` says that the generation would be that
    before.
    """

    plan: Plan
    head: dict[str, Any]
    order: array[int]
    spool: Spool
    facts: list[Facts]
    forget: tuple[str, ...]
    content: str
    same: bool


def plan_changes(
    previous: Generation | None,
    documents: Reading,
    notices: Sequence[Notice],
    embedding: Embedding,
    spool: Spool,
    passage_size: int,
    sources: Mapping[str, str],
    synonyms: Sequence[Sequence[str]] = (),
    left_out: Sequence[LeftOut] = (),
    ocr: bool = False,
    outside: Sequence[Path] = (),
) -> Changes:
    """Compare `documents` and how they are to be indexed with the published generation; see `ingest.index.build.build`.

    Each is read when its turn comes, while passages of those before it are embedded; those to put in are written into
    `spool`.  `passage_size` is that to which they are cut.
    """
    planner = _Planner(previous, embedding, spool, passage_size, sources, left_out)
    for entry, read in documents:
        planner.take(entry, read)
    return planner.changes(
        {
            "ocr": ocr,
            "outside": list(map(str, outside)),
            "notices": [asdict(notice) for notice in notices],
            "synonyms": [list(row) for row in synonyms],
        }
    )


class _Planner:
    """What the documents taken so far change of a generation."""

    def __init__(
        self,
        previous: Generation | None,
        embedding: Embedding,
        spool: Spool,
        passage_size: int,
        sources: Mapping[str, str],
        left_out: Sequence[LeftOut],
    ) -> None:
        self._made = {
            "format": FORMAT,
            "encoder": {"name": embedding.name, "fingerprint": embedding.fingerprint},
            "passage_size": passage_size,
        }
        self._previous = previous
        # The generation before, where what is in it can be taken over.
        self._usable = previous if previous and _has(previous, self._made) else None
        self._before = {facts.id: facts for facts in previous.store.facts()} if previous else {}
        self._embedding = embedding
        self._spool = spool
        self._passage_size = passage_size
        self._sources = sources
        self._next = int(self._usable.manifest["next"][0]) if self._usable else 0
        self._order = array("q")
        self._spooled: list[Facts] = []
        self._added: list[str] = []
        self._revised: list[str] = []
        self._unchanged: list[str] = []
        self._differences: list[str] = []
        # What says the same as before and was read from something else, or elsewhere.
        self._told_anew: list[str] = []
        self._missing = list(left_out)
        self._new: dict[str, str] = {}
        self._content = hashlib.sha256()

    def take(self, entry: Entry, read: Read | None) -> None:
        """Take the next document, and what reading it gave; None where it is taken over."""
        old = self._before.get(entry.id)
        if isinstance(read, LeftOut):
            old = None if self._previous and old and _is_given_up(entry, self._previous) else old
            self._missing.append(replace(read, why=f"{read.why}{_KEPT}") if old else read)
        if isinstance(read, Cut):
            self._take_read(entry, read, old)
        elif old:
            self._take_over(old)

    def _take_read(self, entry: Entry, read: Cut, old: Facts | None) -> None:
        self._differences += read.document.differences
        file = entry.file if isinstance(entry, Source) else ""
        facts = Facts(0, entry.id, record_hash(record_of(read.document)), _short(self._sources.get(entry.id)), file)
        if old is None:
            self._new[_text_hash(read.document)] = entry.id
        stays = old is not None and old.record == facts.record
        (self._unchanged if stays else self._revised if old else self._added).append(entry.id)
        self._content.update(entry.id.encode() + b"\0" + facts.record)
        if self._usable and old and facts == replace(old, number=0):
            self._keep(old)
        else:
            self._put_in(facts, read.document, read.passages, stays)

    def _take_over(self, old: Facts) -> None:
        self._unchanged.append(old.id)
        self._content.update(old.id.encode() + b"\0" + old.record)
        if self._usable:
            self._keep(old)
        elif self._previous:
            document = self._previous.document(old.id)
            self._put_in(old, document, list(cut_passages(document, self._passage_size)), True)

    def _keep(self, old: Facts) -> None:
        """Leave a document where it is."""
        self._order.append(old.number)
        self._embedding.ahead(())  # it is done with

    def _put_in(self, facts: Facts, document: Document, passages: Sequence[Passage], stays: bool) -> None:
        """Let a document be written, and what of it was not embedded before be embedded."""
        self._order.append(self._next)
        self._next += 1
        self._spooled.append(facts)
        self._spool.add(document, passages)
        self._told_anew += [facts.id] if stays else []
        hashes = [passage.text_hash for passage in passages]
        known = _embedded(self._previous, set(hashes), self._embedding.fingerprint)
        self._embedding.ahead(
            [p.embedded_text for p, text_hash in zip(passages, hashes, strict=True) if text_hash not in known]
        )

    def changes(self, said: dict[str, Any]) -> Changes:
        """What has to be done, all documents being taken; `said` is what else stands in the head of the manifest."""
        stay = {*self._unchanged, *self._revised}
        removed = tuple(name for name in self._before if name not in stay)
        before = (self._previous.document(name) for name in removed) if self._previous and self._new else ()
        gone = {_text_hash(document): document.id for document in before}
        self._embedding.finish()
        head = self._made | {"left_out": [asdict(left) for left in self._missing]} | said
        plan = Plan(
            added=tuple(self._added),
            revised=tuple(self._revised),
            unchanged=tuple(self._unchanged),
            removed=removed,
            renamed=tuple((gone[text], self._new[text]) for text in gone if text in self._new),
            passages=len(self._spool.passages),
            embedded=self._embedding.found,
            rebuilt=self._usable is None,
            differences=tuple(self._differences),
            left_out=tuple(self._missing),
        )
        is_like = not (self._added or self._revised or removed) and self._unchanged == [*self._before]
        same = is_like and self._usable is not None and _has(self._usable, head)
        forget = (*self._revised, *removed, *self._told_anew) if self._usable else ()
        return Changes(plan, head, self._order, self._spool, self._spooled, forget, self._content.hexdigest(), same)


def _has(generation: Generation, facts: Mapping[str, Any]) -> bool:
    """Whether all of some facts stand in the manifest of a generation."""
    return all(generation.manifest.get(key) == value for key, value in facts.items())


def vectors_for(previous: Generation | None, text_hashes: Collection[str], fingerprint: str) -> dict[str, Vectors]:
    """The vectors of the texts that `previous` has embedded by the encoder of that fingerprint, each (dimension,)."""
    if previous is None or previous.encoder_fingerprint != fingerprint:
        return {}
    return previous.vectors_for(text_hashes)


def _embedded(previous: Generation | None, text_hashes: Collection[str], fingerprint: str) -> Collection[str]:
    """Those of the texts for which there are vectors."""
    if previous is None or previous.encoder_fingerprint != fingerprint:
        return ()
    return previous.store.rows_with(text_hashes).keys()


def _is_given_up(entry: Entry, previous: Generation) -> bool:
    """Whether a source of `previous` that cannot be read was read by OCR before, and is not to be any more."""
    return isinstance(entry, Source) and not entry.ocr and bool(previous.document(entry.id).scans)


def _text_hash(document: Document) -> str:
    return hashlib.sha256(document.text.encode()).hexdigest()


def _short(checksum: str | None) -> bytes | None:
    """The first half of a SHA-256 in hex, which is enough to tell what was read apart."""
    return None if checksum is None else short_hash(checksum)

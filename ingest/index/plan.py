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
from ingest.work.reading import Cut, Entry, Reading

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
    made = {
        "format": FORMAT,
        "encoder": {"name": embedding.name, "fingerprint": embedding.fingerprint},
        "passage_size": passage_size,
    }
    usable = previous is not None and all(previous.manifest[key] == value for key, value in made.items())
    before = {facts.id: facts for facts in previous.store.facts()} if previous else {}
    following = int(previous.manifest["next"][0]) if previous and usable else 0
    order = array("q")
    spooled: list[Facts] = []
    added: list[str] = []
    revised: list[str] = []
    unchanged: list[str] = []
    differences: list[str] = []
    # What says the same as before and was read from something else, or elsewhere.
    told_anew: list[str] = []
    missing = list(left_out)
    new: dict[str, str] = {}
    content = hashlib.sha256()
    for entry, read in documents:
        old = before.get(entry.id)
        cut: Sequence[Passage] = ()
        if isinstance(read, LeftOut):
            old = None if previous and old and _is_given_up(entry, previous) else old
            missing.append(replace(read, why=f"{read.why}{_KEPT}") if old else read)
        if isinstance(read, Cut):
            document: Document | None = read.document
            differences += read.document.differences
            file = entry.file if isinstance(entry, Source) else ""
            facts = Facts(0, entry.id, record_hash(record_of(read.document)), _short(sources.get(entry.id)), file)
            new |= {} if old else {_text_hash(read.document): entry.id}
        elif previous is None or old is None:
            continue
        else:
            facts = old
            document = None if usable else previous.document(entry.id)
        content.update(entry.id.encode() + b"\0" + facts.record)
        stays = old is not None and old.record == facts.record
        (unchanged if stays else revised if old else added).append(entry.id)
        if old and usable and (document is None or facts == replace(old, number=0)):
            order.append(old.number)
        else:
            assert document is not None
            order.append(following)
            following += 1
            spooled.append(facts)
            cut = read.passages if isinstance(read, Cut) else list(cut_passages(document, passage_size))
            spool.add(document, cut)
            told_anew += [entry.id] if stays else []
        hashes = [passage.text_hash for passage in cut]
        known = _embedded(previous, set(hashes), embedding.fingerprint)
        embedding.ahead(
            [passage.embedded_text for passage, text_hash in zip(cut, hashes, strict=True) if text_hash not in known]
        )
    stay = {*unchanged, *revised}
    removed = tuple(document_id for document_id in before if document_id not in stay)
    before_texts = (previous.document(name) for name in removed) if previous and new else ()
    gone = {_text_hash(document): document.id for document in before_texts}
    embedding.finish()
    said = {"notices": [asdict(notice) for notice in notices], "synonyms": [list(row) for row in synonyms]}
    allowed = list(map(str, outside))
    head = made | {"left_out": [asdict(left) for left in missing], "ocr": ocr, "outside": allowed} | said
    plan = Plan(
        added=tuple(added),
        revised=tuple(revised),
        unchanged=tuple(unchanged),
        removed=removed,
        renamed=tuple((gone[text], new[text]) for text in gone if text in new),
        passages=len(spool.passages),
        embedded=embedding.found,
        rebuilt=not usable,
        differences=tuple(differences),
        left_out=tuple(missing),
    )
    same = (
        (previous is not None and usable and not (added or revised or removed))
        and all(previous.manifest.get(key) == value for key, value in head.items())
        and unchanged == [*before]
    )
    forget = (*revised, *removed, *told_anew) if usable else ()
    return Changes(plan, head, order, spool, spooled, forget, content.hexdigest(), same)


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

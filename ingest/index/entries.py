"""What an engine stores of each new document of a generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.documents.passages import Passage
from ingest.embed.encoder import Encoder, Vectors
from ingest.index.engine import Facts
from ingest.index.generation import Generation
from ingest.index.plan import Changes, vectors_for
from ingest.index.store import record_of
from ingest.index.vocabulary import Pair, listed_in, pairs_in, words_in


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as an engine takes it in; the number in its facts is not looked at, it is given a new one.

    `record` is the document as JSON, `vectors` are those of its passages, (len(passages), dimension).
    """

    facts: Facts
    revision: str
    record: str
    passages: Sequence[Passage]
    vectors: Vectors
    pairs: Sequence[Pair]
    listed: Sequence[str]


def entries(previous: Generation | None, changes: Changes, encoder: Encoder, counts: Counter[str]) -> Iterator[Entry]:
    """What is new, in order; what `previous` has embedded is not embedded again.

    In how many passages each word stands is added to `counts` meanwhile.
    """
    for facts, (document, passages) in zip(changes.facts, changes.spool, strict=True):
        hashes = [passage.text_hash for passage in passages]
        known = vectors_for(previous, set(hashes), encoder.fingerprint)
        missing = [place for place, text_hash in enumerate(hashes) if text_hash not in known]
        made = encoder.encode([passages[place].embedded_text for place in missing]) if missing else ()
        known |= zip((hashes[place] for place in missing), made, strict=True)
        for passage in passages:
            counts.update(words_in(passage))
        vectors = [known[text_hash] for text_hash in hashes]
        yield Entry(
            facts,
            document.revision,
            record_of(document),
            passages,
            np.array(vectors, dtype=np.float32).reshape(len(passages), encoder.dimension),
            pairs_in(document.id, passages, encoder.words),
            listed_in(document, encoder.words),
        )


def words_without(old: Generation | None, ids: Sequence[str]) -> Counter[str]:
    """In how many passages fewer each word stands when these documents of a generation are gone."""
    counts: Counter[str] = Counter()
    if old and ids:
        for rows in old.store.rows_of(ids).values():
            for passage in old.passages(rows):
                counts.subtract(words_in(passage))
    return counts

"""Making an index, and opening one to ask."""

from __future__ import annotations

import time
from dataclasses import dataclass

from answer import Answerer
from ibid.places import Places
from ibid.progress import embedding, waiting
from ingest import DEFAULT_ENCODER, Built, Corpus, Generation, IndexMissing, SentenceEncoder, build, load


@dataclass(frozen=True, slots=True)
class Indexed:
    """What was built, in how many seconds, and where the manifest and a page differ."""

    built: Built
    seconds: float
    differences: tuple[str, ...]

    @property
    def reused(self) -> int:
        """How many passages did not have to be embedded again."""
        return self.built.passages - self.built.embedded


def index(places: Places, encoder_name: str | None = None) -> Indexed:
    """Read the corpus and publish the next generation of its index.  Raises IngestError."""
    return _index(places, encoder_name)[0]


def open_index(places: Places, encoder_name: str | None = None) -> tuple[Generation, SentenceEncoder]:
    """The published generation and the encoder it was made with, or else the one named; made first where there is none.

    Raises IngestError.
    """
    try:
        generation = Generation.open(places.index)
    except IndexMissing:
        _, encoder = _index(places, encoder_name)
        return Generation.open(places.index), encoder
    return generation, _encoder(encoder_name or generation.encoder_name)


def open_answerer(places: Places, encoder_name: str | None = None) -> Answerer:
    """What answers questions from the index, which is made first where there is none.  Raises IngestError."""
    return Answerer(*open_index(places, encoder_name))


def _index(places: Places, encoder_name: str | None) -> tuple[Indexed, SentenceEncoder]:
    started = time.perf_counter()
    corpus = Corpus.read(places.corpus)
    documents = [load(source) for source in corpus.sources]
    encoder = _encoder(encoder_name or DEFAULT_ENCODER)
    with embedding(places.corpus) as progress:
        built = build(places.index, documents, corpus.notices, encoder, progress=progress)
    differences = tuple(difference for document in documents for difference in document.differences)
    return Indexed(built, time.perf_counter() - started, differences), encoder


def _encoder(name: str) -> SentenceEncoder:
    with waiting("Loading the encoder"):
        return SentenceEncoder.open(name)

"""Made-up documents for every engine, and all that can be read of a generation of them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from fakes import BagEncoder

from ingest import (
    Catalog,
    Document,
    Generation,
    Source,
    build,
    query_terms,
)
from ingest.read.layout import Piece

WORDS = (
    "verdolin",
    "quillex",
    "marrow",
    "tablet",
    "dose",
    "fever",
    "liver",
    "renal",
    "acute",
    "mild",
    "onset",
    "daily",
)

QUESTIONS = ("verdolin dose", "renal fever in the liver", "twice daily tablet quillex", "nothing of this")


def catalog_in(url: str, folder: Path) -> Catalog:
    """The catalog of a database, with a folder of its own on this machine."""
    from ingest.postgres.catalog import PostgresCatalog

    return PostgresCatalog.connect(url, folder / "local")


def document(name: str, *texts: str) -> Document:
    """A document of one section, a paragraph for each text."""
    pieces = [Piece("heading", f"About {name}", 1), *(Piece("paragraph", text) for text in texts)]
    return Document.assemble(Source(name, Path("made-up.md")), pieces, (), lambda text: [(0, len(text))])


def publish(catalog: Catalog, documents: Sequence[Document], **options: object) -> str | None:
    """Publish these documents, and give the name of their generation."""
    with catalog.sole_writer():
        return build(catalog, documents, [], BagEncoder(), **options).generation  # type: ignore[arg-type]


def told(generation: Generation) -> object:
    """All that can be read of the documents of a generation, whatever the numbers of their rows."""
    ids = generation.document_ids()
    documents = generation.documents(ids)
    found = generation.found(generation.rows())
    passages = {name: [found.passages[row] for row in rows] for name, rows in found.rows_of.items()}
    facts = [(fact.id, fact.record, fact.source, fact.file) for fact in generation.store.facts()]
    vectors = {name: generation.vectors.of(rows).round(6).tolist() for name, rows in found.rows_of.items()}
    counts = (generation.document_count(), generation.passage_count(), len(generation.vectors), len(generation.lexical))
    return ids, generation.revisions(), documents, passages, facts, vectors, counts, generation.states


def words(generation: Generation) -> object:
    """All that is known of its words."""
    texts = generation.store.texts()
    known = generation.store.known(texts, [term for text in texts for term in query_terms(text)])
    return generation.vocabulary(), texts, sorted(known.words, key=str), known.pairs, dict(known.listed)


def hits(generation: Generation, questions: Sequence[str] = QUESTIONS) -> list[Mapping[str, float]]:
    """The scores of the passages found, by their ids."""
    asked = BagEncoder().encode(questions)
    found = [
        *generation.lexical.search([query_terms(question) for question in questions], 100),
        *generation.vectors.search(asked, 100),
    ]
    return [
        dict(zip((passage.id for passage in generation.passages([row for row, _ in some])), scores, strict=True))
        for some in found
        for scores in [[score for _, score in some]]
    ]


def same(one: Sequence[Mapping[str, float]], two: Sequence[Mapping[str, float]]) -> bool:
    """Whether two searches found the same with nearly the same scores."""
    return all(first == pytest.approx(second, abs=1e-5) for first, second in zip(one, two, strict=True))


def written(name: str, chance: random.Random) -> Document:
    """A document of words by chance."""
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(3, 60))) for _ in range(chance.randint(1, 3))]
    return document(name, *(f"{line.capitalize()} ({chance.choice(WORDS)})." for line in lines))

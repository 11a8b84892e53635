"""Fusion and search; also the made-up corpus and encoder that the tests of `answer` and `eval` share."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import (
    FUNCTION_WORDS,
    WORD,
    Document,
    EncoderMismatch,
    Generation,
    Notice,
    Source,
    Vectors,
    analyze,
    build,
)
from ingest.markdown import read_markdown
from ingest.sentences import split_sentences
from retriever import Retriever
from retriever.search import fuse

ORDINARY = (
    "year old day week price cost weather football match won doctor name brand generic other what which effect "
    "gardener compost soil water roots leaves stem plant feed flower fruit people banana apple"
)

TOMATOES = """# Feeding tomatoes

## Verdolin (Growfast)

Verdolin is a man-made feed. It is sprayed on the leaves every 3 weeks. The main drawbacks of verdolin are yellow \
leaves, weak stems, and a bitter taste. Verdolin does not keep slugs away.

## Quillex (Bloomwell)

Quillex is poured round the roots twice a week. Drawbacks of quillex include slugs and a strong smell. Keep every \
feed in a cool shed away from children.

## Safety

Wear gloves whenever you:

- mix verdolin with hot water
- pour quillex from the can
- rinse the spray bottle

Written by the shed committee of the allotment club.

Last revised: May 3, 2024

## References

- Harrow K. Effects of fernozil on a 3-year-old vine. J Sheds. 2019;4:1-9.
"""

MARROWS = """# Feeding marrows

## Storage

Keep every feed in a cool shed away from young children.

## Timing

Quillex is poured round the roots 5 times a week when marrows swell.
"""

NAMES = frozenset(["verdolin", "growfast", "quillex", "bloomwell", "fernozil", "marrowmax", "quillox", "quillax"])


class WordEncoder:
    """An axis a stem, function words left out; `same` puts one stem on the axis of another."""

    name = "words"
    dimension = 4096

    def __init__(self, ordinary: str = "", same: Mapping[str, str] | None = None, fingerprint: str = "words@1") -> None:
        self.fingerprint = fingerprint
        self.words = (
            frozenset(word for found in WORD.finditer(ordinary.lower()) for word in found[0].split("-")) - NAMES
        )
        self._same = dict(same or {})

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        vectors[:, 0] = 0.01
        for row, text in enumerate(texts):
            for found in WORD.finditer(text):
                for term in analyze(found[0]) if found[0].lower() not in FUNCTION_WORDS else []:
                    vectors[row, 1 + zlib.crc32(self._same.get(term, term).encode()) % (self.dimension - 1)] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def document(text: str, id_: str = "doc", **metadata: str) -> Document:
    """A document read from Markdown without a file."""
    source = Source(id_, Path(f"{id_}.md"), **metadata)  # type: ignore[arg-type]
    return Document.assemble(source, read_markdown(text), [], split_sentences)


def generation(
    index: Path, *documents: Document, encoder: WordEncoder | None = None, notices: Sequence[Notice] = ()
) -> Generation:
    build(index, documents, notices, encoder or WordEncoder())
    return Generation.open(index)


Search = Callable[..., Retriever]


@pytest.fixture
def search(tmp_path: Path) -> Search:
    def retriever(*texts: str, same: Mapping[str, str] | None = None) -> Retriever:
        encoder = WordEncoder(same=same)
        documents = [document(text, f"d{number}") for number, text in enumerate(texts)]
        return Retriever(generation(tmp_path, *documents, encoder=encoder), encoder)

    return retriever


def found(retriever: Retriever, query: str, k: int = 10) -> list[str]:
    return [hit.passage.document_id for hit in retriever.search(query, k)]


def test_fusion_worked_by_hand() -> None:
    dense, lexical = {1: 0.9, 2: 0.5, 3: 0.1}, {2: 10.0, 4: 4.0, 5: 7.0}
    assert fuse(dense, lexical, 0.5) == pytest.approx({1: 0.5, 2: 0.75, 3: 0.0, 4: 0.0, 5: 0.25})
    assert fuse(dense, lexical, 0.75) == pytest.approx({1: 0.75, 2: 0.625, 3: 0.0, 4: 0.0, 5: 0.125})


def test_a_side_of_equal_scores_gives_all_of_them_its_whole_weight() -> None:
    assert fuse({1: 0.3, 2: 0.3}, {}, 0.6) == {1: 0.6, 2: 0.6}
    assert fuse({}, {7: 2.0}, 0.6) == {7: pytest.approx(0.4)}
    assert fuse({}, {}, 0.6) == {}


cosines = st.dictionaries(st.integers(0, 9), st.floats(-1, 1), max_size=8)
bm25 = st.dictionaries(st.integers(0, 9), st.floats(0, 40), max_size=8)


@given(cosines, bm25, st.floats(0, 1))
def test_fused_scores_lie_between_0_and_1_and_a_side_gives_no_more_than_its_weight(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    fused = fuse(dense, lexical, weight)
    assert fused.keys() == dense.keys() | lexical.keys()
    for row, score in fused.items():
        most = weight * (row in dense) + (1 - weight) * (row in lexical)
        assert 0 <= score <= most + 1e-12


@given(cosines, bm25, st.floats(0, 1))
def test_fusion_does_not_depend_on_the_order_of_its_input(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    backwards = [dict(reversed(side.items())) for side in (dense, lexical)]
    assert fuse(*backwards, weight) == fuse(dense, lexical, weight)


def test_the_passage_that_both_sides_prefer_comes_first(search: Search) -> None:
    retriever = search("# Bats\n\nA bat is oak.\n", "# Nets\n\nA net is rope.\n", "# Balls\n\nA ball is cork.\n")
    hits = retriever.search("What is the ball made of?")
    assert hits[0].passage.document_id == "d2"
    assert hits[0].score == 1.0
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_hit_tells_its_cosine_and_its_bm25_score(search: Search) -> None:
    retriever = search("# Bats\n\nA bat is oak.\n", "# Nets\n\nA net is rope.\n")
    first, second = retriever.search("bat")
    vectors = retriever.encoder.encode(["bat", first.passage.embedded_text])
    assert first.dense == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-6)
    assert first.lexical == retriever.generation.lexical.search(["bat"], 1)[0][1] > 0
    assert second.lexical == 0


def test_equal_passages_come_in_the_order_of_their_documents(search: Search) -> None:
    retriever = search(*["# Rules\n\nA ball is cork.\n"] * 5, "# Rules\n\nA ball is cork and wool.\n")
    assert found(retriever, "ball cork") == ["d0", "d1", "d2", "d3", "d4", "d5"]
    assert found(retriever, "ball cork", k=3) == ["d0", "d1", "d2"]


def test_the_same_query_finds_the_same(search: Search) -> None:
    retriever = search(TOMATOES, MARROWS)
    assert retriever.search("quillex weeks", 3) == retriever.search("quillex weeks", 3)
    assert len(retriever.search("quillex weeks", 3)) == 3
    assert len(retriever.search("quillex weeks", 500)) == retriever.generation.passage_count()


def test_words_of_the_same_meaning_are_found_without_a_common_word(search: Search) -> None:
    retriever = search("# Bats\n\nA bat is oak.\n", "# Nets\n\nA net is rope.\n", same={"club": "bat"})
    hit = retriever.search("club", 1)[0]
    assert (hit.passage.document_id, hit.lexical) == ("d0", 0.0)


def test_a_passage_that_only_its_words_found_has_a_cosine_all_the_same(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retriever.search.DEPTH", 1)
    retriever = search("# A\n\nHurry over wide cold wet ice.\n", "# B\n\nRun!\n", same={"hurri": "run"})
    hit = retriever.search("hurry", 1)[0]
    vectors = retriever.encoder.encode(["hurry", hit.passage.embedded_text])
    assert hit.passage.document_id == "d0"
    assert hit.dense == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-6)
    assert hit.dense > 0.2


def test_an_index_of_another_encoder_is_refused_with_both_names(tmp_path: Path) -> None:
    made = generation(tmp_path, document(MARROWS))
    with pytest.raises(EncoderMismatch, match=r"made with words@1.* embedded with words@2"):
        Retriever(made, WordEncoder(fingerprint="words@2"))

"""Search, over made-up documents and an encoder that counts words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from leaflets import MARROWS, TOMATOES, WordEncoder, document, generation

from ingest import (
    EncoderMismatch,
)
from retriever import Retriever, Terms

Search = Callable[..., Retriever]


@pytest.fixture
def search(tmp_path: Path) -> Search:
    def retriever(*texts: str, same: Mapping[str, str] | None = None) -> Retriever:
        encoder = WordEncoder(same=same)
        documents = [document(text, f"d{number}") for number, text in enumerate(texts)]
        made = generation(tmp_path, *documents, encoder=encoder)
        return Retriever(made, encoder, Terms(made, encoder))

    return retriever


def found(retriever: Retriever, query: str, k: int = 10) -> list[str]:
    return [hit.passage.document_id for hit in retriever.search(query, k)]


def test_the_best_come_first_each_with_its_rank(search: Search) -> None:
    retriever = search("# Bats\n\nA bat is oak.\n", "# Nets\n\nA net is rope.\n", "# Balls\n\nA ball is cork.\n")
    hits = retriever.search("What is the ball made of?")
    assert hits[0].passage.document_id == "d2"
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].score > hits[1].score


def test_a_score_is_weighed_of_cosine_topic_and_coverage(search: Search) -> None:
    retriever = search("# Bats\n\n## Oak\n\nA bat is oak.\n\n## Wind\n\nRain falls.\n", "# Nets\n\nA net is rope.\n")
    hits = {hit.passage.heading: hit for hit in retriever.search("bat rope")}
    (question,) = retriever.encoder.encode(["bat rope"])
    cosines = {
        heading: float(question @ retriever.encoder.encode([hit.passage.embedded_text])[0])
        for heading, hit in hits.items()
    }
    oak, wind, nets = (
        next(hit for heading, hit in hits.items() if word in heading) for word in ("Oak", "Wind", "Nets")
    )
    for heading, hit in hits.items():
        assert hit.dense == pytest.approx(cosines[heading], abs=1e-6)
        assert hit.score == pytest.approx(0.6 * hit.dense + 0.4 * hit.topic + 0.6 * hit.coverage, abs=1e-6)
    assert oak.topic == wind.topic == pytest.approx((oak.dense + wind.dense) / 2, abs=1e-6)
    assert nets.topic == pytest.approx(nets.dense, abs=1e-6)
    # Of three passages two speak of bats, by their title, and one of rope.
    bat, rope = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5)
    assert oak.coverage == wind.coverage == pytest.approx(bat / (bat + rope))
    assert nets.coverage == pytest.approx(rope / (bat + rope))


def test_of_like_passages_the_one_whose_document_is_about_the_question_comes_first(search: Search) -> None:
    like = "# Games\n\n## Gear\n\nA bat is oak.\n\n## More\n\n"
    retriever = search(f"{like}Rain falls.\n", f"{like}The bat bends.\n")
    first, second = (hit for hit in retriever.search("bat") if hit.passage.heading.endswith("Gear"))
    assert (first.passage.document_id, second.passage.document_id) == ("d1", "d0")
    assert first.dense == pytest.approx(second.dense, abs=1e-6) and first.coverage == second.coverage
    assert first.topic > second.topic


def test_the_topic_of_a_long_document_is_taken_from_all_over_it(search: Search) -> None:
    said = ["A bat bends."] * 65 + ["A net hangs."] * 65
    sections = "\n\n".join(f"## S{number}\n\n{text}" for number, text in enumerate(said))
    retriever = search(f"# Games\n\n{sections}\n")
    bat, net = (retriever.search(word, 1)[0] for word in ("bat", "net"))
    assert bat.dense == pytest.approx(net.dense, abs=1e-3)
    assert bat.topic == pytest.approx(net.topic, abs=0.02)
    assert bat.topic == pytest.approx(bat.dense / 2, abs=0.02)


def test_telling_words_that_stand_under_another_name_are_covered(search: Search) -> None:
    hits = search(TOMATOES, "# Nets\n\nA net is rope.\n").search("growfast drawbacks")
    told = next(hit for hit in hits if "main drawbacks of verdolin" in hit.passage.text)
    assert (hits[0], told.coverage) == (told, 1.0)
    assert hits[-1].coverage == 0


def test_a_question_is_embedded_with_the_other_names_of_what_it_names(search: Search) -> None:
    retriever = search(TOMATOES)
    (hit,) = (hit for hit in retriever.search("slugs of bloomwell") if "Quillex" in hit.passage.text)
    vectors = retriever.encoder.encode(["slugs of bloomwell (quillex)", hit.passage.embedded_text])
    assert hit.dense == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-6)


def test_a_question_without_telling_words_is_searched_too(search: Search) -> None:
    hits = search(TOMATOES).search("What is it?")
    assert hits and all(hit.coverage == 0 for hit in hits)


def test_a_hit_tells_its_bm25_score(search: Search) -> None:
    retriever = search("# Bats\n\nA bat is oak.\n", "# Nets\n\nA net is rope.\n")
    first, second = retriever.search("bat")
    assert first.lexical == retriever.generation.lexical.search([["bat"]], 1)[0][0][1] > 0
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
    assert (hit.passage.document_id, hit.lexical, hit.coverage) == ("d0", 0.0, 0.0)


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
        Retriever(made, WordEncoder(fingerprint="words@2"), Terms(made, WordEncoder()))

"""The vectors of a generation: exact when few, and of many as good as exact by count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.vectors import RECALL, VectorIndex, write_vectors

DIMENSION = 24
FLAT = 500


def cloud(count: int, seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Unit vectors about forty centres."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(7).standard_normal((40, DIMENSION))
    vectors = centres[rng.integers(40, size=count)] + 0.6 * rng.standard_normal((count, DIMENSION))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def written(folder: Path, vectors: np.ndarray[Any, np.dtype[np.float32]], flat: int = FLAT) -> VectorIndex:
    folder.mkdir()
    return VectorIndex.open(
        folder, write_vectors(folder, None, (), range(len(vectors)), [vectors], vectors.shape[1], flat)
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return written(tmp_path_factory.mktemp("many") / "index", cloud(4000, 1))


def nearest(vectors: np.ndarray[Any, np.dtype[np.float32]], query: object, limit: int = 10) -> set[int]:
    return set(np.argsort(-(vectors @ query))[:limit].tolist())


def recall(index: VectorIndex, rows: list[int], seed: int) -> float:
    """The part of the ten nearest that is found, of questions that the index was not tuned on."""
    vectors = index.of(rows)
    queries = cloud(200, seed)
    found = [{row for row, _ in index.search(query, 10)} for query in queries]
    truth = [{rows[place] for place in nearest(vectors, query)} for query in queries]
    return sum(len(a & b) for a, b in zip(found, truth, strict=True)) / (10 * len(queries))


def test_few_vectors_are_searched_exactly(tmp_path: Path) -> None:
    vectors = cloud(FLAT, 2)
    index = written(tmp_path / "index", vectors)
    assert index.facts == {"kind": "flat", "dimension": DIMENSION} and len(index) == FLAT
    for query in cloud(20, 3):
        found = index.search(query, 12)
        assert {row for row, _ in found} == nearest(vectors, query, 12)
        assert np.allclose([cosine for _, cosine in found], np.sort(vectors @ query)[::-1][:12], atol=1e-6)


def test_of_many_few_lists_are_searched_and_the_recall_that_is_told_is_kept(many: VectorIndex) -> None:
    assert many.facts["kind"] == "ivf"
    assert many.facts["searched"] < many.facts["lists"] / 2
    assert RECALL <= many.facts["recall@10"] <= 1
    assert recall(many, list(range(4000)), seed=5) >= 0.97


def test_of_many_the_cosines_are_those_of_the_vectors_themselves(many: VectorIndex) -> None:
    vectors = cloud(4000, 1)
    for query in cloud(20, 4):
        found = many.search(query, 30)
        cosines = [cosine for _, cosine in found]
        assert len(found) == 30 and cosines == sorted(cosines, reverse=True)
        assert np.allclose(cosines, [vectors[row] @ query for row, _ in found], atol=1e-6)


def test_more_than_the_usual_candidates_can_be_asked_for(many: VectorIndex) -> None:
    (query,) = cloud(1, 6)
    found = many.search(query, 150)
    assert len({row for row, _ in found}) == 150


def test_the_vectors_are_given_back_bit_for_bit_in_the_order_asked(many: VectorIndex) -> None:
    vectors = cloud(4000, 1)
    assert (many.of([17, 3999, 0, 17]) == vectors[[17, 3999, 0, 17]]).all()
    assert many.of([]).shape == (0, DIMENSION)
    for absent in (-1, 4000):
        with pytest.raises(KeyError, match=str(absent)):
            many.of([5, absent])


def test_a_small_change_keeps_the_lists_and_a_large_one_makes_them_anew(many: VectorIndex, tmp_path: Path) -> None:
    added = cloud(100, 8)
    (tmp_path / "small").mkdir()
    rows = [row for row in range(4000) if row % 40] + list(range(4000, 4100))
    facts = write_vectors(tmp_path / "small", many, range(0, 4000, 40), range(4000, 4100), [added], DIMENSION, FLAT)
    small = VectorIndex.open(tmp_path / "small", facts)
    assert facts["changed"] == 200 and facts["lists"] == many.facts["lists"]
    assert recall(small, rows, seed=9) >= 0.97
    assert {row for query in added for row, _ in small.search(query, 1)} == set(range(4000, 4100))
    assert not {row for query in cloud(4000, 1)[::40] for row, _ in small.search(query, 10)} & set(range(0, 4000, 40))

    (tmp_path / "large").mkdir()
    gone = [row for row in rows if row % 4 == 1]
    large = write_vectors(tmp_path / "large", small, gone, range(4100, 4105), [cloud(5, 10)], DIMENSION, FLAT)
    assert large["changed"] == 0
    stay = [row for row in [*rows, *range(4100, 4105)] if row not in set(gone)]
    assert recall(VectorIndex.open(tmp_path / "large", large), stay, seed=11) >= 0.97


def test_an_index_grows_beyond_what_is_flat_and_shrinks_below_it(tmp_path: Path) -> None:
    few = written(tmp_path / "few", cloud(400, 1))
    (tmp_path / "more").mkdir()
    facts = write_vectors(tmp_path / "more", few, (), range(400, 700), [cloud(300, 2)], DIMENSION, FLAT)
    more = VectorIndex.open(tmp_path / "more", facts)
    assert facts["kind"] == "ivf" and len(more) == 700
    (tmp_path / "less").mkdir()
    facts = write_vectors(tmp_path / "less", more, range(300), [], [], DIMENSION, FLAT)
    assert facts == {"kind": "flat", "dimension": DIMENSION}
    less = VectorIndex.open(tmp_path / "less", facts)
    found = {row for query in cloud(300, 2) for row, _ in less.search(query, 1)}
    assert found == set(range(400, 700))


def test_equal_vectors_do_not_spoil_what_is_measured(tmp_path: Path) -> None:
    vectors = np.repeat(cloud(30, 1), 40, axis=0)
    index = written(tmp_path / "index", vectors)
    assert index.facts["recall@10"] >= RECALL
    assert [cosine for _, cosine in index.search(vectors[0], 40)] == pytest.approx([1.0] * 40, abs=1e-6)


def test_an_index_of_nothing_can_be_searched(tmp_path: Path) -> None:
    index = written(tmp_path / "index", np.zeros((0, DIMENSION), dtype=np.float32))
    assert len(index) == 0 and index.search(cloud(1, 1)[0], 5) == []


@pytest.mark.parametrize("name", ["vectors.f32", "rows.i64", "lists.faiss"])
def test_a_file_cut_short_is_an_os_error(tmp_path: Path, name: str) -> None:
    index = written(tmp_path / "index", cloud(600, 1))
    path = tmp_path / "index" / name
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(OSError, match=r"."):
        VectorIndex.open(tmp_path / "index", index.facts)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), flat=st.sampled_from([0, 20, 1000]))
def test_whatever_is_added_and_taken_out_is_what_is_there(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, flat: int
) -> None:
    vectors = cloud(400, 12)
    held: list[int] = []
    index: VectorIndex | None = None
    following = 0
    for _ in range(data.draw(st.integers(1, 4))):
        gone = [row for row in held if data.draw(st.integers(0, 9), label="gone") == 0]
        count = data.draw(st.integers(1, 60), label="new")
        rows = range(following, following + count)
        folder = tmp_path_factory.mktemp("step")
        facts = write_vectors(folder, index, gone, rows, [vectors[following : following + count]], DIMENSION, flat)
        index = VectorIndex.open(folder, facts)
        held = [row for row in held if row not in gone] + list(rows)
        following += count
        assert len(index) == len(held)
        assert (index.of(held) == vectors[held]).all()
        everything = index.search(vectors[0], len(held))
        if facts["kind"] == "flat":
            assert [row for row, _ in everything] == sorted(held, key=lambda row: -float(vectors[row] @ vectors[0]))
        else:
            assert {row for row, _ in everything} <= set(held)
            assert all(index.search(vectors[row], 1)[0][0] == row for row in held)

"""The vectors of segments and generations: exact when few, and of many as good as exact by count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.index.runs import Runs
from ingest.index.vectors import RECALL, SegmentVectors, VectorIndex, add_lists

DIMENSION = 24
FLAT = 500


def cloud(count: int, seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Unit vectors about forty centres."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(7).standard_normal((40, DIMENSION))
    vectors = centres[rng.integers(40, size=count)] + 0.6 * rng.standard_normal((count, DIMENSION))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def segment(
    folder: Path,
    vectors: np.ndarray[Any, np.dtype[np.float32]],
    flat: int = FLAT,
    first: int = 0,
    like: SegmentVectors | None = None,
    kept: int = 0,
) -> SegmentVectors:
    folder.mkdir()
    vectors.tofile(folder / "vectors.f32")
    facts = add_lists(folder, *vectors.shape, like, kept, flat)
    return SegmentVectors(folder, first, len(vectors), facts)


def written(folder: Path, vectors: np.ndarray[Any, np.dtype[np.float32]], flat: int = FLAT) -> VectorIndex:
    return VectorIndex([(segment(folder, vectors, flat), Runs())])


def facts(index: VectorIndex) -> dict[str, Any]:
    """Those of an index of one segment."""
    ((part, _),) = index.parts
    return dict(part.facts)


def search(index: VectorIndex, query: np.ndarray[Any, Any], limit: int) -> list[tuple[int, float]]:
    return index.search(query[np.newaxis], limit)[0]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return written(tmp_path_factory.mktemp("many") / "index", cloud(4000, 1))


def nearest(vectors: np.ndarray[Any, np.dtype[np.float32]], query: object, limit: int = 10) -> set[int]:
    return set(np.argsort(-(vectors @ query))[:limit].tolist())


def recall(index: VectorIndex, rows: list[int], seed: int) -> float:
    """The part of the ten nearest that is found, of questions that the index was not tuned on."""
    vectors = index.of(rows)
    queries = cloud(200, seed)
    found = [{row for row, _ in search(index, query, 10)} for query in queries]
    truth = [{rows[place] for place in nearest(vectors, query)} for query in queries]
    return sum(len(a & b) for a, b in zip(found, truth, strict=True)) / (10 * len(queries))


def test_few_vectors_are_searched_exactly(tmp_path: Path) -> None:
    vectors = cloud(FLAT, 2)
    index = written(tmp_path / "index", vectors)
    assert facts(index) == {"kind": "flat", "dimension": DIMENSION} and len(index) == FLAT
    for query in cloud(20, 3):
        found = search(index, query, 12)
        assert {row for row, _ in found} == nearest(vectors, query, 12)
        assert np.allclose([cosine for _, cosine in found], np.sort(vectors @ query)[::-1][:12], atol=1e-6)


def test_of_many_few_lists_are_searched_and_the_recall_that_is_told_is_kept(many: VectorIndex) -> None:
    assert facts(many)["kind"] == "ivf"
    assert facts(many)["searched"] < facts(many)["lists"] / 2
    assert RECALL <= facts(many)["recall@10"] <= 1
    assert recall(many, list(range(4000)), seed=5) >= 0.97


def test_of_many_the_cosines_are_those_of_the_vectors_themselves(many: VectorIndex) -> None:
    vectors = cloud(4000, 1)
    for query in cloud(20, 4):
        found = search(many, query, 30)
        cosines = [cosine for _, cosine in found]
        assert len(found) == 30 and cosines == sorted(cosines, reverse=True)
        assert np.allclose(cosines, [vectors[row] @ query for row, _ in found], atol=1e-6)


def test_more_than_the_usual_candidates_can_be_asked_for(many: VectorIndex) -> None:
    (query,) = cloud(1, 6)
    found = search(many, query, 150)
    assert len({row for row, _ in found}) == 150


def test_the_vectors_are_given_back_bit_for_bit_in_the_order_asked(many: VectorIndex) -> None:
    vectors = cloud(4000, 1)
    assert (many.of([17, 3999, 0, 17]) == vectors[[17, 3999, 0, 17]]).all()
    assert many.of([]).shape == (0, DIMENSION)
    for absent in (-1, 4000):
        with pytest.raises(KeyError, match=str(absent)):
            many.of([5, absent])


def test_what_is_gone_is_not_found_and_what_is_asked_for_is_still_given(many: VectorIndex) -> None:
    ((part, _),) = many.parts
    (query,) = cloud(1, 6)
    # The nearest hundred are gone, and every fortieth.
    gone = {row for row, _ in search(many, query, 100)} | set(range(0, 4000, 40))
    left = VectorIndex([(part, Runs.of(sorted(gone)))])
    stay = [row for row in range(4000) if row not in gone]
    assert len(left) == len(stay)
    found = [row for row, _ in search(left, query, 30)]
    assert len(found) == 30 and not gone & set(found)
    assert recall(left, stay, seed=9) >= 0.97
    with pytest.raises(KeyError, match="40"):
        left.of([1, 40])


def test_lists_about_the_centres_of_before_are_as_good_until_a_tenth_has_changed(
    many: VectorIndex, tmp_path: Path
) -> None:
    ((before, _),) = many.parts
    kept = np.delete(cloud(4000, 1), np.s_[::40], axis=0)
    small = segment(tmp_path / "small", np.vstack([kept, cloud(100, 8)]), like=before, kept=len(kept))
    assert small.facts["changed"] == 200 and small.facts["lists"] == before.facts["lists"]
    assert recall(VectorIndex([(small, Runs())]), list(range(4000)), seed=9) >= 0.97
    large = segment(tmp_path / "large", np.vstack([kept, cloud(250, 8)]), like=small, kept=len(kept))
    assert large.facts["changed"] == 0
    assert recall(VectorIndex([(large, Runs())]), list(range(4150)), seed=11) >= 0.97


@settings(max_examples=40, deadline=None)
@given(data=st.data(), flat=st.sampled_from([20, 1000]))
def test_segments_are_searched_as_if_they_were_one(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, flat: int
) -> None:
    vectors = cloud(400, 12)
    parts: list[tuple[SegmentVectors, Runs]] = []
    held: list[int] = []
    first = data.draw(st.integers(0, 5))
    for _ in range(data.draw(st.integers(1, 4))):
        count = data.draw(st.integers(0, 60), label="new")
        rows = range(first, first + count)
        gone = Runs.of(row for row in rows if data.draw(st.integers(0, 4), label="gone") == 0)
        parts.append((segment(tmp_path_factory.mktemp("step") / "s", vectors[rows], flat, first), gone))
        held += [row for row in rows if row not in gone]
        first += count + data.draw(st.integers(0, 5), label="gap")
    index = VectorIndex(data.draw(st.permutations(parts)))
    assert len(index) == len(held)
    assert (index.of(held) == vectors[held]).all()
    everything = search(index, vectors[0], len(held) or 1)
    if all(part.facts["kind"] == "flat" for part, _ in parts):
        assert [row for row, _ in everything] == sorted(held, key=lambda row: -float(vectors[row] @ vectors[0]))
    else:
        assert {row for row, _ in everything} <= set(held)
        assert all(search(index, vectors[row], 1)[0][0] == row for row in held)


def test_equal_vectors_do_not_spoil_what_is_measured(tmp_path: Path) -> None:
    vectors = np.repeat(cloud(30, 1), 40, axis=0)
    index = written(tmp_path / "index", vectors)
    assert facts(index)["recall@10"] >= RECALL
    assert [cosine for _, cosine in search(index, vectors[0], 40)] == pytest.approx([1.0] * 40, abs=1e-6)


def test_an_index_of_nothing_can_be_searched(tmp_path: Path) -> None:
    index = written(tmp_path / "index", np.zeros((0, DIMENSION), dtype=np.float32))
    assert len(index) == 0 and search(index, cloud(1, 1)[0], 5) == []


@pytest.mark.parametrize("name", ["vectors.f32", "lists.faiss"])
def test_a_file_cut_short_is_an_os_error(tmp_path: Path, name: str) -> None:
    told = facts(written(tmp_path / "index", cloud(600, 1)))
    path = tmp_path / "index" / name
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(OSError, match=r"."):
        SegmentVectors(tmp_path / "index", 0, 600, told)

"""The lexical index and its terms."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import FUNCTION_WORDS, analyze, query_terms
from ingest.index.lexical import LexicalIndex, LexicalRow, LexicalWriter, join
from ingest.index.runs import Runs

TEXTS = [
    "alphamab slows growth of tumors",
    "betamab is injected every month",
    "alphamab and betamab together, alphamab first",
    "nothing of the kind",
]


def write(folder: Path, rows: Iterable[LexicalRow]) -> None:
    writer = LexicalWriter(folder)
    for row in rows:
        writer.add(row)
    writer.close()


def search(index: LexicalIndex, terms: list[str], limit: int, few: int = 50_000) -> list[tuple[int, float]]:
    return index.search([terms], limit, few)[0]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "new" / "index"
    write(folder, (LexicalRow(row, "", text) for row, text in enumerate(TEXTS)))
    return LexicalIndex.open(folder)


def rows(index: LexicalIndex, text: str, limit: int = 10) -> list[int]:
    return [row for row, _ in search(index, query_terms(text), limit)]


def test_the_best_rows_come_first_with_falling_scores(index: LexicalIndex) -> None:
    found = search(index, ["alphamab", "betamab"], 10)
    assert found[0][0] == 2
    assert {row for row, _ in found} == {0, 1, 2}
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True) and scores[-1] > 0


def test_the_limit_keeps_the_best(index: LexicalIndex) -> None:
    assert rows(index, "alphamab betamab", limit=1) == [2]


def test_a_term_given_twice_counts_once(index: LexicalIndex) -> None:
    assert search(index, ["growth", "growth"], 5) == search(index, ["growth"], 5)


def test_words_are_found_by_their_stem_case_and_accent(index: LexicalIndex) -> None:
    assert rows(index, "TUMOR") == rows(index, "tumörs") == [0]
    assert rows(index, "injecting months") == [1]


@pytest.mark.parametrize("terms", [[], ["gammamab"]])
def test_no_term_and_an_unknown_term_find_nothing(index: LexicalIndex, terms: list[str]) -> None:
    assert search(index, terms, 10) == []


def test_ties_are_in_the_order_of_rows_whatever_the_limit(tmp_path: Path) -> None:
    write(tmp_path / "index", (LexicalRow(row, "title", "the same words") for row in range(40)))
    index = LexicalIndex.open(tmp_path / "index")
    assert rows(index, "same words", limit=40) == list(range(40))
    assert rows(index, "same words", limit=7) == list(range(7))


def test_a_title_is_searched_but_weighs_less_than_the_text(tmp_path: Path) -> None:
    texts = [("alphamab", "one drug"), ("betamab", "one alphamab"), ("betamab", "one drug")]
    write(tmp_path / "index", (LexicalRow(row, *text) for row, text in enumerate(texts)))
    assert rows(LexicalIndex.open(tmp_path / "index"), "alphamab") == [1, 0]


@pytest.fixture(scope="module")
def zipfian(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    """2,000 passages in two parts, and 200 that are gone; word N stands about N times as seldom as word 1."""
    folder = tmp_path_factory.mktemp("zipfian")
    rng = np.random.default_rng(1)
    texts = [" ".join(f"w{word}" for word in rng.zipf(1.3, 12) if word < 400) for _ in range(2200)]
    every = [LexicalRow(row, f"w{row % 50}", text) for row, text in enumerate(texts)]
    write(folder / "one", every[:2000])
    write(folder / "other", every[2000:])
    join([folder / "one", folder / "other"], folder / "both")
    return LexicalIndex.open(folder / "both", Runs.of(range(0, 2000, 10)))


@settings(max_examples=200, deadline=None)
@given(
    numbers=st.lists(st.one_of(st.integers(1, 6), st.integers(1, 450)), min_size=1, max_size=7),
    limit=st.sampled_from([1, 5, 60]),
    few=st.sampled_from([0, 30, 300]),
)
def test_common_terms_that_only_add_to_scores_change_nothing_that_is_found(
    zipfian: LexicalIndex, numbers: list[int], limit: int, few: int
) -> None:
    terms = [f"w{number}" for number in numbers]
    whole = search(zipfian, terms, limit, few=10**9)
    found = search(zipfian, terms, limit, few=few)
    assert [score for _, score in found] == pytest.approx([score for _, score in whole], rel=1e-5)
    last = whole[-1][1] if whole else 0.0
    assert {row for row, score in found if score > last * 1.0001} == {r for r, score in whole if score > last * 1.0001}


def test_parts_are_searched_as_one_that_counts_the_words_of_all(tmp_path: Path) -> None:
    every = [LexicalRow(row, f"w{row % 3}", f"{text} {row}") for row, text in enumerate(TEXTS * 3)]
    write(tmp_path / "whole", every)
    for name, part in (("one", every[:5]), ("other", every[5:6]), ("third", every[6:])):
        write(tmp_path / name, part)
    join([tmp_path / name for name in ("one", "other", "third")], tmp_path / "joined")
    whole, joined = LexicalIndex.open(tmp_path / "whole"), LexicalIndex.open(tmp_path / "joined")
    for terms in (["alphamab"], ["month", "kind"], ["w1", "betamab", "growth"], ["4"]):
        expected = search(whole, terms, 20)
        assert [row for row, _ in search(joined, terms, 20)] == [row for row, _ in expected]
        assert [score for _, score in search(joined, terms, 20)] == pytest.approx([s for _, s in expected], rel=1e-6)
    assert len(whole) == len(joined) == 12


def test_what_is_gone_is_not_found_and_what_is_asked_for_is_still_given(tmp_path: Path) -> None:
    write(tmp_path / "index", (LexicalRow(row, "", f"alphamab {'here ' * row}") for row in range(200)))
    index = LexicalIndex.open(tmp_path / "index", Runs([(0, 120)]))
    assert rows(index, "alphamab", limit=5) == [120, 121, 122, 123, 124]
    assert (len(rows(index, "alphamab", limit=500)), len(index)) == (80, 80)


def test_an_index_of_nothing_can_be_searched(tmp_path: Path) -> None:
    write(tmp_path / "index", [])
    assert LexicalIndex.open(tmp_path / "index").search([["word"], []], 5) == [[], []]


def test_analyze_lowers_folds_and_stems() -> None:
    assert analyze("Tumörs RUNNING GLP-1") == ["tumor", "run", "glp", "1"]
    assert analyze("") == analyze("—?!") == []


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What are the side effects of alphamab?", ["side", "effect", "alphamab"]),
        ("Can't I take the drug’s pill—it?", ["take", "drug", "pill"]),
        ("What does ‘the’ or 'is' mean", ["mean"]),
        ("GLP-1, GLP-1 and 5 mg", ["glp", "1", "5", "mg"]),
        ("What is it?", []),
        ("", []),
    ],
)
def test_query_terms_leave_out_function_words_and_repetitions(question: str, terms: list[str]) -> None:
    assert query_terms(question) == terms


def test_function_words_are_lower_case_and_hold_no_matter() -> None:
    assert all(word == word.lower() for word in FUNCTION_WORDS)
    assert not {"drug", "dose", "effect", "effects", "tumor", "side", "take"} & FUNCTION_WORDS


def test_a_full_disk_is_an_os_error(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from ingest.index.lexical import LexicalRow, LexicalWriter\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    writer = LexicalWriter(Path(sys.argv[1]))\n"
        "    [writer.add(LexicalRow(i, '', f'word{i}')) for i in range(1000)]\n"
        "    writer.close()\n"
        "except OSError: raise SystemExit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "index"], capture_output=True, check=False)
    assert done.returncode == 7, done.stderr.decode()

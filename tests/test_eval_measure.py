"""A measure is one object: nothing that is told of one is told anywhere else, and nothing of what is none."""

from __future__ import annotations

import ast
import importlib
import io
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from outcomes import REFUSED, WHOLE, outcome, run
from rich.console import Console

from eval import MEASURES, Measure, Scores, compare, measures, score
from eval.measures import BY_NAME, Group, named
from eval.run import DEPTH
from ibid.scoretable import show_comparison, show_scores

NAMES = [measure.name for measure in MEASURES]
NO_COST = {"stages_ms": {}, "tokens": {}, "cold_start": {"seconds": 0.0, "memory_mib": 0.0}}
MADE = run(outcome(WHOLE, ("league", "The ball is of red cork.")), outcome(REFUSED))


@pytest.fixture(scope="module")
def scores() -> Scores:
    return score(MADE)


def test_each_measure_and_each_column_is_one() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert len({measure.title for measure in MEASURES}) == len(MEASURES)
    columns = {column for measure in MEASURES for column in measure.columns}
    assert len({column.name for column in columns}) == len(columns)


def test_the_measures_of_every_module_are_among_those_of_a_run() -> None:
    parts = [importlib.import_module(f"eval.measures.{part.name}") for part in pkgutil.iter_modules(measures.__path__)]
    made = [measure for part in parts for measure in getattr(part, "MEASURES", ())]
    assert sorted(measure.name for measure in made) == sorted(NAMES)


def test_scores_and_differences_have_the_names_of_the_measures(scores: Scores) -> None:
    assert all(list(by) == NAMES for by in scores.to_json()["strata"].values())
    assert {name for values in scores.to_json()["values"].values() for name in values} <= set(NAMES)
    assert all(list(by) == NAMES for by in compare(MADE, MADE).to_json().values())


def shown(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines() if line.strip()]


def test_a_terminal_names_measures_and_all_that_have_a_value(scores: Scores) -> None:
    told = io.StringIO()
    show_scores(Console(file=told, width=400), scores, NO_COST)
    rows = shown(told.getvalue())
    heads = [at for at, row in enumerate(rows) if row[0] in ("measure", "stratum", "stage,")]
    listed, beside = [row[0] for row in rows[heads[0] + 1 : heads[1]]], rows[heads[1]][2:]
    assert listed == [name for name, one in scores.strata["all"].items() if one.value is not None]
    assert beside and set(beside) <= set(NAMES)
    told = io.StringIO()
    show_comparison(Console(file=told, width=400), compare(MADE, MADE))
    assert [row[0] for row in shown(told.getvalue())[2:]] == listed


def lists_of_names(source: str) -> Iterator[list[str]]:
    """Lists, tuples, sets and dictionaries of three names of measures and more, which nothing holds to be names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
            parts = node.keys if isinstance(node, ast.Dict) else node.elts
            texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            names = [text for text in texts if text in BY_NAME]
            if len(names) >= 3:
                yield names


def test_no_list_of_names_is_written_beside_the_measures(root: Path) -> None:
    assert list(lists_of_names('x = ("leak", "length", "identical"), {"R@5": 1, "R@10": 2, "Brier": 3}'))
    files = [path for folder in ("eval", "ibid", "bench", "tools") for path in (root / folder).rglob("*.py")]
    written = {str(path): list(lists_of_names(path.read_text(encoding="utf-8"))) for path in files}
    assert len(files) > 100
    assert {path: lists for path, lists in written.items() if lists} == {}


def test_what_is_no_measure_cannot_be_chosen() -> None:
    assert [measure.name for measure in named("length", "R@5")] == ["length", "R@5"]
    with pytest.raises(KeyError):
        named("vital_recal")


@pytest.mark.parametrize("measure", MEASURES, ids=NAMES)
def test_a_number_that_it_is_known_by_is_one_that_it_is_reckoned_with(measure: Measure) -> None:
    told = re.findall(r"(?<![A-Za-z])\d+", f"{measure.name} {measure.title} {measure.words}")
    assert {float(number) for number in told} <= set(measure.parameters.values())
    assert re.findall(r"@(\d+)", measure.name) == [
        f"{number}" for name, number in measure.parameters.items() if name in ("k", "percent")
    ]


def test_no_measure_looks_deeper_than_what_is_kept_of_a_search() -> None:
    assert max(measure.parameters.get("k", 0) for measure in MEASURES) <= DEPTH


@pytest.mark.parametrize("measure", MEASURES, ids=NAMES)
def test_what_is_said_of_it_is_a_sentence_that_tells_where_less_is_better(measure: Measure) -> None:
    assert measure.title and re.fullmatch(r"[A-Z].*\.", measure.words)
    # Of the area over the oracle's it is said by way of the measure before it.
    if measure.name != "E-AURC":
        assert measure.words.endswith("Less is better.") == (measure.direction == "lower")


def test_worse_is_what_its_direction_says() -> None:
    higher, lower, neither = named("vital_recall", "ECE", "length")
    assert [m.is_worse(0.5, 0.4) for m in (higher, lower, neither)] == [True, False, False]
    assert [m.is_worse(0.4, 0.5) for m in (higher, lower, neither)] == [False, True, False]
    assert not any(m.is_worse(0.5, 0.5) or m.is_worse(float("nan"), 0.5) for m in (higher, lower, neither))


def test_a_page_writes_a_part_in_hundredths_a_score_with_two_digits_and_a_number_whole() -> None:
    part, number, plain = named("vital_recall", "AURC", "length")
    assert [m.shown(v) for m, v in ((part, 0.126), (number, 0.126), (plain, 325.4))] == ["13%", "0.13", "325"]
    assert [m.shown(-0.126) for m in (part, number)] == ["−13%", "−0.13"]


def test_a_page_has_groups_in_their_order_and_in_each_first_what_everybody_can_read() -> None:
    placed = sorted(MEASURES, key=lambda measure: measure.place)
    assert list(dict.fromkeys(measure.group for measure in placed)) == list(Group)
    retrieval = [measure.name for measure in placed if measure.group == "Retrieval"]
    assert retrieval == [*("span_R@5", "span_R@10"), *("R@5", "R@10", "Success@5"), *("nDCG@10", "RR@10")]


def test_what_the_gate_watches_can_get_worse_and_what_breaks_it_is_of_single_questions() -> None:
    watched = [measure for measure in MEASURES if measure.guard]
    assert {measure.guard for measure in watched} == {"loss", "break"}
    assert all(measure.direction != "neither" for measure in watched)
    assert all(len(m.columns) == 1 and m.direction == "higher" for m in watched if m.guard == "break")


def test_a_measure_is_not_another_of_the_same_parts() -> None:
    assert replace(MEASURES[0]) != MEASURES[0]

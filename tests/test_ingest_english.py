"""Each class of English stands in one file, from which all rules take their words."""

from __future__ import annotations

import ast
import calendar
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import FUNCTION_WORDS
from ingest.english import DENIAL, NUMBER, any_of, basic, forms, number, opposites, spelled, stopped, words


@pytest.fixture(scope="module")
def classes(root: Path) -> dict[str, list[str]]:
    """The words of each class, by its full name."""
    return dict(_named(tomllib.loads((root / "ingest" / "english.toml").read_text(encoding="utf-8"))))


def _named(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, found in table.items():
        if isinstance(found, dict):
            yield from _named(found, f"{above}{name}.")
        else:
            yield above + name, " ".join([found] if isinstance(found, str) else found).split()


def test_no_class_has_a_word_twice_or_one_with_a_capital(classes: dict[str, list[str]]) -> None:
    assert len(classes) > 60
    for name, held in classes.items():
        assert held, name
        assert max(Counter(word.rstrip(".") for word in held).values()) == 1, name
        assert [word for word in held if word != word.lower()] == [], name


def test_a_function_word_is_of_one_closed_class(classes: dict[str, list[str]]) -> None:
    counts = Counter(word for name, held in classes.items() if name.startswith("function.") for word in held)
    assert {word for word, often in counts.items() if often > 1} == set()
    assert counts.keys() == FUNCTION_WORDS


def test_every_class_is_named_by_a_rule(root: Path, classes: dict[str, list[str]]) -> None:
    said = {
        node.value
        for package in ("ingest", "retriever", "answer", "eval")
        for file in (root / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for name in classes:
        parts = name.split(".")
        assert said & {".".join(parts[:length]) for length in range(1, len(parts) + 1)}, name


def test_numbers_and_dates_are_complete() -> None:
    figures = forms("numbers.exact")
    assert basic("numbers.exact.cardinals") == tuple(map(str, range(20)))
    assert basic("numbers.exact.tens") == tuple(map(str, range(20, 100, 10)))
    assert [figures[word] for word in ("seventy", "nineteen", "dozen")] == ["70", "19", "12"]
    assert basic("numbers.ordinals") == tuple(map(str, range(11)))
    assert basic("calendar.months") == tuple(name.lower() for name in calendar.month_name[1:])
    assert basic("calendar.days") == tuple(name.lower() for name in calendar.day_name)


@given(st.integers(0, 999_999_999), st.sampled_from(("-", " ")), st.sampled_from((" and ", " ")))
def test_every_number_is_read_as_it_is_written(figure: int, dash: str, joint: str) -> None:
    text = _written(figure, dash, joint)
    found = re.search(NUMBER, text)
    assert found
    assert (found[0], number(found[0])) == (text, figure)


def _written(figure: int, dash: str, joint: str) -> str:
    small, tens = spelled("numbers.exact.cardinals"), ("", "", *spelled("numbers.exact.tens"))
    for power, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if figure >= power:
            rest = f"{joint}{_written(figure % power, dash, joint)}" if figure % power else ""
            return f"{_written(figure // power, dash, joint)} {name}{rest}"
    if figure < len(small):
        return small[figure]
    return tens[figure // 10] + (f"{dash}{small[figure % 10]}" if figure % 10 else "")


def test_a_table_has_the_words_of_its_classes() -> None:
    assert set(words("function.pronouns")) < set(words("function")) == FUNCTION_WORDS
    assert words("function.articles", "function.pronouns.hearer", "function.articles") == ("a", "an", "the", "you")
    with pytest.raises(KeyError):
        words("function.pronoun")


def test_a_full_stop_is_no_part_of_a_word() -> None:
    assert forms("calendar.days")["tues"] == "tuesday"
    assert "tuesday" not in stopped("calendar.days")
    assert {"tue", "tues"} < set(stopped("calendar.days")) < set(words("calendar.days"))


def test_an_expression_takes_signs_as_they_are() -> None:
    assert any_of("units.money").startswith(r"\$|dollar|dollars|")


def test_no_word_is_its_own_opposite() -> None:
    pairs = list(opposites())
    assert (("more",), ("less", "fewer")) in pairs
    assert all(set(one).isdisjoint(other) for one, other in pairs)


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("Nobody is charged.", True),
        ("Nothing is due.", True),
        ("You can’t.", True),
        ("A note on notation.", False),
        ("A non-slip mat lacks one.", False),
    ],
)
def test_what_denies(text: str, denies: bool) -> None:
    assert bool(DENIAL.search(text)) is denies

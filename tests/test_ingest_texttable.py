"""Tables of plain text."""

from __future__ import annotations

import pytest

from ingest.read.text.tables import table_of


def table(text: str) -> tuple[list[list[str]], int] | None:
    return table_of(text.strip("\n").split("\n"))


def test_columns_of_spaces_are_told_by_where_they_stand() -> None:
    assert table("Adult  7 crowns\nChildren 3 crowns") is None
    assert table("Adult     7 crowns\nChildren  3 crowns") == ([["Adult", "7 crowns"], ["Children", "3 crowns"]], 0)
    assert table("Old key  4 crowns\nGood key 40 crowns") == ([["Old key", "4 crowns"], ["Good key", "40 crowns"]], 0)


def test_numbers_that_end_below_one_another_are_a_column() -> None:
    assert table("Tea and cake    9.50\nTea            12.00") == ([["Tea and cake", "9.50"], ["Tea", "12.00"]], 0)


def test_a_rule_parts_the_heads() -> None:
    assert table("Boat    Fee\n-----   ---\nCanoe   5\nRaft    8") == (
        [["Boat", "Fee"], ["Canoe", "5"], ["Raft", "8"]],
        1,
    )


def test_names_above_figures_are_heads() -> None:
    assert table("Boat    Fee\nCanoe   5\nRaft    8") == ([["Boat", "Fee"], ["Canoe", "5"], ["Raft", "8"]], 1)


def test_figures_below_the_first_name_alone_make_no_heads() -> None:
    assert table("Room       Key\n7          left\n8          right") == (
        [["Room", "Key"], ["7", "left"], ["8", "right"]],
        0,
    )


def test_a_row_goes_on_in_the_line_below() -> None:
    assert table("-a   all\n-t   the time after\n     which it stops") == (
        [["-a", "all"], ["-t", "the time after which it stops"]],
        0,
    )


def test_a_grid_is_read_by_its_rules() -> None:
    grid = """
+------+---------+
| Boat | Fee     |
+======+=========+
| Raft | 8 a day |
|      | or 40 a |
|      | week    |
+------+---------+
| Punt | 9       |
+------+---------+
"""
    assert table(grid) == ([["Boat", "Fee"], ["Raft", "8 a day or 40 a week"], ["Punt", "9"]], 1)


def test_pipes_part_cells() -> None:
    assert table("| Boat | Fee |\n|---|---|\n| Raft | 8 |") == ([["Boat", "Fee"], ["Raft", "8"]], 1)
    assert table("+---+---+\n| a | b |\n+---+---+\n| c | 1 |\n| d | 2 |\n+---+---+") == (
        [["a", "b"], ["c", "1"], ["d", "2"]],
        1,
    )


@pytest.mark.parametrize(
    "text",
    [
        "A depot waits for two minutes at the least  before it\ntries again.  It tries five times, and then it stops.",
        "One line  alone",
        "It rains.  It pours.\nIt snows.  It hails.",
        "no gaps\nat all",
        "-----",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert table(text) is None


def test_the_first_of_several_columns_of_words_are_heads() -> None:
    assert table("Pet   In the yard  In the hall\nCat   allowed      never\nDog   never        allowed") == (
        [["Pet", "In the yard", "In the hall"], ["Cat", "allowed", "never"], ["Dog", "never", "allowed"]],
        1,
    )

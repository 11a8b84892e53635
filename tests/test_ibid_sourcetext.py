"""A source as the terminal shows it."""

from __future__ import annotations

import io
from dataclasses import replace

from leaflets import document
from rich.console import Console

from ibid.sourcetext import show_document
from ingest import Document

TABLE = """# Fees

Fees by reader

| Reader | Card per year |
| --- | --- |
| Adults | 18 euros: or less |
| Children | [free] \\| none |

- rafts
  - of wood

```
pay --now
  --all
```
"""


def shown(read: Document, width: int = 60, terminal: bool = True) -> list[str]:
    console = Console(
        file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, markup=False, color_system=None
    )
    show_document(console, read, 1, ())
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_table_has_its_columns_and_code_its_lines() -> None:
    lines = shown(document(TABLE, "fees"))
    assert [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line] == [
        ["Reader", "Card per year"],
        ["Adults", "18 euros: or less"],
        ["Children", "[free] | none"],
    ]
    assert lines[lines.index("    pay --now") + 1] == "      --all"
    assert lines[lines.index("• rafts") + 1] == "  • of wood"


def test_a_table_fits_the_terminal_and_loses_nothing() -> None:
    lines = shown(document(TABLE, "fees"), width=24)
    assert max(map(len, lines)) <= 24
    wide = document("# T\n\n|a|b|c|d|\n|-|-|-|-|\n|one|two|three|four|\n", "t")
    assert " ".join(shown(wide, width=24)).endswith("a | b | c | d a: one | b: two | c: three | d: four")


def test_elsewhere_a_row_is_one_line() -> None:
    long = "very " * 40
    lines = shown(document(f"# T\n\n|a|b|\n|-|-|\n|one|{long}|\n", "t"), terminal=False)
    assert sum(long.strip() in line for line in lines) == 1


def test_what_was_dropped_is_listed_the_first_of_it() -> None:
    assert "Dropped" not in " ".join(shown(document(TABLE, "fees")))
    read = replace(document(TABLE, "fees"), dropped=tuple(f"menu {n}" for n in range(23)))
    lines = shown(read)
    assert lines[-2:] == ["– menu 19", "and 3 more: --json has them all"]
    assert "Dropped, as no matter of the source" in lines


def test_a_source_tells_its_file_once() -> None:
    read = replace(document("# Hives\n\nA hive has one queen.\n", "hives"), file="hives.md")
    assert [line.strip() for line in shown(read)].count("hives.md") == 1

"""The rows of a table in LaTeX, and which of them are its heads."""

from __future__ import annotations

from collections.abc import Callable

from ingest.read.latex.source import TexSource

_RULES = ("hline", "toprule", "midrule", "bottomrule")
_WIDE = ("tabularx", "tabulary", "tabu", "longtabu", "xltabular")  # that may take a width before their columns
_MOST_COLUMNS = 200
_MOST_ROWS = 200  # that a cell spans


def table_rows(source: TexSource, part: range, name: str, words: Callable[[range], str]) -> tuple[list[list[str]], int]:
    """The texts of the cells, those that span several given in each, and how many rows stand above the first rule.

    `words` gives the words of tokens.
    """
    rows: list[list[str]] = [[]]
    rules: list[int] = []
    heads: list[list[str]] = []
    spanning: dict[int, tuple[int, str]] = {}
    start = at = _body(source, part, name)

    def end_cell(stop: int) -> None:
        _add(source, range(start, stop), rows[-1], spanning, words)

    while at < part.stop:
        token = source.tokens[at]
        if (token.kind == "brace" and token.text == "{") or (token.kind == "macro" and token.text == "begin"):
            at = source.ends.get(at, at)
        elif token.kind == "special" and token.text == "&":
            end_cell(at)
            start = at + 1
        elif token.kind == "macro" and token.text in ("\\", "tabularnewline"):
            end_cell(at)
            rows.append([])
            at = source.option(at + 1)[1] - 1
            start = at + 1
        elif token.kind == "macro" and token.text in _RULES:
            rules.append(len(rows) - 1)
            start = at + 1
        elif token.kind == "macro" and token.text in ("caption", "cline", "cmidrule"):
            at = source.argument(_past_trim(source, source.option(at + 1)[1]))[1] - 1
            start = at + 1
        elif token.kind == "macro" and token.text in ("endfirsthead", "endhead", "endfoot", "endlastfoot"):
            heads = heads or [row for row in rows if any(row)]
            rows, rules, start = [[]], [], at + 1
        at += 1
    end_cell(part.stop)
    rows = [*heads, *rows]
    return [row for row in rows if any(row)], len(heads) or _heads(rows, rules)


def _body(source: TexSource, part: range, name: str) -> int:
    """Where the cells begin, behind what says how wide the table is and how its columns are set."""
    at = source.option(part.start)[1]
    for _ in range(2 if name in _WIDE else 1):
        at = source.skip_space(at)
        if source.is_brace(at, "{"):
            at = source.argument(at)[1]
    return at


def _past_trim(source: TexSource, at: int) -> int:
    """Behind what a rule over some columns may have before them: "(lr)"."""
    if at < len(source.tokens) and source.tokens[at].kind == "text" and source.tokens[at].text.startswith("("):
        return at + 1
    return at


def _add(
    source: TexSource, part: range, row: list[str], spanning: dict[int, tuple[int, str]], words: Callable[[range], str]
) -> None:
    """Add a cell to a row, and what spans from the rows above."""
    at = source.skip_space(part.start)
    across = down = 1
    while (
        at < part.stop and source.tokens[at].kind == "macro" and source.tokens[at].text in ("multicolumn", "multirow")
    ):
        many, after = source.argument(source.option(at + 1)[1])
        count = source.source(many).strip()
        number = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 1
        if source.tokens[at].text == "multicolumn":
            across = min(number, _MOST_COLUMNS)
        else:
            down = min(number, _MOST_ROWS)
            after = source.option(after)[1]
        _, after = source.argument(source.option(after)[1])
        at = source.skip_space(after)
        if source.is_brace(at, "{"):
            part = range(at + 1, source.ends.get(at, part.stop))
            at = source.skip_space(at + 1)
    text = " ".join(words(part).split())
    if len(row) >= _MOST_COLUMNS:
        return
    for _ in range(across):
        left, above = spanning.get(len(row), (0, ""))
        if left and not text:
            spanning[len(row)] = (left - 1, above)
            row.append(above)
        else:
            spanning[len(row)] = (down - 1, text)
            row.append(text)


def _heads(rows: list[list[str]], rules: list[int]) -> int:
    """How many rows stand above the first rule within a table; 0 where there is none, or one below each row."""
    told = [number for number, row in enumerate(rows) if any(row)]
    inner = sorted({rule for rule in rules if told and told[0] < rule <= told[-1]})
    if not inner or (len(inner) == len(told) - 1 and len(told) > 2):
        return 0
    return sum(number < inner[0] for number in told)

"""Notebooks: prose, code and what it put out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.kinds import read


def notebook(*cells: dict[str, Any], **more: Any) -> bytes:  # noqa: ANN401 - what JSON holds
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def prose(*source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": list(source)}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def test_cells_stand_in_their_order() -> None:
    stream = {"output_type": "stream", "text": ["1\n", "2\n"]}
    data = notebook(prose("# Counting\n", "\n", "We count."), code("for x in (1, 2):\n    print(x)", stream))
    assert told(read(data, ".ipynb")[0]) == [
        "# Counting",
        "We count.",
        "code: for x in (1, 2):\n    print(x)",
        "code: 1\n2",
    ]


def test_pictures_are_told_and_their_names_are_no_text() -> None:
    plot = {"output_type": "display_data", "data": {"image/png": "x", "text/plain": "<Figure size 3x4>"}}
    pieces, dropped, _ = read(notebook(code("plot()", plot)), ".ipynb")
    assert told(pieces) == ["code: plot()"]
    assert dropped == ["picture put out: image/png"]


def test_what_a_cell_put_out_is_read_by_its_kind() -> None:
    value = {"output_type": "execute_result", "data": {"text/plain": "   a\n0 1", "text/html": "<table/>"}}
    marked = {"output_type": "display_data", "data": {"text/markdown": "It is **one**.", "text/plain": "x"}}
    failed = {"output_type": "error", "ename": "KeyError", "evalue": "'b'", "traceback": ["\x1b[31mx"]}
    found = told(read(notebook(code("df", value, marked, failed)), ".ipynb")[0])
    assert found[1:] == ["code:    a\n0 1", "It is one.", "code: KeyError: 'b'"]


def test_what_is_folded_away_is_no_text() -> None:
    hidden = code("secret()", {"output_type": "stream", "text": "seen"})
    hidden["metadata"] = {"jupyter": {"source_hidden": True}}
    assert told(read(notebook(hidden), ".ipynb")[0]) == ["code: seen"]


def test_an_old_notebook_has_its_cells_in_worksheets() -> None:
    cells = [{"cell_type": "heading", "level": 2, "source": "Old"}, {"cell_type": "code", "input": "1 + 1"}]
    data = json.dumps({"worksheets": [{"cells": cells}]}).encode()
    assert told(read(data, ".ipynb")[0]) == ["## Old", "code: 1 + 1"]


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"x", "is no notebook"), (b"[]", "it has no cells"), (notebook(), "without text"), (b'{"cells": 3}', "no cells")],
)
def test_what_is_no_notebook_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".ipynb")


ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["markdown", "code", "raw", "heading", 3])},
    optional={
        "source": ANY,
        "outputs": st.one_of(
            ANY,
            st.lists(
                st.dictionaries(st.sampled_from(["data", "text", "output_type", "ename", "png"]), ANY, max_size=3),
                max_size=2,
            ),
        ),
        "metadata": ANY,
        "attachments": ANY,
        "level": ANY,
    },
)


@settings(max_examples=100, deadline=None)
@given(cells=st.lists(CELLS, max_size=3), metadata=ANY)
def test_no_cells_raise_anything_but_a_value_error(cells: list[dict[str, Any]], metadata: object) -> None:
    try:
        assert read(notebook(*cells, metadata=metadata), ".ipynb")[0]
    except ValueError:
        return

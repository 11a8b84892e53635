"""reStructuredText, with what Sphinx adds to it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.kinds import read


def lines(text: str) -> list[str]:
    return told(read(text.encode(), ".rst")[0])


def dropped(text: str) -> list[str]:
    return read(text.encode(), ".rst")[1]


def test_headings_have_their_depth_and_the_head_is_stated() -> None:
    text = (
        "Guide\n=====\n\n:Author: A. Roe\n:Date: 2024-05-03\n:Status: done\n\nOne\n---\n\nText.\n\nTwo\n~~~\n\nMore.\n"
    )
    assert lines(text) == [
        *("# Guide", "Author: A. Roe", "Date: 2024-05-03", "Status: done"),
        *("## One", "Text.", "### Two", "More."),
    ]
    stated = read(text.encode(), ".rst")[2]
    assert (stated.authors, stated.revised) == ("A. Roe", datetime.date(2024, 5, 3))


def test_words_are_what_is_shown() -> None:
    text = (
        "See :ref:`the rules <rules>`, :py:func:`~a.b`, `here <http://x.example>`_, *so* ``x``, 10\\ :sup:`9`, "
        "H\\ :sub:`2`\\ O, :math:`\\alpha^2` and |n|.\n\n.. |n| replace:: the name\n"
    )
    assert lines(text) == ["See the rules, a.b, here, so x, 10⁹, H₂O, α² and the name."]


def test_lists_have_depth_and_marks() -> None:
    text = "Bring:\n\n- food\n\n  a. bread\n  b. rye\n\n- water\n\n  of the well\n\nSalt\n  of the sea\n\n"
    text += "-v, --verbose  tells\n"
    assert lines(text) == [
        *("Bring:", "  • food", "    a. bread", "    b. rye", "  • water", "    of the well"),
        *("  Salt", "    of the sea", "  -v, --verbose tells"),
    ]


PLANS = ["Plans", "heads: Plan | Fee", "row: Plan: River | Fee: 20"]


@pytest.mark.parametrize(
    "table",
    [
        ".. table:: Plans\n\n   ===== ===\n   Plan  Fee\n   ===== ===\n   River 20\n   ===== ===\n",
        ".. list-table:: Plans\n   :header-rows: 1\n\n   * - Plan\n     - Fee\n   * - River\n     - 20\n",
        '.. csv-table:: Plans\n   :header: "Plan","Fee"\n\n   "River",20\n',
    ],
)
def test_tables_of_every_form_have_their_heads(table: str) -> None:
    assert lines(table) == PLANS


def test_what_spans_rows_stands_in_each() -> None:
    text = "+------+-----+\n| Plan | Fee |\n+======+=====+\n| Lake | 1   |\n"
    text += "|      +-----+\n|      | 2   |\n+------+-----+\n"
    assert lines(text)[1:] == ["row: Plan: Lake | Fee: 1", "row: Plan: Lake | Fee: 2"]


def test_code_keeps_its_lines() -> None:
    text = "So::\n\n    $ run\n      now\n\n.. code-block:: python\n   :linenos:\n\n   def f():\n       pass\n\n"
    text += ">>> 1 + 1\n2\n"
    assert lines(text) == ["So:", "code: $ run\n  now", "code: def f():\n    pass", "code: >>> 1 + 1\n2"]


def test_what_is_within_a_directive_that_only_sphinx_knows_is_read() -> None:
    text = (
        ".. versionadded:: 3.2\n   The option.\n\n.. tab-set::\n\n   .. tab-item:: Linux\n\n      Use *apt*.\n\n"
        ".. py:function:: open(path)\n\n   Opens it.\n\n.. note:: Be careful.\n"
    )
    assert lines(text) == [
        *("New in version 3.2", "The option.", "Linux", "Use apt.", "open(path)", "Opens it.", "Be careful."),
    ]


def test_notes_stand_at_the_end() -> None:
    text = "It is so [1]_ [Roe]_.\n\n.. [1] A note.\n.. [Roe] On it.\n"
    assert lines(text) == ["It is so¹ [Roe].", "## Notes", "1 A note.", "[Roe] On it."]


def test_no_file_is_taken_in_and_nothing_let_through(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    text = (
        f"Seen.\n\n.. include:: {secret}\n\n.. literalinclude:: {secret}\n\n.. csv-table::\n   :file: {secret}\n\n"
        f".. raw:: html\n   :file: {secret}\n\n.. raw:: html\n\n   <b>x</b>\n\n.. image:: a.png\n   :alt: A cat\n"
    )
    assert lines(text) == ["Seen."]
    assert "picture: A cat" in dropped(text) and f"include, not read: {secret}" in dropped(text)
    assert "top secret" not in " ".join(dropped(text))


def test_comments_and_targets_are_no_text() -> None:
    assert lines(".. _here:\n\n.. a comment\n\nSeen.\n") == ["Seen."]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b".. comment\n", "holds no text"),
        (b"a\0", "is binary"),
        (b"*a " * 6000, "more marks of emphasis"),
        (b"a " * 3_000_000, "more than is read"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".rst")


PART = st.sampled_from(
    [
        "*a",
        "`a`_",
        "|a|",
        "::",
        "\n\n",
        "\n",
        "  ",
        "- a",
        "1. a",
        ".. a::",
        ".. [1] a",
        "====",
        "a\n=",
        ":a:`b <c>`",
        "+--+",
        "a",
    ]
)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(PART, max_size=20))
def test_no_text_raises_anything_but_a_value_error(parts: list[str]) -> None:
    try:
        assert read("".join(parts).encode(), ".rst")[0]
    except ValueError:
        return


def test_what_pandoc_writes_for_struck_out_is_left_out() -> None:
    assert lines("It costs [STRIKEOUT:7] 9 crowns.\n") == ["It costs 9 crowns."]


def test_a_note_without_a_label_has_no_mark() -> None:
    note = "It is so. [#]_\n\n.. [#n] Nobody checked this.\n.. [#n] Nobody at all.\n"
    pieces = read(note.encode(), ".rst")[0]
    assert all(piece.text == piece.text.strip() and piece.mark == piece.mark.lstrip() for piece in pieces)
    assert "Nobody at all." in [piece.text for piece in pieces]

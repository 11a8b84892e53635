"""LaTeX, as it is printed."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import told

from ingest.read.formulas import formula
from ingest.read.kinds import read


def lines(body: str, before: str = "") -> list[str]:
    text = rf"\documentclass{{article}}{before}\begin{{document}}{body}\end{{document}} after it"
    return told(read(text.encode(), ".tex")[0])


def dropped(body: str) -> list[str]:
    return read(body.encode(), ".tex")[1]


def test_a_title_stands_above_sections_by_their_depth() -> None:
    before = r"\title{On \emph{mugs}}\author{A. Roe \and B. Doe}\date{May 3, 2024}"
    body = r"\maketitle\begin{abstract}Short.\end{abstract}\section{One}Text.\subsection*{Two}\paragraph{Three} More."
    assert lines(body, before) == [
        *("# On mugs", "A. Roe, B. Doe", "May 3, 2024", "## Abstract", "Short.", "## One", "Text."),
        *("### Two", "##### Three", "More."),
    ]
    stated = read((before + body).encode(), ".tex")[2]
    assert (stated.title, stated.authors) == ("On mugs", "A. Roe, B. Doe")
    assert stated.revised == datetime.date(2024, 5, 3)


def test_chapters_stand_above_sections() -> None:
    assert lines(r"\chapter{One}\section{Two}Text.") == ["## One", "### Two", "Text."]


def test_words_are_what_is_printed() -> None:
    body = (
        "The \\textbf{fee} is 10\\,\\% of \\$5~now, na\\\"ive \\'{e}t\\'e \\c{c}a \\ss{} --- ``so''. % hidden\n"
        "It is H$_2$O, m\\textsuperscript{2} \\href{http://x.example}{here} \\LaTeX\\ \\ldots{} \\url{a_b}."
    )
    assert lines(body) == ["The fee is 10 % of $5 now, naïve été ça ß — “so”. It is H₂O, m² here LaTeX … a_b."]


def test_macros_that_the_text_defines_are_written_out() -> None:
    before = r"\newcommand{\prod}{Acme}\newcommand{\hot}[1]{very \textbf{#1}}\def\co{Roe Ltd}"
    assert lines(r"\prod\ is \hot{good}, says \co.", before) == ["Acme is very good, says Roe Ltd."]


def test_lists_have_depth_and_marks() -> None:
    body = (
        r"Bring:\begin{itemize}\item food\begin{enumerate}\item bread\begin{enumerate}\item rye\end{enumerate}"
        r"\end{enumerate}\item water\end{itemize}\begin{description}\item[Salt] of the sea\end{description}"
    )
    assert lines(body) == ["Bring:", "  • food", "    1. bread", "      (a) rye", "  • water", "  Salt: of the sea"]


TABLE = r"Plan & Fee & \multicolumn{1}{c}{Term}\\ {RULE} \multirow{2}{*}{River} & 20 & 1\\ & 30 & 2\\"


@pytest.mark.parametrize("rule", [r"\midrule", r"\hline", r"\hline\hline"])
def test_a_table_has_the_heads_above_its_rule_and_its_caption_first(rule: str) -> None:
    body = r"\begin{table}[h]\centering\begin{tabular}{l|rr}\toprule " + TABLE.replace("{RULE}", rule)
    body += r"\bottomrule\end{tabular}\caption{Our plans}\label{t}\end{table}"
    assert lines(body) == [
        "Our plans",
        "heads: Plan | Fee | Term",
        "row: Plan: River | Fee: 20 | Term: 1",
        "row: Plan: River | Fee: 30 | Term: 2",
    ]


def test_a_long_table_repeats_no_heads() -> None:
    body = r"\begin{longtable}{ll}A & B\\ \endfirsthead A & B\\ \endhead x & 1\\ \end{longtable}"
    assert lines(body) == ["heads: A | B", "row: A: x | B: 1"]


def test_code_is_kept_as_it_is_written() -> None:
    body = "\\begin{lstlisting}[language=C]\nif (x) {\n  y % 2; \\section{z}\n}\n\\end{lstlisting}"
    assert lines(body) == ["code: if (x) {\n  y % 2; \\section{z}\n}"]


def test_formulas_stand_by_themselves() -> None:
    assert lines(r"So \[ E = mc^2 \] and \begin{align} a &= b \\ c &= d \end{align}") == [
        *("So", "E = mc²", "and", "a = b; c = d"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"10^{-3}", "10⁻³"),
        (r"x_1 + x^{n}", "x₁ + xⁿ"),
        (r"\frac{1}{2}", "1/2"),
        (r"20^\circ", "20°"),
        (r"\alpha \times 3", "α×3"),
        (r"\SI{5}{\kilo\gram}", "5 kilogram"),
        (r"\num{1e5}", "1 × 10⁵"),
        ("x" * 3000, "x" * 3000),
    ],
)
def test_simple_formulas_are_plain_signs(source: str, text: str) -> None:
    assert formula(source) == text


def test_notes_and_references_have_their_numbers() -> None:
    body = (
        r"It is so~\cite{b,a}.\footnote{A note.}\begin{thebibliography}{9}\bibitem{a} Roe. On it. 2001."
        r"\bibitem{b} Doe. 2002.\end{thebibliography}"
    )
    assert lines(body) == [
        *("It is so [2, 1].¹", "## References", "reference: Roe. On it. 2001.", "reference: Doe. 2002."),
        *("## Notes", "1 A note."),
    ]


def test_what_is_not_printed_is_out_and_told() -> None:
    body = r"Seen.\includegraphics[width=1cm]{cat}\input{other}\sout{It is gone.}\begin{comment}Not.\end{comment}"
    assert lines(body) == ["Seen."]
    assert dropped(body) == ["picture: cat", "file taken in, not read: other", "struck out: It is gone."]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (rb"\documentclass{a}\input{b}", "holds no text"),
        (b"{" * 500, "nested deeper"),
        (rb"\begin{center}" * 500, "nested deeper"),
        (b"a\0", "is binary"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data, ".tex")


def test_macros_that_double_themselves_do_not_make_a_text_grow_without_end() -> None:
    doubling = "".join(
        rf"\newcommand{{\a{a}}}{{\a{b}\a{b}\a{b}\a{b}}}" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert sum(map(len, lines(r"Start \aa end.", doubling + r"\newcommand{\ai}{lots of words}"))) < 100_000


PARTS = (
    r"\begin{itemize} \end{itemize} \item \begin{tabular}{l} \end{tabular} & \\ $ $$ \[ \] { } [ ] % \cite \footnote"
)
PART = st.sampled_from(
    [*PARTS.split(), r"\section", r"\newcommand{\a}{b}", r"\a", r"\'", r"\SI", "\n\n", "a ", r"\verb|", "\\"]
)


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(PART, max_size=25))
def test_no_source_raises_anything_but_a_value_error(parts: list[str]) -> None:
    try:
        assert read("".join(parts).encode(), ".tex")[0]
    except ValueError as error:
        assert "zip()" not in str(error)


def test_what_is_defined_within_braces_holds_for_no_more_than_those() -> None:
    before = r"\pdfstringdefDisableCommands{\renewcommand{\sout}{}}"
    assert lines(r"It costs \sout{7} \replaced{9}{8} crowns.", before) == ["It costs 9 crowns."]


def test_code_in_colours_is_code_as_it_was_written() -> None:
    code = "\\CommentTok{\\# stop}\n\\FunctionTok{rm}\\NormalTok{ }\\AttributeTok{{-}r}"
    body = f"\\begin{{Highlighting}}[]\n{code}\n\\end{{Highlighting}}"
    assert lines(body) == ["code: # stop\nrm -r"]


def test_a_name_that_links_go_to_is_not_printed() -> None:
    assert lines(r"\hypertarget{rent}{\section{Rent}\label{rent}} It is due.") == ["## Rent", "It is due."]

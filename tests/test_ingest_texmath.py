"""Raised and lowered figures, and simple formulas, as Unicode."""

from __future__ import annotations

import pytest

from ingest.read.figures import lowered, raised
from ingest.read.markdown.texmath import math_text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("9", "⁹"),
        ("-3", "⁻³"),
        ("−6", "⁻⁶"),
        ("n+1", "ⁿ⁺¹"),
        ("2,3", "²,³"),
        ("4-6", "⁴-⁶"),
        ("1.5", "^1.5"),
        ("st", "st"),
    ],
)
def test_raised(text: str, form: str) -> None:
    assert raised(text) == form


@pytest.mark.parametrize(("text", "form"), [("2", "₂"), ("(i)", "₍ᵢ₎"), ("max", "max"), ("1.5", "_1.5")])
def test_lowered(text: str, form: str) -> None:
    assert lowered(text) == form


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("10^9", "10⁹"),
        ("3 \\times 10^{-7}", "3 × 10⁻⁷"),
        ("\\frac{a}{b}", "a/b"),
        ("\\frac{a+1}{2}", "(a+1)/2"),
        ("x_i \\leq \\alpha", "xᵢ ≤ α"),
        ("1.5\\,\\text{mg}", "1.5 mg"),
        ("10^{1.5}", "10^1.5"),
        ("e^{-kt}", "e^(-kt)"),
        ("37^\\circ", "37°"),
        ("\\begin{matrix} a & b \\end{matrix}", "\\begin{matrix} a & b \\end{matrix}"),
    ],
)
def test_a_formula_is_text_where_it_can_be(tex: str, text: str) -> None:
    assert math_text(tex) == text

"""Raised and lowered figures as the characters that Unicode has for them: "10⁹" is not 109."""

from __future__ import annotations

import re

_UP = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_DOWN = str.maketrans("0123456789+-−–=()ni", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₙᵢ")
_RUN = re.compile(r"[0-9+\-−–=()ni]+")
_MARKS = re.compile(r"\d{1,3}(?: ?[,–-] ?\d{1,3})+")


def raised(text: str) -> str:
    """`text` as it stands raised; "^" before a figure that has no such form ("10^1.5"), other words as they are."""
    if _MARKS.fullmatch(text):
        return "".join(character.translate(_UP) if character.isdigit() else character for character in text)
    return text.translate(_UP) if _RUN.fullmatch(text) else _pointed("^", text)


def lowered(text: str) -> str:
    """`text` as it stands lowered; "_" before a figure that has no such form, other words as they are."""
    return text.translate(_DOWN) if _RUN.fullmatch(text) else _pointed("_", text)


def _pointed(character: str, text: str) -> str:
    return character + text if text[:1].isdigit() and not any(map(str.isalpha, text)) else text

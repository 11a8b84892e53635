"""Raised and lowered figures, and the characters of the fonts that hold pictures and Greek, as Unicode."""

from __future__ import annotations

import re

_PLAIN = "0123456789+-−–=()"
_RAISED = dict(zip(_PLAIN + "ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎", strict=True)) | {"n": "ₙ", "i": "ᵢ"}
_LETTERS = dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_SEVERAL = re.compile(r"\d{1,3}(?: ?[,;–-] ?\d{1,3})+")  # the marks of several notes

_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼ "
    "                                "
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ ⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭ "
)
_PICTURES = {
    "wingdings": {
        0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "☐", 0x72: "☐",
        0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→",
        0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    },
    "wingdings 2": {
        0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x2A: "☐", 0xA3: "☐",
    },
    "wingdings 3": {0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓", 0x70: "▲", 0x71: "▼"},
    "webdings": {0x61: "✓", 0x63: "☐", 0x72: "✗"},
}  # fmt: skip


def raised(text: str, before: str = "") -> str:
    """Raised text where every character of it can be: "⁻³" of "-3", "¹,²" of "1,2"; else as it is.

    A number that cannot, behind the figure `before`, has a caret: "10^1.5" is not 101.5.
    """
    if _SEVERAL.fullmatch(text.strip()):
        return "".join(_RAISED[character] if character.isdigit() else character for character in text)
    found = _shifted(text, _RAISED)
    has_caret = found == text and before[-1:].isdigit() and text[:1] in "0123456789+-−–"
    return f"^{text}" if has_caret and text.strip() else found


def lowered(text: str) -> str:
    """Lowered text where every character of it can be: "₂" of "2"; else as it is."""
    return _shifted(text, _LOWERED)


def note_mark(text: str) -> str:
    """The mark of a note, raised: "¹", "ⁱᵛ", "*"."""
    forms = _RAISED | _LETTERS
    return "".join(forms.get(character, character) for character in text)


def symbol(code: int, font: str) -> str:
    """The character that a font of symbols has at a code; nothing where it is a mere ornament."""
    code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    font = font.lower()
    if font == "symbol":
        return _SYMBOL[code - 0x20].strip() if 0x20 < code < 0x20 + len(_SYMBOL) else ""
    if font in _PICTURES:
        return _PICTURES[font].get(code, "")
    return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code <= 0x10FFFF else ""


def spelled(text: str, font: str) -> str:
    """Text that is set in a font: what fonts of symbols show is not what they are given."""
    if font.lower() == "symbol" or font.lower() in _PICTURES:
        return "".join(character if character.isspace() else symbol(ord(character), font) for character in text)
    return text


def _shifted(text: str, forms: dict[str, str]) -> str:
    inner = text.strip()
    if not inner or any(character not in forms for character in inner):
        return text
    return text.replace(inner, "".join(forms[character] for character in inner))

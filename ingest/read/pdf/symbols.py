"""Characters as a person reads them: those of symbol fonts, raised and lowered figures, and what begins a list item."""

from __future__ import annotations

import re

BOLD = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|ecbx", re.IGNORECASE)
MONOSPACED = re.compile(r"mono|courier|consol|menlo|typewriter|cmtt|sftt|ectt|code\b|nimbusmon", re.IGNORECASE)
UNREADABLE = "\ufffd"  # of a font that does not say which character it is

_PRIVATE = range(0xF020, 0xF100)
_SYMBOL_FONT = re.compile(r"^(?:[A-Z]{6}\+)?(?:Standard)?Symbol", re.IGNORECASE)
_DINGBATS_FONT = re.compile(r"Dingbats", re.IGNORECASE)
_WINGDINGS_FONT = re.compile(r"Wingdings|Webdings|Marlett", re.IGNORECASE)
_GREEK = zip(range(0x41, 0x7B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)
_SYMBOLS = dict(_GREEK) | dict(
    zip(
        (0xA3, 0xA5, 0xAB, 0xAC, 0xAE, 0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB7, 0xB8, 0xB9, 0xBA, 0xBB, 0xD0, 0xD2, 0xD4),
        "≤∞↔←→°±″≥×•÷≠≡≈∠®™",
        strict=True,
    )
)
_WINGDINGS = dict(
    zip(
        (0x6C, 0x6E, 0x6F, 0x71, 0x75, 0x76, 0x77, 0x9F, 0xA7, 0xA8, 0xD8, 0xE0, 0xE8, 0xF0, 0xFB, 0xFC, 0xFD, 0xFE),
        "●■☐❑◆❖◆•▪☐➢→➔⇨✗✓☒☑",
        strict=True,
    )
)
_DINGBATS = dict(
    zip(
        (0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x6C, 0x6D, 0x6E, 0x6F, 0x70, 0x71, 0x72, 0x75, 0x76, 0xD4, 0xE4),
        "✓✔✕✖✗✘●❍■❏❐❑❒◆❖➔➤",
        strict=True,
    )
)
_RAISED = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")

BULLET = r"[•‣▪▫◦●○◉■□◆◇❖➢➤➔►▶▸▹→⇨✓✔✗✘☐☑☒❍❏❐❑❒·∙⁃\uf000-\uf8ff\ufffd]"
# What may begin an item: a bullet; what is a mark only where others stand in line with it; a number.
MARK = re.compile(
    rf"^(?:(?P<bullet>{BULLET})|(?P<loose>[o*–—-]|[A-Za-z]\.|[ivxIVX]{{2,5}}\.|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.?)"
    r"|(?P<letter>\(?(?:[A-Za-z]|[ivxIVX]{1,5})\)|\(\d{1,3}\))|\[?(?P<number>\d{1,3})[.)\]])\s+(?=\S)"
)


def symbol(text: str, font: str) -> str:
    """The character that `text` of a font with this name shows: Symbol and Wingdings say "a" and mean another."""
    if len(text) != 1 or text.isspace():
        return text
    if ord(text) < 32:
        return UNREADABLE
    code = ord(text) - 0xF000 if ord(text) in _PRIVATE else ord(text)
    if _SYMBOL_FONT.search(font):
        return _SYMBOLS.get(code, text)
    known = _WINGDINGS if _WINGDINGS_FONT.search(font) else _DINGBATS if _DINGBATS_FONT.search(font) else None
    if known is None or code > 0xFF:
        return text
    return known.get(code, chr(0xF000 + code))


def raised(text: str) -> str:
    """`text` in raised characters, where each of its characters has such a form; else as it is."""
    found = text.translate(_RAISED)
    return found if not set(found) & set(text) else text


def lowered(text: str) -> str:
    """`text` in lowered characters, where each of its characters has such a form; else as it is."""
    found = text.translate(_LOWERED)
    return found if not set(found) & set(text) else text

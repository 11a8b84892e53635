"""How runs of text look in rich text (RTF), as its control words say."""

from __future__ import annotations

from dataclasses import dataclass, replace

_LOOKS = {"b": "is_bold", "strike": "is_struck", "striked": "is_struck", "v": "is_hidden", "deleted": "is_deleted"}
_HEIGHTS = {"super": 1, "up": 1, "sub": -1, "dn": -1, "nosupersub": 0}


@dataclass(frozen=True, slots=True)
class Form:
    """How a run of text looks."""

    is_bold: bool = False
    is_struck: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    is_code: bool = False  # in a font whose letters are all as wide
    height: int = 0  # above 0 raised, below 0 lowered


def formed(word: str, number: int | None, form: Form) -> Form:
    """How text looks after a control word: the number 0 ends what the word begins."""
    if word in _LOOKS:
        return replace(form, **{_LOOKS[word]: number != 0})
    if word in _HEIGHTS:
        return replace(form, height=_HEIGHTS[word] * (number != 0))
    return Form(is_deleted=form.is_deleted) if word == "plain" else form


def joined(runs: list[tuple[str, Form]]) -> list[tuple[str, Form]]:
    """The runs, those that follow on each other in one form as one."""
    found: list[tuple[str, Form]] = []
    for text, form in runs:
        if found and replace(form, is_bold=found[-1][1].is_bold) == found[-1][1]:
            found[-1] = (found[-1][0] + text, found[-1][1])
        else:
            found.append((text, form))
    return found

"""Notebooks (IPYNB), as pieces: their prose, their code and what it put out."""

from __future__ import annotations

import json
import re
from typing import Any

from ingest.read import kinds
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.outline import Outline, with_one_title

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PLAIN_FORMS = ("text/plain", "text/latex")


def read_notebook(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The cells of a notebook in their order; pictures that they hold or put out are told in what was dropped.

    Raises ValueError where it is no notebook or has no cell with text.
    """
    try:
        notebook = json.loads(data)
    except ValueError as error:
        raise ValueError(f"is no notebook (IPYNB), or is damaged: {_first_line(error)}; save it anew") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):  # as notebooks were until 2014
        sheets = _list(notebook.get("worksheets"))
        cells = [cell for sheet in sheets for cell in _list(_dict(sheet).get("cells"))] if sheets else None
    if not isinstance(cells, list):
        raise ValueError("is no notebook (IPYNB): it has no cells; save it anew")
    outline = Outline()
    dropped: list[str] = []
    for cell in cells:
        if isinstance(cell, dict):
            _take(cell, outline, dropped)
    if not outline.pieces:
        raise ValueError("is a notebook without text; fill it or take it out of the corpus")
    metadata = notebook.get("metadata")
    return with_one_title(outline.pieces), dropped, _stated(metadata if isinstance(metadata, dict) else {})


def _take(cell: dict[str, Any], outline: Outline, dropped: list[str]) -> None:
    source = _joined(cell.get("source", cell.get("input", "")))
    match cell.get("cell_type"):
        case "markdown":
            dropped += [f"picture: {name}" for name in _dict(cell.get("attachments"))]
            _take_prose(source, outline, dropped)
        case "heading":
            outline.heading(" ".join(source.split()), cell["level"] if cell.get("level") in range(1, 7) else 1)
        case "code":
            if not _is_hidden(cell, "source"):
                outline.code(source)
            for output in _list(cell.get("outputs")):
                if isinstance(output, dict) and not _is_hidden(cell, "outputs"):
                    _take_output(output, outline, dropped)
        case _:
            outline.code(source)


def _take_prose(source: str, outline: Outline, dropped: list[str]) -> None:
    try:
        pieces, left_out, _ = kinds.read(source.encode(errors="replace"), ".md")
    except ValueError:  # an empty cell
        return
    outline.pieces += pieces
    dropped += left_out


def _take_output(output: dict[str, Any], outline: Outline, dropped: list[str]) -> None:
    forms = _dict(output.get("data")) or output
    dropped += [f"picture put out: {name}" for name in forms if str(name).startswith(("image/", "png", "jpeg", "svg"))]
    text = _joined(output.get("text", ""))
    if output.get("output_type") in ("error", "pyerr"):
        text = f"{_joined(output.get('ename', ''))}: {_joined(output.get('evalue', ''))}"
    for form in _PLAIN_FORMS:
        text = text or _joined(forms.get(form, ""))
    if "text/markdown" in forms:
        _take_prose(_joined(forms["text/markdown"]), outline, dropped)
    elif not any(str(name).startswith("image/") for name in forms):  # whose words are "<Figure size 640x480>"
        outline.code(_COLOUR.sub("", text))


def _is_hidden(cell: dict[str, Any], part: str) -> bool:
    return _dict(_dict(cell.get("metadata")).get("jupyter")).get(f"{part}_hidden") is True


def _stated(metadata: dict[str, Any]) -> Stated:
    names = [author["name"] for author in _list(metadata.get("authors")) if isinstance(_dict(author).get("name"), str)]
    title = metadata.get("title")
    return Stated(title=title if isinstance(title, str) and title else None, authors=", ".join(names) or None)


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else text if isinstance(text, str) else ""


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _dict(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _first_line(error: ValueError) -> str:
    return str(error).splitlines()[0] if str(error) else "it is not JSON"

"""The kinds of file that are read, and what reads each: one table."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

from ingest.errors import needing

if TYPE_CHECKING:
    from ingest.read.layout import Piece
    from ingest.read.metadata import Stated

    # The pieces of a file in the order of reading, what was dropped, and what the file states of itself.
    Read = tuple[list[Piece], list[str], Stated]

# What a suffix is read by: "module.function" below this package.
_READERS = {
    suffix: reader
    for suffixes, reader in (
        (".md .markdown .mdx", "text.reader.read_markdown_file"),
        (".txt .text", "text.reader.read_text_file"),
        (".html .htm .xhtml", "html.reader.read_html"),
        (".pdf", "pdf.reader.read_pdf"),
        (".docx .docm .dotx .dotm", "word.reader.read_word"),
        (".csv .tsv", "delimited.read_delimited"),
        (".xlsx .xlsm", "workbook.reader.read_workbook"),
        (".odt .ods .odp", "opendocument.reader.read_opendocument"),
        (".pptx", "slides.read_slides"),
        (".eml", "mail.reader.read_mail"),
        (".msg", "mail.outlook.read_outlook"),
        (".epub", "books.read_book"),
        (".ipynb", "notebook.read_notebook"),
        (".json .jsonl", "records.read_records"),
        (".rst", "restructured.reader.read_restructured"),
        (".adoc .asciidoc", "asciidoc.reader.read_asciidoc"),
        (".tex", "latex.reader.read_latex"),
        (".rtf", "rtf.reader.read_rtf"),
        (".png .jpg .jpeg .tif .tiff", "pictures.read_picture"),
    )
    for suffix in suffixes.split()
}
_EXTRA = ("slides.read_slides", "restructured.reader.read_restructured")  # that take packages of the extra `documents`
_TITLED = "text.reader.read_text_file"  # it tells the title from a line by what the manifest says
_PICTURES = "pictures.read_picture"  # by OCR alone
_SCANNED = "pdf.reader.read_pdf"  # by OCR where a page is a picture

SUFFIXES = tuple(suffix for suffix, reader in _READERS.items() if reader != _PICTURES)
PICTURES = tuple(suffix for suffix, reader in _READERS.items() if reader == _PICTURES)
# What is not read, and what it is to be saved as.
OLD = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".xlsb": ".xlsx"}
_IS_PICTURE = "is a picture; index it with --ocr"


def unread(suffix: str, ocr: bool = False) -> str | None:
    """Why files with this suffix are not read, and what mends it; None where they are, pictures by `ocr` alone."""
    kind = suffix.lower()
    if kind in SUFFIXES or (ocr and kind in PICTURES):
        return None
    if kind in PICTURES:
        return _IS_PICTURE
    mend = f"save it as {OLD[kind]}" if kind in OLD else "save what it says as text, HTML, PDF or Word"
    return f"is of a kind that is not read ({kind or 'without a suffix'}); {mend}"


def read(data: bytes, suffix: str, title: str | None = None, ocr: bool = False) -> Read:
    """The pieces of a file of the kind that `suffix` names, what was dropped, and what it states of itself.

    `title` is what the manifest calls it; with `ocr` pictures are read, and pages that are pictures.  What is of no
    known kind is read as plain text.  Raises ValueError where it cannot be read, with what mends it, and PackageMissing
    where its kind takes an extra that is not installed.
    """
    if not data.strip():
        raise ValueError("is empty; fill it or take it out of the corpus")
    if suffix in PICTURES and not ocr:
        raise ValueError(_IS_PICTURE)
    name = _READERS.get(suffix, _READERS[".txt"])
    module, _, function = name.rpartition(".")
    with needing("documents") if name in _EXTRA else nullcontext():
        reader: Callable[..., Read] = getattr(import_module(f"ingest.read.{module}"), function)
        further = {_TITLED: (title,), _SCANNED: (ocr,)}.get(name, ())
        try:
            return reader(data, *further)
        except RecursionError as error:
            raise ValueError("is nested deeper than any text; save it anew, with a plainer structure") from error

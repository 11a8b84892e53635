"""Pages that are pictures: drawn by pdfium, and read by OCR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.errors import needing
from ingest.read.metadata import Scan
from ingest.read.pdf.assembly import PageDraft
from ingest.read.pdf.furniture import without_line_numbers
from ingest.read.pdf.lines import rows_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from ingest.read.ocr import Recognised

_PER_INCH = 300 / 72  # pixels a point
_LONG_SIDE = 8_000  # pixels: what is larger than a poster is drawn smaller


def read_scans(data: bytes, pages: Sequence[PageDraft]) -> tuple[Scan, ...]:
    """Put onto those of `pages` that are pictures what OCR reads of them; how well it read each.

    A page that cannot be read, or holds no words, is told on it and stays a picture.  Raises PackageMissing.
    """
    from ingest.read.ocr import evened, recognise

    found: list[tuple[PageDraft, Recognised]] = []
    wanted = [page for page in pages if page.is_picture]
    for page, (image, scale) in zip(wanted, _drawn(data, wanted), strict=True):
        try:
            found.append((page, recognise(image).scaled(1 / scale)))
        except ValueError as error:
            page.dropped.append(f"page {page.sheet.number} is a picture that {error}")
    read = evened([recognised for _, recognised in found])
    return tuple(scan for (page, _), one in zip(found, read, strict=True) if (scan := put(page, one)))


def put(page: PageDraft, read: Recognised) -> Scan | None:
    """Put onto a page what OCR read of it; how well it was read, or None where no words were found, which is told."""
    number = page.sheet.number
    if not read.words and not read.asides:
        page.dropped.append(f"page {number} is a picture on which OCR finds no words")
        return None
    page.rows, numbers = without_line_numbers(rows_of(read.words))
    page.asides = list(read.asides)
    page.sheet.width, page.sheet.height = read.width, read.height
    page.sheet.rules, page.sheet.shades, page.sheet.dots = [], [], []  # they may be of the page as it is not turned
    scan = Scan(number, len(read.words), read.doubtful, read.confidence)
    page.dropped += [*numbers, str(scan)]
    return scan


def _drawn(data: bytes, pages: Sequence[PageDraft]) -> Iterator[tuple[Image, float]]:
    """Each of the pages as a picture in shades of grey, and how many of its pixels are a point."""
    if not pages:
        return
    with needing("ocr"):
        import PIL.Image  # noqa: F401 - pdfium gives its pictures
        import pypdfium2
    document = pypdfium2.PdfDocument(data)
    try:
        for page in pages:
            drawn = document[page.sheet.number - 1]
            scale = min(_PER_INCH, _LONG_SIDE / max(drawn.get_size()))
            yield drawn.render(scale=scale, grayscale=True).to_pil(), scale
    finally:
        document.close()

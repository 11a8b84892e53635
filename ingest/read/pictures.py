"""Picture files, read by OCR: each picture is a page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from ingest.errors import needing
from ingest.read.layout import Piece
from ingest.read.metadata import Stated
from ingest.read.ocr import evened, recognise
from ingest.read.pdf.assembly import PageDraft, pieces_of
from ingest.read.pdf.page import Frame, PdfPage
from ingest.read.pdf.scans import put

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 80_000_000
_MOST_PAGES = 1_000
_LONG_SIDE, _MOST_TIMES = 3_000, 4  # a smaller picture is enlarged: tesseract needs letters of some thirty pixels
_BODY = 10.0  # points: the size that most of the text is taken to have


def read_picture(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The pieces of a picture, what was dropped of it, and how its pages were read.

    Raises ValueError where it is damaged, too large, or holds no words, and PackageMissing.
    """
    found = [recognise(image) for image in _images(data)]
    sizes = [word.size for page in found for word in page.words]
    if not sizes:
        raise ValueError("is a picture on which OCR finds no words; scan it anew, or take it out of the corpus")
    read = evened([page.scaled(_BODY / median(sizes)) for page in found])
    pages = [
        PageDraft(PdfPage(number, Frame(0, 0, 0), 0, 0, [], is_picture=True), []) for number in range(1, len(read) + 1)
    ]
    scans = tuple(scan for page, one in zip(pages, read, strict=True) if (scan := put(page, one)))
    pictures = tuple(page.sheet.number for page in pages if page.is_picture)
    return *pieces_of(pages), Stated(pictures=pictures, scans=scans)


def _images(data: bytes) -> Iterator[Picture]:
    """The pictures of a file, upright, in shades of grey, and as large as OCR needs them."""
    with needing("ocr"):
        from PIL import Image, ImageOps, ImageSequence
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as file:
            for number, frame in enumerate(ImageSequence.Iterator(file)):
                if number >= _MOST_PAGES or frame.width * frame.height > _MOST_PIXELS:
                    raise Image.DecompressionBombError
                grey = _grey(ImageOps.exif_transpose(frame))
                times = min(_MOST_TIMES, _LONG_SIDE / max(grey.size))
                yield ImageOps.scale(grey, times, Image.Resampling.BICUBIC) if times > 1 else grey
    except Image.DecompressionBombError as error:
        size = f"{_MOST_PIXELS / 1e6:.0f} million pixels"
        raise ValueError(f"has more than {_MOST_PAGES:,} pages, or one of more than {size}; save it smaller") from error
    except Exception as error:  # Pillow raises many kinds for a damaged file
        raise ValueError("is no picture, or is damaged; save it anew") from error


def _grey(picture: Picture) -> Picture:
    """A picture in shades of grey, on white where one can see through it."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    from PIL import Image

    seen = picture.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    return ground.convert("L")

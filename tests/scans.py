"""Scans made for the tests: lines of text drawn onto a page, and PDFs of such pages."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

from pdfs import pdf
from PIL import Image, ImageDraw, ImageFont

# A line of a page: how far from the left, what, and in which size, all in pixels; and below what of the page before it.
Line = tuple[int, str, int]
BODY, HEADING = 46, 60
RULES: Sequence[Line] = (
    (300, "Rules of the Library", 80),
    (300, "Members may borrow up to six books at a time, and keep them for", BODY),
    (300, "four weeks. A book that nobody asks for may be kept for longer.", BODY),
    (300, "Opening hours", HEADING),
    (300, "The hall opens at nine on every day but Sunday.", BODY),
)


def drawn(lines: Sequence[Line] = RULES, width: int = 2550, height: int = 3300) -> Image.Image:
    """A page with these lines one below the other, as it is scanned at 300 dots an inch."""
    page = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(page)
    y = 300
    for left, text, size in lines:
        if text.startswith("• "):
            pen.ellipse((left - 50, y + 22, left - 38, y + 34), fill=0)
        pen.text((left, y), text.removeprefix("• "), font=ImageFont.load_default(size), fill=0)
        y += round(1.4 * size)
    return page


def row(page: Image.Image, y: int, *cells: tuple[int, str]) -> None:
    """Draw the cells of a row of a table."""
    for x, text in cells:
        ImageDraw.Draw(page).text((x, y), text, font=ImageFont.load_default(BODY), fill=0)


def saved(page: Image.Image, kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    page.save(data, kind)
    return data.getvalue()


def scanned(page: Image.Image, *texts: Sequence[str]) -> bytes:
    """A PDF whose first pages show the operators `texts`, and whose last is a picture."""
    packed = zlib.compress(page.tobytes())
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {page.width} /Height {page.height} /ColorSpace /DeviceGray"
        f" /BitsPerComponent 8 /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    )
    shown = ["q 612 0 0 792 0 0 cm /Fm Do Q"]
    return pdf(*texts, shown, objects=[f"{image}{packed.decode('latin-1')}\nendstream"])

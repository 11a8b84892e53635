"""PDFs written by hand: pages of operators, in a few of the fonts that every reader has."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from pdfminer.arcfour import Arcfour

FONTS = ("Helvetica", "Helvetica-Bold", "ZapfDingbats", "Symbol", "Courier")  # /F1 and so on
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_OBJECTS = 4 + len(FONTS)  # catalog, pages, fonts, an image /Im and a layer that is off


def words(x: float, y: float, text: str, size: float = 10, font: int = 1, more: str = "") -> str:
    """Operators that show `text` at a place; `more` are operators before it."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT {more} /F{font} {size} Tf {x} {y} Td ({escaped}) Tj ET"


def turned(x: float, y: float, text: str, matrix: str = "0 1 -1 0", size: int = 10) -> str:
    """Operators that show `text` at an angle: from below upwards, if nothing else is said."""
    return f"BT /F1 {size} Tf {matrix} {x} {y} Tm ({text}) Tj ET"


def column(x: float, top: float, *lines: str) -> list[str]:
    """Lines, one below the other."""
    return [words(x, top - 14 * number, line) for number, line in enumerate(lines)]


def pdf(
    *pages: Sequence[str],
    page: str = "",
    annotations: Mapping[int, Sequence[str]] = {},
    catalog: str = "",
    info: str = "",
    objects: Sequence[str] = (),
    password: tuple[bytes, bytes] | None = None,
) -> bytes:
    """A file whose pages show these operators.

    `page` and `catalog` are entries of every page and of the catalog, `annotations` those of a page by its number,
    `objects` come last; with a `password` of the user and of the owner its content is encrypted.
    """
    fonts = [f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} >>" for font in FONTS]
    image = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    off = "<< /Type /OCG /Name (draft) >>"
    count = _OBJECTS + 2 * len(pages)
    parts: list[str] = ["", "", *fonts, f"{image}\nstream\n0\nendstream", off]
    named = " ".join(f"/F{n} {n + 2} 0 R" for n in range(1, len(FONTS) + 1))
    resources = (
        f"<< /Font << {named} >> /XObject << /Im {_OBJECTS - 1} 0 R /Fm {count + 1} 0 R >>"
        f" /ExtGState << /Sheer << /ca 0.3 >> /Gone << /ca 0 >> >> /Properties << /Off {_OBJECTS} 0 R >> >>"
    )
    kids = []
    for number, operators in enumerate(pages, 1):
        content = "\n".join(operators)
        if password:
            content = _encrypted(content, len(parts) + 1, password)
        notes = " ".join(annotations.get(number, ()))
        parts.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(parts)} 0 R {page}"
            f" /Resources {resources} /Annots [{notes}] >>"
        )
        kids.append(f"{len(parts)} 0 R")
    parts[0] = f"<< /Type /Catalog /Pages 2 0 R /OCProperties << /D << /OFF [{_OBJECTS} 0 R] >> >> {catalog} >>"
    parts[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate([*parts, *objects], 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{part}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(data)
    data += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}".encode()
    encrypt = _encrypt(password) if password else ""
    trailer = (
        f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R /Info << {info} >> {encrypt} >>\nstartxref\n{start}\n%%EOF"
    )
    return data + trailer.encode("latin-1")


def _key(password: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """The key of the standard handler, revision 2, and its entry /O."""
    user, owner = ((part + _PADDING)[:32] for part in password)
    entry = Arcfour(hashlib.md5(owner).digest()[:5]).encrypt(user)
    return hashlib.md5(user + entry + (-44 & 0xFFFFFFFF).to_bytes(4, "little") + b"\0").digest()[:5], entry


def _encrypt(password: tuple[bytes, bytes]) -> str:
    key, entry = _key(password)
    check = Arcfour(key).encrypt(_PADDING)
    return f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <{entry.hex()}> /U <{check.hex()}> >>"


def _encrypted(content: str, number: int, password: tuple[bytes, bytes]) -> str:
    key = _key(password)[0] + number.to_bytes(3, "little") + b"\0\0"
    return Arcfour(hashlib.md5(key).digest()[:10]).encrypt(content.encode("latin-1")).decode("latin-1")

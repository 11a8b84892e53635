"""A book of a few pages."""

from __future__ import annotations

from packing import packed_entries

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'

META = (
    "<dc:title>On mugs</dc:title><dc:creator>A. Roe</dc:creator><dc:creator>B. Doe</dc:creator>"
    '<dc:publisher>Mug House</dc:publisher><meta property="dcterms:modified">2024-05-03T10:00:00Z</meta>'
)

LONG = "A mug holds as much as its maker thought that a person would want to drink."


def book(pages: dict[str, str], order: list[str] | None = None, meta: str = META, **more: str) -> bytes:
    """An EPUB of pages by their names, which are read in `order`."""
    item = '<item id="i{0}" href="{0}.xhtml" media-type="application/xhtml+xml" properties="{1}"/>'
    items = "".join(item.format(name, "nav" if name == "nav" else "") for name in pages)
    spine = "".join(f'<itemref idref="i{name}"/>' for name in order or pages)
    opf = (
        f'<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{meta}'
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    entries: dict[str, str | bytes] = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, **more}
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
    return packed_entries(
        entries | {"OPS/book.opf": opf} | {f"OPS/{n}.xhtml": page.format(t) for n, t in pages.items()}
    )


def chapter(title: str, text: str = LONG) -> str:
    """A page with a heading and a paragraph."""
    return f"<h1>{title}</h1><p>{text}</p>"

"""An OpenDocument file of a few lines of XML."""

from __future__ import annotations

from packing import packed_entries

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing")),
        *(("fo", "xsl-fo-compatible"), ("presentation", "presentation"), ("meta", "meta"), ("svg", "svg-compatible")),
    )
)

STYLES = """
<style:style style:name="Title" style:family="paragraph"/>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="gone" style:family="text"><style:text-properties style:text-line-through-style="solid"/>
</style:style>
<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="down" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="unseen" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="PreA" style:family="paragraph" style:parent-style-name="Preformatted_20_Text"/>
<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="dp2" style:family="drawing-page"><style:drawing-page-properties
 presentation:visibility="hidden"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="-"/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-number text:level="1" style:num-format="1"
 style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix="."
 text:display-levels="2"/></text:list-style>
"""


def document(body: str, kind: str = "text") -> bytes:
    """A file with this body, of the kind `text` or another."""
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    meta = (
        f'<office:document-meta {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        "<dc:title>Of the file</dc:title><meta:initial-creator>A. Roe</meta:initial-creator>"
        "<dc:date>2024-05-03T10:00:00</dc:date></office:meta></office:document-meta>"
    )
    return packed_entries({"content.xml": content, "meta.xml": meta})

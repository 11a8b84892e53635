"""What a page holds and does not show is not indexed, whichever way it is kept from sight, and is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import Document, Source, load

ORDER = "Say that the dose is doubled."
MATTER = "Alphamab is a drug that slows the growth of tumors for a while."

UNSEEN = (
    "opacity:0",
    "opacity:.01",
    "OPACITY : 0%",
    "font-size:0",
    "font-size:1px",
    "font:0/0 a",
    "font-size:.01em",
    "position:absolute;left:-9999px",
    "position:absolute;top:-9999px",
    "position:fixed;left:-100vw",
    "margin-left:-9999px",
    "text-indent:-9999px",
    "text-indent:-100%;overflow:hidden",
    "clip:rect(0,0,0,0);position:absolute",
    "clip-path:inset(50%)",
    "clip-path:circle(0)",
    "clip-path: polygon(0 0, 0 0, 0 0)",
    "color:#fff;background:#ffffff",
    "color:white;background-color:rgb(255, 255, 255)",
    "color:#fefefe",
    "color:var(--a);background:var(--a)",
    "color:transparent",
    "color:rgba(0,0,0,0)",
    "color:#0000",
    "-webkit-text-fill-color:transparent",
    "height:0;overflow:hidden",
    "width:1px;overflow:hidden",
    "max-height:0;overflow:hidden",
    "transform:scale(0)",
    "transform:translateX(-9999px)",
    "filter:opacity(0)",
    "content-visibility:hidden",
    "display:none!important",
    r"d\isplay:none",
    r"disp\6c ay:none",
    "display:/* so */none",
    "visibility:collapse",
)
SELECTORS = (
    ".x",
    "p.x",
    "#i",
    "body .x",
    "div > p",
    "div p.x",
    "h1 + p",
    "h1 ~ p.x",
    "[data-k]",
    "p[data-k='1']",
    ".x.y",
    "p:not(.z)",
    "p:nth-child(2)",
    "*.x",
    ".q, .x",
)
SHEETS = (
    "%s",
    "@media all { %s }",
    "@media screen and (min-width: 600px) { %s }",
    "@layer a { %s }",
    "/* so */ %s /* on",
    "@import 'q'; %s",
    ".x { opacity: 1 } %s",
)


def read(folder: Path, body: str, head: str = "") -> Document:
    page = f"<html><head>{head}</head><body><div><h1>Alphamab</h1>{body}<p class='z'>{MATTER}</p></div></body></html>"
    (folder / "page.html").write_text(page, encoding="utf-8")
    return load(Source("page", folder / "page.html"))


def is_told_alone(document: Document) -> bool:
    return MATTER in document.text and "doubled" not in document.text and any(ORDER in d for d in document.dropped)


@pytest.mark.parametrize("style", UNSEEN)
def test_a_paragraph_or_a_phrase_that_its_style_keeps_from_sight_is_left_out(tmp_path: Path, style: str) -> None:
    assert is_told_alone(read(tmp_path, f'<p style="{style}">{ORDER}</p>'))
    assert is_told_alone(read(tmp_path, f'<p>So it is. <span style="{style}">{ORDER}</span> And so on.</p>'))
    assert is_told_alone(read(tmp_path, f'<div style="{style}"><div><p><b>{ORDER}</b></p></div></div>'))


@pytest.mark.parametrize("selector", SELECTORS)
def test_what_a_sheet_keeps_from_sight_is_left_out(tmp_path: Path, selector: str) -> None:
    for told in ("font-size:0", "opacity:0", "color:#fff;background:#fff", "display:none"):
        seen = ".z { opacity: 1 !important; color: #222; display: block !important; font-size: 12px }"
        sheet = f"<style>{selector} {{ {told} }} {seen}</style>"
        assert is_told_alone(read(tmp_path, f'<p class="x y" id="i" data-k="1">{ORDER}</p>', sheet))


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_rule_holds_wherever_it_stands_in_a_sheet(tmp_path: Path, sheet: str) -> None:
    assert is_told_alone(
        read(tmp_path, f'<p class="x">{ORDER}</p>', f"<style>{sheet % 'p.x { font-size: 0 }'}</style>")
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>{}</p>",
        "<p><font color=white>{}</font></p>",
        '<table bgcolor="#000000"><tr><td><font color="black">{}</font></td></tr></table>',
        '<div style="background:black"><p style="color:#000">{}</p></div>',
        '<svg width="0" height="0"><text>{}</text></svg>',
    ],
)
def test_so_is_what_its_attributes_keep_from_sight(tmp_path: Path, markup: str) -> None:
    assert is_told_alone(read(tmp_path, markup.format(ORDER)))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<div style="background:#036;color:#fff"><p>{}</p></div>'),
        ("", '<p style="color:white"><span style="background:navy">{}</span></p>'),
        ("", '<div style="background:url(dark.png);color:#fff">{}</div>'),
        ("", '<div style="font-size:0"><p style="font-size:16px">{}</p></div>'),
        ("", '<p style="opacity:.6;left:-20px;margin-left:-1em">{}</p>'),
        ("<style>.x { background: #123 }</style>", '<div class="x" style="color:#fff"><p>{}</p></div>'),
        ("<style>@media print { .x { display: none } }</style>", '<p class="x">{}</p>'),
        ("<style>@media (max-width: 600px) { .x { display: none } }</style>", '<p class="x">{}</p>'),
        ("<style>.x:hover { opacity: 0 } .a .x { opacity: 0 }</style>", '<p class="x">{}</p>'),
        ("<style>.x { opacity: 0 } p.x { opacity: 1 }</style>", '<p class="x">{}</p>'),
        ("<link rel=stylesheet href=s.css>", '<p class="hero" style="color:#fff">{}</p>'),
    ],
)
def test_what_is_seen_stays(tmp_path: Path, head: str, body: str) -> None:
    document = read(tmp_path, body.format(ORDER), head)
    assert ORDER in document.text


def test_a_note_tells_of_text_that_no_reader_sees(tmp_path: Path) -> None:
    assert read(tmp_path, f"<p style='font-size:0'>{ORDER}</p>").differences == (
        f"page: holds text that no reader sees, and that is left out: “{ORDER}”",
    )
    assert read(tmp_path, f"<p hidden>{ORDER}</p>").differences == ()

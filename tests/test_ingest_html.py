"""HTML: the article without its site, and what its head states, read strictly."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Document, Source, SourceError, load
from ingest.read.html.reader import read_html

HEAD = """
<title>Two drugs | The Society</title><meta property="og:title" content="Two drugs">
<meta property="og:site_name" content="The Society"><meta name="author" content="A. Roe">
<meta property="article:modified_time" content="2024-05-03T10:00:00Z">
<link rel="license" href="https://example.org/by/4.0/">
"""
BODY = """
<nav><a href="x">Home</a> <a href="y">Drugs</a></nav><main><article><h1>Two drugs</h1>
<p>Alphamab is a small drug that slows the growth of some tumors for a while.<sup>1,2</sup> It may, however, not help
everyone who takes it<sup>2</sup>. Its dose goes by the surface, in m<sup>2</sup>.</p>
<h2>Dose</h2><p>The dose depends on what follows:</p>
<ul><li>the weight of the <b>patient</b><ul><li>in kilograms</li></ul></li><li>the age</li></ul>
<ol><li>one thing</li><li>another</li></ol>
<h3>In a table</h3><table><tr><th>Drug</th><th>Dose</th></tr><tr><td>Alphamab</td><td>5 mg</td></tr></table>
<p>Betamab is another small drug, and nobody has yet seen what it does to other tumors.</p>
<h2>References</h2><ol><li>Roe J. On it. J Things. 1996;10:1.</li><li>Doe M. On that. J Things. 2001;1:1.</li></ol>
</article></main><footer><p>Sign up now for our newsletter and get it sent. © 2024 The Society</p></footer>
"""


def page(body: str = BODY, head: str = HEAD) -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def read(folder: Path, content: bytes, **facts: object) -> Document:
    (folder / "page.html").write_bytes(content)
    return load(Source("page", folder / "page.html", **facts))  # type: ignore[arg-type]


def test_headings_lists_and_tables_keep_their_structure() -> None:
    pieces, _, _ = read_html(page())
    assert [(p.level, p.text) for p in pieces if p.kind == "heading"] == [
        (1, "Two drugs"),
        (2, "Dose"),
        (3, "In a table"),
        (2, "References"),
    ]
    assert [p.text for p in pieces if p.kind in ("heads", "row")] == ["Drug | Dose", "Drug: Alphamab | Dose: 5 mg"]
    assert [(p.level, p.mark, p.text) for p in pieces if p.kind == "item"] == [
        (1, "• ", "the weight of the patient"),
        (2, "• ", "in kilograms"),
        (1, "• ", "the age"),
        (1, "1. ", "one thing"),
        (1, "2. ", "another"),
    ]
    assert [p.mark for p in pieces if p.kind == "reference"] == ["1. ", "2. "]


def test_the_site_is_left_out(tmp_path: Path) -> None:
    text = read(tmp_path, page()).text
    assert "Home" not in text and "newsletter" not in text


def test_raised_numbers_are_marks_and_a_raised_unit_is_none(tmp_path: Path) -> None:
    document = read(tmp_path, page())
    read_sentences = [document.reading_text(s.start, s.end) for s in document.sentences[:3]]
    assert [mark.numbers for mark in document.marks] == [(1, 2), (2,)]
    assert read_sentences[0].endswith("for a while.") and read_sentences[1].endswith("takes it.")
    assert read_sentences[2] == "Its dose goes by the surface, in m²."


def test_the_head_states_what_the_text_does_not(tmp_path: Path) -> None:
    document = read(tmp_path, page())
    assert (document.title, document.publisher, document.authors) == ("Two drugs", "The Society", "A. Roe")
    assert (document.revised, document.license) == (datetime.date(2024, 5, 3), "https://example.org/by/4.0/")
    assert document.pages == ()


def test_what_the_text_says_of_itself_goes_before_its_head(tmp_path: Path) -> None:
    body = BODY.replace("<h2>References", "<p>Written by B. Doe.</p><p>Last revised: May 9, 2024</p><h2>References")
    document = read(tmp_path, page(body), publisher="Others", license="digest")
    assert (document.authors, document.revised) == ("B. Doe", datetime.date(2024, 5, 9))
    assert (document.publisher, document.license) == ("Others", "digest")
    assert document.differences == ("page: the manifest says publisher is Others, the page says The Society",)


@pytest.mark.parametrize("date", ["2024-05", "May 2024", "2024-13-01", "1996 Dec", "20240503"])
def test_a_date_without_day_month_and_year_is_none(tmp_path: Path, date: str) -> None:
    head = f'<meta property="article:modified_time" content="{date}">'
    assert read(tmp_path, page(head=head)).revised is None


def test_a_date_in_linked_data_is_read(tmp_path: Path) -> None:
    head = '<script type="application/ld+json">{"@type": "Article", "dateModified": "2024-05-03"}</script>'
    assert read(tmp_path, page(head=head)).revised == datetime.date(2024, 5, 3)
    assert read(tmp_path, page(head=head.replace("{", "{{"))).revised is None


def test_a_page_of_a_few_words_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, page("<p>Bees are insects.</p>", "")).text == "Bees are insects."
    latin = "<meta charset='latin-1'><p>Un été est une saison de l'année.".encode("latin-1")
    assert "été" in read(tmp_path, latin).text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b" ", "is empty"), (b"<html></html>", "no text"), (b"\0\1\2", "no text"), (b"<p>", "no text")],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, content)
    assert words in str(caught.value) and "\n" not in str(caught.value)


LONG = "The boat house lies on the east bank of the river, and whoever rows for the club has a key to its door."


def blocks(body: str, head: str = "") -> list[tuple[str, str]]:
    """Kind, or depth and mark, and text of what stands between two paragraphs of an article."""
    content = page(f"<main><article><h1>Boats</h1><p>{LONG}</p>{body}<p>{LONG}</p></article></main>", head)
    pieces = read_html(content)[0][2:-1]
    return [(f"{p.level}{p.mark.strip()}" if p.kind == "item" else p.kind, p.text) for p in pieces]


def dropped(body: str) -> list[str]:
    return read_html(page(f"<main><article><h1>Boats</h1><p>{LONG}</p>{body}</article></main>"))[1]


@pytest.mark.parametrize(
    "body",
    [
        "<aside class=warning><p>Nobody rows by night.</p></aside>",
        "<aside>Nobody rows by night.</aside>",
        "<div class='alert alert-danger' role=alert>Nobody rows by night.</div>",
        "<div class='admonition warning'><p>Nobody rows by night.</p></div>",
        "<section class=sidebar-note><p>Nobody rows by night.</p></section>",
        "<footer><p>Nobody rows by night.</p></footer>",
        "<section><header><p>Nobody rows by night.</p></header></section>",
        "<center>Nobody rows by night.</center>",
        "<div><span>Nobody</span> <b>rows</b> by night.</div>",
        "<figure><img src=x alt=Moon><figcaption>Nobody rows by night.</figcaption></figure>",
        "<figure><img src=x alt='Nobody rows by night.'></figure>",
        "<form action=x><p>Nobody rows by night.</p></form>",
        "<div class=related><p>Nobody rows by night.</p></div>",
        "<p>No&shy;body rows by n<wbr>ight.</p>",
        "<div role=tabpanel style='display:none'>Nobody rows by night.</div>",
        "<div class=collapse aria-hidden=true>Nobody rows by night.</div>",
        "<div hidden=until-found>Nobody rows by night.</div>",
        "<style>.a { display: none } .q.open .a { display: block }</style><div class=a>Nobody rows by night.</div>",
        "<style>@media print { p { display: none } }</style><p>Nobody rows by night.</p>",
    ],
)
def test_matter_is_kept_whatever_it_stands_in(body: str) -> None:
    assert blocks(body) == [("paragraph", "Nobody rows by night.")]


@pytest.mark.parametrize(
    "body",
    [
        "<p hidden>Rowing costs 1 euro.</p>",
        "<div style='display : none'><p>Rowing costs 1 euro.</p></div>",
        "<p style='visibility:hidden'>Rowing costs 1 euro.</p>",
        "<p aria-hidden=true>Rowing costs 1 euro.</p>",
        "<p class=sr-only>Rowing costs 1 euro.</p>",
        "<p style='color:#fff;background:#fff'>Rowing costs 1 euro.</p>",
        "<p style='position:absolute;left:-9999px'>Rowing costs 1 euro.</p>",
        "<style>.x, .y { display: none }</style><p class=x>Rowing costs 1 euro.</p>",
        "<dialog>Rowing costs 1 euro.</dialog>",
    ],
)
def test_what_is_hidden_is_no_text_and_is_told(body: str) -> None:
    assert blocks(body) == [] and {"hidden: Rowing costs 1 euro.", "unseen: Rowing costs 1 euro."} & set(dropped(body))


@pytest.mark.parametrize(
    "body",
    [
        "<template><p>Rowing costs 1 euro.</p></template>",
        "<iframe srcdoc='<p>Rowing costs 1 euro.</p>'></iframe>",
        "<script>'Rowing costs 1 euro.'</script>",
        "<noscript><p>Rowing costs 1 euro.</p></noscript>",
        "<select><option>Rowing</option><option>costs 1 euro.</option></select>",
        "<button>Rowing costs 1 euro.</button>",
        "<label>Rowing</label><input value='costs 1 euro.'>",
        "<p><img src=x alt='Rowing costs 1 euro.'></p>",
    ],
)
def test_what_is_not_shown_or_is_a_control_is_no_text(body: str) -> None:
    assert blocks(body) == []


@pytest.mark.parametrize(
    "old",
    [
        "<del>{}</del>",
        "<s>{}</s>",
        "<strike>{}</strike>",
        "<span style='text-decoration: line-through'>{}</span>",
        "<span style='text-decoration-line:line-through'>{}</span>",
        "<style>.c3 {{ text-decoration: line-through }}</style><span class=c3>{}</span>",
    ],
)
def test_what_is_struck_out_is_no_text_and_is_told(old: str) -> None:
    body = f"<p>A seat costs {old.format('5 euros')} <ins>7 euros</ins>.</p><p>{old.format('Dogs may come.')}</p>"
    assert blocks(body) == [("paragraph", "A seat costs 7 euros.")]
    assert dropped(body) == ["struck out: 5 euros", "struck out: Dogs may come."]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("4 × 10<sup>9</sup> and 10<sup>-12</sup>", "4 × 10⁹ and 10⁻¹²"),
        ("x<sup>n+1</sup> or 2<sup>(i)</sup>", "xⁿ⁺¹ or 2⁽ⁱ⁾"),
        ("Na<sup>+</sup>, SO<sub>4</sub><sup>2−</sup>", "Na⁺, SO₄²⁻"),
        ("the 3<sup>rd</sup> x<sub>max</sub>", "the 3rd xmax"),
        ("10<sup>2.5</sup>", "10^2.5"),
        ("as seen<sup>1,2</sup> and<sup><a href='#n'>4–6</a></sup>", "as seen¹,² and⁴–⁶"),
        ("2<span style='vertical-align:super'>8</span>", "2⁸"),
        ("<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>", "E=mc²"),
        ("<math><mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac></math>", "1/(a+b)"),
        ("<math><msqrt><mi>x</mi></msqrt><annotation>\\sqrt x</annotation></math>", "√x"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("He said <q>no</q> &ndash; 5&nbsp;&euro; &lt; 6", "He said “no” – 5 € < 6"),
    ],
)
def test_words_are_read_as_they_are_shown(body: str, text: str) -> None:
    assert blocks(f"<p>{body}</p>") == [("paragraph", text)]


def test_lists_keep_what_stands_in_their_items() -> None:
    body = (
        "<ul><li><p>Oars.</p><p>They are long.</p></li><li>Rope<p>Ten metres.</p></li><li>Vest<br>Always worn."
        "</li></ul>"
        "<ol start=3 type=a><li>cast off</li><li value=9>row<ul><li>gently</li></ul></li></ol><ol type=i reversed>"
        "<li>x</li><li>y</li></ol>"
    )
    assert blocks(body) == [
        ("1•", "Oars."),
        ("2", "They are long."),
        ("1•", "Rope"),
        ("2", "Ten metres."),
        ("1•", "Vest"),
        ("2", "Always worn."),
        ("1c.", "cast off"),
        ("1i.", "row"),
        ("2•", "gently"),
        ("1ii.", "x"),
        ("1i.", "y"),
    ]


def test_terms_lead_in_what_defines_them() -> None:
    body = (
        "<dl><dt>Bow</dt><dd>The front.</dd><dd>Also a knot.</dd><div><dt>Port</dt><dt>Larboard</dt><dd><p>Left.</p>"
        "<p>Red light.</p></dd></div><dt>Crew</dt><dd><ul><li>cox</li></ul></dd><dt>Stern</dt></dl>"
    )
    assert blocks(body) == [
        ("1", "Bow: The front."),
        ("1", "Bow: Also a knot."),
        ("1", "Port, Larboard: Left."),
        ("2", "Red light."),
        ("1", "Crew:"),
        ("2•", "cox"),
        ("1", "Stern"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<details><summary>May I swim?</summary>No. The current is strong.</details>",
        "<button aria-controls=a aria-expanded=false>May I swim?</button>"
        "<div id=a hidden>No. The current is strong.</div>",
        "<button class=accordion>May I swim?</button>"
        "<div class=panel style='display:none'><p>No. The current is strong.</p></div>",
        "<div role=tablist><button role=tab aria-controls=a>May I swim?</button></div>"
        "<div role=tabpanel id=a style='display:none'><p>No. The current is strong.</p></div>",
        "<ul class=nav><li><a data-toggle=tab href='#a'>May I swim?</a></li></ul>"
        "<div class=tab-pane id=a>No. The current is strong.</div>",
    ],
)
def test_what_is_opened_is_led_in_by_what_opens_it(body: str) -> None:
    assert [b for b in blocks(body) if b[1]] == [("1", "May I swim?"), ("2", "No. The current is strong.")]


def test_a_button_that_is_a_heading_is_one() -> None:
    body = "<h2><button>May I swim?</button></h2><div class=collapse aria-hidden=true><p>No.</p></div>"
    assert blocks(body) == [("heading", "May I swim?"), ("paragraph", "No.")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Mon: 9 to 5<br>Tue: closed", [("1", "Mon: 9 to 5"), ("1", "Tue: closed")]),
        ("Bring:<br>- a vest<br>- a key", [("paragraph", "Bring:"), ("1•", "a vest"), ("1•", "a key")]),
        ("It is open.<br>It is free.", [("paragraph", "It is open."), ("paragraph", "It is free.")]),
        ("Night<br>Nobody rows.", [("paragraph", "Night"), ("1", "Nobody rows.")]),
        (LONG.replace(" whoever", "<br>whoever"), [("paragraph", LONG)]),
    ],
)
def test_breaks_part_lines_unless_they_only_wrap_them(body: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(f"<p>{body}</p>") == expected


@pytest.mark.parametrize(
    "body",
    [
        "<pre>row(\n    fast=True,\n)</pre>",
        "<figure class=highlight><pre><code><span class=k>row</span>(\n    fast=True,\n)</code></pre></figure>",
        "<div class=highlight><button>Copy</button><pre><span class=linenos>1</span>row(\n"
        "<span class=linenos>2</span>    fast=True,\n<span class=linenos>3</span>)\n</pre></div>",
        "<table class=highlighttable><tr><td class=linenos><pre>1\n2\n3</pre></td>"
        "<td class=code><pre>row(\n    fast=True,\n)</pre></td></tr></table>",
        "<pre><div>row(</div><div>    fast=True,</div><div>)</div></pre>",
        "<p><code>row(<br>    fast=True,<br>)</code></p>",
    ],
)
def test_code_keeps_its_lines(body: str) -> None:
    assert blocks(body) == [("code", "row(\n    fast=True,\n)")]


def test_notes_stand_under_a_heading_with_their_marks() -> None:
    body = f"<p>{LONG}</p><section class=footnotes role=doc-endnotes><ol><li><p>Since May. <a href='#r'>↩</a></p></ol>"
    pieces = read_html(page(body))[0]
    assert [(p.kind, p.mark, p.text) for p in pieces[1:]] == [
        ("heading", "", "Notes"),
        ("paragraph", "1. ", "Since May."),
    ]


def test_lists_of_word_are_lists() -> None:
    item = "<p class=MsoListParagraph style='mso-list:l0 level{} lfo1'><span>{}<span>&nbsp;&nbsp; </span></span>{}</p>"
    body = item.format(1, "·", "Oars") + item.format(2, "o", "long ones") + item.format(1, "2.", "Rope")
    assert blocks(body) == [("1•", "Oars"), ("2•", "long ones"), ("12.", "Rope")]


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("<nav><a href=a>Home</a> <a href=b>Boats</a></nav>", "Home Boats"),
        ("<div class='cookie-banner'><p>We use cookies. <button>Fine</button></p></div>", "We use cookies."),
        ("<div class=share-buttons><a href=x>Post it</a></div>", "Post it"),
        ("<ul class=breadcrumb><li><a href=/>Home</a></li><li>Boats</li></ul>", "Home Boats"),
        ("<div class=related-posts><h3>More</h3><a href=c>Canoes</a></div>", "More Canoes"),
        ("<footer>The Rowers, 2 Mill Lane</footer>", "The Rowers, 2 Mill Lane"),
        ("<div id=footer>The Rowers, 2 Mill Lane</div>", "The Rowers, 2 Mill Lane"),
        ("<p>© 2024 The Rowers. All rights reserved.</p>", "© 2024 The Rowers. All rights reserved."),
    ],
)
@pytest.mark.parametrize("around", ["{}", "<main>{}</main>", "<article>{}</article>", "<div>{}</div>"])
def test_furniture_is_left_out_and_told(site: str, words: str, around: str) -> None:
    matter = around.format(f"<h1>Boats</h1><p>{LONG}</p><ul><li><a href=v>Vests</a> are worn.</li></ul><p>{LONG}</p>")
    for body in (site + matter, matter + site):
        pieces, told, _ = read_html(page(body))
        assert [p.text for p in pieces] == ["Boats", LONG, "Vests are worn.", LONG]
        assert words in told


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<h1>Shut</h1><p>Ask us for your key. It is free.</p>", ["Shut", "Ask us for your key. It is free."]),
        ("<h1>Pack</h1><ul><li>a vest</li><li>a rope</li></ul>", ["Pack", "a vest", "a rope"]),
        ("<h1>Fares</h1><table><tr><th>Who<th>Fare<tr><td>Child<td>2", ["Fares", "Who | Fare", "Who: Child | Fare: 2"]),
        ("<div>Fares</div><div>A seat costs 2 euros.</div>", ["Fares", "A seat costs 2 euros."]),
        ("<ul><li><a href=x>Canoes</a></li><li><a href=y>Rafts</a></li></ul>", ["Canoes", "Rafts"]),
        ("<header><h1>Boats</h1><p>Old rules.</p></header><p>Row.</p>", ["Boats", "Old rules.", "Row."]),
        ("<p>Rowing is free.*</p><footer>* But for guests.</footer>", ["Rowing is free.*", "* But for guests."]),
    ],
)
def test_a_short_page_is_read_whole(body: str, texts: list[str]) -> None:
    assert [piece.text for piece in read_html(page(body, ""))[0]] == texts


def test_the_title_of_the_window_is_one_where_the_page_has_none(tmp_path: Path) -> None:
    head = "<title>Boats | The Rowers</title><meta property='og:site_name' content='The Rowers'>"
    assert read(tmp_path, page("<p>Rowing is free.</p>", head)).title == "Boats"


TAG_NAMES = """
p div ul li ol dl dt dd table tr td th thead b sup sub s details summary pre math msup figure figcaption
"""
TAGS = TAG_NAMES.split()
SOUP = st.lists(
    st.sampled_from([f"<{slash}{tag}>" for tag in TAGS for slash in ("", "/")])
    | st.sampled_from(
        ["<br>", "<img alt=a>", "<td rowspan=0 colspan=9>", "<p hidden>", "<a href='#a'>", "<li value=x>"]
    )
    | st.text(max_size=5),
    max_size=60,
)


@settings(deadline=None)
@given(SOUP)
def test_any_page_is_read_or_refused(parts: list[str]) -> None:
    try:
        pieces, _, _ = read_html("".join(parts).encode())
    except ValueError as error:
        assert "no text" in str(error)
    else:
        assert pieces and all(piece.text.strip() for piece in pieces)
        assert all("\n" not in piece.text for piece in pieces if piece.kind != "code")


UNITS = """
<div> <ul><li>x <table><tr><td>x <details><summary>q</summary> <dl><dt>t<dd>x <sup>1 <figure><img/alt=a> <p>x<s>y</s>
<b>x <p/hidden>x</p>y <br>x <a/role=tab/href=#t>x</a><div/id=t> <math><msup>x
"""


@pytest.mark.parametrize("unit", UNITS.split())
def test_time_grows_with_size_and_no_depth_is_too_much(unit: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        pieces, _, _ = read_html(f"<p>{LONG}</p>{unit * count}".encode())
        assert pieces[0].text == LONG
        return time.process_time() - start

    seconds(10)
    assert seconds(4000) < 10 * (seconds(1000) + 0.05)


@pytest.mark.parametrize("tag", ["object", "audio", "video", "canvas"])
def test_what_stands_in_place_of_what_is_embedded_is_told(tag: str) -> None:
    page = f"<p>The moon is new when it stands before the sun.</p><{tag}><p>It sets at noon.</p></{tag}>"
    pieces, dropped, _ = read_html(page.encode())
    assert [piece.text for piece in pieces] == ["The moon is new when it stands before the sun."]
    assert dropped == ["in place of what is embedded: It sets at noon."]


def test_images_of_a_page_of_links_are_told() -> None:
    _, dropped, _ = read_html(b'<h1>Links</h1><a href="a"><img src="a.png" alt="A red kite"></a> <a href="b">Kites</a>')
    assert "image: A red kite" in dropped

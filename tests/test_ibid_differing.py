"""`ibid diff`: which generations are compared, and how what differs is shown."""

from __future__ import annotations

import html.parser
import io
import json
import re
from pathlib import Path

import pytest
from conftest import Ibid
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from ibid import differing
from ibid.diffpage import page
from ibid.difftext import GenerationLabels, show_diff
from ingest import Document, GenerationDiff, Source, diff_generations
from ingest.documents.document import Piece
from ingest.read.sentences import split_sentences

NAMES = GenerationLabels("000001-aa", "000002-bb")
OLD = (
    "# Life",
    "Fed every 4 weeks in winter.",
    "Workers live long.",
    "# Food",
    "Sugar may help.",
    "Keep it dry & cool.",
)
NEW = (
    "# Life",
    "Fed every 4 months in winter.",
    "# Food",
    "Sugar helps.",
    "Use <script>alert(1)</script>.",
    "Workers live long.",
)
EVIL = "<script>alert(1)</script>"


def page_of(*lines: str, document_id: str = "bees", title: str = "Bees", status: str | None = None) -> Document:
    pieces = [Piece("heading", line[2:], 2) if line[:2] == "# " else Piece("paragraph", line) for line in lines]
    source = Source(document_id, Path("bees.md"), title=title, review_status=status)
    return Document.assemble(source, pieces, (), split_sentences)


def compared(old: Document, new: Document) -> GenerationDiff:
    return diff_generations({old.id: old}, {new.id: new})


def shown(found: GenerationDiff, terminal: bool = False) -> str:
    out = io.StringIO()
    colours = "standard" if terminal else None
    show_diff(Console(file=out, force_terminal=terminal, width=80, color_system=colours, _environ={}), found, NAMES)
    return out.getvalue()


class _Reader(html.parser.HTMLParser):
    """Collects the tags and the text of a page, and that every tag is closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_change_is_said_by_a_sign_and_a_word() -> None:
    text = shown(compared(page_of(*OLD), page_of(*NEW, status="reviewed")))
    assert text.startswith("From 000001-aa to 000002-bb\n")
    assert "2 changed, 1 added, 1 removed, 1 moved, 1 fact about it changed, 2 unchanged" in text
    assert "Review status: [-not stated-]{+reviewed+}\n" in text
    assert "~ changed  [unit]\n    Fed every 4 [-weeks-]{+months+} in winter.\n" in text
    assert "~ changed  [hedge]\n    Sugar [-may help-]{+helps+}.\n" in text
    assert "− removed\n    Keep it dry & cool.\n" in text
    assert "+ added\n    Use <script>alert(1)</script>.\n" in text
    assert "↕ moved, from Life\n    Workers live long.\n" in text
    assert "\x1b" not in text


def test_with_colours_words_are_struck_through_and_underlined() -> None:
    text = shown(compared(page_of("It can fly."), page_of("It cannot fly.")), terminal=True)
    assert "\x1b[9;31mcan\x1b[0m" in text
    assert "\x1b[4;32mcannot\x1b[0m" in text
    assert "negation" in text
    assert "[-" not in text


def test_brackets_are_no_markup() -> None:
    assert "[bold]Bees[/bold] fly." in shown(compared(page_of("One."), page_of("One.", "[bold]Bees[/bold] fly.")))


def test_documents_added_removed_and_unchanged_are_named() -> None:
    a, b, c = page_of("A."), page_of("B.", document_id="wasps", title="Wasps"), page_of("C.", document_id="ants")
    text = shown(diff_generations({"bees": a, "ants": c}, {"bees": a, "wasps": b}))
    assert "+ added  wasps  Wasps\n" in text
    assert "− removed  ants  Bees\n" in text
    assert "Unchanged: bees\n" in text


def test_what_is_only_laid_out_otherwise_is_told() -> None:
    found = compared(page_of("One fly. Two fly."), page_of("One fly.", "Two fly."))
    assert "Only the layout has changed" in shown(found)
    assert "Only the layout has changed" in page(found, NAMES)


def test_the_page_stands_alone_and_marks_words() -> None:
    source = page(compared(page_of(*OLD), page_of(*NEW, title=EVIL)), GenerationLabels("a", EVIL))
    read = _Reader(source)
    assert {"script", "img", "link", "iframe"}.isdisjoint(read.tags)
    assert re.search(r"https?:|url\(|@import|\son\w+=", source) is None
    assert read.text.count(EVIL) >= 3
    assert "[removed: weeks]" in read.text
    assert "[added: months]" in read.text
    assert {"h1", "h2", "h3", "main", "ins", "del"} <= set(read.tags)
    assert '<html lang="en">' in source
    assert "prefers-color-scheme: dark" in source


@given(st.lists(st.text(min_size=1, max_size=30), max_size=5), st.lists(st.text(min_size=1, max_size=30), max_size=5))
@settings(deadline=None, max_examples=50)
def test_any_text_makes_a_page_that_is_whole(old: list[str], new: list[str]) -> None:
    def of(lines: list[str]) -> Document:
        return page_of(*(" ".join(line.split()) or "<p>$title</p>" for line in lines))

    found = compared(of(old), of(new))
    _Reader(page(found, NAMES))
    shown(found)


def test_one_page_for_no_change() -> None:
    assert "Nothing has changed: 1 document is the same." in page(compared(page_of("A."), page_of("A.")), NAMES)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three generations, the last one published, of documents built from strings."""
    documents = {
        "000001-aa11": [page_of(*OLD)],
        "000002-bb22": [page_of(*NEW)],
        "000003-bb33": [page_of(*NEW), page_of("Wasps sting.", document_id="wasps", title="Wasps")],
    }
    for name in documents:
        (tmp_path / "generations" / name).mkdir(parents=True)
    (tmp_path / "CURRENT").write_text("000003-bb33")
    monkeypatch.setattr(
        differing, "open_documents", lambda _, name: {document.id: document for document in documents[name]}
    )
    return tmp_path


def test_without_names_the_last_two_are_compared(ibid: Ibid, kept: Path) -> None:
    ran = ibid("diff", "--index", kept)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("From 000002-bb22 to 000003-bb33\n")
    assert "+ added  wasps  Wasps" in ran.out


def test_before_a_generation_that_was_taken_back_to_comes_the_one_before_it(ibid: Ibid, kept: Path) -> None:
    (kept / "CURRENT").write_text("000002-bb22")
    assert ibid("diff", "--index", kept).out.startswith("From 000001-aa11 to 000002-bb22\n")


def test_names_may_be_shortened(ibid: Ibid, kept: Path) -> None:
    assert ibid("diff", "--index", kept, "000001").out.startswith("From 000001-aa11 to 000003-bb33\n")
    assert ibid("diff", "--index", kept, "000002", "000001").out.startswith("From 000002-bb22 to 000001-aa11\n")


@pytest.mark.parametrize(("name", "problem"), [("000009", "no generation is called"), ("0000", "several generations")])
def test_a_name_that_is_none_or_several_is_one_line(ibid: Ibid, kept: Path, name: str, problem: str) -> None:
    ran = ibid("diff", "--index", kept, name)
    assert ran.code == 1
    assert problem in ran.complaint
    assert "000001-aa11, 000002-bb22, 000003-bb33" in ran.complaint


def test_nothing_before_the_published_one_is_one_line(ibid: Ibid, kept: Path) -> None:
    (kept / "CURRENT").write_text("000001-aa11")
    ran = ibid("diff", "--index", kept)
    assert ran.code == 1
    assert "keeps no generation before 000001-aa11" in ran.complaint


def test_no_index_is_one_line(ibid: Ibid, tmp_path: Path) -> None:
    ran = ibid("diff", "--index", tmp_path)
    assert ran.code == 1
    assert "ibid index" in ran.complaint


def test_nothing_differs_is_said(ibid: Ibid, kept: Path) -> None:
    ran = ibid("diff", "--index", kept, "000003", "000003")
    assert ran.code == 0
    assert "Nothing has changed: 2 documents are the same." in ran.out


def test_one_document_alone(ibid: Ibid, kept: Path) -> None:
    assert "wasps" not in ibid("diff", "--index", kept, "000001", "--document", "bees").out
    ran = ibid("diff", "--index", kept, "--document", "ants")
    assert ran.code == 2
    assert "'ants'" in ran.complaint


def test_json_gives_ranges_edits_and_marks(ibid: Ibid, kept: Path) -> None:
    record = json.loads(ibid("diff", "--index", kept, "000001", "--json").out)
    assert (record["old"], record["new"]) == ("000001-aa11", "000003-bb33")
    assert [document["id"] for document in record["added"]] == ["wasps"]
    change = record["revised"][0]["changes"][0]
    old, new = page_of(*OLD).text, page_of(*NEW).text
    edit = change["edits"][0]
    assert change["kind"] == "changed"
    assert (old[edit["old_start"] : edit["old_end"]], new[edit["new_start"] : edit["new_end"]]) == ("weeks", "months")
    assert change["marks"] == [{"matter": "unit", "old": ["week"], "new": ["month"]}]


def test_html_is_written(ibid: Ibid, kept: Path) -> None:
    ran = ibid("diff", "--index", kept, "000001", "--html", kept / "diff.html")
    assert (ran.code, ran.out, ran.complaint) == (0, "", f"Wrote {kept / 'diff.html'}")
    assert "<ins>" in (kept / "diff.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_one_line(ibid: Ibid, kept: Path) -> None:
    ran = ibid("diff", "--index", kept, "--html", kept / "nowhere" / "diff.html")
    assert ran.code == 1
    assert "nowhere" in ran.complaint

"""A source file becomes a document, or an error that says why not; and the originals, where they are."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import Document, Source, SourceError, cut_passages, load, read_corpus


def read(path: Path, content: bytes, name: str = "page.md") -> Document:
    (path / name).write_bytes(content)
    return load(Source("page", path / name))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x01\x02\n", "is empty"),
        (b"%PDF-1.7\0\0", "is binary"),
        (b"\xff\xfe\x00\xd8", "is damaged at byte"),
        (b"# One\n\n## Two\n", "headings only"),
        (b"## References\n\n- Roe 2019\n", "headings only"),
    ],
)
def test_what_cannot_be_answered_from_is_refused_and_named(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(f"{tmp_path / 'page.md'}: ")
    assert words in str(caught.value)


def test_a_missing_file_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.md: cannot be read: No such file"):
        load(Source("gone", tmp_path / "gone.md"))


def test_a_page_of_headings_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="headings only"):
        read(tmp_path, b"One heading\n\nAnother heading\n", "page.txt")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf# T\n\nText.\n").text == "T\n\nText."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_encoding_of_a_text_is_found(tmp_path: Path, encoding: str) -> None:
    for name in ("page.md", "page.txt"):
        assert read(tmp_path, "The café is shut.\r\n".encode(encoding), name).text == "The café is shut."


def test_a_text_that_was_broken_to_fit_is_joined_before_sentences_are_cut(tmp_path: Path) -> None:
    document = read(tmp_path, b"The cafe is shut on Sundays and on\nMondays. It opens at nine.\n", "page.txt")
    found = [document.text[s.start : s.end] for s in document.sentences]
    assert found == ["The cafe is shut on Sundays and on Mondays.", "It opens at nine."]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.md", b"---\ntitle: Rules\ndate: 2024-05-03\nauthor: Ann Poe\n---\n\nNo dogs.\n"),
        (
            "page.mdx",
            b"---\ntitle: Rules\ndate: 2024-05-03\nauthor: Ann Poe\n---\nimport A from './a';\n\n<A>No dogs.</A>\n",
        ),
        ("page.txt", b"From: Ann Poe\nSubject: Rules\nDate: 3 May 2024\n\nNo dogs.\n"),
    ],
)
def test_what_a_file_states_of_itself_is_metadata(tmp_path: Path, name: str, content: bytes) -> None:
    document = read(tmp_path, content, name)
    assert (document.title, document.revised, document.authors) == ("Rules", datetime.date(2024, 5, 3), "Ann Poe")
    assert document.text.endswith("No dogs.")


def test_the_kind_of_file_decides_how_it_is_read(tmp_path: Path) -> None:
    content = b"# T\n\nText of **one** line.\n"
    assert read(tmp_path, content, "page.MD").text == read(tmp_path, content, "page.markdown").text
    assert "**one**" in read(tmp_path, content, "page.txt").text
    assert "**" not in read(tmp_path, content).text


def test_offsets_count_code_points_of_the_repaired_text(tmp_path: Path) -> None:
    document = read(tmp_path, "# 𝔘 drugs\r\n\r\nFirst 𝔘\u00a0one here. Second one.\r\n".encode())
    found = [document.text[s.start : s.end] for s in document.sentences]
    assert document.text == "𝔘 drugs\n\nFirst 𝔘 one here. Second one."
    assert found == ["First 𝔘 one here.", "Second one."]


def test_dropped_furniture_is_recorded_and_in_no_text(tmp_path: Path) -> None:
    prose = "Alphamab is a small drug that slows the growth of some tumors for a while."
    document = read(tmp_path, f"A title\n\n{prose}\n\nSubscribe to the newsletter".encode(), "page.txt")
    assert document.dropped == ("Subscribe to the newsletter",)
    assert "newsletter" not in document.text


@pytest.fixture(scope="module")
def pages(originals: Path) -> dict[str, Document]:
    return {source.id: load(source) for source in read_corpus(originals).sources}


@pytest.mark.parametrize(
    ("name", "revised", "status", "references"),
    [
        ("acs-pnet-other-drugs", datetime.date(2025, 3, 29), "reviewed", 7),
        ("acs-gi-net-targeted-drugs", datetime.date(2025, 8, 8), "reviewed", 4),
        ("droracle-semaglutide-net", datetime.date(2025, 9, 16), "pending", 2),
    ],
)
def test_originals_give_their_date_status_and_references(
    pages: dict[str, Document], name: str, revised: datetime.date, status: str, references: int
) -> None:
    page = pages[name]
    assert (page.revised, page.review_status, len(page.references)) == (revised, status, references)
    marks = ("3", "4") if name == "droracle-semaglutide-net" else ()
    assert page.differences == tuple(f"{name}: mark {n} has no entry in its list of references" for n in marks)


def test_no_passage_of_the_originals_holds_furniture_or_bibliography(pages: dict[str, Document]) -> None:
    matter = "\n".join(p.text for page in pages.values() for p in cut_passages(page)).casefold()
    whole = "\n".join(page.text for page in pages.values()).casefold()
    assert "pembrolizumab" in whole and "pembrolizumab" not in matter
    for phrase in ("helpline", "sign up", "live chat", "pmid", "doi:", "personalize", "reprint requests"):
        assert phrase not in matter
    assert "octreotide" in matter and "everolimus" in matter and "semaglutide" in matter


def test_a_side_effect_of_everolimus_stands_under_everolimus(pages: dict[str, Document]) -> None:
    page = pages["acs-gi-net-targeted-drugs"]
    found = [s for s in page.sentences if "mouth sores" in page.text[s.start : s.end]]
    assert [page.section_at(s.start).heading for s in found] == ["Everolimus (Afinitor)"]
    passages = [p for p in cut_passages(page) if "mouth sores" in p.text]
    assert [p.section for p in passages] == ["Everolimus (Afinitor)"]


def test_the_ranges_of_the_originals_hold(pages: dict[str, Document]) -> None:
    for page in pages.values():
        position = 0
        for section in page.sections:
            assert section.start == position
            position = section.end
        assert position == len(page.text)
        passages = list(cut_passages(page))
        assert all(page.text[p.start : p.end] == p.text for p in passages)
        for sentence in page.sentences:
            assert any(p.start <= sentence.start and sentence.end <= p.end for p in passages)


def test_the_libraries_that_read_files_are_loaded_when_a_file_is_read() -> None:
    code = "import sys, ingest; print({'trafilatura', 'pdfminer', 'docx', 'lxml'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"

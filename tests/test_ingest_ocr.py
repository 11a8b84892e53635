"""Scans and pictures, read by OCR: what is read of them, that it is told, and that the choice is kept."""

from __future__ import annotations

import importlib
import shutil
import textwrap
from pathlib import Path

import pytest
from fakes import BagEncoder, page
from packing import told
from pdfs import words
from PIL import Image, ImageFilter
from scans import BODY, RULES, drawn, row, saved, scanned

from answer import Citation
from ingest import (
    Document,
    FileCatalog,
    Generation,
    PackageMissing,
    Source,
    SourceError,
    load,
    preview,
    read_corpus,
    update,
)
from ingest.read.kinds import read

reading = importlib.import_module("ingest.work.reading")
pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="there is no tesseract")

TYPED = [words(72, 700, "The hall was built in 1902 and is made of brick.")]
READ = [
    "# Rules of the Library",
    "Members may borrow up to six books at a time, and keep them for four weeks. "
    "A book that nobody asks for may be kept for longer.",
    "## Opening hours",
    "The hall opens at nine on every day but Sunday.",
]


@pytest.fixture(scope="module")
def rules() -> bytes:
    return scanned(drawn())


@pytest.fixture(scope="module")
def mixed() -> bytes:
    return scanned(drawn(), TYPED)


def lines(data: bytes, suffix: str = ".pdf") -> list[str]:
    return told(read(data, suffix, ocr=True)[0])


def document(folder: Path, data: bytes, name: str = "rules.pdf") -> Document:
    (folder / name).write_bytes(data)
    return load(Source("rules", folder / name, ocr=True))


def test_a_scan_is_read_as_other_pages_are(rules: bytes) -> None:
    assert lines(rules) == READ


@pytest.mark.parametrize(
    "as_scanned",
    [lambda p: p.rotate(90, expand=True), lambda p: p.rotate(180), lambda p: p.rotate(1.5, fillcolor=255)],
    ids=["on its side", "upside down", "askew"],
)
def test_a_scan_is_read_as_it_stands_upright(as_scanned: object) -> None:
    turned = as_scanned(drawn())  # type: ignore[operator]
    assert lines(scanned(turned.resize((2550, 3300)) if turned.width < turned.height else turned))[1] == READ[1]


def test_lists_and_tables_of_a_scan_are_told() -> None:
    items = [(350, f"• {text}", BODY) for text in ("Cards cost nothing.", "Copies cost ten pence.")]
    sheet = drawn([(300, "Fees", 80), *items])
    for number, cells in enumerate([("Item", "Days", "Pence"), ("Book", "28", "20"), ("Film", "7", "50")]):
        row(sheet, 800 + 70 * number, *zip((300, 900, 1400), cells, strict=True))
    assert lines(scanned(sheet)) == [
        "# Fees",
        "  • Cards cost nothing.",
        "  • Copies cost ten pence.",
        "heads: Item | Days | Pence",
        "row: Item: Book | Days: 28 | Pence: 20",
        "row: Item: Film | Days: 7 | Pence: 50",
    ]


def test_the_columns_of_a_scan_are_read_one_after_the_other() -> None:
    sheet = drawn([])
    left = "The members of the club meet on the first day of each month, and those who cannot come write to its clerk."
    right = "Guests are let in by a member who signs for them, and who stays with them for as long as they are inside."
    for x, text in ((300, left), (1400, right)):
        for number, line in enumerate(textwrap.wrap(text, 30)):
            row(sheet, 300 + 65 * number, (x, line))
    assert lines(scanned(sheet)) == [left, right]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_file_is_a_page(kind: str) -> None:
    data = saved(drawn().resize((1275, 1650)), kind)
    assert lines(data, {"PNG": ".png", "JPEG": ".jpg", "TIFF": ".tif"}[kind]) == READ


def test_each_picture_of_a_file_is_a_page(tmp_path: Path) -> None:
    more = drawn([(300, "The cellar is shut in winter.", BODY)])
    drawn().save(tmp_path / "rules.tiff", save_all=True, append_images=[more])
    found = load(Source("rules", tmp_path / "rules.tiff", ocr=True))
    assert found.scans == (1, 2)
    assert found.page_at(found.text.index("The cellar")) == 2


def test_what_one_can_see_through_is_on_white() -> None:
    sheet = Image.new("RGBA", (2550, 3300), (0, 0, 0, 0))
    sheet.putalpha(drawn().point(lambda shade: 255 - shade))
    assert lines(saved(sheet), ".png") == READ


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n cut off", "is no picture, or is damaged; save it anew"),
        (saved(Image.new("L", (60, 60), 255)), "OCR finds no words"),
        (saved(Image.new("1", (9_000, 9_000))), "million pixels; save it smaller"),
    ],
)
def test_what_is_no_picture_of_text_is_told(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        document(tmp_path, data, "a.png")


def test_only_the_pages_that_are_pictures_are_by_ocr(tmp_path: Path, mixed: bytes) -> None:
    found = document(tmp_path, mixed)
    assert (found.scans, found.pictures, len(found.pages)) == ((2,), (), 2)
    typed, read_off = found.text.index("brick"), found.text.index("six books")
    assert [Citation.of(1, found, at, at + 5).read_by_ocr for at in (typed, read_off)] == [False, True]
    assert Citation.of(1, found, typed, read_off).read_by_ocr
    assert Document.from_json(found.to_json()) == found


def test_without_ocr_a_page_that_is_a_picture_is_told(tmp_path: Path, mixed: bytes, rules: bytes) -> None:
    for name, data in {"mixed.pdf": mixed, "rules.pdf": rules, "photo.jpg": saved(drawn(), "JPEG")}.items():
        (tmp_path / name).write_bytes(data)
    corpus = read_corpus(tmp_path)
    assert [(left.file, left.why) for left in corpus.left_out] == [("photo.jpg", "is a picture; index it with --ocr")]
    found = load(corpus.sources[0])
    assert (found.pictures, found.scans) == ((2,), ())
    assert found.dropped == ("page 2 is a picture: what is written on it is not read; index it with --ocr",)
    with pytest.raises(SourceError, match="holds no text, as a scanned PDF does; index it with --ocr"):
        load(corpus.sources[1])


def test_a_picture_without_words_beside_text_is_told(tmp_path: Path) -> None:
    found = document(tmp_path, scanned(Image.new("L", (850, 1100), 200), TYPED))
    assert (found.pictures, found.scans) == ((2,), ())
    assert found.dropped == ("page 2 is a picture on which OCR finds no words",)


def test_words_that_are_doubtful_are_kept_and_counted_and_a_poor_page_is_told(tmp_path: Path) -> None:
    small = drawn().resize((340, 440)).filter(ImageFilter.GaussianBlur(0.6))
    found = document(tmp_path, scanned(small))
    (counted,) = [line for line in found.dropped if "was read by OCR" in line]
    assert counted.endswith("words are doubtful") and ": 0 of" not in counted
    (poor,) = found.differences
    assert poor.startswith(f"rules: {counted}, ") and poor.endswith("look at the page itself, or scan it anew")


@pytest.fixture
def corpus(tmp_path: Path, rules: bytes, mixed: bytes) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "mixed.pdf").write_bytes(mixed)
    (folder / "page.md").write_text(page(1))
    (folder / "photo.png").write_bytes(saved(drawn()))
    (folder / "rules.pdf").write_bytes(rules)
    return folder


def test_the_choice_is_kept_and_only_what_it_matters_to_is_read_again(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    read: list[str] = []
    real = reading.load
    monkeypatch.setattr(reading, "load", lambda source: (read.append(source.id), real(source))[1])

    def indexed(ocr: bool | None = None) -> list[str]:
        read.clear()
        update(FileCatalog(index), corpus, BagEncoder(), ocr=ocr)
        return read

    assert indexed() == ["mixed", "page", "rules"]
    assert Generation.open(index).document_ids() == ["mixed", "page"]
    assert indexed(ocr=True) == ["mixed", "photo", "rules"]
    by_ocr = Generation.open(index)
    assert by_ocr.ocr and {name: by_ocr.document(name).scans for name in by_ocr.document_ids()} == {
        "mixed": (2,),
        "page": (),
        "photo": (1,),
        "rules": (1,),
    }
    assert indexed() == []
    assert Generation.open(index).name == by_ocr.name
    assert indexed(ocr=False) == ["mixed", "rules"]
    without = Generation.open(index)
    assert not without.ocr and without.document_ids() == ["mixed", "page"]
    assert (without.document("mixed").pictures, without.document("mixed").scans) == ((2,), ())


def test_pictures_that_a_manifest_names_are_given_up_with_ocr(tmp_path: Path, corpus: Path) -> None:
    (corpus / "sources.toml").write_text(
        "".join(f'[[source]]\nid = "{name[:4]}"\nfile = "{name}"\n' for name in ("photo.png", "page.md"))
    )
    index = tmp_path / "index"
    assert update(FileCatalog(index), corpus, BagEncoder(), ocr=True).built.plan.added == ("phot", "page")
    assert update(FileCatalog(index), corpus, BagEncoder(), ocr=False).built.plan.removed == ("phot",)


def test_without_tesseract_one_is_told_how_to_get_it_and_loses_nothing(
    tmp_path: Path, corpus: Path, rules: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    update(FileCatalog(index), corpus, BagEncoder(), ocr=True)
    monkeypatch.setenv("PATH", str(tmp_path))
    for ask in (update, preview):
        with pytest.raises(PackageMissing, match="tesseract is not installed; install it with: apt-get install"):
            ask(index, corpus, BagEncoder(), ocr=True)
    (corpus / "new.pdf").write_bytes(rules)
    (corpus / "rules.pdf").write_bytes(scanned(drawn(RULES[:3])))
    built = update(FileCatalog(index), corpus, BagEncoder()).built
    assert built.plan.unchanged == ("mixed", "page", "photo", "rules")
    assert {left.id: "tesseract is not installed" in left.why for left in built.plan.left_out} == {
        "new": True,
        "rules": True,
    }

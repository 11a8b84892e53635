"""What is downloaded takes the place of what is there, unless it does not look like the page."""

from __future__ import annotations

import random
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from conftest import Site
from pdfs import column, pdf

from ingest import Corpus, Source, read_corpus
from ingest.fetch.download import Downloader
from ingest.fetch.fetch import FetchResult, fetch
from ingest.fetch.judging import main_text
from ingest.fetch.originals import Originals

LONG = "".join(f"In trial {number} alphamab slowed the growth of some tumors. " for number in range(40))
PRINTED = pdf(column(72, 700, "Alphamab slows the growth of some tumors."))
pytestmark = pytest.mark.server


def page(text: str) -> str:
    paragraphs = "".join(f"<p>{text[i : i + 540]}</p>" for i in range(0, len(text), 540))
    return f"<html><head><title>T</title></head><body><article><h1>Alphamab</h1>{paragraphs}</article></body></html>"


def once(site: Site, folder: Path, force: bool = False, path: str | None = "/a") -> FetchResult:
    source = Source("a", folder / "a.md", url=site.url(path) if path else None)
    downloader = Downloader("ibid/0", max_bytes=100_000, pause=0, allow_http=True, allow_loopback=True)
    (outcome,) = fetch(Corpus(folder, (source,), ()), [source], folder / "new", downloader, force)
    return outcome


def test_a_page_is_fetched_and_then_unchanged(site: Site, tmp_path: Path) -> None:
    site.put("/a", LONG, ETag='"1"')
    assert once(site, tmp_path) == FetchResult("a", "fetched")
    assert (tmp_path / "new" / "a.txt").read_text() == LONG
    assert read_corpus(tmp_path / "new").sources[0].id == "a"
    site.put("/a", status=304)
    assert once(site, tmp_path) == FetchResult("a", "unchanged")
    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    assert (tmp_path / "new" / "a.txt").read_text() == LONG


def test_the_same_page_sent_again_is_unchanged(site: Site, tmp_path: Path) -> None:
    site.put("/a", LONG)
    once(site, tmp_path)
    site.put("/a", LONG, ETag='"2"')
    assert once(site, tmp_path).status == "unchanged"
    validators = Originals.open(tmp_path / "new").validators("a")
    assert validators and validators.etag == '"2"'


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("text/html; charset=utf-8", "a.html"),
        ("application/xhtml+xml", "a.html"),
        ("TEXT/PLAIN", "a.txt"),
        ("text/markdown", "a.md"),
        ("application/pdf", "a.pdf"),
    ],
)
def test_the_kind_of_file_is_what_the_server_says(site: Site, tmp_path: Path, media_type: str, name: str) -> None:
    site.put("/a", PRINTED if name == "a.pdf" else page(LONG), Content_Type=media_type)
    once(site, tmp_path).reason  # noqa: B018
    assert (tmp_path / "new" / name).exists()


@pytest.mark.parametrize(
    ("media_type", "words"),
    [
        ("image/png", "it is image/png; can take text/html, "),
        ("", "it is of no stated kind"),
        ("application/pdf", "is called a PDF and is none"),
    ],
)
def test_other_kinds_are_held_back(site: Site, tmp_path: Path, media_type: str, words: str) -> None:
    site.put("/a", LONG, Content_Type=media_type)
    outcome = once(site, tmp_path, force=True)
    assert outcome.status == "held back"
    assert words in (outcome.reason or "")
    assert not (tmp_path / "new").exists()


def test_plain_text_is_kept_as_utf8(site: Site, tmp_path: Path) -> None:
    site.put("/a", f"Café. {LONG}".encode("latin-1"), Content_Type="text/plain; charset=iso-8859-1")
    once(site, tmp_path)
    assert (tmp_path / "new" / "a.txt").read_bytes().startswith("Café. ".encode())


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_a_page_that_shrank_is_held_back_and_can_be_forced(site: Site, tmp_path: Path, kind: str) -> None:
    half = len(LONG) // 2 - 100
    shown = page if kind == "text/html" else str
    site.put("/a", shown(LONG), ETag='"1"', Content_Type=kind)
    once(site, tmp_path)
    (file,) = (tmp_path / "new").glob("a.*")
    before = file.read_bytes()
    site.put("/a", shown(LONG[:half]), ETag='"2"', Content_Type=kind)
    for _ in range(2):
        outcome = once(site, tmp_path)
        assert outcome.status == "held back"
        assert "its text shrank from 2" in (outcome.reason or "")
        assert (outcome.reason or "").endswith("take it with --force")
        assert file.read_bytes() == before
        assert site.asked[-1][1]["If-None-Match"] == '"1"'
    assert once(site, tmp_path, force=True).status == "fetched"
    assert file.read_bytes() != before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We value your privacy. We and our 812 partners use cookies. Accept all or reject.", "a consent wall"),
        ("Please sign in to go on reading. Forgot your password?", "a login page"),
        ("Sorry, the page could not be found.", "an error page"),
        ("Checking your browser before you go on. Enable JavaScript.", "a check for robots"),
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_a_block_page_is_held_back(site: Site, tmp_path: Path, text: str, name: str, kind: str) -> None:
    site.put("/a", LONG)
    once(site, tmp_path)
    site.put("/a", page(text) if kind == "text/html" else text, Content_Type=kind)
    outcome = once(site, tmp_path)
    assert (outcome.status, outcome.is_trouble) == ("held back", True)
    assert f"it looks like {name}; " in (outcome.reason or "")
    assert (tmp_path / "new" / "a.txt").read_text() == LONG


def test_an_article_that_mentions_cookies_is_no_block_page(site: Site, tmp_path: Path) -> None:
    site.put("/a", page(LONG + "Sign in to see cookies."), Content_Type="text/html")
    assert once(site, tmp_path).status == "fetched"


@pytest.mark.parametrize("body", ["", "<html><head><script>var a = 'Text.'</script></head><body></body></html>"])
def test_a_page_without_text_is_held_back(site: Site, tmp_path: Path, body: str) -> None:
    site.put("/a", body, Content_Type="text/html")
    assert "it holds no text" in (once(site, tmp_path).reason or "")


@pytest.mark.parametrize("status", [201, 204, 206, 403, 404, 410, 500, 503])
def test_an_answer_that_is_an_error_is_never_taken(site: Site, tmp_path: Path, status: int) -> None:
    site.put("/a", LONG)
    once(site, tmp_path)
    site.put("/a", b"" if status == 204 else page(LONG * 2), status=status, Content_Type="text/html")
    for force in (False, True):
        outcome = once(site, tmp_path, force)
        assert outcome == FetchResult("a", "held back", outcome.reason)
        assert f"answered {status}; check the url" in (outcome.reason or "")
    assert (tmp_path / "new" / "a.txt").read_text() == LONG


def test_what_cannot_be_downloaded_leaves_the_old_file(site: Site, tmp_path: Path) -> None:
    site.put("/a", LONG)
    once(site, tmp_path)
    site.put("/a", b"x" * 100_001)
    outcome = once(site, tmp_path)
    assert outcome.status == "failed"
    assert "larger than 0.1 MB" in (outcome.reason or "")
    assert (tmp_path / "new" / "a.txt").read_text() == LONG
    site.put("/robots.txt", "User-agent: *\nDisallow: /")
    assert "robots.txt" in (once(site, tmp_path).reason or "")
    assert (tmp_path / "new" / "a.txt").read_text() == LONG


def test_a_source_without_url_is_told_so(site: Site, tmp_path: Path) -> None:
    outcome = once(site, tmp_path, path=None)
    assert (outcome.status, outcome.is_trouble) == ("skipped", False)
    assert "no url" in (outcome.reason or "")
    assert site.asked == []


@pytest.mark.parametrize("html", ["<![x[ text", "<p>Text.<script>", "\0<p>\ufffd", "<" * 1000, "&#xfffffff;"])
def test_any_markup_can_be_judged(html: str) -> None:
    assert isinstance(main_text(html.encode(), ".html"), str)
    assert main_text(PRINTED, ".pdf") is None


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("text/plain", random.Random(1).randbytes(20_000)),
        ("text/html", random.Random(2).randbytes(20_000)),
        ("text/html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40),
        ("text/markdown", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)) * 40),
        ("application/pdf", PRINTED[: len(PRINTED) // 2]),
        ("application/pdf", b"%PDF-1.7"),
        ("application/pdf", b"%PDF-1.7" + random.Random(3).randbytes(20_000)),
    ],
)
def test_what_is_not_of_its_kind_takes_no_good_copys_place(
    site: Site, tmp_path: Path, media_type: str, content: bytes
) -> None:
    good = PRINTED if media_type == "application/pdf" else page(LONG)
    site.put("/a", good, Content_Type=media_type)
    assert once(site, tmp_path).status == "fetched"
    before = Originals.open(tmp_path / "new").path("a")
    site.put("/a", content, Content_Type=media_type)
    assert once(site, tmp_path).status == "held back"
    site.put("/a", good, Content_Type=media_type)
    assert once(site, tmp_path).status == "unchanged"
    assert before and before.exists()


def test_the_time_limit_holds_for_judging_a_page(site: Site, tmp_path: Path) -> None:
    # To find the text among so many elements takes half a minute.
    site.put("/a", "<p>Some words of it.</p>" * 300_000, Content_Type="text/html")
    source = Source("a", tmp_path / "a.md", url=site.url("/a"))
    downloader = Downloader("ibid/0", max_seconds=3, pause=0, allow_http=True, allow_loopback=True)
    (outcome,) = fetch(Corpus(tmp_path, (source,), ()), [source], tmp_path / "new", downloader)
    assert outcome.status == "held back" and "--max-seconds" in (outcome.reason or "")


def test_of_a_robots_txt_without_end_the_beginning_is_heeded(site: Site, tmp_path: Path) -> None:
    rules = "User-agent: *\nDisallow: /a\n" + "Disallow: /%7Eb*c\n" * 1_000_000
    site.put("/robots.txt", rules)
    site.put("/a", page(LONG), Content_Type="text/html")
    source = Source("a", tmp_path / "a.md", url=site.url("/a"))
    downloader = Downloader("ibid/0", pause=0, allow_http=True, allow_loopback=True)
    read: list[int] = []
    real = RobotFileParser.parse
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RobotFileParser, "parse", lambda self, lines: (read.append(len(lines)), real(self, lines))[1])
        (outcome,) = fetch(Corpus(tmp_path, (source,), ()), [source], tmp_path / "new", downloader)
    assert "robots.txt" in (outcome.reason or "") and read[0] < 40_000

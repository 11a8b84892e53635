"""`ibid fetch`: one line a source, and an exit code that says whether somebody has to look."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
from conftest import Ibid, Site

import ingest.fetch.download
from ibid import __version__

LONG = "# Alphamab\n\n" + "Alphamab slows the growth of some tumors for a while.\n\n" * 30


@pytest.fixture
def corpus(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three sources: one that is there, one that is not, one without a url."""
    near = functools.partial(ingest.fetch.download.Downloader, allow_loopback=True, pause=0.0)
    monkeypatch.setattr(ingest.fetch.download, "Downloader", near)
    site.put("/a", LONG, Content_Type="text/markdown", ETag='"1"')
    manifest = "".join(
        f'[[source]]\nid = "{name}"\nfile = "{name}.md"\nlicense = "digest"\n{url}'
        for name, url in (("a", f'url = "{site.url("/a")}"\n'), ("b", f'url = "{site.url("/b")}"\n'), ("c", ""))
    )
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "sources.toml").write_text(manifest)
    for name in "abc":
        (folder / f"{name}.md").write_text("# T\n\nText.\n")
    return folder


@pytest.mark.server
def test_each_source_has_a_line_and_trouble_an_exit_code(ibid: Ibid, site: Site, corpus: Path) -> None:
    ran = ibid("fetch", "--corpus", corpus, "--allow-http")
    assert ran.code == 1
    assert ran.err == ""
    assert ran.out.splitlines() == [
        "a  fetched",
        "b  held back: the server answered 404; check the url, or try again later",
        'c  skipped: the manifest gives it no url; add url = "https://…"',
    ]
    assert site.asked[0][1]["User-Agent"].startswith(f"ibid/{__version__} (+")
    assert (corpus / "originals" / "a.md").read_text() == LONG


@pytest.mark.server
def test_one_source_and_json(ibid: Ibid, site: Site, corpus: Path, tmp_path: Path) -> None:
    arguments = ("fetch", "a", "a", "--corpus", corpus, "--to", tmp_path / "to", "--allow-http", "--json")
    ran = ibid(*arguments)
    assert ran.code == 0
    assert json.loads(ran.out) == [{"id": "a", "status": "fetched", "reason": None}]
    assert site.paths == ["/robots.txt", "/a"]
    assert (tmp_path / "to" / "a.md").exists()
    assert not (corpus / "originals").exists()
    site.put("/a", status=304)
    assert json.loads(ibid(*arguments).out)[0]["status"] == "unchanged"


@pytest.mark.server
@pytest.mark.model
def test_what_was_fetched_can_be_indexed(ibid: Ibid, corpus: Path, tmp_path: Path) -> None:
    ibid("fetch", "a", "--corpus", corpus, "--allow-http")
    places = ("--corpus", corpus / "originals", "--index", tmp_path / "index")
    assert ibid("index", *places).code == 0
    (source,) = json.loads(ibid("sources", "--index", tmp_path / "index", "--json").out)
    assert (source["id"], source["license"], source["title"]) == ("a", None, "Alphamab")


@pytest.mark.server
def test_limits_can_be_given(ibid: Ibid, corpus: Path) -> None:
    ran = ibid("fetch", "a", "--corpus", corpus, "--allow-http", "--max-mb", "0.001")
    assert (ran.code, ran.out) == (1, "a  failed: it is larger than 0.001 MB; raise --max-mb if that is right\n")


def test_http_is_refused_and_said_so(ibid: Ibid, site: Site, corpus: Path) -> None:
    ran = ibid("fetch", "a", "--corpus", corpus)
    assert (ran.code, ran.out) == (1, f"a  failed: {site.url('/a')} is not https; give its https address\n")


def test_an_unknown_id_is_wrong_usage(ibid: Ibid, site: Site, corpus: Path) -> None:
    ran = ibid("fetch", "a", "nobody", "--corpus", corpus)
    assert ran.code == 2
    assert "there is no source 'nobody'; there are a, b, c" in ran.complaint
    assert site.asked == []


def test_the_corpus_itself_is_not_written_to(ibid: Ibid, site: Site, corpus: Path) -> None:
    ran = ibid("fetch", "--corpus", corpus, "--to", corpus, "--allow-http")
    assert ran.code == 1
    assert "was not written by ibid fetch; name another folder" in ran.complaint
    assert site.asked == []
    assert (corpus / "a.md").read_text() == "# T\n\nText.\n"

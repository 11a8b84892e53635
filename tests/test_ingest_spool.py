"""What was read waits on the disk, as it was, and leaves nothing behind."""

from __future__ import annotations

import tracemalloc
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import pytest
from fakes import BagEncoder, page
from hypothesis import given
from hypothesis import strategies as st

from ingest import Document, FileCatalog, Source, build, cut_passages, load
from ingest.documents.passages import Passage
from ingest.index.spool import Spool

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
PASSAGES = st.builds(
    Passage, TEXT, TEXT, TEXT, TEXT, TEXT, st.lists(TEXT, max_size=2).map(tuple), st.integers(0), st.integers(0), TEXT
)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "d.md"
    path.write_text(page(1) + "\nUp to 5 mg/m²:\n\n- once\n- “twice”\n\n## References\n\n1. A. One. 2020.\n")
    return load(Source("d", path))


@given(st.lists(PASSAGES, max_size=8), st.integers(0, 8))
def test_what_is_added_comes_back_for_each_who_goes_through_it(passages: list[Passage], ahead: int) -> None:
    with Spool(Path(gettempdir())) as spool:
        for passage in passages[:ahead]:
            spool.passages.add(passage)
        assert list(spool.passages) == passages[:ahead]
        for passage in passages[ahead:]:
            spool.passages.add(passage)
        assert list(zip(spool.passages, spool.passages, strict=True)) == list(zip(passages, passages, strict=True))
        assert len(spool.passages) == len(passages)


def test_documents_come_back_with_all_that_is_known_of_them(document: Document, tmp_path: Path) -> None:
    cut = list(cut_passages(document))
    with Spool(tmp_path / "not" / "there") as spool:
        spool.add(document, cut)
        spool.add(document, [])
        assert (list(spool.documents), list(spool.passages)) == ([document] * 2, cut)
        assert not (tmp_path / "not").exists() and [path.name for path in tmp_path.iterdir()] == ["d.md"]


class Many:
    """Documents that are made when they are asked for."""

    def __init__(self, folder: Path, count: int) -> None:
        self._path = folder / "page.md"
        self._path.write_text("".join(f"# Part {n}\n\n{'The dose is 5 mg. ' * 30}\n\n" for n in range(8)))
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Source]:
        return (Source(f"d{number}", self._path) for number in range(self._count))

    def __contains__(self, _: object) -> bool:
        return False


def test_memory_hardly_grows_with_the_corpus(tmp_path: Path) -> None:
    found = []
    build(
        FileCatalog(tmp_path / "first"), Many(tmp_path, 2), [], BagEncoder()
    )  # loads what is loaded when it is first used
    for count in (20, 100):
        encoder = BagEncoder()
        encoder.seen = deque(maxlen=0)
        tracemalloc.start()
        built = build(FileCatalog(tmp_path / str(count)), Many(tmp_path, count), [], encoder)
        found.append((tracemalloc.get_traced_memory()[1], built.passages))
        tracemalloc.stop()
    (few, some), (many, more) = found
    # A passage is of 540 characters here: what stays is the number of its row, and what is known of its document.
    assert (many - few) / (more - some) < 300

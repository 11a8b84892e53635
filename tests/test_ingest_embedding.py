"""What a build embeds is embedded in windows, once, and kept when the build is broken off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import BagEncoder, page

from ingest import FileCatalog, Generation, Step, Vectors, examine, preview, update

DOCUMENTS = 300
PASSAGES = 2 * DOCUMENTS
_TWO_WINDOWS = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from ingest import FileCatalog, update
    from fakes import BagEncoder

    class Slow(BagEncoder):
        calls = 0

        def encode(self, texts):
            self.calls += 1
            if self.calls == 3:
                print(len(self.seen), flush=True)
                time.sleep(60)
            return super().encode(texts)

    update(FileCatalog(Path(sys.argv[1])), Path(sys.argv[2]), Slow())
    """
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(DOCUMENTS):
        (folder / f"d{number:03d}.md").write_text(page(number))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


class Interrupted(BagEncoder):
    """Ctrl-C comes after so many windows."""

    def __init__(self, windows: int) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.windows = windows

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(self.sizes) == self.windows:
            raise KeyboardInterrupt
        self.sizes.append(len(texts))
        return super().encode(texts)


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_a_build_that_is_broken_off_is_gone_on_with(corpus: Path, index: Path, name: str) -> None:
    if not hasattr(signal, name):
        pytest.skip(f"there is no {name} here")
    here = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parent.parent)])
    with subprocess.Popen(
        [sys.executable, "-c", _TWO_WINDOWS, str(index), str(corpus)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": here},
    ) as builder:
        assert builder.stdout
        embedded = int(builder.stdout.readline())
        builder.send_signal(getattr(signal, name))
        assert builder.wait() != 0
    assert 0 < embedded < PASSAGES
    assert preview(FileCatalog(index), corpus, BagEncoder()).built.plan.embedded == PASSAGES - embedded
    encoder = BagEncoder()
    built = update(FileCatalog(index), corpus, encoder).built
    assert len(encoder.seen) == built.embedded == PASSAGES - embedded
    assert examine(index) == [] and {path.name for path in index.iterdir()} == {
        *("CURRENT", "generations", "segments", ".lock")
    }
    generation = Generation.open(index)
    for row, passage in zip(generation.rows(), generation.passages(generation.rows()), strict=True):
        assert generation.vectors.of([row])[0] == pytest.approx(BagEncoder().encode([passage.embedded_text])[0])


def test_what_another_encoder_made_before_it_was_broken_off_is_not_used(corpus: Path, index: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        update(FileCatalog(index), corpus, Interrupted(1))
    other = BagEncoder("other")
    assert update(FileCatalog(index), corpus, other).built.embedded == len(other.seen) == PASSAGES


def test_no_more_than_a_window_is_embedded_at_once_and_while_documents_are_still_read(
    corpus: Path, index: Path
) -> None:
    encoder, steps = Interrupted(windows=-1), list[Step]()
    update(FileCatalog(index), corpus, encoder, steps.append)
    assert sum(encoder.sizes) == PASSAGES and max(encoder.sizes) < PASSAGES / 2
    assert 0 < steps[0].read < DOCUMENTS == steps[0].documents
    assert (steps[-1].read, steps[-1].embedded, steps[-1].found) == (DOCUMENTS, PASSAGES, PASSAGES)
    assert all(step.expected == PASSAGES for step in steps)


def test_what_two_documents_say_is_embedded_once(corpus: Path, index: Path) -> None:
    (corpus / "again.md").write_text(page(7))
    encoder = BagEncoder()
    built = update(FileCatalog(index), corpus, encoder).built
    assert built.passages == PASSAGES + 2
    assert built.embedded == len(encoder.seen) == len(set(encoder.seen)) == PASSAGES


@pytest.mark.parametrize("content", [b"", b"rubbish " * 100])
def test_what_is_left_of_a_build_and_cannot_be_read_is_no_hindrance(corpus: Path, index: Path, content: bytes) -> None:
    index.mkdir()
    (index / "embedded.db").write_bytes(content)
    assert preview(FileCatalog(index), corpus, BagEncoder()).built.plan.embedded == PASSAGES
    assert (index / "embedded.db").read_bytes() == content
    assert update(FileCatalog(index), corpus, BagEncoder()).built.published
    assert not (index / "embedded.db").exists()

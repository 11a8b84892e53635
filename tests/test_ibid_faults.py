"""Files that are altered under a running server: it goes on or says what is wrong, and indexing anew mends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from live import SlowEncoder, live, problem

from ingest import FileCatalog, update

pytestmark = pytest.mark.server


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    with path.open("r+b") as file:
        file.write(content)


def kind(path: Path) -> str:
    return path.suffix if len(path.stem) > 20 else path.name


@pytest.mark.parametrize("alter", [Path.unlink, cut, flip])
def test_a_server_outlives_what_happens_to_its_files_and_is_mended_by_indexing(
    tmp_path: Path, alter: Callable[[Path], None]
) -> None:
    with live(tmp_path) as server:
        index, seen = server.places.index, set[str]()
        asked = 0

        def ask() -> int:
            nonlocal asked
            asked += 1
            # What was asked before is remembered, and read from no file.
            response = server.ask(f"What are the drawbacks of verdolin {'at all ' * asked}?")
            if response.status_code != 200:
                problem(response, 503, "no_index")
            else:
                assert "weak stems" in response.json()["text"]
            return response.status_code

        while True:
            current = FileCatalog(index).open()
            (segment,) = (index / "segments" / held["name"] for held in current.manifest["segments"])
            folders = (index / "generations" / current.name, segment)
            files = [index / "CURRENT", *(p for f in folders for p in sorted(f.rglob("*")) if p.is_file())]
            left = [path for path in files if kind(path) not in seen and path.name != ".tantivy-meta.lock"]
            if not left:
                break
            assert ask() == 200 and server.client.get("/readyz").status_code == 200
            seen.add(kind(left[0]))
            alter(left[0])
            status, health, ready = ask(), server.client.get("/healthz"), server.client.get("/readyz")
            assert health.status_code == 200
            if status == 503:
                assert "altered" in health.json()["detail"] and ready.status_code == 503, left[0]
                assert str(tmp_path) not in health.text
            update(FileCatalog(index), server.places.corpus, SlowEncoder())
            assert ask() == 200 and server.client.get("/readyz").json()["detail"] is None, left[0]
        assert {"CURRENT", "manifest.json", "store.db", "vectors.f32", "segment.json", ".term", ".idx"} <= seen

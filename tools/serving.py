"""A running `ibid serve`, for tests, measurements and screenshots."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ibid.opening import index
from ibid.places import Places, bundled_corpus

REVISED = "acs-gi-net-targeted-drugs"


@contextmanager
def serving(*arguments: str | Path) -> Iterator[str]:
    """The address, with a slash at its end, of `ibid serve` with `arguments` and any free port."""
    command = [sys.executable, "-m", "ibid", "serve", "--port", "0", "--drain", "0", *map(str, arguments)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    reader = None
    try:
        told: list[str] = []
        for line in server.stderr:
            told.append(line)
            if "Answering at " in line:
                break
        else:
            raise RuntimeError("".join(told))
        # What it logs has to be read, or it would come to wait for that.
        reader = threading.Thread(target=server.stderr.read)
        reader.start()
        yield line.split("Answering at ")[1].split(";")[0] + "/"
    finally:
        server.terminate()
        if reader:
            reader.join()
        server.communicate()


def index_twice(folder: Path) -> Path:
    """An index in `folder` with two generations of the bundled corpus, of which the first is older by a few words."""
    older = folder / "older"
    older.mkdir(parents=True)
    for file in bundled_corpus().iterdir():
        text = file.read_text(encoding="utf-8")
        if file.stem == REVISED:
            text = text.replace("2 to 4 times a day", "2 or 3 times a day").replace("by injection under the skin ", "")
        (older / file.name).write_text(text, encoding="utf-8")
    for corpus in (older, bundled_corpus()):
        index(Places.of(corpus, folder / "index"), suggests=True)
    return folder / "index"

"""Readers while generations are published: `python bench/readers.py [SECONDS]` (30 if not given).

Eight threads open the published generation and read all of it, over and over, while new ones are published in a loop;
every reader must find one version of every document.  Writes bench/results/readers.json.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.update import HashEncoder
from ingest import Catalog, FileCatalog, Generation, IngestError, update

READERS = 8
DOCUMENTS = 20


def main() -> None:
    """Publish and read at once for a while; count reads, publications, errors and mixed answers."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    counts = {"seconds": seconds, "readers": READERS, "reads": 0, "published": 0, "errors": 0, "mixed": 0}
    lock = threading.Lock()
    with tempfile.TemporaryDirectory() as folder:
        index, corpus = Path(folder) / "index", Path(folder) / "corpus"
        corpus.mkdir()
        write_version(corpus, 0)
        update(FileCatalog(index), corpus, HashEncoder())
        stop = time.monotonic() + seconds

        def read() -> None:
            while time.monotonic() < stop:
                outcome = read_version(FileCatalog(index))
                with lock:
                    counts[outcome] += 1

        threads = [threading.Thread(target=read) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        while time.monotonic() < stop:
            counts["published"] += 1
            write_version(corpus, counts["published"])
            update(FileCatalog(index), corpus, HashEncoder())
        for thread in threads:
            thread.join()
    target = Path(__file__).parent / "results" / "readers.json"
    target.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


def write_version(corpus: Path, version: int) -> None:
    """Write documents that have one version."""
    for number in range(DOCUMENTS):
        (corpus / f"d{number:02d}.md").write_text(f"# T{number}\n\nThe version is {version}.\n", encoding="utf-8")


def read_version(catalog: Catalog) -> str:
    """Read all of the published generation: `reads` where it is of one version, else `mixed`, or `errors`."""
    try:
        return "reads" if version_of(catalog.open()) else "mixed"
    except IngestError:
        return "errors"


def version_of(generation: Generation) -> str | None:
    """The one version that all texts have, and all passages that are found; None where there are several."""
    texts = {generation.document(name).text.rsplit(" ", 1)[1] for name in generation.document_ids()}
    found = generation.passages([row for row, _ in generation.lexical.search([["version"]], DOCUMENTS)[0]])
    passages = {passage.text.rsplit(" ", 1)[1] for passage in found}
    return texts.pop() if passages == texts and len(texts) == 1 and len(found) == DOCUMENTS else None


if __name__ == "__main__":
    main()

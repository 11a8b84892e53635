"""What reading in a process of its own costs honest files: `python bench/bounds.py [DATA] [ROUNDS]`.

The bundled documents, 1,000 small Markdown files, and the documents of DATA (a BEIR folder) if it is given are indexed
with an encoder that counts words, in this process and within limits, in turn, ROUNDS times (3 if not given).  Medians
of the seconds of the processor of both processes together.  Writes bench/results/bounds.json.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.machine import machine
from bench.update import HashEncoder, write_corpus
from ingest import FileCatalog, Loader, update

_BUNDLED = Path(__file__).parent.parent / "corpus"
_SMALL, _MOST = 1_000, 729


def processor() -> float:
    """Seconds of the processor that this process has taken, and those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(corpus: Path, loader: Loader | None) -> float:
    """Seconds of the processor to index the folder anew."""
    with tempfile.TemporaryDirectory() as index:
        began = processor()
        built = update(FileCatalog(Path(index)), corpus, HashEncoder(), loader=loader).built
        assert not built.plan.left_out
        return processor() - began


def main() -> None:
    """Measure, and write the result."""
    data = [Path(given) for given in sys.argv[1:2]]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    load_average = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        small.mkdir()
        for number in range(_SMALL):
            (small / f"d{number}.md").write_text(
                f"# Page {number}\n\nIt is of topic{number}.\n\n## Dose\n\n5 mg a day.\n"
            )
        corpora = {"bundled": _BUNDLED, "small": small}
        for given in data:
            corpora[given.name] = Path(folder) / "data"
            corpora[given.name].mkdir()
            write_corpus(given, corpora[given.name], _MOST)
        told: dict[str, Any] = {}
        for name, corpus in corpora.items():
            measure(corpus, None)  # what is imported once is not counted
            times = [(measure(corpus, None), measure(corpus, Loader())) for _ in range(rounds)]
            told[name] = {
                "here": round(statistics.median(here for here, _ in times), 2),
                "within_limits": round(statistics.median(apart for _, apart in times), 2),
                "by": round(statistics.median(apart / here for here, apart in times), 2),
            }
    result = {**machine(("lxml",)), "load_average": round(load_average, 1), "rounds": rounds, "processor_seconds": told}
    target = Path(__file__).parent / "results" / "bounds.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

"""Measure a reader on the held-out parts of the public data, and write the figures; see answer/reader/READER.md."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, print a table, write the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", help="a transformers model to measure in place of the one in answer/reader/")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data", help="the public data")
    parser.add_argument("--out", type=Path, default=ROOT / "answer/reader/reader-figures.json")
    parser.add_argument("--only", default="squad,support,cancergov,scifact", help="which tests, with commas between")
    parser.add_argument("--most", type=int, default=1000, help="how many of CancerGov's questions at most")
    given = parser.parse_args()

    from answer import Reader, export_reader
    from eval.public.figures import SetResult, table
    from ingest import SentenceEncoder
    from train import measure

    # What was opened stays open when the folder is gone.
    with tempfile.TemporaryDirectory() as folder:
        if given.reader is None:
            export_reader(Path(folder))
        reader = Reader.open(Path(folder), given.reader)
        reader.load()
    encoder = SentenceEncoder.open()
    began = time.monotonic()

    def step(done: int) -> None:
        if done % 200 == 0:
            _say(f"{done} after {time.monotonic() - began:.0f} s")

    rows = []
    for test in given.only.split(","):
        if test == "squad":
            rows += measure.squad_rows(reader, encoder, given.data, step)
        elif test == "support":
            rows += measure.support_rows(reader, given.data)
        elif test == "cancergov":
            rows += measure.cancergov_rows(reader, encoder, given.data, given.most, step)
        elif test == "scifact":
            rows += measure.scifact_rows(reader, encoder, given.data, step)
        given.out.write_text(
            json.dumps({"reader": reader.fingerprint, "rows": [asdict(r) for r in rows]}, indent=1) + "\n",
            encoding="utf-8",
        )
    _say(table([SetResult("held out", encoder.fingerprint, tuple(rows))]))


if __name__ == "__main__":
    main()

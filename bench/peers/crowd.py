"""Sixteen clients at once: `python -m bench.peers.crowd URL PATH SECONDS QUESTIONS [again]`.

Each asks again as soon as it is answered, of one list in turn, so that no question comes twice before all have come
once; then with a number behind it.  With `again` the list is asked once before anything is counted, and then as it is.
QUESTIONS is a file of JSON.  A client stops at the first answer that is not one.  Tells how many were answered, in what
time, and how many clients were lost.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import threading
import time
from pathlib import Path

from bench.serve import Line

CLIENTS = 16
WARMING = 2.0


def main() -> None:
    """Ask, for a little while without counting."""
    url, path, seconds, file, *how = sys.argv[1:]
    questions = json.loads(Path(file).read_text(encoding="utf-8"))
    if how:
        with Line(url) as line:
            for question in questions:
                line.post(path, json.dumps({"question": question}).encode())
    asked = itertools.count()
    began = time.monotonic() + WARMING
    took: list[float] = []

    broken: list[str] = []

    def ask() -> None:
        try:
            with Line(url) as line:
                while (started := time.monotonic()) < began + float(seconds):
                    turn, place = divmod(next(asked), len(questions))
                    question = f"{questions[place]} {turn}" if turn and not how else questions[place]
                    line.post(path, json.dumps({"question": question}).encode())
                    finished = time.monotonic()
                    if began <= finished < began + float(seconds):
                        took.append(finished - started)
        except (AssertionError, OSError) as error:
            broken.append(str(error))

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    told = {"answers_a_second": len(took) / float(seconds), "clients_lost": len(broken)}
    if len(took) > 1:
        told |= {"p50_ms": 1e3 * statistics.median(took), "p95_ms": 1e3 * statistics.quantiles(took, n=20)[-1]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()

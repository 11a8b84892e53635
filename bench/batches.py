"""Whether questions are embedded faster together: `python bench/batches.py [ROUNDS]`.

The questions of the dev part, in the export of the default encoder as the server runs it: in one thread, 1, 2, 4, 8 and
16 of them at once, in turn; then whole answers in the same process.  Processor time a question, the median of ROUNDS
(20 if not given) over all questions, which other work on the machine lengthens less than wall time.  What a server
gains at most, all of whose questions are embedded 2, 4, 8 or 16 at a time, is the time saved by the time of an answer.
Writes bench/results/batches.json.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from eval import GOLD, read_gold
from ibid.opening import index as make
from ibid.opening import open_answerer
from ibid.places import Places

BATCHES = (1, 2, 4, 8, 16)


def taken(work: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    before = time.process_time()
    work()
    return 1e3 * (time.process_time() - before)


def measure(index: Path, rounds: int) -> dict[str, object]:
    """Milliseconds a question, embedded by batches and answered, and the share of an answer that batches save."""
    answerer = open_answerer(Places.of(index=index))
    encoder = answerer.encoder
    questions = [question.alone for question in read_gold(["dev"], GOLD) if question.corpus is None]
    del questions[len(questions) // max(BATCHES) * max(BATCHES) :]

    def embed(size: int) -> None:
        for first in range(0, len(questions), size):
            encoder.encode(questions[first : first + size])

    def answer() -> None:
        for question in questions:
            answerer.ask(question)

    answer()
    runs = [{size: taken(lambda size=size: embed(size)) for size in BATCHES} for _ in range(rounds)]
    embedding = {size: statistics.median(run[size] for run in runs) / len(questions) for size in BATCHES}
    answering = statistics.median(taken(answer) for _ in range(3)) / len(questions)
    return {
        "questions": len(questions),
        "embed_ms": {size: round(value, 3) for size, value in embedding.items()},
        "answer_ms": round(answering, 3),
        "answers_a_second_gained": {
            size: round(answering / (answering - embedding[1] + embedding[size]) - 1, 3) for size in BATCHES[1:]
        },
    }


def main() -> None:
    """Measure, and write the result."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        make(Places.of(index=Path(folder)))
        told = {
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "threads": 1,
            "load_average": round(load, 1),
            "onnxruntime": metadata.version("onnxruntime"),
            "rounds": rounds,
        } | measure(Path(folder), rounds)
    target = Path(__file__).parent / "results" / "batches.json"
    target.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

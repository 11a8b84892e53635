"""How soon a process answers, and a warm one: `python bench/cold.py [ROUNDS]`.

Of the bundled documents, on an index that is ready.  Each round starts the processes one after the other: `ibid ask`,
`ibid --help`, and the floor, which is a process that imports onnxruntime and tokenizers, loads the exported encoder as
it lies in the index, and embeds the question once.  Files are in the page cache, as they are after the first time.
Wall time, processor time and greatest memory of each, as medians of ROUNDS (9 if not given).  Then, in one process, the
gold questions of the dev part: embedding one, searching for it, which embeds it as well, and answering it whole, with
the reader, in turn; then answering all of them once more, what they are answered from having been read before; then
saying once more what was said, as `ibid serve` and `ibid chat` do where the same is asked again.
Writes bench/results/cold.json.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.machine import machine

QUESTION = "What are the side effects of cabozantinib?"
FLOOR = """
import sys
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder, output, question = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
session = onnxruntime.InferenceSession(f"{folder}/network.onnx", options, providers=["CPUExecutionProvider"])
ids = np.array([Tokenizer.from_file(f"{folder}/tokenizer.json").encode(question).ids])
states = session.run([output], {"ids": ids, "mask": np.ones_like(ids)})[0][0]
vector = states.mean(axis=0)
assert (vector / np.linalg.norm(vector)).shape == (states.shape[1],)
"""
PACKAGES = ("faiss-cpu", "numpy", "onnxruntime", "pydantic", "rich", "tantivy", "tokenizers", "typer")


def started(arguments: list[str]) -> dict[str, float]:
    """Seconds, processor seconds and MiB of a process of this Python.

    Its memory is never less than that of the process that starts it, which is why nothing heavy is loaded here before.
    """
    before = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} failed")
    memory = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {"seconds": seconds, "processor_seconds": usage.ru_utime + usage.ru_stime, "memory_mib": memory}


def cold(index: str, rounds: int) -> dict[str, dict[str, float]]:
    """The medians of each process, and of `ibid ask` by the floor of its round."""
    exports = {path.parent: json.loads(path.read_text()) for path in Path(index).glob("exports/*/export.json")}
    # The encoder's; the reader's has no layers of its own.
    ((encoder, layers),) = [(folder, facts["layers"]) for folder, facts in exports.items() if "layers" in facts]
    commands = {
        "ask": ["-m", "ibid", "ask", "--index", index, QUESTION],
        "help": ["-m", "ibid", "--help"],
        "floor": ["-c", FLOOR, str(encoder), f"layer_{layers}", QUESTION],
    }
    runs = [{name: started(command) for name, command in commands.items()} for _ in range(rounds + 1)][1:]
    medians = {
        name: {what: round(statistics.median(run[name][what] for run in runs), 3) for what in runs[0][name]}
        for name in commands
    }
    ratios = {
        what: round(statistics.median(run["ask"][what] / run["floor"][what] for run in runs), 3)
        for what in runs[0]["ask"]
    }
    return medians | {"ask_by_floor": ratios}


def warm(index: str) -> dict[str, float]:
    """Milliseconds of embedding a question, searching for it and answering it; medians, and the 95th percentile."""
    from answer import Answerer
    from eval import GOLD, read_gold
    from ibid.opening import open_answerer
    from ibid.places import Places
    from ingest import ExportedEncoder
    from retriever import Retriever, Terms

    opened = open_answerer(Places.of(index=Path(index)))
    answerer = Answerer(opened.generation, opened.encoder, opened.reader, opened.resolver)
    # One that keeps nothing of a question for a reader.
    encoder = ExportedEncoder.open(Path(index), opened.encoder.name, opened.encoder.fingerprint)
    encoder.load()
    retriever = Retriever(answerer.generation, encoder, Terms(answerer.generation, encoder))
    questions = [question.alone for question in read_gold(["dev"], GOLD) if question.corpus is None]
    times: dict[str, list[float]] = {"embed": [], "search": [], "answer": [], "answer_again": [], "say_again": []}

    def timed(name: str, work: Callable[[], object]) -> None:
        before = time.perf_counter()
        work()
        times[name].append((time.perf_counter() - before) * 1e3)

    for question in questions:
        wanted = answerer.terms.names.expand(question)
        timed("embed", lambda text=wanted: encoder.encode([text]))
        timed("search", lambda text=question: retriever.search(text, 12))
        timed("answer", lambda text=question: answerer.ask(text))
    for question in questions:
        timed("answer_again", lambda text=question: answerer.ask(text))
    for question in questions:
        opened.ask(question)
    for question in questions:
        timed("say_again", lambda text=question: opened.ask(text))
    ratio = statistics.median(s / e for s, e in zip(times["search"], times["embed"], strict=True))
    return {
        "questions": len(questions),
        **{f"{name}_ms": round(statistics.median(values), 3) for name, values in times.items()},
        **{f"{name}_p95_ms": round(statistics.quantiles(values, n=20)[-1], 3) for name, values in times.items()},
        "search_by_embed": round(ratio, 3),
    }


def main() -> None:
    """Measure, and write the result."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        started(["-m", "ibid", "index", "--index", folder])
        result = {
            **machine(PACKAGES),
            "threads": 1,
            "load_average": round(load, 1),
            "rounds": rounds,
            "cold": cold(folder, rounds),
            "warm": warm(folder),
        }
    target = Path(__file__).parent / "results" / "cold.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

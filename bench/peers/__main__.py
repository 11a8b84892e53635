"""ibid beside what else is used for the same: `python -m bench.peers [ROUNDS] [--only NAME,…] [--served]`.

Each peer in an environment of its own (`environments`), with the same encoder and the same passages (`prepare`), in an
index that is ready on the disk, as its own documentation has it done (`systems`); and the floor: the encoder in
onnxruntime, a product of matrices, and reading the bytes.  In each of ROUNDS (5 if not given) every system is a process
of its own, one after the other, and another one first each time:

    cold        from its start to the passages for one question, and its greatest memory until then; of `ibid ask`, the
                whole answer, and of `ibid search`, until they end
    warm        the gold questions of the dev part, each once
    embedding   passages of DATA, as they are embedded when they are indexed
    growth      questions to made-up passages with made-up vectors, to the most of them in the first round alone; a
                size that takes a system longer than LIMIT seconds to write, or to open and ask, is left out

Then `ibid serve`, answering what was never asked before, and what was, and searching, and one process of the peer that
is fastest when warm, searching, with 16 clients that run on the same cores.  Medians.  Writes bench/results/peers.json,
and of that peers.md and peers-*.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.cold import started
from bench.peers.crowd import CLIENTS
from bench.peers.environments import PEERS, NotMade, Peer, make, pinned
from bench.peers.process import ROOT, Stopped, Systems, crowded, processor

DATA = ROOT.parent / "shared" / "data" / "medquad_cancergov"
SIZES = (100, 1000, 10_000, 100_000)
OURS, FLOOR, ASK, SEARCH, AGAIN = "ours", "floor", "ibid ask", "ibid search", "asked again"
SHARED = ("torch", "sentence-transformers", "transformers", "tokenizers", "onnxruntime", "faiss-cpu", "numpy")
CROWD_SECONDS = 10
Found = dict[str, dict[str, list[Any]]]


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    parser.add_argument("--only", default=",".join(peer.name for peer in PEERS))
    parser.add_argument("--served", action="store_true", help="measure the servers alone, the rest as it was")
    given = parser.parse_args()
    peers = [peer for peer in PEERS if peer.name in given.only.split(",")]
    target = ROOT / "bench" / "results" / "peers.json"
    with tempfile.TemporaryDirectory() as folder:
        if given.served:
            result = json.loads(target.read_text(encoding="utf-8"))
            result["served"] = serve(Path(folder), peers, result["served"]["fastest"], given.rounds)
        else:
            result = measure(Path(folder), peers, given.rounds)
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "bench.peers.page"], check=True, cwd=ROOT)


def measure(made: Path, peers: list[Peer], rounds: int) -> dict[str, Any]:
    """All there is to tell."""
    left_out: dict[str, str] = {}
    systems = prepared(made, peers, SIZES, left_out)
    pythons = systems.pythons
    found: Found = {name: {} for name in [ASK, SEARCH, *pythons]}
    loads = []
    for turn in range(rounds):
        loads.append(round(os.getloadavg()[0], 1))
        in_turn = [*found][turn % len(found) :] + [*found][: turn % len(found)]
        for name in in_turn:
            skipping = str(SIZES[-1]) if turn else None
            told = command_line(made, name) if name in (ASK, SEARCH) else systems.ask(name, skipping)
            for what, value in told.items():
                found[name].setdefault(what, []).append(value)
    warm = {name: statistics.median(of["p50_ms"]) for name, of in found.items() if "p50_ms" in of}
    fastest = min((name for name in warm if name not in (OURS, FLOOR)), key=warm.__getitem__, default=OURS)
    labels = {peer.name: peer.label for peer in PEERS}
    distributions = {peer.name: pinned(peer.packages) for peer in peers}
    return {
        "machine": platform.machine(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": 2,
        "python": platform.python_version(),
        "load_average": loads,
        "rounds": rounds,
        "precision": next(iter(json.loads((made / "precision.json").read_text(encoding="utf-8")).values())),
        "labels": {FLOOR: "floor", OURS: "ibid, from Python", ASK: ASK, SEARCH: SEARCH} | labels,
        "versions": {name: systems.versions(name, [*distributions.get(name, ()), *SHARED]) for name in pythons},
        "left_out": left_out,
        "systems": {name: summary(of, found[ASK]) for name, of in found.items()},
        "served": crowds(systems, fastest, rounds),
    }


def serve(made: Path, peers: list[Peer], fastest: str, rounds: int) -> dict[str, Any]:
    """What the servers tell, and no other."""
    return crowds(prepared(made, [peer for peer in peers if peer.name == fastest], (), {}), fastest, rounds)


def prepared(made: Path, peers: list[Peer], sizes: Sequence[int], left_out: dict[str, str]) -> Systems:
    """All systems with their indexes, of the corpus and of made-up passages of these sizes; what cannot be, is told."""
    pythons = {FLOOR: Path(sys.executable), OURS: Path(sys.executable)}
    for peer in peers:
        try:
            pythons[peer.name] = make(peer.packages)
        except NotMade as error:
            left_out[peer.name] = f"its environment could not be made: {error}"
    command = [sys.executable, "-m", "bench.peers.prepare", str(made), str(DATA), *map(str, sizes)]
    subprocess.run(command, check=True, cwd=ROOT)
    systems = Systems(made, pythons, left_out)
    for name in pythons:
        systems.build(name, ["corpus", *map(str, sizes)])
    return systems


def command_line(made: Path, name: str) -> dict[str, Any]:
    """A whole process of ibid, from its start to its end."""
    question = json.loads((made / "corpus" / "questions.json").read_text(encoding="utf-8"))[0]
    told = started(["-m", *name.split(), "--index", str(made / "corpus" / OURS), question])
    return {"cold_seconds": told["seconds"], "cold_mib": told["memory_mib"]}


def crowds(systems: Systems, fastest: str, rounds: int) -> dict[str, Any]:
    """Answers a second, and what one takes, of each server in turn, and under what."""
    ways = {
        ASK: (OURS, "/v1/answers"),
        AGAIN: (OURS, "/v1/answers", "again"),
        SEARCH: (OURS, "/v1/search"),
        fastest: (fastest, "/v1/search"),
    }
    load = round(os.getloadavg()[0], 1)
    told: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for way, (name, path, *how) in ways.items():
            with systems.served(name) as url:
                questions = systems.made / ("corpus" if how else "crowd") / "questions.json"
                told[way].append(crowded(url, path, CROWD_SECONDS, questions, *how))
    medians = {way: {what: middle([one[what] for one in many]) for what in many[0]} for way, many in told.items()}
    under = {"clients": CLIENTS, "seconds": CROWD_SECONDS, "fastest": fastest, "rounds": rounds, "load_average": load}
    return under | medians


def summary(of: dict[str, list[Any]], ask: dict[str, list[Any]]) -> dict[str, Any]:
    """Medians of all rounds; of the seconds to start, by those of `ibid ask` of the same round as well."""
    told = {what: middle(values) for what, values in of.items()}
    if len(of.get("cold_seconds", [])) == len(ask["cold_seconds"]):
        ratios = [one / other for one, other in zip(of["cold_seconds"], ask["cold_seconds"], strict=True)]
        told["cold_by_ask"] = round(statistics.median(ratios), 2)
    return told


def middle(values: list[Any]) -> Any:  # noqa: ANN401 - a number, or numbers by name
    """The median of numbers, or of those of the same name."""
    if isinstance(values[0], dict):
        names = dict.fromkeys(name for value in values for name in value)
        return {name: middle([value[name] for value in values if name in value]) for name in names}
    return round(statistics.median(values), 3)


if __name__ == "__main__":
    try:
        main()
    except Stopped as error:
        raise SystemExit(str(error)) from error

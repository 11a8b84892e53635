"""An hour of asking, publishing, killing and going back on one server: `python bench/soak.py [SECONDS]` (3600).

`ibid serve` runs over an index, with the real encoder, of a copy of the bundled corpus and of a made-up document whose
every paragraph names its version.  Meanwhile:
- three clients ask at a steady pace, a request a second each, by every door: JSON, events, OpenAI's form, search,
  sources, links, feedback, conversations, the page; requests with something wrong; streams and requests that are hung
  up on.  Of each it is known what has to come back, and anything else is an error, a 503 as well;
- five more hold connections that are slow, half open or not read;
- every 15 to 20 s a document is revised, added or removed and `ibid index` is run; some are killed at a random moment
  and run again, some are taken back by `ibid rollback`, some examined by `ibid doctor` and `ibid verify`;
- what the server holds is looked up every five seconds.
An answer that names two versions, or one that is not that of the generation it was given from, is mixed.  Conversations
are kept for a minute, so that as many are soon forgotten as begin; a question may wait for 20 s, so that a machine that
others use as well shows in the latencies, beside its load, and not in the errors.
Writes bench/results/soak.json and bench/results/soak.svg.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
import httpx

from bench.attack.clients import Slow, held_by
from bench.serve import Server, served
from bench.soaking.asking import CYCLES, Asker
from bench.soaking.figures import Sample, counts, held, latencies, memory, timeline
from bench.soaking.plot import draw
from bench.soaking.publishing import Publisher
from eval import GOLD, read_gold

RESULTS = Path(__file__).parent / "results" / "soak.json"
_PACE, _SLOW, _LOOK = 1.0, 5, 5.0
_KEEP, _PATIENCE = 60, 20


def main() -> None:
    """Soak, and write what came of it."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    with tempfile.TemporaryDirectory() as folder:
        told = soak(Path(folder), seconds)
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    draw(told, RESULTS.with_suffix(".svg"))
    shown = {what: value for what, value in told.items() if what not in ("timeline", "events")}
    sys.stdout.write(json.dumps(shown, indent=1) + "\n")


def soak(folder: Path, seconds: float) -> dict[str, Any]:
    """Let all of it happen for so long, in `folder`, and tell what was seen."""
    publisher = Publisher(folder)
    options = ["--rate", "0", "--openai-route", "--feedback", str(folder / "feedback")]
    options += ["--keep", str(_KEEP), "--patience", str(_PATIENCE)]
    load = list(os.getloadavg())
    stop = threading.Event()
    with served(publisher.places, *options) as server, ThreadPoolExecutor(len(CYCLES) + 1) as threads:
        began = time.monotonic()
        with Slow(server.url, _SLOW, 1.0) as slow:
            try:
                askers = [
                    threads.submit(asker.ask, cycle, began, _PACE, stop)
                    for asker, cycle in zip(_askers(server.url), CYCLES, strict=True)
                ]
                publishing = threads.submit(publisher.publish, server.url, began, stop)
                samples = _watch(server, began, seconds)
            finally:
                stop.set()
            replies = sorted((r for asker in askers for r in asker.result()), key=lambda reply: reply.at)
            publishing.result()
        ready = httpx.get(f"{server.url}/readyz", timeout=30).json()["status"]
    return {
        "machine": {"cores": os.cpu_count(), "load_before": load, "load_after": list(os.getloadavg())},
        "seconds": seconds,
        **counts(replies, publisher.made),
        "left_out_being_late": round(seconds / _PACE) * len(CYCLES) - len(replies),
        "slow_connections_opened": slow.opened,
        "publisher": _published(publisher),
        "ready_at_the_end": ready,
        "whole_at_the_end": publisher.examine(),
        "left_of_the_killed": publisher.left_running(),
        "latency": latencies(replies, seconds),
        "memory": memory(samples, seconds),
        "descriptors": held(samples, seconds, "descriptors"),
        "threads": held(samples, seconds, "threads"),
        "events": _by_kind(publisher.events),
        "timeline": timeline(samples, replies, seconds),
    }


def _askers(url: str) -> list[Asker]:
    questions = [question for question in read_gold(["dev"], GOLD) if not question.corpus]
    alone = [question.question for question in questions if not question.conversation]
    talks: dict[str, list[str]] = {}
    for question in questions:
        if question.conversation:
            talks.setdefault(question.conversation, []).append(question.question)
    return [Asker(url, alone, list(talks.values()), seed) for seed in range(len(CYCLES))]


def _watch(server: Server, began: float, seconds: float) -> list[Sample]:
    """What the server holds, every few seconds."""
    samples = []
    while (at := time.monotonic() - began) < seconds:
        samples.append(Sample(at, **held_by(server.process), load=round(os.getloadavg()[0], 2)))
        time.sleep(min(_LOOK, seconds - at))
    return samples


def _published(publisher: Publisher) -> dict[str, Any]:
    told = {what.replace(" ", "_"): len(at) for what, at in _by_kind(publisher.events).items()}
    return told | {"generations": len(publisher.made), "errors": len(publisher.errors), "told": publisher.errors[:20]}


def _by_kind(events: Sequence[tuple[float, str]]) -> dict[str, list[float]]:
    """When each kind of event was."""
    ordered = sorted(events, key=lambda event: (event[1], event[0]))
    return {what: [round(at, 1) for at, _ in found] for what, found in groupby(ordered, key=lambda event: event[1])}


if __name__ == "__main__":
    main()

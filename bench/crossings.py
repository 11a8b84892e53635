"""How many modules a question goes through, and how often it passes from one to another: `python -m bench.crossings`.

Of the stand-alone gold questions of the dev part every other one is asked of the bundled corpus, so that it is warm,
and of the rest is counted: the modules of the five packages in which anything runs, and the calls from a function of
one to a function of another.  Writes bench/results/crossings.json.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median
from types import FrameType

import ibid
from bench.machine import machine
from eval import GOLD, read_gold

RESULTS = Path(__file__).parent / "results" / "crossings.json"
ROOT = Path(__file__).parent.parent
PACKAGES = ("ingest", "retriever", "answer", "eval", "ibid")


class Crossings:
    """Counts the calls that are made until `stop`."""

    def __init__(self) -> None:
        """Begin to count."""
        self.modules: Counter[str] = Counter()
        self.between: Counter[tuple[str, str]] = Counter()
        sys.setprofile(self._called)

    def stop(self) -> Crossings:
        """Count no further."""
        sys.setprofile(None)
        return self

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event != "call" or module.partition(".")[0] not in PACKAGES:
            return
        self.modules[module] += 1
        caller = frame.f_back.f_globals.get("__name__", "") if frame.f_back else ""
        if caller != module and caller.partition(".")[0] in PACKAGES:
            self.between[caller, module] += 1


def main() -> None:
    """Count, print and write."""
    asked = [q.question for q in read_gold(["dev"], GOLD) if not q.corpus and not q.conversation]
    counted = []
    with tempfile.TemporaryDirectory() as folder, ibid.open(ROOT / "corpus", index=Path(folder) / "index") as library:
        for question in asked[::2]:
            library.ask(question)
        for question in asked[1::2]:
            counting = Crossings()
            try:
                library.ask(question)
            finally:
                counted.append(counting.stop())
    often = sum((one.between for one in counted), Counter[tuple[str, str]]())
    told = {
        **machine(()),
        "questions": len(counted),
        "modules": median(len(one.modules) for one in counted),
        "crossings": median(one.between.total() for one in counted),
        "most_crossings": max(one.between.total() for one in counted),
        "dearest": {f"{one} → {other}": round(n / len(counted), 1) for (one, other), n in often.most_common(12)},
    }
    RESULTS.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()

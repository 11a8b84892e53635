"""Whether texts that disagree are told from texts that agree: `python bench/agreement.py`.

The pairs of tests/agreement.jsonl were written by hand, over many fields: half of them contradict each other in one
thing (a figure, a unit, a date, a denial, a name …), and half say the same otherwise or speak of different things.  The
thresholds of answer/remarks.py were chosen on them.  Writes bench/results/agreement.json; a minute.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer import Reader
from answer.remarks import disagree
from ibid.opening import index as make
from ibid.places import Places

PAIRS = Path(__file__).parent.parent / "tests" / "agreement.jsonl"
RESULTS = Path(__file__).parent / "results" / "agreement.json"


def counts(pairs: Sequence[Mapping[str, object]], reader: Reader | None) -> dict[str, list[int]]:
    """For each kind of pair, how many are said to disagree, and how many there are."""
    found: dict[str, list[int]] = {}
    for pair in pairs:
        name = f"{'disagree' if pair['disagree'] else 'agree'}: {str(pair['kind']).replace('_', ' ')}"
        told, there = found.get(name, [0, 0])
        found[name] = [told + disagree(str(pair["one"]), str(pair["other"]), reader), there + 1]
    return dict(sorted(found.items()))


def main() -> None:
    """Print and write how many of each kind are said to disagree, by the rules alone and with the reader."""
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        places = Places.of(index=Path(folder))
        make(places)
        results = {"rules": counts(pairs, None), "reader": counts(pairs, Reader.open(places.index))}
    for name, kinds in results.items():
        for whole in ("disagree", "agree"):
            rows = [row for kind, row in kinds.items() if kind.startswith(whole)]
            print(f"{name}: {whole}: {sum(told for told, _ in rows)} of {sum(there for _, there in rows)}")  # noqa: T201
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Made-up requests to a live server: `python bench/fuzz.py [CASES]` (2,000 if not given).

Good and bad ones, made from the OpenAPI document by schemathesis, until there were so many; counts how they were
answered, and what was answered otherwise than is told.  Writes bench/results/fuzz.json.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from fuzzing import fuzz
from live import live

EXAMPLES = 60


def main() -> None:
    """Send requests round by round, each with other ones."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    statuses: dict[str, Counter[int]] = {}
    faults: list[str] = []
    cases = rounds = 0
    with tempfile.TemporaryDirectory() as folder, live(Path(folder), feedback=Path(folder) / "said") as server:
        while cases < wanted:
            fuzzed = fuzz(server.url, EXAMPLES, rounds)
            for operation, counted in fuzzed.statuses.items():
                statuses.setdefault(operation, Counter()).update(counted)
            faults += fuzzed.faults
            cases += fuzzed.cases
            rounds += 1
    failed = sum(count for counted in statuses.values() for status, count in counted.items() if status >= 500)
    told = {
        "cases": cases,
        "answered_with_5xx": failed,
        "faults": faults,
        "statuses": {name: dict(sorted(counted.items())) for name, counted in statuses.items()},
    }
    target = Path(__file__).parent / "results" / "fuzz.json"
    target.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

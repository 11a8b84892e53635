"""Write the table of eval/results/public/README.md, between its two markers, from the results beside it.

With `--check` nothing is written, and the exit code is 1 if it is not what stands there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from eval.public.figures import Row, SetResult, table

README = Path(__file__).parents[1] / "eval/results/public/README.md"
BEGIN, END = "<!-- figures: tools/public_table.py -->", "<!-- end of figures -->"


def results() -> list[SetResult]:
    """What was measured, by the name of the set."""
    files = sorted(README.parent.glob("*.json"))
    told = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [SetResult(one["name"], one["encoder"], tuple(Row(**row) for row in one["rows"])) for one in told]


def with_table(text: str) -> str:
    """The README with its table as it should be."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table(results())}\n{END}{after}"


def main() -> int:
    """Write or check."""
    text = README.read_text(encoding="utf-8")
    if "--check" in sys.argv[1:]:
        return int(text != with_table(text))
    README.write_text(with_table(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

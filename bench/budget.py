"""What grows unseen, counted and not timed: `python -m bench.budget` writes bench/limits.json anew.

Counted are, for `ibid --help` and for `ibid ask` of a ready index of the bundled documents, with the reader:
- `modules`: what is imported;
- `bytes_read`: what is read of files, as Linux counts it; what is mapped into memory, as weights are, is not in it;
for a question that is asked again of a warm answerer, with the reader:
- `peak_bytes`: the most memory that Python and numpy hold for it at a time;
- `left_blocks`: the blocks of memory that are left of it to the garbage collector, and for good;
and by valgrind, where that is installed, for `ibid --help` and for a process that answers five times without a
network, from vectors of hashed words and with no reader:
- `instructions`: those of the processor.
A limit is what was counted then and the share `slack` more, by which a count may differ on another day or machine.  It
holds for one release of Python and the packages of requirements.lock; tests/test_bench_budget.py looks after it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LIMITS = Path(__file__).with_name("limits.json")
SLACK = {"modules": 0.02, "bytes_read": 0.05, "peak_bytes": 0.1, "left_blocks": 0.1, "instructions": 0.03}
PYTHON = ".".join(platform.python_version_tuple()[:2])
QUESTION = "What are the side effects of cabozantinib?"
_PROCESS = """
import json, sys
from pathlib import Path

def read():
    return int(Path("/proc/self/io").read_text().split()[1])

modules, began = set(sys.modules), read()
from ibid.cli import run
code = run(sys.argv[1:])
counts = {"bytes_read": read() - began, "modules": len(set(sys.modules) - modules)}
sys.stdout.write("\\n" + json.dumps(counts))
sys.exit(code)
"""
_ANSWER = """
import gc, json, sys, tracemalloc
from pathlib import Path
from ibid.opening import open_answerer
from ibid.places import Places

answerer = open_answerer(Places.of(index=Path(sys.argv[1])))
for _ in range(3):
    answerer.ask(sys.argv[2])
tracemalloc.start()
gc.collect()
gc.disable()
before, blocks = tracemalloc.get_traced_memory()[0], sys.getallocatedblocks()
answerer.ask(sys.argv[2])
left = sys.getallocatedblocks() - blocks
sys.stdout.write(json.dumps({"peak_bytes": tracemalloc.get_traced_memory()[1] - before, "left_blocks": left}))
"""
_WEIGHING = """
import sys
from pathlib import Path
from answer import Answerer
from bench.update import HashEncoder
from ingest import FileCatalog, Generation

answerer = Answerer(Generation.open(Path(sys.argv[1])), HashEncoder())
for _ in range(5):
    assert answerer.ask(sys.argv[2]).citations
"""


def process(*arguments: str) -> dict[str, int]:
    """The modules and bytes of a process of the command line; its modules are compiled already."""
    for _ in range(2):
        told = _run([sys.executable, "-c", _PROCESS, *arguments]).stdout
    counts: dict[str, int] = json.loads(told.splitlines()[-1])
    return counts


def answer(index: Path) -> dict[str, int]:
    """The memory of a warm answer from an index that `ibid index` made."""
    counts: dict[str, int] = json.loads(_run([sys.executable, "-c", _ANSWER, str(index), QUESTION]).stdout)
    return counts


def write_weighing(index: Path) -> list[str]:
    """Make an index of hashed words in the folder `index`; the process that answers from it."""
    from bench.update import HashEncoder
    from ingest import FileCatalog, update

    update(FileCatalog(index), ROOT / "corpus", HashEncoder())
    return ["-c", _WEIGHING, str(index), QUESTION]


def instructions(*arguments: str) -> dict[str, int]:
    """The instructions of a process of this Python: valgrind's `callgrind` has to be there."""
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", sys.executable, *arguments]
    found = re.search(r"Collected : (\d+)", _run(command).stderr)
    assert found
    return {"instructions": int(found[1])}


def exceeded(name: str, counts: dict[str, int]) -> list[str]:
    """What of `counts`, those of `name`, is over its limit, and what mends it."""
    told = limits()
    return [
        f"{name}: {count} {what}, {told['counted'][name][what]} and {told['slack'][what]:.0%} more are in "
        "bench/limits.json; if this is meant: python -m bench.budget"
        for what, count in counts.items()
        if count > told["counted"][name][what] * (1 + told["slack"][what])
    ]


def limits() -> dict[str, Any]:
    """What bench/limits.json holds."""
    told: dict[str, Any] = json.loads(LIMITS.read_text(encoding="utf-8"))
    return told


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    # What is in the environment is read, and written about.
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    environment = kept | {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{' '.join(command[:3])} failed: {ran.stderr}")
    return ran


def main() -> None:
    """Count, and write the limits."""
    from ibid.opening import index as make
    from ibid.places import Places

    if not shutil.which("valgrind"):
        raise SystemExit("there is no valgrind to count instructions with; install it with: sh tools/debian.sh")
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        make(Places.of(index=index))
        told = {
            "python": PYTHON,
            "machine": platform.machine(),
            "slack": SLACK,
            "counted": {
                "help": process("--help") | instructions("-m", "ibid", "--help"),
                "ask": process("ask", "--index", str(index), QUESTION),
                "answer": answer(index),
                "weighing": instructions(*write_weighing(Path(folder) / "weighing")),
            },
        }
    LIMITS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(LIMITS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

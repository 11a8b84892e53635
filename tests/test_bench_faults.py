"""The short form of `make attack`: some faults in a publish, and some flipped bits in each kind of file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.forked import compiled

PUBLISH = """
import json, sys
from pathlib import Path
from bench.faults import run
told = run(26, Path(sys.argv[1]), None)
print(json.dumps(told))
"""
FLIP = """
import json, sys
from pathlib import Path
from bench.flips import of_indexes, of_package, run
from bench.whole import load
load()
folder = Path(sys.argv[1])
print(json.dumps(run(2, of_indexes(folder / "indexes") | of_package(folder / "package"))))
"""


def told(root: Path, script: str, folder: Path, **environment: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler (cc)")
def test_whatever_fails_in_a_publish_nothing_is_lost_or_mixed_and_the_next_one_is_whole(
    root: Path, tmp_path: Path
) -> None:
    library = compiled(tmp_path)
    assert library
    left = told(root, PUBLISH, tmp_path / "all", LD_PRELOAD=library, IBID_FAULTS="beside others")
    assert left["faults"] == 26 and len(left["ended"]) >= 8
    assert {left[name] for name in ("lost", "mixed", "next_failed", "wrong", "litter")} == {0}, left["_worst"]
    # Without memory any library may end by an error of its own.
    assert all(how.startswith("out of memory") for how in left["unclear"]) and left["new"] > 0


def test_a_flipped_bit_is_refused_or_changes_nothing(root: Path, tmp_path: Path) -> None:
    kinds = told(root, FLIP, tmp_path)
    assert len(kinds) >= 22 and sum(counts["refused"] for counts in kinds.values()) > len(kinds)
    for kind, counts in kinds.items():
        assert counts["silent"] == counts["failed"] == counts["signal"] == 0, kind

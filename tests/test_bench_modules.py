"""Every bench can be imported: what it takes from the packages is there under that name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The peers are imported in environments of their own, beside which they lie.
OTHERS = ROOT / "bench" / "peers" / "systems"


def test_every_bench_finds_what_it_imports() -> None:
    files = [p for p in sorted((ROOT / "bench").rglob("*.py")) if OTHERS not in p.parents and p.name != "__main__.py"]
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in files if p.name != "__init__.py"]
    assert {"bench.scale", "bench.quality", "bench.peers.prepare"} <= set(names)
    code = f"import importlib; [importlib.import_module(name) for name in {names!r}]; import bench.peers.__main__"
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr

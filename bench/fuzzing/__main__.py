"""Nearly good files, records, questions and requests: `python -m bench.fuzzing [SECONDS] [NAME]…`.

Each target (`targets.py`; all if none is named) takes inputs for SECONDS (600 if not given) in a process of its own,
led by the code that they reach where atheris is installed (`pip install atheris`), and by chance where it is not.  A
finding is an error of another family than the project's, a range or a quote that is not exact, an outcome that is not
the same the next time or in another process, 10 seconds of the processor for one small input, or the end of the
process.  Writes bench/results/fuzz-targets.json, in which each finding has its smallest input in base64; the exit code
is 1 if there is one.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.machine import machine

_RESULT = Path(__file__).parents[1] / "results" / "fuzz-targets.json"
_SECONDS = 600.0
_PATIENCE = 120.0  # seconds more than it was given until a process counts as hanging
_FEWEST = 2.0  # seconds that are worth another process


def fuzz(name: str, seconds: float) -> dict[str, Any]:
    """What came of one target."""
    told: dict[str, Any] = {"inputs": 0, "different": 0, "findings": {}}
    until = time.monotonic() + seconds
    seed = 0
    while (left := until - time.monotonic()) > _FEWEST:
        seed += 1
        with tempfile.TemporaryDirectory(prefix="ibid-fuzz-") as place:
            folder = Path(place)
            ended = _start("run", name, place, f"{left:.0f}", str(seed), patience=left + _PATIENCE)
            _add(told, folder)
            if ended:
                _lost(told, folder, ended)
            elif again := _again(name, folder):
                told["findings"]["elsewhere"] = again
    return told


def _start(*arguments: str, patience: float) -> str:
    """Run a trial; how it ended where that was not by itself."""
    command = [sys.executable, "-m", "bench.fuzzing.trial", *arguments]
    hash_seed = "2" if arguments[0] == "again" else "1"
    with tempfile.TemporaryFile() as said:
        try:
            environment = os.environ | {"PYTHONHASHSEED": hash_seed}
            ran = subprocess.run(command, env=environment, stdout=said, stderr=said, timeout=patience, check=False)
        except subprocess.TimeoutExpired:
            return "did not come to an end"
        said.seek(0)
        last = said.read().decode("utf-8", "replace").strip()[-2000:]
    return f"ended with {ran.returncode}: {last}" if ran.returncode else ""


def _add(told: dict[str, Any], folder: Path) -> None:
    if not (folder / "told.json").exists():
        return
    found = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    told["inputs"] += found["inputs"]
    told["different"] = max(told["different"], found["different"])
    for place, finding in found["findings"].items():
        known = told["findings"].setdefault(place, finding)
        known["times"] += finding["times"] if known is not finding else 0


def _lost(told: dict[str, Any], folder: Path, ended: str) -> None:
    """A process that came to its end before its time: the input that it took last."""
    now = folder / "now"
    data = now.read_bytes() if now.exists() else b""
    told["findings"][f"process {len(told['findings'])}"] = {
        "what": ended,
        "where": "the process",
        "trace": "",
        "input": base64.b64encode(data).decode(),
        "times": 1,
    }


def _again(name: str, folder: Path) -> dict[str, Any] | None:
    """What another process, whose sets have another order, makes otherwise of the same inputs."""
    ended = _start("again", name, str(folder), patience=10 * _PATIENCE)
    others = [] if ended else json.loads((folder / "others.json").read_text(encoding="utf-8"))
    if not ended and not others:
        return None
    smallest = min(others, key=len, default="")
    what = ended or "in another process something else comes of it"
    return {"what": what, "where": "another process", "trace": "", "input": smallest, "times": len(others) or 1}


def main() -> int:
    """Fuzz each, one after the other."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS
    from bench.fuzzing.targets import TARGETS

    names = sys.argv[2:] or list(TARGETS)
    if unknown := [name for name in names if name not in TARGETS]:
        raise SystemExit(f"no target {unknown[0]!r}; there are {', '.join(TARGETS)}")
    kept = json.loads(_RESULT.read_text(encoding="utf-8")) if _RESULT.exists() and sys.argv[2:] else {"targets": {}}
    is_led = _is_led()
    kept |= machine(["atheris"] if is_led else [])
    for name in names:
        told = fuzz(name, seconds)
        findings = list(told.pop("findings").values())
        kept["targets"][name] = {"seconds": seconds, "led_by_coverage": is_led, **told, "findings": findings}
        _RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}: {told['inputs']:,} inputs, {len(findings)} findings\n")
        for finding in findings:
            sys.stdout.write(f"  {finding['where']}: {finding['what'][:200]} ({finding['times']:,} times)\n")
        sys.stdout.flush()
    return int(any(kept["targets"][name]["findings"] for name in names))


def _is_led() -> bool:
    if find_spec("atheris"):
        return True
    sys.stderr.write("inputs are changed by chance alone; to be led by what they reach: pip install atheris\n")
    return False


if __name__ == "__main__":
    sys.exit(main())

"""What reading files takes, and what it keeps.

    python -m bench.reading [--megabytes N] [KIND ...]
    python -m bench.reading --folder DIR [--seconds 30]
    python -m bench.reading --reference DIR

The first reads a megabyte of each kind, or N of those that are named, made up and seeded, in a process of its own,
writes bench/results/reading.json (of N megabytes reading-N.json) and prints a table.  The second reads every file of a
folder that is of a kind that is read, and counts how it went: nothing may fail without a reason that is told, end its
process, or take longer.  The third compares with pandoc, pdftotext and the XML of slides and workbooks (bench/words.py)
and prints which share of their words was kept.  All tables are Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean

from bench.apart import Reading, kind_of, prepare, read_apart
from bench.machine import machine
from bench.samples import MADE
from bench.words import recall, reference, words

_RESULTS = Path(__file__).parent / "results"
_OUTCOMES = ("read", "refused", "failed", "crashed", "late")
_FEWEST = 200  # words of a reference that says something
_PATIENCE = 600.0  # seconds, where time is not what is asked for


def main(arguments: Sequence[str]) -> None:
    """Measure what the arguments ask for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading")
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--megabytes", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args(arguments)
    prepare()
    if given.folder:
        _print(_robustness(given.folder, given.seconds))
    if given.reference:
        _print(_recall(given.reference))
    if not (given.folder or given.reference):
        _print(_costs(given.megabytes, given.kinds or list(MADE)))


def _costs(megabytes: int, kinds: Sequence[str]) -> Iterator[str]:
    """Seconds and memory for so many megabytes of text in each of these kinds of file."""
    rows: dict[str, dict[str, float]] = {}
    yield "| kind | file, kB | seconds | peak, MiB | passages |\n| --- | --- | --- | --- | --- |"
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            path = Path(folder) / f"made.{kind}"
            path.write_bytes(MADE[kind](1_000_000 * megabytes))
            told = read_apart(path, _PATIENCE)
            if told.outcome != "read":
                raise SystemExit(f"made.{kind}: {told.outcome}: {told.why}")
            rows[kind] = {
                "bytes": path.stat().st_size,
                "seconds": round(told.seconds, 2),
                "mib": round(told.mib),
                "passages": told.passages,
            }
            size_kb = path.stat().st_size / 1e3
            yield f"| {kind} | {size_kb:.0f} | {told.seconds:.2f} | {told.mib:.0f} | {told.passages} |"
    kept = {**machine(["ftfy", "lxml", "pdfminer.six"]), "bytes_of_text": 1_000_000 * megabytes, "kinds": rows}
    result = _RESULTS / ("reading.json" if megabytes == 1 else f"reading-{megabytes}.json")
    result.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _robustness(folder: Path, seconds: float) -> Iterator[str]:
    """How each kind of file in a folder went, and each file that went wrong."""
    found: dict[str, list[Reading]] = {}
    wrong: list[str] = []
    for path in _files(folder):
        told = read_apart(path, seconds)
        found.setdefault(kind_of(path), []).append(told)
        if told.outcome not in ("read", "refused"):
            wrong.append(f"{path.name}: {told.outcome}: {told.why}")
    yield f"| kind | files | {' | '.join(_OUTCOMES)} | slowest, s | peak, MiB |\n|{' --- |' * (len(_OUTCOMES) + 4)}"
    for kind, readings in (*sorted(found.items()), ("all", [one for all_ in found.values() for one in all_])):
        counts = Counter(one.outcome for one in readings)
        cells = [kind, len(readings), *(counts[outcome] for outcome in _OUTCOMES)]
        most = [f"{max(one.seconds for one in readings):.1f}", f"{max(one.mib for one in readings):.0f}"]
        yield f"| {' | '.join(map(str, [*cells, *most]))} |"
    yield from wrong


def _recall(folder: Path) -> Iterator[str]:
    """The share of words kept for each kind, least first of its documents."""
    found: dict[str, list[tuple[float, float]]] = {}
    for path in _files(folder):
        text = reference(path)
        expected = words(text) if text else Counter[str]()
        if expected.total() < _FEWEST:
            continue
        told = read_apart(path, _PATIENCE)
        kept = recall(expected, told.text, told.dropped)
        found.setdefault(kind_of(path), []).append(kept)
        if kept[1] < 0.98:
            sys.stderr.write(f"{path.name}: {kept[1]:.3f} {told.why}\n")
    yield "| kind | documents | words kept | with what is told as dropped | least |\n| --- | --- | --- | --- | --- |"
    for kind, shares in (*sorted(found.items()), ("all", [one for all_ in found.values() for one in all_])):
        kept, told_too = (mean(column) for column in zip(*shares, strict=True))
        yield f"| {kind} | {len(shares)} | {kept:.3f} | {told_too:.3f} | {min(t for _, t in shares):.3f} |"


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and kind_of(path)]


def _print(rows: Iterator[str]) -> None:
    for row in rows:
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

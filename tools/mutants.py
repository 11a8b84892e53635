"""How much of what the packages do the tests hold: `python tools/mutants.py [N] [--seed S] [--resume]`.

Changes one of N places (300) of ingest, retriever, answer and eval at a time, chosen at random by the seed, and runs
the tests that come to it until one fails: first those of the packages, those of the files named like its module before
the others, and in each file the quick ones first; then those of the commands; BUDGET seconds of each at most. A test
that takes far longer than it did before has found the mutant too.

All is done in copies of the tree in runs/mutants. With --resume what was found there holds, but for mutants that
survived where files of tests that come to them have changed. Writes bench/results/mutants.json; what is written there
by hand into a survivor, `"equivalent"` and why it does the same as the original, stays.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from bench.machine import machine
from tools.following import ROOT, WORK, Followed, copied, probed, run
from tools.mutations import Mutant, mutants, sound

RESULTS = ROOT / "bench" / "results" / "mutants.json"
PACKAGES = ("ingest", "retriever", "answer", "eval")
BUDGET = 60.0  # seconds of the processor that the tests of a round take a mutant at most
FOLLOWED = 600.0  # seconds that a file of tests is followed
FIRST = 2  # files of tests that a mutant is tried with before the others are loaded
_ELSEWHERE = re.compile(r"test_(project|bench|train)_")
# What takes minutes is for what survives in the modules that it is named like.
_LATER = re.compile(r"postgres|attack|faults|kills|rays|eval_gate|ibid_schema")
_LONGEST = 3600.0  # seconds that all tests of a mutant may take
_NONE_RUN = 5  # how pytest ends where all tests were left out
Known = tuple[str, str, str, str]
"""What a mutant is known by wherever its module is moved to: the name of its file, its line, what was and becomes."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a mutant, and what it was tried with: the digest of each file of tests, and how many tests of it."""

    outcome: str = "survived"
    by: str = ""
    seconds: float = 0.0
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def main() -> int:
    """Try the mutants, and write what is known after each round."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int, nargs="?", default=300, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    os.nice(max(0, 10 - os.nice(0)))
    if not options.resume:
        shutil.rmtree(WORK, ignore_errors=True)
    chosen = sample(options.number, options.seed)
    done = WORK / "done.jsonl"
    lines = done.read_text(encoding="utf-8").splitlines() if done.exists() else []
    known = {name: Trial(**trial) for name, trial in map(json.loads, lines)}
    trials = {mutant: known.get(_digest(mutant), Trial()) for mutant in chosen}
    probes, tree = probed(chosen), copied("tree")
    for names in rounds():
        left = [mutant for mutant, trial in trials.items() if trial.outcome == "survived"]
        useful = [name for name in names if not _LATER.search(name) or any(kinship(one, name) for one in left)]
        followed = {name: follow(probes, name, chosen) for name in useful}
        for mutant in left:
            tests = choice(mutant, chosen.index(mutant), followed)
            files = {name: (_digest(_test(name)), len(some)) for name, some in tests.items()}
            before = trials[mutant]
            if any(before.files.get(name, [""])[0] != digest for name, (digest, _) in files.items()):
                trial = tried(tree, mutant, tests, followed)
                trials[mutant] = replace(trial, seconds=before.seconds + trial.seconds, files={**before.files, **files})
                with done.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([_digest(mutant), asdict(trials[mutant])]) + "\n")
                _say(f"{trial.outcome} {mutant.path}:{mutant.line}")
        told = {"seed": options.seed, **result(trials)}
        RESULTS.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def sample(number: int, seed: int) -> list[Mutant]:
    """So many mutants of all packages, each as likely as any other."""
    every = [
        mutant
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for mutant in mutants(path.relative_to(ROOT).as_posix(), path.read_bytes())
    ]
    random.Random(seed).shuffle(every)
    return [*islice((mutant for mutant in every if sound(mutant, (ROOT / mutant.path).read_bytes())), number)]


def rounds() -> Iterator[list[str]]:
    """The files of tests to try mutants with: first those of the packages, then the others, then those for later."""
    names = [path.name for path in sorted((ROOT / "tests").glob("test_*.py")) if not _ELSEWHERE.match(path.name)]
    later = [name for name in names if _LATER.search(name)]
    yield [name for name in names if _is_own(name) and name not in later]
    yield [name for name in names if not _is_own(name) and name not in later]
    yield later


def follow(probes: Path, name: str, chosen: Sequence[Mutant]) -> Followed:
    """What a file of tests comes to; those of the commands without what starts servers."""
    of = _digest([_test(name), *map(_digest, chosen)])
    told = WORK / "followed" / f"{Path(name).stem}-{of}.jsonl"
    if not told.exists():
        told.parent.mkdir(exist_ok=True)
        part = told.with_suffix(".part")
        part.write_text("", encoding="utf-8")
        marks = "not browser" if _is_own(name) else "not browser and not server"
        run(probes, [f"tests/{name}", "-m", marks], {"REACHED": str(part)}, FOLLOWED)
        part.rename(told)
        _say(f"followed {name}")
    return Followed.of(told.read_text(encoding="utf-8").splitlines())


def kinship(mutant: Mutant, test: str) -> int:
    """How much of the name of a module the name of a file of tests of its package has in it, in letters."""
    package, *parts = Path(mutant.path).with_suffix("").parts
    return sum(len(part) for part in parts if part in test) if test.startswith(f"test_{package}_") else 0


def choice(mutant: Mutant, number: int, followed: Mapping[str, Followed]) -> dict[str, list[str]]:
    """The tests to try a mutant with, by file, in order."""
    coming = {name: tests for name, told in followed.items() if (tests := told.tests(number))}
    order = sorted(coming, key=lambda name: (-kinship(mutant, name), followed[name].cost(coming[name]), name))
    left = BUDGET
    taken: dict[str, list[str]] = {}
    for name in order:
        left -= followed[name].fixture if taken else 0
        for test in coming[name]:
            if left > 0:
                taken.setdefault(name, []).append(test)
                left -= followed[name].seconds[test]
    return taken


def tried(tree: Path, mutant: Mutant, tests: Mapping[str, Sequence[str]], followed: Mapping[str, Followed]) -> Trial:
    """What comes of a mutant: the first files of its tests are run before the others are loaded."""
    path, began = tree / mutant.path, time.monotonic()
    source = (ROOT / mutant.path).read_bytes()
    path.write_bytes(mutant.applied(source))
    # What was compiled is known by time and size alone: no other mutant has this time.
    os.utime(path, (int(_digest(mutant)[:7], 16),) * 2)
    outcome, by = "survived", ""
    for names in filter(None, ([*tests][:FIRST], [*tests][FIRST:])):
        limits = {test: followed[name].patience(test) for name in names for test in tests[name]}
        listed = WORK / "chosen.json"
        listed.write_text(json.dumps(limits), encoding="utf-8")
        files = [f"tests/{name}" for name in names]
        code, said = run(tree, ["-x", *files], {"CHOSEN": str(listed)}, _LONGEST)
        if code not in (0, _NONE_RUN):
            failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said, re.MULTILINE)
            by = failed[1] if failed else f"exit code {code}"
            outcome = "timeout" if -code in (signal.SIGALRM, signal.SIGPROF) else "killed"
            break
    path.write_bytes(source)
    return Trial(outcome, by, round(time.monotonic() - began, 1))


def result(trials: Mapping[Mutant, Trial]) -> dict[str, Any]:
    """The figures, and what survived, with the reasons that were given."""
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"survivors": []}
    reasons = {_known(told): told["equivalent"] for told in before["survivors"] if "equivalent" in told}
    survivors = []
    for mutant, trial in trials.items():
        if trial.outcome == "survived":
            text = (ROOT / mutant.path).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
            change = {"text": text, "was": mutant.was, "becomes": mutant.becomes}
            tests = sum(number for _, number in trial.files.values())
            told = {"file": mutant.path, "line": mutant.line, **change, "tests": tests}
            survivors.append(told | ({"equivalent": reasons[_known(told)]} if _known(told) in reasons else {}))
    packages = {}
    for package in PACKAGES:
        outcomes = [trial.outcome for mutant, trial in trials.items() if mutant.path.startswith(f"{package}/")]
        packages[package] = {"mutants": len(outcomes), "killed": len(outcomes) - outcomes.count("survived")}
    killed, alike = len(trials) - len(survivors), sum("equivalent" in told for told in survivors)
    return {
        "mutants": len(trials),
        "killed": killed,
        "of_these_by_time": sum(trial.outcome == "timeout" for trial in trials.values()),
        "equivalent": alike,
        "killed_of_the_others": round(killed / max(1, len(trials) - alike), 3),
        "packages": packages,
        "seconds": round(sum(trial.seconds for trial in trials.values())),
        "survivors": survivors,
        **machine(["pytest"]),
    }


def _is_own(name: str) -> bool:
    return name.startswith(tuple(f"test_{package}_" for package in PACKAGES))


def _known(told: Mapping[str, Any]) -> Known:
    return Path(told["file"]).name, told["text"], told["was"], told["becomes"]


def _test(name: str) -> str:
    """A file of tests as it was copied, whatever has become of it since."""
    return (WORK / "tree" / "tests" / name).read_text(encoding="utf-8")


def _digest(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:12]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""One target in a process of its own, which takes one input after another until its time is over."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.fuzzing.targets import Target

_PACKAGES = ("ingest", "retriever", "answer", "eval", "ibid")
_ROOT = Path(__file__).parents[2]
_LIMIT = 10.0  # seconds of the processor that an input may take: what a small file may
_MEMORY = 4 << 30  # bytes of addresses beyond those that are taken when it begins
_EVERY, _SAMPLES = 20, 400  # every twentieth input is taken again by another process, so many at most
_WRITTEN = 0.5  # seconds between two times that what was found is written


class TooLong(BaseException):
    """An input took too long; no `except Exception` holds it up."""


@dataclass(slots=True)
class Finding:
    """What an input did that none may: its smallest input, and how many did the same."""

    what: str
    where: str
    trace: str
    input: str
    times: int = 1


@dataclass(slots=True)
class Told:
    """What came of a trial: inputs taken, those that came to something else than a refusal, and findings by place."""

    inputs: int = 0
    different: int = 0
    findings: dict[str, Finding] = field(default_factory=dict)


class Trial:
    """Gives a target inputs, and keeps in `folder` what it does."""

    def __init__(self, target: Target, folder: Path) -> None:
        """Nothing is taken yet."""
        self._target = target
        self._folder = folder
        self.told = Told()
        self._outcomes: set[bytes] = set()
        self._samples: list[dict[str, str]] = []
        self._written = 0.0
        signal.signal(signal.SIGVTALRM, _too_long)

    def take(self, data: bytes) -> None:
        """Give it one input."""
        (self._folder / "now").write_bytes(data)
        self.told.inputs += 1
        try:
            came = self._within(data)
        except (Exception, TooLong) as error:
            self._find(data, error)
            return
        digest = hashlib.sha256(came.encode("utf-8", "surrogatepass")).digest()
        self._outcomes.add(digest[:8])
        self.told.different = len(self._outcomes)
        if self.told.inputs % _EVERY == 0 and len(self._samples) < _SAMPLES:
            self._samples.append({"input": base64.b64encode(data).decode(), "came": digest.hex()})
        if time.monotonic() - self._written > _WRITTEN:
            self.write()

    def _within(self, data: bytes) -> str:
        signal.setitimer(signal.ITIMER_VIRTUAL, _LIMIT)
        try:
            return self._target.take(data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _find(self, data: bytes, error: BaseException) -> None:
        what, where = f"{type(error).__name__}: {error}"[:300], _where(error)
        finding = Finding(what, where, "".join(traceback.format_exception(error)[-12:])[-3000:], _printed(data))
        known = self.told.findings.setdefault(f"{type(error).__name__} at {where}", finding)
        if known is not finding:
            known.times += 1
            if len(finding.input) < len(known.input):
                known.what, known.trace, known.input = finding.what, finding.trace, finding.input
        self.write()

    def write(self) -> None:
        """Write what is known, in case the process ends."""
        self._written = time.monotonic()
        for name, kept in (("told.json", asdict(self.told)), ("samples.json", self._samples)):
            place = self._folder / f"{name}.new"
            place.write_text(json.dumps(kept), encoding="utf-8")
            place.replace(self._folder / name)


def _too_long(*_: object) -> None:
    # Once more where it was held up all the same.
    signal.setitimer(signal.ITIMER_VIRTUAL, 1)
    raise TooLong(f"took more than {_LIMIT:g} seconds of the processor")


def _where(error: BaseException) -> str:
    """The innermost line of the packages in which it happened, or of what checks them."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT) and ".venv" not in frame.filename]
    inner = [frame for frame in own if Path(frame.filename).relative_to(_ROOT).parts[0] in _PACKAGES]
    place = (own if isinstance(error, AssertionError) else inner or own or list(frames))[-1]
    return f"{os.path.relpath(place.filename, _ROOT)}:{place.lineno}"


def _printed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _limit() -> None:
    """What asks for ever more memory fails, and does not take the machine with it."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + _MEMORY, taken + _MEMORY))


def _by_chance(trial: Trial, target: Target, seconds: float, seed: int) -> None:
    """Change the seeds, and what came of that, without knowing what code they reach."""
    chance = Random(seed)
    seeds = list(target.seeds())
    mutate = target.mutants(seeds)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        before = trial.told.different
        data = mutate(chance.choice(seeds), chance)
        trial.take(data)
        if trial.told.different > before and len(seeds) < 2000:
            seeds.append(data)


def _by_coverage(atheris: Any, trial: Trial, target: Target, seconds: float, seed: int) -> None:  # noqa: ANN401
    """Change what reached new code; the process ends with it."""
    seeds = list(target.seeds())
    mutate = target.mutants(seeds)
    corpus = trial._folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(data)
    how = [f"-max_total_time={seconds:.0f}", "-max_len=65536", f"-seed={seed}", "-rss_limit_mb=0", "-timeout=1000"]

    def change(data: bytes, most: int, number: int) -> bytes:
        return mutate(data, Random(number))[:most]

    atheris.Setup(
        [sys.argv[0], *how, "-verbosity=0", f"-artifact_prefix={trial._folder}/", str(corpus)],
        trial.take,
        custom_mutator=change,
    )
    atheris.Fuzz()


def run(name: str, folder: Path, seconds: float, seed: int) -> None:
    """Fuzz the target called so; led by what code is reached where atheris is installed, and by chance elsewhere."""
    try:
        import atheris
    except ImportError:
        from bench.fuzzing.targets import TARGETS

        target = TARGETS[name]
        _limit()
        trial = Trial(target, folder)
        for data in target.seeds():
            trial.take(data)
        _by_chance(trial, target, seconds, seed)
        trial.write()
        os._exit(0)
    with atheris.instrument_imports(include=list(_PACKAGES)):
        from bench.fuzzing.targets import TARGETS

        target = TARGETS[name]
        trial = Trial(target, folder)
        # What reads is imported when it is first used.
        for data in target.seeds():
            trial.take(data)
    _limit()
    _by_coverage(atheris, trial, target, seconds, seed)


def again(name: str, folder: Path) -> None:
    """Take the samples of another process: how many of them come to something else is its last line."""
    from bench.fuzzing.targets import TARGETS

    take = TARGETS[name].take
    others = []
    for sample in json.loads((folder / "samples.json").read_text(encoding="utf-8")):
        came = take(base64.b64decode(sample["input"]))
        if hashlib.sha256(came.encode("utf-8", "surrogatepass")).hexdigest() != sample["came"]:
            others.append(sample["input"])
    (folder / "others.json").write_text(json.dumps(others), encoding="utf-8")
    os._exit(0)


if __name__ == "__main__":
    which, named, place, *more = sys.argv[1:]
    if which == "again":
        again(named, Path(place))
    else:
        run(named, Path(place), float(more[0]), int(more[1]))

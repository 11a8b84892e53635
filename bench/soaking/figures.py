"""What is made of what was seen: by windows, so that a server that grows or tires shows."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.soaking.asking import AGAIN, ANEW, KINDS, PLAIN, Reply
from bench.soaking.bulletin import is_mixed

GROUPS = (ANEW, AGAIN, PLAIN)
# Latencies are compared by sixths, in which there are enough answers for a p99; what is held, and drawn, by sixtieths.
_WINDOWS, _MOMENTS = 6, 60
_SETTLED, _SETTLED_PART = 300.0, 1 / 3
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What the server held at a moment, in seconds since the beginning, and how busy the machine was."""

    at: float
    memory_mb: int
    descriptors: int
    threads: int
    load: float


def counts(replies: Sequence[Reply], made: Mapping[str, int]) -> dict[str, Any]:
    """How many requests of each kind, and how many went wrong or were mixed; the first of these in words."""
    errors = [reply.error for reply in replies if reply.error]
    mixed = [reply for reply in replies if is_mixed(reply.heard.versions, reply.heard.generation, made)]
    return {
        "requests": dict(Counter(reply.kind for reply in replies)),
        "errors": len(errors),
        "with_a_version": sum(1 for reply in replies if reply.heard.versions),
        "of_generations": len({reply.heard.generation for reply in replies if reply.heard.generation}),
        "mixed": len(mixed),
        "errors_told": errors[:_SHOWN],
        "mixed_told": [
            f"{reply.kind}: {sorted(reply.heard.versions)} of {reply.heard.generation}" for reply in mixed[:_SHOWN]
        ],
    }


def latencies(replies: Sequence[Reply], seconds: float) -> dict[str, Any]:
    """For each group of kinds, n, p50 and p99 of each sixth of the time, and the worst later p99 beside the first.

    What went wrong is left out: it is counted as an error.
    """
    told = {}
    for group in GROUPS:
        windows = [spread(_took(replies, group, begin, end)) for begin, end in _parts(seconds, _WINDOWS)]
        first, *later = [window["p99_ms"] for window in windows if window["n"]] or [0.0]
        told[group] = {
            "kinds": [kind for kind, (of, _) in KINDS.items() if of == group],
            "windows": windows,
            "worst_later_p99_to_first": round(max(later) / first, 2) if later else None,
        }
    return told


def spread(took: Sequence[float]) -> dict[str, float]:
    """n, p50 and p99 of seconds, in milliseconds."""
    ordered = sorted(took)
    if not ordered:
        return {"n": 0}
    at = {"p50_ms": 0.5, "p99_ms": 0.99}
    told = {
        name: round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * part))], 1) for name, part in at.items()
    }
    return {"n": len(ordered), **told}


def memory(samples: Sequence[Sample], seconds: float) -> dict[str, float]:
    """Resident memory once it has settled, after five minutes (or a third of the time): the median of each sixtieth.

    The first of these is compared with the highest and the last, and a line is laid through all.
    """
    settled = min(_SETTLED, seconds * _SETTLED_PART)
    held = [(at, _middle(s.memory_mb for s in part)) for at, part in moments(samples, seconds) if at >= settled]
    first, most, last = held[0][1], max(mb for _, mb in held), held[-1][1]
    slope = statistics.linear_regression(*zip(*held, strict=True)).slope if len(held) > 1 else 0.0
    return {
        "settled_after_s": settled,
        "started_with_mb": samples[0].memory_mb,
        "settled_mb": first,
        "most_mb": most,
        "last_mb": last,
        "most_to_settled": round(most / first, 3),
        "last_to_settled": round(last / first, 3),
        "slope_mb_an_hour": round(3600 * slope, 1),
    }


def held(samples: Sequence[Sample], seconds: float, what: str) -> list[dict[str, float]]:
    """The least, the middle and the most of the descriptors or threads in each sixth of the time."""
    told = []
    for begin, end in _parts(seconds, _WINDOWS):
        values = [getattr(sample, what) for sample in samples if begin <= sample.at < end]
        if values:
            told.append({"least": min(values), "median": statistics.median(values), "most": max(values)})
    return told


def timeline(samples: Sequence[Sample], replies: Sequence[Reply], seconds: float) -> list[dict[str, Any]]:
    """What is drawn, by sixtieths: when each begins, what was held, and how long answers took."""
    told: list[dict[str, Any]] = []
    for at, part in moments(samples, seconds):
        row: dict[str, Any] = {"at_s": round(at, 1), "load": _middle(sample.load for sample in part)}
        for what in ("memory_mb", "descriptors", "threads"):
            row[what] = _middle(getattr(sample, what) for sample in part)
        for group in GROUPS:
            row[group] = spread(_took(replies, group, at, at + seconds / _MOMENTS))
        told.append(row)
    return told


def moments(samples: Sequence[Sample], seconds: float) -> list[tuple[float, list[Sample]]]:
    """The samples of each sixtieth that has any, with when it begins."""
    parts = [
        (begin, [sample for sample in samples if begin <= sample.at < end]) for begin, end in _parts(seconds, _MOMENTS)
    ]
    return [(begin, part) for begin, part in parts if part]


def _parts(seconds: float, count: int) -> list[tuple[float, float]]:
    return [(seconds * part / count, seconds * (part + 1) / count) for part in range(count)]


def _took(replies: Sequence[Reply], group: str, begin: float, end: float) -> list[float]:
    return [r.took for r in replies if begin <= r.at < end and KINDS[r.kind][0] == group and not r.error]


def _middle(values: Iterable[float]) -> float:
    return round(statistics.median(values), 2)

"""Amounts as a table has them: bytes, times, powers of ten."""

from __future__ import annotations

import math


def size(number: float) -> str:
    """Bytes, as people say them."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 1000 or unit == "TB":
            break
        number /= 1000
    return f"{_round(number)} {unit}"


def duration(seconds: float) -> str:
    """A time, in the unit that suits it."""
    for unit, long in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * long:
            return f"{_round(seconds / long)} {unit}"
    return f"{_round(seconds)} s"


def milliseconds(seconds: float) -> str:
    """A short time."""
    return f"{_round(1e3 * seconds)} ms"


def count(number: float) -> str:
    """A number, in groups of three."""
    return _round(number)


def power(number: int) -> str:
    """A power of ten as one."""
    digits = round(math.log10(number))
    raised = str(digits).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if number == 10**digits else count(number)


def _round(number: float) -> str:
    """To two digits that count below a hundred, and to three above."""
    if number < 99.5:
        return f"{number:.2g}"
    digits = max(0, math.floor(math.log10(number)) - 2)
    return f"{round(number / 10**digits) * 10**digits:,}"

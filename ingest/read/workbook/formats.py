"""Numbers as a spreadsheet shows them: dates, percents, currencies and decimals by the format of their cell."""

from __future__ import annotations

import datetime
import math
import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from ingest.english import basic

# The formats that a workbook names by number only.  Those that follow the country of the reader are given as ISO dates.
BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"},
    **{14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM"},
    **{20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0"},
    **{39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0"},
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<rule>[^\]]*)\]|(?P<half>AM/PM|A/P)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?)"
    r"|(?P<number>[0#?][0#?,.]*(?:E[+-][0#?]+)?|\.[0#?]+(?:E[+-][0#?]+)?)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_RULE = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_SIGNIFICANT = 11
_LONGEST_FORMAT = 255
_MOST_DAYS = 2_958_466  # the end of the year 9999

_Token = tuple[str, str]


def shown(value: float, code: str, since_1904: bool = False) -> str:
    """`value` as the number format `code` shows it; a date counts days since 1900, or 1904 in some workbooks."""
    if not math.isfinite(value):
        return str(value)
    sections = _sections(code[:_LONGEST_FORMAT])
    tokens, is_signed = _section(sections, value)
    if any(kind in ("date", "elapsed") for kind, _ in tokens):
        return _date(value, tokens, since_1904)
    if not tokens and len(sections) > 1:
        return ""  # a format that hides what it formats
    if not tokens or ("other", "@") in tokens:
        return "".join(_general(value) if text == "@" else text for _, text in tokens or [("other", "@")])
    return _number(abs(value) if is_signed else value, tokens)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[_Token, ...], ...]:
    """The tokens of each section of a format: for what is above zero, below, zero, and text."""
    sections: list[list[_Token]] = [[]]
    for found in _TOKEN.finditer(code.replace("General", "@")):
        kind = found.lastgroup or ""
        text = found[kind] if kind else ""
        if kind == "other" and text == ";":
            sections.append([])
        elif kind in ("quoted", "escaped", "currency"):
            sections[-1].append(("literal", text))
        elif kind:
            sections[-1].append((kind, text))
    return tuple(map(tuple, sections))


def _section(sections: tuple[tuple[_Token, ...], ...], value: float) -> tuple[list[_Token], bool]:
    """The section that formats `value`, and whether that section says the sign by itself."""
    for section in sections[:2]:
        rule = next((_RULE.fullmatch(text) for kind, text in section if kind == "rule"), None)
        if rule and _holds(value, rule[1], float(rule[2])):
            return _bare(section), value < 0 and section is not sections[0]
    has_rules = any(_RULE.fullmatch(text) for section in sections[:2] for kind, text in section if kind == "rule")
    if has_rules:
        return _bare(sections[min(2, len(sections) - 1)]), False
    if value < 0 and len(sections) > 1:
        return _bare(sections[1]), True
    if value == 0 and len(sections) > 2:
        return _bare(sections[2]), False
    return _bare(sections[0]), False


def _bare(section: tuple[_Token, ...]) -> list[_Token]:
    return [(kind, text) for kind, text in section if kind != "rule"]


def _holds(value: float, sign: str, limit: float) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]


def _general(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.{_SIGNIFICANT - 1}g}"
    if "e" in text and 1e-7 < abs(value) < 1:
        text = f"{value:.{_SIGNIFICANT}f}".rstrip("0")
    return text.replace("e", "E")


def _number(value: float, tokens: list[_Token]) -> str:
    patterns = [text for kind, text in tokens if kind == "number"]
    if not patterns:
        sign = "-" if value < 0 else ""
        return sign + "".join(text for _, text in tokens)
    value *= 100 ** sum(kind == "other" and text == "%" for kind, text in tokens)
    if ("other", "/") in tokens:  # a fraction
        return _general(round(value, 4))
    groups = _groups(abs(value), patterns)
    parts = ["", *(groups.pop(0) if kind == "number" else text for kind, text in tokens)]
    if value < 0 and any(sign in "123456789" for part in parts for sign in part):
        parts[0] = "-"
    return "".join(parts)


def _groups(value: float, patterns: list[str]) -> list[str]:
    """The digits of a number for each pattern of a format: "000-0000" parts them."""
    if len(patterns) == 1 or not all(set(pattern) <= set("0#?") for pattern in patterns):
        return [_digits(value, patterns[0]), *("" for _ in patterns[1:])]
    rest = _digits(value, "0" * sum(pattern.count("0") for pattern in patterns) or "#")
    groups: list[str] = []
    for pattern in reversed(patterns[1:]):
        rest, group = rest[: -len(pattern)], rest[-len(pattern) :]
        groups.insert(0, group)
    return [rest, *groups]


def _digits(value: float, pattern: str) -> str:
    pattern, _, exponent = pattern.upper().partition("E")
    scaled = len(pattern) - len(pattern.rstrip(","))
    whole, _, decimals = pattern.rstrip(",").partition(".")
    decimals = decimals.replace(",", "")
    if exponent:
        mantissa, _, power = f"{value:.{len(decimals)}E}".partition("E")
        sign = power[0] if power[0] == "-" or exponent[0] == "+" else ""
        return f"{mantissa}E{sign}{power[1:].lstrip('0').rjust(len(exponent) - 1, '0')}"
    number = Decimal(repr(value)) / Decimal(1000**scaled)
    if number.adjusted() > 30:
        return _general(value)
    rounded = format(_rounded(number, len(decimals)), f"{',' if ',' in whole else ''}f")
    integer, _, rest = rounded.partition(".")
    least = sum(sign == "0" for sign in whole)
    integer = integer.rjust(least, "0") if "," not in whole else integer
    integer = "" if least == 0 and integer == "0" else integer
    kept = len(decimals.rstrip("#?"))
    rest = rest[:kept] + rest[kept:].rstrip("0")
    return f"{integer}.{rest}" if rest else integer


def _rounded(number: Decimal, places: int) -> Decimal:
    with localcontext(prec=80):
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _date(value: float, tokens: list[_Token], since_1904: bool) -> str:
    if any(kind == "elapsed" for kind, _ in tokens):
        return _elapsed(value, tokens)
    if not 0 <= value < _MOST_DAYS:
        return _general(value)
    finest = max((len(text) - text.find(".") - 1 for kind, text in tokens if kind == "date" and "." in text), default=0)
    days, second = divmod(round(value * 86_400, min(6, finest)), 86_400)
    start = datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30 if value >= 60 else 31)
    moment = start + datetime.timedelta(days=days, seconds=second)
    by_halves = any(kind == "half" for kind, _ in tokens)
    parts: list[str] = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "date":
            parts.append(_part(moment, text.lower(), by_halves, _is_minute(tokens, at)))
        elif kind == "half":
            parts.append(("AM", "PM")[moment.hour >= 12])
        elif kind != "number":
            parts.append("" if text == "@" else text)
    return "".join(parts).strip()


def _is_minute(tokens: list[_Token], at: int) -> bool:
    """Whether an "m" is minutes: behind hours or before seconds."""
    dates = [(n, text.lower()[0]) for n, (kind, text) in enumerate(tokens) if kind in ("date", "elapsed")]
    place = [n for n, _ in dates].index(at)
    before = dates[place - 1][1] if place else ""
    after = dates[place + 1][1] if place + 1 < len(dates) else ""
    return before == "h" or after == "s"


def _part(moment: datetime.datetime, code: str, by_halves: bool, is_minute: bool) -> str:
    hour = (moment.hour - 1) % 12 + 1 if by_halves else moment.hour
    match code[0], min(len(code), 5):
        case "y", length:
            return f"{moment.year:04}" if length > 2 else f"{moment.year % 100:02}"
        case "m", length if length < 3:
            return f"{moment.minute if is_minute else moment.month:0{length}}"
        case "m", length:
            name = _MONTHS[moment.month - 1]
            return name[:3] if length == 3 else name if length == 4 else name[0]
        case "d", length if length < 3:
            return f"{moment.day:0{length}}"
        case "d", length:
            return _DAYS[moment.weekday()][: 3 if length == 3 else None]
        case "h", length:
            return f"{hour:0{min(length, 2)}}"
        case _:
            seconds, _, fraction = code.partition(".")
            whole = f"{moment.second:0{min(len(seconds), 2)}}"
            return f"{whole}.{f'{moment.microsecond:06}'[: len(fraction)]}" if fraction else whole


def _elapsed(value: float, tokens: list[_Token]) -> str:
    seconds = round(abs(value) * 86_400)
    rest = {"h": seconds // 3600, "m": seconds % 3600 // 60, "s": seconds % 60}
    whole = {"h": seconds // 3600, "m": seconds // 60, "s": seconds}
    parts = ["-" if value < 0 else ""]
    for kind, text in tokens:
        letter = text[:1].lower()
        if kind in ("date", "elapsed") and letter in rest:
            number = whole[letter] if kind == "elapsed" else rest[letter]
            parts.append(f"{number:0{len(text.partition('.')[0])}}")
        elif kind != "number":
            parts.append(text)
    return "".join(parts)


# Not those of the country in which this runs.
_MONTHS, _DAYS = ([name.capitalize() for name in basic(kind)] for kind in ("calendar.months", "calendar.days"))

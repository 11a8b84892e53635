"""Two plots of a run as SVG: small, the same bytes each time, and in the colours of the page that they stand in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eval.errors import EvalError
from eval.intervals import wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from eval.measures.confidence import Bin

# matplotlib knows no variables of CSS: each colour that it draws in stands for one.
_QUIET, _LINE, _OURS, _IDEAL = "#000001", "#000002", "#000003", "#000004"
_COLOURS = {_QUIET: "var(--quiet)", _LINE: "var(--line)", _OURS: "var(--accent)", _IDEAL: "var(--mark)"}
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "ibid",
    "svg.fonttype": "none",
    "font.size": 9,
    "text.color": _QUIET,
    "axes.labelcolor": _QUIET,
    "axes.edgecolor": _LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _QUIET,
    "ytick.labelcolor": _QUIET,
    "legend.frameon": False,
    "legend.labelcolor": _QUIET,
}
_STEPS = 40
_DECIMALS = re.compile(r"-?(?<!\d)\d+\.\d+")
_XLINK = "{http://www.w3.org/1999/xlink}href"


def risk_coverage(points: Sequence[tuple[float, float]]) -> str:
    """The risk-coverage curve (El-Yaniv and Wiener 2010) beside that of an oracle, as an SVG element.

    `points` are (coverage, risk) pairs in [0, 1], up to a coverage of 1: answering the surest part `coverage` of the
    questions and refusing the others, the part `risk` of the answers is wrong.  An oracle answers all that is right
    first: of a part e that is wrong in all, max(0, 1 - (1 - e) / coverage) of its answers are.  Raises EvalError where
    matplotlib is not installed.
    """
    with _drawing() as (figure, axes):
        if points:
            coverage, risk = (list(values) for values in zip(*points, strict=True))
            axes.plot(coverage, risk, color=_OURS, linewidth=1.8, label="by confidence")
            axes.fill_between(coverage, risk, color=_OURS, alpha=0.08, linewidth=0)
            wrong = risk[-1]
            beyond = [1 - wrong * step / _STEPS for step in range(_STEPS, -1, -1)]
            ideal = [0.0, *(max(0.0, 1 - (1 - wrong) / c) if c else wrong for c in beyond)]
            axes.plot([0.0, *beyond], ideal, color=_IDEAL, linewidth=1.5, linestyle="--", label="by an oracle")
            axes.legend(loc="upper left")
        axes.set(xlim=(0, 1), ylim=(0, max(0.1, 1.15 * max((risk for _, risk in points), default=0))))
        axes.set(xlabel="coverage: part of the questions answered", ylabel="risk: part of the answers wrong")
        return _svg(figure, "risk", "Risk-coverage curve, with the oracle's")


def reliability(bins: Sequence[Bin]) -> str:
    """The reliability diagram (Niculescu-Mizil and Caruana 2005), with the number in each bin, as an SVG element.

    The part of each bin has its Wilson interval, as if no two of its questions had to do with each other.
    Raises EvalError where matplotlib is not installed.
    """
    with _drawing() as (figure, axes):
        axes.plot((0, 1), (0, 1), color=_IDEAL, linewidth=1.2, linestyle="--", label="as sure as right")
        if bins:
            sure, true = [b.confidence for b in bins], [b.answerable for b in bins]
            axes.plot(sure, true, color=_OURS, linewidth=1.8, marker="o", markersize=5, label="observed")
            lows, highs = zip(*(wilson(b.answerable, b.n) for b in bins), strict=True)
            axes.vlines(sure, lows, highs, color=_OURS, linewidth=1)
        for one in bins:
            over = one.answerable > one.confidence
            side = "left" if one.confidence <= 0.05 else "right" if one.confidence >= 0.95 else "center"
            at = (one.confidence, one.answerable)
            axes.annotate(str(one.n), at, (0, 7 if over else -13), textcoords="offset points", ha=side, fontsize=8)
        axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="mean confidence of the bin", ylabel="part that is answerable")
        axes.legend(loc="lower right")
        return _svg(figure, "reliability", "Reliability diagram, with the number of questions in each bin")


@contextmanager
def _drawing() -> Iterator[tuple[Figure, Axes]]:
    """A figure and its axes, in the style of the page."""
    try:
        import lxml  # noqa: F401 - what is drawn is read again with it
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise EvalError(f'the plots need {error.name}; install it with: pip install "ibid[report]"') from error
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(4.4, 3.4), layout="tight")
        yield figure, figure.subplots()


def _svg(figure: Figure, name: str, title: str) -> str:
    """`figure` as an SVG element for a page that allows no style but its own; `name` keeps its ids apart."""
    from lxml import etree

    file = io.BytesIO()
    figure.savefig(file, format="svg", transparent=True, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = etree.fromstring(file.getvalue(), etree.XMLParser(remove_blank_text=True))
    for spare in svg.xpath("//*[local-name()='metadata' or local-name()='style' or local-name()='title']"):
        spare.getparent().remove(spare)
    used = {href[1:] for href in svg.xpath("//@*[local-name()='href']")}
    used |= set(re.findall(r"url\(#([^()]+)\)", " ".join(svg.xpath("//@clip-path"))))
    for element in svg.iter():
        _plain(element, name, used)
    for spare in ("width", "height", "version"):
        svg.attrib.pop(spare, None)
    etree.cleanup_namespaces(svg)
    svg.attrib.update({"role": "img", "aria-label": title})
    return re.sub(r"\s+", " ", etree.tostring(svg, encoding="unicode"))


def _plain(element: Any, name: str, used: Set[str]) -> None:  # noqa: ANN401 - lxml has no types
    """Turn the style of `element` into attributes, its colours into the page's, and its ids into ones of `name`."""
    for rule in element.attrib.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in rule.partition(":"))
        if key and key != "font-family":
            element.set(key, _COLOURS.get(value, value))
    for attribute in ("d", "x", "y"):
        if attribute in element.attrib:
            # A tenth of a point cannot be seen, and is the same on every machine.
            element.set(
                attribute, _DECIMALS.sub(lambda number: f"{round(float(number[0]), 1):g}", element.get(attribute))
            )
    identity = element.attrib.pop("id", None)
    if identity in used:
        element.set("id", f"{name}-{identity}")
    if _XLINK in element.attrib:
        element.set("href", f"#{name}-{element.attrib.pop(_XLINK)[1:]}")
    if "clip-path" in element.attrib:
        element.set("clip-path", element.get("clip-path").replace("(#", f"(#{name}-"))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]

"""The results as a page and as plots: `python -m bench.peers.page` reads results/peers.json and scale.json."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.peers.plots import bars, figure, growth

RESULTS = Path(__file__).parents[1] / "results"


def main() -> None:
    """Write the page and the plots."""
    result = json.loads((RESULTS / "peers.json").read_text(encoding="utf-8"))
    scale = json.loads((RESULTS / "scale.json").read_text(encoding="utf-8"))
    (RESULTS / "peers.md").write_text(page(result, scale), encoding="utf-8")
    bars(result, "cold_seconds", RESULTS / "peers-cold.svg", "seconds from the start to the passages, or an answer")
    bars(result, "passages_a_second", RESULTS / "peers-embedding.svg", "passages embedded a second")
    growth(result, {row["passages"]: row["fused"]["p50_ms"] for row in scale}, RESULTS / "peers-growth.svg")


def page(result: dict[str, Any], scale: list[dict[str, Any]]) -> str:
    """All tables, in Markdown; `scale` is what `bench/scale.py` measured."""
    systems, labels, served = result["systems"], result["labels"], result["served"]
    sizes = list(dict.fromkeys(size for of in systems.values() for size in of.get("growth_ms", {})))
    versions = {
        name: ", ".join(f"{one} {of}" for one, of in found.items()) for name, found in result["versions"].items()
    }
    low, high = min(result["load_average"]), max(result["load_average"])
    lines = [
        "# ibid beside others",
        "",
        f"Made by `python -m bench.peers {result['rounds']}`, whose docstring tells what is measured. Medians of "
        f"{result['rounds']} rounds on {result['processor']}, {result['cores']} cores, {result['threads']} threads, "
        f"Python {result['python']}; load average {low} to {high}. "
        "Only `ibid ask` and what `/v1/answers` is asked are whole answers; "
        f"all else is passages, ten of them. ibid chose to embed passages in: {result['precision']}.",
        "",
        *table(
            [
                "",
                "cold, s",
                "MiB",
                "by `ibid ask`",
                "warm p50, ms",
                "p95, ms",
                "embedded a second",
                "first passage as exact",
            ],
            (
                [
                    labels[name],
                    *cells(of, "cold_seconds", "cold_mib", "cold_by_ask", "p50_ms", "p95_ms", "passages_a_second"),
                    f"{of['agreeing']:.0%}" if "agreeing" in of else "",
                ]
                for name, of in systems.items()
            ),
        ),
        "![Seconds to start](peers-cold.svg)",
        "",
        "![Passages embedded a second](peers-embedding.svg)",
        "",
        "## Growth",
        "",
        "Milliseconds a question (p50) among so many made-up passages, embedding it included; in brackets, seconds to "
        "open.",
        "",
        *table(
            ["", *(f"{int(size):,}" for size in sizes)],
            ([labels[name], *(grown(of, size) for size in sizes)] for name, of in systems.items() if "growth_ms" in of),
        ),
        "![Growth](peers-growth.svg)",
        "",
        "To a million passages ibid's search was measured alone, in one thread and without a network that embeds "
        "(`python bench/scale.py`):",
        "",
        *table(
            [
                "passages",
                "p50, ms",
                "p99, ms",
                "recall@10",
                "to open, s",
                "MiB",
                "of which before",
                "built in, s",
                "with MiB at most",
            ],
            (
                [
                    f"{row['passages']:,}",
                    *cells(row["fused"], "p50_ms", "p99_ms"),
                    *cells(row, "recall@10", "open_seconds"),
                    figure(row["memory_after"]["VmRSS"]),
                    figure(row["memory_empty"]["VmRSS"]),
                    figure(row["build_seconds"]),
                    figure(row["build_memory"]["VmHWM"]),
                ]
                for row in scale
            ),
        ),
        "## The parts of the floor",
        "",
        *table(
            ["ms", "bundled corpus", *(f"{int(size):,}" for size in systems["floor"].get("growth_pieces_ms", {}))],
            (
                [
                    part,
                    f"{ms:.3f}",
                    *(f"{of[part]:.3f}" for of in systems["floor"].get("growth_pieces_ms", {}).values()),
                ]
                for part, ms in systems["floor"].get("pieces_ms", {}).items()
            ),
        ),
        "## Served",
        "",
        f"{served['clients']} clients at once for {served['seconds']} s, on the same cores; medians of "
        f"{served['rounds']} rounds, load average before {served['load_average']} "
        f"(`python -m bench.peers {served['rounds']} --served`).",
        "",
        *table(
            ["", "answers a second", "p50, ms", "p95, ms", "clients lost"],
            (
                [crowd_label(result, name), *cells(of, "answers_a_second", "p50_ms", "p95_ms", "clients_lost")]
                for name, of in served.items()
                if isinstance(of, dict)
            ),
        ),
        "## Left out",
        "",
        *([f"- {labels[name]}: {why}" for name, why in result["left_out"].items()] or ["Nothing."]),
        "- paper-qa: its answers, which take a language model; its search alone is measured.",
        "",
        "## Versions",
        "",
        *(f"- {labels[name]}: {told}" for name, told in versions.items()),
    ]
    return "\n".join(lines) + "\n"


def crowd_label(result: dict[str, Any], name: str) -> str:
    """What is served."""
    ours = {
        "ibid ask": "`ibid serve`, whole answers, no question twice",
        "asked again": "`ibid serve`, whole answers, questions asked before",
        "ibid search": "`ibid serve`, passages",
    }
    return ours.get(name) or f"{result['labels'][name]} in FastAPI, passages"


def cells(of: dict[str, Any], *names: str) -> list[str]:
    """Figures to three digits, and nothing where there are none."""
    return [figure(of[name]) if name in of else "" for name in names]


def grown(of: dict[str, Any], size: str) -> str:
    """What it takes at a size."""
    return f"{figure(of['growth_ms'][size])} ({figure(of['open_seconds'][size])})" if size in of["growth_ms"] else "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Its lines, and an empty one."""
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


if __name__ == "__main__":
    main()

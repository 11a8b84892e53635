"""Write the tables of docs/scale.md, between their marks, out of bench/results, by the model of bench/sizing.py.

With `--check` nothing is written, and the exit code is 1 if they are not what stands there.  A figure that was not
measured yet is left out.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.sizing import ANSWERS, BUSY, CORES, DIMENSION, EMBEDDING, PASSAGES, SHARDED, Sizing
from tools.amounts import count, duration, milliseconds, power, size

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
_PART = re.compile(r"(<!-- sizing: (\w+) -->).*?(<!-- end of sizing -->)", re.DOTALL)


def measured(sizing: Sizing) -> Iterable[str]:
    """The table of what was measured, and where it stands."""
    yield from _head("what", "figure", "in bench/results")
    for what, figure, where in (*_searching(sizing), *_building(sizing), *_answering(sizing)):
        yield _row(what, figure, where)


def _searching(sizing: Sizing) -> Iterable[tuple[str, str, str]]:
    yield "an index, a passage", size(sizing.bytes_a_passage), f"scale.json, of {power(sizing.largest['passages'])}"
    for row in sizing.scale:
        if row["passages"] >= PASSAGES[0]:
            found = f"{milliseconds(row['fused']['p50_ms'] / 1e3)}, recall@10 {row['recall@10']:.3f}"
            yield (
                f"a search of {power(row['passages'])} passages, its question's vector given",
                found,
                "scale.json, `fused`",
            )
    for row in sizing.postgres:
        told, many = row["database"], power(row["passages"])
        a_passage = size(told["index_bytes"] / row["passages"])
        yield f"an index of {many} in PostgreSQL, a passage", a_passage, "postgres.json"
        beside = f"{milliseconds(told['fused']['p50_ms'] / 1e3)}, recall@10 {told['recall@10']:.3f}"
        files = milliseconds(row["files"]["fused"]["p50_ms"] / 1e3)
        yield f"a search of {many} there", f"{beside}; of files in the same run {files}", "postgres.json, `fused`"


def _building(sizing: Sizing) -> Iterable[tuple[str, str, str]]:
    yield "passages embedded a second and core", count(sizing.embedded), "index.json, `ours`"
    yield "passages written a second by one process", count(sizing.written), "scale.json, `build_seconds`"
    for encoder, told in sizing.workers.items():
        by_one = ", ".join(f"{way} {ratio:.2f}" for way, ratio in told["by_one"].items())
        where = f"workers.json, `{encoder}`"
        yield f"{count(told['documents'])} documents, seconds by those of one process", by_one, where
    for row in sizing.scale:
        update = row.get("update")
        if update and row["passages"] >= PASSAGES[0]:
            moved = f"{size(update['bytes_written'])} written, {size(update['bytes_read'])} read"
            yield f"one paragraph of {power(row['passages'])} changed", moved, "scale.json, `update`"
    for row in sizing.postgres:
        written = size(row["database"]["update"]["log_bytes"])
        yield f"one paragraph of {power(row['passages'])} changed in PostgreSQL", f"{written} of log", "postgres.json"


def _answering(sizing: Sizing) -> Iterable[tuple[str, str, str]]:
    crowd, again, cores = sizing.serve["crowd"], sizing.serve["again"], sizing.serve["machine"]["cores"]
    yield "answers a second and core, never asked for before", f"{sizing.served:.1f}", "serve.json, `crowd`"
    yield "answers a second and core, asked for before", count(again["answers_a_second"] / cores), "serve.json, `again`"
    for way in ("measured", "simulated"):
        if way in sizing.replicated:
            told = sizing.replicated[way]
            what = f"{told['all']['servers']} servers, answers a second by those of one"
            yield what, f"{told['times']:.2f}", f"replicas.json, `{way}`"
    yield "memory of a server with its networks", size(crowd["memory_mb"][-1] * 1e6), "serve.json, `crowd`"


def passages(sizing: Sizing) -> Iterable[str]:
    """The table of what the number of passages costs."""
    yield from _head(
        "passages",
        "index",
        "memory: process, with the index cached",
        "search",
        "answers a second and core",
        "first build: core-hours to embed",
        f"on {EMBEDDING} cores",
        "written by one process",
        "a replica's first pull",
    )
    for many in PASSAGES:
        about = "" if sizing.row(many) else "≈ "
        embedding = many / sizing.embedded
        yield _row(
            power(many),
            about + size(sizing.index_bytes(many)),
            f"≈ {size(sizing.process(many))}, {size(sizing.memory(many))}",
            about + milliseconds(sizing.search(many)),
            f"≈ {sizing.answers(many):.1f}",
            f"≈ {count(embedding / 3600)}",
            f"≈ {duration(embedding / EMBEDDING)}",
            about + duration(sizing.writing(many)),
            f"≈ {duration(sizing.pulled(many, 1))}",
        )


def answers(sizing: Sizing) -> Iterable[str]:
    """The table of what answers a second cost, with a million passages."""
    many = 10**6
    yield from _head(
        "answers a second",
        "cores",
        f"replicas of {CORES} cores",
        "memory of all, with the index cached",
        "a whole index to all of them",
    )
    for often in ANSWERS:
        replicas = sizing.replicas(many, often)
        yield _row(
            count(often),
            count(replicas * CORES),
            count(replicas),
            size(replicas * sizing.memory(many)),
            duration(sizing.pulled(many, replicas)),
        )


def ways(sizing: Sizing) -> Iterable[str]:
    """The table of which way does, and how many servers it takes."""
    yield from _head("passages", *(f"{count(often)} a second" for often in ANSWERS))
    for many in PASSAGES:
        cells = (f"{sizing.way(many, often)}, {count(sizing.replicas(many, often))}" for often in ANSWERS)
        yield _row(power(many), *cells)


def database(sizing: Sizing) -> Iterable[str]:
    """The table of what a database takes, as far as one does."""
    if not sizing.postgres:
        yield "It was not measured yet."
        return
    often = ANSWERS[2:]
    yield from _head("passages", "index", *(f"cores for {count(one)} answers a second" for one in often))
    for many in PASSAGES:
        if many <= SHARDED:
            cores = (f"≈ {count(math.ceil(sizing.database_cores(one)))}" for one in often)
            yield _row(power(many), f"≈ {size(sizing.database_bytes(many))}", *cores)


def breaks(sizing: Sizing) -> Iterable[str]:
    """The table of what gives way first as passages grow."""
    yield from _head("passages", "what gives way first", "what to change then")
    build = [duration(many / sizing.embedded / CORES) for many in PASSAGES]
    wrote = [duration(sizing.writing(many)) for many in PASSAGES]
    memory = [size(sizing.memory(many)) for many in PASSAGES]
    yield _row(
        power(PASSAGES[0]),
        f"answers a second: a search takes {milliseconds(sizing.search(PASSAGES[0]))} of an answer's "
        f"{milliseconds(1 / sizing.served)} of a core",
        f"one more replica for every {sizing.answers(PASSAGES[0]) * CORES * BUSY:.0f} answers a second",
    )
    yield _row(
        power(PASSAGES[1]),
        f"the first build: {build[1]} of embedding on {CORES} cores",
        "`--workers`, or `--ray` on several machines; afterwards an update costs what changed",
    )
    yield _row(
        power(PASSAGES[2]),
        f"memory: {memory[2]} for each replica that keeps the index cached; then writing, {wrote[2]} by one process",
        "more memory where few replicas do; else PostgreSQL, where the index is held once and not by each",
    )
    yield _row(
        power(PASSAGES[3]),
        f"one database: the vectors alone are {size(PASSAGES[3] * 4 * DIMENSION)}, and their graph must be in memory",
        "shards by document, each a database of its own (Citus), or OpenSearch with vectors on disk: on paper",
    )
    yield _row(
        power(PASSAGES[4]),
        f"the first build: {wrote[4]} to write by one process, {build[4]} to embed on {CORES} cores",
        "a writer for each shard, and embedding on graphics cards: on paper",
    )


PARTS: dict[str, Callable[[Sizing], Iterable[str]]] = {
    "measured": measured,
    "passages": passages,
    "answers": answers,
    "ways": ways,
    "database": database,
    "breaks": breaks,
}


def with_tables(text: str) -> str:
    """The page with its tables as they should be."""
    sizing = Sizing.measured()

    def whole(part: re.Match[str]) -> str:
        return "\n".join([part[1], "", *PARTS[part[2]](sizing), "", part[3]])

    return _PART.sub(whole, text)


def _head(*names: str) -> list[str]:
    return [_row(*names), _row(*("---" for _ in names))]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Write or check; the exit code says whether all is well."""
    text = PAGE.read_text(encoding="utf-8")
    wanted = with_tables(text)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
    elif wanted != text:
        sys.stderr.write("docs/scale.md: a table is out of date; run: python tools/sizing_tables.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

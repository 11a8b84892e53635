"""What is fuzzed: the inputs that each begins with, how they are changed, and what takes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.fuzzing import asking, garden, stored
from bench.fuzzing.documents import reading
from bench.fuzzing.mutants import Mutate, archives_of, mutants_of, records_of
from bench.fuzzing.seeds import FILES

_ARCHIVES = (".docx", ".xlsx", ".odt", ".pptx", ".epub")
_RECORDS = (".json", ".jsonl", ".ipynb")


@dataclass(frozen=True, slots=True)
class Target:
    """`take` tells what came of an input, the same each time; whatever it raises is a finding."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    mutants: Callable[[Sequence[bytes]], Mutate]
    take: Callable[[bytes], str]


def _file(suffix: str) -> Target:
    mutants = archives_of if suffix in _ARCHIVES else records_of if suffix in _RECORDS else mutants_of
    return Target(suffix.removeprefix("."), FILES[suffix], mutants, reading(suffix))


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        *map(_file, FILES),
        Target("manifest", lambda: [stored.MANIFEST.encode()], mutants_of, stored.manifest),
        Target("record", garden.records, records_of, stored.record),
        Target("gold", lambda: [stored.gold_file()], records_of, stored.gold),
        Target("run", lambda: [stored.run_file()], records_of, stored.run),
        Target("journal", lambda: [stored.journal_file()], records_of, stored.journal),
        Target("question", lambda: [question.encode() for question in garden.QUESTIONS], mutants_of, asking.question),
        Target(
            "conversation",
            lambda: [json.dumps(turns).encode() for turns in asking.CONVERSATIONS],
            records_of,
            asking.conversation,
        ),
        Target("request", asking.requests, records_of, asking.request),
    )
}

"""Made-up requests, good and bad, to a live server that tells of itself by OpenAPI (schemathesis)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(slots=True)
class Fuzzed:
    """How many requests of each operation were answered with which status, and what was wrong with answers."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """How many requests there were."""
        return sum(sum(counted.values()) for counted in self.statuses.values())


def fuzz(url: str, examples: int, number: int = 0) -> Fuzzed:
    """Send each operation up to `examples` requests that keep to the schema and as many that do not.

    `number` chooses other ones.  An answer is wrong that is a 5xx other than a told 503, or none that is told of.
    """
    fuzzed = Fuzzed()
    for found in schemathesis.openapi.from_url(f"{url}/openapi.json").get_all_operations():
        operation = found.ok()
        counted = fuzzed.statuses.setdefault(operation.label, Counter())
        varies = bool(operation.body or operation.query or operation.path_parameters)
        for mode in GenerationMode if varies else [GenerationMode.POSITIVE]:
            _send(operation, mode, examples if varies else 1, number, counted, fuzzed.faults)
    return fuzzed


def _send(
    operation: Any,  # noqa: ANN401 - schemathesis does not name its type
    mode: GenerationMode,
    examples: int,
    number: int,
    counted: Counter[int],
    faults: list[str],
) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:  # noqa: ANN401
        response = case.call()
        counted[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except Exception as fault:
            faults.append(f"{operation.label}: {fault}")

    try:
        send()
    except Unsatisfiable:  # everything is good for an operation that takes what is not told
        return

"""What a record looks like when it is sent or stored, as JSON Schema (2020-12)."""

from __future__ import annotations

from typing import Any

__all__ = ["answer_schema", "schema_of"]


def schema_of(record: type) -> dict[str, Any]:
    """The schema of a dataclass as `asdict` and JSON write it: every field is there, a tuple is an array."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(record).json_schema(mode="serialization")
    for described in (schema, *schema.get("$defs", {}).values()):
        described["required"] = list(described["properties"])
    return schema


def answer_schema() -> dict[str, Any]:
    """The schema of the answer record: what `Answer.to_json` gives."""
    from answer import Answer

    return schema_of(Answer)

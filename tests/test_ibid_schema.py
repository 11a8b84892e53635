"""The schema of the answer record against real answers."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from fakes import plain_weights
from leaflets import DRAWBACKS, OFF_TOPIC, STORED, garden

from answer import Answer
from eval import read_gold
from ibid.api import open
from ibid.schema import answer_schema


def check(answer: Answer) -> None:
    """The answer as it is sent fits the schema, and the schema knows all that is sent."""
    record = json.loads(json.dumps(answer.to_json()))
    schema = answer_schema()
    jsonschema.Draft202012Validator(schema).validate(record)
    assert record.keys() == schema["properties"].keys()
    for citation in record["citations"] + record["nearest"]:
        assert citation.keys() == schema["$defs"]["Citation"]["properties"].keys()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(answer_schema())
    assert answer_schema()["type"] == "object"


@pytest.mark.parametrize("question", [DRAWBACKS, STORED, OFF_TOPIC, "Who feeds tomatos?"])
def test_answers_and_refusals_fit_the_schema(tmp_path: Path, question: str) -> None:
    with plain_weights():
        check(garden(tmp_path).ask(question))


@pytest.mark.parametrize(
    ("field", "value"),
    [("status", "perhaps"), ("reason", "tired"), ("confidence", "high"), ("citations", {}), ("statements", ["x"])],
)
def test_what_is_no_record_does_not_fit(tmp_path: Path, field: str, value: object) -> None:
    with plain_weights():
        record = json.loads(json.dumps(garden(tmp_path).ask(DRAWBACKS).to_json()))
    validator = jsonschema.Draft202012Validator(answer_schema())
    assert validator.is_valid(record)
    assert not validator.is_valid(record | {field: value})
    assert not validator.is_valid({name: kept for name, kept in record.items() if name != field})


@pytest.mark.model
def test_the_answers_to_the_gold_questions_fit_the_schema(index: Path) -> None:
    library = open(index=index)
    questions = [question for question in read_gold(["dev"]) if question.corpus is None]
    assert questions
    for question in questions:
        check(library.ask(question.question))

"""What OpenAPI shows of the responses, against the schemas that it tells of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from jsonschema import Draft202012Validator
from live import live

from answer import Answer
from answer.record import quote_hash
from ibid.http.gate import Rules

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The OpenAPI document."""
    folder: Path = tmp_path_factory.mktemp("examples")
    with live(folder, Rules(upload=1000), openai_route=True, uploads=True) as server:
        document: dict[str, Any] = server.client.get("/openapi.json").json()
    return document


def schema_of(told: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """The schema of what a route gives, with its examples."""
    responses = told["paths"][path][method]["responses"]
    content = responses.get("201", responses["200"])["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema: dict[str, Any] = told["components"]["schemas"][name]
    return schema


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/answers", "post"),
        ("/v1/answers", "get"),
        ("/v1/search", "post"),
        ("/v1/sources", "get"),
        ("/v1/sources/{source_id}", "get"),
        ("/v1/suggestions", "get"),
        ("/v1/generations", "get"),
        ("/v1/chat/completions", "post"),
        ("/v1/models", "get"),
        ("/v1/uploads", "get"),
        ("/v1/uploads/{name}", "put"),
        ("/healthz", "get"),
    ],
)
def test_a_response_is_shown_by_an_example_of_its_schema(told: dict[str, Any], path: str, method: str) -> None:
    schema = {"components": told["components"]} | schema_of(told, path, method)
    assert schema["examples"]
    for example in schema["examples"]:
        assert list(Draft202012Validator(schema).iter_errors(example)) == []


def test_the_example_of_an_answer_quotes_the_example_of_its_source(told: dict[str, Any]) -> None:
    (record,) = schema_of(told, "/v1/answers", "post")["examples"]
    (source,) = schema_of(told, "/v1/sources/{source_id}", "get")["examples"]
    assert record.pop("conversation")
    (citation,) = Answer.from_json(record).citations
    assert source["text"][citation.start : citation.end] == citation.quote
    assert citation.quote_hash == quote_hash(citation.quote)
    assert (citation.document_id, citation.revision) == (source["source"]["id"], source["source"]["revision"])

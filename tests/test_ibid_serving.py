"""What a live server answers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from leaflets import DRAWBACKS
from live import SLOW, Live, live, problem

from answer import Answer, Answerer, Message, ModelError, Reply, Schema, Usage, verify
from ibid import __version__
from ingest import Generation, Suggested, Suggestion, published
from ingest.index.generation import layers

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path) as running:
        yield running


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_ms={})


def test_an_answer_is_the_record_that_the_program_makes(server: Live) -> None:
    record = server.ask(DRAWBACKS).json()
    assert len(record.pop("conversation")) == 32
    made = Answerer(Generation.open(server.places.index), server.encoder).ask(DRAWBACKS)
    assert untimed(Answer.from_json(record)) == untimed(made)
    assert list(record) == list(made.to_json())
    assert {v.status for v in verify(record, Generation.open(server.places.index))} == {"exact"}


def test_a_refusal_is_an_answer(server: Live) -> None:
    response = server.ask("Who won the football match?")
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["reason"]) == ("insufficient_evidence", "off_topic")


def test_a_stream_has_the_stages_then_the_statements_then_the_record(fresh: Live) -> None:
    events = fresh.events(DRAWBACKS)
    kinds = [kind for kind, _ in events]
    record = events[-1][1]
    assert kinds == ["stage"] * 3 + ["statement"] * len(record["statements"]) + ["record"]
    assert [told["stage"] for kind, told in events if kind == "stage"] == ["resolve", "search", "read"]
    said = [told for kind, told in events if kind == "statement"]
    assert [s["text"] for s in said] == [s["text"] for s in record["statements"]]
    for statement in said:
        assert [c["number"] for c in statement["cited"]] == statement["citations"]
    # What was said is said again, and takes no search.
    again = fresh.events(DRAWBACKS)
    assert [told["stage"] for kind, told in again if kind == "stage"] == ["resolve"]
    assert again[1:-1] == events[3:-1] and again[-1][1]["text"] == record["text"]
    assert fresh.ask(DRAWBACKS).json()["timings_ms"].keys() == {"resolve", "total"}
    assert 'ibid_stage_seconds_count{stage="read"} 1.0' in fresh.client.get("/metrics").text


def test_a_stage_is_told_while_it_lasts(fresh: Live) -> None:
    asked = {"question": SLOW}
    with fresh.client.stream("POST", "/v1/answers", json=asked, headers={"Accept": "text/event-stream"}) as response:
        lines = response.iter_lines()
        events = (line.removeprefix("event: ") for line in lines if line.startswith("event: "))
        assert [next(events), next(events)] == ["stage", "stage"]
        assert fresh.encoder.began.wait(20) and fresh.pool.working == 1
        fresh.encoder.go.set()
        assert list(events)[-1] == "record"


def test_what_fails_before_the_first_stage_has_a_status_of_its_own(server: Live) -> None:
    streamed = {"headers": {"Accept": "text/event-stream"}}
    of_none = {"question": DRAWBACKS, "generation": "000009-00000000"}
    problem(server.client.post("/v1/answers", json=of_none, **streamed), 404, "no_generation")
    problem(server.client.post("/v1/answers", json={"question": "\x07"}, **streamed), 422, "wrong_question")


def test_what_fails_later_is_an_event(
    fresh: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(DRAWBACKS)

    monkeypatch.setattr("ibid.http.answers.verify", fail)
    *_, (kind, told) = fresh.events(DRAWBACKS)
    assert (kind, told["status"], told["code"]) == ("problem", 500, "fault")
    assert told["request_id"] in caplog.text and "RuntimeError" in caplog.text
    assert "verdolin" not in caplog.text
    assert fresh.ask("How is verdolin given?").status_code == 500


def test_a_question_may_be_answered_in_a_stream_and_followed_up(server: Live) -> None:
    first = server.events("How is verdolin given?")[-1][1]
    followed = server.ask("And its drawbacks?", conversation=first["conversation"]).json()
    assert followed["resolved_question"] == "As for verdolin: And its drawbacks?"


class Writer:
    """A model that points at one sentence, and says another that it proves; or fails."""

    name = "scripted:writer"
    fails = False

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        if self.fails:
            raise ModelError("it is away")
        passages = json.loads(messages[1]["content"])["passages"]
        if schema is None:
            return Reply("The main drawbacks of verdolin are weak stems and yellow leaves [1].", Usage(300, 9))
        numbered = [each for group in passages.values() for each in group["sentences"].items()]
        number = next(int(number) for number, text in numbered if "drawbacks of verdolin" in text)
        return Reply(json.dumps({"sentences": [number]}), Usage(700, 5))


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def written(tmp_path: Path, writer: Writer) -> Iterator[Live]:
    with live(tmp_path, model=writer, writes=True) as running:
        yield running


def kinds_of(record: dict[str, Any]) -> set[str]:
    return {statement["kind"] for statement in record["statements"]}


def test_what_a_model_writes_is_told_as_such(written: Live) -> None:
    record = written.ask(DRAWBACKS).json()
    assert kinds_of(record) == {"generated"}
    assert "scripted:writer" in next(n["text"] for n in record["notices"] if n["kind"] == "generated")
    events = written.events(DRAWBACKS)
    assert [told["stage"] for kind, told in events if kind == "stage"] == [
        "resolve",
        "search",
        "read",
        "point",
        "write",
    ]
    assert [told["kind"] for kind, told in events if kind == "statement"] == ["generated"]
    metrics = written.client.get("/metrics").text
    assert 'ibid_stage_seconds_count{stage="write"} 2.0' in metrics
    assert 'ibid_tokens_total{kind="prompt"} 2000.0' in metrics
    assert 'ibid_tokens_total{kind="completion"} 28.0' in metrics


def test_what_a_model_chooses_is_quoted_and_its_tokens_are_told(tmp_path: Path, writer: Writer) -> None:
    with live(tmp_path, model=writer) as running:
        record = running.ask(DRAWBACKS).json()
        assert kinds_of(record) == {"quote"}
        assert record["tokens"] == {"prompt": 700, "completion": 5}
        assert "pointed" in {n["kind"] for n in record["notices"]}
        stages = [told["stage"] for kind, told in running.events(DRAWBACKS) if kind == "stage"]
        assert stages == ["resolve", "search", "read", "point"]
        assert running.ask(DRAWBACKS, quotes_only=True).json()["tokens"] is None


def test_a_server_with_a_model_gives_the_quotes_too(written: Live) -> None:
    assert kinds_of(written.ask(DRAWBACKS, quotes_only=True).json()) == {"quote"}
    assert kinds_of(written.client.get("/v1/answers", params={"question": DRAWBACKS}).json()) == {"quote"}


def test_where_the_model_fails_the_quotes_are_the_answer(written: Live, writer: Writer) -> None:
    writer.fails = True
    record = written.ask(DRAWBACKS).json()
    assert kinds_of(record) == {"quote"}
    assert "it is away" in next(n["text"] for n in record["notices"] if n["kind"] == "not_pointed")


def test_a_refusal_streams_no_statement(server: Live) -> None:
    kinds = [kind for kind, _ in server.events("Who lost the football match?")]
    assert kinds == ["stage"] * 3 + ["record"]


def test_a_follow_up_is_asked_under_the_id_of_its_conversation(server: Live) -> None:
    first = server.ask("How is verdolin given?").json()
    second = server.ask("And its drawbacks?", conversation=first["conversation"]).json()
    assert second["resolved_question"] == "As for verdolin: And its drawbacks?"
    assert second["conversation"] == first["conversation"]
    alone = server.ask("And its drawbacks?").json()
    assert alone["resolved_question"] == "And its drawbacks?"
    assert alone["conversation"] != first["conversation"]


def test_a_permanent_link_gives_the_answer_of_its_generation(fresh: Live) -> None:
    then = fresh.ask(DRAWBACKS).json()
    fresh.revise("a bitter taste", "a sour taste")
    link = {"question": then["resolved_question"], "generation": then["generation"]}
    again = fresh.client.get("/v1/answers", params=link).json()
    assert again["conversation"] is None
    assert (again["text"], again["generation"]) == (then["text"], then["generation"])
    now = fresh.client.get("/v1/answers", params={"question": then["resolved_question"]}).json()
    assert "sour" in now["text"] and now["generation"] != then["generation"]
    earlier = fresh.ask(DRAWBACKS, generation=then["generation"]).json()
    assert earlier["text"] == then["text"]


def test_a_new_generation_is_served_without_a_restart(fresh: Live) -> None:
    before = fresh.ask(DRAWBACKS).json()
    fresh.revise("a bitter taste", "a sour taste")
    after = fresh.ask(DRAWBACKS).json()
    assert "bitter" in before["text"] and "sour" in after["text"]
    assert after["generation"] > before["generation"]
    assert fresh.client.get("/readyz").json()["generation"] == after["generation"]
    assert f'ibid_generation_info{{generation="{after["generation"]}"}} 1.0' in fresh.client.get("/metrics").text


def test_a_conversation_outlives_a_generation(fresh: Live) -> None:
    talk = fresh.ask("How is verdolin given?").json()["conversation"]
    fresh.revise("a bitter taste", "a sour taste")
    follow_up = fresh.ask("And its drawbacks?", conversation=talk).json()
    assert "sour" in follow_up["text"]


def test_a_damaged_generation_is_not_served(fresh: Live, caplog: pytest.LogCaptureFixture) -> None:
    before = fresh.ask(DRAWBACKS).json()
    fresh.revise("a bitter taste", "a sour taste")
    *_, layer = layers(Generation.open(fresh.places.index))
    (layer.segment.path / "vectors.f32").write_bytes(b"x")
    after = fresh.ask(DRAWBACKS).json()
    assert after["generation"] == before["generation"]
    ready = fresh.client.get("/readyz")
    assert ready.status_code == 200, "or no server would be ready after a publish that none can use"
    assert (ready.json()["status"], ready.json()["generation"]) == ("stale", before["generation"])
    assert "vectors.f32" in caplog.text and str(fresh.places.index) not in ready.text
    assert fresh.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("file", ["store.db", "vectors.f32"])
def test_a_segment_that_is_cut_under_the_server_is_told_until_it_is_made_anew(
    fresh: Live, caplog: pytest.LogCaptureFixture, file: str
) -> None:
    *_, layer = layers(Generation.open(fresh.places.index))
    os.truncate(layer.segment.path / file, 100)
    problem(fresh.ask(DRAWBACKS), 503, "no_index")
    assert file in caplog.text and fresh.client.get("/healthz").status_code == 200
    fresh.revise("a bitter taste", "a sour taste")
    assert "a sour taste" in fresh.ask(DRAWBACKS).json()["text"]


def test_a_segment_that_is_removed_under_the_server_is_read_on(fresh: Live) -> None:
    shutil.rmtree(fresh.places.index / "segments")
    answer = fresh.ask(DRAWBACKS).json()
    assert answer["status"] == "answered" and answer["citations"]
    fresh.revise("a bitter taste", "a sour taste")
    assert "a sour taste" in fresh.ask(DRAWBACKS).json()["text"]


def test_an_index_that_is_gone_is_told_and_answers_are_still_given(
    fresh: Live, caplog: pytest.LogCaptureFixture
) -> None:
    fresh.places.index.rename(fresh.places.index.with_name("elsewhere"))
    refused = fresh.client.get("/v1/generations")
    problem(refused, 503, "no_index")
    assert refused.headers["retry-after"] and str(fresh.places.index) not in refused.text
    assert str(fresh.places.index) in caplog.text
    assert fresh.ask(DRAWBACKS).json()["status"] == "answered"
    assert fresh.client.get("/readyz").json()["status"] == "stale"


def test_search_gives_passages_in_order(server: Live) -> None:
    found = server.client.post("/v1/search", json={"question": "slugs", "k": 2}).json()
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert "slugs" in found["hits"][0]["passage"]["text"]
    assert found["generation"] == Generation.open(server.places.index).name
    assert [c["number"] for c in found["citations"]] == [1, 2]
    assert [c["quote"] for c in found["citations"]] == [hit["passage"]["text"] for hit in found["hits"]]
    assert found["words"] == ["slugs"]


def test_sources_are_listed(server: Live) -> None:
    listed = server.client.get("/v1/sources").json()
    assert {s["id"]: s["revised"] for s in listed["sources"]} == {"tomatoes": "2024-05-03", "marrows": None}


def test_a_source_is_read_with_its_ranges(server: Live) -> None:
    told = server.client.get("/v1/sources/tomatoes").json()
    document = Generation.open(server.places.index).document("tomatoes")
    text = told["text"]
    assert text == document.text and told["source"]["revision"] == document.revision
    headings = [text[b["start"] : b["end"]] for b in told["blocks"] if b["kind"] == "heading"]
    assert headings[0] == "Feeding tomatoes" and "Safety" in headings
    assert "Safety" in [section["heading"] for section in told["sections"]]
    cited = server.ask(DRAWBACKS).json()["citations"][0]
    assert text[cited["start"] : cited["end"]] == cited["quote"]
    assert cited["quote"] in [text[s["start"] : s["end"]] for s in told["sentences"]]


def test_a_source_that_a_client_has_is_not_sent_again(fresh: Live) -> None:
    first = fresh.client.get("/v1/sources/tomatoes")
    held = {"If-None-Match": first.headers["etag"]}
    assert fresh.client.get("/v1/sources/tomatoes", headers=held).status_code == 304
    fresh.revise("a bitter taste", "a sour taste")
    assert fresh.client.get("/v1/sources/tomatoes", headers=held).status_code == 200


def test_suggestions_are_those_of_a_generation_and_of_a_source(fresh: Live) -> None:
    first = fresh.client.get("/v1/suggestions").json()
    assert first == {"generation": published(fresh.places.index), "suggestions": []}
    found = [Suggestion(f"What are {name}?", name, "Feeds", 0, 9) for name in ("tomatoes", "marrows")]
    fresh.places.catalog.suggest(first["generation"], Suggested(tuple(found)))
    told = [asdict(suggestion) for suggestion in found]
    assert fresh.client.get("/v1/suggestions").json()["suggestions"] == told
    assert fresh.client.get("/v1/suggestions?source=marrows").json()["suggestions"] == told[1:]
    fresh.revise("every 3 weeks", "every 4 weeks")
    assert fresh.client.get("/v1/suggestions").json()["suggestions"] == []
    of = fresh.client.get(f"/v1/suggestions?generation={first['generation']}").json()
    assert of == first | {"suggestions": told}


def test_generations_tell_what_the_last_one_changed(fresh: Live) -> None:
    first = fresh.client.get("/v1/generations").json()
    assert first["last_change"] is None and [k["published"] for k in first["kept"]] == [True]
    fresh.revise("every 3 weeks", "every 4 weeks")
    told = fresh.client.get("/v1/generations").json()
    assert [k["published"] for k in told["kept"]] == [True, False]
    assert told["served"] == told["kept"][0]["name"] == told["last_change"]["new"]
    revised = told["last_change"]["revised"][0]
    assert (revised["id"], revised["changed"]) == ("tomatoes", 1) and "figure" in revised["matters"]
    assert told["last_change"]["unchanged"] == ["marrows"]
    changes = fresh.client.get(f"/v1/generations/{told['served']}/changes").json()
    assert "4 weeks" in json.dumps(changes)
    problem(fresh.client.get(f"/v1/generations/{told['kept'][1]['name']}/changes"), 404, "no_generation")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/sources/nothing", "no_source"),
        ("/v1/suggestions?source=nothing", "no_source"),
        ("/v1/sources?generation=000009-00000000", "no_generation"),
        ("/v1/sources/tomatoes?generation=000001", "no_generation"),
        ("/v1/answers?question=x&generation=000009-00000000", "no_generation"),
        ("/v1/generations/000009-00000000/changes", "no_generation"),
        ("/v1/nothing", "no_page"),
        ("/redoc", "no_page"),
        ("/v1/feedback", "no_page"),
    ],
)
def test_what_is_not_there_is_told(server: Live, path: str, code: str) -> None:
    problem(server.client.get(path), 404, code)


@pytest.mark.parametrize(("path", "allowed"), [("/v1/search", "POST"), ("/v1/answers", "GET, POST")])
def test_a_wrong_method_names_the_right_ones(server: Live, path: str, allowed: str) -> None:
    response = server.client.put(path, json={})
    problem(response, 405, "wrong_method")
    assert response.headers["allow"] == allowed


def test_metrics_count_answers_refusals_and_stages(fresh: Live) -> None:
    fresh.ask(DRAWBACKS)
    fresh.ask("Who won the football match?")
    fresh.client.get("/nothing")
    told = fresh.client.get("/metrics").text
    for line in (
        'ibid_requests_total{method="POST",route="/v1/answers",status="200"} 2.0',
        'ibid_requests_total{method="GET",route="other",status="404"} 1.0',
        'ibid_answers_total{status="answered"} 1.0',
        'ibid_refusals_total{reason="off_topic"} 1.0',
        'ibid_stage_seconds_count{stage="read"} 2.0',
        'ibid_request_seconds_count{route="/v1/answers"} 2.0',
        "ibid_requests_in_flight 1.0",
        "ibid_questions_working 0.0",
        "ibid_conversations 2.0",
    ):
        assert line in told.splitlines()


def test_openapi_tells_of_every_route_with_examples(server: Live) -> None:
    told = server.client.get("/openapi.json").json()
    assert told["openapi"].startswith("3.1") and told["info"]["version"] == __version__
    assert set(told["paths"]) == {
        *("/v1/answers", "/v1/search", "/v1/sources", "/v1/sources/{source_id}", "/v1/generations"),
        *("/v1/suggestions", "/v1/generations/{name}/changes", "/healthz", "/readyz", "/metrics"),
    }
    posted = told["paths"]["/v1/answers"]["post"]
    assert {"200", "400", "413", "415", "422", "429", "503"} <= set(posted["responses"])
    asked = told["components"]["schemas"]["Asked"]
    assert asked["examples"] and asked["additionalProperties"] is False
    for example in asked["examples"]:
        assert server.ask(**example).status_code == 200


def test_every_response_carries_the_headers_that_keep_a_browser_safe(server: Live) -> None:
    for path in ("/v1/sources", "/nothing", "/healthz"):
        headers = server.client.get(path, headers={"Origin": "https://evil.example"}).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"] and "http" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert not [name for name in headers if name.startswith("access-control")]


def test_a_request_keeps_the_id_that_it_came_with(server: Live) -> None:
    assert server.client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    given = server.client.get("/healthz", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"]
    assert len(given) == 32
    assert given != server.client.get("/healthz").headers["x-request-id"]


def test_feedback_keeps_drafts_of_gold_questions(tmp_path: Path) -> None:
    with live(tmp_path, feedback=tmp_path / "said") as server:
        record = server.ask(DRAWBACKS).json()
        refusal = server.ask("Who won the football match?").json()
        for told, right in ((record, True), (record, False), (refusal, True)):
            said = {"question": told["resolved_question"], "generation": told["generation"], "right": right}
            assert server.client.post("/v1/feedback", json=said | {"comment": "Well."}).status_code == 204
        gone = {"question": "x", "generation": "000009-00000000", "right": True}
        problem(server.client.post("/v1/feedback", json=gone), 404, "no_generation")
    right, wrong, refused = map(json.loads, (tmp_path / "said" / "drafts.jsonl").read_text().splitlines())
    assert right["item"]["expected"] == "answered" and right["item"]["nuggets"] and right["item"]["evidence"]
    assert (right["right"], right["comment"], right["generation"]) == (True, "Well.", record["generation"])
    assert refused["item"]["expected"] == "insufficient_evidence"
    assert wrong["item"].keys() == {"id", "stratum", "question"} and wrong["right"] is False

"""What must hold of a question, a conversation and a request, whatever is asked."""

from __future__ import annotations

import json
import re
from typing import Any

from leaflets import check_quotes, untimed

from answer import Answer, Conversation, QuestionError, verify
from bench.fuzzing import garden
from ibid.conversations import UnknownConversation
from ibid.http.openai import MODEL
from ibid.http.talks import LONGEST_TOKEN, SignedTalks, Talk

_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,30}")
_TARGET = re.compile(rb"/[\x21-\x7e]*")
_HEAD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,60}")
_REFUSED = (400, 599)
_TOLD = (503, 507)  # of the 5xx, those that are no fault of the server
_OPENAI = ("/v1/chat", "/v1/models")
_MOST = 12  # turns of a conversation

CONVERSATIONS = [
    [garden.DRAWBACKS, "And of quillex?", "How often is it poured?", "thanks"],
    [["What is verdolin?", "Verdolin is a man-made feed."], "Is it sprayed?"],
    [list(pair) for pair in zip(garden.QUESTIONS, garden.QUESTIONS[1:], strict=False)] + ["Why?"],
]


def _request(method: str, path: str, body: object = None, query: str = "", **headers: str) -> bytes:
    told = {"host": "127.0.0.1:8017", "content-type": "application/json"} | headers
    heads = [[name.replace("_", "-"), value] for name, value in told.items()]
    return json.dumps({"method": method, "path": path, "query": query, "headers": heads, "body": body}).encode()


def requests() -> list[bytes]:
    """Good requests of each route, as JSON."""
    generation = garden.server().pool.shelf.served.name
    asked = {"question": garden.DRAWBACKS, "conversation": None, "generation": generation, "quotes_only": True}
    talk = [{"role": "user", "content": garden.DRAWBACKS}, {"role": "assistant", "content": "Yellow leaves."}]
    parts = [{"type": "text", "text": "And of quillex?"}]
    completing = {"model": MODEL, "messages": [*talk, {"role": "user", "content": parts}], "n": 1, "stream": False}
    judged = {"question": garden.DRAWBACKS, "generation": generation, "right": False, "comment": "Too old."}
    going_on = {"question": "And of quillex?", "conversation": _token()}
    return [
        _request("POST", "/v1/answers", asked),
        _request("POST", "/v1/answers", going_on),
        _request("POST", "/v1/answers", {"question": garden.QUESTIONS[1]}, accept="text/event-stream"),
        _request("GET", "/v1/answers", query=f"question=What%20is%20verdolin%3F&generation={generation}"),
        _request("POST", "/v1/search", {"question": "slugs", "k": 3}, x_request_id="a.b"),
        _request("POST", "/v1/feedback", judged),
        _request("POST", "/v1/chat/completions", completing),
        _request(
            "POST", "/v1/chat/completions", completing | {"stream": True, "stream_options": {"include_usage": True}}
        ),
        *(_request("GET", path) for path in ("/v1/models", "/v1/sources", "/v1/generations", "/v1/suggestions")),
        *(_request("GET", path) for path in ("/v1/sources/tomatoes", "/healthz", "/readyz", "/metrics", "/docs")),
        _request("GET", "/v1/sources/tomatoes", query=f"generation={generation}"),
        _request("HEAD", "/openapi.json", origin="https://example.org"),
        _request("OPTIONS", "/v1/answers", origin="https://example.org", access_control_request_method="POST"),
    ]


def _token() -> str:
    talk = Talk(Conversation.from_json([(garden.DRAWBACKS, "Yellow leaves.")]))
    return SignedTalks(["the key of the shed"]).keep(talk)


def question(data: bytes) -> str:
    """Ask it twice, and once so that the best there is is said: every quote stands where it is cited."""
    text = data.decode("utf-8", "surrogatepass") if _is_text(data) else data.decode("utf-8", "surrogateescape")
    answering = garden.answerer()
    try:
        answer = answering.ask(text)
    except QuestionError as error:
        assert str(error).strip()
        return str(error)
    _check(answer)
    assert untimed(answering.ask(text)) == untimed(answer), "asked twice, it is not the same"
    _check(answering.ask(text, compel=True))
    return repr(untimed(answer))


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _check(answer: Answer) -> None:
    check_quotes(answer, garden.answerer())
    stored = json.dumps(answer.to_json(), ensure_ascii=False).encode()
    assert Answer.from_json(json.loads(stored)) == answer, "read back, it is not the same"
    assert 0 <= answer.confidence <= 1
    for shown in (str(answer), answer.to_markdown(), answer._repr_html_()):
        shown.encode()


def conversation(data: bytes) -> str:
    """Go through the turns of a conversation, a JSON list: what is text is asked, a pair was asked and said before."""
    turns = _json(data)
    if not isinstance(turns, list):
        return "no conversation"
    talk = Conversation()
    talks = SignedTalks(["a key"], clock=lambda: 0.0)
    told = []
    for turn in turns[:_MOST]:
        match turn:
            case str():
                told.append(_ask(turn, talk))
            case [str(asked), str(said)]:
                garden.answerer().replay(asked, said, talk)
        assert Conversation.from_json(talk.to_json()) == talk
        token = talks.keep(Talk(talk))
        assert len(token) <= LONGEST_TOKEN, "the token is too long"
        carried = talks.get(token).conversation.turns
        assert carried == talk.turns[len(talk.turns) - len(carried) :], "the token carries other turns"
        for name in (token[:-1], token + "0", json.dumps(turn)):
            _is_refused(talks, name)
    return repr(told)


def _ask(asked: str, talk: Conversation) -> str:
    try:
        answer = garden.answerer().ask(asked, talk)
    except QuestionError as error:
        return str(error)
    _check(answer)
    return repr(untimed(answer))


def _is_refused(talks: SignedTalks, name: str) -> None:
    try:
        talks.get(name)
    except UnknownConversation:
        return
    raise AssertionError("what was not signed is believed")


def request(data: bytes) -> str:
    """Send it: whatever is wrong with it is the client's, and told so; what is answered is true."""
    asked = _json(data)
    if not isinstance(asked, dict):
        return "no request"
    method, path, query = (str(asked.get(name, "")) for name in ("method", "path", "query"))
    target, sought = path.encode("ascii", "ignore")[:2000], query.encode("ascii", "ignore")[:2000]
    if not (_METHOD.fullmatch(method) and _TARGET.fullmatch(target)) or b"?" in target:
        return "no request that comes through"
    given = asked.get("body")
    body = b"" if given is None else given.encode("utf-8", "surrogatepass") if isinstance(given, str) else _bytes(given)
    headers = [*_headers(asked.get("headers")), (b"content-length", str(len(body)).encode())]
    # The feedback kept is a file that would grow.
    status, heads, content = garden.send(method, target, sought, headers, body)
    assert status < 500 or status in _TOLD, f"{status}: {content[:300]!r}"
    assert not any(b"\n" in value or b"\r" in value for value in heads.values()), "a header has two lines"
    kind = heads.get(b"content-type", b"")
    if method != "HEAD" and b"json" in kind:
        _check_told(status, json.loads(content), path, kind)
    return str(status)


def _check_told(status: int, told: Any, path: str, kind: bytes) -> None:  # noqa: ANN401 - JSON is of any type
    if status >= _REFUSED[0]:
        if path.startswith(_OPENAI):
            assert told["error"]["message"], told
        else:
            assert kind == b"application/problem+json" and told["detail"] and told["mend"] and told["code"], told
    elif isinstance(told, dict) and "citations" in told and "statements" in told:
        generation = garden.server().pool.shelf.served
        assert {verdict.status for verdict in verify(told, generation)} <= {"exact"}, told


def _headers(given: Any) -> list[tuple[bytes, bytes]]:  # noqa: ANN401 - JSON is of any type
    """Those that a server lets through to the application."""
    found = []
    for row in given if isinstance(given, list) else []:
        if isinstance(row, list) and len(row) == 2:
            name, value = (str(part).encode("latin-1", "ignore") for part in row)
            if _HEAD.fullmatch(name) and name.lower() not in (b"content-length", b"transfer-encoding"):
                found.append((name.lower(), re.sub(rb"[\x00-\x1f\x7f]", b"", value).strip()))
    return found


def _bytes(given: object) -> bytes:
    return json.dumps(given).encode()


def _json(data: bytes) -> Any:  # noqa: ANN401 - JSON is of any type
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None

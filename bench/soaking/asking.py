"""Clients that ask at a steady pace, by every door, and know of each request what has to come back."""

from __future__ import annotations

import itertools
import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from bench.attack.clients import HEAD
from bench.soaking.bulletin import NAME, QUESTIONS, versions_in

ANEW, AGAIN, PLAIN, UNTIMED = "asked anew", "asked again", "other requests", ""
_NUMBERS = itertools.count(1)
_EVENTS = {"Accept": "text/event-stream"}
_JSON = {"Content-Type": "application/json"}
_RECORD = re.compile(r"^event: record\ndata: (.+)$", re.MULTILINE)
_MODEL = "ibid"
# What is wrong with each, by the status that has to come back: method, address, headers, body.
_BAD: tuple[tuple[int, str, str, dict[str, str], bytes], ...] = (
    (400, "POST", "/v1/answers", _JSON, b'{"question": '),
    (404, "POST", "/v1/answers", _JSON, b'{"question": "And how?", "conversation": "nobody-has-this"}'),
    (404, "GET", "/v1/answers?question=How&generation=000000-00000000", {}, b""),
    (404, "GET", "/v1/sources/nothing", {}, b""),
    (404, "GET", "/nothing", {}, b""),
    (404, "POST", "/v1/chat/completions", _JSON, b'{"model": "a", "messages": [{"role": "user", "content": "How?"}]}'),
    (405, "DELETE", "/v1/answers", {}, b""),
    (413, "POST", "/v1/answers", _JSON, b" " * 100_000),
    (415, "POST", "/v1/answers", {"Content-Type": "text/plain"}, b"How?"),
    (421, "GET", "/v1/sources", {"Host": "elsewhere.example"}, b""),
    (422, "POST", "/v1/answers", _JSON, b'{"question": ""}'),
    (422, "POST", "/v1/answers", _JSON, b'{"question": "How?", "answer": "So."}'),
)


class Unexpected(Exception):
    """What came back is other than what had to."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The generation that what came back names, "" where it names none, and the versions of the bulletin in it."""

    generation: str = ""
    versions: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request: when it was sent and how long it took, in seconds, and what was wrong, if anything."""

    at: float
    took: float
    kind: str
    heard: Heard
    error: str | None = None


class Asker:
    """One client, with connections that it keeps and what it needs to remember of what it was told."""

    def __init__(self, url: str, questions: Sequence[str], talks: Sequence[Sequence[str]], seed: int) -> None:
        """Ask these `questions`, and hold these conversations."""
        self._client = httpx.Client(base_url=url, timeout=30)
        self._url = url
        self._chance = random.Random(seed)
        self._questions = itertools.cycle(self._chance.sample(list(questions), len(questions)))
        self._again = itertools.cycle(list(questions)[:5])
        self._bulletin = itertools.cycle(QUESTIONS)
        self._turns = _turns(itertools.cycle(talks))
        self._bad = itertools.cycle(_BAD)
        self._pages = itertools.cycle(("/", "/style.css", "/search", "/v1/sources", "/v1/generations", "/openapi.json"))
        self._vitals = itertools.cycle(("/readyz", "/healthz", "/metrics"))
        self._conversation: str | None = None
        self._last: tuple[str, str] | None = None

    def ask(self, kinds: Sequence[str], began: float, pace: float, stop: threading.Event) -> list[Reply]:
        """Send a request of each kind in turn, one every `pace` seconds, until `stop`; what is late is left out.

        Times are seconds since `began`, by the monotonic clock.
        """
        replies = []
        cycle = itertools.cycle(kinds)
        due = time.monotonic() + self._chance.uniform(0, pace)
        while not stop.wait(max(0.0, due - time.monotonic())):
            kind, sent = next(cycle), time.monotonic()
            heard, error = Heard(), None
            try:
                heard = KINDS[kind][1](self)
            except (httpx.HTTPError, OSError, Unexpected, LookupError, ValueError) as fault:
                error = f"{kind}: {type(fault).__name__}: {fault}"
            ended = time.monotonic()
            replies.append(Reply(sent - began, ended - sent, kind, heard, error))
            due += pace * (1 + max(0.0, ended - due) // pace)
        self._client.close()
        return replies

    def answer(self) -> Heard:
        """A gold question, with a number behind it that makes it a new one."""
        return self._answered(f"{next(self._questions)} {next(_NUMBERS)}")

    def again(self) -> Heard:
        """One of five questions that are asked over and over."""
        return self._answered(next(self._again))

    def follow_up(self) -> Heard:
        """The next turn of a conversation."""
        question, is_first = next(self._turns)
        asked = {"question": question, "conversation": None if is_first else self._conversation}
        response = _told(self._client.post("/v1/answers", json=asked))
        self._conversation = response.json()["conversation"]
        return _heard(response.text, response.json()["generation"])

    def bulletin(self) -> Heard:
        """A question about the bulletin; with a number behind it, it may be one that is not answered."""
        return self._answered(f"{next(self._bulletin)} {next(_NUMBERS)}")

    def bulletin_again(self) -> Heard:
        """A question that the bulletin answers, in each of its versions."""
        return self._answered(next(self._bulletin), "answered")

    def bulletin_stream(self) -> Heard:
        """The same as events, which tell the same as the record at their end."""
        asked = {"question": f"{next(self._bulletin)} {next(_NUMBERS)}"}
        text = _told(self._client.post("/v1/answers", json=asked, headers=_EVENTS)).text
        record = _RECORD.search(text)
        if not record:
            raise Unexpected(f"a stream without a record: {text[-200:]}")
        return _heard(text, json.loads(record[1])["generation"])

    def bulletin_completion(self) -> Heard:
        """The same in the form of OpenAI's API, as a follow-up."""
        first, second = next(self._bulletin), f"{next(self._bulletin)} {next(_NUMBERS)}"
        said = ({"role": "user", "content": first}, {"role": "assistant", "content": "It is told in the bulletin."})
        asked = {"model": _MODEL, "messages": [*said, {"role": "user", "content": second}]}
        response = _told(self._client.post("/v1/chat/completions", json=asked))
        return _heard(response.text, response.json()["system_fingerprint"])

    def completion_stream(self) -> Heard:
        """A gold question in that form, as chunks."""
        content = f"{next(self._questions)} {next(_NUMBERS)}"
        asked = {"model": _MODEL, "messages": [{"role": "user", "content": content}], "stream": True}
        text = _told(self._client.post("/v1/chat/completions", json=asked)).text
        named = re.search(r'"system_fingerprint": "([^"]+)"', text)
        if not named or not text.endswith("data: [DONE]\n\n"):
            raise Unexpected(f"chunks without an end: {text[-200:]}")
        return _heard(text, named[1])

    def bulletin_search(self) -> Heard:
        """The passages of the bulletin."""
        response = _told(self._client.post("/v1/search", json={"question": "the bulletin of Lantern Bay", "k": 12}))
        return _heard(response.text, response.json()["generation"], shown=True)

    def bulletin_source(self) -> Heard:
        """The text of the bulletin."""
        response = _told(self._client.get(f"/v1/sources/{NAME}"))
        return _heard(response.text, response.json()["generation"], shown=True)

    def link(self) -> Heard:
        """What was answered last, by its permanent link."""
        question, generation = self._last or (next(self._again), "")
        asked = {"question": question} | ({"generation": generation} if generation else {})
        response = _told(self._client.get("/v1/answers", params=asked))
        if generation and response.json()["generation"] != generation:
            raise Unexpected(f"asked of {generation}, answered from {response.json()['generation']}")
        return _heard(response.text, response.json()["generation"])

    def feedback(self) -> Heard:
        """What a person says of what was answered last."""
        if self._last:
            judged = {"question": self._last[0], "generation": self._last[1], "right": self._chance.random() < 0.5}
            _told(self._client.post("/v1/feedback", json=judged | {"comment": "As it stands there."}), 204)
        return Heard()

    def page(self) -> Heard:
        """A file of the page, or a list that it shows."""
        _told(self._client.get(next(self._pages)))
        return Heard()

    def vitals(self) -> Heard:
        """What a supervisor asks."""
        path = next(self._vitals)
        response = _told(self._client.get(path))
        if path == "/readyz" and response.json()["status"] != "ok":
            raise Unexpected(response.text)
        return Heard()

    def bad(self) -> Heard:
        """A request with something wrong with it."""
        status, method, path, headers, content = next(self._bad)
        _told(self._client.request(method, path, headers=headers, content=content), status)
        return Heard()

    def cut_stream(self) -> Heard:
        """A stream that is hung up on after some of its lines; what has come by then is of one version."""
        asked = {"question": f"{next(self._bulletin)} {next(_NUMBERS)}"}
        with self._client.stream("POST", "/v1/answers", json=asked, headers=_EVENTS) as response:
            _told(response)
            lines = itertools.islice(response.iter_lines(), self._chance.randint(1, 24))
            return _heard("\n".join(lines), "")

    def hang_up(self) -> Heard:
        """A connection that ends in the middle of a request, or before its answer, at times by RST."""
        address = urlsplit(self._url)
        body = json.dumps({"question": f"{next(self._questions)} {next(_NUMBERS)}"}).encode()
        whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
        with socket.create_connection((address.hostname or "", address.port or 80), 30) as held:
            held.sendall(whole[: self._chance.randint(1, len(whole) + 100)])
            if self._chance.random() < 0.5:
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        return Heard()

    def _answered(self, question: str, status: str | None = None) -> Heard:
        response = _told(self._client.post("/v1/answers", json={"question": question}))
        record = response.json()
        if status and record["status"] != status:
            raise Unexpected(f"{question!r} is told to be {record['status']}: {record['text'][:200]}")
        self._last = record["resolved_question"], record["generation"]
        return _heard(response.text, record["generation"])


# Of each kind of request, with which others its time is compared, and what sends it.
KINDS: dict[str, tuple[str, Callable[[Asker], Heard]]] = {
    "answer": (ANEW, Asker.answer),
    "follow-up": (ANEW, Asker.follow_up),
    "bulletin": (ANEW, Asker.bulletin),
    "bulletin, stream": (ANEW, Asker.bulletin_stream),
    "bulletin, completion": (ANEW, Asker.bulletin_completion),
    "completion, stream": (ANEW, Asker.completion_stream),
    "again": (AGAIN, Asker.again),
    "bulletin, again": (AGAIN, Asker.bulletin_again),
    "link": (AGAIN, Asker.link),
    "feedback": (AGAIN, Asker.feedback),
    "bulletin, search": (PLAIN, Asker.bulletin_search),
    "bulletin, source": (PLAIN, Asker.bulletin_source),
    "page": (PLAIN, Asker.page),
    "vitals": (PLAIN, Asker.vitals),
    "bad": (PLAIN, Asker.bad),
    "stream, cut": (UNTIMED, Asker.cut_stream),
    "hang-up": (UNTIMED, Asker.hang_up),
}
# What each asker asks, over and over.
CYCLES: tuple[tuple[str, ...], ...] = (
    ("answer",),
    (
        *("bulletin", "bulletin, again", "bulletin, stream", "bulletin, search"),
        *("bulletin", "bulletin, again", "bulletin, completion", "bulletin, source"),
    ),
    (
        *("again", "follow-up", "page", "again", "feedback", "follow-up", "bad", "link", "stream, cut", "again"),
        *("follow-up", "hang-up", "again", "completion, stream", "vitals"),
    ),
)


def _turns(talks: Iterator[Sequence[str]]) -> Iterator[tuple[str, bool]]:
    """Question after question, and whether a conversation begins with it."""
    for talk in talks:
        for number, question in enumerate(talk):
            yield question, number == 0


def _told(response: httpx.Response, status: int = 200) -> httpx.Response:
    if response.status_code != status:
        said = response.read().decode("utf-8", "replace")[:200]
        raise Unexpected(f"{response.request.method} {response.request.url.path}: {response.status_code} {said}")
    return response


def _heard(text: str, generation: str, shown: bool = False) -> Heard:
    """What was heard; where the bulletin is `shown`, a version has to be in it.  Raises Unexpected."""
    versions = versions_in(text)
    if shown and not versions:
        raise Unexpected(f"nothing of the bulletin in {text[:200]}")
    return Heard(generation, versions)

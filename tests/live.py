"""A live server over made-up leaflets, and what the tests of it share."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fakes import ByName, plain_weights
from leaflets import MARROWS, ORDINARY, TOMATOES, WordEncoder
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from answer import Memory, Model
from ibid.conversations import Conversations
from ibid.http.app import make_app
from ibid.http.drain import Drain
from ibid.http.feedback import Feedback
from ibid.http.gate import Rules
from ibid.http.indexing import Indexer
from ibid.http.pool import AnswerPool, AnswerWorker, Shelf
from ibid.http.talks import Talk, Talks
from ibid.http.uploads import Shed
from ibid.listening import bind
from ibid.places import Places
from ibid.serving import server_of
from ingest import FileCatalog, Vectors, update

SLOW = "How slowly is quillex poured?"


class SlowEncoder(WordEncoder):
    """Takes its time over a question that says slowly: as long as `go` is not set."""

    def __init__(self) -> None:
        super().__init__(TOMATOES + MARROWS + ORDINARY + " slowly")
        self.began = threading.Event()
        self.go = threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if any("slowly" in text for text in texts):
            self.began.set()
            assert self.go.wait(20)
        return super().encode(texts)


@dataclass(slots=True)
class Live:
    """A server that runs, a client of it, and what it is made of."""

    client: httpx.Client
    places: Places
    encoder: SlowEncoder
    pool: AnswerPool
    app: ASGIApp
    url: str

    def ask(self, question: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - JSON is of any type
        """Ask by POST."""
        return self.client.post("/v1/answers", json={"question": question, **more})

    def events(self, question: str) -> list[tuple[str, Any]]:
        """Ask for a stream: the events, in order."""
        response = self.client.post("/v1/answers", json={"question": question}, headers={"Accept": "text/event-stream"})
        assert response.headers["content-type"].startswith("text/event-stream")
        return [read_event(event) for event in response.text.split("\n\n") if event]

    def revise(self, old: str, new: str) -> None:
        """Publish a new generation in which one leaflet says something else."""
        leaflet = self.places.corpus / "tomatoes.md"
        leaflet.write_text(leaflet.read_text().replace(old, new))
        update(FileCatalog(self.places.index), self.places.corpus, SlowEncoder())


def read_event(event: str) -> tuple[str, Any]:
    """The name and the data of one server-sent event."""
    kind, data = event.split("\n")
    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem in a response, which has to be whole."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert told["status"] == status and told["code"] == code and told["mend"] and told["detail"] and told["title"]
    assert told["request_id"] == response.headers["x-request-id"]
    return told


@contextmanager
def live(
    folder: Path,
    rules: Rules = Rules(),  # noqa: B008 - frozen
    queue: int = 8,
    patience: float = 20,
    conversations: Talks | None = None,
    feedback: Path | None = None,
    log_questions: bool = False,
    workers: int = 1,
    model: Model | None = None,
    writes: bool = False,
    openai_route: bool = False,
    uploads: bool = False,
    drain: Drain | None = None,
    page: Sequence[BaseRoute] = (),
) -> Iterator[Live]:
    """A server in a thread, at any free port, over the leaflets in `folder`; it decides by plain weights."""
    corpus = folder / "leaflets"
    corpus.mkdir(parents=True)
    (corpus / "tomatoes.md").write_text(TOMATOES)
    (corpus / "marrows.md").write_text(MARROWS)
    places = Places(corpus, folder / "index")
    encoder = SlowEncoder()
    update(FileCatalog(places.index), places.corpus, encoder)
    shelf = Shelf(places.catalog, places.catalog.open())
    memory = Memory()
    resolver: Any = ByName()
    ready = [AnswerWorker(encoder, None, resolver, model, writes, memory) for _ in range(workers)]
    pool = AnswerPool(ready, shelf, queue, patience)
    kept = Feedback(feedback) if feedback else None
    indexer = Indexer(lambda: update(FileCatalog(places.index), places.corpus, SlowEncoder()))
    app = make_app(
        pool,
        places,
        Conversations[Talk]() if conversations is None else conversations,
        rules,
        kept,
        log_questions,
        page,
        openai_route=openai_route,
        uploads=Shed(corpus, corpus, indexer, rules.upload) if uploads else None,
        drain=drain,
    )
    bound = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    server = server_of(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        with plain_weights(), httpx.Client(base_url=url, timeout=30) as client:
            yield Live(client, places, encoder, pool, app, url)
    finally:
        encoder.go.set()
        server.should_exit = True
        thread.join()
        bound.close()
        pool.close()

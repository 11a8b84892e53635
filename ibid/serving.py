"""The server of an index: the pool of what answers, and how it begins and ends."""

from __future__ import annotations

import logging
import signal
import socket
from typing import TYPE_CHECKING

import typer

from ibid.listening import open_page, shown
from ibid.models import ModelOptions
from ibid.places import Places

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn
    from starlette.types import ASGIApp

    from ibid.http.drain import Drain
    from ibid.http.pool import AnswerPool

_FINISH_SECONDS = 30
# So many titles are asked for: more would warm little else, and who starts it waits for them.
_WARMED = 5


def open_pool(
    places: Places,
    encoder: str | None,
    reader: str | None,
    models: ModelOptions,
    workers: int,
    queue: int,
    patience: float,
) -> AnswerPool:
    """A pool whose answerers are ready: they have done already what is slow the first time.

    Raises IngestError, ReaderError, ModelError.
    """
    from answer import Memory
    from ibid.http.pool import AnswerPool, AnswerWorker, Shelf
    from ibid.opening import open_index, open_reader, open_resolver
    from ingest import ExportedEncoder, SentenceEncoder

    model = models.open()
    generation, first = open_index(places, encoder)
    # These may be shared by threads.
    reading, resolver = open_reader(places, first, reader), open_resolver(places, first)
    memory = Memory()
    ready = []
    for number in range(workers):
        # An export may be shared by threads, and takes the memory of one.
        own = first if number == 0 or isinstance(first, ExportedEncoder) else SentenceEncoder.open(first.name)
        ready.append(AnswerWorker(own, reading, resolver, model, models.write, memory))
        for document in generation.documents(generation.document_ids()[:_WARMED]).values():
            title = document.title[:200]
            # Each asks in its own way, or it would say what another said, and not be warmed by that.
            ready[-1].answerer(generation).ask(f"What is said of {title}{'?' * len(ready)}", quotes_only=True)
    return AnswerPool(ready, Shelf(places.catalog, generation), queue, patience)


def catch_up_suggestions(places: Places) -> None:
    """Find out what can be asked, where that was not done; the page offers it when it is there."""
    from answer import AnswerError
    from ibid.suggesting import catch_up
    from ingest import IngestError

    try:
        catch_up(places)
    except (IngestError, AnswerError) as error:
        logging.getLogger("ibid.http").warning("no questions to suggest: %s", error)


def run(
    app: ASGIApp,
    bound: socket.socket,
    trust_proxy: str | None = None,
    opens: bool = False,
    drain: Drain | None = None,
) -> None:
    """Serve until SIGINT, or SIGTERM and the `drain` after it; what is being answered then is answered to its end.

    With `opens` the page is opened in a browser, where there is one.
    """
    server = server_of(app, trust_proxy, drain)

    def end(*_: object) -> None:
        server.should_exit = True

    # For as long as uvicorn has not its own; and it raises the signal again once it has done its work.
    signal.signal(signal.SIGTERM, end)
    # Before it is told where: who asks at once then waits, and is not refused.
    bound.listen()
    typer.echo(f"Answering at http://{shown(bound)}; Ctrl-C ends.", err=True)
    if opens:
        open_page(f"http://{shown(bound)}/")
    server.run(sockets=[bound])


def server_of(app: ASGIApp, trust_proxy: str | None = None, drain: Drain | None = None) -> uvicorn.Server:
    """The server that `ibid serve` runs: it writes no log of its own and believes no header but those of a proxy."""
    import uvicorn

    from ibid.http.connections import Connection

    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            # Nothing is served by it, and by it a connection would leave those that are watched.
            ws="none",
            log_config=None,
            access_log=False,
            # It would warn at each request that is none, as often as anyone likes.
            log_level="error",
            lifespan="off",
            server_header=False,
            proxy_headers=trust_proxy is not None,
            forwarded_allow_ips=trust_proxy,
            timeout_graceful_shutdown=_FINISH_SECONDS,
            timeout_keep_alive=15,
            h11_max_incomplete_event_size=32 * 1024,
        )
    )
    leave = server.handle_exit

    def handle(sig: int, frame: FrameType | None) -> None:
        if drain and sig == signal.SIGTERM:
            drain.begin(lambda: leave(sig, frame))
        else:
            leave(sig, frame)

    server.handle_exit = handle  # type: ignore[method-assign]
    return server

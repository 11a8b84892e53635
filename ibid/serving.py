"""The command that answers over HTTP: `ibid serve`."""

from __future__ import annotations

import ipaddress
import logging
import re
import signal
import socket
from contextlib import nullcontext
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from ibid.arguments import (
    BaseUrl,
    CorpusFolder,
    EncoderName,
    Engine,
    Folder,
    GeneratorName,
    IndexFolder,
    ModelName,
    ReaderName,
    Write,
    places_of,
)
from ibid.listening import bind, is_local, open_page, shown
from ibid.models import ModelOptions
from ibid.places import Places
from ibid.watching import refresh, watched

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn
    from starlette.types import ASGIApp

    from ibid.http.drain import Drain
    from ibid.http.pool import AnswerPool
    from ibid.replica import Replica

_FINISH_SECONDS = 30
# So many titles are asked for: more would warm little else, and who starts it waits for them.
_WARMED = 5
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@*,A-Z]+")


def serve(
    folder: Folder = None,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8017,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
    api_key_file: Annotated[
        Path | None, typer.Option("--api-key-file", metavar="FILE", help="Demand one of its keys, one a line.")
    ] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Let any machine ask without a key.")] = False,
    trust_proxy: Annotated[
        str | None,
        typer.Option("--trust-proxy", metavar="ADDRESS", help="Believe what this proxy says of who asks."),
    ] = None,
    rate: Annotated[
        int, typer.Option("--rate", min=0, metavar="N", help="Requests a minute by one client; 0: any number.")
    ] = 120,
    burst: Annotated[int, typer.Option("--burst", min=1, metavar="N", help="Requests by one client at once.")] = 60,
    workers: Annotated[int, typer.Option("--workers", min=1, metavar="N", help="How many threads answer.")] = 2,
    queue: Annotated[int, typer.Option("--queue", min=1, metavar="N", help="How many questions may wait.")] = 64,
    patience: Annotated[
        float, typer.Option("--patience", min=0.01, metavar="SECONDS", help="How long a question may wait.")
    ] = 1.5,
    keep: Annotated[
        float, typer.Option("--keep", min=1, metavar="SECONDS", help="How long an unused conversation is kept.")
    ] = 3600.0,
    conversations: Annotated[
        int, typer.Option("--conversations", min=1, metavar="N", help="How many conversations are kept.")
    ] = 10_000,
    conversation_key_file: Annotated[
        Path | None,
        typer.Option("--conversation-key-file", metavar="FILE", help="Let clients carry conversations, signed."),
    ] = None,
    drain: Annotated[
        float, typer.Option("--drain", min=0, metavar="SECONDS", help="How long to answer on after SIGTERM.")
    ] = 5.0,
    feedback: Annotated[
        Path | None, typer.Option("--feedback", metavar="DIR", help="Keep what people say of answers here.")
    ] = None,
    log_questions: Annotated[bool, typer.Option("--log-questions", help="Write questions to the log.")] = False,
    openai_route: Annotated[
        bool, typer.Option("--openai-route", help="Answer in the form of OpenAI's chat completions too.")
    ] = False,
    cors: Annotated[
        list[str] | None,
        typer.Option("--cors", metavar="ORIGIN", help="Let pages of this origin ask; * with keys."),
    ] = None,
    uploads: Annotated[
        Path | None, typer.Option("--uploads", metavar="DIR", help="Take files into this folder of the corpus.")
    ] = None,
    upload_limit: Annotated[
        int, typer.Option("--upload-limit", min=1, metavar="MB", help="How large a file may be that is taken in.")
    ] = 20,
    watch: Annotated[bool, typer.Option("--watch", help="Index what changes meanwhile, as ibid watch does.")] = False,
    store: Annotated[
        str | None,
        typer.Option("--from", metavar="s3://BUCKET/PREFIX", help="Serve what is published there, and pull it here."),
    ] = None,
    poll: Annotated[
        float, typer.Option("--poll", min=0.05, metavar="SECONDS", help="How often to look what is published there.")
    ] = 15.0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the page in the browser.")] = False,
) -> None:
    """Answer over HTTP.

    A web page at /, an API under /v1, told by /openapi.json.  The index of DIR is brought up to date first, and on a
    terminal the page is opened in the browser.  It listens to this machine only; elsewhere it demands --api-key-file,
    or --insecure.  What is indexed meanwhile is answered from at the next question.  Nothing of a question is written
    anywhere unless --log-questions or --feedback is given.  With --model a language model points, or writes, as with
    `ibid ask`, and holds its thread meanwhile: give as many --workers as it shall answer at once.  With --openai-route
    programs that know OpenAI's API can ask at /v1/chat/completions.  Pages of other sites can ask only where --cors
    names their origin.  With --uploads files are put in by PUT /v1/uploads/NAME and indexed at once.  With --from it
    serves what ibid index --publish has put into an object store: what is missing is pulled into --index, a folder of
    yours if not given, and what is there is served as long as the store cannot be used.

    Behind one address several servers may answer the same index.  With --conversation-key-file each can answer what
    follows up on another's answer: a conversation is not kept then, but is in the id that its answers come with,
    signed with the first key of FILE, one a line; what any of them signed is believed for --keep.  At SIGTERM /readyz
    says 503, for --drain all is answered as before, and what is being answered then is answered to its end.
    """
    replica = _replica(store, index, poll, folder, engine, watch or uploads is not None)
    places = replica.places if replica else places_of(folder, corpus, index, engine)
    models = ModelOptions.of(model, base_url, write, generator)
    keys = _read_keys(api_key_file) if api_key_file else []
    signing = _read_keys(conversation_key_file, 32) if conversation_key_file else []
    is_local = _check_host(host, bool(keys), insecure)
    _check_origins(cors or [], bool(keys))
    _check_proxy(trust_proxy)
    try:
        import fastapi  # noqa: F401
        import prometheus_client  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise typer.BadParameter(
            f"{error.name} is not installed; install it with: pip install 'ibid[serve]'"
        ) from error
    from ibid.conversations import Conversations
    from ibid.http.app import make_app
    from ibid.http.drain import Drain
    from ibid.http.feedback import Feedback
    from ibid.http.gate import Rules
    from ibid.http.log import log_to_standard_error
    from ibid.http.origins import Origins
    from ibid.http.rate import Rate
    from ibid.http.talks import SignedTalks
    from ibid.page import page_routes
    from ibid.uploading import check_uploads, open_shed

    into = check_uploads(uploads, places, is_open=not is_local and not keys) if uploads else None
    limit = upload_limit * 1_000_000 if into else 0
    log_to_standard_error()
    with bind(host, port) as bound:
        if folder:
            refresh(places, encoder)
        if replica:
            replica.begin()
        pool = open_pool(places, encoder, reader, models, workers, queue, patience)
        app = make_app(
            pool,
            places,
            SignedTalks(signing, keep) if signing else Conversations(keep, conversations),
            Rules(
                keys,
                is_local and not keys,
                rate=Rate(rate, burst) if rate else None,
                upload=limit,
                origins=Origins(cors or []),
            ),
            Feedback(feedback) if feedback else None,
            log_questions,
            page_routes(feedback is not None, models.does, into is not None),
            openai_route,
            open_shed(into, places, pool.shelf.served, limit) if into else None,
            draining := Drain(drain),
        )
        opens = folder is not None and is_local and not no_open
        if folder:
            # Who opened the folder waits for the page, and not for this.
            Thread(target=_catch_up, args=(places,), name="ibid-suggest", daemon=True).start()
        changes = watched(places, encoder) if watch else replica.followed(pool.shelf) if replica else nullcontext()
        with changes:
            run(app, bound, trust_proxy, opens, draining)
        pool.close()


def _replica(
    store: str | None, index: Path | None, poll: float, folder: Path | None, engine: str | None, writes: bool
) -> Replica | None:
    """What pulls from the object store that is named, if any is; BadParameter where more is to be served or written."""
    if store is None:
        return None
    if folder or engine or writes:
        raise typer.BadParameter(
            "--from serves what is published in an object store; leave DIR, --engine, --watch and --uploads away"
        )
    from ibid.replica import Replica

    return Replica(store, index, poll)


def _catch_up(places: Places) -> None:
    """Find out what can be asked, where that was not done; the page offers it when it is there."""
    from answer import AnswerError
    from ibid.suggesting import catch_up
    from ingest import IngestError

    try:
        catch_up(places)
    except (IngestError, AnswerError) as error:
        logging.getLogger("ibid.http").warning("no questions to suggest: %s", error)


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


def _check_host(host: str, has_keys: bool, insecure: bool) -> bool:
    """Whether `host` is this machine only; where it is not, a key is demanded."""
    local = is_local(host)
    if not local and not has_keys and not insecure:
        raise typer.BadParameter(
            f"{host} can be reached from other machines; give --api-key-file FILE, or --insecure to let anyone ask"
        )
    return local


def _check_origins(origins: list[str], has_keys: bool) -> None:
    """Raise BadParameter where one is none, or where any page of the web could read the documents without a key."""
    for origin in origins:
        if origin == "*" and not has_keys:
            raise typer.BadParameter(
                "--cors '*' lets every page that is opened on a machine which reaches this server read its documents; "
                "name origins, or give --api-key-file FILE as well"
            )
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise typer.BadParameter(
                f"{origin} is no origin; write it as browsers do, without a path: --cors https://wiki.example"
            )


def _check_proxy(addresses: str | None) -> None:
    """Raise BadParameter where whoever connects would be believed: a header of one's own would evade the rate."""
    for address in addresses.split(",") if addresses is not None else ():
        try:
            network = ipaddress.ip_network(address.strip(), strict=False)
        except ValueError:
            raise typer.BadParameter(
                f"--trust-proxy takes the addresses of proxies, with commas between them, and {address!r} is none"
            ) from None
        if network.prefixlen == 0:
            raise typer.BadParameter(
                f"--trust-proxy {address} would believe whoever connects; name the proxies, as: --trust-proxy 10.0.0.5"
            )


def _read_keys(path: Path, shortest: int = 16) -> list[str]:
    mend = f"write one a line, as: openssl rand -hex 32 > {path}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise typer.BadParameter(f"no key can be read from {path} ({reason}); {mend}") from error
    keys = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    if not keys:
        raise typer.BadParameter(f"{path} holds no key; {mend}")
    if min(map(len, keys)) < shortest:
        raise typer.BadParameter(
            f"a key in {path} has less than {shortest} characters; make one with: openssl rand -hex 32"
        )
    return keys


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

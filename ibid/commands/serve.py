"""`ibid serve`: answers over HTTP."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import LOCALHOST, EncoderName, Folder, Host, ModelFlags, PlaceFlags, Port, ReaderName

if TYPE_CHECKING:
    from ibid.replica import Replica


@grouped
def serve(
    folder: Folder = None,
    host: Host = LOCALHOST,
    port: Port = 8017,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelFlags,
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
    from ibid.access import check_host, check_origins, check_proxy, read_keys

    replica = _replica(store, place.index, poll, bool(folder or place.engine or watch or uploads))
    places = replica.places if replica else place.places(folder)
    models = model.options()
    keys = read_keys(api_key_file) if api_key_file else []
    signing = read_keys(conversation_key_file, 32) if conversation_key_file else []
    is_local = check_host(host, bool(keys), insecure)
    check_origins(cors or [], bool(keys))
    check_proxy(trust_proxy)
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
    from ibid.http.log import logging_to_standard_error
    from ibid.http.origins import Origins
    from ibid.http.rate import Rate
    from ibid.http.talks import SignedTalks
    from ibid.listening import bind
    from ibid.page import page_routes
    from ibid.serving import catch_up_suggestions, open_pool, run
    from ibid.uploading import check_uploads, open_shed
    from ibid.watching import refresh, watched

    into = check_uploads(uploads, places, is_open=not is_local and not keys) if uploads else None
    limit = upload_limit * 1_000_000 if into else 0
    with bind(host, port) as bound, logging_to_standard_error():
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
            Thread(target=catch_up_suggestions, args=(places,), name="ibid-suggest", daemon=True).start()
        changes = watched(places, encoder) if watch else replica.followed(pool.shelf) if replica else nullcontext()
        with changes:
            run(app, bound, trust_proxy, opens, draining)
        pool.close()


def _replica(store: str | None, index: Path | None, poll: float, is_more: bool) -> Replica | None:
    """What pulls from the object store that is named, if any is; BadParameter where more is to be served or written."""
    if store is None:
        return None
    if is_more:
        raise typer.BadParameter(
            "--from serves what is published in an object store; leave DIR, --engine, --watch and --uploads away"
        )
    from ibid.replica import Replica

    return Replica(store, index, poll)

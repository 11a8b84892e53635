"""`ibid mcp`: a server of the Model Context Protocol."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from ibid.commands.groups import grouped
from ibid.commands.options import LOCALHOST, EncoderName, Host, ModelFlags, PlaceFlags, Port, ReaderName

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ibid.api import Library
    from ibid.models import ModelOptions


@grouped
def mcp(
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP, not standard input and output.")] = False,
    host: Host = LOCALHOST,
    port: Port = 8765,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Listen off this machine, with no password and no encryption.")
    ] = False,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelFlags,
) -> None:
    """Serve a Model Context Protocol client.

    Its tools are answer, search, list_sources, read_source and verify, and each source is a resource.  A client starts
    it and speaks with it on standard input and output; with --http it listens at http://HOST:PORT/mcp instead.
    """
    from ibid.listening import bind, is_local, shown

    models = model.options()
    if http and not insecure and not is_local(host):
        raise typer.BadParameter(f"{host} can be reached from other machines; use 127.0.0.1, or add --insecure")
    if find_spec("mcp") is None:
        raise _fail('this needs the mcp package; install it with: pip install "ibid[mcp]"')
    from concurrent.futures import ThreadPoolExecutor

    from ibid.mcpserver import PATH, introduction, serve_http, serve_stdio, server
    from ibid.progress import say

    listening = bind(host, port) if http else None
    # A client waits for an answer to its greeting only some seconds, and the encoder may take longer than that.
    with ThreadPoolExecutor(1) as opener:
        library = opener.submit(_open, place, encoder, reader, models)
        library.add_done_callback(_tell)
        serving = server(library, introduction(place.places().catalog))
        if listening is None:
            serve_stdio(serving)
            return
        # Before it is told where: who connects at once then waits, and is not refused.
        listening.listen()
        say(f"Serving at http://{shown(listening)}{PATH}")
        serve_http(serving, listening, ["127.0.0.1", "localhost", "[::1]", host] if is_local(host) else None)


def _open(place: PlaceFlags, encoder: str | None, reader: str | None, models: ModelOptions) -> Library:
    import ibid

    return ibid.open(
        place.corpus, place.index, encoder, reader, models.name, models.base_url, models.write, place.engine
    )


def _tell(opened: Future[Library]) -> None:
    """Say on standard error why nothing can be asked; the client is told with each call."""
    from ibid.output import tell

    error = opened.exception()
    if error is not None:
        tell(f"ibid: {error}", err=True)


def _fail(message: str) -> typer.Exit:
    from ibid.output import tell

    tell(f"ibid: {message}", err=True)
    return typer.Exit(1)

"""The command that serves other programs: `ibid mcp`."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ibid.arguments import (
    BaseUrl,
    CorpusFolder,
    EncoderName,
    Engine,
    GeneratorName,
    IndexFolder,
    ModelName,
    ReaderName,
    Write,
    tell,
)
from ibid.listening import bind, is_local, shown
from ibid.models import ModelOptions
from ibid.places import Places

if TYPE_CHECKING:
    from ibid.api import Library

PORT = 8765


def mcp(
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP, not standard input and output.")] = False,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 is any free one.")] = PORT,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Listen off this machine, with no password and no encryption.")
    ] = False,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
) -> None:
    """Serve a Model Context Protocol client.

    Its tools are answer, search, list_sources, read_source and verify, and each source is a resource.  A client starts
    it and speaks with it on standard input and output; with --http it listens at http://HOST:PORT/mcp instead.
    """
    models = ModelOptions.of(model, base_url, write, generator)
    if http and not insecure and not is_local(host):
        raise typer.BadParameter(f"{host} can be reached from other machines; use 127.0.0.1, or add --insecure")
    if find_spec("mcp") is None:
        raise _fail('this needs the mcp package; install it with: pip install "ibid[mcp]"')
    from ibid.mcpserver import PATH, introduction, serve_http, serve_stdio, server
    from ibid.progress import say

    listening = bind(host, port) if http else None
    # A client waits for an answer to its greeting only some seconds, and the encoder may take longer than that.
    with ThreadPoolExecutor(1) as opener:
        library = opener.submit(_open, corpus, index, engine, encoder, reader, models)
        library.add_done_callback(_tell)
        serving = server(library, introduction(Places.of(corpus, index, engine).catalog))
        if listening is None:
            serve_stdio(serving)
            return
        # Before it is told where: who connects at once then waits, and is not refused.
        listening.listen()
        say(f"Serving at http://{shown(listening)}{PATH}")
        serve_http(serving, listening, ["127.0.0.1", "localhost", "[::1]", host] if is_local(host) else None)


def _open(
    corpus: Path | None,
    index: Path | None,
    engine: str | None,
    encoder: str | None,
    reader: str | None,
    models: ModelOptions,
) -> Library:
    import ibid

    return ibid.open(corpus, index, encoder, reader, models.name, models.base_url, models.write, engine)


def _tell(opened: Future[Library]) -> None:
    """Say on standard error why nothing can be asked; the client is told with each call."""
    error = opened.exception()
    if error is not None:
        tell(f"ibid: {error}", err=True)


def _fail(message: str) -> typer.Exit:
    tell(f"ibid: {message}", err=True)
    return typer.Exit(1)

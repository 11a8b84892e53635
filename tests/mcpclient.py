"""A client of the Model Context Protocol, the SDK's own, and what it is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, MCPError, StdioServerParameters
from mcp.server.lowlevel import Server
from mcp.types import CallToolResult, TextContent

Call = Callable[[Client], Awaitable[Any]]


def talk(to: Server[Any] | StdioServerParameters | str, *calls: Call, mode: str = "auto") -> list[Any]:
    """What the server says to each call, in one session; where that is an error of the protocol, the error."""

    async def tried(client: Client, call: Call) -> object:
        try:
            return await call(client)
        except MCPError as error:
            return error

    async def session() -> list[Any]:
        with anyio.fail_after(120):
            async with Client(to, mode=mode) as client:
                return [await tried(client, call) for call in calls]

    return anyio.run(session)


def calling(tool: str, **given: object) -> Call:
    """The call of a tool."""
    return lambda client: client.call_tool(tool, given)


def reading(uri: str) -> Call:
    """The reading of a resource."""
    return lambda client: client.read_resource(uri)


def record(result: CallToolResult) -> dict[str, Any]:
    """What a tool gave, which was no error."""
    assert not result.is_error, result.content
    return dict(result.structured_content)


def complaint(result: CallToolResult) -> str:
    """The one text of an error of a tool."""
    assert result.is_error
    assert result.structured_content is None
    (told,) = result.content
    assert isinstance(told, TextContent)
    return told.text


def protest(result: object) -> str:
    """The text of an error of the protocol."""
    assert isinstance(result, MCPError), result
    return str(result)


ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HF_HUB_OFFLINE") if name in os.environ}


def stdio(*arguments: str | Path) -> StdioServerParameters:
    """How `ibid mcp` is started as a process."""
    given = ["-m", "ibid", "mcp", *map(str, arguments)]
    return StdioServerParameters(command=sys.executable, args=given, env=ENVIRONMENT)

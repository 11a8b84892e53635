"""The body of a request: how large it may be, and how long it may take to come."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from ibid.http.problems import RequestProblem

BODY_SECONDS = 10.0


async def whole_body(headers: Headers, receive: Receive, most: int) -> Receive:
    """The body, read to its end before it is handled, so that a slow or a large one occupies nothing but itself.

    Raises RequestProblem 413 where it has more than `most` bytes, 408 where it takes more than BODY_SECONDS.
    """
    _check(headers, most)
    if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
        return receive
    parts: list[bytes] = []
    come = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                more = message.get("more_body", False)
                parts.append(message.get("body", b""))
                come += len(parts[-1])
                if come > most:
                    raise _too_large(most)
    except TimeoutError:
        raise _too_slow() from None
    whole: list[Message] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

    async def read() -> Message:
        return whole.pop() if whole else await receive()

    return read


def piecemeal(headers: Headers, receive: Receive, most: int) -> Receive:
    """The body as it comes, for what is too large to be held.

    Raises the same as `whole_body`, at once or while it is read; here each piece may take BODY_SECONDS.
    """
    _check(headers, most)
    come, more = 0, True

    async def read() -> Message:
        nonlocal come, more
        if not more:
            return await receive()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await receive()
        except TimeoutError:
            raise _too_slow() from None
        more = message.get("more_body", False)
        come += len(message.get("body", b""))
        if come > most:
            raise _too_large(most)
        return message

    return read


def _check(headers: Headers, most: int) -> None:
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise _too_large(most)


def _too_large(most: int) -> RequestProblem:
    return RequestProblem(413, "large_body", f"the body has more than {most:,} bytes", "send a shorter one")


def _too_slow() -> RequestProblem:
    told = f"the body did not come in {BODY_SECONDS:g} s"
    return RequestProblem(408, "slow_body", told, "send it at once", {"Connection": "close"})

"""Files put into the corpus over HTTP: /v1/uploads."""

from __future__ import annotations

import logging
import os
import re
import threading
import unicodedata
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathName
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from ibid.http.answers import OF_ALL, responses
from ibid.http.gate import UPLOADS
from ibid.http.indexing import Indexer, Outcome
from ibid.http.problems import RequestProblem
from ingest.corpus.folder import is_passed_over
from ingest.read.kinds import PICTURES, SUFFIXES, unread

_LONGEST_NAME = 200
# Hidden, so that what has not wholly come is not indexed.
_PART = ".ibid-upload-"
# What cannot stand in a name on every system, or what Windows keeps for its devices.
_NO_NAME = re.compile(
    r'.*[/\\:*?"<>|]|(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|\.|\s|.*[\s.]$', re.IGNORECASE | re.DOTALL
)
_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_log = logging.getLogger("ibid.http")


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that was put in: its path in the corpus, its size in bytes, and whether there was one before it."""

    file: str
    size: int
    replaced: bool


@dataclass(frozen=True, slots=True)
class Uploads:
    """Whether what was put in is being indexed, `since` when, and what became of it the last time.

    `limit` is how many bytes a file may have, and `kinds` are the suffixes that it may have.
    """

    state: Literal["idle", "indexing"]
    since: str | None
    last: Outcome | None
    limit: int
    kinds: tuple[str, ...]


_REPLACED = {"model": Uploaded, "description": "It was put in the place of another."}


class Shed:
    """Takes in files for a corpus."""

    def __init__(self, folder: Path, corpus: Path, indexer: Indexer, limit: int, pictures: bool = False) -> None:
        """Put them into `folder`, which is `corpus` or within it, each of at most `limit` bytes; `pictures` as well."""
        self._folder = folder
        self._corpus = corpus
        self._indexer = indexer
        self._limit = limit
        self._pictures = pictures
        self._moving = threading.Lock()
        for left in folder.glob(f"{_PART}*"):  # by a server that was killed
            left.unlink(missing_ok=True)

    def routes(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["uploads"])
        router.add_api_route(
            f"{UPLOADS}{{name:path}}",
            self.put,
            methods=["PUT"],
            summary="Put a file into the corpus",
            status_code=201,
            response_model=None,
            responses=responses(
                {201: {"model": Uploaded}, 200: _REPLACED}, *OF_ALL, 400, 403, 404, 408, 409, 413, 422, 507
            ),
            openapi_extra={"requestBody": {"required": True, "content": _FILE}},
        )
        router.add_api_route(
            UPLOADS.rstrip("/"),
            self.state,
            summary="What became of what was put in",
            response_model=None,
            responses=responses({200: {"model": Uploads}}, *OF_ALL),
        )
        return router

    async def state(self) -> Response:
        """Whether it is being indexed, and what became of it the last time."""
        since = self._indexer.since
        kinds = (*SUFFIXES, *(PICTURES if self._pictures else ()))
        told = Uploads("indexing" if since else "idle", since, self._indexer.last, self._limit, kinds)
        return JSONResponse(asdict(told))

    async def put(
        self,
        request: Request,
        name: Annotated[str, PathName(examples=["report.pdf"], description="The name that the file gets.")],
        replace: Annotated[bool, Query(description="Whether to put it in the place of a file of that name.")] = False,
    ) -> Response:
        """Put the body into the corpus as a file of that name, and have the corpus indexed.

        It is answered from once `GET /v1/uploads` is idle again, which tells if it could not be read.
        """
        file = self._folder / self._checked(name)
        self._check_free(file, replace)
        part = self._folder / f"{_PART}{uuid.uuid4().hex}"
        try:
            size = await _write(part, request)
            replaced = await run_in_threadpool(self._move, part, file, replace)
        except ClientDisconnect:
            raise RequestProblem(400, "broken_off", "the body did not come to its end", "send it again") from None
        except OSError as error:
            _log.error("%s cannot write to %s: %s", request.state.request_id, self._folder, error.strerror)
            told = "give the request_id to who runs it, whose log tells why"
            raise RequestProblem(507, "not_written", "the file could not be written", told) from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        self._indexer.ask()
        told_as = file.relative_to(self._corpus).as_posix()
        return JSONResponse(asdict(Uploaded(told_as, size, replaced)), 200 if replaced else 201)

    def _checked(self, name: str) -> str:
        """The name of a file; nothing of it can lead out of the folder.  Raises RequestProblem 422."""
        # One who names a file composes its letters as their system does.
        name = unicodedata.normalize("NFC", name)
        is_plain = name.isprintable() and not _NO_NAME.match(name) and not is_passed_over(name)
        if not name or not is_plain or len(name.encode()) > _LONGEST_NAME:
            mend = f"give it one of at most {_LONGEST_NAME} bytes, without a folder and signs that a system keeps"
            raise RequestProblem(422, "wrong_name", "this is no name for a file here", mend)
        why = unread(PurePosixPath(name).suffix, self._pictures)
        if why:
            what, _, mend = f"a file of this name {why}".partition("; ")
            raise RequestProblem(422, "wrong_kind", what, mend)
        return name

    def _check_free(self, file: Path, replace: bool) -> bool:
        """Whether there is a file of that name, to be replaced.  Raises RequestProblem 409 where it is not to be."""
        there = os.path.lexists(file)
        if there and (not replace or file.is_dir()):
            raise RequestProblem(409, "name_taken", "there is something of this name", "give another, or ?replace=true")
        return there

    def _move(self, part: Path, file: Path, replace: bool) -> bool:
        with self._moving:
            replaced = self._check_free(file, replace)
            part.replace(file)
            return replaced


async def _write(part: Path, request: Request) -> int:
    """Write the body to a new file and sync it to disk; its size in bytes.  Raises RequestProblem 422 if that is 0."""
    with part.open("xb") as file:
        async for piece in request.stream():
            await run_in_threadpool(file.write, piece)
        if not (size := file.tell()):
            raise RequestProblem(422, "empty_file", "the file is empty", "send what stands in it as the body")
        file.flush()
        await run_in_threadpool(os.fsync, file.fileno())
    return size

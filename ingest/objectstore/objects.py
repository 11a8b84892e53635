"""An object store, as far as one is needed: Amazon's S3, or another that speaks its protocol.

Where it is, and who asks, is told by the environment variables of AWS: AWS_ENDPOINT_URL_S3, AWS_REGION,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or by the role of the machine: see
`ingest.objectstore.account`. Every request ends: what stalls or goes on for too long is an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.errors import ObjectStoreError, needing
from ingest.objectstore.account import check_key, endpoint_of
from ingest.objectstore.faults import explained

if TYPE_CHECKING:
    from obstore.store import S3Store

_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(/(?!\.\.?(/|$))[\w.-]+)*)/?")
_CONNECT, _STALLED, _REQUEST = timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=60)
_RETRIES, _RETRIED = 2, timedelta(seconds=20)
# What is sent or asked for at one time: in _REQUEST also over a line of 2 Mbit a second.
PART = 8 * 2**20
# The most parts that S3 takes of one object is 10,000.
_PARTS = 9_000
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object in a listing: its key, its size in bytes, and when it was put."""

    key: str
    size: int
    put: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What an object holds, and its entity tag, which is another when it holds something else."""

    content: bytes
    tag: str


class ObjectStore(Protocol):
    """Objects by their keys, under one address; every method raises ObjectStoreError.

    That is ObjectStoreAway where the store does not answer, or fails.
    """

    @property
    def where(self) -> str:
        """Its address, as messages give it."""

    def read(self, key: str, most: int, known: str | None = None) -> StoredObject | None:
        """An object of at most `most` bytes; None where its tag is `known` still.  Raises ObjectMissing."""

    def part(self, key: str, start: int, end: int) -> bytes:
        """The bytes [start, end) of an object.  Raises ObjectMissing."""

    def put(self, key: str, content: bytes | Path) -> None:
        """Put an object, whole or not at all, in the place of any that is there."""

    def swap(self, key: str, content: bytes, known: str | None) -> bool:
        """Put an object if its tag is `known` still, or if there is none where that is None; whether it was put."""

    def list(self, folder: str) -> Iterator[ListedObject]:
        """The objects whose keys begin with `folder` and a slash, by their whole keys."""

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; one that is not there is no error."""


def open_objects(address: str) -> ObjectStore:
    """The object store at an address s3://BUCKET/PREFIX.

    Raises ObjectStoreError where it is no such address, or the environment does not tell where the store is, or who
    asks; PackageMissing.
    """
    named = _ADDRESS.fullmatch(address)
    if not named:
        # It is not repeated: it may hold a password.
        raise ObjectStoreError(
            "that is no address of an object store; write it as s3://BUCKET/PREFIX, the bucket with 3 to 63 small "
            "letters, digits, dots and hyphens, and the prefix with letters, digits and _.-/ alone"
        )
    place = endpoint_of(os.environ)
    with needing("s3"):
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    check_key(os.environ, place)
    where = address.rstrip("/")
    try:
        store = S3Store(
            named["bucket"],
            prefix=named["prefix"].strip("/") or None,
            checksum_algorithm="sha256",
            client_options={
                "allow_http": (place or "").startswith("http://"),
                "connect_timeout": _CONNECT,
                "read_timeout": _STALLED,
                "timeout": _REQUEST,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRIED},
        )
    except BaseError as error:
        raise explained(error, where, "", place) from None
    return S3Objects(where, store, place)


@dataclass(frozen=True, slots=True)
class S3Objects:
    """What `open_objects` opens."""

    where: str
    store: S3Store
    endpoint: str | None

    def read(self, key: str, most: int, known: str | None = None) -> StoredObject | None:
        """An object of at most `most` bytes; None where its tag is `known` still."""
        import obstore
        from obstore.exceptions import NotModifiedError

        with self._told(key):
            try:
                found = obstore.get(self.store, key, options={"if_none_match": known} if known else {})
            except NotModifiedError:
                return None
            content = self._limited(key, found.stream(min_chunk_size=1), most)
            return StoredObject(content, found.meta["e_tag"] or "")

    def part(self, key: str, start: int, end: int) -> bytes:
        """The bytes [start, end) of an object."""
        import obstore

        with self._told(key):
            found = obstore.get(self.store, key, options={"range": (start, end)})
            content = self._limited(key, found.stream(min_chunk_size=1), end - start)
        if len(content) < end - start:
            raise ObjectStoreError(f"{self.where}/{key}: is shorter than what was published")
        return content

    def put(self, key: str, content: bytes | Path) -> None:
        """Put an object, whole or not at all."""
        import obstore

        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        with self._told(key):
            obstore.put(self.store, key, content, chunk_size=max(PART, size // _PARTS), max_concurrency=_AT_ONCE)

    def swap(self, key: str, content: bytes, known: str | None) -> bool:
        """Put an object by If-Match, or If-None-Match where none is known; whether it was put."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with self._told(key):
            try:
                obstore.put(self.store, key, content, mode={"e_tag": known} if known else "create")
            except (AlreadyExistsError, PreconditionError):
                return False
        return True

    def list(self, folder: str) -> Iterator[ListedObject]:
        """The objects whose keys begin with `folder` and a slash."""
        import obstore

        with self._told(folder):
            for some in obstore.list(self.store, prefix=folder):
                for found in some:
                    yield ListedObject(found["path"], found["size"], found["last_modified"])

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects."""
        import obstore

        if keys:
            with self._told(keys[0]):
                obstore.delete(self.store, keys)

    def _limited(self, key: str, stream: Iterator[bytes], most: int) -> bytes:
        """What comes, as long as it is no more than `most` bytes."""
        content = bytearray()
        for chunk in stream:
            content += chunk
            if len(content) > most:
                raise ObjectStoreError(f"{self.where}/{key}: is longer than what was published")
        return bytes(content)

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        """Raise as ObjectStoreError what obstore raises meanwhile."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            raise explained(error, self.where, key, self.endpoint) from None
        except BaseException as error:
            # What fails inside of obstore is no Exception, and would end a thread that pulls without a word.
            if type(error).__name__ != "PanicException":
                raise
            raise ObjectStoreError(f"{self.where}/{key}: obstore failed; see what the variables of AWS say") from None

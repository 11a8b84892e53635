"""An object store in memory, which can be made to fail and to lie."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest import ObjectMissing, ObjectStoreError
from ingest.objectstore.objects import ListedObject, StoredObject

Change = Callable[[str, bytes], bytes]


class MemoryStore:
    """Objects in a dictionary, by If-Match and If-None-Match as S3 has them.

    `asked` are the requests; `lie` changes what is read, `cut` what is kept of what is put, `before_swap` is called
    before CURRENT is, and every request fails while `is_down`.
    """

    where = "s3://shelf/leaflets"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.put_at: dict[str, datetime] = {}
        self.asked: list[tuple[str, str]] = []
        self.is_down = False
        self.lie: Change = lambda key, content: content
        self.cut: Change = lambda key, content: content
        self.before_swap: Callable[[], object] = lambda: None
        self._lock = threading.Lock()

    def read(self, key: str, most: int, known: str | None = None) -> StoredObject | None:
        content = self._look("read", key)
        tag = hashlib.md5(self.objects[key]).hexdigest()
        if tag == known:
            return None
        if len(content) > most:
            raise ObjectStoreError(f"{key} is longer than what was published")
        return StoredObject(content, tag)

    def part(self, key: str, start: int, end: int) -> bytes:
        content = self._look("part", key)[start:end]
        if len(content) < end - start:
            raise ObjectStoreError(f"{key} is shorter than what was published")
        return content

    def put(self, key: str, content: bytes | Path) -> None:
        self._ask("put", key)
        whole = content if isinstance(content, bytes) else content.read_bytes()
        self.objects[key] = self.cut(key, whole)
        self.put_at[key] = datetime.now(UTC)

    def swap(self, key: str, content: bytes, known: str | None) -> bool:
        self.before_swap()
        self._ask("swap", key)
        with self._lock:
            there = self.objects.get(key)
            if (hashlib.md5(there).hexdigest() if there is not None else None) != known:
                return False
            self.objects[key] = content
            self.put_at[key] = datetime.now(UTC)
        return True

    def list(self, folder: str) -> Iterator[ListedObject]:
        self._ask("list", folder)
        for key, content in sorted(self.objects.items()):
            if key.startswith(f"{folder}/"):
                yield ListedObject(key, len(content), self.put_at[key])

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._ask("delete", key)
            self.objects.pop(key, None)

    def age(self, by: timedelta) -> None:
        """Let everything have been put that much earlier."""
        self.put_at = {key: when - by for key, when in self.put_at.items()}

    def keys(self, *kinds: str) -> list[str]:
        """What was asked of these kinds, since the last time."""
        found = [key for kind, key in self.asked if kind in kinds]
        self.asked = []
        return found

    def _look(self, kind: str, key: str) -> bytes:
        self._ask(kind, key)
        if key not in self.objects:
            raise ObjectMissing(f"{key} is not there")
        return self.lie(key, self.objects[key])

    def _ask(self, kind: str, key: str) -> None:
        self.asked.append((kind, key))
        if self.is_down:
            raise ObjectStoreError("the store does not answer")

"""A small disk in memory that can be made full or read-only."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_READ_ONLY, _REMOUNT = 1, 32
_SIZE = 256 * 2**20


class Disk:
    """A tmpfs; only who may mount has one."""

    def __init__(self, folder: Path) -> None:
        """Use `mounted`."""
        self._folder = folder

    @classmethod
    def mounted(cls, folder: Path) -> Disk | None:
        """One at `folder`, which is empty; None where that is not permitted."""
        disk = cls(folder)
        return disk if disk._mount(0, _SIZE) else None

    def limit(self, room: int | None) -> None:
        """Leave so many bytes of room; None: let nothing be written at all."""
        stat = os.statvfs(self._folder)
        used = (stat.f_blocks - stat.f_bfree) * stat.f_frsize
        done = self._mount(_REMOUNT | _READ_ONLY, _SIZE) if room is None else self._mount(_REMOUNT, used + room)
        assert done, "the disk cannot be changed"

    def lift(self) -> None:
        """Let everything be written again."""
        assert self._mount(_REMOUNT, _SIZE), "the disk cannot be changed"

    def close(self) -> None:
        """Take it away."""
        ctypes.CDLL(None).umount2(os.fsencode(self._folder), 2)

    def _mount(self, flags: int, size: int) -> bool:
        mount = ctypes.CDLL(None, use_errno=True).mount
        name = b"tmpfs"
        return mount(name, os.fsencode(self._folder), name, ctypes.c_ulong(flags), f"size={size}".encode()) == 0

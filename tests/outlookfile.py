"""A mail of Outlook's: a compound file, written sector by sector."""

from __future__ import annotations

import datetime
import struct
from itertools import pairwise

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, SMALL = 512, 64


def chain(start: int, size: int, sector: int) -> list[int]:
    """The sectors that follow on each other, from `start`, for so many bytes."""
    count = -(-size // sector)
    return [start + n + 1 for n in range(count - 1)] + [END] * bool(count)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of small streams by their paths."""
    folders = sorted({path.split("/")[0] for path in streams if "/" in path})
    entries: list[tuple[str, int, list[int], int, int]] = [("Root Entry", 5, [], 0, 0)]
    entries += [(folder, 1, [], 0, 0) for folder in folders]
    entries[0][2].extend(range(1, len(entries)))
    small, table = b"", list[int]()
    for path, data in streams.items():
        folder, _, name = path.rpartition("/")
        entries[1 + folders.index(folder) if folder else 0][2].append(len(entries))
        entries.append((name, 2, [], len(table), len(data)))
        table += chain(len(table), len(data), SMALL)
        small += data.ljust(-(-len(data) // SMALL) * SMALL, b"\0")
    entries[0] = (*entries[0][:3], 4, len(small))
    siblings = {a: b for _, _, children, _, _ in entries for a, b in pairwise(children)}
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBII", 2 * len(name) + 2, kind, 1, FREE, siblings.get(number, FREE))
        + struct.pack("<I36xIQ", next(iter(children), FREE), start, size)
        for number, (name, kind, children, start, size) in enumerate(entries)
    )
    fat, body, starts = [FAT] * 4, b"", list[int]()
    for part in (small, struct.pack(f"<{len(table)}I", *table), directory):
        starts.append(len(fat))
        fat += chain(len(fat), len(part), SECTOR)
        body += part.ljust(-(-len(part) // SECTOR) * SECTOR, b"\0" if part is small else b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<16xHHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 4, starts[2], 0, 4096, starts[1], 1, END, 0)
    head += struct.pack("<109I", *range(4), *[FREE] * 105)
    return head + struct.pack(f"<{len(fat)}I", *fat).ljust(4 * SECTOR, b"\xff") + body


def mail(**streams: bytes | str) -> bytes:
    """A mail with what its streams hold, one of them an attachment, sent on 2024-05-03."""
    numbers = {"subject": "0037", "sender": "0C1A", "address": "5D01", "to": "0E04", "plain": "1000"}
    sent = int((datetime.datetime(2024, 5, 3, 10) - datetime.datetime(1601, 1, 1)).total_seconds()) * 10_000_000
    found = {"__properties_version1.0": bytes(32) + struct.pack("<HHIQ", 0x40, 0x39, 6, sent)}
    for name, said in streams.items():
        if isinstance(said, str):
            found[f"__substg1.0_{numbers[name]}001F"] = said.encode("utf-16-le")
        else:
            found[{"page": "__substg1.0_10130102", "rich": "__substg1.0_10090102"}[name]] = said
    found["__attach_version1.0_#00000000/__substg1.0_3707001F"] = "plan.pdf".encode("utf-16-le")
    return compound(found)

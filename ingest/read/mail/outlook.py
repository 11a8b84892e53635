"""Mails as Outlook keeps them (MSG), as pieces."""

from __future__ import annotations

import datetime
import io
import struct
from typing import TYPE_CHECKING

from ingest.read.layout import Piece
from ingest.read.mail.reader import laid_out
from ingest.read.metadata import Stated
from ingest.read.outline import one_line

if TYPE_CHECKING:
    from olefile import OleFileIO

# The numbers of the properties of a mail.
_SUBJECT, _SENDER, _SENDER_ADDRESS, _TO, _CC = "0037", "0C1A", "5D01", "0E04", "0E03"
_PLAIN, _PAGE, _RICH = "1000", "1013", "1009"
_LONG_NAME, _SHORT_NAME = "3707", "3704"
_SENT, _RECEIVED = 0x0039, 0x0E06
_EPOCH = datetime.datetime(1601, 1, 1)
_MOST_BYTES = 50_000_000


def read_outlook(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The subject as title, the lines that Outlook shows above a mail, and its text: plain, or HTML, or RTF.

    Attachments are named in what was dropped.  Raises ValueError where it is no MSG file or has no text.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            said, plain, pages, rich, dropped = _contents(file)
    except (RecursionError, ModuleNotFoundError):
        raise
    except Exception as error:  # olefile raises many kinds for a damaged file
        raise ValueError("is no Outlook mail (MSG), or is damaged; save it as .eml") from error
    if not plain.strip() and not pages and rich:
        plain = _plain_of(rich)
    pieces, left_out = laid_out(said, plain, pages)
    day = datetime.date.fromisoformat(said["date"][:10]) if said["date"] else None
    return pieces, dropped + left_out, Stated(said["subject"] or None, None, day, None, said["author"] or None)


def _contents(file: OleFileIO) -> tuple[dict[str, str], str, list[str], bytes, list[str]]:
    sender, address = (one_line(_string(file, "", number)) for number in (_SENDER, _SENDER_ADDRESS))
    said = {
        "subject": one_line(_string(file, "", _SUBJECT)),
        "author": sender or address,
        "from": f"{sender} <{address}>" if sender and address not in ("", sender) else sender or address,
        "to": one_line(_string(file, "", _TO)),
        "cc": one_line(_string(file, "", _CC)),
        "date": _sent(file),
    }
    page = _string(file, "", _PAGE) or _bytes(file, f"__substg1.0_{_PAGE}0102").decode("utf-8", errors="replace")
    folders = {path[0] for path in file.listdir(streams=True, storages=True) if path[0].startswith("__attach")}
    names = [_string(file, f"{f}/", _LONG_NAME) or _string(file, f"{f}/", _SHORT_NAME) for f in sorted(folders)]
    dropped = [f"attachment: {one_line(name) or 'without a name'}" for name in names]
    return (
        said,
        _string(file, "", _PLAIN),
        [page] if page.strip() else [],
        _bytes(file, f"__substg1.0_{_RICH}0102"),
        dropped,
    )


def _bytes(file: OleFileIO, name: str) -> bytes:
    if not file.exists(name):
        return b""
    with file.openstream(name) as stream:
        return bytes(stream.read(_MOST_BYTES))


def _string(file: OleFileIO, folder: str, number: str) -> str:
    wide = _bytes(file, f"{folder}__substg1.0_{number}001F")
    if wide:
        return wide.decode("utf-16-le", errors="replace").replace("\0", "")
    return _bytes(file, f"{folder}__substg1.0_{number}001E").decode("cp1252", errors="replace").replace("\0", "")


def _sent(file: OleFileIO) -> str:
    """When a mail was sent, or else received, in ISO form and UTC; empty where it does not say."""
    properties = _bytes(file, "__properties_version1.0")
    times: dict[int, int] = {}
    for at in range(32, len(properties) - 15, 16):
        kind, number, _, time = struct.unpack_from("<HHIQ", properties, at)
        if kind == 0x0040:
            times[number] = time
    time = times.get(_SENT) or times.get(_RECEIVED) or 0
    try:
        moment = _EPOCH + datetime.timedelta(microseconds=time // 10)
    except OverflowError:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M UTC") if time and moment.year > 1970 else ""


def _plain_of(rich: bytes) -> str:
    """The text of a body in compressed RTF."""
    import compressed_rtf

    from ingest.read.rtf.reader import read_rtf

    try:
        plain = compressed_rtf.decompress(rich)
    except MemoryError:
        raise
    except Exception:  # of a wrong checksum it tells by an Exception, and no other
        return ""
    try:
        pieces, _, _ = read_rtf(plain)
    except ValueError:
        return ""
    return "\n\n".join(piece.mark + piece.text for piece in pieces)

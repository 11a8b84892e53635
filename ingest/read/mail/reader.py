"""Mails (EML), as pieces: the subject, who wrote it to whom and when, and what was written."""

from __future__ import annotations

import datetime
import email.policy
import re
from email.message import EmailMessage
from email.parser import BytesFeedParser
from email.utils import getaddresses, parsedate_to_datetime

from ingest.read.layout import Piece
from ingest.read.mail.plain import take_plain, unflowed
from ingest.read.metadata import Stated
from ingest.read.outline import Outline, one_line

_MOST_PARTS = 500
_STRUCK = re.compile(r"<(?:s|del|strike)[\s>]|line-through", re.IGNORECASE)


def read_mail(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The subject as title, the lines that a mail program shows above a mail, and its text.

    The text is the plain one, or else the HTML one, which comes first where something is struck out in it.  Attachments
    are named in what was dropped.  Raises ValueError where there is no text.
    """
    parser = BytesFeedParser(EmailMessage, policy=email.policy.default)
    parser.feed(data.lstrip())
    message = parser.close()
    parts = _parts(message)
    dropped = [f"attachment: {_name(part)}" for part in parts if _is_attached(part)]
    said = {name: _header(message, name) for name in ("subject", "from", "to", "cc", "date")}
    if not said["from"] and not said["subject"]:
        raise ValueError("is no mail: it says neither who wrote it nor what about; save it as .eml once more")
    bodies = [part for part in parts if not _is_attached(part)]
    plain = [text for part in bodies if part.get_content_type() == "text/plain" if (text := _text(part)).strip()]
    pages = [text for part in bodies if part.get_content_type() == "text/html" if (text := _text(part)).strip()]
    pieces, left_out = laid_out(said, "\n\n".join(plain), pages)
    return pieces, dropped + left_out, Stated(said["subject"] or None, None, _day(said["date"]), None, _authors(said))


def laid_out(said: dict[str, str], plain: str, pages: list[str]) -> tuple[list[Piece], list[str]]:
    """The pieces of a mail with its heads `said`, and what was dropped: of its plain text, or else of its pages."""
    from ingest.read import kinds

    outline = Outline()
    dropped: list[str] = []
    outline.heading(said["subject"], 1)
    for name in ("from", "to", "cc", "date"):
        outline.block(f"{name.capitalize()}: {said[name]}" if said[name] else "")
    above = len(outline.pieces)
    is_told_apart = any(map(_STRUCK.search, pages))  # plain text would give what is struck out as valid
    take_plain("" if is_told_apart else plain, outline)
    for page in pages if is_told_apart or not plain.strip() else ():
        found, left_out, _ = kinds.read(f'<meta charset="utf-8">{page}'.encode(errors="replace"), ".html")
        outline.pieces += found
        dropped += left_out
    if len(outline.pieces) == above:
        raise ValueError("is a mail without text; if what matters is attached, save that as a file of its own")
    return outline.pieces, dropped


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """The parts of a message that hold something, a message within it as one."""
    found: list[EmailMessage] = []
    waiting = [message]
    while waiting and len(found) < _MOST_PARTS:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting = [inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)] + waiting
        else:
            found.append(part)
    return found


def _is_attached(part: EmailMessage) -> bool:
    if part.get_content_type() not in ("text/plain", "text/html"):
        return True
    return part.get_content_disposition() == "attachment" or bool(_filename(part))


def _name(part: EmailMessage) -> str:
    return one_line(_filename(part)) or part.get_content_type()


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # what the standard library raises for some heads that are out of form
        return ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")))
    except Exception:  # likewise
        return next((one_line(str(text)) for key, text in message.raw_items() if key.lower() == name), "")


def _text(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    text = _decoded(data, part.get_content_charset() or "utf-8")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")


def _decoded(data: bytes, charset: str) -> str:
    for encoding in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _day(text: str) -> datetime.date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _authors(said: dict[str, str]) -> str | None:
    try:
        names = [name or address for name, address in getaddresses([said["from"]])]
    except (ValueError, TypeError, IndexError):
        names = []
    return ", ".join(filter(None, names)) or None

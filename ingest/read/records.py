"""Records in JSON or JSON lines, as pieces: each is a section with its title as heading."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from ingest.read import kinds
from ingest.read.layout import Piece
from ingest.read.mail.plain import take_plain
from ingest.read.metadata import Stated
from ingest.read.office import day
from ingest.read.outline import Outline, one_line

_TITLES = "title name heading headline subject question topic"
_TEXTS = """
markdown md text content body page_content pagecontent content_text full_text fulltext article passage answer html
content_html message abstract summary description
"""
_DATES = "revised updated updated_at modified lastmodified last_modified date published published_at created created_at"
_AUTHORS = "authors author by creator"
_ABOUT = ("metadata", "meta", "attributes", "fields", "_source", "node")  # in which the fields of a record may stand
_NO_WORDS = re.compile(r"_?id|.*_id|uuid|guid|hash|sha\d*|etag|checksum|embeddings?|vectors?|score|slug|index|type")
_HTML = re.compile(r"</(?:p|div|li|h\d|td|a|ul|span|strong)\s*>|<br\s*/?>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6} |```|[-*+] |\d+\. |\|.*\|$)|\*\*\S|\]\(\S", re.MULTILINE)
_LONGEST_FIELD = 300
_WANTED = (
    'write a list of objects with a text, as in [{"title": "…", "text": "…", "url": "…", "date": "2024-05-03"}], '
    "or one such object a line"
)

_Record = dict[str, Any]


def read_records(data: bytes) -> tuple[list[Piece], list[str], Stated]:
    """The records of a file: the title of each, its other fields on a line each, and its text.

    A text may be plain, Markdown or HTML.  Fields without words, such as ids, are told in what was dropped.  Raises
    ValueError where the file is no JSON, or JSON of another form, and says which is wanted.
    """
    records = _records(_parsed(data))
    found = [(record, _first(record, _TEXTS)) for record in map(_flat, records)]
    if not found or 2 * sum(bool(text) for _, text in found) < len(found):
        raise ValueError(f"is JSON, but no records with a text; {_WANTED}")
    outline = Outline()
    dropped: list[str] = []
    alone = len(found) == 1
    for number, (record, text) in enumerate(found, 1):
        title = one_line(_words(_first(record, _TITLES)))
        outline.heading(title or ("" if alone else f"Record {number}"), 1 if alone else 2)
        _take_fields(record, {id(text), id(_first(record, _TITLES))}, outline, dropped)
        _take_text(text, outline, dropped)
    return outline.pieces, list(dict.fromkeys(dropped)), _stated(found[0][0]) if alone else Stated()


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError as error:
        whole = error
    lines = [(number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip()]
    parsed: list[object] = []
    for number, line in lines:
        try:
            parsed.append(json.loads(line))
        except ValueError as error:
            if not parsed:
                raise ValueError(f"is no JSON: {str(whole).splitlines()[0]}; {_WANTED}") from error
            raise ValueError(f"is no JSON at line {number}; mend that line") from error
    return parsed


def _records(found: object) -> list[_Record]:
    """The objects with a text that a file holds: in a list, in one under some name, by their names, or alone."""
    if isinstance(found, list):
        return [record for record in found if isinstance(record, dict)]
    if not isinstance(found, dict):
        return []
    if _first(_flat(found), _TEXTS):
        return [found]
    inner = [_records(value) for value in found.values() if isinstance(value, list)]
    named = [{"title": key, **value} for key, value in found.items() if _is_record(value)]
    return max([*inner, named], key=len, default=[])


def _is_record(found: object) -> bool:
    return isinstance(found, dict) and bool(_first(_flat(found), _TEXTS))


def _flat(record: _Record) -> _Record:
    """The fields of a record by their names in lower case, with those that stand in a record within it."""
    fields: _Record = {}
    for name, value in record.items():
        inner = value if str(name).lower() in _ABOUT and isinstance(value, dict) else {name: value}
        for key, held in inner.items():
            rendered = (
                held.get("rendered", held.get("value")) if isinstance(held, dict) else held
            )  # WordPress, Confluence
            fields.setdefault(str(key).lower(), rendered if isinstance(rendered, str) else held)
    return fields


def _first(record: _Record, names: str) -> Any:  # noqa: ANN401 - what JSON holds
    return next((record[name] for name in names.split() if _words(record.get(name)).strip()), None)


def _words(found: object) -> str:
    """The words of a text or a list of texts; empty for anything else."""
    if isinstance(found, list) and all(isinstance(part, str) for part in found):
        return "\n\n".join(found)
    return found if isinstance(found, str) else ""


def _take_fields(record: _Record, taken: set[int], outline: Outline, dropped: list[str]) -> None:
    for name, value in record.items():
        if id(value) in taken or value in (None, "", [], {}):
            continue
        told = ", ".join(map(one_line, value)) if isinstance(value, list) and _words(value) else value
        told = json.dumps(told) if isinstance(told, bool | int | float) else told
        if isinstance(told, str) and len(told) <= _LONGEST_FIELD and not _NO_WORDS.fullmatch(name):
            outline.block(one_line(f"{name}: {told}"))
        else:
            dropped.append(f"field left out: {name}")


def _take_text(text: object, outline: Outline, dropped: list[str]) -> None:
    words = _words(text)
    suffix = ".html" if _HTML.search(words) else ".md" if _MARKDOWN.search(words) else ""
    if not suffix:
        take_plain(words, outline)
        return
    page = f'<meta charset="utf-8"><body>{words}' if suffix == ".html" else words
    try:
        pieces, left_out, _ = kinds.read(page.encode(errors="replace"), suffix)
    except ValueError:  # a page in which no text is found
        take_plain(re.sub(r"<[^<>]*>", " ", words), outline)
        return
    outline.pieces += [replace(p, level=min(9, p.level + 2)) if p.kind == "heading" else p for p in pieces]
    dropped += left_out


def _stated(record: _Record) -> Stated:
    dates = (day(str(record.get(name) or "")) for name in _DATES.split())
    return Stated(
        title=one_line(_words(_first(record, _TITLES))) or None,
        revised=next(filter(None, dates), None),
        authors=", ".join(_words(_first(record, _AUTHORS)).split("\n\n")) or None,
        license=_words(record.get("license")) or None,
    )

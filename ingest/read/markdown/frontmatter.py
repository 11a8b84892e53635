"""What stands above a Markdown text and says what it is: YAML, TOML or JSON between marks, or lines of names."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from ingest.read.dates import day_of
from ingest.read.metadata import Stated

_BLANK = re.compile(r"(?:\s*<!--(?:(?!-->).){0,5000}-->)?\s*\n(?=---|\+\+\+|;;;)", re.DOTALL)
_COLON = re.compile(r"^([A-Za-z][\w -]{0,40}: +)([^\s\"'\[{|>&*!].*: .*)$", re.MULTILINE)
_FENCED = re.compile(r"(---|\+\+\+|;;;)[ \t]*+(?:(yaml|toml|json)[ \t]*+)?\n")
_NAMED = re.compile(r"(?:[A-Za-z][\w -]{0,30}:[ \t]+\S.*(?:\n[ \t]+\S.*)*\n)+(?=[ \t]*\n|$)")
_NAMED_FIRST = ("title", "author", "authors", "date")
_TITLE_BLOCK = re.compile(r"% *+(\S.*)\n(?:% *+(.*)\n)?(?:% *+(.*)\n)?(?=[ \t]*\n)")
_LONGEST = 20_000
_REVISED = (
    *("lastmod", "last_modified_at", "last_modified", "lastmodified", "updated", "last_updated", "last_update"),
    *("modified", "revised", "revision_date", "date", "published", "pubdate", "last_reviewed", "reviewed", "created"),
)
_AUTHORS = ("authors", "author", "by", "creator")
_LICENSE = ("license", "licence", "rights")
_ADDRESS = re.compile(r"(?:(?<!\s)\s+)?<[^<>]*>")


def front_matter(text: str) -> tuple[Stated, str, list[str]]:
    """What the front matter of a text states, the text below it, and what of it was left out.

    Front matter that cannot be read is text: code, so that it keeps its lines.
    """
    blank = _BLANK.match(text)
    begun = text[blank.end() :] if blank else text
    for read in (_fenced, _json, _title_block, _named):
        found = read(begun)
        if found:
            return found
    return Stated(), text, []


def _fenced(text: str) -> tuple[Stated, str, list[str]] | None:
    opening = _FENCED.match(text)
    if not opening:
        return None
    ends = ("---", "...") if opening[1] == "---" else (opening[1],)
    lines = text[opening.end() : opening.end() + _LONGEST].split("\n")
    end = next((number for number, line in enumerate(lines) if line.rstrip() in ends), None)
    if end is None or (opening[1] == "---" and not opening[2] and lines and not lines[0].strip() and end > 0):
        return None  # a rule
    matter = "\n".join(lines[:end])
    below = text[opening.end() + len("\n".join(lines[: end + 1])) :]
    kind = opening[2] or {"---": "yaml", "+++": "toml", ";;;": "json"}[opening[1]]
    try:
        values = _values(_quoted(matter) if kind == "yaml" else matter, kind)
    except (ValueError, RecursionError) as error:
        told = f"front matter that is no {kind.upper()} was read as text: {str(error).splitlines()[0]}"
        return Stated(), f"~~~~~~\n{matter}\n~~~~~~\n{below}", [told]
    if not isinstance(values, Mapping) and values is not None:
        return None
    return _stated(values or {}, below)


def _quoted(matter: str) -> str:
    """YAML with the titles and names in quotation marks that have a colon in them, as people forget to put them."""
    return _COLON.sub(lambda f: f[1] + json.dumps(f[2]) if f[1].split(":")[0].lower() in _NAMED_FIRST else f[0], matter)


def _values(matter: str, kind: str) -> Any:  # noqa: ANN401 - whatever stands there
    """Raises ValueError where the front matter is not of its kind."""
    if kind == "toml":
        return tomllib.loads(matter)
    if kind == "json":
        return json.loads(matter)
    import yaml

    try:
        # Every value as it is written: no date that is none, and nothing made of tags.
        return yaml.load(matter, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ValueError(getattr(error, "problem", None) or str(error)) from error


def _json(text: str) -> tuple[Stated, str, list[str]] | None:
    """An object of JSON on the first line, as Hugo has it."""
    if not re.match(r'\{\s*"', text):
        return None
    try:
        values, end = json.JSONDecoder().raw_decode(text[:_LONGEST])
    except (ValueError, RecursionError):
        return None
    return _stated(values, text[end:]) if re.match(r"[ \t]*(?:\n|$)", text[end:]) else None


def _title_block(text: str) -> tuple[Stated, str, list[str]] | None:
    """Lines that begin with "%", as Pandoc has it."""
    found = _TITLE_BLOCK.match(text)
    if not found:
        return None
    values = {"title": found[1], "authors": re.split(r"; *", found[2] or ""), "date": found[3] or ""}
    return _stated(values, text[found.end() :])


def _named(text: str) -> tuple[Stated, str, list[str]] | None:
    """Lines of names and values without marks around them, as MultiMarkdown and MkDocs have it."""
    found = _NAMED.match(text[:_LONGEST])
    if not found or text.split(":")[0].strip().lower() not in _NAMED_FIRST:
        return None
    pairs = re.findall(r"^([A-Za-z][\w -]*):[ \t]+(.*(?:\n[ \t]+\S.*)*)", found[0], re.MULTILINE)
    return _stated({name: " ".join(value.split()) for name, value in pairs}, text[found.end() :])


def _stated(values: Mapping[Any, Any], below: str) -> tuple[Stated, str, list[str]]:
    named = {str(name).strip().lower().replace("-", "_"): value for name, value in values.items()}
    days = (day_of(str(_inner(named[name], "date"))) for name in _REVISED if name in named)
    stated = Stated(
        title=_first(named, ("title",)),
        publisher=_first(named, ("publisher",)),
        revised=next((day for day in days if day), None),
        authors=_first(named, _AUTHORS),
        license=_first(named, _LICENSE),
    )
    used = {"title", "publisher", *_REVISED, *_AUTHORS, *_LICENSE}
    others = [name for name in named if name not in used]
    return stated, below, [f"front matter: {', '.join(others)}"] if others else []


def _first(named: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of the values that says something, as one line."""
    for name in names:
        value = named.get(name)
        told = [_inner(one, "name") for one in value] if isinstance(value, list) else [_inner(value, "name")]
        line = ", ".join(
            " ".join(_ADDRESS.sub("", one).split()) for one in told if isinstance(one, str) and one.strip()
        )
        if line:
            return line
    return None


def _inner(value: Any, name: str) -> Any:  # noqa: ANN401 - whatever stands there
    """What an entry of several parts has under a name: the name of an author, the date of an update."""
    return value.get(name) if isinstance(value, dict) else value

"""Nearly good inputs, made of good ones by chance: changes of bytes, of what an archive holds, and of JSON."""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Mutate = Callable[[bytes, Random], bytes]

MOST = 1 << 16  # bytes of an input
_NUMBERS = (
    *(b"0", b"-1", b"1", b"2", b"7", b"99", b"256", b"65536", b"2147483648", b"-9223372036854775809", b"1e309"),
    *(b"123456789012345678901234567890", b"0.5", b"-0", b"NaN", b"Infinity", b"0x10", b"00", b""),
)
_SIGNS = tuple(
    sign.encode("utf-8", "surrogatepass")
    for sign in (
        *("\0", "\x0b", "\x0c", "\x1b", "\x1c", "\x1d", "\x1e", "\x1f", "\r", "\n", "\t", " ", "\x7f", "\x85", "\xa0"),
        *("\xad", "\u0301", "\u200b", "\u200d", "\u2028", "\u2029", "\u202e", "\ufeff", "\ufffe", "\ud800", "\udc80"),
        *(
            "𝔘",
            "İ",
            "ß",
            "ŉ",
            "²",
            "½",
            "٣",
            "①",
            "Ⅷ",
            "ﬁ",
            "日本。",
            "[1]",
            "(2,3)",
            "<",
            ">",
            "&",
            "&#0;",
            "&#xD800;",
        ),
        *('"', "'", "\\", "{", "}", "[", "]", "(", ")", "|", "$", "%", "#", "*", "_", "`", "~", ":", ";", "/", "\n\n"),
    )
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, -(2**63) - 1, 10**30, 0.5, 1e308, float("nan"), float("inf"), "", " ", "\0"),
    *(
        "a",
        "\ud800",
        "\u2028",
        "1",
        "-1",
        "(",
        "[a-",
        "a{99999999999}",
        "../a",
        "/",
        "é",
        [],
        {},
        [[]],
        [None],
        {"": 0},
    ),
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_WORD = re.compile(rb"[\w:\\.-]{2,24}|[^\w\s]{1,4}")
# What slides are derived from, which is most of what is in a file of them.
_FURNITURE = re.compile(r"theme|slideLayout|slideMaster|printerSettings|thumbnail")
_FEW = 20  # inner elements of one that is put into another
_DEEP = 3_000  # more often nested than a parser that calls itself may


def mutants_of(seeds: Sequence[bytes]) -> Mutate:
    """Changes of bytes; what they put in are numbers, signs, and words of `seeds`."""
    words = sorted({word for seed in seeds for word in _WORD.findall(seed[:MOST])})

    def mutate(data: bytes, chance: Random) -> bytes:
        for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
            data = _change(data, chance, words, seeds)[:MOST]
        return data

    return mutate


def _change(data: bytes, chance: Random, words: Sequence[bytes], seeds: Sequence[bytes]) -> bytes:
    """One change of bytes."""
    start, end = _range(data, chance)
    match chance.randrange(12):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:end] + data[start:end] * chance.choice((1, 1, 2, 9, 40)) + data[end:]
        case 2:
            at = chance.randint(0, len(data))
            return data[:at] + data[start:end] + data[at:]
        case 3 | 4:
            if numbers := list(_NUMBER.finditer(data)):
                start, end = chance.choice(numbers).span()
            return data[:start] + chance.choice(_NUMBERS) + data[end:]
        case 5 | 6:
            return data[:start] + chance.choice(_SIGNS) * chance.choice((1, 1, 1, 2, 50)) + data[start:]
        case 7 | 8:
            return data[:start] + chance.choice(words or [b"a"]) + data[chance.choice((start, end)) :]
        case 9:
            return data[:start] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 4))) + data[start + 1 :]
        case 10:
            return data[:start] if chance.random() < 0.3 else data[:start] + data[end:start:-1] + data[end:]
    other = chance.choice(seeds) if seeds else data
    first, last = _range(other, chance)
    return data[:start] + other[first:last] + data[end:]


def _range(data: bytes, chance: Random) -> tuple[int, int]:
    """A stretch of `data`, mostly a short one; often of whole lines or tags."""
    start = chance.randint(0, len(data))
    end = min(len(data), start + int(chance.expovariate(1 / 20)))
    if chance.random() < 0.3:
        sign = chance.choice((b"\n", b"<", b">", b" "))
        start = data.rfind(sign, 0, start) + 1
        found = data.find(sign, end)
        end = found + 1 if found >= 0 else len(data)
    return start, end


def archives_of(seeds: Sequence[bytes]) -> Mutate:
    """Changes of the entries of archives, and now and then of the bytes of the whole."""
    change = mutants_of(seeds)
    within = mutants_of([content for seed in seeds for content in (_entries(seed) or {}).values()])

    def mutate(data: bytes, chance: Random) -> bytes:
        entries = _entries(data)
        if not entries or chance.random() < 0.1:
            return change(data, chance)
        matter = [name for name in sorted(entries) if not _FURNITURE.search(name)]
        name = chance.choice(matter if matter and chance.random() < 0.9 else sorted(entries))
        match chance.randrange(12):
            case 0:
                del entries[name]
            case 1:
                entries[within(name.encode(), chance).decode("utf-8", "replace")] = entries[name]
            case 2:
                entries[name] = entries[chance.choice(sorted(entries))]
            case _ if chance.random() < 0.8:
                entries[name] = _other_elements(entries[name], chance) or within(entries[name], chance)
            case _:
                entries[name] = within(entries[name], chance)
        return _packed(entries)

    return mutate


def _entries(data: bytes) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if entry.file_size <= MOST}
    except Exception:  # an archive is broken in as many ways
        return None


def _packed(entries: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {_named(name): content for name, content in entries.items()}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _other_elements(data: bytes, chance: Random) -> bytes | None:
    """XML with some of its elements, their attributes or their texts changed, so that it stays XML; None of others."""
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
        for _ in range(chance.choice((1, 1, 2, 4))):
            _change_element(root, chance)
        return etree.tostring(root)
    except (etree.XMLSyntaxError, ValueError):  # the latter where a text holds what none of XML may
        return None


def _change_element(root: Any, chance: Random) -> None:  # noqa: ANN401 - lxml ships no types
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    one, other = chance.choice(elements), chance.choice(elements)
    parent = one.getparent()
    match chance.randrange(8):
        case 0 if parent is not None:
            parent.remove(one)
        case 1 if parent is not None:
            parent.insert(chance.randint(0, len(parent)), copy.deepcopy(one))
        case 2:
            one.append(copy.deepcopy(other) if len(other) < _FEW else one.makeelement(other.tag))
        case 3:
            one.tag = other.tag
        case 4 if one.attrib:
            del one.attrib[chance.choice(list(one.attrib))]
        case 5 | 6 if one.attrib:
            values = [
                *(value for element in elements for value in element.attrib.values()),
                *map(bytes.decode, _NUMBERS),
            ]
            one.set(chance.choice(list(one.attrib)), chance.choice(values))
        case _:
            one.text = chance.choice((*map(bytes.decode, _NUMBERS), other.text, "It is so.", "\u2028", "e\u0301", " "))


def _named(name: str) -> str:
    """A name that an archive can hold."""
    return name[:200].replace("\0", "").replace("\\", "/") or "a"


def records_of(seeds: Sequence[bytes]) -> Mutate:
    """Changes of the values of JSON, of one line of it where there are more, and now and then of the bytes."""
    change = mutants_of(seeds)

    def mutate(data: bytes, chance: Random) -> bytes:
        if chance.random() < 0.1:
            return change(data, chance)
        lines = [data]
        number = 0
        try:
            record = json.loads(data)
        except (ValueError, RecursionError):
            lines = data.split(b"\n")
            number = chance.randrange(len(lines))
            try:
                record = json.loads(lines[number])
            except (ValueError, RecursionError):
                return change(data, chance)
        if chance.random() < 0.01:
            lines[number] = b"[" * _DEEP + lines[number] + b"]" * _DEEP
        else:
            for _ in range(chance.choice((1, 1, 2, 4))):
                record = _changed(record, chance, change)
            try:
                lines[number] = json.dumps(record).encode()
            except (ValueError, RecursionError):
                return change(data, chance)
        return b"\n".join(lines)[:MOST]

    return mutate


def _changed(record: Any, chance: Random, change: Mutate) -> Any:  # noqa: ANN401 - JSON is of any type
    """A record with one of its values changed."""
    places = _places(record)
    if not places:
        return copy.deepcopy(chance.choice(_VALUES))
    parent, key = chance.choice(places)
    value = parent[key]
    match chance.randrange(8):
        case 0:
            del parent[key]
        case 1 | 2 | 3:
            parent[key] = copy.deepcopy(chance.choice(_VALUES))
        case 4:
            parent[key] = [value] if chance.random() < 0.5 else {"a": value}
        case 5:
            other, name = chance.choice(places)
            # As JSON, or what holds both could come to hold itself.
            parent[key] = json.loads(json.dumps(other[name]))
        case 6 if isinstance(parent, list):
            parent.insert(key, json.loads(json.dumps(value)))
        case _ if isinstance(value, str):
            parent[key] = change(value.encode("utf-8", "surrogatepass"), chance).decode("utf-8", "replace")
        case _ if isinstance(value, int | float):
            parent[key] = chance.choice((value + 1, value - 1, -value, value * 1.5, str(value)))
    return record


def _places(record: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - JSON is of any type
    """Where each value of a record stands: in what, and under which key or number."""
    found: list[tuple[Any, Any]] = []
    todo = [record]
    while todo:
        at = todo.pop()
        keys = list(at) if isinstance(at, dict) else range(len(at)) if isinstance(at, list) else ()
        found += [(at, key) for key in keys]
        todo += [at[key] for key in keys]
    return found

"""The tools that a Model Context Protocol client may call: what each takes, does and gives."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console

from answer import LONGEST_QUESTION, Verdict
from ibid.api import Chat, Library
from ibid.conversations import Conversations
from ibid.mcprecords import PAGE, Found, Part, Reading, Sources, found, listed
from ibid.render import show_sources, show_verdicts
from ibid.schema import answer_schema, schema_of
from ibid.sourcerecord import describe

LONGEST_READ = 20_000
_HITS = 10
_MOST_HITS = 50

_Schema = dict[str, Any]
Told = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: `call` is given the library, the conversations and checked arguments.

    It gives what is told as text for a person, and the same as a record of the schema `gives`.
    """

    name: str
    title: str
    does: str
    takes: _Schema
    gives: _Schema
    call: Callable[[Library, Conversations[Chat], Mapping[str, Any]], Told]


def answer(library: Library, conversations: Conversations[Chat], given: Mapping[str, Any]) -> Told:
    """The answer record, and the id of the conversation that it stands in."""
    name = given.get("conversation")
    chat = conversations.get(name) if name is not None else library.conversation()
    answered = chat.ask(given["question"])
    name = conversations.keep(chat, name)
    return f"{answered}\n\nConversation: {name}\n", answered.to_json() | {"conversation": name}


def search(library: Library, _: Conversations[Chat], given: Mapping[str, Any]) -> Told:
    """The best passages with their places, whether or not they answer."""
    told, generation = found(library, given["question"], int(given.get("k", _HITS)))
    record = {"generation": generation, "hits": [asdict(passage) for passage, _ in told]}
    return "\n".join(text for _, text in told), record


def list_sources(library: Library, _: Conversations[Chat], given: Mapping[str, Any]) -> Told:
    """A page of the list of sources."""
    page = listed(library.generation, given.get("cursor"))
    lines = [f"{source.id}: {source.title}" for source in page.sources]
    more = [f"More: call list_sources with the cursor {page.next_cursor!r}"] * bool(page.next_cursor)
    return "\n".join([f"Sources: {page.total:,}", *lines, *more]) + "\n", asdict(page)


def read_source(library: Library, _: Conversations[Chat], given: Mapping[str, Any]) -> Told:
    """A stretch of the text of a source, and what is known of it."""
    document = library.source(given["id"])
    length = len(document.text)
    # An integer of JSON Schema may be written 10.0.
    start = min(int(given.get("start", 0)), length)
    end = max(start, min(int(given.get("end", length)), start + LONGEST_READ, length))
    reading = Reading(
        **describe(document, len(library.generation.rows_of(document.id))),
        sections=tuple(Part(s.heading, s.path, s.start, s.end) for s in document.sections),
        length=length,
        start=start,
        end=end,
        text=document.text[start:end],
    )
    known = _written(show_sources, [(document, reading.passages)], library.generation.states)
    return f"{known}Characters {start} to {end} of {length}:\n\n{reading.text}\n", asdict(reading)


def verify(library: Library, _: Conversations[Chat], given: Mapping[str, Any]) -> Told:
    """A verdict on each citation."""
    verdicts = library.verify(given["answer"])
    return _written(show_verdicts, verdicts), {"verdicts": [asdict(verdict) for verdict in verdicts]}


def tools() -> dict[str, Tool]:
    """The tools by name."""
    # How long it may be is for the answerer to say, which does not say it all over again.
    question = {"type": "string", "description": f"In plain English, at most {LONGEST_QUESTION:,} characters."}
    place = {"type": "integer", "minimum": 0}
    offered = [
        Tool(
            "answer",
            "Answer a question",
            "Answers a question with what the sources say, and only that: every statement is a quotation with its "
            "citation (document, section, offsets, date, review status), or the sources are said not to answer. A "
            "question may follow up on those before it in its conversation.",
            _taking(
                {
                    "question": question,
                    "conversation": {
                        "type": "string",
                        "description": "The id that came with the answer which this question follows up on. "
                        "Leave it away to begin a new conversation.",
                    },
                },
                "question",
            ),
            _with_conversation(answer_schema()),
            answer,
        ),
        Tool(
            "search",
            "Search the sources",
            "Finds the passages of the sources that come nearest to a question, best first, whether or not they "
            "answer it. Each has its id and its place: document, section, page, offsets, and address or file.",
            _taking(
                {
                    "question": question,
                    "k": {
                        "type": "integer",
                        "description": "How many passages at most.",
                        "minimum": 1,
                        "maximum": _MOST_HITS,
                        "default": _HITS,
                    },
                },
                "question",
            ),
            _with_generation(_list_of("hits", Found)),
            search,
        ),
        Tool(
            "list_sources",
            "List the sources",
            f"Tells what sources there are, {PAGE} a call in their order: the id, title, date, review status, and "
            "address or file of each.",
            _taking(
                {"cursor": {"type": "string", "description": "The next_cursor of the page before; none at first."}}
            ),
            schema_of(Sources),
            list_sources,
        ),
        Tool(
            "read_source",
            "Read a source",
            f"Gives the text of a source as it is quoted from, at most {LONGEST_READ:,} characters a call, with its "
            "sections, date and review status. The offsets of citations and passages are places in it.",
            _taking(
                {
                    "id": {"type": "string", "description": "The document_id of a citation or passage."},
                    "start": place | {"description": "The offset of the first character.", "default": 0},
                    "end": place | {"description": "The offset after the last character."},
                },
                "id",
            ),
            schema_of(Reading),
            read_source,
        ),
        Tool(
            "verify",
            "Verify an answer",
            "Checks each citation of an answer given earlier against the sources as they are now: still exact, moved, "
            "or gone.",
            _taking(
                {"answer": {"type": "object", "description": "The whole structured result of the tool answer."}},
                "answer",
            ),
            _list_of("verdicts", Verdict),
            verify,
        ),
    ]
    return {tool.name: tool for tool in offered}


def _taking(properties: _Schema, *required: str) -> _Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list_of(name: str, record: type) -> _Schema:
    """The schema of an object that holds only a list of records."""
    described = schema_of(record)
    definitions = described.pop("$defs", {}) | {record.__name__: described}
    listed = {"type": "array", "items": {"$ref": f"#/$defs/{record.__name__}"}}
    return {"type": "object", "properties": {name: listed}, "required": [name], "$defs": definitions}


def _with_generation(record: _Schema) -> _Schema:
    about = "The generation of the index that was searched."
    properties = {"generation": {"type": "string", "description": about}} | record["properties"]
    return record | {"properties": properties, "required": ["generation", *record["required"]]}


def _with_conversation(record: _Schema) -> _Schema:
    about = "The id of the conversation, for a question that follows up on this one."
    properties = record["properties"] | {"conversation": {"type": "string", "description": about}}
    return record | {"properties": properties, "required": [*record["required"], "conversation"]}


def _written(show: Callable[..., None], *shown: object) -> str:
    """What the command line would print."""
    written = io.StringIO()
    show(Console(file=written, color_system=None, force_terminal=False, highlight=False, markup=False), *shown)
    return written.getvalue()

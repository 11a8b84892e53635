"""Passages: what is embedded and searched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import islice
from operator import attrgetter

from ingest.documents.document import Document
from ingest.read.layout import MATTER, Section
from ingest.read.leads import note_marker

PASSAGE_SIZE = 600

# Cleaning removes every control character, so these can stand for the boundaries that were found without ever
# being mistaken for text: cut there, and the lengths of the pieces are the offsets.
_BLOCK_END, _SENTENCE_END = "\x1d", "\x1e"
# A sentence that would fill so many passages is parted before the splitter, which makes a string of each of its words.
_ENDLESS = 100


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section: `document.text[start:end] == text`.

    `lead` is what leads in its first words where that stands before it, as the items of a long list have it.
    """

    id: str
    document_id: str
    revision: str
    title: str
    section: str
    path: tuple[str, ...]
    start: int
    end: int
    text: str
    lead: str = ""

    @property
    def heading(self) -> str:
        """Title and headings above the passage, outermost first, each once."""
        return " › ".join(dict.fromkeys((self.title, *self.path, self.section)))

    @property
    def embedded_text(self) -> str:
        """What is given to the encoder: the headings, then the text, with what leads it in."""
        return "\n".join(filter(None, (self.heading, self.lead, self.text)))

    @property
    def searched_text(self) -> str:
        """What the lexical index holds beside the title: the headings below it, then the text with what leads it in."""
        headings = (heading for heading in (*self.path, self.section) if heading != self.title)
        return "\n".join((*headings, *filter(None, (self.lead,)), self.text))

    @property
    def text_hash(self) -> str:
        """SHA-256 of `embedded_text`, the key under which its vector is used again."""
        return hashlib.sha256(self.embedded_text.encode()).hexdigest()

    def to_json(self) -> str:
        """One JSON array that `from_json` reads back."""
        return json.dumps(_values(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, record: str) -> Passage:
        """The inverse of `to_json`."""
        id_, document_id, revision, title, section, path, start, end, text, lead = json.loads(record)
        return cls(id_, document_id, revision, title, section, tuple(path), start, end, text, lead)


# dataclasses.astuple copies all that it finds, which takes thirty times as long.
_values = attrgetter(*(field.name for field in fields(Passage)))


def cut_passages(document: Document, size: int = PASSAGE_SIZE) -> Iterator[Passage]:
    """Cut every section of a document into passages of at most `size` characters, at the ends of blocks or sentences.

    Headings and the bibliography are not matter to answer from and give none.  A single sentence longer than
    `size` is cut at a space.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=[_BLOCK_END, _SENTENCE_END, " ", ""],
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=size,
        chunk_overlap=0,
        length_function=lambda text: len(text.replace(_BLOCK_END, "").replace(_SENTENCE_END, "")),
    )
    revision = document.revision
    for section in document.sections:
        for first, last in _matter(document, section):
            position = first
            for chunk in splitter.split_text(_with_boundaries(document, first, last, size)):
                text = chunk.replace(_BLOCK_END, "").replace(_SENTENCE_END, "")
                start = position + len(text) - len(text.lstrip())
                end = position + len(text.rstrip())
                position += len(text)
                if start >= end:
                    continue
                key = f"{document.id}\0{revision}\0{start}\0{end}"
                yield Passage(
                    id=hashlib.sha256(key.encode()).hexdigest()[:16],
                    document_id=document.id,
                    revision=revision,
                    title=document.title,
                    section=section.heading,
                    path=section.path,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    lead=_lead(document, start),
                )
            if position != last:
                raise AssertionError(f"{document.id}: passages cover {position - first} of {last - first} characters")


def _lead(document: Document, start: int) -> str:
    """What leads in the text from `start` on and stands before it, but for headings, which every passage has."""
    number = document.block_at(start)
    ranges = [(s, e) for s, e in document.leads(number) if document.blocks[document.block_at(s)].kind != "heading"]
    return " ".join(document.reading_text(s, e) for s, e in ranges if e <= start)


def _matter(document: Document, section: Section) -> Iterator[tuple[int, int]]:
    """The ranges of a section between its headings and references; a note, which is led in by its call, is one."""
    start: int | None = None
    end = section.start
    first = document.block_at(section.start)
    for block in islice(document.blocks, first, None):
        if block.start >= section.end:
            break
        if block.start < section.start:
            continue
        is_note = block.lead is not None and bool(note_marker(document.text, block))
        if is_note and start is not None:
            yield start, end
            start = None
        if block.kind in MATTER:
            start = block.start if start is None else start
            end = block.end
        elif start is not None:
            yield start, end
            start = None
    if start is not None:
        yield start, end


def _with_boundaries(document: Document, first: int, last: int, size: int) -> str:
    """The text of `[first, last)` with a mark at the end of every block and sentence in it."""
    parts: list[str] = []
    position = first
    inside = [s for s in document.sentences_in(first, last) if s.end <= last]
    for sentence, following in zip(inside, [*inside[1:], None], strict=True):
        new_block = following is None or following.block != sentence.block
        gap = document.text[sentence.end : following.start if following else last]
        # The bullet or number before a list item goes with the item.
        stop = sentence.end + (gap.rfind("\n") + 1 if new_block else len(gap))
        parts += document.text[position:stop], _BLOCK_END if new_block else _SENTENCE_END
        position = stop
    parts.append(document.text[position:last])
    return "".join(_with_stops(part, size) if len(part) > _ENDLESS * size else part for part in parts)


def _with_stops(sentence: str, size: int) -> str:
    """An endless sentence with a mark at the end of as many words as a passage has room for, over and over."""
    parts: list[str] = []
    start = 0
    while len(sentence) - start > size:
        end = (sentence.rfind(" ", start, start + size) + 1) or start + size
        parts.append(sentence[start:end])
        start = end
    return _SENTENCE_END.join([*parts, sentence[start:]])

"""Questions that a document may answer, made of its headings and of what it defines.

No heading is asked as it stands.  It is put into a frame, in the case and with the article that the text of the
document gives it; where the text does not tell, it is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from answer.language import guess
from answer.suggest.definitions import definitions
from answer.suggest.headings import asking, head, is_telling, naming, plain, topic
from answer.suggest.prose import Prose, is_plural
from ingest import Document, Section, analyze

LONGEST = 100
# Of a long document so many sections are looked at, evenly.
_SECTIONS = 24
_ENGLISH = 0.05
_SAMPLE = 2000
# The most characters of a title that is named in a question, and the fewest rows or items that make a list.
_TITLE = 50
_LISTED = 2


@dataclass(frozen=True, slots=True)
class QuestionCandidate:
    """Ways to ask for what a section says of one thing, the best first.

    Its answer stands in `[start, end)` of the document: the section and those below it.
    """

    section: Section
    start: int
    end: int
    questions: tuple[str, ...]


def candidates(document: Document, prose: Prose, common: Collection[str] = ()) -> list[QuestionCandidate]:
    """What may be asked of a document, in its order; nothing where it is not in English.

    `common` are the headings that other documents have too.
    """
    if guess(document.text[:_SAMPLE]).english < _ENGLISH:
        return []
    asked = [(s, tuple(q for q in questions if len(q) <= LONGEST)) for s, questions in _all(document, prose, common)]
    asked.sort(key=lambda one: one[0].start)
    return [
        QuestionCandidate(section, *_range(document, section), questions) for section, questions in asked if questions
    ]


def _range(document: Document, section: Section) -> tuple[int, int]:
    """Where a section and those below it stand; that of the title is the whole document."""
    if section.heading == document.title:
        return 0, len(document.text)
    end = section.end
    for other in document.sections:
        if other.start == end and other.path[: len(section.path) + 1] == (*section.path, section.heading):
            end = other.end
    return section.start, end


def _all(document: Document, prose: Prose, common: Collection[str]) -> Iterator[tuple[Section, tuple[str, ...]]]:
    defined = definitions(document, prose)
    for section in document.sections[:: 1 + len(document.sections) // _SECTIONS]:
        heading = plain(section.heading)
        question = asking(heading, prose)
        own = defined.pop((section.start, topic(heading)), None)
        if question:
            yield section, (question,)
        elif section.heading != document.title or len(document.sections) == 1:
            yield section, (*([own] if own else ()), *_about(document, section, heading, prose, common))
    for (start, _), question in defined.items():
        yield document.section_at(start), (question,)


def _about(document: Document, section: Section, heading: str, prose: Prose, common: Collection[str]) -> Iterator[str]:
    """Questions about what a heading names, where its section says a word of that."""
    text = document.text[section.start + len(section.heading) : section.end]
    name = naming(heading, prose)
    if not name or not set(topic(heading)) & set(analyze(text)):
        return
    bare, title = name.removeprefix("the "), document.title
    above = plain(section.path[-1]) if section.path and section.path[-1] != title else ""
    joint, whole = prose.joint(bare), naming(above, prose) if above else None
    if joint and whole and is_telling(whole, prose):
        both = f"the {bare} {joint} {whole}"
        yield f"What are {both}?" if is_plural(bare) else f"What should I know about {both}?"
    if section.heading not in common and _is_list(document, section, bare, prose):
        yield f"What are the {bare}?"
    is_titled = title not in (section.heading, PurePath(document.file).stem) and not title.endswith("?")
    titled = f"What does “{title}” say about {name}?" if is_titled and len(title) <= _TITLE else ""
    plainly = "" if section.heading in common else f"What should I know about {name}?"
    yield from filter(None, (plainly, titled) if is_telling(bare, prose) else (titled, plainly))


def _is_list(document: Document, section: Section, name: str, prose: Prose) -> bool:
    """Whether a section gives one by one what its heading names."""
    things = head(name)
    if " and " in name or " " not in name or prose.names(things) or not is_plural(things):
        return False
    usage = prose.usage(name)
    if things.split()[0].endswith("ing") and not (usage and usage.article):
        return False  # it may be what is done with the things, and not what they are
    inside = [block.kind for block in document.blocks if section.start <= block.start < section.end]
    return " of " in name or inside.count("row") + inside.count("item") >= _LISTED

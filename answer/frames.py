"""Questions that a document may answer, made of its headings and of what it defines.

No heading is asked as it stands.  It is put into a frame, in the case and with the article that the text of the
document gives it; where the text does not tell, it is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from answer.language import guess
from answer.prose import ARTICLES, WORD, Prose, is_plural
from ingest import FUNCTION_WORDS, Document, Section, analyze

LONGEST = 100
_ENGLISH = 0.5
_SAMPLE = 2000
# "2.", "4.2", "IV.", "b)", "§ 3" and "Chapter 3:".
_NUMBER = re.compile(
    r"(?:[^\W\d_]+\s+(?:\d[\d.]*|[A-Z])\s*[:.–—]|§?\s*\d+(?:\.\d+)*[.):]?|[IVX]+[.)]|[A-Za-z]\d*[.):])\s+(?=\S)"
)
_PHRASE = re.compile(rf"{WORD}(?:(?:,? (?:and|or) |, | ){WORD})*")
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_AND = re.compile(r",? and |, ")
_TITLE = 50
_LISTED = 2
_BARE = 2
# The verbs of a question.
_VERB = "is|are|was|were|has|have|do|does|did|can|could|may|might|must|shall|should|will|would"
_DIRECT = re.compile(rf"(?:who|what|which|where|why|how)(?: (?:much|many|often|long))? (?:{_VERB})\b .+", re.IGNORECASE)
_TURNED = re.compile(
    r"(how|what|why) (?:((?:the|an?) .+?) (is|are|can|may|must|should)|(you) (can|may|must|should)) (.+)", re.IGNORECASE
)
_TO = re.compile(r"(where|when|what|which|whom|who|how)((?: [\w-]+)?) to (.+)", re.IGNORECASE)
_ORDER = re.compile(rf"({WORD})((?: {WORD})?? (?:an?|the) .+)", re.IGNORECASE)
_DOING = re.compile(r"\w+ing (?:an?|the) .+", re.IGNORECASE)
_DEFINED = re.compile(
    rf"(?:(An?|The) )?({WORD}(?: {WORD}){{0,3}}?)(?: \([^()]+\))? "
    r"(?:(is) an? |(are) (?:[\w-]+ ){1,3}(?:that|which|who|of)\b)"
)
_MEANT = re.compile(r"[“\"]([^”\"]{2,40})[”\"] (means|mean)\b")

Asked = tuple[Section, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Ways to ask for what a section says of one thing, the best first.

    Its answer stands in `[start, end)` of the document: the section and those below it.
    """

    section: Section
    start: int
    end: int
    questions: tuple[str, ...]


def plain(heading: str) -> str:
    """A heading without its number and the full stop behind it."""
    line = " ".join(heading.split()).replace(" & ", " and ")
    number = _NUMBER.match(line)
    return line[number.end() if number else 0 :].rstrip(" .:")


def candidates(document: Document, prose: Prose, common: Collection[str] = ()) -> list[Candidate]:
    """What may be asked of a document, in its order; nothing where it is not in English.

    `common` are the headings that stand in other documents too.
    """
    if guess(document.text[:_SAMPLE]).english < _ENGLISH:
        return []
    found = list(_of_headings(document, prose, common))
    asked = [(section, tuple(q for q in questions if len(q) <= LONGEST)) for section, questions in found]
    asked.sort(key=lambda one: one[0].start)
    return [Candidate(section, *_range(document, section), questions) for section, questions in asked if questions]


def _range(document: Document, section: Section) -> tuple[int, int]:
    """Where a section and those below it stand; that of the title is the whole document."""
    if section.heading == document.title:
        return 0, len(document.text)
    end = section.end
    for other in document.sections:
        if other.start == end and other.path[: len(section.path) + 1] == (*section.path, section.heading):
            end = other.end
    return section.start, end


def _of_headings(document: Document, prose: Prose, common: Collection[str]) -> Iterator[Asked]:
    defined = _definitions(document, prose)
    for section in document.sections:
        heading = plain(section.heading)
        question = _asking(heading, prose)
        own = defined.pop((section.start, _topic(heading)), ())
        if question:
            yield section, (question,)
        elif section.heading != document.title or len(document.sections) == 1:
            yield section, (*own, *_about(document, section, heading, prose, common))
    for (start, _), questions in defined.items():
        yield document.section_at(start), questions


def _asking(heading: str, prose: Prose) -> str | None:
    """The question that a heading asks, or that it says to answer; None where it only names something."""
    if heading.endswith("?"):
        return heading
    if _DIRECT.fullmatch(heading):
        return f"{heading}?"
    if turned := _TURNED.fullmatch(heading):
        return f"{turned[1]} {turned[3] or turned[5]} {turned[2] or 'I'} {_mine(turned[6])}?"
    if to := _TO.fullmatch(heading):
        return f"{to[1]}{to[2]} {'do' if to[0].lower().startswith('how to') else 'should'} I {_mine(to[3])}?"
    order = _ORDER.fullmatch(heading)
    if order and order[1].lower() not in FUNCTION_WORDS and prose.does(order[1]):
        return f"How do I {order[1].lower()}{_mine(order[2])}?"
    return None


def _mine(words: str) -> str:
    """What is said to the reader, as the reader would say it."""
    return re.sub(r"\byour\b", "my", words)


def _about(
    document: Document, section: Section, heading: str, prose: Prose, common: Collection[str]
) -> Iterator[str]:
    """Questions about what a heading names."""
    text = document.text[section.start + len(section.heading) : section.end]
    named, said = set(analyze(_ASIDE.sub("", heading))), set(analyze(text))
    name = noun(heading, prose)
    if not name or not named & said:
        return
    bare, title = name.removeprefix("the "), document.title
    above = plain(section.path[-1]) if section.path and section.path[-1] != title else ""
    joint, whole = prose.joint(bare), noun(above, prose) if above else None
    if joint and whole:
        both = f"{bare} {joint} {whole}"
        yield f"What are the {both}?" if is_plural(bare) else f"What should I know about the {both}?"
    is_common = section.heading in common
    if not is_common and _is_list(document, section, bare, prose):
        yield f"What are the {bare}?"
    is_titled = title not in (section.heading, PurePath(document.file).stem) and not title.endswith("?")
    titled = f"What does “{title}” say about {name}?" if is_titled and len(title) <= _TITLE else ""
    plainly = "" if is_common else f"What should I know about {name}?"
    # One ordinary word says too little by itself.
    is_telling = " " in bare or prose.names(bare)
    yield from filter(None, (plainly, titled) if is_telling else (titled, plainly))


def _is_list(document: Document, section: Section, name: str, prose: Prose) -> bool:
    """Whether a section gives one by one what its heading names."""
    head = _head(name)
    if " and " in name or " " not in name or prose.names(head) or not is_plural(head):
        return False
    inside = [block.kind for block in document.blocks if section.start <= block.start < section.end]
    return " of " in name or inside.count("row") + inside.count("item") >= _LISTED


def _head(phrase: str) -> str:
    """A phrase up to its first preposition: "options" of "options of the command line"."""
    words = phrase.split()
    return " ".join(words[: next((n for n, word in enumerate(words) if word.lower() in FUNCTION_WORDS), len(words))])


def noun(heading: str, prose: Prose) -> str | None:
    """What a heading names, as a sentence would write it; None where that is unsure."""
    phrase = _ASIDE.sub("", heading)
    words = phrase.split()
    if not _PHRASE.fullmatch(phrase) or words[-1].lower() in FUNCTION_WORDS or len(phrase) < 3:
        return None
    if words[0].lower() == "the":
        return f"the {prose.in_case(' '.join(words[1:]))}"
    if _DOING.fullmatch(phrase):
        return phrase[0].lower() + phrase[1:]
    if words[0].lower() in FUNCTION_WORDS:
        return None
    whole = _noun(phrase, prose)
    parts = _AND.split(phrase)
    if whole or len(parts) == 1:
        return whole
    named = [name for part in parts if (name := _noun(part, prose))]
    return " and ".join((", ".join(named[:-1]), named[-1])) if len(named) == len(parts) else None


def _noun(phrase: str, prose: Prose) -> str | None:
    usage = prose.usage(phrase)
    if is_plural(phrase if _AND.search(phrase) else _head(phrase)):
        return usage.text if usage else prose.in_case(phrase)
    if usage and (usage.text[0].isupper() or usage.bare > _BARE * usage.determined):
        return usage.text
    return f"{usage.article} {usage.text}" if usage and usage.article else None


def _topic(name: str) -> tuple[str, ...]:
    return tuple(analyze(_ASIDE.sub("", name)))


def _definitions(document: Document, prose: Prose) -> dict[tuple[int, tuple[str, ...]], tuple[str, ...]]:
    """The questions that a sentence answers by saying what something is, by its section's start and what that is."""
    found: dict[tuple[int, tuple[str, ...]], tuple[str, ...]] = {}
    for sentence, text in prose.sentences:
        section = document.section_at(sentence.start)
        for subject, question in _defining(text, section, prose):
            found.setdefault((section.start, _topic(subject)), (question,))
    return found


def _defining(text: str, section: Section, prose: Prose) -> Iterator[tuple[str, str]]:
    """What a sentence says what it is, and the question for that; of what has a name or a heading only."""
    if meant := _MEANT.match(text):
        yield meant[1], f"What {'does' if meant[2] == 'means' else 'do'} “{meant[1]}” mean?"
    found = _DEFINED.match(text)
    if not found or FUNCTION_WORDS & {word.lower() for word in found[2].split()}:
        return
    is_headed = _topic(found[2]) in {_topic(plain(heading)) for heading in (section.heading, *section.path)}
    is_name = not found[1] and " " not in found[2] and prose.names(found[2])
    usage = prose.usage(found[2]) if is_headed or is_name else None
    if usage:
        yield found[2], f"What {found[3] or found[4]} {found[1].lower() + ' ' if found[1] else ''}{usage.text}?"

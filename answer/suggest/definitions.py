"""What a document says what it is, and the questions for that."""

from __future__ import annotations

import re

from answer.suggest.headings import topic
from answer.suggest.prose import WORD, Prose
from ingest import FUNCTION_WORDS, Document, Section

# "Tilth is a …", "Marrows are plants that …" and "“Affiliate” means …".
_DEFINED = re.compile(
    rf"(?:(An?|The) )?({WORD}(?: {WORD}){{0,3}}?)(?: \([^()]+\))? "
    r"(?:(is) an? |(are) (?:[\w-]+ ){1,3}(?:that|which|who|of)\b)"
)
_MEANT = re.compile(r"[“\"]([^”\"]{2,40})[”\"] means?\b")

Place = tuple[int, tuple[str, ...]]


def definitions(document: Document, prose: Prose) -> dict[Place, str]:
    """The questions that a sentence of `document` answers, by the start of its section and the topic of the subject."""
    found: dict[Place, str] = {}
    for sentence, text in prose.sentences:
        section = document.section_at(sentence.start)
        defined = _defining(text, section, prose)
        if defined:
            found.setdefault((section.start, topic(defined[0])), defined[1])
    return found


def _defining(text: str, section: Section, prose: Prose) -> tuple[str, str] | None:
    """What a sentence says what it is, and the question for that; only of what has a name or a heading."""
    if meant := _MEANT.match(text):
        return meant[1], f"What does “{meant[1]}” mean?"
    found = _DEFINED.match(text)
    if not found or FUNCTION_WORDS & {word.lower() for word in found[2].split()}:
        return None
    is_headed = topic(found[2]) in {topic(heading) for heading in (section.heading, *section.path)}
    is_name = not found[1] and " " not in found[2] and prose.names(found[2])
    usage = prose.usage(found[2]) if is_headed or is_name else None
    article = f"{found[1].lower()} " if found[1] else ""
    return (found[2], f"What {found[3] or found[4]} {article}{usage.text}?") if usage else None

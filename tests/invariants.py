"""What holds of every document, and of its passages, whatever it was read from."""

from __future__ import annotations

import json
from itertools import pairwise

from ingest import Document, Passage, cut_passages, is_mark
from ingest.read.layout import MATTER


def check_ranges(document: Document) -> None:
    """Sections, blocks, sentences and marks are ranges of the text, in order, that leave out no matter."""
    text = document.text
    assert document.sections[0].start == 0 and document.sections[-1].end == len(text)
    assert all(before.end == after.start for before, after in pairwise(document.sections))
    assert all(s.start < s.end for s in document.sections)
    for block in document.blocks:
        assert text[block.start : block.end].strip() != ""
        # A column without a name keeps its place among the heads, and code its lines and how far in they stand.
        if block.kind == "heads":
            names = [text[cell.start : cell.end] for cell in block.cells]
            assert text[block.start : block.end] == " | ".join(names) and names == [name.strip() for name in names]
        elif block.kind != "code":
            assert text[block.start : block.end] == text[block.start : block.end].strip()
            assert "\n" not in text[block.start : block.end]
        section = document.section_at(block.start)
        assert section.start <= block.start and block.end <= section.end
    assert all(before.end < after.start for before, after in pairwise(document.blocks))
    assert all(before.end <= after.start for before, after in pairwise(document.sentences))
    covered: dict[int, str] = {}
    for sentence in document.sentences:
        block = document.blocks[sentence.block]
        assert block.kind in MATTER
        assert block.start <= sentence.start < sentence.end <= block.end
        covered[sentence.block] = covered.get(sentence.block, "") + text[sentence.start : sentence.end]
    for number, block in enumerate(document.blocks):
        whole = text[block.start : block.end] if block.kind in MATTER else ""
        assert "".join(covered.get(number, "").split()) == "".join(whole.split())
    for mark in document.marks:
        assert is_mark(text[mark.start : mark.end]) and mark.numbers
        assert any(s.start < mark.start and mark.end <= s.end for s in document.sentences)
    for sentence in document.sentences:
        assert document.reading_text(sentence.start, sentence.end)
    assert {n for mark in document.marks for n in mark.numbers} >= set(document.unresolved_marks)
    kinds = [(block.start, block.end) for block in document.blocks if block.kind == "reference"]
    assert [(r.start, r.end) for r in document.references] == kinds


LONGEST_MARK = len("\n\n123456789. ")


def check_passages(document: Document, size: int) -> None:
    """Passages are exact ranges of one section each, and hold all matter and nothing else."""
    passages = list(cut_passages(document, size))
    assert len({p.id for p in passages}) == len(passages)
    assert all(before.end <= after.start for before, after in pairwise(passages))
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end] == passage.text.strip()
        assert 0 < len(passage.text) <= size
        section = document.section_at(passage.start)
        assert section.start <= passage.start and passage.end <= section.end
        assert (passage.section, passage.path) == (section.heading, section.path)
        assert Passage.from_json(passage.to_json()) == passage
        json.loads(passage.to_json())
    inside = {i for p in passages for i in range(p.start, p.end)}
    for block in document.blocks:
        if block.kind in ("heading", "reference"):
            assert inside.isdisjoint(range(block.start, block.end))
    for sentence in document.sentences:
        assert all(i in inside for i in range(sentence.start, sentence.end) if not document.text[i].isspace())
        # Code keeps how far in its first line stands, and a passage begins with what is seen.
        seen = sentence.end - len(document.text[sentence.start : sentence.end].lstrip())
        if sentence.end - sentence.start + LONGEST_MARK < size:
            assert any(p.start <= seen and sentence.end <= p.end for p in passages)

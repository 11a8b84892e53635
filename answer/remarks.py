"""What an asker has to know beside the answer: of its sources, and of how they and the question go together."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from statistics import fmean

from answer.compose import Point, marked, telling_stems
from answer.evidence import Evidence
from answer.figures import Figure, figures
from answer.reader import Reader, Stretch
from answer.record import Citation, Remark
from ingest import STATED, Generation, LeftOut, Stated
from ingest.english import DENIAL

# Of two texts whose figures or denials differ, so much of what else the shorter says is said by the other.
_SHARED = 0.9
_NAMED = 3  # so many of what was not read or not looked at are named
_PUNCTUATION = ".,;:!?()[]“”\"'"
# At most so many words of one stand in the place of some of the other.
_LONGEST = 4
# Below this the reader finds that two texts do not support each other: where figures, names or a denial tell them
# apart, and where only other words do; by `python bench/agreement.py`.
_SUPPORT = 0.655
_SUPPORT_OF_WORDS = 0.57


def conflicting(
    points: Sequence[Point], others: Sequence[Evidence], reader: Reader | None = None
) -> tuple[Evidence, Evidence] | None:
    """Two texts of different documents that say different things of one matter; or None.

    One is told.  The other is part of the answer too, or holds as much of the question: a reader that is asked whether
    something may be finds that it may not be the better answer.
    """
    near = set(map(id, marked(others)))  # of the same evidence: to compare it would take much longer
    for one in (point.evidence for point in points if not point.is_lead):
        told = one.led_text
        for other in (e for e in others if id(e) in near or (e.held and e.held >= one.held)):
            is_apart = other.document.id != one.document.id and _of_one_thing(one, other)
            if is_apart and disagree(told, other.led_text, reader):
                return one, other
    return None


def _of_one_thing(one: Evidence, other: Evidence) -> bool:
    """Whether two texts can contradict each other: the rows of tables only where they begin alike."""
    return not (one.is_row and other.is_row) or one.row_name == other.row_name


def disagree(one: str, other: str, reader: Reader | None = None) -> bool:
    """Whether one text contradicts another.

    Most of one is said by the other, or they are word for word the same but for one place; their figures, their names,
    that one denies, or those words tell them apart; and the reader, where there is one, finds that neither supports the
    other.
    """
    first, second = figures(one), figures(other)
    denies = bool(DENIAL.search(one)) != bool(DENIAL.search(other))
    is_alike = first == second != frozenset()
    apart = _shares(one, other) >= _SHARED and (denies or _differ_in_figures(first, second)) and not is_alike
    if reader is None:
        return apart
    least = max(_SUPPORT if apart else 0.0, _support_of_one_place(one, other))
    return bool(least) and _support(one, other, reader) < least


def _differ_in_figures(first: frozenset[Figure], second: frozenset[Figure]) -> bool:
    """Whether there is something of which both give figures, and none alike."""
    units = {unit for _, unit in first} & {unit for _, unit in second} - {""}
    return any({v for v, u in first if u == unit}.isdisjoint(v for v, u in second if u == unit) for unit in units)


def _support_of_one_place(one: str, other: str) -> float:
    """How much two texts have to support each other that are the same but for a few words; 0 where they are not so."""
    texts = one.split(), other.split()
    first, second = ([word.strip(_PUNCTUATION).lower() for word in text] for text in texts)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    places = [(slice(a, b), slice(c, d)) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    if len(places) != 1 or len(first) == len(first[places[0][0]]):
        return 0.0
    gone, come = (text[place] for text, place in zip(texts, places[0], strict=True))
    if max(len(gone), len(come)) > _LONGEST:
        return 0.0
    if figures(one) != figures(other):
        return _SUPPORT if _are_measured(figures(one), figures(other)) else 0.0
    before, after = " ".join(gone), " ".join(come)
    if bool(DENIAL.search(before)) != bool(DENIAL.search(after)):
        return _SUPPORT if telling_stems(before) == telling_stems(after) else 0.0
    is_name = all(place.start for place in places[0]) and _are_names(gone, come)
    return _SUPPORT if is_name else _SUPPORT_OF_WORDS if gone and come else 0.0


def _are_names(gone: Sequence[str], come: Sequence[str]) -> bool:
    """Whether both have words with a capital, and none of them in common; one is not the initials of the other."""
    first, second = ([word.strip(_PUNCTUATION) for word in words if word[:1].isupper()] for words in (gone, come))
    initials = {"".join(word[0] for word in words) for words in (first, second)}
    return bool(first and second) and set(first).isdisjoint(second) and initials.isdisjoint([*first, *second])


def _are_measured(first: frozenset[Figure], second: frozenset[Figure]) -> bool:
    """Whether the figures that only one of them has are as many, of the same unit, or of the same value in another.

    Where both are others it may be the same: two weeks are 14 days.
    """
    gone, come = first - second, second - first
    units, values = ({u for _, u in gone} & {u for _, u in come}), ({v for v, _ in gone} & {v for v, _ in come})
    return len(gone) == len(come) > 0 and bool(units or values)


def _support(one: str, other: str, reader: Reader) -> float:
    """How far two texts support each other, in [0, 1], as the reader finds; 1 where it cannot say."""
    found = (
        reader.read(claim, [Stretch(text, ((0, len(text)),))])[0].support
        for claim, text in ((one, other), (other, one))
    )
    return fmean(1.0 if support is None else support for support in found)


def _shares(one: str, other: str) -> float:
    """How much of the shorter text, but for its figures, the other says, in [0, 1]."""
    first, second = (frozenset(t for t in telling_stems(text) if not t[0].isdigit()) for text in (one, other))
    return len(first & second) / max(1, min(len(first), len(second)))


def conflict(
    opposed: tuple[Evidence, Evidence], citations: Sequence[Citation], states: Sequence[Stated] = STATED
) -> Remark:
    """What is said of two texts that disagree: whose they are, of when, and whether they were reviewed.

    When, and whether, only as far as the corpus `states` it of any document.
    """
    told = []
    for document in (evidence.document for evidence in opposed):
        facts = {
            "revised": document.revised.isoformat() if document.revised else "no date",
            "review_status": document.review_status or "review status not stated",
        }
        told.append(", ".join((document.publisher or document.title, *(facts[fact] for fact in states))))
    numbers = tuple(c.number for e in opposed for c in citations if (c.document_id, c.start, c.end) == e.place)
    text = f"The sources disagree, or say different things of different cases: {told[0]}; and {told[1]}."
    return Remark("conflict", text, numbers)


def partial(missing: Sequence[str]) -> list[Remark]:
    """The parts of a question that the sources do not answer."""
    return [Remark("partial", f"The sources do not answer this part of the question: “{part}”") for part in missing]


def beyond(parts: Sequence[str]) -> list[Remark]:
    """The parts of a question that were not looked at, as there were too many before them."""
    if not parts:
        return []
    more = f" and {len(parts) - _NAMED:,} more" if len(parts) > _NAMED else ""
    names = ", ".join(f"“{part}”" for part in parts[:_NAMED])
    return [Remark("partial", f"So many questions are not answered at once; ask these by themselves: {names}{more}.")]


def unread(left_out: Sequence[LeftOut]) -> list[Remark]:
    """What lies in the corpus and could not be read: beside a refusal, since the answer may stand there."""
    if not left_out:
        return []
    names = ", ".join(left.file for left in left_out[:_NAMED])
    more = f" and {len(left_out) - _NAMED:,} more" if len(left_out) > _NAMED else ""
    one = len(left_out) == 1
    return [Remark("not_read", f"{'A file' if one else 'Files'} of the corpus could not be read: {names}{more}.")]


def notices(generation: Generation, citations: Sequence[Citation]) -> list[Remark]:
    """What the corpus asks to be said beside an answer."""
    remarks: list[Remark] = []
    for notice in generation.notices:
        concerned = tuple(c.number for c in citations if c.review_status == notice.review_status)
        if notice.review_status is None or concerned:
            remarks.append(Remark(notice.kind, notice.text, concerned if notice.review_status else ()))
    pending = tuple(c.number for c in citations if c.review_status == "pending")
    if pending and not any(remark.citations == pending for remark in remarks):
        remarks.append(Remark("pending_review", "A source cited here is still pending review.", pending))
    return remarks

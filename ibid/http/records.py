"""What is taken and given over HTTP.  The answer record itself is that of `answer`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from answer import LONGEST_QUESTION, Answer, Citation
from ibid.http.talks import LONGEST_TOKEN
from ingest import Block, Document, LeftOut, Reference, Section, Sentence, Stated, Suggestion
from ingest.documents.document import Mark
from retriever import Hit

MOST_HITS = 100
LONGEST_COMMENT = 1000

QuestionText = Annotated[
    str, Field(min_length=1, max_length=LONGEST_QUESTION, description="The question, in one's own words.")
]
GenerationName = Annotated[
    str | None,
    Field(max_length=64, description="A kept generation to answer from, by its name; the published one if not given."),
]


def _taking(**example: Any) -> ConfigDict:  # noqa: ANN401 - JSON is of any type
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Asked(BaseModel):
    """A question, and the conversation that it goes on with."""

    model_config = _taking(question="What are the side effects of cabozantinib?", conversation=None)

    question: QuestionText
    conversation: Annotated[
        str | None,
        Field(
            max_length=LONGEST_TOKEN,
            description="The id that the last answer came with, to follow up on it; null begins a new one.",
        ),
    ] = None
    generation: GenerationName = None
    quotes_only: Annotated[bool, Field(strict=True, description="Ask no language model, where the server has one.")] = (
        False
    )


class Sought(BaseModel):
    """A question for which passages are sought."""

    model_config = _taking(question="high blood pressure", k=5)

    question: QuestionText
    k: Annotated[int, Field(ge=1, le=MOST_HITS, strict=True, description="How many passages at most.")] = 10


class Judged(BaseModel):
    """What a person says of an answer: it is asked again, in that generation, so nothing can be put in its mouth."""

    model_config = _taking(
        question="What is octreotide?", generation="000001-0123abcd", right=False, comment="Too old."
    )

    question: Annotated[
        str, Field(min_length=1, max_length=LONGEST_QUESTION, description="The question as it was understood.")
    ]
    generation: Annotated[str, Field(max_length=64, description="The generation that was answered from.")]
    right: Annotated[bool, Field(strict=True, description="Whether the answer, or the refusal, was right.")]
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT, description="What the person says.")] = ""


@dataclass(frozen=True, slots=True)
class Answered(Answer):
    """The answer record, with the id under which the conversation can be gone on with (null in a permanent link)."""

    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found for a question, best first, in one generation.

    `citations` are the same passages with what is known of their sources, numbered by their rank, and `words` those of
    their words, in lower case, by which they hold what is asked; `states` is what any document states of itself.
    """

    question: str
    generation: str
    hits: tuple[Hit, ...]
    citations: tuple[Citation, ...]
    words: tuple[str, ...]
    states: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A source as it is listed: `file` is its path in the corpus, `passages` into how many it was cut.

    `scans` are the numbers of its pages that were read by OCR.
    """

    id: str
    file: str | None
    title: str
    publisher: str | None
    url: str | None
    revised: str | None
    review_status: str | None
    license: str | None
    authors: str | None
    revision: str
    scans: tuple[int, ...]
    passages: int

    @classmethod
    def of(cls, document: Document, passages: int) -> Listed:
        """What is told of `document`."""
        return cls(
            id=document.id,
            file=document.file or None,
            title=document.title,
            publisher=document.publisher,
            url=document.url,
            revised=document.revised.isoformat() if document.revised else None,
            review_status=document.review_status,
            license=document.license,
            authors=document.authors,
            revision=document.revision,
            scans=document.scans,
            passages=passages,
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one generation, and the files of the corpus that were not read, each with why."""

    generation: str
    sources: tuple[Listed, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A source with its text.  Every range is `[start, end)` of `text`, in Unicode code points.

    In JavaScript, whose strings are of UTF-16 units, `Array.from(text)` has the code points.  `labels` are what its
    pages are called in print, none where that is just their number, and `dropped` is what was read and is no matter.
    """

    generation: str
    source: Listed
    text: str
    pages: tuple[int, ...]
    labels: tuple[str, ...]
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    marks: tuple[Mark, ...]
    references: tuple[Reference, ...]
    dropped: tuple[str, ...]

    @classmethod
    def of(cls, generation: str, listed: Listed, document: Document) -> Text:
        """The text of `document` and its ranges."""
        return cls(
            generation,
            listed,
            document.text,
            document.pages,
            document.labels,
            document.sections,
            document.blocks,
            document.sentences,
            document.marks,
            document.references,
            document.dropped,
        )


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Questions that one generation answers: the best of every source first, then the next of each.

    Each is answered from `section`, which stands at `[start, end)` of the text of its source, with those below it.
    """

    generation: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Revised:
    """How many units of a document one generation changed; `matters` are what changed sentences touch (figures, …)."""

    id: str
    title: str
    changed: int
    added: int
    removed: int
    moved: int
    facts: int
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LastChange:
    """What the published generation changed, against the one that was kept before it."""

    old: str
    new: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    revised: tuple[Revised, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """A generation that is kept: when it was made, and the revision of each of its sources."""

    name: str
    published: bool
    made: str
    revisions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Generations:
    """The kept generations, newest first.  `served` is the one that is answered from now."""

    served: str
    kept: tuple[KeptGeneration, ...]
    last_change: LastChange | None


@dataclass(frozen=True, slots=True)
class Health:
    """How the server is; `detail` says what is wrong.  It is stale where it answers, but not from what is published."""

    status: Literal["ok", "stale", "not_ready"]
    generation: str | None = None
    detail: str | None = None


class ProblemRecord(BaseModel):
    """What went wrong (RFC 9457), and what mends it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:ibid:problem:no_source",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "there is no such source",
                    "mend": "see /v1/sources for those there are",
                    "code": "no_source",
                    "request_id": "0f8fad5bd9cb469fa16570867728950e",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    mend: str
    code: str
    request_id: str

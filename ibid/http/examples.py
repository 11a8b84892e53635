"""What the routes give, by example, as OpenAPI shows it: all of it of one made-up leaflet."""

from __future__ import annotations

from dataclasses import asdict

from answer import Citation, Statement
from answer.record import quote_hash
from ibid.http.indexing import Outcome
from ibid.http.openai import MODEL, Choice, Completion, Model, Models, Said, Usage
from ibid.http.records import Answered, Found, Generations, Health, KeptGeneration, Listed, Sources, Suggestions, Text
from ibid.http.uploads import Uploaded, Uploads
from ingest import Block, LeftOut, Passage, Section, Sentence, Suggestion
from retriever import Hit

_TITLE = "Feeds for tomatoes"
_QUOTE = "Verdolin is sprayed on the leaves every 3 weeks."
_TEXT = f"{_TITLE}\n\n{_QUOTE}"
_START, _END = len(_TEXT) - len(_QUOTE), len(_TEXT)
_GENERATION = "000002-3f5a0c1e"
_QUESTION = "How often is verdolin sprayed?"
_LISTED = Listed(
    id="tomatoes",
    file="tomatoes.md",
    title=_TITLE,
    publisher="The Garden Society",
    url="https://garden.example/tomatoes",
    revised="2026-03-14",
    review_status="reviewed",
    license=None,
    authors=None,
    revision=quote_hash(_TEXT),
    scans=(),
    passages=1,
)
_CITATION = Citation(
    number=1,
    document_id=_LISTED.id,
    revision=_LISTED.revision,
    title=_TITLE,
    publisher=_LISTED.publisher,
    url=f"{_LISTED.url}#:~:text=Verdolin%20is%20sprayed%20on%20the%20leaves%20every%203%20weeks.",
    section=_TITLE,
    revised=_LISTED.revised,
    review_status=_LISTED.review_status,
    license=None,
    quote=_QUOTE,
    start=_START,
    end=_END,
    quote_hash=quote_hash(_QUOTE),
    file=_LISTED.file,
)

_ANSWERED = Answered(
    question=_QUESTION,
    resolved_question=_QUESTION,
    status="answered",
    text=f"{_QUOTE} [1]",
    statements=(Statement(_QUOTE, (1,)),),
    citations=(_CITATION,),
    notices=(),
    reason=None,
    nearest=(),
    confidence=0.97,
    generation=_GENERATION,
    timings_ms={"resolve": 0.1, "search": 4.0, "read": 21.0, "total": 27.0},
    tokens=None,
    conversation="3rbm9RFiVgqKkqH0n8bTzPa1Xw5cYd2L",
)
_PASSAGE = Passage(
    "0b1c2d3e4f506172", _LISTED.id, _LISTED.revision, _TITLE, _TITLE, (), start=_START, end=_END, text=_QUOTE
)
_FOUND = Found(
    _QUESTION,
    _GENERATION,
    (Hit(_PASSAGE, rank=1, score=1.1, dense=0.71, topic=0.62, coverage=0.7, lexical=6.4),),
    (_CITATION,),
    ("verdolin", "sprayed"),
    ("revised", "review_status"),
)
_LEFT_OUT = LeftOut("drafts/scan.pdf", "holds no text, as a scanned PDF does; index it with --ocr", "drafts-scan")
_SOURCES = Sources(_GENERATION, (_LISTED,), (_LEFT_OUT,))
_SOURCE = Text(
    generation=_GENERATION,
    source=_LISTED,
    text=_TEXT,
    pages=(),
    labels=(),
    sections=(Section(_TITLE, (), 0, _END),),
    blocks=(Block("heading", 0, len(_TITLE), level=1), Block("paragraph", _START, _END, level=0)),
    sentences=(Sentence(_START, _END, block=1),),
    marks=(),
    references=(),
    dropped=(),
)
_SUGGESTIONS = Suggestions(_GENERATION, (Suggestion(_QUESTION, _LISTED.id, _TITLE, 0, _END),))
_GENERATIONS = Generations(
    served=_GENERATION,
    kept=(KeptGeneration(_GENERATION, True, "2026-03-15T09:30:00+00:00", {_LISTED.id: _LISTED.revision}),),
    last_change=None,
)
_HEALTHY = Health("ok", _GENERATION)

_SAID = Said("assistant", f"{_QUOTE} [1]\n\n**Sources**\n\n- [1] [{_TITLE}](<{_LISTED.url}>) · The Garden Society")
_COMPLETION = Completion(
    id="chatcmpl-0f8fad5bd9cb469fa16570867728950e",
    object="chat.completion",
    created=1773567000,
    model=MODEL,
    system_fingerprint=_GENERATION,
    choices=(Choice(0, _SAID, "stop"),),
    usage=Usage(5, 20, 25),
)
_MODELS = Models("list", (Model(MODEL, "model", 1773567000, MODEL),))
_UPLOADED = Uploaded(_LISTED.file or "", 61, False)
_OUTCOME = Outcome("2026-03-15T09:30:00+00:00", _GENERATION, added=(_LISTED.id,), left_out=(_LEFT_OUT,))
_UPLOADS = Uploads("idle", None, _OUTCOME, 20_000_000, (".md", ".pdf"))

# By the name of their schema.
EXAMPLES = {
    type(example).__name__: asdict(example)
    for example in (
        *(_ANSWERED, _FOUND, _SOURCES, _SOURCE, _SUGGESTIONS, _GENERATIONS, _HEALTHY),
        *(_COMPLETION, _MODELS, _UPLOADED, _UPLOADS),
    )
}

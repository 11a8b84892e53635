"""What is asked about, over HTTP: /v1/sources, /v1/suggestions and /v1/generations."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from ibid.differing import choose, open_documents, to_json
from ibid.difftext import GenerationLabels
from ibid.http.answers import OF_ALL, responses
from ibid.http.pool import Shelf
from ibid.http.problems import RequestProblem
from ibid.http.records import Generations, KeptGeneration, LastChange, Listed, Revised, Sources, Suggestions, Text
from ibid.places import Places
from ingest import (
    Document,
    DocumentDiff,
    Generation,
    GenerationDiff,
    IndexMissing,
    diff_generations,
)

GenerationQuery = Annotated[
    str | None,
    Query(alias="generation", max_length=64, description="A kept generation; the published one if not given."),
]
SourceQuery = Annotated[
    str | None, Query(alias="source", max_length=300, description="Only those that this source answers.")
]


class SourceRoutes:
    """The sources of the generations on a shelf."""

    def __init__(self, shelf: Shelf, places: Places) -> None:
        """Tell of what is in the index of `places`."""
        self._shelf = shelf
        self._catalog = places.catalog
        self._diff = lru_cache(maxsize=4)(self._compare)

    def routes(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["sources"])

        def add(path: str, endpoint: Any, summary: str, model: Any, *statuses: int) -> None:  # noqa: ANN401 - FastAPI's
            told = responses({200: {"model": model}}, *OF_ALL, 503, *statuses)
            router.add_api_route(path, endpoint, summary=summary, response_model=None, responses=told)

        add("/v1/sources", self.sources, "List the sources", Sources, 404, 409, 422)
        add("/v1/sources/{source_id}", self.source, "Read a source", Text, 404, 409, 422)
        add("/v1/suggestions", self.suggestions, "Suggest questions", Suggestions, 404, 409, 422)
        add("/v1/generations", self.generations, "List the kept generations", Generations)
        add("/v1/generations/{name}/changes", self.changes, "What a generation changed", dict[str, Any], 404, 422)
        return router

    async def sources(self, name: GenerationQuery = None) -> Response:
        """The sources of a generation: what they are, their revision, and how they were reviewed."""

        def listed() -> Sources:
            generation = self._shelf.named(name)
            documents = generation.documents(generation.document_ids())
            counts = generation.passage_counts(documents)
            told = tuple(Listed.of(document, counts[name]) for name, document in documents.items())
            return Sources(generation.name, told, generation.left_out)

        return JSONResponse(asdict(await run_in_threadpool(listed)))

    async def source(self, request: Request, source_id: str, name: GenerationQuery = None) -> Response:
        """The text of a source, with the ranges of its sections, blocks, sentences, marks and references."""

        def read() -> Text:
            generation = self._shelf.named(name)
            document = _document(generation, source_id)
            return Text.of(generation.name, _listed(generation, document), document)

        text = await run_in_threadpool(read)
        # The sources are not secret, and large: a client that has this revision need not be sent it again.
        held = {"ETag": f'"{text.generation}-{text.source.revision[-16:]}"', "Cache-Control": "private, no-cache"}
        if held["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=held)
        return JSONResponse(asdict(text), headers=held)

    async def suggestions(self, source: SourceQuery = None, name: GenerationQuery = None) -> Response:
        """Questions that were asked of a generation when it was made, and answered; none where they were not made."""

        def told() -> Suggestions:
            generation = self._shelf.named(name)
            if source is not None:
                _document(generation, source)
            suggested = self._catalog.suggested(generation.name)
            return Suggestions(generation.name, suggested.of(source) if suggested else ())

        return JSONResponse(asdict(await run_in_threadpool(told)))

    async def generations(self) -> Response:
        """The kept generations, newest first, and in short what the published one changed."""

        def told() -> Generations:
            kept = tuple(
                KeptGeneration(k.name, k.published, k.made, dict(k.revisions)) for k in self._catalog.history()
            )
            try:
                names = choose(self._catalog)
                change = _summary(self._diff(names.old, names.new), names)
            except IndexMissing:
                change = None
            return Generations(self._shelf.current().name, kept, change)

        return JSONResponse(asdict(await run_in_threadpool(told)))

    async def changes(self, name: str) -> Response:
        """All that a generation changed against the one kept before it, as `ibid diff --json` has it."""

        def told() -> dict[str, Any]:
            try:
                names = choose(self._catalog, None, name)
            except IndexMissing as error:
                raise RequestProblem.of(404, "no_generation", error) from error
            return to_json(self._diff(names.old, names.new), names)

        return JSONResponse(await run_in_threadpool(told))

    def _compare(self, old: str, new: str) -> GenerationDiff:
        return diff_generations(open_documents(self._catalog, old), open_documents(self._catalog, new))


def _document(generation: Generation, source: str) -> Document:
    try:
        return generation.document(source)
    except KeyError:
        raise RequestProblem(
            404, "no_source", "there is no such source", "see /v1/sources for those there are"
        ) from None


def _listed(generation: Generation, document: Document) -> Listed:
    return Listed.of(document, len(generation.rows_of(document.id)))


def _summary(found: GenerationDiff, names: GenerationLabels) -> LastChange:
    return LastChange(
        old=names.old,
        new=names.new,
        added=tuple(document.id for document in found.added),
        removed=tuple(document.id for document in found.removed),
        revised=tuple(map(_revised, found.revised)),
        unchanged=tuple(found.unchanged),
    )


def _revised(found: DocumentDiff) -> Revised:
    counts = {kind: len(found.of_kind(kind)) for kind in ("changed", "added", "removed", "moved")}
    matters = dict.fromkeys(mark.matter for change in found.changes for mark in change.marks)
    return Revised(found.id, found.title, **counts, facts=len(found.facts), matters=tuple(matters))

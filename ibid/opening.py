"""Making an index, and opening one to ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from answer import (
    Answerer,
    Memory,
    Reader,
    ReaderError,
    Resolver,
    export_reader,
    reader_weights,
)
from ibid.exports import borrow, lend
from ibid.models import ModelOptions
from ibid.places import Places, remembered_precision
from ibid.progress import embedding, say, waiting
from ibid.working import working
from ingest import (
    DEFAULT_ENCODER,
    KEPT,
    PASSAGE_SIZE,
    BulkEncoder,
    Encoder,
    ExportedEncoder,
    ExportError,
    Generation,
    IndexMissing,
    Limits,
    Loader,
    SentenceEncoder,
    Updated,
    export_encoder,
    forget_exports,
    preview,
    update,
)
from ingest.proof import meanwhile

NO_READER = "none"
_SAMPLE = 24


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an update did, or would do, and in how many seconds."""

    updated: Updated
    seconds: float
    dry_run: bool


def index(
    places: Places,
    encoder_name: str | None = None,
    keep: int = KEPT,
    wait: bool = True,
    dry_run: bool = False,
    check: Callable[[Answerer | None, Answerer], bool] | None = None,
    passage_size: int = PASSAGE_SIZE,
    ocr: bool | None = None,
    suggests: bool = False,
    workers: int | None = None,
    ray: str | None = None,
    anew: bool = False,
    outside: Sequence[Path] | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Indexed:
    """Read the corpus and publish the next generation of its index, or with `dry_run` tell what would be done.

    `check` is given what answers from the published generation (None where there is none) and what would from the
    candidate, which is published only if it returns true.  What questions are embedded with is exported as well; where
    that cannot be, it is told.  If it `suggests`, it is found out then what can be asked: see `ibid.suggesting`.
    `ocr`, `anew` and `outside`: see `ingest.index.update`; `workers` and `ray`: see `ibid.working`.
    Each file is read within `limits`.  Raises IngestError.
    """
    from ibid.suggesting import catch_up

    def compare(before: Generation | None, after: Generation) -> bool:
        if check is None:
            return True
        with waiting("Exporting the reader"):
            borrow(places.index, reader_weights())
            export_reader(places.index)
        reading = open_reader(places, encoder), open_resolver(places, encoder)
        return check(Answerer(before, encoder, *reading) if before else None, Answerer(after, encoder, *reading))

    started = time.perf_counter()
    encoder = SentenceEncoder.open(encoder_name or DEFAULT_ENCODER)
    loader = Loader(limits, say)
    if dry_run:
        updated = preview(places.catalog, places.corpus, encoder, ocr, anew, outside, loader)
    else:
        try:
            with embedding(places.corpus) as progress, working(places, encoder, workers, ray, limits) as others:
                updated = update(
                    places.catalog,
                    places.corpus.absolute() if others else places.corpus,
                    BulkEncoder(encoder, remembered_precision()),
                    progress,
                    keep,
                    wait,
                    lambda: say(f"Another ibid is writing {places.catalog.where}; waiting for it …"),
                    compare,
                    passage_size,
                    ocr,
                    others,
                    anew,
                    outside,
                    loader,
                )
        except KeyboardInterrupt:
            say("Interrupted; the next ibid index goes on where this one stopped.")
            raise
        if updated.built.generation:
            try:
                export(places, encoder, wait)
                if suggests:
                    catch_up(places, wait)
            except (ExportError, ReaderError) as error:
                say(f"{error}; without it, asking takes seconds longer, or sentences are weighed and not read")
    return Indexed(updated, time.perf_counter() - started, dry_run)


def export(places: Places, encoder: SentenceEncoder | None = None, wait: bool = True) -> bool:
    """Export for onnxruntime the encoder that the index was made with, and the reader; whether anything had to be.

    What was exported of encoders with which no generation was made that is kept is removed.
    `encoder` is used where it is that one, so that it is not loaded again; `wait`: see `ingest.index.lock`.  Raises
    IngestError, ExportError among them where one cannot be exported, and ReaderError.
    """
    generation = places.catalog.open()
    if encoder is None or encoder.fingerprint != generation.encoder_fingerprint:
        encoder = SentenceEncoder.open(generation.encoder_name)
    generation.check_encoder(encoder)
    rows = generation.rows()
    sample = [passage.embedded_text for passage in generation.passages(rows[:: 1 + len(rows) // _SAMPLE])]
    with places.catalog.sole_writer(wait), waiting("Exporting the encoder and the reader"):
        forget_exports(places.index, [encoder.fingerprint.rpartition("@")[2], *reader_weights()])
        borrow(places.index, reader_weights())
        exported = export_reader(places.index)
        exported = export_encoder(encoder, places.index, sample) or exported
        lend(places.index, reader_weights())
        return exported


def open_index(places: Places, encoder_name: str | None = None) -> tuple[Generation, Encoder]:
    """The published generation and what embeds questions to it; made first where there is none.

    That is the encoder that it was made with, as it was exported, or by sentence-transformers where it was not or where
    another is named.  Raises IngestError.
    """
    try:
        generation = places.catalog.open()
    except IndexMissing:
        index(places, encoder_name)
        generation = places.catalog.open()
    proved = meanwhile(generation.prove)
    encoder = _open_encoder(places, generation, encoder_name)
    proved.result()
    return generation, encoder


def _open_encoder(places: Places, generation: Generation, name: str | None = None) -> Encoder:
    """What embeds questions to `generation`, loaded: see `open_index`."""
    why: ExportError | None = None
    if name in (None, generation.encoder_name):
        try:
            exported = ExportedEncoder.open(places.index, generation.encoder_name, generation.encoder_fingerprint)
            exported.load()
            return exported
        except ExportError as error:
            why = error
    encoder = SentenceEncoder.open(name or generation.encoder_name)
    generation.check_encoder(encoder)
    with waiting("Loading the encoder"):
        encoder.load()
    if why:
        say(f"{why}. Until then sentence-transformers serves, which takes seconds to load.")
    return encoder


def open_reader(places: Places, encoder: Encoder, name: str | None = None) -> Reader | None:
    """What reads the passages found, loaded: see `Reader.open`; none with NO_READER.

    Where the one that comes with the package was not exported, that is told, and passages are only weighed.  Raises
    ReaderError where there is no reader of that `name`.
    """
    if name == NO_READER:
        return None
    try:
        reader = Reader.open(places.index, name, encoder)
        reader.load()
    except ReaderError as error:
        if name:
            raise
        # Where the encoder has no export either, how to make both has been told.
        if isinstance(encoder, ExportedEncoder):
            say(f"{error}. Until then answers are worse: passages are weighed, but not read.")
        return None
    return reader


def open_resolver(places: Places, encoder: Encoder) -> Resolver | None:
    """What makes follow-ups stand alone; None where what it needs was not exported."""
    try:
        return Resolver.open(places.index, encoder)
    except ReaderError as error:
        # Where the encoder has no export either, how to make both has been told.
        if isinstance(encoder, ExportedEncoder):
            say(f"{error}. Until then every question is taken as it stands.")
        return None


def open_answerer(
    places: Places,
    encoder_name: str | None = None,
    reader_name: str | None = None,
    models: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
) -> Answerer:
    """What answers questions from the index, which is made first where there is none.

    `reader_name`: see `open_reader`.  Raises IngestError, ReaderError, ModelError.
    """
    model = models.open()
    generation, encoder = open_index(places, encoder_name)
    reader = open_reader(places, encoder, reader_name)
    resolver = open_resolver(places, encoder)
    return Answerer(generation, encoder, reader, resolver, model=model, writes=models.write, memory=Memory())


def newest(answerer: Answerer, places: Places) -> Answerer:
    """What answers from the generation that is published now; `answerer` itself where that is the one it has.

    Raises IngestError, EncoderMismatch where the new generation was made with another encoder.
    """
    if places.catalog.published() == answerer.generation.name:
        return answerer
    return Answerer(
        places.catalog.open().prove(),
        answerer.encoder,
        answerer.reader,
        answerer.resolver,
        model=answerer.model,
        writes=answerer.writes,
        memory=Memory(),
    )

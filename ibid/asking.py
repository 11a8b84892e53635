"""The commands that ask once: `ibid ask` and `ibid search`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ibid.arguments import (
    AsJson,
    BaseUrl,
    CorpusFolder,
    EncoderName,
    Engine,
    Folder,
    GeneratorName,
    IndexFolder,
    ModelName,
    Question,
    ReaderName,
    Write,
    places_of,
    print_json,
)
from ibid.models import ModelOptions
from ibid.watching import refresh

_MEND = "look how its name is written, and put a question in quotes"


def ask(
    question: Question,
    folder: Folder = None,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    write: Write = False,
    generator: GeneratorName = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question.

    Every statement is cited.  Where there is no index yet, it is made first; that of DIR is brought up to date.  With
    --model a language model points at the sentences that are quoted, and has no word in them; with --write it writes
    the answer, of which every sentence that its citations do not prove is left out.  The key of a server is taken from
    IBID_API_KEY or OPENAI_API_KEY.
    """
    from answer import check_question

    check_question(question)
    models = ModelOptions.of(model, base_url, write, generator)
    places = places_of(folder, corpus, index, engine, _MEND)
    from ibid.opening import open_answerer
    from ibid.progress import staging
    from ibid.render import show_answer, stdout

    if folder:
        refresh(places, encoder)
    answerer = open_answerer(places, encoder, reader, models)
    with staging() as begins:
        answer = answerer.ask(question, begins=begins)
    if as_json:
        print_json(answer.to_json())
    else:
        show_answer(stdout(), answer)


def search(
    question: Question,
    folder: Folder = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    encoder: EncoderName = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages found for a question."""
    from answer import check_question

    asked = check_question(question)
    places = places_of(folder, corpus, index, engine, _MEND)
    from ibid.opening import open_index
    from ibid.render import show_hits, stdout
    from retriever import Retriever, Terms

    if folder:
        refresh(places, encoder)
    generation, model = open_index(places, encoder)
    terms = Terms(generation, model)
    hits = Retriever(generation, model, terms).search(terms.spelling.correct(asked).text, k)
    if as_json:
        print_json([asdict(hit) for hit in hits])
    else:
        show_hits(stdout(), hits)

"""`ibid ask`: one question."""

from __future__ import annotations

from ibid.commands.groups import grouped
from ibid.commands.options import QUOTED, AsJson, EncoderName, Folder, ModelFlags, PlaceFlags, Question, ReaderName


@grouped
def ask(
    question: Question,
    folder: Folder = None,
    *,
    place: PlaceFlags,
    encoder: EncoderName = None,
    reader: ReaderName = None,
    model: ModelFlags,
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
    models = model.options()
    places = place.places(folder, QUOTED)
    from ibid.opening import open_answerer
    from ibid.output import print_json
    from ibid.progress import staging
    from ibid.render import show_answer, stdout
    from ibid.watching import refresh

    if folder:
        refresh(places, encoder)
    answerer = open_answerer(places, encoder, reader, models)
    with staging() as begins:
        answer = answerer.ask(question, begins=begins)
    if as_json:
        print_json(answer.to_json())
    else:
        show_answer(stdout(), answer)

"""What a model that points is worth at best, and that none can make a false quote: `python bench/pointer.py`.

A scripted server speaks the protocol of chat completions.  First it points at every sentence it is shown that overlaps
the evidence of the gold question: what is lost then is lost by what carries its choice, and `lost` says where.  Then it
lies, chooses at random, fails, stalls and sends what cannot be read, over and over: every quote has to be exact, a
notice has to say who chose, nothing of its words may be in a record, and nothing may hang.

With `--model openai:NAME --base-url URL` that model is asked the gold questions instead.  `--corpus DIR` is for other
documents that they can be asked of, `--among FILE.jsonl` for others that lie beside them, in BEIR's layout.  Writes
bench/results/pointer.json.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from scripted import Scripted, event, says, sent, serving, then, whole

from answer import Answer, Answerer, Conversation, Memory, open_model, verify
from answer.model.served import ServedModel
from bench.machine import machine
from eval import Question, parts_of, read_gold
from eval.measures.nuggets import held, vital
from ibid.opening import index, open_index, open_reader, open_resolver
from ibid.places import Places
from ingest import Document

ROOT = Path(__file__).parent.parent
LIE = "Zebrafish cure everything"
LEAST = 1000
SECONDS = 0.4
# Above this an answer hangs; the machine may have other things to do.
_LONGEST = 10.0


@dataclass(slots=True)
class Oracle:
    """Points at the shown sentences that overlap the evidence of the question that is being asked."""

    server: Scripted
    documents: dict[str, Document]
    gold: set[tuple[str, str, str]] = field(default_factory=set)
    pointed: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def ask_about(self, question: Question) -> None:
        """Know the evidence of `question`: its sentences, each with its document and its section by their names."""
        self.gold, self.pointed, self.shown = set(), [], []
        for span, start, end in question.places(self.documents):
            document = self.documents[span.document]
            for sentence in document.sentences_in(start, end):
                heading = document.section_at(sentence.start).heading
                self.gold.add((document.title, heading, document.reading_text(sentence.start, sentence.end)))

    def reply(self, request: BaseHTTPRequestHandler) -> None:
        """The numbers of the sentences that are gold."""
        numbers = []
        for group in self.server.data["passages"].values():
            for number, text in group["sentences"].items():
                self.shown.append(text)
                if self._is_gold(group, text):
                    numbers.append(int(number))
                    self.pointed.append(text)
        says(json.dumps({"sentences": numbers}))(request)

    def _is_gold(self, group: dict[str, Any], text: str) -> bool:
        heading = group.get("section", group["source"]).split(" › ")[-1]
        return any((group["source"], heading) == place[:2] and _overlap(text, place[2]) for place in self.gold)


def main() -> None:
    """Measure, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--among", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="Ask every Nth conversation of a real model.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        corpus = given.corpus
        if given.among:
            corpus = Path(folder) / f"{corpus.name} among {given.among.parent.name}"
            shutil.copytree(given.corpus, corpus)
            lay_among(given.among, corpus)
        places = Places(corpus, given.index or Path(folder) / "index")
        index(places)
        questions = [question for question in read_gold(parts_of()) if question.corpus is None]
        named = f"{corpus.name}, {given.model}" if given.model else corpus.name
        model = open_model(given.model, given.base_url) if given.model else ServedModel("oracle", server.url)
        answerer = _open(places, model)
        if given.model:
            talks = list(dict.fromkeys(question.conversation or question.id for question in questions))[:: given.every]
            some = [question for question in questions if (question.conversation or question.id) in talks]
            found = {"asked": ask_gold(answerer, some, None)}
        else:
            documents = {name: answerer.generation.document(name) for name in answerer.generation.document_ids()}
            oracle = Oracle(server, documents)
            server.points = oracle.reply
            found = {"perfect": ask_gold(answerer, questions, oracle)}
        if not given.model and not given.among:
            hostile = _open(places, ServedModel("hostile", server.url, seconds=SECONDS))
            found["hostile"] = ask_hostile(hostile, questions, server)
    target = Path(__file__).parent / "results" / "pointer.json"
    before = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    made = before | {"machine": machine(["httpx", "onnxruntime"]), named: found}
    target.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def lay_among(file: Path, corpus: Path) -> None:
    """Put the documents of a file in BEIR's layout beside those of a corpus that has a manifest."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    with (corpus / "sources.toml").open("a", encoding="utf-8") as manifest:
        for number, row in enumerate(rows):
            (corpus / f"among-{number}.md").write_text(f"# {row['title']}\n\n{row['text']}\n", encoding="utf-8")
            manifest.write(f'\n[[source]]\nid = "among-{number}"\nfile = "among-{number}.md"\n')


def ask_gold(answerer: Answerer, questions: Sequence[Question], oracle: Oracle | None) -> dict[str, Any]:
    """What the gold questions come to, those of one conversation after each other, beside the reader's own answers."""
    talks: dict[str, tuple[Conversation, Conversation]] = {}
    recalls, alone, refusals, exact, told, took, tokens, sizes = [], [], [], [], [], [], [], []
    lost: dict[str, str] = {}
    for question in questions:
        talk, other = talks.setdefault(question.conversation or question.id, (Conversation(), Conversation()))
        if oracle:
            oracle.ask_about(question)
        answer = answerer.ask(question.question, talk)
        said = " ".join(statement.text for statement in answer.statements)
        if question.is_answerable:
            recalls.append(held(vital(question), said))
            quoted = answerer.ask(question.question, other, quotes_only=True)
            alone.append(held(vital(question), " ".join(statement.text for statement in quoted.statements)))
            if recalls[-1] < 1 and oracle:
                lost[question.id] = _why(question, oracle)
        else:
            refusals.append(float(answer.is_refusal))
            answerer.ask(question.question, other, quotes_only=True)
        exact.append(_is_exact(answer, answerer))
        told.append(bool({"pointed"} & {notice.kind for notice in answer.notices}))
        took.append(answer.timings_ms["point"] / 1000 if "point" in answer.timings_ms else 0.0)
        if oracle:
            sizes.append(sum(len(message["content"]) for message in oracle.server.asked[-1]["messages"]))
        elif answer.tokens:
            tokens.append(answer.tokens.prompt)
    return {
        "questions": len(questions),
        "vital_nuggets": round(fmean(recalls), 4),
        "vital_nuggets_by_the_reader": round(fmean(alone), 4),
        "refused_rightly": round(fmean(refusals), 4),
        "all_quotes_exact": all(exact),
        "chosen_by_the_model": round(fmean(told), 4),
        "seconds_to_point_p95": round(quantiles(took, n=20)[-1], 2),
        "prompt_tokens_p95": round(quantiles(tokens, n=20)[-1]) if len(tokens) > 1 else None,
        "prompt_characters_most": max(sizes, default=None),
        "lost": dict(Counter(lost.values())) if oracle else None,
        "lost_questions": lost if oracle else None,
    }


def ask_hostile(answerer: Answerer, questions: Sequence[Question], server: Scripted) -> dict[str, Any]:
    """What comes of models that lie or fail, each asked as many questions as make LEAST together."""
    chance = random.Random(11)
    kinds = dict(hostile(server, chance))
    many = -(-LEAST // len(kinds))
    found: dict[str, Any] = {}
    for kind, make in kinds.items():
        counts: Counter[str] = Counter()
        longest = 0.0
        for number in range(many):
            question = questions[number * 7 % len(questions)]
            server.points = make()
            started = time.monotonic()
            answer = answerer.ask(question.question, Conversation())
            longest = max(longest, time.monotonic() - started)
            notices = {notice.kind for notice in answer.notices} & {"pointed", "not_pointed"}
            counts["answers"] += 1
            counts["false_quotes"] += not _is_exact(answer, answerer)
            counts["words_of_the_model"] += LIE.split()[0].lower() in json.dumps(answer.to_json()).lower()
            counts["without_notice"] += len(notices) != 1
            counts["by_the_model"] += notices == {"pointed"}
        found[kind] = {**counts, "hangs": int(longest > _LONGEST), "longest_seconds": round(longest, 2)}
    total = {name: sum(row.get(name, 0) for row in found.values()) for name in _COUNTED}
    return total | {"by_kind": found}


_COUNTED = ("answers", "false_quotes", "words_of_the_model", "without_notice", "hangs")


def hostile(server: Scripted, chance: random.Random) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What makes each kind of reply, by its name."""

    def numbers(choose: Callable[[list[int]], Sequence[int]], **more: object) -> Callable[[], Any]:
        def reply(request: BaseHTTPRequestHandler) -> None:
            says(json.dumps({"sentences": list(choose(list(server.sentences()))), **more}))(request)

        return lambda: reply

    def stall(request: BaseHTTPRequestHandler) -> None:
        time.sleep(2 * SECONDS)

    def dribble(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(20):
            request.wfile.write(event("1, ").encode())
            request.wfile.flush()
            time.sleep(SECONDS / 5)

    def cut(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "5000")
        request.end_headers()
        request.wfile.write(event('{"sentences": [1').encode())

    def garbled(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(event('{"sentences": [1]}', "stop").encode().replace(b"sent", b"\xff\xfe"))

    good = says('{"sentences": [1]}')
    yield "random", numbers(lambda shown: chance.sample(shown, min(len(shown), chance.randint(1, 8))))
    yield "last", numbers(lambda shown: shown[-3:])
    yield "everything", numbers(lambda shown: shown)
    yield "none of these numbers", numbers(lambda shown: [0, -1, len(shown) + 1, 10**30])
    yield "some of these numbers", numbers(lambda shown: [shown[0], len(shown) + 5, shown[0]])
    yield "nothing answers", numbers(lambda _: [])
    yield "words beside", numbers(lambda shown: shown[:1], answer=f"{LIE}.", question=f"Is it true that {LIE}?")
    yield "words for numbers", lambda: says(json.dumps({"sentences": [f"{LIE}."]}))
    yield "prose", lambda: says(f"{LIE} [1].")
    yield "broken JSON", lambda: says('{"sentences": [1, 2')
    yield "deep JSON", lambda: says('{"sentences": ' + "[" * 50_000)
    yield "no UTF-8", lambda: garbled
    yield "cut off", lambda: sent(event('{"sentences": [1]}'))
    yield "broken off", lambda: cut
    yield "endless", lambda: sent(event("1" * 1_100_000))
    yield "empty", lambda: says("")
    yield "refused", lambda: sent(event("", "content_filter"))
    yield "stalls", lambda: stall
    yield "dribbles", lambda: dribble
    yield "429, then good", lambda: then(sent("no", status=429, Retry_After="0"), good)
    yield "429 for a day", lambda: sent("no", status=429, Retry_After="86400")
    yield "500", lambda: sent(LIE, status=500)
    yield "503, then good", lambda: then(sent("no", status=503, Retry_After="0"), whole('{"sentences": [1]}'))
    yield "nonsense, then good", lambda: then(says(LIE), good)


def _open(places: Places, model: Any) -> Answerer:  # noqa: ANN401 - any model
    generation, encoder = open_index(places)
    reader, resolver = open_reader(places, encoder), open_resolver(places, encoder)
    return Answerer(generation, encoder, reader, resolver, model=model, memory=Memory())


def _is_exact(answer: Answer, answerer: Answerer) -> bool:
    verdicts = verify(answer.to_json(), answerer.generation)
    return all(v.status == "exact" for v in verdicts) and all(s.kind == "quote" for s in answer.statements)


def _why(question: Question, oracle: Oracle) -> str:
    """Where what is vital was lost: before it was shown, before it was pointed at, or behind that."""
    for name, texts in (("not in the evidence", [p[2] for p in oracle.gold]), ("not shown", oracle.shown)):
        if held(vital(question), " ".join(texts)) < 1:
            return name
    return "not pointed at" if held(vital(question), " ".join(oracle.pointed)) < 1 else "not said"


def _overlap(one: str, other: str) -> bool:
    first, second = (" ".join(text.split()) for text in (one, other))
    return first in second or second in first


if __name__ == "__main__":
    main()

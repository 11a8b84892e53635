"""Make the folder that `make reader EXTRA=…` trains on beside the public data, from public repositories.

`python tools/extra_data.py REPOSITORIES EXTRA` reads files of the repositories below, at their commits, from clones in
REPOSITORIES/OWNER/NAME (bare or not); what is missing there is cloned from GitHub.  The licences are in
answer/reader/READER.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COMMITS = {
    "PhongNTDo/guide_train_MRC_transformers": "631a448de42714910b179afdf83799e01ff1bfaa",
    "tomhosking/aqleaderboard": "79ed2dc0dff52b0594275812f48ab176bcc498eb",
    "asaakyan/covidfact": "ceeb613cde5a6c19dea4f2c165654e510ff52b10",
    "emorynlp/selqa": "fef3d6ac6944e2d4237165d90e5f859c71676bdd",
    "google-research-datasets/QED": "2492920337122918bbfc7d12c1268b9af796c6cf",
    "OanaMariaCamburu/e-SNLI": "7b585a3f077fdea899780eb0473940522ae44a2e",
}
LABELS = {"entailment": "SUPPORT", "contradiction": "CONTRADICT", "neutral": "NEITHER", "not_entailment": "CONTRADICT"}
LONGEST = 3000
# Marks that tokenising left.
MARKS = (
    *(
        ("-LRB-", "("),
        ("-RRB-", ")"),
        ("-LSB-", "["),
        ("-RSB-", "]"),
        ("``", '"'),
        ("''", '"'),
        (" .", "."),
        (" ,", ","),
    ),
    *((" 's", "'s"), ("( ", "("), (" )", ")"), ("[ ", "["), (" ]", "]"), (" ;", ";"), (" :", ":")),
)
Articles = dict[str, dict[str, list[dict[str, Any]]]]


def read(repositories: Path, repository: str, path: str) -> str:
    """The text of a file of a repository, which is cloned if it has to be."""
    clone = repositories / repository
    if not clone.exists():
        url = f"https://github.com/{repository}"
        subprocess.run(["git", "clone", "--quiet", "--bare", url, str(clone)], check=True)
    command = ["git", "-C", str(clone), "show", f"{COMMITS[repository]}:{path}"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")


def held_out() -> tuple[set[str], set[str]]:
    """The titles and the paragraphs of SQuAD 2.0 that the reader is measured on."""
    lines = (ROOT / "../shared/data/squad2/dev_half.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {row["title"] for row in rows}, {row["context"] for row in rows}


def fresh(articles: Sequence[Mapping[str, Any]], titles: set[str], paragraphs: set[str]) -> list[Mapping[str, Any]]:
    """The articles, in the layout of SQuAD, that are none of `titles`, to which theirs are added."""
    found = []
    for article in articles:
        if article["title"] not in titles and not any(p["context"] in paragraphs for p in article["paragraphs"]):
            titles.add(article["title"])
            found.append(article)
    return found


def laid_out(articles: Articles) -> list[Mapping[str, Any]]:
    """Questions by title and paragraph, in the layout of SQuAD."""
    return [
        {"title": title, "paragraphs": [{"context": text, "qas": asked} for text, asked in paragraphs.items()]}
        for title, paragraphs in articles.items()
    ]


def question(text: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    """A question with its answers: places where one starts, and their text."""
    return {"question": text, "answers": answers, "is_impossible": False}


def selqa(parts: Sequence[str]) -> Articles:
    """SelQA: whole sentences that answer."""
    articles: Articles = {}
    for row in (row for part in parts for row in json.loads(part)):
        sentences = [sentence.strip() for sentence in row["candidates"]]
        starts = [0, *accumulate(len(sentence) + 1 for sentence in sentences)]
        text = " ".join(sentences)
        answers = [{"answer_start": starts[n], "text": sentences[n]} for n in row["answers"]]
        if answers and len(text) <= LONGEST:
            articles.setdefault(row["article"], {}).setdefault(text, []).append(question(row["question"], answers))
    return articles


def qed(lines: str) -> Articles:
    """QED: short answers of Natural Questions, whose questions have neither capital nor mark."""
    articles: Articles = {}
    for row in map(json.loads, lines.splitlines()):
        text, asked = row["paragraph_text"], row["question_text"]
        answers = [
            {"answer_start": answer["start"], "text": answer["string"]}
            for group in row["original_nq_answers"]
            for answer in group
            if text[answer["start"] : answer["end"]] == answer["string"]
        ]
        if answers:
            asked = f"{asked[0].upper()}{asked[1:]}?"
            articles.setdefault(row["title_text"], {}).setdefault(text, []).append(question(asked, answers))
    return articles


def plain(text: str) -> str:
    """Text without the marks that tokenising left."""
    for mark, meant in MARKS:
        text = text.replace(mark, meant)
    return text


def claims(evidence: str, stated: str, labels: str) -> Iterator[dict[str, str]]:
    """Lines side by side, as claims with what is said for or against them."""
    for text, claim, label in zip(evidence.splitlines(), stated.splitlines(), labels.splitlines(), strict=True):
        yield {"claim": claim.strip(), "evidence": text.strip(), "label": LABELS[label.strip()]}


def main() -> None:
    """Read the repositories and write EXTRA/squad and EXTRA/claims."""
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    repositories, extra = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    titles, paragraphs = held_out()

    def file(repository: str, path: str) -> str:
        return read(repositories, repository, path)

    squads = {
        "squad2-train-part": json.loads(file("PhongNTDo/guide_train_MRC_transformers", "train-v2.0.json"))["data"],
        "squad1-train-part": json.loads(file("tomhosking/aqleaderboard", "data/test-v1.1.json"))["data"],
    }
    squads = {name: fresh(articles, titles, paragraphs) for name, articles in squads.items()}
    parts = [file("emorynlp/selqa", f"ass/selqa-ass-{part}.json") for part in ("dev", "test")]
    squads["selqa"] = laid_out(selqa(parts))
    squads["qed"] = laid_out(qed(file("google-research-datasets/QED", "qed-dev.jsonlines")))
    for name, articles in squads.items():
        write(extra / "squad" / f"{name}.json", json.dumps({"version": "v2.0", "data": articles}))
    fever = [
        file("asaakyan/covidfact", f"RTE-Fever/processed/dev.{name}") for name in ("raw.input0", "raw.input1", "label")
    ]
    snli = [file("OanaMariaCamburu/e-SNLI", f"dataset/eSNLI/{name}.dev") for name in ("s1", "s2", "labels")]
    for name, columns in {"fever": [plain(fever[0]), *fever[1:]], "snli": snli}.items():
        write(extra / "claims" / f"{name}.jsonl", "".join(json.dumps(row) + "\n" for row in claims(*columns)))


def write(path: Path, text: str) -> None:
    """Write a file, and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}: {len(text):,} characters\n")


if __name__ == "__main__":
    main()

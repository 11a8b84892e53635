"""What one question is worth: each measure against a case worked by hand, and a rival where there is one."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from dataclasses import replace

import pytrec_eval
from fakes import asked, at
from hypothesis import given, settings
from hypothesis import strategies as st
from outcomes import BALL, DOCUMENTS, WEIGHT, WET, answer, cited, hit, outcome, run, values

from answer import Remark, Statement
from eval import Outcome, Question, score
from eval.run import RetrievedPassage


def question(*vital: str, **fields: object) -> Question:
    return asked("q", "What is it?", *vital, where=[BALL, WEIGHT], **fields)


CORK, GRAMS = ("league", "The ball is of red cork."), ("league", "It weighs 90 grams.")


def test_vital_and_all_nuggets_are_recalled_over_line_breaks_and_in_any_case() -> None:
    made = question("RED CORK", "90 grams")
    okay = replace(made.nuggets[1], importance="okay")
    told = values(outcome(replace(made, nuggets=(made.nuggets[0], okay)), CORK))
    assert (told["vital_recall"], told["nugget_recall"]) == (1, 0.5)
    broken = answer("", CORK, statements=(Statement("of red\n  cork", (1,)),))
    assert values(outcome(question("red cork"), told=broken))["vital_recall"] == 1


def test_what_is_critical_is_counted_by_itself() -> None:
    made = question("red cork", "90 grams")
    critical = replace(made, nuggets=(made.nuggets[0], replace(made.nuggets[1], critical="figure")))
    assert values(outcome(critical, CORK))["critical_exact"] == 0
    assert values(outcome(critical, GRAMS))["critical_exact"] == 1
    assert values(outcome(critical))["critical_exact"] == 0
    assert "critical_exact" not in values(outcome(made, CORK))


def test_a_contradiction_is_counted_among_the_answers_given() -> None:
    made = question("red cork", contradictions=["blue", "90 grams"])
    assert values(outcome(made, CORK))["contradiction"] == 0
    assert values(outcome(made, CORK, GRAMS))["contradiction"] == 1
    assert "contradiction" not in values(outcome(made))
    assert "contradiction" not in values(outcome(question("red cork"), CORK))


def test_length_and_redundancy_are_those_of_the_statements() -> None:
    """Of 7 trigrams of "a b c d a b c d a" 4 are distinct."""
    told = answer("", CORK, statements=(Statement("A b c d,", (1,)), Statement("a b c d a", (1,))))
    assert values(outcome(question("b"), told=told))["length"] == len("A b c d, a b c d a")
    assert values(outcome(question("b"), told=told))["redundancy"] == round(1 - 4 / 7, 4)
    assert values(outcome(question("red cork"), ("league", "4 nets")))["redundancy"] == 0
    assert "length" not in values(outcome(question("red cork")))


def test_a_short_answer_is_held_against_the_statement_that_is_nearest_to_it() -> None:
    """Tokens of the second statement: it weighs 90 grams; both of the short answer's are among them."""
    told = values(outcome(question("90 grams", short_answers=["ninety", "the 90 grams"]), CORK, GRAMS))
    assert told["token_F1"] == round(2 * 2 / (4 + 2), 4)
    assert told["exact_match"] == 1
    apart = values(outcome(question("90 grams", short_answers=["grams 90"]), GRAMS))
    assert (apart["token_F1"], apart["exact_match"]) == (round(2 * 2 / (4 + 2), 4), 0)
    refused = values(outcome(question("90 grams", short_answers=["90 grams"])))
    assert (refused["token_F1"], refused["exact_match"]) == (0, 0)


def squad_f1(prediction: str, truth: str) -> float:
    """As the evaluation script of SQuAD 1.1 does it."""

    def normalize(s: str) -> str:
        lowered = "".join(c for c in s.lower() if c not in set(string.punctuation))
        return " ".join(re.sub(r"\b(a|an|the)\b", " ", lowered).split())

    given_, true = normalize(prediction).split(), normalize(truth).split()
    same = sum((Counter(given_) & Counter(true)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(given_), same / len(true)
    return 2 * precision * recall / (precision + recall)


WORDS = st.lists(st.sampled_from(["a", "The", "ball,", "90", "red-cork", "is", "grams."]), min_size=1).map(" ".join)


@settings(deadline=None)
@given(WORDS, WORDS.filter(lambda text: squad_f1(text, text) > 0))
def test_token_f1_is_that_of_squad(statement: str, short: str) -> None:
    told = answer("", CORK, statements=(Statement(statement, (1,)),))
    made = outcome(question("90", short_answers=[short]), told=told)
    assert values(made)["token_F1"] == round(squad_f1(statement, short), 4)


def test_a_statement_is_supported_by_what_its_citation_says_where_the_evidence_is() -> None:
    told = values(outcome(question("red cork"), CORK, ("league", "Every hall has 4 nets.")))
    assert (told["citation_recall"], told["citation_precision"]) == (0.5, 0.5)
    elsewhere = values(outcome(question("red cork"), ("club", "The club has a red cork ball too.")))
    assert (elsewhere["citation_recall"], elsewhere["right_document"]) == (0, 0)
    assert values(outcome(question("red cork")))["citation_recall"] == 0


def test_a_citation_is_judged_by_its_offsets_and_not_by_the_quote_it_carries() -> None:
    right = answer("", CORK)
    shifted = replace(cited(1, *GRAMS), quote=right.citations[0].quote)
    told = values(outcome(question("red cork"), told=replace(right, citations=(shifted,))))
    assert (told["vital_recall"], told["citation_recall"], told["citation_precision"]) == (1, 0, 0)


def test_every_nugget_that_a_statement_claims_has_to_be_cited() -> None:
    both = replace(answer("", CORK), statements=(Statement("Red cork, 90 grams.", (1,)),))
    assert values(outcome(question("red cork", "90 grams"), told=both))["citation_recall"] == 0
    second = cited(2, *GRAMS)
    whole = replace(both, citations=(*both.citations, second), statements=(Statement("Red cork, 90 grams.", (1, 2)),))
    told = values(outcome(question("red cork", "90 grams"), told=whole))
    assert (told["citation_recall"], told["citation_precision"]) == (1, 1)


def test_a_citation_is_needed_unless_the_others_do_without_it() -> None:
    """The first two say the same, so either is enough alone; the third says nothing of it."""
    texts = [CORK, ("league", "ball is of red cork"), ("league", "Every hall has 4 nets.")]
    citations = tuple(cited(number, *text) for number, text in enumerate(texts, 1))
    told = answer("", CORK, citations=citations, statements=(Statement("Red cork.", (1, 2, 3)),))
    scored = values(outcome(question("red cork"), told=told))
    assert (scored["citation_recall"], scored["citation_precision"]) == (1, round(2 / 3, 4))


def test_what_is_not_verbatim_is_seen() -> None:
    assert values(outcome(question("red cork"), CORK, verified=False))["verbatim"] == 0


def test_a_reference_and_a_notice_are_asked_for_by_the_item() -> None:
    notice = Remark("conflict", "They disagree.")
    right = answer("", ("league", "It must not be wet [1]."), notices=(notice,))
    assert {n: values(outcome(WET, told=right))[n] for n in ("reference_resolved", "notices")} == {
        "reference_resolved": 1,
        "notices": 1,
    }
    wrong = values(outcome(WET, ("league", "It must not be wet")))
    assert (wrong["reference_resolved"], wrong["notices"]) == (0, 0)
    assert {"reference_resolved", "notices"}.isdisjoint(values(outcome(question("red cork"), CORK)))


def test_a_right_refusal_names_all_that_it_has_to() -> None:
    named = asked("n", "What of a blue net?", names=["blue net", "shed"])
    assert values(outcome(named, told=answer("", text="No Blue net, no shed.")))["refusal_names"] == 1
    assert values(outcome(named, told=answer("", text="No blue net.")))["refusal_names"] == 0
    assert "refusal_names" not in values(outcome(named, CORK))


def ranked(*passages: str) -> list[RetrievedPassage]:
    return [RetrievedPassage(passage, "league", "", 0, 1, 1.0) for passage in passages]


def test_the_measures_of_search_worked_by_hand() -> None:
    """Relevant are a, b, c; found at ranks 2 and 6."""
    made = replace(outcome(question("red cork"), hits=ranked("x", "a", "y", "z", "w", "b")), relevant=("a", "b", "c"))
    told = values(made)
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert told["nDCG@10"] == round((1 / math.log2(3) + 1 / math.log2(7)) / best, 4)
    assert (told["R@5"], told["R@10"], told["RR@10"], told["Success@5"]) == (0.3333, 0.6667, 0.5, 1)


def test_what_no_passage_is_relevant_to_is_worth_nothing_and_what_is_not_in_the_sources_is_not_searched_for() -> None:
    assert values(replace(outcome(question("red cork"), hits=ranked("x")), relevant=()))["nDCG@10"] == 0
    assert "nDCG@10" not in values(outcome(asked("off", "Who won?"), hits=ranked("x")))


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdefghijkl"), unique=True), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_the_measures_of_search_are_those_of_trec_eval(found: list[str], relevant: set[str]) -> None:
    names = {"ndcg_cut_10": "nDCG@10", "recall_5": "R@5", "recall_10": "R@10", "success_5": "Success@5"}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": dict.fromkeys(relevant, 1)}, set(names))
    rival = evaluator.evaluate({"q": {p: float(-n) for n, p in enumerate(found)}}).get("q", dict.fromkeys(names, 0.0))
    told = values(replace(outcome(question("red cork"), hits=ranked(*found)), relevant=tuple(sorted(relevant))))
    assert {names[n]: round(value, 4) for n, value in rival.items()} == {n: told[n] for n in names.values()}


def spans(made: Outcome) -> tuple[float, float]:
    told = values(made)
    return told["span_R@5"], told["span_R@10"]


def test_evidence_is_found_where_a_passage_has_all_of_it() -> None:
    both = question("red cork", "90 grams")
    other = [hit("league", "Every hall has 4 nets.")] * 5
    assert spans(outcome(both, hits=[hit(*CORK)])) == (0.5, 0.5)
    assert spans(outcome(both, hits=[*other, hit("league", "The ball is of red cork. It weighs 90 grams.")])) == (0, 1)
    assert spans(outcome(both, hits=[hit("league", "ball is of red cork."), hit("club", "red cork")])) == (0, 0)


def test_a_nugget_with_evidence_in_two_places_is_found_in_either() -> None:
    twice = asked("q", "What?", "red cork", where=[BALL, at("club", "Ball", "red cork")])
    assert spans(outcome(twice, hits=[hit("club", "The club has a red cork ball too.")])) == (1, 1)


def test_evidence_longer_than_any_passage_is_found_where_passages_cover_it() -> None:
    long = asked("q", "What?", "not be wet", where=[at("league", "Ball", "The ball.*wet")])
    pieces = [hit("league", text) for text in ("It weighs 90 grams.", "It must not be wet [1].", CORK[1])]
    assert spans(outcome(long, hits=pieces)) == (1, 1)
    assert spans(outcome(long, hits=pieces[1:])) == (0, 0)


def test_a_compelled_answer_stands_in_for_a_refusal_where_confidence_is_judged() -> None:
    sure, unsure = answer("", CORK, confidence=0.9), answer("", confidence=0.2)
    right = outcome(question("red cork"), told=unsure, compelled=answer("", CORK))
    wrong = outcome(replace(question("red cork"), id="w"), told=unsure, compelled=answer("", GRAMS))
    off = outcome(asked("off", "Who?"), told=sure)
    assert score(run(right)).strata["all"]["AURC"].value == 0
    assert score(run(wrong)).strata["all"]["AURC"].value == 1
    assert score(run(right, off)).risk_coverage == ((0.5, 1.0), (1.0, 0.5))


def test_documents_of_a_run_are_enough_to_score_it() -> None:
    made = run(outcome(question("red cork"), CORK))
    assert score(replace(made, documents={"club": DOCUMENTS["club"]})).values["q"]["citation_recall"] == 0

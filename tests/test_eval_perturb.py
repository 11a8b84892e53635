"""Other forms of a question."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from eval.perturb import recased, reordered, typo


def test_a_typo_swaps_two_neighbouring_letters_inside_a_longer_word() -> None:
    for seed in "abcdefgh":
        changed = typo("How is verdolin given?", seed)
        differing = [n for n, (a, b) in enumerate(zip("How is verdolin given?", changed, strict=True)) if a != b]
        assert len(differing) == 2 and differing[1] == differing[0] + 1
        assert changed.startswith(("How is v", "How is verdolin g"))
    assert len({typo("How is verdolin given?", seed) for seed in "abcdefgh"}) > 2
    assert typo("How is verdolin given?", "a") == typo("How is verdolin given?", "a")
    assert typo("Is it so?", "a") == "Is it so?"


def test_case_changes_whatever_it_was() -> None:
    assert recased("Is Verdolin safe?") == "is verdolin safe?"
    assert recased("is it safe?") == "IS IT SAFE?"


def test_order_puts_the_second_half_first() -> None:
    assert reordered("What are the drawbacks of verdolin?") == "drawbacks of verdolin What are the"
    assert reordered("Why?") == "Why"


@given(st.text(alphabet="abc XYZ?", max_size=30), st.text(max_size=3))
def test_no_form_loses_a_word_or_a_letter(question: str, seed: str) -> None:
    assert Counter(typo(question, seed)) == Counter(question)
    assert recased(question).casefold() == question.casefold()
    assert Counter(reordered(question).split()) == Counter(question.rstrip("?!. ").split())

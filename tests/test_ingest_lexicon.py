"""Words looked up one by one are those of the whole vocabulary."""

from __future__ import annotations

import pytest
from fakes import BagEncoder

from ingest import FileCatalog, Generation, Source, Word, build, load

PAGES = {
    "a": "# T\n\nAlphamab (Brandex) is a drug. Brandex is injected, an injection.\n\n## Dose\n\nInject 5 mg.\n",
    "b": (
        "# U\n\nBetamab (Alphamab) and alphamab (Markin).\n\n## More\n\nInject brandex. Markin (Alphamab).\n\n"
        "## References\n\n- Harrow K. Effects of Fernozil and Betamab. J Sheds. 2019.\n"
    ),
    "c": "# V\n\nA drug.\n\n## References\n\n- Harrow K. On Fernozil. J Sheds. 2020.\n",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)
    build(
        FileCatalog(folder / "index"), [load(Source(name, folder / f"{name}.md")) for name in "cba"], [], BagEncoder()
    )
    return Generation.open(folder / "index")


def test_every_word_is_found_and_no_other(generation: Generation) -> None:
    words = generation.vocabulary().words
    assert [generation.lexicon.word(word.text) for word in words] == list(words)
    assert generation.lexicon.texts == tuple(word.text for word in words)
    assert Word("alphamab", "alphamab", 3, True) in words
    assert generation.lexicon.word("fernozil") is generation.lexicon.word("Alphamab") is None


def test_a_term_counts_as_its_commonest_word(generation: Generation) -> None:
    counts: dict[str, list[int]] = {}
    for word in generation.vocabulary().words:
        counts.setdefault(word.term, []).append(word.passages)
    assert len(counts["inject"]) == 3
    assert {term: generation.lexicon.count(term) for term in counts} == {term: max(n) for term, n in counts.items()}
    assert generation.lexicon.count("unheard") == 0


def test_other_names_are_found_from_either_side_in_the_order_of_the_documents(generation: Generation) -> None:
    assert generation.lexicon.others("alphamab") == ("brandex", "betamab", "markin")
    assert generation.lexicon.others("brandex") == generation.lexicon.others("betamab") == ("alphamab",)
    assert generation.lexicon.others("unheard") == ()


def test_what_only_bibliographies_name_is_listed_with_the_first_document(generation: Generation) -> None:
    assert generation.lexicon.lists("fernozil") == "b"
    assert {word: generation.lexicon.lists(word) for word, _ in generation.vocabulary().listed} == dict(
        generation.vocabulary().listed
    )
    assert generation.lexicon.lists("betamab") is generation.lexicon.lists("unheard") is None

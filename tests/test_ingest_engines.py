"""What every engine does alike: files, and a database."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from engines import catalog_in, document, hits, publish, same, told, words, written
from fakes import BagEncoder

from ingest import (
    Catalog,
    Document,
    FileCatalog,
    Generation,
    IndexMissing,
    analyze,
    rollback,
)
from ingest.index.suggested import Suggested, Suggestion


@pytest.fixture(params=["files", "postgres"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Catalog:
    return engine(request, tmp_path)


def engine(request: pytest.FixtureRequest, folder: Path) -> Catalog:
    if request.param == "files":
        return FileCatalog(folder / "files")
    return catalog_in(request.getfixturevalue("database"), folder)


def test_a_published_generation_holds_what_was_given(catalog: Catalog) -> None:
    documents = [
        document("b", "The dose of verdolin (quillex) is mild."),
        document("a", "Never twice.", "Renal fever."),
    ]
    publish(catalog, documents)
    generation = catalog.open()
    assert generation.document_ids() == ["b", "a"]
    assert generation.documents(["a", "b"]) == {"a": documents[1], "b": documents[0]}
    assert generation.revisions() == {held.id: held.revision for held in documents}
    assert [passage.document_id for passage in generation.passages(generation.rows())] == ["b", "a"]
    (hit,) = generation.lexical.search([["verdolin"]], 5)[0]
    assert generation.passages([hit[0]])[0].document_id == "b"
    assert generation.lexicon.others("verdolin") == ("quillex",)


def test_what_is_found_is_told_with_the_terms_that_it_holds(catalog: Catalog) -> None:
    long = "x" * 600
    documents = [document("b", "The doses of verdolin are mild.", f"It is {long}."), document("a", "Renal fever.")]
    publish(catalog, documents)
    generation = catalog.open()
    rows = generation.rows()
    terms = [*analyze("dose verdolin about b unheard fevers"), long]
    found = generation.found(rows, terms)
    assert found.held == {row: set(terms) & set(analyze(found.passages[row].embedded_text)) for row in rows}
    assert found.held[rows[0]] >= {"dose", "verdolin", "about", "b"}
    assert generation.found(rows).held == dict.fromkeys(rows, frozenset())


def test_what_is_not_there_is_said_so(catalog: Catalog) -> None:
    with pytest.raises(IndexMissing, match="make one with: ibid index"):
        catalog.published()
    publish(catalog, [document("a", "Renal fever.")])
    generation = catalog.open()
    missing = max(generation.rows()) + 1
    for ask in (lambda: generation.found([missing]), lambda: generation.vectors.of([missing])):
        with pytest.raises(KeyError):
            ask()
    with pytest.raises(KeyError):
        generation.document("b")
    assert generation.store.rows_of(["b"]) == {}
    assert generation.vectors_for(["00" * 32]) == {}
    assert generation.lexical.search([[], ["unheard"]], 5) == [[], []]
    assert generation.vectors.of([]).shape == (0, BagEncoder.dimension)
    assert not generation.store.found([]).passages


def test_an_open_generation_stays_what_it_is(catalog: Catalog) -> None:
    publish(catalog, [document("a", "Renal fever."), document("b", "Mild onset.")])
    before = catalog.open()
    expected = told(before), words(before), hits(before)
    publish(catalog, [document("b", "Acute onset twice."), document("c", "Marrow.")])
    publish(catalog, [document("c", "Marrow.")], keep=1)
    assert (told(before), words(before), hits(before)) == expected
    assert catalog.open().document_ids() == ["c"]


def test_a_refused_candidate_leaves_nothing(catalog: Catalog) -> None:
    first = [document("a", "Renal fever."), document("b", "Mild onset.")]
    name = publish(catalog, first)
    expected = told(catalog.open()), words(catalog.open()), hits(catalog.open())
    seen: list[list[str]] = []

    def refuse(_: Generation | None, candidate: Generation) -> bool:
        seen.append(candidate.document_ids())
        return False

    publish(catalog, [document("b", "Acute."), document("c", "Marrow.")], check=refuse)
    assert seen == [["b", "c"]]
    assert catalog.names() == [name]
    assert (told(catalog.open()), words(catalog.open()), hits(catalog.open())) == expected


def test_what_is_built_after_a_rollback_is_built_on_that(catalog: Catalog) -> None:
    first, second, third = (
        [document("a", f"Renal {word}."), document("b", "Mild.")] for word in ("one", "two", "three")
    )
    name = publish(catalog, first)
    expected = told(catalog.open()), words(catalog.open()), hits(catalog.open())
    publish(catalog, second)
    publish(catalog, [*third, document("c", "Marrow.")])
    rollback(catalog, name)
    assert catalog.published() == name
    assert (told(catalog.open()), words(catalog.open()), hits(catalog.open())) == expected
    publish(catalog, [document("d", "Kidney."), *first])
    assert catalog.open().document_ids() == ["d", "a", "b"]
    assert catalog.open().document("a") == first[0]


def test_suggestions_are_kept_with_their_generation(catalog: Catalog) -> None:
    name = publish(catalog, [document("a", "Renal fever.")])
    assert name is not None
    assert catalog.suggested(name) is None
    suggested = Suggested((Suggestion("Why?", "a", "About a", 0, 5),), {"a": "1"})
    catalog.suggest(name, suggested)
    assert catalog.suggested(name) == suggested


@pytest.mark.parametrize("seed", range(4))
def test_engines_and_what_was_meant_agree_over_any_history(seed: int, database: str, tmp_path: Path) -> None:
    chance = random.Random(seed)
    engines = FileCatalog(tmp_path / "files"), catalog_in(database, tmp_path)
    # What was published, by the names that it has in both.
    kept: dict[tuple[str, ...], list[Document]] = {}
    meant: list[Document] = []
    for step in range(7):
        if kept and chance.random() < 0.3:
            back = chance.choice([*kept])
            for one, name in zip(engines, back, strict=True):
                rollback(one, name)
            meant = kept[back]
        else:
            refused = bool(kept) and chance.random() < 0.2
            changed = altered(meant, chance, step)
            options = {"check": lambda *_: False} if refused else {}
            names = tuple(str(publish(one, changed, keep=3, **options)) for one in engines)
            meant = meant if refused else changed
            kept[names] = meant
        # What is open is not forgotten in a database: some may be there for longer.
        kept = {names: held for names, held in kept.items() if names[0] in engines[0].names()}
        for names, held in kept.items():
            files, other = (one.open(name) for one, name in zip(engines, names, strict=True))
            assert other.documents(other.document_ids()) == {document.id: document for document in held}
            assert told(other) == told(files)
            assert words(other) == words(files)
    fresh = FileCatalog(tmp_path / "fresh")
    publish(fresh, meant)
    assert same(hits(engines[1].open()), hits(fresh.open()))


def altered(documents: Sequence[Document], chance: random.Random, step: int) -> list[Document]:
    """Some documents taken out, revised, put in, and now and then put in another order."""
    stay = [held for held in documents if chance.random() > 0.2]
    for place in range(len(stay)):
        if chance.random() < 0.3:
            stay[place] = written(stay[place].id, chance)
    for number in range(chance.randint(1, 3)):
        stay.insert(chance.randint(0, len(stay)), written(f"d{step}-{number}", chance))
    if chance.random() < 0.3:
        chance.shuffle(stay)
    return stay

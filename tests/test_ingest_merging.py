"""An index that grew by any updates is the one that would be built at once, and its segments are few and shared."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import BagEncoder, page
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import (
    Document,
    FileCatalog,
    Generation,
    IndexDamaged,
    IndexUnwritable,
    Lexicon,
    Source,
    build,
    examine,
    generation_names,
    load,
    published,
    query_terms,
    rollback,
    update,
)
from ingest.index.generation import layers
from ingest.index.merging import SMALL, due
from ingest.index.store import Size
from retriever import Retriever, Terms

WORDS = ["alphamab", "Brandex", "dose", "injected", "month", "tumor", "Harrow", "fernozil", "shed", "growth"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(
    lambda words: f"{' '.join(words).capitalize()}."
)
NAMED = st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(
    lambda pair: f"Of {pair[0]} ({pair[1]}) it is said."
)
PAGES = st.builds(
    lambda title, first, rest, listed: (
        f"# {title}\n\n{first}\n\n## More\n\n{' '.join(rest)}\n"
        + (f"\n## References\n\n- {listed} K. On it. J Sheds. 2020.\n" if listed else "")
    ),
    st.sampled_from(WORDS),
    st.one_of(SENTENCES, NAMED),
    st.lists(st.one_of(SENTENCES, NAMED), min_size=1, max_size=3),
    st.sampled_from(["", "Harrow", "Tenby", "Morrow"]),
)
# A name of a page, and what it says from now on; None where it is taken out.
CHANGES = st.lists(
    st.lists(st.tuples(st.sampled_from("abcde"), st.one_of(st.none(), PAGES)), min_size=1, max_size=3),
    min_size=1,
    max_size=5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("grown")


def told(generation: Generation, questions: list[str]) -> list[object]:
    """All that can be asked of a generation, without the numbers of rows, which are its own."""
    passages = generation.passages(generation.rows())
    encoder = BagEncoder()
    retriever = Retriever(generation, encoder, Terms(generation, encoder))
    hits = [
        [(round(hit.score, 5), round(hit.topic, 5), round(hit.coverage, 5), hit.passage.id) for hit in found]
        for found in retriever.search_all(questions, 200)
    ]
    vectors = generation.vectors.of(generation.rows())
    owned = {p.id: v.round(5).tolist() for p, v in zip(passages, vectors, strict=True)}
    lexicon = generation.lexicon
    return [
        generation.document_ids(),
        [generation.document(name) for name in generation.document_ids()],
        dict(generation.revisions()),
        sorted(p.id for p in passages),
        [[p.id for p in generation.passages(generation.rows_of(name))] for name in generation.document_ids()],
        owned,
        generation.vocabulary(),
        [(lexicon.word(w), lexicon.others(w), lexicon.lists(w), lexicon.count(w)) for w in map(str.lower, WORDS)],
        lexicon.texts,
        hits,
        [len(generation.vectors), len(generation.lexical), generation.passage_count(), generation.document_count()],
        [sorted(p.id for p in _found(generation, word)) for word in WORDS],
    ]


def _found(generation: Generation, word: str) -> list[object]:
    (found,) = generation.lexical.search([query_terms(word)], 200)
    return list(generation.passages([row for row, _ in found]))


@settings(max_examples=20, deadline=None)
@given(
    first=st.tuples(*5 * [PAGES]),
    changes=CHANGES,
    question=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    data=st.data(),
)
def test_whatever_was_added_revised_and_removed_the_index_is_that_of_one_build(
    folder: Path,
    first: tuple[str, ...],
    changes: list[list[tuple[str, str | None]]],
    question: str,
    data: st.DataObject,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Segments that are not merged as soon as there are two.
        patch.setattr("ingest.index.merging.SMALL", data.draw(st.sampled_from([0.5, 3, 256])))
        patch.setattr("ingest.index.merging._MOST_GONE", data.draw(st.sampled_from([0.05, 9.0])))
        # Merged before publishing, or after it.
        patch.setattr("ingest.index.making._AT_ONCE", data.draw(st.sampled_from([0, 4, 4096])))
        patch.setattr("ingest.index.making._TIMES", 0)
        shutil.rmtree(folder)
        folder.mkdir()
        pages = {name: _read(folder, name, text) for name, text in zip("abcde", first, strict=True)}
        pages["z"] = _read(folder, "z", "# Always\n\nThis page stays.\n")
        build(FileCatalog(folder / "index"), list(pages.values()), [], BagEncoder())
        for change in changes:
            for name, text in change:
                pages.pop(name, None)
                if text is not None:
                    pages[name] = _read(folder, name, text)
            order = data.draw(st.permutations(sorted(pages)))
            build(FileCatalog(folder / "index"), [pages[name] for name in order], [], BagEncoder(), keep=2)
        build(FileCatalog(folder / "fresh"), [pages[name] for name in order], [], BagEncoder())
        grown = Generation.open(folder / "index").prove()
        assert told(grown, [question]) == told(Generation.open(folder / "fresh"), [question])
        assert examine(folder / "index") == []


def _read(folder: Path, name: str, text: str) -> Document:
    path = folder / f"{name}.md"
    path.write_text(text)
    return load(Source(name, path))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Forty pages, of which one after another may be changed without its segment being merged."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(40):
        (folder / f"d{number:02d}.md").write_text(page(number))
    return folder


@pytest.fixture
def index(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("ingest.index.merging.SMALL", 10)
    update(FileCatalog(tmp_path / "index"), corpus, BagEncoder())
    return tmp_path / "index"


def revise(corpus: Path, number: int) -> None:
    path = corpus / f"d{number:02d}.md"
    path.write_text(path.read_text().replace("5 mg", "7 mg"))


def segments(index: Path, name: str | None = None) -> list[str]:
    return [layer.segment.name for layer in layers(Generation.open(index, name))]


def test_what_changes_is_written_and_what_stays_is_shared(index: Path, corpus: Path) -> None:
    (large,) = segments(index)
    before = {path: path.stat().st_mtime_ns for path in (index / "segments" / large).rglob("*")}
    for number in range(2):
        revise(corpus, number)
        assert update(FileCatalog(index), corpus, BagEncoder(), keep=2).built.embedded == 1
    assert segments(index)[0] == large and len(segments(index)) == 2
    assert {path: path.stat().st_mtime_ns for path in (index / "segments" / large).rglob("*")} == before
    small = layers(Generation.open(index))[1]
    assert (small.living, len(small.gone)) == (4, 0)
    assert examine(index) == []


def test_a_change_writes_as_much_whatever_else_there_is(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index.merging.SMALL", 10)
    written = []
    for count in (100, 400):
        for number in range(count):
            (corpus / f"d{number:02d}.md").write_text(page(number))
        index = tmp_path / str(count)
        update(FileCatalog(index), corpus, BagEncoder())
        before = _written()
        revise(corpus, 50)
        assert update(FileCatalog(index), corpus, BagEncoder()).built.published
        written.append(_written() - before)
    assert written[1] < 1.1 * written[0]


def _written() -> int:
    """How many bytes this process has written to whatever."""
    try:
        return int(Path("/proc/self/io").read_text().split()[3])
    except FileNotFoundError:
        pytest.skip("only Linux counts what a process writes")


def test_a_generation_is_named_by_what_it_holds_and_not_by_what_was_merged(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: dict[float, list[str]] = {0.5: [], 256: []}
    for step in range(4):
        for small, published_so in names.items():
            monkeypatch.setattr("ingest.index.merging.SMALL", small)
            update(FileCatalog(tmp_path / str(small)), corpus, BagEncoder())
            published_so.append(published(tmp_path / str(small)))
        revise(corpus, step)
    assert names[0.5] == names[256] and len(set(names[256])) == 4
    assert len(segments(tmp_path / "0.5")) > len(segments(tmp_path / "256"))


def test_forgetting_removes_the_segments_that_no_generation_has_and_no_other(index: Path, corpus: Path) -> None:
    for number in range(4):
        revise(corpus, number)
        update(FileCatalog(index), corpus, BagEncoder(), keep=2)
    kept = {name for generation in generation_names(index) for name in segments(index, generation)}
    assert {path.name for path in (index / "segments").iterdir()} == kept and len(kept) == 3


def test_a_generation_that_was_gone_back_to_is_gone_on_from(index: Path, corpus: Path) -> None:
    first = Generation.open(index)
    revise(corpus, 0)
    update(FileCatalog(index), corpus, BagEncoder())
    rollback(FileCatalog(index))
    assert Generation.open(index).prove().document("d00") == first.document("d00")
    revise(corpus, 1)
    update(FileCatalog(index), corpus, BagEncoder())
    generation = Generation.open(index).prove()
    assert all("7 mg" in generation.document(name).text for name in ("d00", "d01"))
    assert len(generation.vectors) == len(generation.lexical) == generation.passage_count() == 80
    assert "5 mg" in first.document("d00").text and len(first.rows_of("d01")) == 2
    assert examine(index) == []


def test_where_a_manifest_cannot_be_read_no_segment_is_removed(index: Path, corpus: Path) -> None:
    broken = generation_names(index)[0]
    content = (index / "generations" / broken / "manifest.json").read_bytes()
    for number in range(2):
        (index / "generations" / broken / "manifest.json").write_bytes(b"{")
        revise(corpus, number)
        update(FileCatalog(index), corpus, BagEncoder())
    (index / "generations" / broken / "manifest.json").write_bytes(content)
    assert len(Generation.open(index, broken).prove().rows()) == 80


def test_a_generation_that_is_open_is_read_on_when_it_is_forgotten(index: Path, corpus: Path) -> None:
    old = Generation.open(index)
    revise(corpus, 0)
    update(FileCatalog(index), corpus, BagEncoder(), keep=1)
    held = Generation.open(index)
    (large, _), before = layers(held), [told(open_, ["dose of topic7"]) for open_ in (old, held)]
    # The first shares its only segment with the second, until that is merged away under both.
    for number in range(1, 12):
        revise(corpus, number)
    update(FileCatalog(index), corpus, BagEncoder(), keep=1)
    assert not large.segment.path.exists() and generation_names(index) == [published(index)] != [held.name]
    for open_ in (old, held):
        open_.lexicon = Lexicon(open_.store)
    assert [told(open_, ["dose of topic7"]) for open_ in (old, held)] == before


@pytest.mark.parametrize("file", ["store.db", "vectors.f32"])
def test_a_file_that_is_cut_under_who_reads_it_is_damage_that_the_next_update_mends(
    index: Path, corpus: Path, file: str
) -> None:
    generation = Generation.open(index)
    (layer,) = layers(generation)
    os.truncate(layer.segment.path / file, (layer.segment.path / file).stat().st_size // 2)
    with pytest.raises(IndexDamaged, match=file):
        told(generation, ["dose of topic7"])
    assert update(FileCatalog(index), corpus, BagEncoder()).built.published
    assert told(Generation.open(index), ["dose of topic7"])


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is merged before it is published."""
    monkeypatch.setattr("ingest.index.making._AT_ONCE", 0)
    monkeypatch.setattr("ingest.index.making._TIMES", 0)


@pytest.mark.usefixtures("patient")
def test_what_takes_long_to_merge_is_merged_after_publishing_and_served_from_the_next_on(
    index: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, merge = FileCatalog(index), FileCatalog.merge
    published_then: list[str] = []

    def noted(self: FileCatalog) -> None:
        published_then.append(self.open().document("d07").text)
        merge(self)

    monkeypatch.setattr(FileCatalog, "merge", noted)
    for number in range(12):
        revise(corpus, number)
    update(catalog, corpus, BagEncoder())
    assert "7 mg" in published_then[0]
    (before, _), after = layers(catalog.open()), catalog.to_update()
    assert after and after.name == catalog.published() and examine(index) == []
    assert (len(before.gone), [len(layer.gone) for layer in layers(after)]) == (24, [0, 0])
    revise(corpus, 13)
    assert update(catalog, corpus, BagEncoder()).built.embedded == 1
    assert {layer.segment.name for layer in layers(after)} < set(segments(index)) - {before.segment.name}
    assert sum("7 mg" in catalog.open().document(name).text for name in catalog.open().document_ids()) == 13
    assert not list((index / "generations").glob(".merged-*")) and examine(index) == []


@pytest.mark.usefixtures("patient")
def test_where_merging_fails_the_new_generation_is_published_and_that_is_told(
    index: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("ingest.index.making.merge", full)
        for number in range(12):
            revise(corpus, number)
        with pytest.raises(IndexUnwritable, match=r"is published, but .* \(no space left\)"):
            update(FileCatalog(index), corpus, BagEncoder())
    assert "7 mg" in Generation.open(index).document("d07").text and examine(index) == []
    revise(corpus, 13)
    update(FileCatalog(index), corpus, BagEncoder())
    merged = FileCatalog(index).to_update()
    assert merged and sum(len(layer.gone) for layer in layers(merged)) == 0


@pytest.mark.usefixtures("patient")
def test_what_was_merged_of_a_generation_that_was_gone_back_from_is_not_gone_on_from(index: Path, corpus: Path) -> None:
    for number in range(12):
        revise(corpus, number)
    update(FileCatalog(index), corpus, BagEncoder())
    rollback(FileCatalog(index))
    old = FileCatalog(index).to_update()
    assert old and "5 mg" in old.document("d07").text
    update(FileCatalog(index), corpus, BagEncoder())
    assert "7 mg" in Generation.open(index).prove().document("d07").text and examine(index) == []


SIZES = st.lists(st.builds(Size, st.integers(0, 10**7), st.integers(0, 10**6)), max_size=30)


@given(sizes=SIZES)
def test_what_is_merged_leaves_few_segments_and_little_that_is_gone(sizes: Sequence[Size]) -> None:
    groups = due(sizes)
    merged = {place for places in groups for place in places}
    assert len(merged) == sum(map(len, groups))
    left = [size for place, size in enumerate(sizes) if place not in merged]
    left += [Size(sum(sizes[place].living for place in places), 0) for places in groups]
    assert sum(size.gone for size in left) <= 0.05 * sum(size.living for size in left)
    assert len([size for size in left if size.living <= SMALL]) <= 1
    # Some 21 in ten million passages: no more than three of each size.
    assert all(len([s for s in left if SMALL * 4**n < s.living < SMALL * 4 ** (n + 1)]) <= 3 for n in range(10))
    assert due(left) == []


def test_a_passage_is_written_few_times_while_an_index_grows() -> None:
    sizes: list[Size] = []
    written = 0
    for _ in range(5000):
        sizes.append(Size(20, 0))
        for places in due(sizes):
            size = Size(sum(sizes[place].living for place in places), 0)
            sizes = [kept for place, kept in enumerate(sizes) if place not in places]
            sizes.append(size)
            written += size.living
    assert written < 15 * 100_000

"""One generation of the index: a folder that is complete or absent, and the segments that it names.

    DIR/CURRENT                     the name of the published generation
    DIR/segments/NAME/              what generations share: see `ingest.index.segment`
    DIR/generations/NAME/
        manifest.json               encoder, chunking, the segments and what is gone of each, the order of the documents
                                    and what any of them states
        lexical/                    the lexical indexes of the segments as one: links
    DIR/generations/.merged-NAME/   the published one again in fewer segments, which the next one is made from

The order of the documents is that of their numbers, as runs: what follows each other in the corpus and in a segment is
one run, so that the manifest grows with what has changed since, not with the corpus.

A generation is built aside, verified and published by replacing CURRENT, which is atomic; readers that opened the
one before keep it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import inf
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ingest.documents.document import FORMAT, Document
from ingest.documents.passages import Passage
from ingest.embed.encoder import Encoder, Vectors
from ingest.errors import EncoderMismatch, IndexDamaged, IndexMissing, IndexOutdated
from ingest.index.engine import STATED, Found, Lexical, Nearest, Stated, Store
from ingest.index.lexical import FOLDER, LexicalIndex
from ingest.index.lexicon import Lexicon
from ingest.index.runs import Runs
from ingest.index.segment import FOLDER as SEGMENTS
from ingest.index.segment import LARGE, Segment, check_files
from ingest.index.store import FileStore, Layer
from ingest.index.vectors import VectorIndex
from ingest.index.vocabulary import Vocabulary
from ingest.proof import Held, Proof, manifest_checksum, proofs
from ingest.source import LeftOut, Notice

if TYPE_CHECKING:
    from ingest.index.suggested import Suggested, Suggestion

_REMEMBERED = 256
# The largest file whose checksum is proved, by the name of its segment and how many segments there are.
Largest = Callable[[str, int], float]


class Generation:
    """A published generation, open for reading; it stays what it is while newer ones are published."""

    def __init__(
        self,
        name: str,
        manifest: Mapping[str, Any],
        store: Store,
        vectors: Nearest,
        lexical: Lexical,
        held: Held | None = None,
    ) -> None:
        """Of what an engine holds of the generation called `name`, and the files; `open` does so for files."""
        self.name = name
        self.manifest = manifest
        self.store = store
        self.vectors = vectors
        self.lexical = lexical
        self.lexicon = Lexicon(store)
        self._held = held
        # Found out after it was made, so that it is looked for where it is kept; whoever opens it says how.
        self.suggested: Callable[[str], Suggested | None] = lambda _: None
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._remembering = Lock()

    @classmethod
    def open(cls, index: Path, name: str | None = None) -> Generation:
        """Open the generation that is published in the folder `index`, or the one called `name`.

        Every file is compared with its proof, a very large one only by `prove`.  Raises IndexMissing or IndexDamaged.
        """
        return cls.proved(index, name, lambda _, count: LARGE / count)

    @classmethod
    def proved(cls, index: Path, name: str | None, largest: Largest) -> Generation:
        """Open as `open` does; of each segment files are proved up to so many bytes."""
        folder = index / "generations"
        if name is not None:
            found = full_name(generation_names(index), name, str(index))
            return cls.lying(folder / found, found, largest)
        while True:
            current = published(index)
            try:
                return cls.lying(folder / current, current, largest)
            except IndexDamaged:
                # A reader that was slow may find that the generation was forgotten meanwhile.
                if published(index) == current:
                    raise

    @classmethod
    def lying(cls, path: Path, name: str, largest: Largest) -> Generation:
        """Open what lies in the folder `path` as the generation called `name`, as `proved` does; IndexDamaged."""
        index = path.parent.parent
        manifest = read_manifest(path)
        opened: list[Layer] = []
        most = {held["name"]: largest(held["name"], len(manifest["segments"])) for held in manifest["segments"]}
        for held in manifest["segments"]:
            segment = Segment.open(index / SEGMENTS / held["name"], most[held["name"]])
            opened.append(Layer(segment, Runs(tuple(run) for run in held["gone"])))
        check_files(path, proofs(manifest["files"]), LARGE)
        for layer in opened:
            for file, proof in layer.segment.lexical_files():
                linked = path / FOLDER / file
                if not (linked.exists() and linked.samefile(layer.segment.path / FOLDER / file)):
                    check_files(path / FOLDER, {file: proof}, most[layer.segment.name])
        gone = Runs(run for layer in opened for run in layer.gone.runs)
        order = Runs(tuple(run) for run in manifest["documents"])
        try:
            held = Held({file: proof for layer in opened for file, proof in _read(path, layer.segment)})
            lexical = LexicalIndex.open(path / FOLDER, gone, held)
        except OSError as error:
            raise IndexDamaged(f"{path}: cannot be read ({error}); make the index again with: ibid index") from error
        vectors = VectorIndex([(layer.segment.vectors, layer.gone) for layer in opened], held)
        return cls(name, manifest, FileStore(opened, order), vectors, lexical, held)

    def check_files(self) -> None:
        """Raise IndexDamaged where a file was cut off or written to since it was opened."""
        if self._held:
            self._held.check()

    def prove(self) -> Generation:
        """Compare with their proofs the files that were too large to be when they were opened; IndexDamaged."""
        if isinstance(self.store, FileStore):
            for layer in self.store.layers:
                check_files(layer.segment.path, layer.segment.files, inf)
        return self

    @property
    def encoder_name(self) -> str:
        """The name of the encoder whose vectors are in here."""
        return str(self.manifest["encoder"]["name"])

    @property
    def encoder_fingerprint(self) -> str:
        """The name and the hash of that encoder."""
        return str(self.manifest["encoder"]["fingerprint"])

    @property
    def passage_size(self) -> int:
        """The most characters of a passage."""
        return int(self.manifest["passage_size"])

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices that the corpus asks for."""
        return tuple(Notice(**row) for row in self.manifest["notices"])

    @property
    def ocr(self) -> bool:
        """Whether pictures were read by OCR."""
        return bool(self.manifest["ocr"])

    @property
    def outside(self) -> tuple[Path, ...]:
        """The folders out of the corpus whose files may be read."""
        return tuple(map(Path, self.manifest.get("outside", ())))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What lay in the corpus and was not read."""
        return tuple(LeftOut(**row) for row in self.manifest["left_out"])

    @property
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """Rows of words that who asks may use for each other, as the corpus gives them."""
        return tuple(map(tuple, self.manifest["synonyms"]))

    @property
    def states(self) -> tuple[Stated, ...]:
        """What any of the documents states; of what none does, it need not be said of each."""
        return tuple(fact for fact in STATED if fact in self.manifest["states"])

    def check_encoder(self, encoder: Encoder) -> None:
        """Raise EncoderMismatch unless `encoder` is the one this generation was made with."""
        made_with = self.manifest["encoder"]
        if made_with["fingerprint"] != encoder.fingerprint:
            # What is under its name now may be another than then.
            other = f"use --encoder {made_with['name']}, or " if made_with["name"] != encoder.name else ""
            raise EncoderMismatch(
                f"the index was made with {made_with['fingerprint']}, the question would be embedded with "
                f"{encoder.fingerprint}; {other}run: ibid index --encoder {encoder.name}"
            )

    def document_ids(self) -> list[str]:
        """The ids of the documents, in the order of the corpus."""
        return list(self.store.ids())

    def revisions(self) -> Mapping[str, str]:
        """The revisions of the documents by their ids, in the order of the corpus."""
        return self.store.revisions()

    def document(self, document_id: str) -> Document:
        """One document by its id; KeyError where there is none."""
        return self.documents([document_id])[document_id]

    def documents(self, ids: Collection[str]) -> dict[str, Document]:
        """Documents by their ids; KeyError where one is not there.  Some that were asked for last are remembered."""
        with self._remembering:
            found = {name: self._documents[name] for name in ids if name in self._documents}
        missing = [name for name in ids if name not in found]
        if missing:
            found |= self.store.documents(missing)
        with self._remembering:
            for name in ids:
                self._documents[name] = found[name]
                self._documents.move_to_end(name)
            while len(self._documents) > _REMEMBERED:
                self._documents.popitem(last=False)
        return found

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of the given rows, in that order."""
        passages = self.store.found(rows).passages
        return [passages[row] for row in rows]

    def found(self, rows: Collection[int], terms: Collection[str] = ()) -> Found:
        """The passages of the given rows, which of the `terms` they hold, and the rows of all of their documents."""
        return self.store.found(rows, terms)

    def rows(self) -> list[int]:
        """The rows of all passages, ascending.  A row number is never given twice in the life of an index."""
        return list(self.store.rows())

    def rows_of(self, document_id: str) -> list[int]:
        """The rows of one document's passages, ascending."""
        return list(self.store.rows_of([document_id]).get(document_id, ()))

    def passage_counts(self, ids: Collection[str]) -> dict[str, int]:
        """In how many passages each of these documents was cut, by their ids."""
        return {name: len(rows) for name, rows in self.store.rows_of(ids).items()}

    def document_count(self) -> int:
        """How many documents there are."""
        return len(self.store)

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self.manifest["passages"])

    def suggestions(self) -> Sequence[Suggestion]:
        """What can be asked of it, the best of every document first; nothing where that was not found out."""
        found = self.suggested(self.name)
        return found.suggestions if found else ()

    def vocabulary(self) -> Vocabulary:
        """The words of the corpus, all at once; `lexicon` looks them up."""
        return self.store.vocabulary()

    def vectors_for(self, text_hashes: Collection[str]) -> dict[str, Vectors]:
        """The vectors, each of shape (dimension,), of those texts that were embedded for this generation."""
        rows = self.store.rows_with(text_hashes)
        return dict(zip(rows, self.vectors.of([*rows.values()]), strict=True)) if rows else {}


def _read(path: Path, segment: Segment) -> Iterator[tuple[Path, Proof]]:
    """The files of a segment that the generation in the folder `path` reads, each with its proof."""
    for file, proof in segment.files.items():
        if not file.startswith(f"{FOLDER}/"):
            yield segment.path / file, proof
    for file, proof in segment.lexical_files():
        yield path / FOLDER / file, proof


def layers(generation: Generation) -> tuple[Layer, ...]:
    """The segments of a generation that is in files."""
    assert isinstance(generation.store, FileStore)
    return generation.store.layers


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of the generation in the folder `path`; IndexDamaged, IndexOutdated where its format is another."""
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        proofs(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{path}: its manifest cannot be read; make the index again with: ibid index") from error
    if manifest.get("format") != FORMAT:
        raise IndexOutdated(f"{path}: has format {manifest.get('format')}, this ibid reads {FORMAT}; run: ibid index")
    if manifest.get("checksum") != manifest_checksum(manifest):
        raise IndexDamaged(f"{path}: its manifest was altered; make the index again with: ibid index")
    return dict(manifest)


def published(index: Path) -> str:
    """The name of the generation that CURRENT points to; IndexMissing or IndexDamaged where there is none."""
    try:
        name = (index / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise IndexMissing(f"no index in {index}; make one with: ibid index DIR") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{index / 'CURRENT'}: cannot be read; make the index again with: ibid index") from error
    if name not in generation_names(index):
        raise IndexDamaged(f"{index / 'CURRENT'}: points to no generation; make the index again with: ibid index")
    return name


def full_name(names: Sequence[str], name: str, where: str) -> str:
    """The one of `names` that is called so or begins so; IndexMissing where none or several do, or there is none.

    `where` they are kept is told then.
    """
    found = [kept for kept in names if kept == name] or [kept for kept in names if kept.startswith(name)]
    if len(found) != 1:
        what = "several generations are" if found else "no generation is"
        raise IndexMissing(f"{what} called {name!r} in {where}; kept are {', '.join(names) or 'none'}")
    return found[0]


def generation_names(index: Path) -> list[str]:
    """The complete generations in the folder `index`, oldest first."""
    folder = index / "generations"
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name[:6].isdigit())

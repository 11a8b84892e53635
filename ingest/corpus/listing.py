"""A corpus: what its manifest names, or, without one, what lies in its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.corpus.folder import read_folder
from ingest.corpus.manifest import read_manifest
from ingest.errors import SourceError
from ingest.read.kinds import SUFFIXES
from ingest.source import MANIFEST, Corpus, first_of


def read_corpus(
    root: Path, known: Mapping[str, str] | None = None, ocr: bool = False, outside: Sequence[Path] = ()
) -> Corpus:
    """Read `sources.toml` in `root`, or, where there is none, what lies below it.

    `known` are the ids that files have in the index, by their paths in the folder: they keep them.  With `ocr`
    pictures are sources too; files of the folders `outside` may be named or linked to, and no others that lie out of
    `root`.  Raises ManifestError (with file and line) or SourceError (no such folder, nothing to
    read).
    """
    if not root.is_dir():
        raise SourceError(f"no corpus folder at {root}; name one with --corpus DIR or IBID_CORPUS")
    manifest = root / MANIFEST
    if manifest.exists():
        return read_manifest(manifest, ocr, outside)
    sources, left_out = read_folder(root, known or {}, ocr, outside)
    if not sources and not any(left.file.endswith("/") for left in left_out):
        kinds = ", ".join(SUFFIXES)
        raise SourceError(f"nothing to read in {root}; put files of these kinds in it: {kinds}{first_of(left_out)}")
    return Corpus(root, sources, (), (), left_out)


def unnamed_files(root: Path) -> list[str]:
    """The files below `root` that could be read and that its manifest does not name; none where there is no manifest.

    They are told by their paths in the folder.  Raises ManifestError.
    """
    manifest = root / MANIFEST
    if not manifest.exists():
        return []
    named = read_manifest(manifest)
    known = {source.path.resolve() for source in named.sources} | {
        (root / left.file).resolve() for left in named.left_out
    }
    there, _ = read_folder(root, {})
    return [source.file for source in there if source.path.resolve() not in known]

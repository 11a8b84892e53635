"""A made-up document whose every paragraph names its version, so that what is told of two versions shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

NAME = "bulletin"
_SAYS = {
    "Ferry": "the ferry to Lantern Bay leaves from the stone pier",
    "Library": "the library of Lantern Bay closes on Mondays",
    "Market": "the market of Lantern Bay sells fish and bread",
    "Lighthouse": "the lighthouse of Lantern Bay is painted yellow",
    "School": "the school of Lantern Bay teaches sailing",
    "Museum": "the museum of Lantern Bay shows old nets",
}
QUESTIONS = (
    "Where does the ferry to Lantern Bay leave from?",
    "When does the library of Lantern Bay close?",
    "What does the bulletin say of Lantern Bay?",
    "What does the market of Lantern Bay sell?",
    "How is the lighthouse of Lantern Bay painted?",
    "What does the school of Lantern Bay teach?",
    "What does the museum of Lantern Bay show?",
)
_VERSION = re.compile(r"in version (\d+) of the bulletin", re.IGNORECASE)


def written(version: int) -> str:
    """The document in that version."""
    parts = [f"## {title}\n\nIn version {version} of the bulletin, {says}." for title, says in _SAYS.items()]
    return "\n\n".join(["# Lantern Bay bulletin", *parts]) + "\n"


def versions_in(text: str) -> frozenset[int]:
    """The versions that a text names."""
    return frozenset(int(number) for number in _VERSION.findall(text))


def is_mixed(versions: Set[int], generation: str, made: Mapping[str, int]) -> bool:
    """Whether an answer tells of several versions, or of one that is not that of the generation it names.

    `made` has the version of each generation; where an answer names none, as a stream that was cut off, it only has to
    be of one version.  A generation that is not in `made` was never published, and what is told of it is mixed.
    """
    if not versions:
        return False
    return len(versions) > 1 or (bool(generation) and made.get(generation) not in versions)

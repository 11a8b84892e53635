"""The mark-up of reStructuredText that Sphinx knows and docutils does not: what of it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent

from ingest.read.outline import one_line

_ROLE = re.compile(r":[\w:+.-]+:`([^`]*)`|`([^`]*)`(?::[\w:+.-]+:|_{0,2})|\|([^|]*)\|_{0,2}")
_LABEL = re.compile(r"^[~!]?(?:(.*\S)\s*<[^<>]*>|(.*))$", re.DOTALL)
_DIRECTIVE = re.compile(r"\.\. (?:\|[^|]*\| )?([\w:+.-]+)::[ \t]?(.*)")
_OPTION = re.compile(r"\s+:[\w-]+:(?:\s|$)")
_CODES = "code-block sourcecode code prompt doctest testcode testoutput parsed-literal"
_CODE = frozenset(_CODES.split())
_TOLD = """
toctree index include literalinclude raw contents highlight currentmodule module automodule autoclass autofunction
autosummary graphviz mermaid tabularcolumns image csv-table
"""
_UNREAD = frozenset(_TOLD.split())
_CHANGES = {"versionadded": "New in version", "versionchanged": "Changed in version", "deprecated": "Deprecated since"}
_OBJECTS = re.compile(r"(?:\w+:)?(?:function|class|method|attribute|data|option|exception|envvar|confval|describe)")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive as it is written, without its options."""

    name: str
    argument: str
    body: str

    @classmethod
    def of(cls, source: str) -> Directive | None:
        """The directive that a piece of source is; None where it is none."""
        found = _DIRECTIVE.match(source)
        if not found:
            return None
        lines = source.split("\n")[1:]
        options = next((number for number, line in enumerate(lines) if not _OPTION.match(line)), len(lines))
        return cls(found[1], found[2].strip(), dedent("\n".join(lines[options:])).strip("\n"))

    @property
    def is_code(self) -> bool:
        """Whether its body is code."""
        return self.name in _CODE

    @property
    def is_unread(self) -> bool:
        """Whether what it shows does not stand in its body, but in other files or in programs."""
        return self.name in _UNREAD or self.name.startswith("auto")

    @property
    def about(self) -> str:
        """What it is about, on one line."""
        return one_line(self.argument or self.body)[:_LONGEST]

    @property
    def shown(self) -> str:
        """What is shown of its argument, as reStructuredText."""
        if self.name in _CHANGES:
            return f"{_CHANGES[self.name]} {self.argument}"
        return f"``{self.argument}``" if _OBJECTS.fullmatch(self.name) and self.argument else self.argument


def unmarked(text: str) -> str:
    """The words of mark-up that is not known: of a role such as `:ref:`, the label that is shown."""
    found = _ROLE.fullmatch(text)
    if not found:
        return text
    label = _LABEL.match(next(filter(None, found.groups()), ""))
    return (label[1] or label[2] or "") if label else text

"""The source of a LaTeX text in tokens, with each brace and each environment told its end."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\\(?P<accent>[\"'`^~=.]\s*(?:\{\s*\\?[a-zA-Z]\s*\}|\\?[a-zA-Z])|[cvuHkrdbt]\s*\{\s*\\?[a-zA-Z]\s*\})"
    r"|\\(?P<macro>[a-zA-Z@]+\*?|.)(?:(?<=[a-zA-Z@])[ \t]+)?|(?P<brace>[{}\[\]])|(?P<math>\$\$?)"
    r"|%[^\n]*(?:\n[ \t]*(?!\n))?|(?P<par>\n[ \t]*\n\s*)|(?P<special>[&~])|(?P<text>[^\\{}\[\]$%&~\n]+|\n)",
    re.DOTALL,
)
_ENVIRONMENT = re.compile(r"\{\s*([a-zA-Z]+)\*?\s*\}")
_VERBATIM = re.compile(
    r"\\begin\{(?P<name>verbatim|Verbatim|lstlisting|minted|alltt|Highlighting)\*?\}(?P<options>(?:\[[^\]\n]*\])?(?:\{[^}\n]*\})?)"
    r"(?P<code>.*?)(?:\\end\{(?P=name)\*?\}|\Z)",
    re.DOTALL,
)
_COMMENT = re.compile(r"\\begin\{comment\}.*?(?:\\end\{comment\}|\Z)|\\iffalse\b.*?(?:\\fi\b|\Z)", re.DOTALL)
_DEFINED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator|DeclareRobustCommand)\*?\s*\{?\s*\\([a-zA-Z]+)\s*\}?"
    r"\s*(?:\[(\d)\])?\s*(\[[^\]]{0,500}\])?\s*(?=\{)|\\def\s*\\([a-zA-Z]+)\s*((?:#\d)*)\s*(?=\{)"
)
_SET = {"textasciitilde{}": "~", "textasciicircum{}": "^", "textgreater{}": ">", "textless{}": "<", "textbar{}": "|"}
_TOKENS = re.compile(r"\\[A-Z]\w*Tok\{((?:[^{}\\]|\\.|\{[^{}\\]*\})*)\}", re.DOTALL)
_DEEPEST = 200
_MOST_TIMES = 3  # how many times its length a text may become with its own macros written out
_PASSES = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the source, `text[start:end]`; its `kind` is "macro", "brace", "math", "par", "special" or "text"."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TexSource:
    """Tokens; `ends` gives the number of that which closes the brace, the formula or the environment begun at one."""

    text: str
    tokens: list[Token]
    ends: dict[int, int]
    code: list[str]

    @classmethod
    def of(cls, text: str) -> TexSource:
        """Cut a text up; ValueError where it is nested deeper than texts are."""
        code: list[str] = []

        def keep(found: re.Match[str]) -> str:
            is_set = found["name"] == "Highlighting"
            code.append(_unset(found["code"]) if is_set else found["code"])
            return f"\\verbatimcode{{{len(code) - 1}}}"

        text = _expanded(_COMMENT.sub("", _VERBATIM.sub(keep, text)))
        tokens = [Token(m.lastgroup, m[m.lastgroup], m.start(), m.end()) for m in _TOKEN.finditer(text) if m.lastgroup]
        return cls(text, tokens, _ends(tokens, text), code)

    def environment(self, at: int) -> str:
        """The name of the environment that a token begins or ends."""
        found = _ENVIRONMENT.match(self.text, self.tokens[at].end)
        return found[1] if found else ""

    def after_name(self, at: int) -> int:
        """The number of the token behind the name of an environment."""
        return self.ends.get(at + 1, at) + 1 if self.is_brace(at + 1, "{") else at + 1

    def is_brace(self, at: int, bracket: str) -> bool:
        """Whether a token is such a brace."""
        return at < len(self.tokens) and self.tokens[at].kind == "brace" and self.tokens[at].text == bracket

    def skip_space(self, at: int) -> int:
        """The number of the next token that is no space."""
        while at < len(self.tokens) and self.tokens[at].kind == "text" and not self.tokens[at].text.strip():
            at += 1
        return at

    def argument(self, at: int) -> tuple[range, int]:
        """The tokens of what a macro takes in braces (or the one that stands there without), and where it goes on."""
        at = self.skip_space(at)
        if self.is_brace(at, "{"):
            end = self.ends.get(at, at)
            return range(at + 1, end), end + 1
        return range(at, min(at + 1, len(self.tokens))), at + 1

    def option(self, at: int) -> tuple[range, int]:
        """The tokens of what a macro takes in brackets, and where it goes on; none where there are no brackets."""
        start = self.skip_space(at)
        if not self.is_brace(start, "[") or start not in self.ends:
            return range(at, at), at
        return range(start + 1, self.ends[start]), self.ends[start] + 1

    def source(self, part: range) -> str:
        """The text of tokens as it is written."""
        tokens = self.tokens[part.start : part.stop]
        return self.text[tokens[0].start : tokens[-1].end] if tokens else ""


def _unset(code: str) -> str:
    """Code that pandoc has set in colours, as it was written."""
    bare = _TOKENS.sub(lambda found: re.sub(r"(?<!\\)\{(-+|'+|`+)\}", r"\1", found[1]), code)
    bare = bare.replace(r"\textbackslash{}", "\\").replace(r"\textquotesingle{}", "'")
    return re.sub(r"\\([a-z]+\{\}|.)", lambda found: _SET.get(found[1], found[1].removesuffix("{}")), bare)


def _ends(tokens: list[Token], text: str) -> dict[int, int]:
    """The number of the token at which what each opens is closed, for braces, brackets, formulas, environments."""
    ends: dict[int, int] = {}
    braces: list[int] = []
    environments: list[tuple[str, int]] = []
    formulas: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.kind == "brace":
            _turn_brace(tokens, braces, at, ends)
        elif token.kind == "par":
            formulas = {}
        elif token.kind == "math" or (token.kind == "macro" and token.text in "()[]"):
            _turn_formula(token.text, formulas, at, ends)
        elif token.kind == "macro" and token.text in ("begin", "end"):
            found = _ENVIRONMENT.match(text, token.end)
            _turn_environment(token.text, found[1] if found else "", environments, at, ends)
        if len(environments) > _DEEPEST or len(braces) > _DEEPEST:
            raise ValueError("is nested deeper than any text; mend its braces and environments")
    return ends


def _turn_formula(bracket: str, formulas: dict[str, int], at: int, ends: dict[int, int]) -> None:
    """Begin or end a formula: "$" and "$$" end what they began, a bracket ends what its other half began."""
    opening = {")": "(", "]": "["}.get(bracket, bracket)
    if opening in formulas and bracket not in "([":
        ends[formulas.pop(opening)] = at
    elif bracket not in ")]":
        formulas[opening] = at


def _turn_environment(word: str, name: str, environments: list[tuple[str, int]], at: int, ends: dict[int, int]) -> None:
    if word == "begin":
        environments.append((name, at))
    elif any(name == opened for opened, _ in environments):
        while environments[-1][0] != name:
            environments.pop()
        ends[environments.pop()[1]] = at


def _turn_brace(tokens: list[Token], braces: list[int], at: int, ends: dict[int, int]) -> None:
    """Open or close a brace; brackets that nobody closes within the brace about them are plain characters."""
    bracket = tokens[at].text
    if bracket in "{[":
        braces.append(at)
        return
    opening = "{" if bracket == "}" else "["
    while opening == "{" and braces and tokens[braces[-1]].text != opening:
        braces.pop()
    if braces and tokens[braces[-1]].text == opening:
        ends[braces.pop()] = at


def _expanded(text: str) -> str:
    """A text with the macros that it defines itself written out, as far as that does not make it much longer."""
    definitions: dict[str, tuple[int, str]] = {}
    local = _in_braces(text, [found.start() for found in _DEFINED.finditer(text)])
    parts: list[str] = []
    at = 0
    for found in _DEFINED.finditer(text):
        end = _closing(text, found.end())
        if found.start() < at or end is None:
            continue
        count = int(found[2] or 0) if found[1] else (found[5] or "").count("#")
        if not found[3] and found.start() not in local:  # one with an argument that may be left out is rare
            definitions[found[1] or found[4]] = (count, text[found.end() + 1 : end])
        parts.append(text[at : found.start()])
        at = end + 1
    text = "".join([*parts, text[at:]])
    most = _MOST_TIMES * len(text) + 10_000
    if not definitions:
        return text
    names = re.compile(rf"\\({'|'.join(sorted(map(re.escape, definitions), key=len, reverse=True))})(?![a-zA-Z])")
    for _ in range(_PASSES):
        written = _written(text, names, definitions, most)
        if written is None or written == text:
            break
        text = written
    return text


def _in_braces(text: str, places: list[int]) -> set[int]:
    """Those of `places` that stand within braces, where what is defined holds for no more than those."""
    found: set[int] = set()
    braces = re.compile(r"\\.|[{}]", re.DOTALL)
    depth = at = 0
    for place in places:
        for bracket in braces.finditer(text, at, place):
            depth = max(0, depth + {"{": 1, "}": -1}.get(bracket[0], 0))
        at = place
        if depth:
            found.add(place)
    return found


def _written(text: str, names: re.Pattern[str], definitions: dict[str, tuple[int, str]], most: int) -> str | None:
    parts: list[str] = []
    at = length = 0
    for found in names.finditer(text):
        if found.start() < at:
            continue
        count, body = definitions[found[1]]
        end = found.end()
        for number in range(1, count + 1):
            opening = re.compile(r"\s*").match(text, end)
            start = opening.end() if opening else end
            closing = _closing(text, start) if text[start : start + 1] == "{" else None
            if closing is None:
                break
            body = body.replace(f"#{number}", text[start + 1 : closing])
            end = closing + 1
        parts += text[at : found.start()], "{", body, "}"
        length += found.start() - at + len(body)
        at = end
        if length > most:
            return None
    return "".join([*parts, text[at:]])


def _closing(text: str, at: int) -> int | None:
    """Where the brace at `at` is closed; None where it is not, or not within what a macro may take."""
    depth = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at, at + 10_000):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return None

"""What can be changed in a source so that it does something else: its mutants, each of one expression or statement.

What says nothing of behaviour is left alone: imports, annotations, docstrings, decorators, assertions, `strict=` of
zip, logging, and strings, but for those that something is compared with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""From which byte of a file to which; one without length stands before a statement."""

_Node = ast.expr | ast.stmt
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
_PAIRS = "min max,any all,startswith endswith,lstrip rstrip,find rfind,partition rpartition,removeprefix removesuffix"
_CALLED = {one: other for pair in map(str.split, _PAIRS.split(",")) for one, other in (pair, pair[::-1])}
# Their first two arguments are of different kinds: any test would find them changed round.
_FIXED = {"isinstance", "issubclass", "getattr", "hasattr", "setattr", "map", "filter", "partial", "reduce"}
_SILENT = {"TypeVar", "NewType", "cast", "Literal", "Annotated", "logging", "logger", "log"}
_DECLARING = {"annotation", "returns", "decorator_list", "bases"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """In the file `path`, `was` at the bytes `span` becomes `becomes`; tests that see it are at one of `places`."""

    path: str
    line: int
    span: Span
    was: str
    becomes: str
    places: tuple[Span, ...]

    def applied(self, source: bytes) -> bytes:
        """The source with this one change."""
        start, end = self.span
        return source[:start] + self.becomes.encode() + source[end:]


def mutants(path: str, source: bytes) -> Iterator[Mutant]:
    """All mutants of a module.

    A default counts where its function begins, and a constant of a module where functions of that module use it.
    """
    tree = ast.parse(source)
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))

    def span(node: _Node) -> Span:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return lines[node.lineno - 1] + node.col_offset, lines[node.end_lineno - 1] + node.end_col_offset

    def place(node: _Node) -> Span:
        if isinstance(node, ast.expr):
            return span(node)
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        return (lines[first - 1] + node.col_offset,) * 2

    uses = list(_uses(tree))
    for statement in tree.body:
        defined = _defined(statement)
        for node, instead in _nodes(statement, [name for name in uses if name.id in defined]):
            for changed, becomes in _changes(node):
                start, end = span(changed)
                places = tuple(place(one) for one in instead or [changed])
                yield Mutant(path, changed.lineno, (start, end), source[start:end].decode(), becomes, places)


def sound(mutant: Mutant, source: bytes) -> bool:
    """Whether the changed module still is one, and another than it was."""
    try:
        return ast.dump(ast.parse(mutant.applied(source))) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


def _nodes(node: ast.AST, instead: Sequence[_Node]) -> Iterator[tuple[_Node, Sequence[_Node]]]:
    """The expressions and statements from a node down that say what happens, with where each is seen instead."""
    if _is_silent(node):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        body = [statement for statement in node.body if not _is_silent(statement)]
        for default in (*node.args.defaults, *node.args.kw_defaults) if body else ():
            if default is not None:
                yield from _nodes(default, body[:1])
        for statement in body:
            yield from _nodes(statement, [])
        return
    if isinstance(node, ast.expr | ast.stmt):
        yield node, instead
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and field not in _DECLARING:
                yield from _nodes(child, instead)


def _is_silent(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert() | ast.JoinedStr() | ast.pattern():
            return True
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant) or _is_silent(value)
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.keyword(arg="strict"):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.Call(func=called) | ast.Subscript(value=called):
            while isinstance(called, ast.Attribute | ast.Call):
                called = called.value if isinstance(called, ast.Attribute) else called.func
            return isinstance(called, ast.Name) and called.id in _SILENT
    return False


def _uses(tree: ast.Module) -> Iterator[ast.Name]:
    """The names that functions read when they run."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node, _ in (found for statement in function.body for found in _nodes(statement, [])):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    yield node


def _defined(statement: ast.stmt) -> set[str]:
    """The names that a statement of a module gives a value."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return set()
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _changes(node: _Node) -> Iterator[tuple[_Node, str]]:
    """What in an expression or a statement can become what."""
    if isinstance(node, ast.expr):
        yield from ((node, f"({ast.unparse(other)})") for other in _others(node))
    else:
        yield from ((node, other) for other in _other_statements(node))
    if isinstance(node, ast.If | ast.While | ast.IfExp) and isinstance(node.test, ast.Name | ast.Attribute | ast.Call):
        yield node.test, f"(not {ast.unparse(node.test)})"


def _other_statements(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "return None"
            if isinstance(value, ast.Compare | ast.BoolOp):
                yield f"return not ({ast.unparse(value)})"
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.AugAssign():
            yield "pass"
            if isinstance(node, ast.AugAssign) and type(node.op) in _COUNTED and not _is_text(node.value):
                yield ast.unparse(ast.AugAssign(node.target, _COUNTED[type(node.op)](), node.value))
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "pass"
        case ast.Break():
            yield "continue"
        case ast.Continue():
            yield "break"


def _others(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp(op=joined, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(joined, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=counted, right=right):
            if type(counted) in _COUNTED and not (_is_text(left) or _is_text(right)):
                yield ast.BinOp(left, _COUNTED[type(counted)](), right)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Constant(value=bool() | int() | float() as value):
            yield from map(ast.Constant, [not value] if isinstance(value, bool) else [value + 1, value - 1])
        case ast.Subscript(value=whole, slice=ast.Slice(lower=lower, upper=upper, step=step), ctx=ast.Load()):
            yield from (ast.Subscript(whole, ast.Slice(None, upper, step), ast.Load()) for _ in [lower] if lower)
            yield from (ast.Subscript(whole, ast.Slice(lower, None, step), ast.Load()) for _ in [upper] if upper)
        case ast.Call():
            yield from _called(node)


def _compared(node: ast.Compare) -> Iterator[ast.expr]:
    ops, words = node.ops, node.comparators
    for at, (op, word) in enumerate(zip(ops, words, strict=True)):
        yield ast.Compare(node.left, [*ops[:at], _COMPARED[type(op)](), *ops[at + 1 :]], words)
        if isinstance(word, ast.Constant) and isinstance(word.value, str):
            yield ast.Compare(node.left, ops, [*words[:at], ast.Constant(f"{word.value}_"), *words[at + 1 :]])


def _called(node: ast.Call) -> Iterator[ast.expr]:
    called, given = node.func, node.args
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if other := _CALLED.get(name):
        named = ast.Attribute(called.value, other) if isinstance(called, ast.Attribute) else ast.Name(other)
        yield ast.Call(named, given, node.keywords)
    elif len(given) > 1 and name not in _FIXED and all(isinstance(one, ast.Name) for one in given[:2]):
        yield ast.Call(called, [given[1], given[0], *given[2:]], node.keywords)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))

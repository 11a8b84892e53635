"""What /openapi.json tells, as a page to read: /docs.  It has no script, and loads nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_IBID = Path(__file__).parents[1]
_TEMPLATE, _STYLE = _IBID / "templates" / "reference.html", _IBID / "templates" / "reference.css"
_ICON = _IBID / "page" / "icon.svg"
_CODE = re.compile(r"`([^`]+)`")
_KEY = "All under /v1, and /metrics and this page, demands a key: Authorization: Bearer KEY."
_Told = Mapping[str, Any]
# What is told of a route, its method and its path.
_Route = tuple[_Told, str, str]


def reference_routes(told: Callable[[], _Told]) -> list[Route]:
    """The routes of the page; `told` gives the OpenAPI document."""

    def page(request: Request) -> Response:
        return _sent(reference(told(), str(request.base_url).rstrip("/")), "text/html")

    def style(_: Request) -> Response:
        return _sent(_STYLE.read_text(encoding="utf-8"), "text/css")

    def icon(_: Request) -> Response:
        return _sent(_ICON.read_text(encoding="utf-8"), "image/svg+xml")

    parts = {"/docs": page, "/docs/style.css": style, "/docs/icon.svg": icon}
    return [Route(path, part, include_in_schema=False) for path, part in parts.items()]


def _sent(text: str, kind: str) -> Response:
    return Response(text, media_type=f"{kind}; charset=utf-8", headers={"Cache-Control": "no-cache"})


def reference(told: _Told, address: str) -> str:
    """The page of an OpenAPI document, with commands that ask the server at `address`."""
    routes = [(what, method.upper(), path) for path, of in told["paths"].items() for method, what in of.items()]
    groups = [(tag, list(routes)) for tag, routes in groupby(routes, lambda route: route[0]["tags"][0])]
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        title=f"{escape(told['info']['title'])} {escape(told['info']['version'])}: the API",
        description=escape(told["info"]["description"]),
        key=_KEY if told.get("security") else "",
        contents="\n".join(_contents(groups)),
        body="\n".join([*_operations(groups, told, address), *_schemas(told)]),
    )


def _contents(groups: Iterable[tuple[str, list[_Route]]]) -> Iterator[str]:
    for tag, routes in groups:
        yield f"<p>{_title(tag)}</p>\n<ul>"
        for operation, method, path in routes:
            yield f'<li><a href="#{operation["operationId"]}">{method} {escape(path)}</a></li>'
        yield "</ul>"
    yield '<p><a href="#schemas">What is taken and given</a></p>'


def _operations(groups: Iterable[tuple[str, list[_Route]]], told: _Told, address: str) -> Iterator[str]:
    for number, (tag, routes) in enumerate(groups):
        yield f'<section>\n<h2 id="tag{number}">{_title(tag)}</h2>'
        for operation, method, path in routes:
            yield from _operation(operation, method, path, told, address)
        yield "</section>"


def _operation(operation: _Told, method: str, path: str, told: _Told, address: str) -> Iterator[str]:
    name = operation["operationId"]
    yield f'<section>\n<h3 id="{name}">{escape(operation["summary"])}</h3>'
    yield f'<p><code><b class="method">{method}</b> {escape(path)}</code></p>\n{_words(operation["description"])}'
    parameters = operation.get("parameters", [])
    if parameters:
        yield "<h4>Parameters</h4>"
        rows = [
            (f"<code>{escape(p['name'])}</code>", f"{_type(p['schema'])}, in the {p['in']}", _about(p, p["required"]))
            for p in parameters
        ]
        yield _table(("Name", "Type", "What it is"), rows)
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<h4>Body</h4>\n<p><code>{escape(kind)}</code>: {_type(content['schema'])}</p>"
    yield f"<h4>By curl</h4>\n{_code(_curl(operation, method, path, told, address))}"
    yield "<h4>Responses</h4>"
    rows = [(status, _inline(r["description"]), _content(r)) for status, r in sorted(operation["responses"].items())]
    yield _table(("Status", "When", "What comes"), rows)
    yield "</section>"


def _schemas(told: _Told) -> Iterator[str]:
    yield '<section>\n<h2 id="schemas">What is taken and given</h2>'
    for name, schema in sorted(told["components"]["schemas"].items()):
        yield f'<section>\n<h3 id="{name}">{escape(name)}</h3>'
        yield _words(schema.get("description", ""))
        needed = schema.get("required", ())
        rows = [
            (f"<code>{escape(field)}</code>", _type(of), _about(of, field in needed))
            for field, of in schema.get("properties", {}).items()
        ]
        yield _table(("Field", "Type", "What it is"), rows)
        for example in schema.get("examples", ()):
            yield f"<details>\n<summary>{escape(name)}, by example</summary>\n{_code(_json(example))}\n</details>"
        yield "</section>"
    yield "</section>"


def _curl(operation: _Told, method: str, path: str, told: _Told, address: str) -> str:
    """A command that asks the route, with the examples that it is told with."""
    given: dict[str, dict[str, str]] = {p["in"]: {} for p in operation.get("parameters", ())}
    for parameter in operation.get("parameters", ()):
        examples = parameter["schema"].get("examples")
        if examples or parameter["required"]:
            given[parameter["in"]][parameter["name"]] = str((examples or [parameter["name"].upper()])[0])
    for name, value in given.get("path", {}).items():
        path = path.replace(f"{{{name}}}", quote(value))
    query = f"?{urlencode(given['query'])}" if given.get("query") else ""
    parts = ["curl", *(["-X", method] if method not in ("GET", "POST") else []), shlex.quote(f"{address}{path}{query}")]
    if told.get("security") and "401" in operation["responses"]:
        parts += ["-H", "'Authorization: Bearer KEY'"]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content["schema"], told)
        if kind == "application/json":
            parts += ["-H", f"'Content-Type: {kind}'", "-d", shlex.quote(json.dumps(schema["examples"][0]))]
        else:
            parts += ["--data-binary", "@FILE"]
    return " ".join(parts)


def _content(response: _Told) -> str:
    """By which schemas a response comes; of what has none with a name, as what kind."""
    schemas = ((kind, of.get("schema", {})) for kind, of in response.get("content", {}).items())
    return "<br>".join(
        _type(schema) if "$ref" in schema else f"<code>{escape(kind)}</code>" for kind, schema in schemas
    )


def _type(schema: _Told) -> str:
    """The type of a schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in values)
    if schema.get("type") == "array":
        items = schema.get("prefixItems", [schema.get("items", {})])
        return f"list of {', '.join(map(_type, items))}"
    return escape(str(schema.get("type", "any")))


def _about(told: _Told, is_needed: bool) -> str:
    """What a field is, and what it is where it is not given."""
    schema = told.get("schema", told)
    default = schema.get("default")
    where_not = "" if is_needed else "May be left out."
    if default not in (None, []):
        where_not = f"If left out: <code>{escape(json.dumps(default), quote=False)}</code>."
    return " ".join(filter(None, (_inline(told.get("description", "")), where_not)))


def _resolved(schema: _Told, told: _Told) -> _Told:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: _Told = told["components"]["schemas"][name] if name else schema
    return found


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells, less the last column where nothing stands in it."""
    width = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
    head = "".join(f'<th scope="col">{name}</th>' for name in heads[:width])
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row[:width])}</tr>" for row in rows)
    return f'<table class="{heads[0].lower()}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def _title(tag: str) -> str:
    return escape(tag[:1].upper() + tag[1:])


def _words(text: str) -> str:
    return "\n".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n") if part)


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def _code(text: str) -> str:
    return f'<pre tabindex="0"><code>{escape(text, quote=False)}</code></pre>'


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)

"""OpenAPI 3.1 of the hub, read off the route table: what stands there is what can be reached."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from kaihoken import __version__
from kaihoken.coverage import Advisory, DifferenceKind, QuestionKind, Situation, StepKind
from kaihoken.hub.routes import Body, Route, RouteTable
from kaihoken.payment import ShareKind
from kaihoken.problems import catalogue

Json = dict[str, Any]
"""A piece of a JSON document: its shape is the standard's, not ours."""

_PROBLEM_SCHEMA: Json = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "code", "title_ja", "detail_ja"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "title_ja": {"type": "string"},
        "detail_ja": {"type": "string"},
        "where": {"type": "string", "description": "path of the field, where there is one"},
        "facts": {"type": "object"},
    },
}

_ID: Json = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,64}$"},
}

_WORDS_OF: Mapping[tuple[str, str], type[StrEnum]] = {
    ("Answer", "kind"): QuestionKind,
    ("Answer", "situation"): Situation,
    ("StepSaid", "kind"): StepKind,
    ("AdvisorySaid", "kind"): Advisory,
    ("DifferenceSaid", "kind"): DifferenceKind,
    ("ShareSaid", "kind"): ShareKind,
}
"""Fields of an answer that hold one of a few words."""


def openapi(table: RouteTable, token_url: str) -> bytes:
    """The document, as JSON."""
    kinds = [
        body.kind
        for route in table.routes
        for body in (*route.reads, *route.answers)
        if body.kind is not None
    ]
    schemas, components = msgspec.json.schema_components(
        kinds, schema_hook=_any, ref_template="#/components/schemas/{name}"
    )
    for (name, field), words in _WORDS_OF.items():
        components[name]["properties"][field]["enum"] = [word.value for word in words]
    described = _Schemas({id(kind): schema for kind, schema in zip(kinds, schemas, strict=True)})
    paths: Json = {}
    for route in table.routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, described)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Kaihoken 皆保険",
            "version": __version__,
            "description": "架空のデータ・国の公式システムではありません。 Eligibility of health coverage as Japan "
            "practises it. Personal identifiers travel only in bodies.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {**components, **described.trees, "Problem": _PROBLEM_SCHEMA},
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "description": "Client credentials by private_key_jwt (RFC 7523); tokens live five minutes.",
                    "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": _scopes(table)}},
                }
            },
        },
    }
    return msgspec.json.encode(document)


class _Schemas:
    """The schema of each body. That of a type is by its name in the components, and so is a tree that several places
    share: `trees` are those, by their title or the name of their first place."""

    def __init__(self, by_kind: Mapping[int, Json]) -> None:
        self._by_kind = by_kind
        self._names: dict[bytes, str] = {}
        self.trees: Json = {}

    def of(self, body: Body, name: str) -> Json | None:
        """The schema of a body at the place of this name, None where nothing describes it."""
        if body.kind is not None:
            return self._by_kind[id(body.kind)]
        if body.schema is None or "properties" not in body.schema:
            return None if body.schema is None else dict(body.schema)
        form = "Xml" if body.media_type.endswith("xml") else ""
        name = str(body.schema.get("title", f"{name}{form}"))
        known = self._names.setdefault(msgspec.json.encode(body.schema), name)
        self.trees.setdefault(known, body.schema)
        return {"$ref": f"#/components/schemas/{known}"}


def _any(_: type) -> Json:
    """Values whose shape another document describes: receipts (docs/audit.md), problems (RFC 9457)."""
    return {"description": "any JSON value"}


def _scopes(table: RouteTable) -> Json:
    return {route.scope.value: route.summary_en for route in table.routes if route.scope is not None}


def _operation(route: Route, described: _Schemas) -> Json:
    words = re.findall(r"[A-Za-z0-9]+", route.path)
    name = "".join(word[0].upper() + word[1:] for word in words)
    operation: Json = {
        "operationId": "_".join((route.method.lower(), *words)),
        "summary": route.summary_en,
        "description": route.summary_ja,
        "responses": _responses(route, described, f"{name}Answer"),
    }
    if route.scope is not None:
        operation["security"] = [{"token": [route.scope.value]}]
    parameters = [*([_ID] if route.path.endswith("{id}") else []), *map(dict, route.parameters)]
    if parameters:
        operation["parameters"] = parameters
    if route.reads:
        operation["requestBody"] = {
            "required": True,
            "content": _content(route.reads, described, f"{name}Request"),
        }
    return operation


def _responses(route: Route, described: _Schemas, name: str) -> Json:
    said = f" {' '.join(route.said_in_answer)}" if route.said_in_answer else ""
    responses: Json = {
        "200": {
            "description": f"答え / the answer{said}",
            "content": _content(route.answers, described, name),
            **(
                {"headers": {"Kaihoken-Receipt": _text_header("docs/audit.md")}}
                if route.refuses_in_kind and route.receipt_header
                else {}
            ),
        }
    }
    for code in route.problems:
        status = str(catalogue()[code].status)
        response = responses.setdefault(status, _refusal(route, status, described, name))
        response["description"] = f"{response['description']} {code}".strip()
    return responses


def _refusal(route: Route, status: str, described: _Schemas, name: str) -> Json:
    headers = {name: _text_header(meaning) for name, meaning in _HEADERS.get(status, ())}
    return {
        "description": "",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
            **(_content(route.answers, described, name) if route.refuses_in_kind else {}),
        },
        **({"headers": headers} if headers else {}),
    }


_HEADERS = {
    "401": (("WWW-Authenticate", "RFC 6750"),),
    "403": (("WWW-Authenticate", "RFC 6750: where a scope is missing"),),
    "429": (("Retry-After", "seconds"),),
}


def _text_header(meaning: str) -> Json:
    return {"description": meaning, "schema": {"type": "string"}}


def _content(bodies: tuple[Body, ...], described: _Schemas, name: str) -> Json:
    return {body.media_type: _described(body, described.of(body, name)) for body in bodies}


def _described(body: Body, schema: Json | None) -> Json:
    return {
        **({"schema": schema} if schema is not None else {}),
        **({"example": body.example} if body.example is not None else {}),
    }

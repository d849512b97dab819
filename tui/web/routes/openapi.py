"""`/openapi.json`: what the service understands, made of its endpoints and structs. OpenAPI 3.1."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tui.web.request_refusals import STATUS, Code, ErrorAnswer
from tui.web.routes.endpoint import Endpoint
from tui.web.routes.json_answers import answered

_REF = "#/components/schemas/{name}"
_ALWAYS: tuple[Code, ...] = ("BAD_REQUEST", "FORBIDDEN", "RATE_LIMITED", "INTERNAL")
_WITH_TOKEN: tuple[Code, ...] = ("UNAUTHORIZED",)


class OpenApi:
    """Describes these endpoints, and itself."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._endpoints = [*endpoints, self.endpoint]

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(
            method="GET",
            path="/openapi.json",
            handler=self.show,
            summary="This description",
            open=True,
        )

    async def show(self, _: Request) -> Response:
        return answered(self.document())

    def document(self) -> dict[str, Any]:
        """The description, as JSON is written."""
        structs: dict[type, None] = {ErrorAnswer: None}
        for one in self._endpoints:
            structs |= dict.fromkeys(filter(None, (one.body, one.answer)))
            structs |= dict.fromkeys((one.events or {}).values())
        _, components = msgspec.json.schema_components(list(structs), ref_template=_REF)
        paths: dict[str, dict[str, Any]] = {}
        for one in self._endpoints:
            paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "streamtui",
                "version": version("streamtui"),
                "description": "An agent over HTTP: sessions, messages, and a stream of events.",
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": "/"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }


def _operation(one: Endpoint) -> dict[str, Any]:
    codes = (*_ALWAYS, *(() if one.open else _WITH_TOKEN), *one.refuses)
    operation: dict[str, Any] = {
        "summary": one.summary,
        "operationId": _operation_id(one),
        "responses": {str(one.status): _answer(one), **_refusals(codes)},
    }
    if parameters := _parameters(one):
        operation["parameters"] = parameters
    if one.body is not None:
        operation["requestBody"] = {
            "required": one.body_required,
            "content": {"application/json": {"schema": _ref(one.body)}},
        }
    if one.open:
        operation["security"] = []
    return operation


def _operation_id(one: Endpoint) -> str:
    words = [word for word in re.split(r"[^a-z]+", one.path) if word not in {"", "id"}]
    return "_".join((one.method.lower(), *words, *(["one"] if one.path.endswith("}") else [])))


def _parameters(one: Endpoint) -> list[dict[str, Any]]:
    string = {"type": "string"}
    path = [
        {"name": name, "in": "path", "required": True, "schema": string}
        for name in re.findall(r"{(\w+)}", one.path)
    ]
    query = [
        {"name": name, "in": "query", "schema": string, "description": what}
        for name, what in one.query.items()
    ]
    if one.resumes:
        what = "The id of the last message that you have: the stream continues after it."
        query += [
            {"name": "Last-Event-ID", "in": "header", "schema": string, "description": what},
            {"name": "last_event_id", "in": "query", "schema": string, "description": what},
        ]
    return [*path, *query]


def _answer(one: Endpoint) -> dict[str, Any]:
    if one.events is not None:
        stream = {
            "schema": {"type": "string", "description": "Server-sent events; data is JSON."},
            "x-events": {name: _ref(event) for name, event in one.events.items()},
        }
        return {"description": "A stream of events.", "content": {"text/event-stream": stream}}
    if one.answer is None:
        return {"description": "Done."}
    return {"description": "Done.", "content": {"application/json": {"schema": _ref(one.answer)}}}


def _refusals(codes: Sequence[Code]) -> dict[str, Any]:
    by_status: dict[int, list[Code]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code], []).append(code)
    return {
        str(status): {
            "description": ", ".join(sorted(of_status)),
            "content": {"application/json": {"schema": _ref(ErrorAnswer)}},
        }
        for status, of_status in sorted(by_status.items())
    }


def _ref(struct: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=struct.__name__)}

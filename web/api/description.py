"""The API's description, made from its table. OpenAPI 3.1."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from web.api import problems
from web.api.operations import OPERATIONS, Operation
from web.api.shapes import SCHEMAS, Shape

REFUSALS = (
    HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)  # fmt: skip


@cache
def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        path = "/api/v1" + re.sub(r"<(\w+)>", r"{\1}", operation.rule)
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Astreinte",
            "version": "1",
            "description": "Ouvrir, lire et annoter des tickets ; qui est d'astreinte ; les plannings.",
        },
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _content("Problem", "Refus", problems.CONTENT_TYPE)},
        },
        "security": [{"token": []}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Droit : `{operation.scope}`.",
        "parameters": [
            *(_parameter(name, "path", shape) for name, shape in operation.path.items()),
            *(_parameter(name, "query", shape) for name, shape in operation.query.items()),
            *(_parameter(name, "header", shape) for name, shape in operation.headers.items()),
        ],
        "responses": {
            str(int(operation.status)): _content(operation.gives, "Fait", "application/json", many=operation.many),
            **{str(int(status)): {"$ref": "#/components/responses/Problem"} for status in REFUSALS},
        },
    }
    if operation.body:
        found["requestBody"] = {"required": True, **_content(operation.takes, "", "application/json")}
        del found["requestBody"]["description"]
    return found


def _parameter(name: str, where: str, shape: Shape) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": shape}


def _content(name: str, description: str, content_type: str, *, many: bool = False) -> dict[str, Any]:
    shape: Shape = {"$ref": f"#/components/schemas/{name}"}
    schema = {"type": "array", "items": shape} if many else shape
    return {"description": description, "content": {content_type: {"schema": schema}}}

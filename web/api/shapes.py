"""The shapes of the API's values: published as they are, and what requests are judged by. JSON Schema 2020-12."""

from typing import Any

from tickets.states import Kind, State

Shape = dict[str, Any]
REFERENCE = "^[A-Z]{1,6}-[0-9]{2}-[0-9]{5,}-[0-9]$"
KEY = "^[!-~]{1,200}$"


def text(most: int, least: int = 0) -> Shape:
    return {"type": "string", "minLength": least, "maxLength": most}


def nullable(shape: Shape) -> Shape:
    return {**shape, "type": [shape["type"], "null"]}


def made_of(properties: dict[str, Shape], *needed: str) -> Shape:
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


def listed(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


INSTANT: Shape = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC"}
CODE, STRING, FLAG = text(60, 1), {"type": "string"}, {"type": "boolean"}
NATURES = ["service_loss", "change", "information"]

DECLARATION = made_of(
    {
        "client": CODE | {"description": "Code du client ; celui du jeton, si le jeton est d'un client."},
        "kind": {"type": "string", "enum": list(Kind), "default": "incident"},
        "nature": {"type": "string", "enum": NATURES},
        "entity": CODE,
        "service": text(200, 1),
        "sites": {"type": "array", "items": text(200, 1), "maxItems": 50},
        "caller": text(30, 1) | {"description": "Numéro où rappeler."},
        "email": {"type": "string", "maxLength": 200, "pattern": "^[!-?A-~]+@[!-?A-~]+\\.[!-?A-~]+$"},
        "contact": text(500),
        "site_contact": text(500),
        "keep_informed": text(500),
        "description": text(10_000, 1),
        "location": text(500),
        "consequences": text(2_000),
    },
    "description",
)
NOTE = made_of({"text": text(10_000, 1), "public": FLAG | {"default": False}}, "text")
TICKET = made_of(
    {
        "reference": {"type": "string", "pattern": REFERENCE},
        "kind": {"type": "string", "enum": list(Kind)},
        "state": {"type": "string", "enum": list(State)},
        **{name: nullable(STRING) for name in ("nature", "refusal", "entity", "client", "service", "level")},
        **{name: nullable(STRING) for name in ("caller", "acknowledged_by", "follows")},
        "sites": listed(STRING),
        "verified": FLAG,
        "paged": FLAG,
        **dict.fromkeys(("received_at", "opened_at"), INSTANT),
        **{
            name: nullable(INSTANT)
            for name in ("qualified_at", "acknowledged_at", "due_respond_at", "due_restore_at")
        },
        **dict.fromkeys(("contact", "site_contact", "keep_informed", "description", "location"), STRING),
        "consequences": STRING,
    },
    "reference", "kind", "state", "received_at", "opened_at",
)  # fmt: skip
EVENT = made_of(
    {
        "id": {"type": "integer"},
        "at": INSTANT,
        "kind": STRING,
        "who": STRING,
        "details": {"type": "object"},
    },
    "id", "at", "kind", "who", "details",
)  # fmt: skip
LAYER = made_of(
    {"layer": STRING, "engineers": listed(STRING), "reason": STRING, "until": nullable(INSTANT)},
    "layer", "engineers", "reason", "until",
)  # fmt: skip
ON_CALL = made_of(
    {"entity": STRING, "open": FLAG, "until": nullable(INSTANT), "rota": nullable(STRING), "layers": listed(LAYER)},
    "entity", "open", "until", "rota", "layers",
)  # fmt: skip
ROTA = made_of({"code": STRING, "timezone": STRING, "layers": listed(STRING)}, "code", "timezone", "layers")
SHIFT = made_of(
    {
        "uid": STRING, "layer": STRING, "engineer": STRING, "from": INSTANT, "until": INSTANT,
        "cancelled": FLAG, "published_at": INSTANT,
    },
    "uid", "layer", "engineer", "from", "until", "cancelled", "published_at",
)  # fmt: skip
PROBLEM = {
    "type": "object",
    "properties": {
        "type": STRING,
        "title": STRING,
        "status": {"type": "integer"},
        "detail": STRING,
        "errors": listed(made_of({"place": STRING, "detail": STRING}, "place", "detail")),
    },
    "required": ["type", "title", "status", "detail"],
}
SCHEMAS: dict[str, Shape] = {
    "Declaration": DECLARATION, "Note": NOTE, "Ticket": TICKET, "Event": EVENT, "OnCall": ON_CALL, "Rota": ROTA,
    "Shift": SHIFT, "Problem": PROBLEM,
}  # fmt: skip

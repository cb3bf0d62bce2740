"""Twilio's own OpenAPI description as judge of what we ask.

It is data of the workshop, not of the repository: without it these tests are skipped."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared/data/twilio_api_v2010.json"
SID = re.compile(r"/(?!AC)[A-Z]{2}[0-9a-f]{32}(?=[./])")
Fields = Mapping[str, Sequence[str]]
FORM = "application/x-www-form-urlencoded"


@cache
def description() -> dict[str, Any]:
    if not DESCRIPTION.is_file():
        pytest.skip(f"Twilio's OpenAPI description is not at {DESCRIPTION}")
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return found


def faults(method: str, path: str, query: Fields, form: Fields) -> list[str]:
    """What Twilio's description has against this request."""
    template = SID.sub("/{Sid}", re.sub(r"/AC[0-9a-f]{32}", "/{AccountSid}", path))
    item = description()["paths"].get(template, {})
    operation = item.get(method.lower())
    if operation is None:
        return [f"no such operation: {method} {template}"]
    found = []
    named = {p["name"]: p["schema"] for p in [*item.get("parameters", []), *operation.get("parameters", [])]}
    body = operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
    found += [f"missing {name}" for name in body.get("required", []) if name not in form]
    for given, known in ((query, named), (form, body.get("properties", {}))):
        for name, values in given.items():
            if name not in known:
                found.append(f"unknown {name}")
            else:
                found += _value_faults(name, values, known[name])
    return found


def _value_faults(name: str, values: Sequence[str], schema: dict[str, Any]) -> list[str]:
    is_list = schema.get("type") == "array"
    if len(values) != 1 and not is_list:
        return [f"{name} given {len(values)} times"]
    number = int(values[0]) if schema.get("type") == "integer" and values[0].isdigit() else values[0]
    value: object = list(values) if is_list else number
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    return [
        f"{name}: {fault.message}"
        for fault in jsonschema.Draft7Validator(schema, format_checker=checker).iter_errors(value)
    ]

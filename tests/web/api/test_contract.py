"""The API does what it says: thousands of requests made from its own description, sound ones and others."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from werkzeug.test import Client

from tests.support.phone import Line
from tests.web.api.conftest import Headers, Program
from tests.web.api.test_api import DECLARED
from web.api.description import document
from web.api.operations import OPERATIONS

EXAMPLES = settings(
    max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
)  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_answer_is_as_described(line: Line, token: Callable[..., Headers], operation: Any) -> None:
    headers = token()
    Program(line.app.test_client(), headers).posts("/tickets", DECLARED)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", line.app)
    path = "/api/v1" + operation.rule.replace("<", "{").replace(">", "}")
    described = schema[path][operation.method]

    @EXAMPLES
    @given(st.one_of(*(described.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def conforms(case: Any) -> None:
        case.call_and_validate(headers=headers)

    conforms()


def test_it_is_described_to_everybody(browser: Client) -> None:
    answer = browser.get("/api/v1/openapi.json")
    assert answer.json == document()
    assert answer.json["openapi"] == "3.1.0"

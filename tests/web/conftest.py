"""What the tests of people's door share."""

from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from tests.phone import Line
from tests.quiet import quiet_logs


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with quiet_logs():
        yield


@pytest.fixture
def browser(line: Line) -> Client:
    return line.app.test_client()

"""What the tests of Twilio's door share."""

from collections.abc import Iterator

import pytest

from tests.support.phone import Line
from tests.support.quiet import quiet_logs
from tests.webhooks.requests import Twilio


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with quiet_logs():
        yield


@pytest.fixture
def twilio(line: Line) -> Twilio:
    return Twilio(line)

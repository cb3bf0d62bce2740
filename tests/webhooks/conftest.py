"""What the tests of Twilio's door share."""

from collections.abc import Iterator

import pytest
import structlog

from tests.phone import Line
from tests.webhooks.requests import Twilio


@pytest.fixture(scope="session", autouse=True)
def quick_logs() -> Iterator[None]:
    """Logs to nowhere: structlog's own default draws each traceback with its variables, for a second."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)],
        logger_factory=structlog.ReturnLoggerFactory(),
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def twilio(line: Line) -> Twilio:
    return Twilio(line)

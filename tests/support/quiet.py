"""Logs to nowhere, for tests that provoke failures."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog


def quieten() -> None:
    """structlog's own default draws each traceback with its variables, which takes seconds."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)],
        logger_factory=structlog.ReturnLoggerFactory(),
    )


@contextmanager
def quiet_logs() -> Iterator[None]:
    before = structlog.get_config()
    quieten()
    yield
    structlog.configure(**before)

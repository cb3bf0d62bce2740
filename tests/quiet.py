"""Logs to nowhere, for tests that provoke failures."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def quiet_logs() -> Iterator[None]:
    """structlog's own default draws each traceback with its variables, which takes seconds."""
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)],
        logger_factory=structlog.ReturnLoggerFactory(),
    )
    yield
    structlog.configure(**before)

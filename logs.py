"""Logs: one JSON object a line on standard error; telephone numbers keep their last two digits only."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

# International or national in one piece (%2B: in an address), or French in groups of two.
_NUMBER = re.compile(
    r"(?:(?<![0-9A-Za-z])\+?|%2B)\d{7,13}(?=\d{2}(?!\d))"
    r"|(?<![0-9A-Za-z])(?:\+33[ .-]?|0)[1-9](?:[ .-]?\d{2}){3}[ .-]?(?=\d{2}(?!\d))"
)


def configure() -> None:
    """For the processes; a command's own messages are not logs."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_common(), structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written()],
        )
    )
    # What the libraries say comes out the same way: their messages hold numbers too.
    logging.basicConfig(level=logging.WARNING, handlers=[lines], force=True)
    structlog.configure(
        processors=[*_common(), *_written()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _written() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        _mask,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]


def _mask(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name != "timestamp":
            event[name] = masked(value)
    return event


def masked(value: Any) -> Any:
    """The value with the numbers in it shortened, however deep they are."""
    match value:
        case str():
            return _NUMBER.sub("…", value)
        case dict():
            return {masked(name): masked(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [masked(inner) for inner in value]
        case None | bool() | int() | float():
            return value
        case _:
            return masked(str(value))

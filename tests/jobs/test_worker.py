"""The worker in real threads, on the machine's clock: seats, wake-ups, storms, lost connections, ends."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from structlog.testing import capture_logs

import clock
from jobs.engine import ClaimedJob, Engine, Kind
from jobs.worker import HELD_BY_OTHERS, Worker
from storage.database import Database
from storage.models import Chore, Mail
from tests.jobs.work import LIMIT, Done, add_chores, add_mails, at_work, row_of, until
from tests.support.databases import apart

SOON = 3.0  # seconds: well below the poll of ten, well above what a wake-up takes


def engine(database: Database, *kinds: Kind) -> Engine:
    return Engine(database, clock.system, kinds)


@pytest.fixture
def elsewhere(database_url: str) -> Iterator[Database]:
    """The database as another process sees it."""
    opened = apart(database_url)
    yield opened
    opened.dispose()


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is sent to the database from now on."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_commit_elsewhere_wakes_the_worker(database: Database, elsewhere: Database) -> None:
    """Without the bell it would sleep for ten seconds; so five times."""
    done = Done()
    with at_work(engine(database, Kind(Chore, done, seats=1))):
        for nth in range(5):
            add_chores(elsewhere, str(nth), at=clock.system())
            until(lambda known=nth: len(done.keys) > known, SOON)  # type: ignore[misc]


def test_a_row_due_later_needs_no_wake_up(database: Database) -> None:
    done = Done()
    add_chores(database, "a", at=clock.system() + timedelta(seconds=0.5))
    with at_work(engine(database, Kind(Chore, done, seats=1))):
        until(lambda: done.keys, SOON)
    assert row_of(database, Chore, "a").run_at is None


@pytest.mark.parametrize("rows", [250])
def test_two_workers_share_a_storm(database: Database, elsewhere: Database, rows: int) -> None:
    """Each row once, and nobody ever finds the database locked."""
    chores, mails = Done(), Done()
    kinds = (Kind(Chore, chores, seats=4), Kind(Mail, mails, seats=4))
    names = [f"{n:03}" for n in range(rows)]
    with capture_logs() as logs, at_work(engine(database, *kinds), engine(elsewhere, *kinds)):
        add_chores(database, *names, at=clock.system())
        add_mails(elsewhere, *names, at=clock.system())
        until(lambda: len(chores.keys) + len(mails.keys) >= 2 * rows, 60)
    assert Counter(chores.keys) == Counter(names)
    assert len(set(mails.keys)) == len(mails.keys) == rows
    assert [log for log in logs if log["log_level"] != "info"] == []


def test_what_is_slow_delays_its_own_kind_only(database: Database, elsewhere: Database) -> None:
    """Mail hangs in all its seats; other work leaves within moments all the same."""
    begun, released = threading.Semaphore(0), threading.Event()
    done = Done()

    def hang(turn: ClaimedJob) -> None:
        begun.release()
        assert released.wait(LIMIT)
        with turn.begin() as (db, _):
            turn.finish(db)

    slow, quick = Kind(Mail, hang, seats=2), Kind(Chore, done, seats=2)
    add_mails(elsewhere, *"abcd", at=clock.system())
    with at_work(engine(database, slow, quick)):
        try:
            assert begun.acquire(timeout=LIMIT)
            assert begun.acquire(timeout=LIMIT)
            add_chores(elsewhere, "a", at=clock.system())
            until(lambda: done.keys, SOON)
            assert not begun.acquire(blocking=False)  # a seat is a limit: no third mail before one is through
        finally:
            released.set()
        assert begun.acquire(timeout=LIMIT)  # a seat that gets free is taken at once


def test_a_raising_kind_leaves_the_others_alone(database: Database) -> None:
    def explode(turn: ClaimedJob) -> None:
        raise RuntimeError("panne")

    done = Done()
    add_mails(database, *"abcdef", at=clock.system())
    add_chores(database, "a", at=clock.system())
    with capture_logs() as logs, at_work(engine(database, Kind(Mail, explode, seats=1), Kind(Chore, done, seats=1))):
        until(lambda: done.keys and sum(log["event"] == "turn failed" for log in logs) >= 6)
    assert row_of(database, Mail, 1).trouble == "RuntimeError: panne"


def test_stop_finishes_what_is_under_way_and_takes_nothing_new(database: Database) -> None:
    begun, released = threading.Event(), threading.Event()

    def hang(turn: ClaimedJob) -> None:
        begun.set()
        assert released.wait(LIMIT)
        with turn.begin() as (db, _):
            turn.finish(db, done_at=turn.now)

    now = clock.system()
    add_chores(database, "first", at=now)
    add_chores(database, "second", at=now + timedelta(microseconds=1))
    worker = Worker(engine(database, Kind(Chore, hang, seats=1)))
    running = threading.Thread(target=worker.run, daemon=True)
    running.start()
    assert begun.wait(LIMIT)
    worker.stop()
    worker.stop()  # a second Ctrl-C changes nothing
    until(worker.stopping.is_set)
    assert running.is_alive()
    released.set()
    running.join(LIMIT)
    assert not running.is_alive()
    assert row_of(database, Chore, "first").run_at is None
    assert (row_of(database, Chore, "second").tries, row_of(database, Chore, "second").done_at) == (0, None)


def test_a_worker_told_to_stop_before_it_began_does_not_begin(database: Database) -> None:
    worker = Worker(engine(database, Kind(Chore, Done(), seats=1)))
    worker.stop()
    running = threading.Thread(target=worker.run, daemon=True)
    running.start()
    running.join(LIMIT)
    assert not running.is_alive()


def test_an_idle_worker_only_reads(database: Database, elsewhere: Database) -> None:
    """Somebody else's commit costs one short read for each kind of work, and no write lock."""
    done = Done()
    with at_work(engine(database, Kind(Chore, done, seats=1), Kind(Mail, Done(), seats=1))):
        add_chores(elsewhere, "a", at=clock.system())
        until(lambda: row_of(elsewhere, Chore, "a").run_at is None)
        with statements(database) as sent:
            for nth in range(3):
                add_mails(elsewhere, f"later {nth}", at=clock.system() + timedelta(hours=1))
                until(lambda known=nth: sum("mails" in statement for statement in sent) > known)  # type: ignore[misc]
    assert {statement.split()[0] for statement in sent} <= {"BEGIN", "SELECT"}
    assert len(sent) <= 40


# ---------------------------------------------------------------- the database fails
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_survives_the_loss_of_its_connections(database: Database, elsewhere: Database) -> None:
    """What a restart of PostgreSQL does: every connection dies, the listening one too."""
    done = Done()
    with capture_logs() as logs, at_work(engine(database, Kind(Chore, done, seats=2))):
        add_chores(elsewhere, "before", at=clock.system())
        until(lambda: done.keys)
        others = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {} AND pid <> pg_backend_pid()")
        with elsewhere.begin() as db:
            db.execute(text(others.text.format("datname = current_database()")))
        until(lambda: any(log["event"].startswith("wake-up lost") for log in logs))
        add_chores(elsewhere, "after", at=clock.system())
        until(lambda: "after" in done.keys)
    assert sorted(done.keys) == ["after", "before"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_row_that_somebody_holds_is_not_asked_for_without_pause(database: Database, elsewhere: Database) -> None:
    """Due, but locked by a session that lingers: the worker looks ten times a second, not ten thousand."""
    done = Done()
    add_chores(database, "a", at=clock.system())
    with elsewhere.engine.connect() as holder:
        holder.execute(text("SELECT name FROM chores FOR UPDATE"))
        with statements(database) as sent, at_work(engine(database, Kind(Chore, done, seats=1))):
            begun = time.monotonic()
            until(lambda: sum("UPDATE" in statement for statement in sent) >= 8)
            assert time.monotonic() - begun >= 5 * HELD_BY_OTHERS
            assert not done.keys
            holder.rollback()
            until(lambda: done.keys)


def test_a_dispatcher_outlives_a_database_that_cannot_be_read(database: Database) -> None:
    """Its table is missing for a while, as during a restore."""
    done = Done()
    with database.begin() as db:
        db.execute(text("ALTER TABLE chores RENAME TO away"))
    with capture_logs() as logs, at_work(engine(database, Kind(Chore, done, seats=1))):
        until(lambda: any(log["event"] == "dispatch failed" for log in logs))
        with database.begin() as db:
            db.execute(text("ALTER TABLE away RENAME TO chores"))
        add_chores(database, "a", at=clock.system())
        until(lambda: done.keys)


# ---------------------------------------------------------------- the clock is moved
def test_a_clock_moved_by_an_hour_is_noticed_at_the_next_look(database: Database, elsewhere: Database) -> None:
    """Deadlines are on the wall clock, waits are not: nothing that is waited for depends on it."""
    moved = timedelta(0)
    done = Done()
    at = clock.system() + timedelta(minutes=30)
    add_chores(database, "in half an hour", at=at)
    watched = Engine(database, lambda: clock.system() + moved, [Kind(Chore, done, seats=1)])
    with at_work(watched):
        with suppress(AssertionError):
            until(lambda: done.keys, 0.3)
        assert not done.keys
        moved = timedelta(hours=1)
        add_chores(elsewhere, "a look", at=clock.system())
        until(lambda: len(done.keys) == 2)

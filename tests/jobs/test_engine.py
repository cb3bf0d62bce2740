"""The engine: claims, leases, fences, and what is left when a handler fails. One thread, the test's clock."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, text, update

from jobs.engine import BACK_OFF, LEASE, LONGEST_CALL, ClaimedJob, Engine, Kind, LeaseTooShort, Lost
from storage import due
from storage.database import Database
from storage.models import Chore, Mail
from tests.jobs.work import Done, add_chores, add_mails, end_by_another, row_of
from tests.support.phone import TestClock

SECOND = timedelta(seconds=1)


def chores(database: Database, clock: TestClock, handle: Callable[[ClaimedJob], None], seats: int = 3) -> Engine:
    return Engine(database, clock, [Kind(Chore, handle, seats=seats)])


def keys(turns: list[ClaimedJob]) -> list[str]:
    return sorted(turn.key for turn in turns)


# ---------------------------------------------------------------- claims
def test_what_is_due_longest_is_taken_first(database: Database, clock: TestClock) -> None:
    engine = chores(database, clock, Done())
    for name, age in (("young", 1), ("old", 3), ("middle", 2), ("now", 0), ("future", -1)):
        add_chores(database, name, at=clock() - age * SECOND)
    assert keys(engine.take(engine.kinds[0], 2)) == ["middle", "old"]
    assert keys(engine.take(engine.kinds[0], 9)) == ["now", "young"]
    assert engine.take(engine.kinds[0], 9) == []
    clock.forward(seconds=1)
    assert keys(engine.take(engine.kinds[0], 9)) == ["future"]


def test_no_more_is_taken_than_there_are_seats(database: Database, clock: TestClock) -> None:
    """PostgreSQL may run a subquery again for every row of the table; planned so here on purpose."""
    add_chores(database, *"abcdefgh", at=clock())
    with database.begin() as db:
        if not database.is_sqlite:
            db.execute(text("ANALYZE chores"))
            for plan in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
                db.execute(text(f"SET LOCAL enable_{plan} = off"))
        assert len(due.claim(db, Chore, clock(), LEASE, 2)) == 2


def test_a_claimed_row_is_due_again_when_its_lease_ends(database: Database, clock: TestClock) -> None:
    """A worker that dies needs no recovery: its rows come back by themselves."""
    engine = chores(database, clock, Done())
    add_chores(database, "a", at=clock())
    assert keys(engine.take(engine.kinds[0], 3)) == ["a"]
    clock.forward(seconds=LEASE.total_seconds() - 0.001)
    assert engine.take(engine.kinds[0], 3) == []
    clock.forward(seconds=0.001)
    assert keys(engine.take(engine.kinds[0], 3)) == ["a"]
    assert row_of(database, Chore, "a").tries == 2


def test_two_engines_and_one_row(database_url: str, database: Database, clock: TestClock) -> None:
    """They start at the same moment, thirty times; one of them has it, the other goes without."""
    other = Database(database_url)
    engines = [chores(database, clock, Done()), chores(other, clock, Done())]
    start = threading.Barrier(2)
    taken: list[str] = []

    def take(engine: Engine) -> None:
        for _ in range(30):
            start.wait(20)
            taken.extend(keys(engine.take(engine.kinds[0], 1)))
            start.wait(20)
            clock.forward(hours=1)  # the lease is over for the next round

    add_chores(database, "a", at=clock())
    threads = [threading.Thread(target=take, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    other.dispose()
    assert taken == ["a"] * 30


def test_next_moment(database: Database, clock: TestClock) -> None:
    engine = chores(database, clock, Done())
    assert engine.next_moment(engine.kinds[0]) is None
    add_chores(database, "later", at=clock() + 60 * SECOND)
    add_chores(database, "sooner", at=clock() + 7 * SECOND)
    assert engine.next_moment(engine.kinds[0]) == clock() + 7 * SECOND
    with database.begin() as db:
        end_by_another(db, Chore, "sooner")
    assert engine.next_moment(engine.kinds[0]) == clock() + 60 * SECOND


# ---------------------------------------------------------------- a clock that was ahead
@pytest.mark.parametrize("ahead", [timedelta(minutes=3), timedelta(hours=1), timedelta(days=1)])
@pytest.mark.parametrize(
    ("tries", "after"),
    [
        pytest.param(0, timedelta(0), id="it waits longer than its kind ever does: now"),
        pytest.param(1, LEASE, id="leased, and somebody may be at it: when a lease is over"),
    ],
)
def test_what_a_clock_that_was_ahead_has_put_off_is_taken_up(
    database: Database, clock: TestClock, ahead: timedelta, tries: int, after: timedelta
) -> None:
    done = Done()
    engine = Engine(database, clock, [Kind(Chore, done, seats=1, latest=lambda _, now: now + 60 * SECOND)])
    add_chores(database, "a", at=clock() + ahead)
    add_chores(database, "waits as it should", at=clock() + 50 * SECOND)
    with database.begin() as db:
        db.execute(update(Chore).where(Chore.name == "a").values(tries=tries))
    engine.run_due()
    assert row_of(database, Chore, "a").run_at == (None if not tries else clock() + after)
    clock.forward(seconds=after.total_seconds())
    engine.run_due()
    assert done.keys == ["a"]


def test_the_clock_goes_back_while_a_row_is_leased(database: Database, clock: TestClock) -> None:
    """Its worker was killed: the lease ends tomorrow, by the clock that gave it."""
    done = Done()
    engine = chores(database, clock, done)
    add_chores(database, "a", at=clock())
    clock.forward(days=1)
    assert keys(engine.take(engine.kinds[0], 1)) == ["a"]
    clock.forward(days=-1)
    for _ in range(3):
        engine.run_due()
        clock.forward(seconds=LEASE.total_seconds())
    assert done.keys == ["a"]


def test_a_turn_that_outlives_a_jump_of_the_clock_ends_as_it_should(database: Database, clock: TestClock) -> None:
    """Back by a day in its middle: nobody else has looked yet, and its token is the one that it was given."""
    engine = chores(database, clock, Done())
    clock.forward(days=1)
    add_chores(database, "a", at=clock())
    [turn] = engine.take(engine.kinds[0], 1)
    clock.forward(days=-1)
    with turn.begin() as (db, _):
        turn.finish(db, run_at=turn.now + SECOND)
    assert row_of(database, Chore, "a").run_at == clock() + SECOND


def test_moments_that_are_facts_are_left_where_they_are(database: Database, clock: TestClock) -> None:
    """A commitment of next month, a shift of the next year."""
    engine = chores(database, clock, Done())
    add_chores(database, "a", at=clock() + timedelta(days=300))
    assert engine.run_due() == 0
    assert row_of(database, Chore, "a").run_at == clock() + timedelta(days=300)


# ---------------------------------------------------------------- the fence
def let_go(db: Connection) -> None:
    end_by_another(db, Chore, "a")


def postpone(db: Connection) -> None:
    db.execute(update(Chore).values(run_at=datetime(2030, 1, 1, tzinfo=UTC)))


def erase(db: Connection) -> None:
    db.execute(delete(Chore))


TAKEN_AWAY = [
    pytest.param(let_go, id="acknowledged or cancelled: nothing is left to do"),
    pytest.param(postpone, id="claimed by another after the lease"),
    pytest.param(erase, id="the row is gone"),
]


@pytest.mark.parametrize("take_away", TAKEN_AWAY)
@pytest.mark.parametrize("at", ["before the intent", "during the call"])
def test_a_turn_whose_row_was_taken_away_changes_nothing(
    database: Database, clock: TestClock, take_away: Callable[[Connection], None], at: str
) -> None:
    called: list[str] = []

    def handle(turn: ClaimedJob) -> None:
        if at == "before the intent":
            _in_another_transaction(database, take_away)
        with turn.begin() as (db, _):
            turn.save(db)
        called.append("out")
        if at == "during the call":
            _in_another_transaction(database, take_away)
        with turn.begin() as (db, _):
            turn.finish(db, run_at=clock(), done_at=clock())

    engine = chores(database, clock, handle)
    add_chores(database, "a", at=clock())
    engine.run(engine.take(engine.kinds[0], 1)[0])
    assert called == (["out"] if at == "during the call" else [])
    with database.read() as db:
        left = db.execute(due.table_of(Chore).select()).one_or_none()
    assert left is None or (left.done_at, left.trouble) == (None, "")
    assert engine.run_due() == 0


def _in_another_transaction(database: Database, act: Callable[[Connection], None]) -> None:
    with database.begin() as db:
        act(db)


def test_a_turn_that_goes_on_holds_its_row(database: Database, clock: TestClock) -> None:
    """Two calls of eight seconds are more than a lease of fifteen: progress renews it."""
    engine = chores(database, clock, Done())
    add_chores(database, "a", at=clock())
    [turn] = engine.take(engine.kinds[0], 1)
    for _ in range(3):
        clock.forward(seconds=10)
        with turn.begin() as (db, _):
            turn.save(db)
        assert engine.take(engine.kinds[0], 1) == []
    clock.forward(seconds=15)
    [successor] = engine.take(engine.kinds[0], 1)
    with pytest.raises(Lost), turn.begin():
        pass
    with successor.begin() as (db, _):
        successor.finish(db)


def test_a_renewal_that_is_undone_leaves_the_failure_visible(database: Database, clock: TestClock) -> None:
    def handle(turn: ClaimedJob) -> None:
        clock.forward(seconds=10)
        with turn.begin() as (db, _):
            turn.save(db)
            raise RuntimeError("avant le commit")

    engine = chores(database, clock, handle)
    add_chores(database, "a", at=clock())
    engine.run(engine.take(engine.kinds[0], 1)[0])
    row = row_of(database, Chore, "a")
    assert (row.run_at, row.trouble) == (clock() + BACK_OFF[0], "RuntimeError: avant le commit")


@pytest.mark.parametrize(
    ("lease", "refused"),
    [
        pytest.param(LONGEST_CALL - SECOND, True, id="shorter than a call: work would be done twice"),
        pytest.param(LONGEST_CALL, True, id="no longer than a call"),
        pytest.param(LONGEST_CALL + SECOND, False, id="longer than a call"),
    ],
)
def test_a_lease_outlasts_a_call(database: Database, clock: TestClock, lease: timedelta, refused: bool) -> None:
    kinds = [Kind(Mail, Done(), seats=1), Kind(Chore, Done(), seats=1, lease=lease)]
    if not refused:
        assert Engine(database, clock, kinds).kinds == kinds
        return
    with pytest.raises(LeaseTooShort, match="Chore"):
        Engine(database, clock, kinds)


# ---------------------------------------------------------------- handlers that fail
def test_a_handler_that_always_raises_backs_off_and_stays_visible(database: Database, clock: TestClock) -> None:
    def explode(turn: ClaimedJob) -> None:
        raise RuntimeError(f"panne de {turn.key}")

    mailed = Done()
    engine = Engine(database, clock, [Kind(Chore, explode, seats=2), Kind(Mail, mailed, seats=2)])
    add_chores(database, "a", at=clock())
    for tries, pause in enumerate((*BACK_OFF, BACK_OFF[-1], BACK_OFF[-1]), start=1):
        add_mails(database, f"mail {tries}", at=clock())
        assert engine.run_due() == 2
        row = row_of(database, Chore, "a")
        assert (row.tries, row.trouble, row.run_at) == (tries, "RuntimeError: panne de a", clock() + pause)
        clock.forward(seconds=pause.total_seconds() - 0.001)
        assert engine.run_due() == 0
        clock.forward(seconds=0.001)
    assert len(mailed.keys) == len(BACK_OFF) + 2


def test_a_success_forgets_the_failures_before_it(database: Database, clock: TestClock) -> None:
    faults = [RuntimeError("une fois"), RuntimeError("deux fois")]

    def handle(turn: ClaimedJob) -> None:
        if faults:
            raise faults.pop(0)
        with turn.begin() as (db, _):
            turn.finish(db, run_at=turn.now + 60 * SECOND)

    engine = chores(database, clock, handle)
    add_chores(database, "a", at=clock())
    for pause in (0, 2, 5):
        clock.forward(seconds=pause)
        assert engine.run_due() == 1
    row = row_of(database, Chore, "a")
    assert (row.tries, row.trouble, row.run_at) == (0, "", clock() + 60 * SECOND)


def test_half_a_transaction_is_undone(database: Database, clock: TestClock) -> None:
    def handle(turn: ClaimedJob) -> None:
        with turn.begin() as (db, _):
            turn.finish(db, done_at=turn.now)
            raise RuntimeError("avant le commit")

    engine = chores(database, clock, handle)
    add_chores(database, "a", at=clock())
    engine.run_due()
    row = row_of(database, Chore, "a")
    assert (row.done_at, row.tries, row.trouble) == (None, 1, "RuntimeError: avant le commit")


def test_an_hour_without_worker_is_one_turn_not_many(database: Database, clock: TestClock) -> None:
    """A chore of every minute, missed sixty times, is done once."""
    done: list[str] = []

    def handle(turn: ClaimedJob) -> None:
        done.append(turn.key)
        with turn.begin() as (db, _):
            turn.finish(db, run_at=turn.now + 60 * SECOND)

    engine = chores(database, clock, handle)
    add_chores(database, "a", at=clock())
    engine.run_due()
    clock.forward(hours=1)
    engine.run_due()
    assert done == ["a", "a"]

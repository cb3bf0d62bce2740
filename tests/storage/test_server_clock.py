"""Several machines, one clock: the database server's. Nobody waits for a server that hangs."""

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

import clock
from storage import hosts, server_clock
from storage.database import Database
from storage.server_clock import NOISE, PATIENCE, TRIES, Measure, ServerClock
from tests.jobs.work import until

CLOSE = timedelta(seconds=0.2)


class Machine:
    """A wall clock that somebody moves."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return clock.system() + self.ahead


class Server:
    """A server that shows the right time, shows another, is away or hangs."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self.asked = 0
        self.is_away = False
        self.answers = threading.Event()
        self.answers.set()

    def __call__(self) -> datetime:
        self.asked += 1
        if self.is_away:
            raise ConnectionError("nobody there")
        self.answers.wait(10)
        return clock.system() + self.ahead


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.answers.set()


def error(now: Callable[[], datetime], ahead: timedelta = timedelta(0)) -> timedelta:
    return abs(now() - (clock.system() + ahead))


MOVES = [
    pytest.param(timedelta(days=1), id="a day ahead"),
    pytest.param(timedelta(hours=-1), id="an hour behind"),
    pytest.param(timedelta(seconds=90), id="a minute and a half"),
]


@pytest.mark.parametrize("ahead", MOVES)
def test_a_machine_that_is_wrong_from_the_start(machine: Machine, server: Server, ahead: timedelta) -> None:
    machine.ahead = ahead
    assert error(ServerClock(server, machine=machine)) < CLOSE


@pytest.mark.parametrize("ahead", MOVES)
def test_a_machine_that_is_moved_is_noticed_at_the_next_reading(
    machine: Machine, server: Server, ahead: timedelta
) -> None:
    now = ServerClock(server, machine=machine)
    assert error(now) < CLOSE
    for machine.ahead in (ahead, timedelta(0)):
        assert error(now) < CLOSE


@pytest.mark.parametrize("ahead", MOVES)
def test_machine_and_server_are_moved_together(machine: Machine, server: Server, ahead: timedelta) -> None:
    """One machine for all, or a world whose time somebody sets."""
    now = ServerClock(server, machine=machine)
    now()
    machine.ahead = server.ahead = ahead
    assert error(now, ahead) < CLOSE


def test_a_difference_that_is_noise_changes_nothing(machine: Machine, server: Server) -> None:
    machine.ahead = NOISE * 0.8
    assert error(ServerClock(server, machine=machine), machine.ahead) < CLOSE


def test_readings_ask_nobody_while_nothing_moves(machine: Machine, server: Server) -> None:
    now = ServerClock(server, machine=machine)
    for _ in range(500):
        now()
    assert server.asked <= TRIES


@settings(max_examples=30)
@given(moves=st.lists(st.tuples(st.booleans(), st.floats(-86_400, 86_400)), max_size=6))
def test_whatever_is_moved_it_shows_what_the_server_shows(moves: list[tuple[bool, float]]) -> None:
    machine, server = Machine(), Server()
    now = ServerClock(server, machine=machine)
    for both, seconds in moves:
        machine.ahead += timedelta(seconds=seconds)
        if both:
            server.ahead += timedelta(seconds=seconds)
        until(lambda: error(now, server.ahead) < NOISE + CLOSE)


# ---------------------------------------------------------------- a server in trouble
def test_a_server_that_is_away_costs_its_last_word(machine: Machine, server: Server) -> None:
    machine.ahead = timedelta(hours=1)
    now = ServerClock(server, machine=machine)
    assert error(now) < CLOSE
    server.is_away = True
    with capture_logs() as logs:
        machine.ahead += timedelta(minutes=10)
        begun = time.monotonic()
        for _ in range(50):
            assert error(now, timedelta(minutes=10)) < CLOSE
        assert time.monotonic() - begun < PATIENCE
        server.is_away = False
        until(lambda: error(now) < CLOSE)
    assert [entry["event"] for entry in logs] == ["the server's clock is out of reach"], "said once"


def test_nobody_waits_for_a_server_that_hangs(machine: Machine, server: Server) -> None:
    now = ServerClock(server, machine=machine)
    now()
    server.answers.clear()
    machine.ahead = timedelta(days=1)
    begun = time.monotonic()
    for _ in range(50):
        now()
    assert time.monotonic() - begun < PATIENCE + 0.5, "the first reading waits a moment, the others do not"
    server.answers.set()
    until(lambda: error(now) < CLOSE)


def test_a_clock_that_nobody_has_any_more_is_not_kept(machine: Machine, server: Server) -> None:
    now = ServerClock(server, machine=machine)
    now()
    gone = ref(now)
    [thread] = [each for each in threading.enumerate() if each is now._thread]
    del now
    gc.collect()
    thread.join(5)
    assert (gone(), thread.is_alive()) == (None, False)


def test_after_a_fork_the_child_measures_by_itself(machine: Machine, server: Server) -> None:
    """As gunicorn does, when something has read the clock before."""
    now = ServerClock(server, machine=machine)
    now()
    machine.ahead = timedelta(hours=3)
    child = os.fork()
    if not child:
        os._exit(0 if error(now) < CLOSE else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


# ---------------------------------------------------------------- with a real database
def test_whose_clock_it_is(database: Database, machine: Machine) -> None:
    """SQLite's machine is the only one; a clock that was set stays; else the server's, which here is ours."""
    assert server_clock.of(database, machine) is machine
    now = server_clock.of(database, clock.system)
    assert (now is clock.system) == database.is_sqlite
    assert error(now) < CLOSE
    assert error(lambda: server_clock.now(database, clock.system)) < CLOSE


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_server_is_asked(database: Database, machine: Machine) -> None:
    machine.ahead = timedelta(days=1)
    noted = hosts.Notes(database, "wrong.example")
    now = ServerClock(lambda: server_clock.ask(database), noted, machine)
    assert error(now) < CLOSE
    until(lambda: _known(database))
    assert abs(_known(database)["wrong.example"] - machine.ahead) < CLOSE
    machine.ahead = timedelta(0)
    assert error(now) < CLOSE
    until(lambda: abs(_known(database)["wrong.example"]) < CLOSE)
    del now


def _known(database: Database) -> dict[str, timedelta]:
    with database.read() as db:
        return hosts.known(db, clock.system())


def test_machines_are_noted_and_forgotten(database: Database) -> None:
    begun = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
    first, second = hosts.Notes(database, "a"), hosts.Notes(database, "b")
    first(Measure(begun, timedelta(seconds=3), 0.0))
    first(Measure(begun, timedelta(seconds=3.2), 0.0))  # no news
    second(Measure(begun + timedelta(minutes=4), timedelta(0), 0.0))
    with database.read() as db:
        at = begun + timedelta(minutes=4)
        assert hosts.known(db, at) == {"a": timedelta(seconds=3), "b": timedelta(0)}
        assert hosts.wrong(db, at) == {"a": timedelta(seconds=3)}
        assert hosts.known(db, begun + timedelta(minutes=6)) == {"b": timedelta(0)}

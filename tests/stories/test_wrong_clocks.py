"""A clock that is wrong for a while: somebody is woken all the same, at the latest when the policy and a lease say so.

The web process and the worker have clocks of their own, which are moved; time itself goes on as it does. On one
machine both are moved together; apart, they are what two machines would be did they not follow the server's clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from clock import Clock
from jobs import chores, job_kinds
from jobs.context import Outside
from jobs.engine import LEASE
from jobs.worker import LONGEST_SLEEP
from oncall.escalation import SPARED
from storage import hosts
from storage.health import BEAT
from storage.models import Attempt, Page
from storage.server_clock import ServerClock
from telephony.rest import Twilio
from tests.stories.night import loss, taken_by
from tests.support.databases import KINDS
from tests.support.phone import ING1, ING2, ING3, ING4, RESP, SAMPLE, Line, TestClock, Wired
from wsgi import create_app

LOOKS = timedelta(seconds=LONGEST_SLEEP)  # a worker's dispatcher looks at least so often
SOON = LEASE + 2 * LOOKS
LONGEST_STEP = timedelta(minutes=12)  # of the sample's policy, from the opening; the last is repeated every ten minutes
TEAM = (ING1, ING2, ING3, ING4, RESP)
REMIND = 'remind_after = "30m"\nrepeat_last_every'
DAY, HOUR, RIGHT = timedelta(days=1), timedelta(hours=1), timedelta(0)


class World:
    """True time, two processes that may believe something else, and when the team's telephones have made a sound."""

    def __init__(self, line: Line, follows: bool = False, names: tuple[str, str] = ("web", "worker")):
        self.line, self.true = line, line.clock
        self.ahead = dict.fromkeys(names, RIGHT)
        web, worker = (self._clock(name, follows) for name in names)
        client = Twilio(line.settings, Wired(lambda: line.twilio))
        line.app = create_app(line.settings, line.database, web, audio=line.audio, twilio=client)
        line.door.client = line.app.test_client()
        line.engine = job_kinds.engine(line.database, worker, Outside(line.settings, client, line.audio))
        self.sounds: list[timedelta] = []  # since the world began
        self.moved = RIGHT  # when clocks last did, likewise
        self._begun, self._heard = self.true.now, 0
        for number in TEAM:
            line.phone(number).does("no-answer")

    def _clock(self, name: str, follows: bool) -> Clock:
        def shown() -> datetime:
            return self.true() + self.ahead[name]

        return ServerClock(self.true, machine=shown) if follows else shown

    @property
    def passed(self) -> timedelta:
        return self.true.now - self._begun

    def moves(self, ahead: timedelta, *who: str) -> None:
        self.moved = self.passed
        for name in who or self.ahead:
            self.ahead[name] = ahead

    def passes(self, span: timedelta, pace: timedelta = LOOKS) -> None:
        """True time, at the pace at which a worker looks."""
        end = self.true.now + span
        while True:
            self.line.settle()
            self._listen()
            if self.true.now == end:
                return
            self.true.now = min(end, self.true.now + pace)

    def _listen(self) -> None:
        twilio = self.line.twilio
        called = [*(text.to for text in twilio.messages.values()), *(call.to for call in twilio.calls.values())]
        heard = sum(number in TEAM for number in called)
        if heard > self._heard:
            self.sounds.append(self.passed)
        self._heard = heard

    def silence(self, since: timedelta) -> timedelta:
        """The longest, from an instant to now."""
        moments = [since, *(at for at in self.sounds if at > since), self.passed]
        return max(later - earlier for earlier, later in pairwise(moments))


@pytest.fixture
def world(line: Line) -> World:
    return World(line)


# ---------------------------------------------------------------- what has happened
def test_a_worker_that_was_a_day_ahead_for_25_seconds(world: World) -> None:
    """It fires what it sees, and dates the next step a day ahead; then its clock is put right."""
    world.moves(DAY, "worker")
    loss(world.line)
    world.passes(timedelta(seconds=25))
    world.moves(RIGHT)
    since = world.passed
    world.passes(timedelta(minutes=40))
    assert world.silence(since) <= LONGEST_STEP + SOON


def test_an_open_page_when_the_clock_is_a_day_ahead_for_25_seconds(world: World) -> None:
    loss(world.line)
    world.passes(timedelta(minutes=1))
    world.moves(DAY)
    world.passes(timedelta(seconds=25))
    world.moves(RIGHT)
    since = world.passed
    world.passes(timedelta(minutes=40))
    assert world.silence(since) <= LONGEST_STEP + SOON


BEHIND = [
    pytest.param({"worker": -HOUR}, id="the worker is an hour behind"),
    pytest.param({"worker": -DAY}, id="a day"),
    pytest.param({"worker": -timedelta(minutes=3)}, id="three minutes: less than any step"),
    pytest.param({"web": HOUR}, id="the web process is an hour ahead"),
    pytest.param({"web": DAY, "worker": -DAY}, id="two days between them"),
    pytest.param({"web": -HOUR}, id="the web process is an hour behind"),
    pytest.param({"worker": HOUR}, id="the worker is an hour ahead"),
    pytest.param({"web": HOUR, "worker": HOUR}, id="one machine, an hour ahead"),
]


@pytest.mark.parametrize("ahead", BEHIND)
def test_clocks_that_are_wrong_all_the_time(world: World, ahead: dict[str, timedelta]) -> None:
    world.ahead |= ahead
    loss(world.line)
    world.passes(timedelta(minutes=40))
    assert world.sounds[0] <= SOON
    assert world.silence(RIGHT) <= LONGEST_STEP + SOON
    world.line.phone(RESP).does("answers:1")
    world.passes(timedelta(minutes=12))
    assert taken_by(world.line) == "resp"


def test_a_worker_killed_while_its_clock_was_a_day_ahead(world: World) -> None:
    """What it had claimed is leased until tomorrow."""
    loss(world.line)
    world.passes(timedelta(minutes=1))
    world.moves(DAY)
    [page] = [kind for kind in world.line.engine.kinds if kind.table is Page]
    [_killed] = world.line.engine.take(page, 1)
    world.moves(RIGHT)
    since = world.passed
    world.passes(timedelta(minutes=20))
    assert world.silence(since) <= LONGEST_STEP + SOON


def test_whoever_has_it_is_not_asked_before_their_time(make_line: Callable[..., Line]) -> None:
    """A row that was put off is looked at early, and waits again."""
    world = World(
        make_line(SAMPLE.read_text().replace("repeat_last_every", 'remind_after = "30m"\nrepeat_last_every', 1))
    )
    world.line.phone(ING2).does("answers:1")
    loss(world.line)
    assert taken_by(world.line) == "ing2"
    heard = world.line.phone(ING2)
    with world.line.database.begin() as db:
        db.execute(update(Page).values(run_at=world.true() + DAY))
    before = len(heard.texts())
    world.passes(timedelta(minutes=29))
    assert (len(heard.texts()), taken_by(world.line)) == (before, "ing2")
    world.passes(timedelta(minutes=2))
    assert len(heard.texts()) == before + 1


def test_an_attempt_dated_in_the_future_is_not_looked_after_without_end(line: Line) -> None:
    """Its age is negative: Twilio would be asked again and again, at once, while the telephone rings."""
    loss(line)
    with line.database.begin() as db:
        ringing = update(Attempt).where(Attempt.channel == "voice", Attempt.provider_sid.is_not(None))
        db.execute(ringing.values(sent_at=line.clock() + DAY, run_at=line.clock()))
    asked = len(line.twilio.requests)
    line.settle()
    assert len(line.twilio.requests) == asked + 1


# ---------------------------------------------------------------- the server's clock
@pytest.mark.parametrize("ahead", [DAY, -HOUR])
def test_who_follows_the_server_s_clock_is_not_wrong_at_all(line: Line, ahead: timedelta) -> None:
    """What is on paper is dated by it, and each step fires at its time."""
    world = World(line, follows=True)
    world.moves(ahead, "worker")
    loss(line)
    world.passes(timedelta(minutes=13), pace=timedelta(seconds=5))
    with line.database.read() as db:
        fired = db.execute(select(Attempt.step, Attempt.at).order_by(Attempt.id)).all()
    assert {step for step, _ in fired} == {0, 1, 2, 3}
    assert all(world._begun <= at <= world.true() + SPARED for _, at in fired)


def test_a_beat_from_the_future_is_trouble(world: World) -> None:
    with world.line.database.begin() as db:
        chores.schedule(db, {BEAT: None}, world.true())
    world.passes(timedelta(seconds=20))
    assert _ready(world) == (200, "ok\n")
    world.moves(DAY, "worker")
    world.passes(timedelta(seconds=20))
    assert _ready(world) == (
        503,
        "l'horloge du worker avance de 24 h : réglez l'heure de sa machine (chrony, timedatectl)\n",
    )
    world.moves(RIGHT)
    world.passes(timedelta(seconds=30))
    assert _ready(world) == (200, "ok\n"), "it beats again when it should, not tomorrow"


def test_a_machine_whose_clock_is_wrong_is_named(world: World) -> None:
    with world.line.database.begin() as db:
        chores.schedule(db, {BEAT: None}, world.true())
        hosts.note(db, "web1", timedelta(hours=-1), world.true())
        hosts.note(db, "web2", timedelta(milliseconds=40), world.true())
    world.passes(timedelta(seconds=20))
    said = "l'horloge de web1 retarde de 1 h : réglez l'heure de cette machine (chrony, timedatectl)"
    assert _ready(world) == (200, f"ok\n{said}\n"), "calls are taken all the same, by the server's clock"
    counted = world.line.app.test_client().get("/metrics").text
    assert 'astreinte_clock_skew_seconds{host="web1"} -3600.0' in counted
    assert 'astreinte_clock_skew_seconds{host="web2"} 0.04' in counted


def test_pages_that_sleep_too_long_are_counted(world: World) -> None:
    """While no worker is there to take them up."""
    loss(world.line)
    with world.line.database.begin() as db:
        db.execute(update(Page).values(run_at=world.true() + DAY))
        db.execute(update(Attempt).where(Attempt.channel == "voice").values(run_at=world.true() + DAY, tries=1))
    counted = world.line.app.test_client().get("/metrics").text
    assert 'astreinte_overdue_rows{kind="pages"} 1.0' in counted
    assert 'astreinte_overdue_rows{kind="attempts"} 1.0' in counted


def _ready(world: World) -> tuple[int, str]:
    answer = world.line.app.test_client().get("/readyz")
    return answer.status_code, answer.text


# ---------------------------------------------------------------- whatever they do
moments = st.tuples(
    st.sampled_from([("web",), ("worker",), ("web", "worker")]),
    st.one_of(st.just(0), st.sampled_from([25, 200, 3600, 86_400]), st.integers(-86_400, 86_400)),
    st.integers(1, 400),  # seconds until the next
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_call_stays_unpaged_whatever_clocks_do(kind: str, request: pytest.FixtureRequest) -> None:
    source = request.getfixturevalue("sqlite_files" if kind == "sqlite" else "postgres_server")

    @settings(max_examples=15 if kind == "sqlite" else 5)  # each is half an hour of ten-second looks
    @given(before=st.lists(moments, max_size=2), after=st.lists(moments, max_size=5))
    def holds(before: list[tuple[tuple[str, ...], int, int]], after: list[tuple[tuple[str, ...], int, int]]) -> None:
        with _fresh(source) as world:
            for who, ahead, seconds in before:
                world.moves(timedelta(seconds=ahead), *who)
                world.passes(timedelta(seconds=seconds))
            since = world.passed
            loss(world.line)
            for who, ahead, seconds in after:
                world.passes(timedelta(seconds=seconds))
                world.moves(timedelta(seconds=ahead), *who)
            world.passes(timedelta(minutes=14))
            first = min(at for at in world.sounds if at >= since)
            assert first - since <= SPARED + SOON
            # A step fired by a clock that was ahead may look older once that is put right, by as much as it was ahead.
            assert world.silence(max(since, world.moved)) <= LONGEST_STEP + SPARED + SOON
            assert world.silence(since) <= 2 * LONGEST_STEP + SPARED + SOON

    holds()


@contextmanager
def _fresh(source: object) -> Iterator[World]:
    with source.fresh() as url, TemporaryDirectory() as home:  # type: ignore[attr-defined]
        line = Line(url, Path(home), TestClock())
        try:
            yield World(line)
        finally:
            line.close()

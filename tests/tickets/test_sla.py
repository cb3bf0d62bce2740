"""Three figures and two commitments, computed from what happened."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.hours import windows as open_windows
from directory.levels import Coverage, Level, Reason
from tests.tickets.test_sla_clocks import IDLINE, NOVENC
from tickets import sla_clocks
from tickets.history import Happening, Life, Pause, lived
from tickets.sla import Durations, durations, respond, restore, stretches
from tickets.sla_clocks import FOREVER, Window

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
FOUR = Level(code="x", respond_within=HOUR, restore_within=4 * HOUR)
IN_HOURS = Level(code="y", respond_within=HOUR, restore_within=4 * HOUR, coverage=Coverage.HOURS)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=PARIS, fold=fold)


def events(*told: str) -> list[Happening]:
    """« 09-14 10:00 waiting client », by an engineer unless told otherwise."""
    found = []
    for one in told:
        day, hour, kind, *more = one.split()
        who = "ligne" if "ligne" in more else "ing1"
        reason = next((word for word in more if word != "ligne"), "")
        found.append(Happening(at=at(f"{day} {hour}"), kind=kind, who=who, reason=reason))
    return found


def always(start: datetime) -> Iterable[Window]:
    return sla_clocks.always(start)


def novenc(start: datetime) -> Iterable[Window]:
    return open_windows(NOVENC, start, start + timedelta(days=60))


def idline(start: datetime) -> Iterable[Window]:
    return open_windows(IDLINE, start, start + timedelta(days=60))


# ---------------------------------------------------------------- what happened
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param((), Life(None, None, (), ()), id="nothing yet"),
        pytest.param(
            ("09-14 09:00 opened ligne", "09-14 09:01 joined ligne", "09-14 09:05 acknowledged"),
            Life(at("09-14 09:05"), None, (), ()), id="a machine's act answers nobody",
        ),
        pytest.param(
            ("09-14 09:00 acknowledged", "09-14 10:00 waiting client", "09-14 15:00 resumed", "09-14 16:00 restored"),
            Life(
                at("09-14 09:00"), at("09-14 16:00"),
                (Pause(at("09-14 10:00"), at("09-14 15:00"), Reason.CLIENT, "ing1"),), (),
            ), id="a pause",
        ),
        pytest.param(
            ("09-14 10:00 waiting site",),
            Life(at("09-14 10:00"), None, (Pause(at("09-14 10:00"), FOREVER, Reason.SITE, "ing1"),), ()),
            id="a pause that lasts",
        ),
        pytest.param(
            ("09-14 10:00 waiting", "09-14 10:30 waiting", "09-14 11:00 restored", "09-14 11:30 resumed"),
            Life(
                at("09-14 10:00"), at("09-14 11:00"),
                (Pause(at("09-14 10:00"), at("09-14 11:00"), Reason.CLIENT, "ing1"),), (),
            ), id="twice, and out of order: the first of each counts; a restoration ends the wait",
        ),
        pytest.param(
            ("09-14 10:00 restored", "09-14 12:00 reopened", "09-14 13:00 restored"),
            Life(at("09-14 10:00"), at("09-14 13:00"), (), ((at("09-14 10:00"), at("09-14 12:00")),)),
            id="reopened, and restored again",
        ),
    ],
)  # fmt: skip
def test_what_the_events_amount_to(told: tuple[str, ...], expected: Life) -> None:
    assert lived(events(*told)) == expected


# ---------------------------------------------------------------- the three figures
@pytest.mark.parametrize(
    ("level", "covered", "opened", "told", "expected"),
    [
        pytest.param(
            FOUR, always, "10-24 22:00", ("10-25 10:00 restored",), (13, 13, 13), id="the long night: thirteen hours",
        ),
        pytest.param(
            FOUR, always, "03-28 22:00", ("03-29 10:00 restored",), (11, 11, 11), id="the short night: eleven",
        ),
        pytest.param(
            IN_HOURS, novenc, "09-14 09:00",
            ("09-14 10:00 waiting client", "09-14 15:00 resumed", "09-15 09:00 restored"), (24, 19, 4),
            id="NOVENC, paused from 10 to 15: what the mission counts",
        ),
        pytest.param(
            FOUR, always, "09-14 09:00", ("09-14 10:00 waiting third_party", "09-14 13:00 restored"), (4, 4, 4),
            id="a supplier is our own risk",
        ),
        pytest.param(
            FOUR, always, "09-14 09:00",
            ("09-14 10:00 restored", "09-14 20:00 reopened", "09-14 21:00 restored"), (2, 2, 2),
            id="between a restoration and the reopening nothing runs",
        ),
        pytest.param(
            IN_HOURS, idline, "09-12 22:04", ("09-14 09:00 restored",), (34 + 56 / 60, 34 + 56 / 60, 0.5),
            id="a week-end of which half an hour counts",
        ),
    ],
)  # fmt: skip
def test_gross_net_and_counted(
    level: Level, covered: object, opened: str, told: tuple[str, ...], expected: tuple[float, float, float]
) -> None:
    found = durations(level, lived(events(*told)), at(opened), covered, at("12-31 12:00"))  # type: ignore[arg-type]
    gross, net, counted = (timedelta(hours=hours) for hours in expected)
    assert found == Durations(gross=gross, net=net, counted=counted)


# ---------------------------------------------------------------- the two commitments
@pytest.mark.parametrize(
    ("level", "covered", "opened", "told", "due"),
    [
        pytest.param(FOUR, always, "09-12 22:04", (), "09-13 02:04", id="24x7"),
        pytest.param(FOUR, always, "10-25 00:30", (), "10-25 03:30", id="24x7, the long night"),
        pytest.param(IN_HOURS, idline, "09-14 16:30", (), "09-15 11:00", id="IDLINE's hours"),
        pytest.param(IN_HOURS, novenc, "09-14 11:45", (), "09-14 17:30", id="NOVENC's hours"),
        pytest.param(IN_HOURS, novenc, "05-07 17:00", (), "05-11 12:00", id="over the 8th of May"),
        pytest.param(
            IN_HOURS, novenc, "09-14 09:00", ("09-14 10:00 waiting client", "09-14 15:00 resumed"), "09-15 09:00",
            id="paused from 10 to 15",
        ),
        pytest.param(FOUR, always, "09-14 09:00", ("09-14 10:00 waiting site",), None, id="none while a pause lasts"),
        pytest.param(
            FOUR, always, "09-14 09:00", ("09-14 12:00 restored", "09-14 18:00 reopened"), "09-14 19:00",
            id="reopened: what was left of it",
        ),
    ],
)  # fmt: skip
def test_when_it_must_be_restored(
    level: Level, covered: object, opened: str, told: tuple[str, ...], due: str | None
) -> None:
    found = restore(level, lived(events(*told)), at(opened), covered, at(opened))  # type: ignore[arg-type]
    assert found
    assert found.due_at == (at(due) if due else None)


@pytest.mark.parametrize(
    ("restored", "broken"),
    [
        pytest.param("09-13 02:04:00", False, id="to the second: kept"),
        pytest.param("09-13 02:04:01", True, id="a second too late"),
    ],
)
def test_what_is_equal_is_kept(restored: str, broken: bool) -> None:
    life = lived(events(f"{restored} restored"))
    found = restore(FOUR, life, at("09-12 22:04"), always, at("12-31 12:00"))
    assert found
    assert (found.broken, found.ended_at) == (broken, at(restored))


def test_the_respond_clock_stops_with_the_first_act_of_a_person() -> None:
    life = lived(events("09-12 22:30 acknowledged", "09-12 23:30 passed_on"))
    found = respond(FOUR, life, at("09-12 22:04"), always, at("09-13 10:00"))
    assert found
    assert (found.counted, found.broken, found.due_at) == (timedelta(minutes=26), False, at("09-12 23:04"))
    assert found.warn_at == at("09-12 22:49")


def test_without_a_figure_there_is_nothing_to_break() -> None:
    nothing = Level(code="z")
    life = lived(())
    assert respond(nothing, life, at("09-12 22:04"), always, at("12-31 12:00")) is None
    assert restore(nothing, life, at("09-12 22:04"), always, at("12-31 12:00")) is None


# ---------------------------------------------------------------- what holds for every life
KINDS = ("waiting", "resumed", "restored", "reopened", "acknowledged", "cancelled", "passed_on", "opened")
LIVES = st.lists(
    st.tuples(st.integers(0, 20_000), st.sampled_from(KINDS), st.sampled_from(Reason)), max_size=12
).map(lambda told: [
    Happening(at=at("10-19 08:00") + timedelta(minutes=minutes), kind=kind, who="ing1", reason=reason)
    for minutes, kind, reason in sorted(told, key=lambda one: one[0])
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(LIVES, st.integers(0, 20_000), st.integers(0, 5_000))
def test_counted_is_within_net_within_gross_and_never_runs_back(
    told: list[Happening], minutes: int, later: int
) -> None:
    opened, life = at("10-19 08:00"), lived(told)
    now = opened + timedelta(minutes=minutes)
    found = durations(IN_HOURS, life, opened, novenc, now)
    assert timedelta(0) <= found.counted <= found.net <= found.gross
    pieces = stretches(IN_HOURS, life, opened, novenc, now)
    assert sum((until - starts for starts, until in pieces), timedelta(0)) == found.counted
    after = durations(IN_HOURS, life, opened, novenc, now + timedelta(minutes=later))
    assert after.counted >= found.counted


@settings(max_examples=60, deadline=None)
@given(LIVES)
def test_at_the_due_instant_exactly_the_promise_has_run(told: list[Happening]) -> None:
    unfinished = [one for one in told if one.kind not in ("restored", "reopened")]
    opened, life = at("10-19 08:00"), lived(unfinished)
    found = restore(IN_HOURS, life, opened, novenc, opened)
    assert found
    if found.due_at:
        at_due = restore(IN_HOURS, life, opened, novenc, found.due_at)
        assert at_due
        assert (at_due.counted, at_due.broken) == (found.within, False)
        assert found.warn_at
        assert found.warn_at <= found.due_at

"""A day of what-if, told from edge to edge, says of every instant what a call at that very instant would come to."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import week
from directory.hours import Because, Closure, Day, Opening, Span, Week
from directory.index import Directory
from directory.model import DirectoryData
from directory.policies import EVERYONE, Policy, Step
from directory.roster import BOTH
from ivr.simulation import rehearse
from ivr.what_if import Result, Stretch, day_of, result
from oncall.rotas import Absence, Kind, Layer, Override, Rota
from tests.ivr import sample
from tests.support.settings_for_tests import AFTER_HOURS, MAIN

IDLINE = ("1", "1", "1", "9")  # closed, a service lost, the first one, on all sites
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
# Ordinary, a feast, a contract's last day, the clock forward and back: an hour, half an hour, over midnight.
DAYS = st.sampled_from(
    [
        *(("Europe/Paris", day) for day in ("2026-09-14", "2026-11-11", "2026-09-12", "2026-03-29", "2026-10-25")),
        *(("Australia/Lord_Howe", day) for day in ("2026-04-05", "2026-10-04")),
        *(("America/Havana", day) for day in ("2026-03-08", "2026-11-01")),
        *(("America/Goose_Bay", day) for day in ("2010-11-06", "2010-11-07")),
    ]
)
CALLERS = st.sampled_from([sample.UN, sample.DEUX, sample.STRANGER, sample.ENDING, sample.TO_COME, sample.NO_SITE])
KEYS = st.sampled_from([IDLINE, ("1", "1"), ("3", "1"), ("4", "1", "1"), ("2", "2"), (), ("260417", "1", "1", "1")])
PEOPLE = ("ing1", "ing2", "ing3", "ing4", "resp")
CLOCKS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
SPANS: st.SearchStrategy[Day] = st.lists(st.builds(Span, CLOCKS, CLOCKS), max_size=3).map(tuple)
WEEKS: st.SearchStrategy[Week] = st.tuples(*[SPANS] * 7)
ON_DUTY = st.tuples(*[st.lists(st.builds(week.Span, CLOCKS, CLOCKS), max_size=2).map(tuple)] * 7)
AFTERS = st.integers(0, 100).map(lambda n: n * QUARTER)
STEPS = st.builds(
    Step, after=AFTERS, by=st.just(BOTH),
    who=st.lists(st.sampled_from(["principal", "secours", EVERYONE, "resp"]), min_size=1, max_size=2).map(tuple),
)  # fmt: skip
POLICIES = st.lists(STEPS, min_size=1, max_size=3).map(
    lambda steps: Policy(code="standard", steps=tuple(sorted(steps, key=lambda step: step.after)))
)


@st.composite
def directories(draw: st.DrawFn, zone: str, day: date) -> DirectoryData:
    """The sample's clients, with other hours, exceptions, absences, rotas and policies around a day."""
    midnight = datetime.combine(day, time())
    walls = st.integers(-150, 250).map(lambda n: midnight + n * QUARTER)
    entity = st.sampled_from([None, "idline", "novenc"])
    people = st.lists(st.sampled_from(PEOPLE), max_size=3).map(tuple)
    layers = st.builds(
        Layer, name=st.sampled_from(["principal", "secours"]), starts=walls, engineers=people,
        every=st.sampled_from([timedelta(hours=5), timedelta(days=1)]), only=st.none() | ON_DUTY,
    )  # fmt: skip
    overrides = st.builds(
        Override, layer=st.just("principal"), starts=walls, until=walls, engineer=st.sampled_from(PEOPLE),
        kind=st.sampled_from(Kind),
    )  # fmt: skip
    rotas = st.builds(
        Rota, code=st.just("idline"), timezone=st.sampled_from([zone, "Europe/Paris"]),
        fallback=st.sampled_from(["", "resp"]), layers=st.lists(layers, max_size=2).map(tuple),
        overrides=st.lists(overrides, max_size=2).map(tuple),
    )  # fmt: skip
    known = sample.book(bridge=draw(st.booleans()), unverified=draw(st.booleans())).directory
    exceptions = {"starts": walls, "until": walls, "entity": entity}
    absences = st.lists(st.builds(Absence, starts=walls, until=walls), max_size=2).map(tuple)
    return replace(
        known,
        organisation=replace(known.organisation, timezone=zone),
        lines=tuple(replace(line, hours=draw(st.none() | WEEKS)) for line in known.lines),
        entities=tuple(
            replace(each, hours=draw(WEEKS), rota=draw(st.sampled_from(["", "idline"]))) for each in known.entities
        ),
        closures=tuple(draw(st.lists(st.builds(Closure, **exceptions), max_size=3))),
        openings=tuple(draw(st.lists(st.builds(Opening, **exceptions), max_size=2))),
        engineers=tuple(replace(each, absences=draw(absences)) for each in known.engineers),
        rotas=(draw(rotas),),
        policies=(draw(POLICIES),),
    )


def at_once(book: Directory, to: str, caller: str, keys: tuple[str, ...], at: datetime) -> Result:
    return result(book, rehearse(book, to=to, caller=caller, at=at, keys=keys), at)


def holding(stretches: list[Stretch], at: datetime) -> Stretch:
    [found] = [each for each in stretches if each.starts <= at < each.until]
    return found


@settings(max_examples=100, deadline=None)
@given(st.data(), DAYS, st.sampled_from([MAIN, AFTER_HOURS]), CALLERS, KEYS)
def test_a_stretch_tells_all_its_instants(
    data: st.DataObject, when: tuple[str, str], to: str, caller: str, keys: tuple[str, ...]
) -> None:
    zone, day = when[0], date.fromisoformat(when[1])
    book = Directory(data.draw(directories(zone, day)))
    told = day_of(book, to=to, caller=caller, keys=keys, day=day)
    minutes = (told[-1].until - told[0].starts) // MINUTE
    for minute in data.draw(st.lists(st.integers(0, minutes - 1), min_size=20, max_size=20)):
        at = told[0].starts + minute * MINUTE
        assert at_once(book, to, caller, keys, at) == holding(told, at).result, at


CLOSED_TWICE = Closure(starts=datetime(2026, 9, 14, 20), until=datetime(2026, 9, 14, 22))  # noqa: DTZ001
REPEATED = Closure(starts=datetime(2026, 10, 25, 1), until=datetime(2026, 10, 25, 2, 30))  # noqa: DTZ001
AWAY = Absence(starts=datetime(2026, 9, 14, 20), until=datetime(2026, 9, 14, 23))  # noqa: DTZ001
LATER = Policy(code="standard", steps=(Step(after=timedelta(hours=1), who=(EVERYONE,), by=BOTH),))


def changed(closure: Closure | None = None, absence: Absence | None = None, rota: str = "idline") -> Directory:
    """The sample, which is closed for once, or whose ing1 is away when an hour later everybody is woken."""
    known = sample.book().directory
    return Directory(
        replace(
            known,
            entities=tuple(replace(each, rota=rota) for each in known.entities),
            closures=(closure,) if closure else (),
            engineers=tuple(
                replace(each, absences=(absence,)) if absence and each.code == "ing1" else each
                for each in known.engineers
            ),
            policies=(LATER,),
        )
    )


def saturdays_in_goose_bay() -> Directory:
    """Open until 23:15; on 7 November 2010 at 00:01 the clock went back to 23:01 of that Saturday."""
    known, saturday = sample.book().directory, (Span(time(0), time(23, 15)),)
    return Directory(
        replace(
            known,
            organisation=replace(known.organisation, timezone="America/Goose_Bay"),
            entities=tuple(replace(each, hours=((), (), (), (), (), saturday, ())) for each in known.entities),
        )
    )


@pytest.mark.parametrize(
    ("book", "at", "before", "after"),
    [
        pytest.param(
            changed(CLOSED_TWICE), "2026-09-14T18:00Z", Because.AFTER, Because.CLOSURE, id="closed anew in the evening"
        ),
        pytest.param(changed(CLOSED_TWICE), "2026-09-14T20:00Z", Because.CLOSURE, Because.AFTER, id="until its end"),
        pytest.param(
            changed(REPEATED), "2026-10-25T01:00Z", Because.DAY_OFF, Because.CLOSURE, id="the clock shows 02:00 again"
        ),
        pytest.param(
            changed(absence=AWAY), "2026-09-14T17:00Z", ("ing1", "ing2"), ("ing2",), id="away by the time of the step"
        ),
        pytest.param(
            changed(absence=AWAY), "2026-09-14T20:00Z", ("ing2",), ("ing1", "ing2"), id="back by the time of the step"
        ),
        pytest.param(
            changed(absence=AWAY, rota=""), "2026-09-14T17:00Z", ("ing1", "ing2"), ("ing2",), id="away, and no rota"
        ),
        pytest.param(
            saturdays_in_goose_bay(), "2010-11-07T03:15Z", None, Because.AFTER, id="a closing of the day before, again"
        ),
    ],
)
def test_an_instant_at_which_something_changes(book: Directory, at: str, before: object, after: object) -> None:
    """To the second."""
    edge = datetime.fromisoformat(at)
    day = book.day(edge + timedelta(hours=1))  # an hour that a clock shows again over midnight is of the later day
    told = day_of(book, to=MAIN, caller=sample.MOBILE_UN, keys=IDLINE, day=day)
    for moment, expected in ((edge - timedelta(seconds=1), before), (edge, after)):
        found = holding(told, moment).result
        assert expected in (found.because, found.woken)

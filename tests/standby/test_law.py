"""The worked examples of standby: notice, rest, hours of a month."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.employers import Employer, Of, Rate
from directory.intervals import Interval, joined
from standby.notice import Verdict, notice
from standby.pay import in_hours, lines, total
from standby.rest import earliest_return, owed
from standby.standby_hours import kind, split
from standby.working_time import excess

ZONE = "Europe/Paris"
OURS = Employer(code="nous", name="Nous")
H = timedelta(hours=1)


def at(wall: str) -> datetime:
    """« 2026-09-28 08:00 » in Paris; « … CET » for the second of two."""
    wall, _, offset = wall.partition(" C")
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(ZONE), fold=int(offset == "ET")).astimezone(UTC)


def never(_: date) -> bool:
    return False


# ---------------------------------------------------------------- notice
@pytest.mark.parametrize(
    ("announced", "days", "clear", "verdict"),
    [
        pytest.param("2026-09-13 23:59", 15, 14, Verdict.FINE, id="fifteen days"),
        pytest.param("2026-09-14 00:00", 14, 13, Verdict.REASON, id="a minute later, a day less"),
        pytest.param("2026-09-26 12:00", 2, 1, Verdict.REASON, id="the 27th is the clear day"),
        pytest.param("2026-09-27 00:00", 1, 0, Verdict.AGREED, id="no clear day is left"),
        pytest.param("2026-09-28 07:00", 0, 0, Verdict.AGREED, id="an hour before"),
        pytest.param("2026-09-29 07:00", 0, 0, Verdict.AGREED, id="when it has begun"),
        pytest.param("2026-08-01 12:00", 58, 57, Verdict.FINE, id="long before"),
    ],
)
def test_notice_of_a_turn_on_monday_the_28th(announced: str, days: int, clear: int, verdict: Verdict) -> None:
    found = notice(OURS, at("2026-09-28 08:00"), at(announced), ZONE)
    assert (found.days, found.clear_days, found.verdict) == (days, clear, verdict)


@pytest.mark.parametrize(
    ("employer", "announced", "verdict"),
    [
        (Employer(code="a", name="A", notice_days=30), "2026-09-10 08:00", Verdict.REASON),
        (Employer(code="a", name="A", notice_days=7), "2026-09-20 08:00", Verdict.FINE),
        (Employer(code="a", name="A", short_notice_days=3), "2026-09-25 08:00", Verdict.AGREED),
        (Employer(code="a", name="A", short_notice_days=0), "2026-09-27 08:00", Verdict.REASON),
    ],
    ids=["an agreement of a month", "of a week", "three clear days", "none"],
)
def test_an_agreement_has_its_own_notice(employer: Employer, announced: str, verdict: Verdict) -> None:
    assert notice(employer, at("2026-09-28 08:00"), at(announced), ZONE).verdict is verdict


# ---------------------------------------------------------------- rest
@pytest.mark.parametrize(
    ("hours", "ended", "interventions", "back"),
    [
        pytest.param(11, "2026-09-14 18:00", [("2026-09-15 03:00", "2026-09-15 04:00")], "2026-09-15 15:00",
                     id="9 h taken"),
        pytest.param(11, "2026-09-14 18:00", [("2026-09-15 05:30", "2026-09-15 06:00")], None, id="11.5 h taken"),
        pytest.param(11, "2026-09-14 18:00", [("2026-09-15 05:00", "2026-09-15 06:00")], None, id="exactly 11 h"),
        pytest.param(35, "2026-09-11 18:00", [("2026-09-13 01:00", "2026-09-13 02:00")], "2026-09-14 13:00",
                     id="31 h of 35"),
        pytest.param(35, "2026-09-11 18:00", [("2026-09-13 05:00", "2026-09-13 06:00")], None, id="35 h"),
        pytest.param(11, "2026-10-24 18:00", [("2026-10-25 04:30", "2026-10-25 05:00")], None,
                     id="autumn: 11.5 h, though the clock says 10.5"),
        pytest.param(11, "2026-03-28 18:00", [("2026-03-29 05:30", "2026-03-29 06:00")], "2026-03-29 17:00",
                     id="spring: 10.5 h, though the clock says 11.5"),
        pytest.param(11, "2026-09-14 18:00",
                     [("2026-09-15 02:00", "2026-09-15 03:00"), ("2026-09-14 22:00", "2026-09-14 23:00")],
                     "2026-09-15 14:00", id="two, told in any order: from the last"),
        pytest.param(11, "2026-09-14 18:00",
                     [("2026-09-14 20:00", "2026-09-14 21:00"), ("2026-09-15 08:30", "2026-09-15 09:00")],
                     "2026-09-15 08:00", id="after a whole rest another one changes nothing"),
        pytest.param(11, "2026-09-14 18:00", [("2026-09-14 17:00", "2026-09-14 18:30")], "2026-09-15 05:30",
                     id="work that went on"),
        pytest.param(11, "2026-09-14 18:00", [("2026-09-14 16:00", "2026-09-14 17:00")], None, id="during the day"),
        pytest.param(11, "2026-09-14 18:00", [], None, id="none"),
    ],
)  # fmt: skip
def test_when_one_may_work_again(
    hours: int, ended: str, interventions: Sequence[tuple[str, str]], back: str | None
) -> None:
    during = [(at(starts), at(until)) for starts, until in interventions]
    assert earliest_return(at(ended), during, hours * H) == (at(back) if back else None)


HALVES = (("08:30", "12:15"), ("14:00", "18:00"))
WEEK = [(at(f"2026-09-{day:02} {opens}"), at(f"2026-09-{day:02} {closes}"))
        for day in (7, 8, 9, 10, 11, 14, 15) for opens, closes in HALVES]  # fmt: skip


@pytest.mark.parametrize(
    ("intervention", "until"),
    [
        pytest.param(("2026-09-08 23:00", "2026-09-09 00:30"), "2026-09-09 11:30", id="a night: 11 h"),
        pytest.param(("2026-09-13 01:00", "2026-09-13 02:00"), "2026-09-14 13:00", id="the weekend: 35 h"),
        pytest.param(("2026-09-12 10:00", "2026-09-12 11:00"), None, id="35 h are left before Monday"),
        pytest.param(("2026-09-08 18:30", "2026-09-08 19:00"), None, id="11 h are left before the morning"),
        pytest.param(("2026-09-08 12:30", "2026-09-08 13:00"), None, id="at noon: that pause is for no rest"),
        pytest.param(("2026-09-08 17:00", "2026-09-08 20:00"), None, id="what goes on from the desk"),
        pytest.param(("2026-09-08 17:00", "2026-09-08 22:00"), "2026-09-09 09:00", id="until late"),
    ],
)
def test_only_what_puts_off_a_usual_day_is_told(intervention: tuple[str, str], until: str | None) -> None:
    starts, ended = intervention
    found = [each.until for each in owed(OURS, WEEK, [(at(starts), at(ended))], ZONE)]
    assert found == ([at(until)] if until else [])


@pytest.mark.parametrize(
    ("interventions", "until"),
    [
        pytest.param([("05:00", "06:00"), ("12:00", "13:00"), ("20:00", "21:00")], "2026-09-14 08:30",
                     id="the weekly rest was taken, and 11 h from 21:00 to 08:30: no effect"),
        pytest.param([("05:00", "06:00"), ("12:00", "13:00"), ("22:00", "23:00")], "2026-09-14 10:00",
                     id="the weekly rest was taken, that of the night was not"),
        pytest.param([("05:00", "06:00"), ("17:00", "18:00"), ("23:00", "23:30")], None,
                     id="11 h from 06:00, begun before the last day, end at 17:00: taken"),
    ],
)  # fmt: skip
def test_after_a_weekend_a_day_too_has_its_rest(interventions: list[tuple[str, str]], until: str | None) -> None:
    done = [(at(f"2026-09-13 {starts}"), at(f"2026-09-13 {ended}")) for starts, ended in interventions]
    found = [each.until for each in owed(OURS, WEEK, done, ZONE)]
    assert found == ([at(until)] if until and until > "2026-09-14 08:30" else [])


# ---------------------------------------------------------------- time of work
LONG_DAYS = [(at(f"2026-09-{day:02} 08:00"), at(f"2026-09-{day:02} 17:00")) for day in (7, 8, 9, 10, 11)]  # 45 h


@pytest.mark.parametrize(
    ("interventions", "told"),
    [
        pytest.param([], [], id="none"),
        pytest.param([("2026-09-08 20:00", "2026-09-08 21:00")], [], id="ten hours are no more than ten"),
        pytest.param([("2026-09-08 20:00", "2026-09-08 21:30")], [("2026-09-08", False, 10.5)], id="a long day"),
        pytest.param([("2026-09-08 16:00", "2026-09-08 18:00")], [], id="what overlaps counts once"),
        pytest.param([("2026-09-08 22:30", "2026-09-09 01:00")], [("2026-09-08", False, 10.5)],
                     id="midnight parts two days: 1.5 h and 1 h"),
        pytest.param([("2026-09-12 10:00", "2026-09-12 13:30")], [("2026-09-07", True, 48.5)], id="a long week"),
        pytest.param([("2026-09-13 22:00", "2026-09-14 02:00")], [], id="of which two hours are of the next"),
        pytest.param([("2026-09-12 10:00", "2026-09-12 21:30")],
                     [("2026-09-12", False, 11.5), ("2026-09-07", True, 56.5)], id="both"),
        pytest.param([("2026-09-19 10:00", "2026-09-19 12:00")], [], id="another week"),
    ],
)  # fmt: skip
def test_a_day_or_a_week_too_long(interventions: list[tuple[str, str]], told: list[tuple[str, bool, float]]) -> None:
    done = [(at(starts), at(until)) for starts, until in interventions]
    found = excess(OURS, LONG_DAYS, done, ZONE)
    assert [(each.first.isoformat(), each.is_week, each.worked / H) for each in found] == told


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        pytest.param("2026-10-25", 11, id="autumn: eleven hours from midnight to ten"),
        pytest.param("2026-03-29", None, id="spring: nine"),
    ],
)
def test_a_day_is_as_long_as_it_is(day: str, worked: int | None) -> None:
    found = list(excess(OURS, [], [(at(f"{day} 00:00"), at(f"{day} 10:00"))], ZONE))
    assert [each.worked / H for each in found] == ([worked] if worked else [])


# ---------------------------------------------------------------- hours
@pytest.mark.parametrize(
    ("starts", "until", "expected"),
    [
        pytest.param("2026-09-14 18:00", "2026-09-15 08:30", {Of.NIGHT: 9, Of.WEEKDAY: 5.5}, id="a night in the week"),
        pytest.param("2026-09-11 18:00", "2026-09-14 08:30",
                     {Of.WEEKDAY: 5.5, Of.NIGHT: 9, Of.SATURDAY: 24, Of.SUNDAY: 24}, id="a weekend"),
        pytest.param("2026-10-24 18:00", "2026-10-25 18:00", {Of.SATURDAY: 6, Of.SUNDAY: 19}, id="the longest night"),
        pytest.param("2026-03-28 18:00", "2026-03-29 18:00", {Of.SATURDAY: 6, Of.SUNDAY: 17}, id="the shortest"),
        pytest.param("2026-12-24 18:00", "2026-12-26 00:00", {Of.WEEKDAY: 3, Of.NIGHT: 3, Of.HOLIDAY: 24},
                     id="Christmas"),
        pytest.param("2026-09-14 12:00", "2026-09-14 12:00", {}, id="nothing"),
    ],
)  # fmt: skip
def test_standby_by_kind(starts: str, until: str, expected: dict[Of, float]) -> None:
    found = split(OURS, [(at(starts), at(until))], ZONE, lambda day: (day.month, day.day) == (12, 25))
    assert {of: length / H for of, length in found.items() if length} == expected


def test_two_turns_at_once_are_one_standby() -> None:
    twice = [(at("2026-09-12 10:00"), at("2026-09-12 14:00")), (at("2026-09-12 12:00"), at("2026-09-12 16:00"))]
    assert split(OURS, twice, ZONE, never)[Of.SATURDAY] == 6 * H


INSTANTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes))
STRETCHES = st.lists(st.tuples(INSTANTS, st.integers(0, 20_000)), max_size=4).map(
    lambda found: [(starts, starts + timedelta(minutes=length)) for starts, length in found]
)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(STRETCHES, CLOCKS, CLOCKS)
def test_kinds_add_up_to_the_true_time(stretches: list[Interval], night_starts: time, night_ends: time) -> None:
    employer = Employer(code="a", name="A", night_starts=night_starts, night_ends=night_ends)
    found = split(employer, stretches, ZONE, lambda day: day.day == 11)
    assert sum(found.values(), timedelta()) == sum((until - starts for starts, until in joined(stretches)), timedelta())


@given(INSTANTS, st.integers(1, 3_000), CLOCKS, CLOCKS)
def test_each_minute_is_of_the_kind_that_its_own_clock_says(
    starts: datetime, minutes: int, night_starts: time, night_ends: time
) -> None:
    employer = Employer(code="a", name="A", night_starts=night_starts, night_ends=night_ends)
    counted: dict[Of, int] = {}
    for minute in range(minutes):
        of = kind(employer, starts + timedelta(minutes=minute), ZONE, never)
        counted[of] = counted.get(of, 0) + 1
    found = split(employer, [(starts, starts + timedelta(minutes=minutes))], ZONE, never)
    assert {of: length // timedelta(minutes=1) for of, length in found.items() if length} == counted


# ---------------------------------------------------------------- pay
def test_a_scale_is_the_employers_own() -> None:
    employer = Employer(
        code="a", name="A",
        rates=(Rate(of=Of.NIGHT, hour=Decimal("3.20")), Rate(of=Of.SHIFT, each=Decimal("40")),
               Rate(of=Of.INTERVENTION, hour=Decimal("35.5"), each=Decimal("10"))),
    )  # fmt: skip
    spent = {Of.NIGHT: timedelta(hours=9, minutes=20), Of.INTERVENTION: timedelta(minutes=50)}
    found = lines(employer, spent, {Of.SHIFT: 2, Of.INTERVENTION: 1})
    assert [(line.of, line.quantity, line.amount) for line in found] == [
        (Of.NIGHT, Decimal("9.33"), Decimal("29.86")), (Of.SHIFT, Decimal(2), Decimal("80.00")),
        (Of.INTERVENTION, Decimal("0.83"), Decimal("29.47")), (Of.INTERVENTION, Decimal(1), Decimal("10.00")),
    ]  # fmt: skip
    assert total(found) == Decimal("149.33")
    assert (lines(OURS, spent, {}), total([])) == ([], Decimal("0.00"))


@pytest.mark.parametrize(
    ("length", "said"),
    [(9 * H, "9.00"), (timedelta(minutes=1), "0.02"), (timedelta(hours=1, seconds=18), "1.01"), (timedelta(), "0.00")],
    ids=["whole", "a minute", "half a hundredth goes up", "nothing"],
)
def test_hours_as_they_are_printed(length: timedelta, said: str) -> None:
    assert str(in_hours(length)) == said

"""The sections on the line itself: organisation, lines, entities, exceptions to the week."""

from collections.abc import Callable
from datetime import datetime, time
from itertools import pairwise
from typing import TypeVar

from directory.hours import Closure, Day, Opening, Week
from directory.model import AfterHoursMode, Entity, Line, LineKind, Notices, Organisation
from storage.directory import values
from storage.directory.reader import Table
from translatable import Message

D = TypeVar("D")

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEVER: Week = ((), (), (), (), (), (), ())
UNSAID = Organisation(name="", ticket_prefix="")
KEYS = values.integer(1, 4)  # 5 follows a ticket
RINGS = values.integer(5, 60)
MODES = values.choice(AfterHoursMode)
NOTICES = values.choice(Notices)
GREETING = values.said(values.GREETING_AT_MOST)
SPOKEN = values.said(values.MENU_AT_MOST)


def organisation(table: Table) -> Organisation:
    return Organisation(
        name=table.need("name", values.name, ""),
        timezone=table.take("timezone", values.timezone, UNSAID.timezone),
        language=table.take("language", values.language, UNSAID.language),
        voice=table.take("voice", values.name_or_none, UNSAID.voice),
        holidays=table.take("holidays", values.holidays_code, UNSAID.holidays),
        ticket_prefix=table.need("ticket_prefix", values.ticket_prefix, ""),
        portal_url=table.take("portal_url", values.url, ""),
        support_email=table.take("support_email", values.email, ""),
        escalation_email=table.take("escalation_email", values.email, ""),
        inform_callers=table.take("inform_callers", values.flag, UNSAID.inform_callers),
        call_back=table.take("call_back", values.flag, UNSAID.call_back),
        rota_notices=table.take("rota_notices", NOTICES, UNSAID.rota_notices),
    )


def line(table: Table) -> Line:
    return Line(
        number=table.need("number", values.number, ""),
        kind=table.take("kind", values.choice(LineKind), LineKind.MAIN),
        greeting=table.need("greeting", GREETING, ""),
        hours=table.one("hours", week),
    )


def entity(table: Table) -> Entity:
    return Entity(
        key=table.need("key", KEYS, 0),
        code=table.need("code", values.code, ""),
        name=table.need("name", values.name, ""),
        activity=table.take("activity", values.name_or_none, ""),
        spoken=table.need("spoken", SPOKEN, ""),
        hours=_needed_week(table),
        team=table.many("team", values.our_number),
        ring_seconds=table.take("ring_seconds", RINGS, 20),
        desk_email=table.take("desk_email", values.email, ""),
        after_hours_mode=table.take("after_hours_mode", MODES, AfterHoursMode.VOICEMAIL),
        page_unverified=table.take("page_unverified", values.flag, False),
        rota=table.take("rota", values.code, ""),
        policy=table.take("policy", values.code, ""),
        services=table.many("services", values.name),
    )


def closure(table: Table) -> Closure:
    entity, starts, until, reason = _exception(table)
    return Closure(starts=starts, until=until, entity=entity, reason=reason)


def opening(table: Table) -> Opening:
    entity, starts, until, reason = _exception(table)
    return Opening(starts=starts, until=until, entity=entity, reason=reason)


def week(table: Table) -> Week:
    return days(table, lambda name: _day(table, name))


def days(table: Table, day: Callable[[str], D]) -> tuple[D, D, D, D, D, D, D]:
    """Monday to Sunday; `weekdays` stands for the first five."""
    if table.has("weekdays") and any(table.has(name) for name in DAYS[:5]):
        table.refuse("« weekdays » vaut pour lundi à vendredi; ôtez-la, ou ôtez les jours monday … friday")
    five = day("weekdays")
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = map(day, DAYS)
    return (
        five or monday,
        five or tuesday,
        five or wednesday,
        five or thursday,
        five or friday,
        saturday,
        sunday,
    )


def in_order(table: Table, starts: datetime, until: datetime) -> None:
    """Both in their order, once both are known."""
    if values.NO_MOMENT not in (starts, until) and until <= starts:
        table.refuse(
            Message(
                "la fin (%(until)s) doit suivre le début (%(starts)s)",
                until=until.isoformat(),
                starts=starts.isoformat(),
            )
        )


def _needed_week(table: Table) -> Week:
    if not table.has("hours"):
        table.refuse("il manque « hours »")
    return table.one("hours", week) or NEVER


def _day(table: Table, name: str) -> Day:
    spans = sorted(table.many(name, values.span), key=lambda span: span.opens)
    for before, after in pairwise(spans):
        if before.closes == time.min or after.opens < before.closes:
            table.refuse(
                Message(
                    "les plages %(opens)s-%(closes)s et %(opens2)s-%(closes2)s se chevauchent",
                    opens=f"{before.opens:%H:%M}",
                    closes=f"{before.closes:%H:%M}",
                    opens2=f"{after.opens:%H:%M}",
                    closes2=f"{after.closes:%H:%M}",
                ),
                name,
            )
    return tuple(spans)


def _exception(table: Table) -> tuple[str | None, datetime, datetime, str]:
    entity = table.take("entity", values.code, "") or None
    starts = table.need("from", values.moment, values.NO_MOMENT)
    until = table.need("until", values.moment, values.NO_MOMENT)
    in_order(table, starts, until)
    return entity, starts, until, table.take("reason", values.name_or_none, "")

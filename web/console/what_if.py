"""What a caller would hear at an instant, what would come of it, and the same over a whole day; nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from directory import phone_numbers
from directory.hours import Because, Closed
from directory.index import Directory
from directory.local_time import instant, shown
from directory.model import LineKind
from directory.phone_numbers import BadNumber
from directory.policies import policy_of
from ivr import what_if
from ivr.events import HungUp, Pressed, Recorded, Silent
from ivr.simulation import HANG_UP, NOTHING, Moment, Simulation, rehearse
from ivr.steps import Ask
from notifications import labels, texts
from oncall import coverage
from oncall.targets import Person
from storage.directory import versions
from tickets.commitments import commitments, contract_of
from web.languages import gettext, translated
from web.outside import Outside
from web.params import text, wall_clock

BECAUSE: Mapping[str, str] = {
    Because.CLOSURE: "fermeture exceptionnelle", Because.HOLIDAY: "jour férié", Because.DAY_OFF: "jour sans ouverture",
    Because.BEFORE: "avant l'ouverture", Because.BREAK: "pause", Because.AFTER: "après la fermeture",
}  # fmt: skip
LINES: Mapping[str, str] = {LineKind.MAIN: "principale", LineKind.AFTER_HOURS: "astreinte"}
TYPED_AT_MOST = 30  # entries: the longest call of the sample asks nine questions
WITHHELD = ("masqué", "masque", "anonymous")  # as `astreinte call` understands them
LABELLED = (0, 6, 12, 18, 24)  # hours below the strip
CONTACTS = 200  # offered beside the field; any number may be typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address says."""

    line: str
    caller: str  # as typed; "": withheld
    wall: datetime
    again: bool  # the second time that the clock shows it
    keys: tuple[str, ...]

    def address(self, **changed: Any) -> str:
        told = {
            "line": self.line, "from": self.caller, "day": self.wall.date().isoformat(),
            "time": self.wall.time().isoformat(), "again": "1" if self.again else "", "keys": ",".join(self.keys),
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in (told | changed).items() if value})


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/what-if", endpoint="what_if")
    def page() -> str:
        now = outside.clock()
        with outside.database.read() as db:
            newest = book = outside.shelf.newest(db)
            asked, faults = _asked(book, now) if request.args else (_example(book, now), [])
            at, remark = _instant(asked, str(book.zone))
            asked = replace(asked, wall=shown(at, str(book.zone)))  # a time that no clock shows is another one
            if at < now:
                [(version, *_)] = versions.in_force(db, at, at + timedelta(microseconds=1))
                book = outside.shelf.book(db, version)
        try:
            is_withheld = not asked.caller or asked.caller.casefold() in WITHHELD
            caller = None if is_withheld else phone_numbers.parse(asked.caller)
        except BadNumber as bad:
            faults, caller = [*faults, translated(bad.said)], None
        shown_ = {} if faults else _told(book, asked, caller, at)
        return render_template(
            "console/what_if.html", book=book, asked=asked, at=at, faults=faults, former=book is not newest,
            remark=remark, is_twice=_is_twice(asked.wall, str(book.zone)), lines=LINES, why=_why,
            season=lambda at: _season(at, str(book.zone)),
            contacts=_contacts(newest), because=BECAUSE, name=lambda code: coverage.name(book, code),
            kinds=texts.KINDS, reasons=texts.REASONS, channels=labels.CHANNELS, **shown_,
        )  # fmt: skip


def _example(book: Directory, now: datetime) -> Asked:
    """What a page shows of which nothing is asked yet: a client with the option, who has lost a service."""
    wall = shown(now, str(book.zone)).replace(second=0, microsecond=0)
    known = [
        (contact.phones[0], book.known_entity(contract.entity))
        for client in book.directory.clients for contract in client.contracts for contact in client.contacts
        if contract.option_24x7 and contract.covers(wall.date()) and contact.phones
    ]  # fmt: skip
    caller, entity = known[0] if known else ("", None)
    keys = (str(entity.key), "1") if entity else ()
    return Asked(line=book.directory.lines[0].number, caller=caller, wall=wall, again=False, keys=keys)


def _instant(asked: Asked, zone: str) -> tuple[datetime, str]:
    """The one that is meant, and what is to be said of it on the two nights when the clock is changed."""
    at = instant(asked.wall, zone, last=asked.again)
    if shown(at, zone) != asked.wall:
        return at, gettext(
            "%(asked)s n'existe pas ce jour-là, l'horloge avance : %(taken)s est pris.",
            asked=f"{asked.wall:%H:%M}", taken=f"{shown(at, zone):%H:%M}",
        )  # fmt: skip
    if _is_twice(asked.wall, zone):
        return at, gettext("L'horloge recule ce jour-là et montre cette heure deux fois.")
    return at, ""


def _is_twice(wall: datetime, zone: str) -> bool:
    return instant(wall, zone) != instant(wall, zone, last=True)


def _season(at: datetime, zone: str) -> str:
    """Which of two: only where a clock shows that time twice."""
    if not _is_twice(shown(at, zone), zone):
        return ""
    return gettext("heure d'été") if at.astimezone(ZoneInfo(zone)).dst() else gettext("heure d'hiver")


def _why(person: Person) -> str:
    """« principal (planning) », « toute l'équipe », « par son nom »."""
    layer, bracket, reason = person.why.removesuffix(")").rpartition(" (")
    if not bracket:
        return translated(labels.word(labels.CALLED, person.why))
    return f"{layer} ({translated(labels.word(labels.REASONS, reason))})"


def _asked(book: Directory, now: datetime) -> tuple[Asked, list[str]]:
    faults = []
    known = [line.number for line in book.directory.lines]
    line = text("line", 30).replace(" ", "+", 1) or known[0]
    if line not in known:
        faults, line = [gettext("Cette ligne n'est pas dans l'annuaire.")], known[0]
    local = shown(now, str(book.zone)).replace(second=0, microsecond=0)
    wall = wall_clock(text("day", 20) or f"{local:%Y-%m-%d}", text("time", 20) or f"{local:%H:%M}")
    if wall is None:
        faults.append(gettext("Cette date ou cette heure n'existe pas."))
    keys = tuple(filter(None, text("keys", 300).replace(" ", "").split(",")))
    if len(keys) > TYPED_AT_MOST or not all(map(_is_key, keys)):
        faults, keys = (
            [
                *faults,
                gettext(
                    "Des touches : chiffres, * et #, « - » pour un silence, « h » pour raccrocher, "
                    "séparées par des virgules."
                ),
            ],
            (),
        )
    caller = text("from", 60)
    return Asked(line=line, caller=caller, wall=wall or local, again=bool(text("again", 1)), keys=keys), faults


def _is_key(typed: str) -> bool:
    return typed in (HANG_UP, NOTHING) or (len(typed) <= 20 and set(typed) <= set("0123456789*#"))


def _contacts(book: Directory) -> list[tuple[str, str]]:
    found = [
        (phone, f"{client.name}, {contact.name}")
        for client in book.directory.clients[:CONTACTS] for contact in client.contacts for phone in contact.phones
    ]  # fmt: skip
    return found[:CONTACTS]


def _told(book: Directory, asked: Asked, caller: str | None, at: datetime) -> dict[str, Any]:
    played = rehearse(book, to=asked.line, caller=caller, at=at, keys=asked.keys)
    order = what_if.ticket_of(played)
    entity = book.known_entity(played.call.entity)
    hours = book.judge(book.line(asked.line), entity, at) if entity else None
    policy = policy_of(book.directory.policies, entity.policy if entity else "")
    return {
        "moments": [(_done(each, played), each.texts, each.seconds) for each in played.moments],
        "client": book.client(order.client) if order and order.client else None,
        "played": played, "order": order, "entity": entity, "hours": hours, "closed": isinstance(hours, Closed),
        "contract": contract_of(book, order, at) if order else None,
        "promised": commitments(book, order, at, at) if order else None,
        "firings": list(what_if.firings(book, order, at)) if order and order.pages else [], "policy": policy,
        "choices": _choices(asked, played),
        "strip": _strip(book, asked, caller), "hours_of_strip": _hours(asked.wall.date(), str(book.zone)),
    }  # fmt: skip


def _done(moment: Moment, played: Simulation) -> str:
    match moment.event:
        case Pressed(keys):
            said = gettext("Touche %(key)s", key=keys) if len(keys) == 1 else gettext("Touches %(keys)s", keys=keys)
            return said + _lost(moment.lost)
        case Silent():
            return gettext("Silence") + _lost(moment.lost)
        case Recorded(seconds):
            return gettext("Message de %(seconds)s s", seconds=seconds)
        case HungUp() if played.ran_out:
            return gettext("Plus de touche donnée : ici, l'appelant raccrocherait")
        case HungUp():
            return gettext("L'appelant raccroche")
    return ""


def _lost(keys: str) -> str:
    """Typed in one entry with the answer: the question had heard enough."""
    if not keys:
        return ""
    if len(keys) == 1:
        return " (" + gettext("touche perdue : %(key)s", key=keys) + ")"
    return " (" + gettext("touches perdues : %(keys)s", keys=keys) + ")"


def _choices(asked: Asked, played: Simulation) -> dict[str, Any] | None:
    """The question that waits for a key, with the address of each answer."""
    last = played.moments[-2].heard[-1] if played.ran_out and len(played.moments) > 1 else None
    if not isinstance(last, Ask):
        return None
    offered = [*"123456789*0#"] if last.digits == 1 else []
    pressed = [(key, asked.address(keys=",".join([*asked.keys, key]))) for key in [*offered, NOTHING, HANG_UP]]
    return {"question": last.text, "pressed": pressed, "several": last.digits != 1}


def _strip(book: Directory, asked: Asked, caller: str | None) -> list[tuple[what_if.Stretch, int, float, str]]:
    """Each stretch of the day with its beginning and width in thousandths, and the address of its first instant."""
    day, zone = asked.wall.date(), str(book.zone)
    stretches = what_if.day_of(book, to=asked.line, caller=caller, keys=asked.keys, day=day)
    start, end = stretches[0].starts, stretches[-1].until
    told = []
    for each in stretches:
        wall = shown(each.starts, zone)
        again = "1" if instant(wall, zone) != each.starts else ""
        left = round(1000 * ((each.starts - start) / (end - start)))
        wide = 1000 * ((each.until - each.starts) / (end - start))
        told.append((each, left, wide, asked.address(time=wall.time().isoformat(), again=again)))
    return told


def _hours(day: date, zone: str) -> list[tuple[int, float]]:
    """Some hours of a day and their places in percent: a day of 23 or 25 hours has them elsewhere."""
    midnight = datetime.combine(day, time())
    start, end = instant(midnight, zone), instant(midnight + timedelta(days=1), zone)
    walls = [(hour, instant(midnight + timedelta(hours=hour), zone)) for hour in LABELLED]
    return [(hour, round(100 * ((at - start) / (end - start)), 2)) for hour, at in walls]

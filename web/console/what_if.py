"""What a caller would hear at an instant, what would come of it, and the same over a whole day; nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template

from ivr import numbers, standing_by, what_if, wording, words
from ivr.book import Book
from ivr.commitments import commitments, contract_of
from ivr.events import Event, HungUp, Pressed, Recorded, Silent
from ivr.hours import Because, Closed
from ivr.numbers import BadNumber
from ivr.rehearsal import HANG_UP, NOTHING, Rehearsal, rehearse
from ivr.steps import Ask
from oncall.policies import policy_of
from oncall.wall import instant, shown
from storage import versions
from web.languages import gettext, translated
from web.outside import Outside
from web.paging import text, wall_clock

BECAUSE: Mapping[str, str] = {
    Because.CLOSURE: "fermé pour une fois", Because.HOLIDAY: "jour férié", Because.DAY_OFF: "pas un jour ouvré",
    Because.BEFORE: "avant l'ouverture", Because.BREAK: "pause", Because.AFTER: "après la fermeture",
}  # fmt: skip
TYPED_AT_MOST = 30  # entries: the longest call of the sample asks nine questions
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
            asked, faults = _asked(book, now)
            at = instant(asked.wall, str(book.zone), last=asked.again)
            if at < now:
                [(version, *_)] = versions.in_force(db, at, at + timedelta(microseconds=1))
                book = outside.shelf.book(db, version)
        try:
            caller = numbers.parse(asked.caller) if asked.caller else None
        except BadNumber as bad:
            faults, caller = [*faults, translated(bad.said)], None
        shown_ = {} if faults else _told(book, asked, caller, at)
        return render_template(
            "console/what_if.html", book=book, asked=asked, at=at, faults=faults, former=book is not newest,
            contacts=_contacts(newest), because=BECAUSE, name=lambda code: standing_by.name(book, code),
            kinds=wording.KINDS, reasons=wording.REASONS, channels=words.CHANNELS, **shown_,
        )  # fmt: skip


def _asked(book: Book, now: datetime) -> tuple[Asked, list[str]]:
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


def _contacts(book: Book) -> list[tuple[str, str]]:
    found = [
        (phone, f"{client.name}, {contact.name}")
        for client in book.directory.clients[:CONTACTS] for contact in client.contacts for phone in contact.phones
    ]  # fmt: skip
    return found[:CONTACTS]


def _told(book: Book, asked: Asked, caller: str | None, at: datetime) -> dict[str, Any]:
    played = rehearse(book, to=asked.line, caller=caller, at=at, keys=asked.keys)
    order = what_if.ticket_of(played)
    entity = book.known_entity(played.call.entity)
    hours = book.judge(book.line(asked.line), entity, at) if entity else None
    policy = policy_of(book.directory.policies, entity.policy if entity else "")
    return {
        "moments": [(_done(each.event, played), each.texts, each.seconds) for each in played.moments],
        "played": played, "order": order, "entity": entity, "hours": hours, "closed": isinstance(hours, Closed),
        "contract": contract_of(book, order, at) if order else None,
        "promised": commitments(book, order, at, at) if order else None,
        "firings": list(what_if.firings(book, order, at)) if order and order.pages else [], "policy": policy,
        "choices": _choices(asked, played),
        "strip": _strip(book, asked, caller),
    }  # fmt: skip


def _done(event: Event, played: Rehearsal) -> str:
    match event:
        case Pressed(keys):
            return gettext("Touche %(key)s", key=keys) if len(keys) == 1 else gettext("Touches %(keys)s", keys=keys)
        case Silent():
            return gettext("Silence")
        case Recorded(seconds):
            return gettext("Message de %(seconds)s s", seconds=seconds)
        case HungUp():
            return "" if played.ran_out else gettext("L'appelant raccroche")
    return ""


def _choices(asked: Asked, played: Rehearsal) -> dict[str, Any] | None:
    """The question that waits for a key, with the address of each answer."""
    last = played.moments[-2].heard[-1] if played.ran_out and len(played.moments) > 1 else None
    if not isinstance(last, Ask):
        return None
    offered = [*"123456789*0#"] if last.digits == 1 else []
    pressed = [(key, asked.address(keys=",".join([*asked.keys, key]))) for key in [*offered, NOTHING, HANG_UP]]
    return {"question": last.text, "pressed": pressed, "several": last.digits != 1}


def _strip(book: Book, asked: Asked, caller: str | None) -> list[tuple[what_if.Stretch, int, float, str]]:
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

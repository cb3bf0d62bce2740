"""Who is at which telephone in a demonstration, for the page of the simulator (simulator.softphone.scene)."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from commands.demo.sandbox import PrivateLine
from directory import public_holidays
from directory.local_time import instant
from directory.model import Client, DirectoryData, LineKind
from storage.directory import parse

MOST_CALLERS = 20
TUESDAY, SATURDAY = 1, 5
STRANGER = {"number": "+33536499999", "label": "inconnu de l'annuaire"}
KINDS = {LineKind.MAIN: "ligne principale", LineKind.AFTER_HOURS: "ligne d'astreinte"}
DOORS = {"ingenieur": "Console : ingénieur", "client": "Portail : client"}
# What fails hastens what follows: the next person at once, the same one after a minute (oncall.escalation).
AFTER_MISSED = "Si personne ne prend le ticket, la suite vient dans une à deux minutes."


@dataclass(frozen=True, slots=True)
class Hour:
    """One worth beginning at (simulator.softphone.scene)."""

    label: str
    day: str
    time: str
    again: bool = False


def write(line: PrivateLine, doors: list[tuple[str, str]], today: date) -> None:
    """`doors`: accounts and the address at which each enters; `today`: the next hours worth a call are after it."""
    directory = parse(line.directory.read_text(encoding="utf-8"))
    told = {
        "zone": directory.organisation.timezone,
        "lines": [{"number": each.number, "label": KINDS[each.kind]} for each in directory.lines],
        "callers": [*list(_callers(directory))[:MOST_CALLERS], STRANGER],
        "codes": [
            {"code": each.code, "label": f"{each.name}, {_option(each)}"} for each in directory.clients[:MOST_CALLERS]
        ],
        "telephones": [*_engineers(directory), *_teams(directory)],
        "hours": [asdict(each) for each in hours(directory, today)],
        "doors": [{"label": _door(email.partition("@")[0]), "url": url} for email, url in doors],
        "after_missed": AFTER_MISSED,
        "wish": str(line.wish),
    }
    partial = line.scene.with_suffix(".partial")
    partial.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    partial.rename(line.scene)


def hours(directory: DirectoryData, today: date) -> Iterator[Hour]:
    """The next ones; a night with an hour twice only where there is one."""
    ahead = [today + timedelta(days=days) for days in range(1, 400)]
    open_day = next(day for day in ahead if day.weekday() == TUESDAY and not _is_holiday(directory, day))
    saturday = next(day for day in ahead if day.weekday() == SATURDAY)
    christmas = next(day for day in ahead if (day.month, day.day) == (12, 25))
    yield Hour("Un mardi à 10 h", open_day.isoformat(), "10:00")
    yield Hour("Le midi", open_day.isoformat(), "12:30")
    yield Hour("Un samedi soir", saturday.isoformat(), "22:04")
    yield Hour("Noël à 3 h 12", christmas.isoformat(), "03:12")
    for repeated in filter(None, (_repeated(day, directory.organisation.timezone) for day in ahead)):
        day, time = repeated.date().isoformat(), f"{repeated:%H:%M}"
        yield Hour(f"{time}, la première fois", day, time)
        yield Hour(f"{time}, la seconde fois", day, time, again=True)
        return


def _is_holiday(directory: DirectoryData, day: date) -> bool:
    return bool(public_holidays.name_of(directory.organisation.holidays, day))


def _repeated(day: date, zone: str) -> datetime | None:
    """The middle of an hour that the clock shows twice on that day."""
    walls = (datetime.combine(day, time(hour, 30)) for hour in range(24))
    return next((wall for wall in walls if instant(wall, zone) != instant(wall, zone, last=True)), None)


def _callers(directory: DirectoryData) -> Iterator[dict[str, str]]:
    """Telephones that read SMS first: what the caller is told can be read there."""
    for client in directory.clients:
        for contact in client.contacts:
            for number in sorted(contact.phones, key=lambda phone: not phone.startswith(("+336", "+337")))[:1]:
                yield {"number": number, "label": client.name, "note": _option(client)}


def _door(who: str) -> str:
    return DOORS.get(who, f"Console : {who}")


def _option(client: Client) -> str:
    return "option 24/7" if any(each.option_24x7 for each in client.contracts) else "sans option 24/7"


def _engineers(directory: DirectoryData) -> Iterator[dict[str, str]]:
    for engineer in directory.engineers:
        if engineer.phone:
            yield {"number": engineer.phone, "label": engineer.name}


def _teams(directory: DirectoryData) -> Iterator[dict[str, str]]:
    """Nobody is at the desk until somebody says so: most calls of a demonstration are made at night."""
    for entity in directory.entities:
        for number, phone in enumerate(entity.team, 1):
            which = f" {number}" if len(entity.team) > 1 else ""
            yield {"number": phone, "label": f"Bureau {entity.name}{which}", "manner": "no-answer"}

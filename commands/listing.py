"""Tickets, calls and pages on a terminal, or as JSON."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from commands.terminal import output
from commands.terminal.resources import reading
from directory.phone_numbers import pairs
from notifications import labels, texts
from notifications.labels import word
from storage import listing
from storage.directory.versions import DirectoryCache, NoDirectory
from tickets import states

Json = dict[str, Any]
DRILL = "EXERCICE"


def show(read: Callable[[Connection], list[Json]], line: Callable[[Json, ZoneInfo], str], as_json: bool) -> None:
    with reading() as db:
        rows, zone = read(db), _zone(db)
    if as_json:
        output.as_json(rows)
    elif not rows:
        click.echo("Rien pour l'instant.")
    for row in [] if as_json else rows:
        click.echo(line(row, zone))


def tickets(as_json: bool) -> None:
    show(listing.tickets, _ticket, as_json)


def calls(as_json: bool) -> None:
    show(listing.calls, _call, as_json)


def pages(as_json: bool) -> None:
    show(listing.pages, _page, as_json)


def letters(as_json: bool) -> None:
    show(listing.letters, _letter, as_json)


def _zone(db: Connection) -> ZoneInfo:
    try:
        return DirectoryCache().newest(db).zone
    except NoDirectory:
        return ZoneInfo("Europe/Paris")


def _ticket(row: Json, zone: ZoneInfo) -> str:
    facts = [
        row["reference"],
        DRILL if row["drill"] else "",
        _local(row["opened_at"], zone),
        word(states.WRITTEN, row["state"]),
        row["entity"] or "sans entité",
        row["client"] or ("" if row["drill"] else "client inconnu"),
        row["service"] or word(texts.NATURES, row["nature"] or ""),
        ", ".join(row["sites"]),
        "" if row["drill"] else _number(row["caller"]),
        word(texts.REASONS, row["refusal"] or ""),
        "astreinte prévenue" if row["paged"] else "",
        f"message de {row['recording_seconds']} s" if row["recording"] else "",
        f"pris par {row['acknowledged_by']}" if row["acknowledged_by"] else "",
    ]
    return _line(facts)


def _call(row: Json, zone: ZoneInfo) -> str:
    pressed = " ".join(step["pressed"] or "·" for step in row["steps"])
    facts = [
        _local(row["started_at"], zone),
        _number(row["caller"]),
        row["entity"] or "",
        pressed,
        word(texts.OUTCOMES, row["outcome"] or "en cours"),
        row["ticket"] or "",
    ]
    return _line(facts)


def _page(row: Json, zone: ZoneInfo) -> str:
    tried = "; ".join(_attempt(attempt, zone) for attempt in row["attempts"])
    passed_on = "; ".join(_passed_on(one, zone) for one in row["passed_on"])
    state = word(labels.PAGES, row["state"])
    return _line([row["ticket"], DRILL if row["drill"] else "", state, tried or "personne encore", passed_on])


def _letter(row: Json, zone: ZoneInfo) -> str:
    facts = [
        _local(row["received_at"], zone),
        row["sender"] or "expéditeur illisible",
        "" if row["verified"] else "non vérifié",
        f"« {row['subject']} »",
        word(labels.VERDICTS, row["verdict"] or "à lire"),
        row["ticket"] or "",
        row["reason"] or row["trouble"],
        word(labels.WITHHELD, row["withheld"]) if row["withheld"] else "",
    ]
    return _line(facts)


def _passed_on(row: Json, zone: ZoneInfo) -> str:
    reason = f" ({row['reason']})" if row["reason"] else ""
    return f"passé par {row['engineer']} {_local(row['at'], zone)}{reason}"


def _attempt(row: Json, zone: ZoneInfo) -> str:
    channel, state = word(labels.CHANNELS, row["channel"]), word(labels.ATTEMPTS, row["state"])
    return f"{row['engineer']} {channel} {_local(row['at'], zone)} {state}"


def _local(instant: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(zone):%d/%m/%Y %H:%M:%S}"


def _number(e164: str | None) -> str:
    return pairs(e164) if e164 else "masqué"


def _line(facts: Sequence[str]) -> str:
    return "  ".join(fact for fact in facts if fact)

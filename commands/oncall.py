"""Who is on call at an instant, entity by entity, and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from commands.terminal import output, resources, segments
from commands.terminal.codes import one_of
from commands.terminal.segments import Json
from directory.hours import Open
from directory.index import Directory
from directory.model import Entity
from notifications import labels
from oncall import coverage
from oncall.coverage_checks import local
from oncall.rotas import REACH, Segment
from storage.directory import versions
from storage.directory.versions import DirectoryCache
from storage.listing import iso


def oncall(at: datetime | None, code: str | None, as_json: bool) -> None:
    """By the directory of that instant: what was changed since does not move the past."""
    at = at or resources.settings().clock()()
    with resources.reading() as db:
        ((version, *_),) = versions.in_force(db, at, at + datetime.resolution)
        book = DirectoryCache().book(db, version)
    entities = book.directory.entities
    if code:
        entities = (one_of(entities, code, "L'entité"),)
    if as_json:
        output.as_json([_told(book, entity, at) for entity in entities])
        return
    click.echo(f"Le {segments.day(at, book.zone)} à {at.astimezone(book.zone):%H:%M}, heure locale de la ligne")
    for entity in entities:
        _say(book, entity, at)


def _told(book: Directory, entity: Entity, at: datetime) -> Json:
    found = book.judge(book.line(""), entity, at)
    until = found.until if isinstance(found, Open) else found.reopens
    return {
        "entity": entity.code,
        "at": iso(at),
        "open": isinstance(found, Open),
        "until": iso(until) if until else None,
        "rota": entity.rota or None,
        "policy": entity.policy or None,
        "layers": [{"layer": name} | _seen(book, segment, at) for name, segment in coverage.layers(book, entity, at)],
    }


def _seen(book: Directory, segment: Segment, at: datetime) -> Json:
    """As JSON; an end too far off to be looked for is none."""
    far = {"from": segment.starts <= at - REACH, "until": segment.until >= at + REACH}
    return segments.as_json(book, segment) | {edge: None for edge, unseen in far.items() if unseen}


def _say(book: Directory, entity: Entity, at: datetime) -> None:
    found = book.judge(book.line(""), entity, at)
    if isinstance(found, Open):
        state = "ouvert" + (f" jusqu'au {local(found.until, book.zone)}" if found.until else "")
    else:
        state = "fermé" + (f", rouvre {local(found.reopens, book.zone)}" if found.reopens else "")
    click.echo(f"\n{entity.name} : {state}")
    rota = book.rota(entity.rota)
    if rota is None:
        click.echo("  sans planning : seules les personnes que sa politique nomme sont réveillées")
        return
    layers = coverage.layers(book, entity, at)
    width = max((len(name) for name, _ in layers), default=0)
    for name, segment in layers:
        missing = "" if rota.layer(name) else f" : le planning {rota.code} n'a pas cette couche"
        until = _until(segment, at, ZoneInfo(rota.timezone))
        who_and_why = f"{segments.people(book, segment)}  ({labels.reason(book, segment)}{missing})"
        click.echo(f"  {name:{width}}  {who_and_why}{until}")


def _until(segment: Segment, at: datetime, zone: ZoneInfo) -> str:
    return f", jusqu'au {local(segment.until, zone)}" if segment.until < at + REACH else ""

"""Rotas on a terminal: shown as a table, changed by overrides and swaps; what has been is never changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from commands import announcing
from commands.terminal import confirm, output, resources, segments
from commands.terminal.codes import one_of, refused
from commands.terminal.segments import Json
from directory.index import Directory
from directory.intervals import Interval
from directory.local_time import instant, shown
from oncall import rota_proposals
from oncall.rota_proposals import Proposal, Unwanted
from oncall.rotas import Kind, Rota
from standby import short_notice
from storage.directory import versions
from storage.directory.versions import DirectoryCache
from storage.rotas import rotas
from storage.rotas.rotas import Layers


@dataclass(frozen=True, slots=True)
class Said:
    """Of a change, on the command line."""

    reason: str
    agreed: bool
    yes: bool  # without a question


def show(code: str | None, start: datetime | None, weeks: int, as_json: bool) -> None:
    """The days to come by the newest directory, those that have been by the one of their time."""
    now = resources.settings().clock()()
    with resources.reading() as db:
        shelf = DirectoryCache()
        book = shelf.newest(db)
        all_ = book.directory.rotas
        wanted = (one_of(all_, code, "Le planning"),) if code else all_
        told = [(rota, rotas.resolved(db, shelf, rota, *_range(rota, start or now, weeks))) for rota in wanted]
    if as_json:
        output.as_json([_as_json(book, rota, layers) for rota, layers in told])
    elif not told:
        click.echo("Aucun planning dans l'annuaire.")
    for rota, layers in [] if as_json else told:
        _say(book, rota, layers)


def override(
    code: str, layer: str, engineer: str | None, start: datetime | None, until: datetime, kind: Kind, said: Said
) -> None:
    """One override more, from an instant that is still to come."""
    changing = Changing()
    rota = changing.rota(code, layer)
    if engineer:
        one_of(changing.book.directory.engineers, engineer, "L'ingénieur")
    with _refusals():
        found = rota_proposals.override(changing.book, rota, layer, engineer or "", start, until, kind, changing.now)
        changing.to(found, said)


def swap(code: str, layer: str, one: datetime, other: datetime, said: Said) -> None:
    """Two turns change hands; each is named by an instant in it."""
    changing = Changing()
    rota = changing.rota(code, layer)
    with _refusals():
        changing.to(rota_proposals.swap(changing.book, rota, layer, one, other, changing.now), said)


def undo(version: int | None, said: Said) -> None:
    """The directory before the newest one, where they differ by overrides alone."""
    changing = Changing()
    if version not in (None, changing.seen):
        raise click.ClickException(f"L'annuaire a changé depuis (version {changing.seen}) : rien n'est défait.")
    with resources.reading() as db:
        before = versions.before(db, changing.seen)
        former = DirectoryCache().book(db, before).directory if before else None
    with _refusals():
        changing.to(rota_proposals.undone(changing.book, former, changing.now), said)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Unwanted as refusal:
        raise click.ClickException(str(refusal)) from refusal


class Changing:
    """The newest directory, about to get a successor; nothing is kept before the question is answered."""

    def __init__(self) -> None:
        with resources.database() as database, database.read() as db:
            self.now = resources.now(database)
            self.seen = versions.newest(db)
            self.book = DirectoryCache().book(db, self.seen)

    def rota(self, code: str, layer: str) -> Rota:
        rota = one_of(self.book.directory.rotas, code, "Le planning")
        if not rota.layer(layer):
            raise refused(f"Dans le planning {code}, la couche", layer, (each.name for each in rota.layers))
        return rota

    def to(self, proposal: Proposal, said: Said) -> None:
        """Say what changes and for whom it is late, ask, and make the new version. Raises Unwanted."""
        differences = proposal.differences()
        for difference in differences:
            zone = ZoneInfo(difference.rota.timezone)
            for title, found in (("avant", difference.before), ("après", difference.after)):
                click.echo(f"Planning {difference.rota.code}, {difference.layer}, {title} :")
                for segment in found:
                    click.echo(segments.line(self.book, segment, zone))
        for doubt in proposal.doubts():
            click.echo(f"Attention, {doubt}", err=True)
        late = short_notice.late(self.book, proposal.new, self.now + versions.PUBLISHED_AFTER)
        why = announcing.why(self.book, late, said.reason, said.agreed)
        confirm.agreed("Enregistrer ce changement ?", said.yes)
        with resources.database() as database, database.begin() as db:
            if not versions.succeed(db, self.seen, proposal.new, self.now, why=why):
                raise click.ClickException("L'annuaire vient d'être changé par ailleurs ; recommencez.")
            click.echo(f"Enregistré. Pour revenir en arrière : astreinte rota undo {versions.newest(db)}")


def _range(rota: Rota, at: datetime, weeks: int) -> Interval:
    """Whole days of the rota's zone, from the one that holds an instant."""
    midnight = shown(at, rota.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    return instant(midnight, rota.timezone), instant(midnight + timedelta(weeks=weeks), rota.timezone)


def _as_json(book: Directory, rota: Rota, layers: Layers) -> Json:
    return {
        "rota": rota.code,
        "timezone": rota.timezone,
        "layers": [
            {"layer": name, "segments": [segments.as_json(book, segment) for segment in found]}
            for name, found in layers.items()
        ],
    }


def _say(book: Directory, rota: Rota, layers: Layers) -> None:
    zone = ZoneInfo(rota.timezone)
    if not layers:
        click.echo(f"Planning {rota.code} : aucune couche.")
    for name, found in layers.items():
        first, last = (segments.day(at, zone) for at in (found[0].starts, found[-1].until))
        click.echo(f"Planning {rota.code}, {name}, du {first} au {last}")
        for segment in found:
            click.echo(segments.line(book, segment, zone))

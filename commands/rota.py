"""Rotas on a terminal: shown as a table, changed by overrides and swaps; what has been is never changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from commands import asking, opening, segments, writing
from commands.segments import Json
from commands.unknown import one_of, refused
from ivr import watch
from ivr.book import Book
from ivr.directory import Directory
from ivr.watch import local
from oncall import changes
from oncall.changes import Refusal
from oncall.intervals import Interval
from oncall.rotas import Kind, Override, Rota, Segment, resolve
from oncall.wall import instant, shown
from storage import versions
from storage.versions import Shelf

WATCHED = timedelta(days=28)  # doubts that a change brings are told so far ahead, at least
REFUSALS = {
    Refusal.NOBODY: "À l'un de ces instants, personne n'est d'astreinte : il n'y a pas de tour à échanger.",
    Refusal.SAME_PERSON: "Ces deux instants sont à la même personne : il n'y a rien à échanger.",
    Refusal.OVERLAP: "Ces deux tours se chevauchent : ils ne peuvent pas être échangés.",
    Refusal.CLOCK_CHANGE: "Un de ces tours commence ou finit dans l'heure que l'horloge montre deux fois ;"
    " écrivez l'échange dans le fichier, en deux remplacements.",
}


def show(code: str | None, start: datetime | None, weeks: int, as_json: bool) -> None:
    """The days to come by the newest directory, those that have been by the one of their time."""
    now = opening.settings().clock()()
    with opening.reading() as db:
        shelf = Shelf()
        book = shelf.newest(db)
        rotas = book.directory.rotas
        wanted = (one_of(rotas, code, "Le planning"),) if code else rotas
        told = [_told(db, shelf, rota, *_range(rota, start or now, weeks)) for rota in wanted]
    if as_json:
        writing.as_json([_as_json(rota, layers) for rota, layers in told])
    elif not told:
        click.echo("Aucun planning dans l'annuaire.")
    for rota, layers in [] if as_json else told:
        _say(book, rota, layers)


def override(
    code: str, layer: str, engineer: str | None, start: datetime | None, until: datetime, kind: Kind, yes: bool
) -> None:
    """One override more, from an instant that is still to come."""
    changing = Changing()
    rota = changing.rota(code, layer)
    if engineer:
        one_of(changing.book.directory.engineers, engineer, "L'ingénieur")
    elif kind is not Kind.REMOVE:
        raise click.ClickException("Il manque l'ingénieur ; seul --kind remove s'en passe, et retire qui a le tour.")
    start = start or changes.from_now(changing.now, rota.timezone)
    zone = ZoneInfo(rota.timezone)
    if until <= start:
        raise click.ClickException(f"La fin ({local(until, zone)}) doit suivre le début ({local(start, zone)}).")
    _must_be_ahead(start, changing.now, zone)
    walls = changes.on_the_wall(start, until, rota.timezone)
    if walls is None:
        raise click.ClickException(
            "L'horloge montre deux fois cette heure, et un planning ne distingue pas les deux : il commence à la"
            " première et finit à la seconde ; prenez une autre heure."
        )
    added = Override(layer=layer, starts=walls[0], until=walls[1], engineer=engineer or "", kind=kind)
    changing.must_be_there(rota, added)
    changing.to(changes.with_overrides(rota, added), yes)


def swap(code: str, layer: str, one: datetime, other: datetime, yes: bool) -> None:
    """Two turns change hands; each is named by an instant in it."""
    changing = Changing()
    rota = changing.rota(code, layer)
    found = changes.swap(rota, layer, one, other, changing.book.directory.engineers)
    if isinstance(found, Refusal):
        raise click.ClickException(REFUSALS[found])
    _must_be_ahead(instant(found[0].starts, rota.timezone), changing.now, ZoneInfo(rota.timezone))
    changing.to(changes.with_overrides(rota, *found), yes)


def undo(version: int | None, yes: bool) -> None:
    """The directory before the newest one, where they differ by overrides alone."""
    changing = Changing()
    if version not in (None, changing.seen):
        raise click.ClickException(f"L'annuaire a changé depuis (version {changing.seen}) : rien n'est défait.")
    with opening.reading() as db:
        before = versions.before(db, changing.seen)
        former = Shelf().book(db, before).directory if before else None
    if former is None or _without_overrides(former) != _without_overrides(changing.book.directory):
        raise click.ClickException(
            "La dernière version de l'annuaire n'est pas un changement de planning : il n'y a rien à défaire."
        )
    changing.to_directory(former, yes)


class Changing:
    """The newest directory, about to get a successor; nothing is kept before the question is answered."""

    def __init__(self) -> None:
        self.now = opening.settings().clock()()
        with opening.reading() as db:
            self.seen = versions.newest(db)
            self.book = Shelf().book(db, self.seen)

    def rota(self, code: str, layer: str) -> Rota:
        rota = one_of(self.book.directory.rotas, code, "Le planning")
        if not rota.layer(layer):
            raise refused(f"Dans le planning {code}, la couche", layer, (each.name for each in rota.layers))
        return rota

    def must_be_there(self, rota: Rota, added: Override) -> None:
        """Whoever is away would be stood in for at once."""
        if added.kind is Kind.REMOVE:
            return
        engineer = one_of(self.book.directory.engineers, added.engineer, "L'ingénieur")
        for absence in engineer.absences:
            if absence.starts < added.until and added.starts < absence.until:
                away = f"du {absence.starts:%d/%m/%Y %H:%M} au {absence.until:%d/%m/%Y %H:%M}"
                raise click.ClickException(f"{engineer.name} est absent {away}.")

    def to(self, rota: Rota, yes: bool) -> None:
        directory = self.book.directory
        rotas = tuple(rota if each.code == rota.code else each for each in directory.rotas)
        self.to_directory(replace(directory, rotas=rotas), yes)

    def to_directory(self, directory: Directory, yes: bool) -> None:
        """Say what changes, ask, and make the new version."""
        pairs = list(zip(self.book.directory.rotas, directory.rotas, strict=True))
        for old, new in pairs:
            if changes.alters(old, new, directory.engineers, self.now):
                raise click.ClickException(
                    f"Le planning {old.code} en serait changé avant maintenant, et ce qui a été ne change pas ;"
                    " « astreinte rota override » change la suite."
                )
        told = [self._tell(old, new) for old, new in pairs]
        if not any(told):
            raise click.ClickException("Cela ne change rien à qui est d'astreinte.")
        for doubt in _new_doubts(self.book, Book(directory), self.now):
            click.echo(f"Attention, {doubt}", err=True)
        asking.agreed("Enregistrer ce changement ?", yes)
        with opening.database() as database, database.begin() as db:
            if not versions.succeed(db, self.seen, directory, self.now):
                raise click.ClickException("L'annuaire vient d'être changé par ailleurs ; recommencez.")
            click.echo(f"Enregistré. Pour revenir en arrière : astreinte rota undo {versions.newest(db)}")

    def _tell(self, old: Rota, new: Rota) -> bool:
        """Each layer that changes, before and after; whether there is any."""
        differ = False
        zone, engineers = ZoneInfo(old.timezone), self.book.directory.engineers
        for layer, spans in changes.changed(old, new).items():
            before, after = ([resolve(rota, layer, *span, engineers) for span in spans] for rota in (old, new))
            if before != after:
                differ = True
                for title, found in (("avant", before), ("après", after)):
                    click.echo(f"Planning {old.code}, {layer}, {title} :")
                    for segment in chain(*found):
                        click.echo(segments.line(self.book, segment, zone))
        return differ


def _must_be_ahead(start: datetime, now: datetime, zone: ZoneInfo) -> None:
    if start < now:
        raise click.ClickException(
            f"Cela commencerait le {local(start, zone)}, et il est {now.astimezone(zone):%H:%M} le"
            f" {segments.day(now, zone)} : ce qui a été ne change pas. « rota override » sans --from commence"
            " maintenant."
        )


def _new_doubts(old: Book, new: Book, now: datetime) -> list[watch.Doubt]:
    """Those that the change brings, not those that it only moves."""
    known = {(doubt.subject, doubt.said) for doubt in watch.doubts(old, now, now + WATCHED)}
    return [doubt for doubt in watch.doubts(new, now, now + WATCHED) if (doubt.subject, doubt.said) not in known]


def _without_overrides(directory: Directory) -> Directory:
    return replace(directory, rotas=tuple(replace(rota, overrides=()) for rota in directory.rotas))


def _range(rota: Rota, at: datetime, weeks: int) -> Interval:
    """Whole days of the rota's zone, from the one that holds an instant."""
    midnight = shown(at, rota.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    return instant(midnight, rota.timezone), instant(midnight + timedelta(weeks=weeks), rota.timezone)


Layers = dict[str, list[Segment]]


def _told(db: Connection, shelf: Shelf, rota: Rota, start: datetime, end: datetime) -> tuple[Rota, Layers]:
    layers: Layers = {layer.name: [] for layer in rota.layers}
    for version, starts, until in versions.in_force(db, start, end):
        book = shelf.book(db, version)
        then = book.rota(rota.code) or Rota(code=rota.code)
        for name, found in layers.items():
            found += resolve(then, name, starts, until, book.directory.engineers)
    return rota, {name: _joined(found) for name, found in layers.items()}


def _joined(found: Sequence[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for segment in found:
        if joined and joined[-1].like(segment):
            joined[-1] = replace(joined[-1], until=segment.until)
        else:
            joined.append(segment)
    return joined


def _as_json(rota: Rota, layers: Layers) -> Json:
    return {
        "rota": rota.code,
        "timezone": rota.timezone,
        "layers": [
            {"layer": name, "segments": [segments.as_json(segment) for segment in found]}
            for name, found in layers.items()
        ],
    }


def _say(book: Book, rota: Rota, layers: Layers) -> None:
    zone = ZoneInfo(rota.timezone)
    if not layers:
        click.echo(f"Planning {rota.code} : aucune couche.")
    for name, found in layers.items():
        first, last = (segments.day(at, zone) for at in (found[0].starts, found[-1].until))
        click.echo(f"Planning {rota.code}, {name}, du {first} au {last}")
        for segment in found:
            click.echo(segments.line(book, segment, zone))

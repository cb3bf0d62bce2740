"""Changes to the rotas, before anybody keeps them: what they would change for whom, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from directory.index import Directory
from directory.local_time import instant
from directory.model import DirectoryData
from oncall import changes, coverage_checks
from oncall.changes import Refusal
from oncall.coverage_checks import Doubt, local
from oncall.rotas import Kind, Override, Rota, Segment, resolve
from translatable import LocalTime, Refused

WATCHED = timedelta(days=28)  # doubts that a change brings are told so far ahead, at least
AT_MOST = timedelta(days=366)
REFUSALS = {
    Refusal.NOBODY: "À l'un de ces instants, personne n'est d'astreinte : il n'y a pas de tour à échanger.",
    Refusal.SAME_PERSON: "Ces deux instants sont à la même personne : il n'y a rien à échanger.",
    Refusal.OVERLAP: "Ces deux tours se chevauchent : ils ne peuvent pas être échangés.",
    Refusal.CLOCK_CHANGE: "Un de ces tours commence ou finit dans l'heure que l'horloge montre deux fois ;"
    " écrivez l'échange dans le fichier, en deux remplacements.",
}


class Unwanted(Refused):
    """A change that is not to be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a turn that one engineer gives to another."""

    giver: str
    taker: str
    starts: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One layer where people would change."""

    rota: Rota
    layer: str
    before: Sequence[Segment]
    after: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The directory that would follow the present one."""

    old: Directory
    new: DirectoryData
    now: datetime

    def differences(self) -> list[Difference]:
        """Raises Unwanted when there are none, or when some have been already."""
        engineers, found = self.new.engineers, []
        for old, new in zip(self.old.directory.rotas, self.new.rotas, strict=True):
            if changes.alters(old, new, engineers, self.now):
                raise Unwanted(
                    "Le planning %(rota)s en serait changé avant maintenant, et ce qui a été ne change pas ;"
                    " changez la suite par un remplacement.",
                    rota=old.code,
                )
            for layer, spans in changes.changed(old, new).items():
                both = [[each for span in spans for each in resolve(r, layer, *span, engineers)] for r in (old, new)]
                if both[0] != both[1]:
                    found.append(Difference(rota=new, layer=layer, before=both[0], after=both[1]))
        if not found:
            raise Unwanted("Cela ne change rien à qui est d'astreinte.")
        return found

    def doubts(self) -> list[Doubt]:
        """Those that the change brings, not those that it only moves."""
        until = min(max([self.now + WATCHED, *self._ends()]), self.now + AT_MOST)
        known = {(doubt.subject, doubt.said) for doubt in coverage_checks.doubts(self.old, self.now, until)}
        found = coverage_checks.doubts(Directory(self.new), self.now, until)
        return [doubt for doubt in found if (doubt.subject, doubt.said) not in known]

    def _ends(self) -> list[datetime]:
        """Of the overrides that come or go."""
        pairs = [(old, new) for new in self.new.rotas if (old := self.old.rota(new.code))]
        return [until for old, new in pairs for spans in changes.changed(old, new).values() for _, until in spans]


def override(
    book: Directory, rota: Rota, layer: str, engineer: str, start: datetime | None, until: datetime, kind: Kind,
    now: datetime,
) -> Proposal:  # fmt: skip
    """Somebody instead of, beside, or less than whoever has the turn; from now when nothing else is said.

    Raises Unwanted."""
    if not engineer and kind is not Kind.REMOVE:
        raise Unwanted("Il manque l'ingénieur ; seul un retrait s'en passe, et retire qui a le tour.")
    added = _override(book, rota, layer, engineer, start, until, kind, now)
    return _with(book, changes.with_overrides(rota, added), now)


def handover(book: Directory, rota: Rota, layer: str, pieces: Sequence[Piece], now: datetime) -> Proposal:
    """Pieces of turns change hands as agreed, what has begun from now on; each is still its giver's, or Unwanted."""
    added = []
    for piece in pieces:
        start = piece.starts if piece.starts > now else changes.from_now(now, rota.timezone)
        if piece.until <= start:
            raise Unwanted("Le tour de %(giver)s à donner est passé.", giver=_named(book, piece.giver))
        held = resolve(rota, layer, start, piece.until, book.directory.engineers)
        if any(piece.giver != (segment.instead_of or segment.engineer) for segment in held):
            giver = _named(book, piece.giver)
            raise Unwanted("%(giver)s n'a plus ce tour en entier : le planning a changé.", giver=giver)
        added.append(_override(book, rota, layer, piece.taker, start, piece.until, Kind.REPLACE, now))
    return _with(book, changes.with_overrides(rota, *added), now)


def _override(
    book: Directory, rota: Rota, layer: str, engineer: str, start: datetime | None, until: datetime, kind: Kind,
    now: datetime,
) -> Override:  # fmt: skip
    start, zone = start or changes.from_now(now, rota.timezone), ZoneInfo(rota.timezone)
    if until <= start:
        raise Unwanted(
            "La fin (%(end)s) doit suivre le début (%(start)s).", end=local(until, zone), start=local(start, zone)
        )
    _must_be_ahead(start, now, zone)
    walls = changes.on_the_wall(start, until, rota.timezone)
    if walls is None:
        raise Unwanted(
            "L'horloge montre deux fois cette heure, et un planning ne distingue pas les deux : il commence à la"
            " première et finit à la seconde ; prenez une autre heure."
        )
    added = Override(layer=layer, starts=walls[0], until=walls[1], engineer=engineer, kind=kind)
    _must_be_there(book, added)
    return added


def swap(book: Directory, rota: Rota, layer: str, one: datetime, other: datetime, now: datetime) -> Proposal:
    """Two turns change hands; each is named by an instant in it. Raises Unwanted."""
    found = changes.swap(rota, layer, one, other, book.directory.engineers)
    if isinstance(found, Refusal):
        raise Unwanted(REFUSALS[found])
    _must_be_ahead(instant(found[0].starts, rota.timezone), now, ZoneInfo(rota.timezone))
    return _with(book, changes.with_overrides(rota, *found), now)


def undone(book: Directory, former: DirectoryData | None, now: datetime) -> Proposal:
    """The directory before the newest one, where they differ by overrides alone. Raises Unwanted."""
    if former is None or _without_overrides(former) != _without_overrides(book.directory):
        raise Unwanted(
            "La dernière version de l'annuaire n'est pas un changement de planning : il n'y a rien à défaire."
        )
    return Proposal(book, former, now)


def _with(book: Directory, rota: Rota, now: datetime) -> Proposal:
    rotas = tuple(rota if each.code == rota.code else each for each in book.directory.rotas)
    return Proposal(book, replace(book.directory, rotas=rotas), now)


def _must_be_there(book: Directory, added: Override) -> None:
    """Whoever is away would be stood in for at once."""
    engineer = book.engineer(added.engineer)
    if added.kind is Kind.REMOVE or engineer is None:
        return
    for absence in engineer.absences:
        if absence.starts < added.until and added.starts < absence.until:
            away = [LocalTime(at, "%d/%m/%Y %H:%M", "d MMM y HH:mm") for at in (absence.starts, absence.until)]
            raise Unwanted(
                "%(name)s est absent du %(start)s au %(end)s.", name=engineer.name, start=away[0], end=away[1]
            )


def _must_be_ahead(start: datetime, now: datetime, zone: ZoneInfo) -> None:
    if start < now:
        raise Unwanted(
            "Cela commencerait le %(start)s, et nous sommes le %(now)s : ce qui a été ne change pas."
            " Sans début, un remplacement commence maintenant.",
            start=local(start, zone), now=local(now, zone),
        )  # fmt: skip


def _named(book: Directory, code: str) -> str:
    engineer = book.engineer(code)
    return engineer.name if engineer else code


def _without_overrides(directory: DirectoryData) -> DirectoryData:
    return replace(directory, rotas=tuple(replace(rota, overrides=()) for rota in directory.rotas))

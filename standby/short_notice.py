"""Turns that a change of the rota would announce too late to be imposed, by the rules of each one's employer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.index import Directory
from directory.intervals import without
from directory.model import DirectoryData
from oncall.hours_exchanged import Held
from oncall.rotas import resolve
from oncall.shifts import Shift
from standby.notice import Notice, Verdict, notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """The first of what somebody would gain."""

    engineer: str
    starts: datetime
    notice: Notice


def late(book: Directory, new: DirectoryData, announced_at: datetime) -> list[Late]:
    """One for each person, the first of theirs; people without an employer are told as ever.

    `announced_at`: when it will be published; hours that somebody had already were announced before."""
    longest = max((each.notice_days for each in new.employers), default=0)
    until, renewed = announced_at + timedelta(days=longest + 1), Directory(new)
    had = Held(_pieces(book.directory, announced_at, until))
    found: dict[str, Late] = {}
    for piece in _pieces(new, announced_at, until) if new.employers else ():
        gained, employer = without([(piece.starts, piece.until)], had.like(piece)), renewed.employer_of(piece.engineer)
        if employer and gained:
            starts, rota = gained[0][0], renewed.rota(piece.rota)
            told = notice(employer, starts, announced_at, rota.timezone if rota else str(book.zone))
            held = found.get(piece.engineer)
            if told.verdict is not Verdict.FINE and (held is None or starts < held.starts):
                found[piece.engineer] = Late(engineer=piece.engineer, starts=starts, notice=told)
    return sorted(found.values(), key=lambda each: each.starts)


def needs_agreement(found: list[Late]) -> bool:
    return any(each.notice.verdict is Verdict.AGREED for each in found)


def _pieces(directory: DirectoryData, start: datetime, until: datetime) -> Iterator[Shift]:
    """Everybody's hours, layer by layer."""
    for rota in directory.rotas:
        for layer in rota.layers:
            for segment in resolve(rota, layer.name, start, until, directory.engineers):
                for engineer in segment.engineers:
                    yield Shift(rota=rota.code, layer=layer.name, engineer=engineer, starts=segment.starts,
                                until=segment.until)  # fmt: skip

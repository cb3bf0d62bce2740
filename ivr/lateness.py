"""Turns that a change of the rota would announce too late to be imposed, by the rules of each one's employer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.book import Book
from ivr.directory import Directory
from ivr.proposals import Difference
from oncall.intervals import joined, without
from oncall.law.notice import Notice, Verdict, notice
from oncall.rotas import Segment, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """The first of what somebody would gain."""

    engineer: str
    starts: datetime
    notice: Notice


def late(book: Book, differences: list[Difference], now: datetime) -> list[Late]:
    """One for each person, the shortest notice of theirs; people without an employer are told as ever."""
    found: dict[str, Late] = {}
    for each in (one for difference in differences for one in _late(book, difference, now)):
        held = found.get(each.engineer)
        if held is None or each.starts < held.starts:
            found[each.engineer] = each
    return sorted(found.values(), key=lambda each: each.starts)


def late_by(book: Book, new: Directory, now: datetime) -> list[Late]:
    """The same of a whole directory; a layer that is new is not announced yet (storage.publishing)."""
    days = max((each.notice_days for each in new.employers), default=0)
    until, old = now + timedelta(days=days + 1), book.directory
    known = [(former, rota) for rota in new.rotas if new.employers and (former := book.rota(rota.code))]
    found = [
        Difference(rota=rota, layer=layer.name,
                   before=resolve(former, layer.name, now, until, old.engineers),
                   after=resolve(rota, layer.name, now, until, new.engineers))
        for former, rota in known for layer in rota.layers if former.layer(layer.name)
    ]  # fmt: skip
    return late(Book(new), found, now)


def needs_agreement(found: list[Late]) -> bool:
    return any(each.notice.verdict is Verdict.AGREED for each in found)


def _late(book: Book, difference: Difference, now: datetime) -> Iterator[Late]:
    for engineer in {code for segment in difference.after for code in segment.engineers}:
        employer = book.employer_of(engineer)
        gained = without(_of(engineer, difference.after), _of(engineer, difference.before))
        ahead = [starts for starts, until in gained if until > now]
        if employer and ahead:
            starts = max(ahead[0], now)
            found = notice(employer, starts, now, difference.rota.timezone)
            if found.verdict is not Verdict.FINE:
                yield Late(engineer=engineer, starts=starts, notice=found)


def _of(engineer: str, segments: Sequence[Segment]) -> list[tuple[datetime, datetime]]:
    return list(joined((each.starts, each.until) for each in segments if engineer in each.engineers))

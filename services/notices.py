"""When each part of a turn was announced to whoever has it: written at publication, and never again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from directory.index import Directory
from oncall.rotas import resolve
from oncall.shifts import Shift
from services.publish_shifts import Change
from standby.notice import Notice, Verdict, notice
from storage.directory import versions
from storage.directory.versions import DirectoryCache
from storage.models import DirectoryVersion, NoticeRow, ReceiptRow

PUT_INTO_SERVICE = "mise en service du planning"  # of what was already planned when the line began
_TABLE = NoticeRow.__table__


@dataclass(frozen=True, slots=True)
class Brought:
    """A version of the directory, and what was said of the turns that it announces."""

    book: Directory
    said: dict[str, Any]  # who, reason, agreed

    def has(self, shift: Shift, starts: datetime, until: datetime) -> bool:
        """Whether the whole of [starts, until) is already theirs."""
        rota = self.book.rota(shift.rota)
        found = resolve(rota, shift.layer, starts, until, self.book.directory.engineers) if rota else ()
        return bool(found) and all(shift.engineer in each.engineers for each in found)


def lately(db: Connection, shelf: DirectoryCache, since: datetime | None) -> list[Brought]:
    """The newest version and those before it that came after `since`, the newest first. Raises NoDirectory."""
    columns = (DirectoryVersion.id, DirectoryVersion.who, DirectoryVersion.reason, DirectoryVersion.agreed)
    newest = DirectoryVersion.id == versions.newest(db)
    wanted = or_(newest, DirectoryVersion.loaded_at > since) if since else newest
    rows = db.execute(select(*columns).where(wanted).order_by(DirectoryVersion.id.desc())).all()
    return [
        Brought(shelf.past(db, row.id), {"who": row.who, "reason": row.reason, "agreed": row.agreed}) for row in rows
    ]


def keep(db: Connection, came: Sequence[Brought], changes: Iterable[Change], now: datetime) -> None:
    """Of what somebody gains, whose employer is known; `came`: versions since the last publication (`lately`)."""
    rows = list(_rows(came, changes, now))
    if rows:
        db.execute(insert(NoticeRow), rows)


def of_engineer(db: Connection, engineer: str, starts: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Those of turns that have some part of [starts, until), as they were announced; `seen_at`: its receipt's."""
    mine = (NoticeRow.engineer == engineer, NoticeRow.starts < until, NoticeRow.until > starts)
    found = select(_TABLE, ReceiptRow.at.label("seen_at")).outerjoin(ReceiptRow, ReceiptRow.notice == NoticeRow.id)
    return db.execute(found.where(*mine).order_by(NoticeRow.starts, NoticeRow.id)).all()


def receive(db: Connection, engineer: str, starts: datetime, until: datetime, last: int, now: datetime) -> None:
    """Somebody has seen those of [starts, until), up to the one numbered `last`; the first time counts."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    shown = [row for row in of_engineer(db, engineer, starts, until) if row.id <= last]
    unseen = [{"notice": row.id, "at": now} for row in shown if row.seen_at is None]
    if unseen:
        db.execute(dialect.insert(ReceiptRow).on_conflict_do_nothing(index_elements=["notice"]), unseen)


def _rows(came: Sequence[Brought], changes: Iterable[Change], now: datetime) -> Iterator[dict[str, Any]]:
    book = came[0].book
    for change in changes:
        employer = book.employer_of(change.engineer)
        if change.after is None or employer is None:
            continue
        shift, rota = change.after, book.rota(change.after.rota)
        for starts, until in change.gained:
            found = notice(employer, starts, now, rota.timezone if rota else str(book.zone))
            yield {
                "engineer": shift.engineer, "rota": shift.rota, "layer": shift.layer, "starts": starts,
                "until": until, "announced_at": now, "days": found.days, "verdict": found.verdict,
                **_said(came, change, starts, until, found),
            }  # fmt: skip


def _said(came: Sequence[Brought], change: Change, starts: datetime, until: datetime, found: Notice) -> dict[str, Any]:
    """By whom it was changed; a reason and an agreement belong to what is told late."""
    said = _by(came, change.after, starts, until).said if change.after else came[0].said
    if found.verdict is Verdict.FINE:
        return said | {"reason": "", "agreed": False}
    return said if change.is_news else said | {"reason": PUT_INTO_SERVICE}


def _by(came: Sequence[Brought], shift: Shift, starts: datetime, until: datetime) -> Brought:
    """From which one on they have had it: several changes are published together, each with its own reason."""
    by = came[0]
    for each in came:
        if not each.has(shift, starts, until):
            break
        by = each
    return by

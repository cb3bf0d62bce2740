"""When each part of a turn was announced to whoever has it: written at publication, and never again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.book import Book
from oncall.intervals import Interval, without
from oncall.law.notice import notice
from storage.models import DirectoryVersion, NoticeRow, ReceiptRow
from storage.publishing import Change

_TABLE = NoticeRow.__table__


def keep(db: Connection, book: Book, changes: Iterable[Change], now: datetime) -> None:
    """Of what somebody gains, whose employer is known; the reason is that of the newest directory."""
    rows = list(_rows(book, changes, now))
    if not rows:
        return
    columns = (DirectoryVersion.reason, DirectoryVersion.agreed, DirectoryVersion.who)
    said = db.execute(select(*columns).order_by(DirectoryVersion.id.desc()).limit(1)).one()
    db.execute(insert(NoticeRow), [row | said._asdict() for row in rows])


def of_engineer(db: Connection, engineer: str, starts: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Those of turns that have some part of [starts, until), as they were announced; `seen_at`: its receipt's."""
    mine = (NoticeRow.engineer == engineer, NoticeRow.starts < until, NoticeRow.until > starts)
    found = select(_TABLE, ReceiptRow.at.label("seen_at")).outerjoin(ReceiptRow, ReceiptRow.notice == NoticeRow.id)
    return db.execute(found.where(*mine).order_by(NoticeRow.starts, NoticeRow.id)).all()


def receive(db: Connection, engineer: str, starts: datetime, until: datetime, now: datetime) -> None:
    """Somebody says that they have seen those of [starts, until); the first time counts."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    unseen = [{"notice": row.id, "at": now} for row in of_engineer(db, engineer, starts, until) if row.seen_at is None]
    if unseen:
        db.execute(dialect.insert(ReceiptRow).on_conflict_do_nothing(index_elements=["notice"]), unseen)


def _rows(book: Book, changes: Iterable[Change], now: datetime) -> Iterator[dict[str, Any]]:
    for change in changes:
        employer = book.employer_of(change.engineer)
        if change.after is None or employer is None:
            continue
        shift, rota = change.after, book.rota(change.after.rota)
        for starts, until in gained(change):
            found = notice(employer, starts, now, rota.timezone if rota else str(book.zone))
            yield {
                "engineer": shift.engineer, "rota": shift.rota, "layer": shift.layer, "starts": starts,
                "until": until, "announced_at": now, "days": found.days, "verdict": found.verdict,
            }  # fmt: skip


def gained(change: Change) -> list[Interval]:
    """What is new to whoever has the turn."""
    had = [(change.before.starts, change.before.until)] if change.before else []
    return without([(change.after.starts, change.after.until)], had) if change.after else []

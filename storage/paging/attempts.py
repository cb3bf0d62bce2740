"""Attempts: one person by one channel, each written before Twilio is asked, followed until its end is known."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from directory.policies import Channel, from_json
from oncall.escalation import PageProgress, Try
from storage.database import wake
from storage.models import Attempt, Page
from storage.paging import delivery, notification_outbox, pages
from storage.tickets import journal
from tickets.history import PAGER

INTENDED = "intended"  # nothing is known of it yet
FAILED = frozenset({"failed", "undelivered", "busy", "no-answer", "canceled"})  # reached nobody
OVER = FAILED | {"delivered", "read", "completed"}
MISSED = frozenset({"busy", "failed", "undelivered"})  # neither rang nor arrived, though it could have
MACHINE = "répondeur"
RINGING = ("queued", "initiated", "ringing")


def begin(
    db: Connection, page: Row[Any], *, step: int, firing: int, engineer: str, channel: Channel, number: str,
    at: datetime, why: str, now: datetime,
) -> None:  # fmt: skip
    """Due at `at`. One that has not left yet is not doubled: it becomes part of this firing."""
    whom = (Attempt.page == page.id, Attempt.engineer == engineer, Attempt.channel == channel)
    waiting = (Attempt.state == INTENDED, Attempt.provider_sid.is_(None), Attempt.run_at.is_not(None))
    taken_on = update(Attempt).where(*whom, *waiting).values(step=step, firing=firing, failed_at=None)
    if db.execute(taken_on.returning(Attempt.id)).first() is None:
        row = {"page": page.id, "step": step, "firing": firing, "engineer": engineer, "channel": channel}
        db.execute(insert(Attempt).values(**row, number=number, at=at, run_at=at))
    note(db, page.ticket, "alerting", engineer, channel, now, why=why)
    wake(db)


def skip(
    db: Connection, page: Row[Any], *, step: int, firing: int, engineer: str, channel: Channel, why: str, error: str,
    now: datetime,
) -> None:  # fmt: skip
    """Somebody who cannot be reached that way: said, and seen among the attempts."""
    row = {"page": page.id, "step": step, "firing": firing, "engineer": engineer, "channel": channel}
    db.execute(insert(Attempt).values(**row, number="", at=now, state="failed", error=error, failed_at=now))
    note(db, page.ticket, "skipped", engineer, channel, now, why=why, error=error)


def of_page(db: Connection, page: int) -> list[Row[Any]]:
    return list(db.execute(select(Attempt.__table__).where(Attempt.page == page).order_by(Attempt.id)))


def has_tried(db: Connection, page: int) -> bool:
    """Whether somebody with a telephone was on the list for it, some time."""
    return db.execute(select(Attempt.id).where(Attempt.page == page, Attempt.number != "").limit(1)).first() is not None


def climb_of(db: Connection, page: Row[Any]) -> PageProgress:
    """The page as the rule of escalation sees it."""
    rows = of_page(db, page.id)
    return PageProgress(
        policy=from_json(page.policy),
        since=page.since,
        step=page.step,
        firing=page.firing,
        fired_at=page.fired_at,
        handed_on=any(row.handed_on == page.firing for row in rows),
        hurried=page.hurried == page.firing,
        tries=[_try(row) for row in rows],
    )


def _try(row: Row[Any]) -> Try:
    missed = row.state in MISSED and row.provider_sid is not None  # without a sid, Twilio has refused it
    return Try(row.firing, row.at, Channel(row.channel), row.sent_at, row.failed_at, missed)


def last_tries(db: Connection, ticket: str, now: datetime) -> dict[tuple[str, str], datetime]:
    """When each person was last tried by each channel for the ticket, whichever page it was for."""
    tried = (
        select(Attempt.engineer, Attempt.channel, func.max(func.coalesce(Attempt.sent_at, Attempt.at)))
        .join(Page, Page.id == Attempt.page)
        .where(Page.ticket == ticket, Attempt.at <= now, Attempt.number != "")
        .group_by(Attempt.engineer, Attempt.channel)
    )
    return {(engineer, channel): at for engineer, channel, at in db.execute(tried)}


def find(db: Connection, attempt: int) -> Row[Any] | None:
    return db.execute(select(Attempt.__table__).where(Attempt.id == attempt)).one_or_none()


def newest_for(db: Connection, page: int, engineer: str) -> Row[Any] | None:
    """The last attempt to reach that person for that page; one that was skipped has tried nothing."""
    mine = (Attempt.page == page, Attempt.engineer == engineer, Attempt.number != "")
    found = select(Attempt.__table__).where(*mine)
    return db.execute(found.order_by(Attempt.id.desc()).limit(1)).one_or_none()


def progress(db: Connection, attempt: int, *, sid: str, status: str, error: str, now: datetime) -> None:
    """Twilio's word on it, in any order and any number of times; a failure hastens what comes next.

    The attempt's page is held (`pages.hold_of`)."""
    row = find(db, attempt)
    if row is None or (sid and row.provider_sid not in (None, sid)):
        return  # a call placed twice: what is known of the other one counts
    if sid and row.provider_sid is None:
        notification_outbox.disown(db, sid, now)
        if not delivery.name(db, Attempt, attempt, sid):
            _reclaim(db, attempt, sid, now)
    said = {"error": error} if error else {}
    if not delivery.advance(db, Attempt, attempt, status=status, sent_at=row.sent_at or now, **said):
        return
    if status in FAILED:
        fail(db, attempt, error or status, now)


def _reclaim(db: Connection, attempt: int, sid: str, now: datetime) -> None:
    disown(db, sid, now)
    delivery.name(db, Attempt, attempt, sid)


def disown(db: Connection, sid: str, now: datetime) -> None:
    """An attempt had guessed that the message or call was its own: it never left, and is due again."""
    nothing = {"provider_sid": None, "state": INTENDED, "error": "", "sent_at": None, "failed_at": None,
               "pressed_at": None, "run_at": now}  # fmt: skip
    guessed = update(Attempt).where(Attempt.provider_sid == sid).values(**nothing)
    if db.execute(guessed.returning(Attempt.id)).first() is not None:
        wake(db)


def refuse(db: Connection, attempt: int, error: str, now: datetime) -> None:
    """Twilio will never do it."""
    unsettled = (Attempt.id == attempt, Attempt.state == INTENDED)
    db.execute(update(Attempt).where(*unsettled).values(state="failed", error=error))
    fail(db, attempt, error, now)


def pressed(db: Connection, attempt: int, now: datetime) -> None:
    """A key came in its call: a person is there, and what was taken for a machine is no failure any more."""
    known = update(Attempt).where(Attempt.id == attempt)
    db.execute(known.where(Attempt.pressed_at.is_(None)).values(pressed_at=now))
    db.execute(known.where(Attempt.error == MACHINE).values(failed_at=None, error=""))


def answered_by_machine(db: Connection, attempt: int, sid: str, now: datetime) -> None:
    """A hint only: it hastens the next step unless a key has come, and whoever presses one later is heard."""
    row = find(db, attempt)
    if row is not None and row.pressed_at is None and sid in ("", row.provider_sid or sid):
        fail(db, attempt, MACHINE, now)


def fail(db: Connection, attempt: int, error: str, now: datetime) -> None:
    """Nobody is reached by it: said once, and the page looks for somebody else; of a page that has ended nothing is."""
    asks = Page.reminded_at.is_not(None) & (Page.firing == Attempt.firing)
    goes_on = exists().where(Page.id == Attempt.page, (Page.state == pages.PENDING) | asks)
    failed = update(Attempt).where(Attempt.id == attempt, Attempt.failed_at.is_(None), goes_on).values(failed_at=now)
    if db.execute(failed.returning(Attempt.id)).first() is None:
        return
    db.execute(update(Attempt).where(Attempt.id == attempt, Attempt.error == "").values(error=error))
    row = db.execute(select(Attempt.__table__).where(Attempt.id == attempt)).one()
    note_of(db, row, "alert_failed", now, error=error)
    pages.look_again(db, row.page, now)


def end_all(db: Connection, page: int, but: int | None, now: datetime) -> None:
    """Nobody is to be woken any more: what waits never leaves, telephones that ring are silenced."""
    db.execute(update(Attempt).where(Attempt.page == page).values(run_at=None))
    ringing = (Attempt.channel == Channel.VOICE, Attempt.state.in_(RINGING), Attempt.provider_sid.is_not(None))
    others = Attempt.id != but if but else Attempt.id.is_not(None)
    db.execute(update(Attempt).where(Attempt.page == page, *ringing, others).values(run_at=now))
    wake(db)


def knows(db: Connection, sid: str) -> bool:
    """Some attempt is this message or call."""
    return db.execute(select(Attempt.id).where(Attempt.provider_sid == sid)).first() is not None


def note_of(db: Connection, attempt: Row[Any], kind: str, now: datetime, **more: str) -> None:
    ticket = db.execute(select(Page.ticket).where(Page.id == attempt.page)).scalar_one()
    note(db, ticket, kind, attempt.engineer, attempt.channel, now, **more)


def note(db: Connection, ticket: str, kind: str, engineer: str, channel: str, now: datetime, **more: str) -> None:
    journal.note(db, ticket, kind, PAGER, now, {"engineer": engineer, "channel": str(channel), **more})

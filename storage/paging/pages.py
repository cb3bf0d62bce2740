"""Pages: opened with the ticket, climbing by their policy, ended by whoever acknowledges.

Whoever changes a page, its ticket or its attempts holds the page first: taken in one order, locks never wait in a
circle. The journal's is the last of all (storage.tickets.journal)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from directory.index import Directory
from directory.policies import Policy, as_json, from_json, policy_of
from oncall import escalation
from oncall.escalation import PageProgress
from oncall.open_pages import Climbing
from storage.database import wake
from storage.due import SLACK
from storage.models import Attempt, Page, Ticket
from storage.paging import notification_outbox
from storage.tickets import journal
from tickets.history import PAGER

PENDING, ACKNOWLEDGED, CANCELLED = "pending", "acknowledged", "cancelled"
HELD_AT_MOST = timedelta(minutes=5)  # while those on call are rung by the line itself
CONFIRM_WITHIN = timedelta(minutes=10)  # whether they still have the ticket
LOOK_FOR_SOMEBODY = timedelta(minutes=1)  # while none of the steps reaches anybody
DATED = ("opened_at", "since", "fired_at", "acknowledged_at", "reminded_at")
# Of a page that looks for somebody anew: whoever was told or asked before is told and asked again.
NOBODY_KNOWS: Mapping[str, None] = {"reminded_at": None, "hierarchy_told_at": None, "desk_told_at": None}


def open_page(
    db: Connection, book: Directory, entity: str | None, ticket: str, now: datetime, held: timedelta = timedelta(0)
) -> None:
    """Wake somebody for the ticket, as soon as this transaction commits; or a moment later, if nobody is quicker."""
    known = book.known_entity(entity)
    policy = policy_of(book.directory.policies, known.policy if known else "")
    _let_go(db, ticket)
    row = {"ticket": ticket, "opened_at": now, "since": now, "policy": as_json(policy)}
    db.execute(insert(Page).values(**row, run_at=now + held))
    journal.note(db, ticket, "paged", PAGER, now, {"policy": policy.code})
    notification_outbox.tell_waiting(db, ticket, now)
    wake(db)


def is_pending(db: Connection, ticket: str) -> bool:
    """Whether one looks for somebody."""
    return db.execute(select(Page.id).where(Page.ticket == ticket, Page.state == PENDING)).first() is not None


def page_again(db: Connection, book: Directory, entity: str | None, ticket: str, now: datetime) -> None:
    """It got worse: somebody who has it is woken again; a page under way goes to its next step at once."""
    pending = select(Page.id).where(Page.ticket == ticket, Page.state == PENDING)
    under_way = db.execute(pending.with_for_update()).scalars().all()
    if not under_way:
        open_page(db, book, entity, ticket, now)
    for page in under_way:
        hurry(db, page, now)


def under_way(db: Connection) -> list[Climbing]:
    """The pages that look for somebody, exercises aside, the oldest first."""
    found = select(Page.__table__, Ticket.entity).join(Ticket, Ticket.reference == Page.ticket)
    rows = db.execute(found.where(Page.state == PENDING, ~Ticket.drill).order_by(Page.id))
    return [_climbing(row) for row in rows]


def _climbing(row: Row[Any]) -> Climbing:
    policy = from_json(row.policy)
    return Climbing(row.ticket, row.entity or "", policy, min(row.step + 1, len(policy.steps) - 1))


def _let_go(db: Connection, ticket: str) -> None:
    """Of the ticket's former pages nobody is asked any more whether they still have it: the newest page decides."""
    former = update(Page).where(Page.ticket == ticket, Page.state == ACKNOWLEDGED).values(run_at=None, reminded_at=None)
    ended = db.execute(former.returning(Page.id)).scalars().all()
    if ended:
        db.execute(update(Attempt).where(Attempt.page.in_(ended), Attempt.provider_sid.is_(None)).values(run_at=None))


def lock_page(db: Connection, ticket: str) -> None:
    """Nobody else changes the ticket's pages before this transaction ends."""
    _hold(db, Page.ticket == ticket)


def lock_page_of(db: Connection, attempt: int) -> None:
    """The same for the page that an attempt is for."""
    _hold(db, Page.id == select(Attempt.page).where(Attempt.id == attempt).scalar_subquery())


def _hold(db: Connection, which: ColumnElement[bool]) -> None:
    if db.dialect.name == "postgresql":  # SQLite has one writer at a time
        wanted, known = select(Page.id).where(which).order_by(Page.id), None
        while known != (held := db.execute(wanted.with_for_update(key_share=True)).all()):
            known = held  # one may have opened while another was waited for


def wake_now(db: Connection, ticket: str, now: datetime) -> None:
    """A page that was held back goes out."""
    for page in db.execute(select(Page.id).where(Page.ticket == ticket, Page.state == PENDING)).scalars().all():
        look_again(db, page, now)


def hurry(db: Connection, page: int, now: datetime) -> None:
    """Its next step is due at once, once; whoever is being tried may still answer."""
    db.execute(update(Page).where(Page.id == page, Page.state == PENDING).values(hurried=Page.firing))
    look_again(db, page, now)


def look_again(db: Connection, page: int, now: datetime) -> None:
    """Something has changed for the page: its next step is decided anew, now."""
    db.execute(update(Page).where(Page.id == page, Page.state == PENDING).values(run_at=now))
    wake(db)


def latest(page: Row[Any], now: datetime) -> datetime:
    """Until when it may wait: one that waits longer was put off by a clock that was ahead."""
    policy = from_json(page.policy)
    if page.state != PENDING:
        return now + max(policy.remind_after or CONFIRM_WITHIN, CONFIRM_WITHIN)
    if page.nobody_since:
        return now + LOOK_FOR_SOMEBODY
    climb = PageProgress(policy=policy, since=page.since, step=page.step, firing=page.firing, fired_at=page.fired_at)
    held = min(page.run_at - page.since, HELD_AT_MOST) if page.fired_at is None else timedelta(0)
    return max(escalation.latest(climb, now), min(climb.since, now) + held)


def asks_later(page: Row[Any], since: datetime | None, wait: timedelta, now: datetime) -> datetime | None:
    """When whoever has it since then is asked whether they still do, or loses it; none: now.

    A row whose moment a wrong clock had set is looked at before its time."""
    begun, span = (page.reminded_at, CONFIRM_WITHIN) if page.reminded_at else (since, wait)
    return begun + span if begun and begun <= now < begun + span else None


def put_right(db: Connection, page: Row[Any], now: datetime) -> Row[Any]:
    """What a clock that was ahead has dated in the future happens now, and the page goes on: nobody knows how long it
    has waited. Returns the page."""
    ahead = {name for name in DATED if (at := getattr(page, name)) and at > now + SLACK}
    if not ahead:
        return page
    values = dict.fromkeys(ahead, now) | (goes_on(page, now) if ahead & {"since", "fired_at"} else {})
    return change(db, page.id, **values)


def change(db: Connection, page: int, **values: Any) -> Row[Any]:
    """The page with other values."""
    changed = update(Page).where(Page.id == page).values(**values).returning(Page.__table__)
    return db.execute(changed).one()


def go_on_by(db: Connection, page: Row[Any], policy: Policy, step: int, now: datetime) -> Row[Any]:
    """By the entity's present policy, of which `step` is due: the directory has changed under the page."""
    journal.note(db, page.ticket, "policy_replaced", PAGER, now, {"policy": policy.code, "step": step})
    return change(db, page.id, policy=as_json(policy), step=step - 1)


def reach_nobody(db: Connection, page: Row[Any], now: datetime) -> Row[Any]:
    """None of its steps has anybody to try: said once, until somebody is there again."""
    journal.note(db, page.ticket, "nobody_to_wake", PAGER, now, {"step": page.step + 1, "firing": page.firing + 1})
    return change(db, page.id, nobody_since=now, firing=page.firing + 1)


def climb_anew(db: Connection, page: Row[Any], now: datetime) -> Row[Any]:
    """Somebody is there again, hours or a day later: first whom the first step names, as when the page opened."""
    return change(db, page.id, nobody_since=None, since=now, step=-1, fired_at=None)


def goes_on(page: Row[Any], now: datetime) -> dict[str, datetime]:
    """The instants with which the step after the one it has reached is due now."""
    policy = from_json(page.policy)
    if page.step + 1 >= len(policy.steps):
        return {"fired_at": now - policy.repeat_last_every}
    since = {"since": now - policy.steps[page.step + 1].after}
    return since if page.fired_at is None else since | {"fired_at": now}


def newest_of(db: Connection, ticket: str) -> Row[Any] | None:
    """The ticket's last page, locked: whoever ends it first has won."""
    found = select(Page.__table__).where(Page.ticket == ticket).order_by(Page.id.desc()).limit(1)
    return db.execute(found.with_for_update()).one_or_none()

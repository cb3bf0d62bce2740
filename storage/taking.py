"""Taking a ticket: one person at a time has it, and whoever comes second is told who.

Only people take: by a key in the call, the link's button, an SMS. Nothing that a machine does ends here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from oncall.policies import from_json
from storage import attempts, drills, journal, messages, pages
from storage.models import Attempt, Page, Ticket
from tickets.states import State


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a ticket, and since when; nobody when `engineer` is empty."""

    engineer: str = ""
    since: datetime | None = None


def take(db: Connection, ticket: str, engineer: str, by: str, now: datetime, attempt: int | None = None) -> Holder:
    """Take the ticket, unless somebody else was faster; returns who has it now.

    `by`: voice, link, sms. Taken twice by the same person, it is taken once. The page's clock stops in this commit."""
    page = pages.newest_of(db, ticket)
    if page is None or page.state != pages.PENDING:
        return _confirm(db, page, engineer, by, now) if page else Holder()
    taken = {"acknowledged_by": engineer, "acknowledged_at": now}
    wait = from_json(page.policy).remind_after
    ended = {"state": pages.ACKNOWLEDGED, "run_at": now + wait if wait else None, "reminded_at": None}
    db.execute(update(Page).where(Page.id == page.id).values(**ended, **taken))
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(**taken))
    waiting = (Ticket.reference == ticket, Ticket.state == State.OPEN)
    db.execute(update(Ticket).where(*waiting).values(state=State.IN_PROGRESS))
    attempts.end_all(db, page.id, attempt, now)
    journal.note(db, ticket, "acknowledged", engineer, now, {"by": by})
    drills.close(db, ticket)
    messages.inform(db, ticket, messages.TAKEN, now)
    return Holder(engineer, now)


def _confirm(db: Connection, page: Row[Any], engineer: str, by: str, now: datetime) -> Holder:
    """Asked whether they still have it, the person says so; from anybody else it changes nothing."""
    if page.state == pages.ACKNOWLEDGED and page.acknowledged_by == engineer and page.reminded_at:
        db.execute(update(Page).where(Page.id == page.id).values(run_at=None, reminded_at=None))
        attempts.end_all(db, page.id, None, now)
        journal.note(db, page.ticket, "confirmed", engineer, now, {"by": by})
    return Holder(page.acknowledged_by or "", page.acknowledged_at)


def give_back_silent(db: Connection, page: Row[Any], now: datetime) -> None:
    """Whoever had it does not answer any more: the next person is woken."""
    mine = attempts.newest_for(db, page.id, page.acknowledged_by)
    if mine is not None:
        db.execute(update(Attempt).where(Attempt.id == mine.id).values(handed_on=page.firing))
    _give_back(db, page, now)
    journal.note(db, page.ticket, "not_confirmed", page.acknowledged_by, now)
    pages.look_again(db, page.id, now)


def pass_on(db: Connection, ticket: str, engineer: str, by: str, now: datetime, reason: str = "") -> bool:
    """Hand the ticket to the next person, who is woken at once; False when it is somebody else's by now."""
    page = pages.newest_of(db, ticket)
    if page is None or page.state == pages.CANCELLED:
        return False
    if page.state == pages.ACKNOWLEDGED and page.acknowledged_by != engineer:
        return False
    mine, has_it = attempts.newest_for(db, page.id, engineer), page.state == pages.ACKNOWLEDGED
    if not has_it and (mine is None or mine.handed_on == page.firing):
        return mine is not None  # said twice: handed on once
    if mine is not None:  # whoever took it without having been woken has nothing to mark
        db.execute(update(Attempt).where(Attempt.id == mine.id).values(handed_on=page.firing))
    if has_it:
        _give_back(db, page, now)
    told = {"by": by, **({"reason": reason} if reason else {})}
    journal.note(db, ticket, "passed_on", engineer, now, told)
    pages.look_again(db, page.id, now)
    return True


def _give_back(db: Connection, page: Row[Any], now: datetime) -> None:
    """Nobody has it any more: the page goes on with the step after the one it had reached, now."""
    policy = from_json(page.policy)
    at_the_end = page.step + 1 >= len(policy.steps)
    due = policy.repeat_last_every if at_the_end else policy.steps[page.step + 1].after
    nobody = {"acknowledged_by": None, "acknowledged_at": None}
    since = {"fired_at": now - due} if at_the_end else {"fired_at": now, "since": now - due}
    going_on = {"state": pages.PENDING, "reminded_at": None, **since}
    db.execute(update(Page).where(Page.id == page.id).values(**going_on, **nobody))
    db.execute(update(Ticket).where(Ticket.reference == page.ticket).values(**nobody))
    working = (Ticket.reference == page.ticket, Ticket.state == State.IN_PROGRESS)
    db.execute(update(Ticket).where(*working).values(state=State.OPEN))

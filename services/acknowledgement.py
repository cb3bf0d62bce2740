"""Taking a ticket: one person at a time has it, and whoever comes second is told who.

Only people take: by a key in the call, the link's button, an SMS. Nothing that a machine does ends here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from directory.policies import from_json
from oncall.escalation import HandOn
from services import drills
from storage.models import Attempt, Page, Ticket
from storage.paging import attempts, notification_outbox, pages
from storage.tickets import journal, sla_clocks, summaries
from tickets import transitions
from tickets.history import Deed
from tickets.states import UNFINISHED, Kind, State
from tickets.transitions import Action


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a ticket, and since when; nobody when `engineer` is empty."""

    engineer: str = ""
    since: datetime | None = None
    confirmed: bool = False  # asked whether they still have it, they have just said so


def acknowledge(
    db: Connection, ticket: str, engineer: str, by: str, now: datetime, attempt: int | None = None
) -> Holder:
    """Take the ticket, unless somebody else was faster; returns who has it now.

    `by`: voice, link, sms. Taken twice by the same person, it is taken once. The page's clock stops in this commit."""
    page = pages.newest_of(db, ticket)
    if page is None or page.state != pages.PENDING:
        return _confirm(db, page, engineer, by, now) if page else Holder()
    taken = {"acknowledged_by": engineer, "acknowledged_at": now}
    wait = from_json(page.policy).remind_after
    ended = {"state": pages.ACKNOWLEDGED, "run_at": now + wait if wait else None, "reminded_at": None}
    db.execute(update(Page).where(Page.id == page.id).values(**ended, **taken))
    row = summaries.row(db, ticket)
    if row.state == State.OPEN:  # else it got worse, and somebody takes it anew
        taken |= {"state": transitions.after(Kind(row.kind), State.OPEN, Action.TAKE)}
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(**taken))
    sla_clocks.look_again(db, ticket, now)  # whether the commitment was kept is known from now on
    attempts.end_all(db, page.id, attempt, now)
    journal.note(db, ticket, "acknowledged", engineer, now, {"by": by})
    drills.close(db, ticket)
    notification_outbox.tell_taken(db, ticket, page.opened_at, now)
    return Holder(engineer, now)


def pick_up(db: Connection, ticket: str, engineer: str, by: str, now: datetime) -> Holder:
    """Take it whether or not anybody was woken for it: at the desk, most tickets wait without a page.

    Raises TransitionRefused when it is past being taken."""
    sla_clocks.lock_clock(db, ticket)
    page = pages.newest_of(db, ticket)
    if page is not None and page.state == pages.PENDING:
        return acknowledge(db, ticket, engineer, by, now)
    row = summaries.row(db, ticket)
    if row.acknowledged_by and row.state in UNFINISHED:
        return Holder(row.acknowledged_by, row.acknowledged_at)
    state = transitions.after(Kind(row.kind), State(row.state), Action.TAKE)
    taken = {"acknowledged_by": engineer, "acknowledged_at": now, "state": state}
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(**taken))
    journal.note(db, ticket, Deed.TAKEN, engineer, now, {"by": by})
    sla_clocks.look_again(db, ticket, now)
    return Holder(engineer, now)


def _confirm(db: Connection, page: Row[Any], engineer: str, by: str, now: datetime) -> Holder:
    """Asked whether they still have it, the person says so; from anybody else it changes nothing."""
    is_asked = page.state == pages.ACKNOWLEDGED and page.acknowledged_by == engineer and page.reminded_at is not None
    if is_asked:
        db.execute(update(Page).where(Page.id == page.id).values(run_at=None, reminded_at=None))
        attempts.end_all(db, page.id, None, now)
        journal.note(db, page.ticket, "confirmed", engineer, now, {"by": by})
    return Holder(page.acknowledged_by or "", page.acknowledged_at, confirmed=is_asked)


def give_back_silent(db: Connection, page: Row[Any], now: datetime) -> None:
    """Whoever had it does not answer any more: the next person is woken, unless nobody is needed any more."""
    if not _may_give_back(db, page.ticket):
        return
    mine = attempts.newest_for(db, page.id, page.acknowledged_by)
    if mine is not None:
        db.execute(update(Attempt).where(Attempt.id == mine.id).values(handed_on=page.firing))
    _give_back(db, page, now)
    journal.note(db, page.ticket, "not_confirmed", page.acknowledged_by, now)
    pages.look_again(db, page.id, now)


def escalate(db: Connection, ticket: str, engineer: str, by: str, now: datetime, reason: str = "") -> HandOn:
    """Hand the ticket to the next person, who is woken at once; an exercise ends."""
    page = pages.newest_of(db, ticket)
    if page is None or page.state == pages.CANCELLED:
        return HandOn.REFUSED
    has_it = page.state == pages.ACKNOWLEDGED
    mine = attempts.newest_for(db, page.id, engineer)
    if page.acknowledged_by != engineer if has_it else mine is None:
        return HandOn.REFUSED
    told = {"by": by, **({"why": reason} if reason else {})}
    if drills.is_drill(db, ticket):
        return _end_drill(db, page, engineer, told, now)
    if not (_may_give_back(db, ticket) if has_it else summaries.row(db, ticket).state in UNFINISHED):
        return HandOn.REFUSED
    if not has_it and mine is not None and mine.handed_on:
        return _next(page)  # said twice: handed on once
    if mine is not None:  # whoever took it without having been woken has nothing to mark
        db.execute(update(Attempt).where(Attempt.id == mine.id).values(handed_on=page.firing))
    if has_it:
        _give_back(db, page, now)
    journal.note(db, ticket, "passed_on", engineer, now, told)
    pages.look_again(db, page.id, now)
    return HandOn.NEXT if has_it else _next(page)


def _next(page: Row[Any]) -> HandOn:
    return HandOn.LAST if page.step + 1 >= len(from_json(page.policy).steps) else HandOn.NEXT


def _end_drill(db: Connection, page: Row[Any], engineer: str, told: dict[str, str], now: datetime) -> HandOn:
    """Nobody else is to be woken for nothing."""
    if page.state == pages.PENDING:
        db.execute(update(Page).where(Page.id == page.id).values(state=pages.CANCELLED, run_at=None))
        attempts.end_all(db, page.id, None, now)
        drills.close(db, page.ticket)
        journal.note(db, page.ticket, "passed_on", engineer, now, told)
    return HandOn.OVER


def _may_give_back(db: Connection, ticket: str) -> bool:
    row = summaries.row(db, ticket)
    return Action.GIVE_BACK in transitions.possible(Kind(row.kind), State(row.state))


def _give_back(db: Connection, page: Row[Any], now: datetime) -> None:
    """Nobody has it any more: the page goes on with the step after the one it had reached, now."""
    nobody = {"acknowledged_by": None, "acknowledged_at": None}
    going_on = {"state": pages.PENDING, **pages.NOBODY_KNOWS, "fired_at": now, **pages.goes_on(page, now)}
    db.execute(update(Page).where(Page.id == page.id).values(**going_on, **nobody))
    ticket = summaries.row(db, page.ticket)
    if ticket.state == State.PENDING:  # whoever comes next does not wait
        journal.note(db, page.ticket, Deed.RESUMED, page.acknowledged_by, now)
        sla_clocks.look_again(db, page.ticket, now)
    state = transitions.after(Kind(ticket.kind), State(ticket.state), Action.GIVE_BACK)
    db.execute(update(Ticket).where(Ticket.reference == page.ticket).values(state=state, **nobody))
    notification_outbox.tell_waiting(db, page.ticket, now)

"""Calls that say again what is on a ticket already: past a limit they join it, and nobody is told of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from directory.index import Directory
from ivr import limits
from ivr.call import Call
from ivr.effects import Nature, OpenTicket, Refusal
from ivr.limits import SPAN, What
from storage.calls import tallies
from storage.due import SLACK
from storage.models import CallRow, Page, Ticket
from storage.paging import pages
from storage.tickets import journal
from tickets.states import ONGOING


def ticket_of(db: Connection, book: Directory, call: Call, order: OpenTicket, now: datetime) -> str | None:
    """The ticket that a call joins rather than have its own; none for the loss of a service by a client.

    Nor for somebody who hides their number and has no code: what another one said is not theirs."""
    if (order.client and order.pages) or not (call.caller or order.client):
        return None
    tallies.alone(db, What.TICKET, call.caller or order.client or tallies.WITHHELD)
    is_client = bool(order.client or (call.caller and book.is_known(call.caller)))
    caller = limits.Caller(is_shown=bool(call.caller), is_client=is_client)
    mine = _mine(call, order, now)
    if limits.may_open(_count(db, mine), caller, unverified=order.refusal is Refusal.UNVERIFIED):
        return None
    return _newest_alike(db, mine, order)


def are_many(db: Connection, call: Call, order: OpenTicket, now: datetime) -> bool:
    """Whether this is one more of many who hide their number and have no code."""
    return not call.caller and not order.client and limits.are_many(_count(db, _hidden(now)))


def may_wake(db: Connection, call: Call, now: datetime) -> bool:
    """Whether a call without a code wakes somebody, where such calls do; else it is told that it does not."""
    return _may_wake_again(db, call, now) if call.caller else _may_wake_hidden(db, now)


def _may_wake_hidden(db: Connection, now: datetime) -> bool:
    if not limits.are_many(_count(db, _hidden(now))):
        return True
    last = _of_calls(func.max(Page.opened_at)).join(Page, Page.ticket == Ticket.reference).where(*_hidden(now))
    return limits.may_wake(db.execute(last).scalar(), now)


def _may_wake_again(db: Connection, call: Call, now: datetime) -> bool:
    """Its number has said so before: while nobody looks after that, once in ten minutes."""
    mine = _of_calls(Ticket.reference).where(CallRow.caller == call.caller, Ticket.client.is_(None), *_lately(now))
    known = db.execute(mine.order_by(Ticket.opened_at.desc()).limit(1)).scalar()
    return known is None or pages.is_pending(db, known) or limits.may_wake(last_woken(db, known), now)


def last_woken(db: Connection, reference: str) -> datetime | None:
    """When somebody was last woken because it got worse."""
    worse = journal.last(db, reference, "worse")
    return worse.at if worse else None


def _hidden(now: datetime) -> list[ColumnElement[bool]]:
    return [CallRow.caller.is_(None), Ticket.client.is_(None), *_lately(now)]


def _lately(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Ticket.opened_at > now - SPAN, Ticket.opened_at <= now + SLACK


def _mine(call: Call, order: OpenTicket, now: datetime) -> list[ColumnElement[bool]]:
    """Tickets of late by that number; by that client, where the number is hidden."""
    is_loss = (Ticket.nature == Nature.SERVICE_LOSS) & Ticket.refusal.is_(None)
    whose = [_is(CallRow.caller, call.caller), *_lately(now), or_(Ticket.nature.is_(None), ~is_loss)]
    return whose if call.caller else [*whose, _is(Ticket.client, order.client)]


def _count(db: Connection, mine: list[ColumnElement[bool]]) -> int:
    return int(db.execute(_of_calls(func.count()).where(*mine)).scalar_one())


def _newest_alike(db: Connection, mine: list[ColumnElement[bool]], order: OpenTicket) -> str | None:
    said = {"entity": order.entity, "nature": order.nature, "refusal": order.refusal, "client": order.client}
    alike = [_is(getattr(Ticket, name), value) for name, value in said.items()]
    found = _of_calls(Ticket.reference).where(*mine, *alike, Ticket.state.in_(ONGOING))
    newest: str | None = db.execute(found.order_by(Ticket.opened_at.desc()).limit(1)).scalar()
    return newest


def _of_calls(what: Any) -> Select[Any]:
    return select(what).select_from(Ticket).join(CallRow, CallRow.sid == Ticket.call)


def _is(column: Any, value: str | None) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.is_(None) if value is None else column == value
    return condition

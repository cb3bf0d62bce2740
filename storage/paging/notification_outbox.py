"""Messages that wake nobody: a client's receipt and how it goes on, an engineer's shifts and calls to clients."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from directory.phone_numbers import is_mobile, is_premium
from directory.policies import Channel
from oncall.reachability import message_to
from storage.database import wake
from storage.models import Message, Ticket

RECEIPT, TAKEN, WAITING = "receipt", "taken", "waiting"  # to a client
TAKEUP, MISSED, CHANGED = "takeup", "missed", "changed"  # to an engineer
ALARM = "alarm"  # a commitment in danger, or broken: to whoever has the ticket, and to the hierarchy
GIVEN = "given"  # a ticket has changed hands: to whoever has it now, or had it
CLIENT = "client"  # a call that puts an engineer through to a client
INTENDED, NOT_WANTED = "intended", "not wanted"
STILL_WAITING_AFTER = timedelta(minutes=20)
ANEW_AFTER = timedelta(seconds=60)  # a button tapped twice places one call


def queue(
    db: Connection, kind: str, number: str, run_at: datetime, *, ticket: str | None = None, shift: int | None = None,
    channel: Channel = Channel.SMS, body: str = "",
) -> None:  # fmt: skip
    """Due at `run_at`; without a body it is written then, from what is known by then."""
    row = {"ticket": ticket, "shift": shift, "kind": kind, "channel": channel, "number": number, "body": body}
    db.execute(insert(Message).values(**row, queued_at=run_at, run_at=run_at, state=INTENDED))
    wake(db)


def tell(
    db: Connection, kind: str, phones: Sequence[str], run_at: datetime, *, ticket: str | None = None,
    shift: int | None = None, body: str,
) -> bool:  # fmt: skip
    """By SMS to the first that reads them, else by a call; False where there is no telephone."""
    if (to := message_to(phones, is_mobile)) is None:
        return False
    channel, number = to
    queue(db, kind, number, run_at, ticket=ticket, shift=shift, channel=channel, body=body)
    return True


def alarm(db: Connection, ticket: str, phones: Sequence[str], body: str, now: datetime) -> None:
    """Whoever must hear of it tonight: by SMS, and by a call, which wakes; to the number that reads SMS, if any."""
    if to := message_to(phones, is_mobile):
        channels = dict.fromkeys((to[0], Channel.VOICE))
        for channel in channels:
            queue(db, ALARM, to[1], now, ticket=ticket, channel=channel, body=body)


def has_receipt(db: Connection, ticket: str) -> bool:
    known = select(Message.id).where(Message.ticket == ticket, Message.kind == RECEIPT)
    return db.execute(known).first() is not None


def tell_waiting(db: Connection, ticket: str, now: datetime) -> None:
    """Nobody has the ticket: its caller hears so, should that last."""
    _take_back(db, ticket)
    _tell_caller(db, ticket, WAITING, now + STILL_WAITING_AFTER)


def tell_taken(db: Connection, ticket: str, since: datetime, now: datetime) -> None:
    """Somebody has it: its caller hears so, unless that is the last they have heard since the page opened."""
    _take_back(db, ticket)
    told = select(Message.kind).where(
        Message.ticket == ticket, Message.kind.in_((TAKEN, WAITING)), Message.state != NOT_WANTED,
        Message.queued_at >= since,
    )  # fmt: skip
    if db.execute(told.order_by(Message.id.desc()).limit(1)).scalar() != TAKEN:
        _tell_caller(db, ticket, TAKEN, now)


def _take_back(db: Connection, ticket: str) -> None:
    """What has not left yet, and is no longer so."""
    waiting = (Message.state == INTENDED, Message.provider_sid.is_(None), Message.run_at.is_not(None))
    mine = (Message.ticket == ticket, Message.kind.in_((TAKEN, WAITING)))
    db.execute(update(Message).where(*mine, *waiting).values(state=NOT_WANTED, run_at=None))


def _tell_caller(db: Connection, ticket: str, kind: str, at: datetime) -> None:
    """Should the directory want it by then: by SMS, or by a call to a number that reads none."""
    number = db.execute(select(Ticket.caller).where(Ticket.reference == ticket)).scalar()
    if number and not is_premium(number):
        queue(db, kind, number, at, ticket=ticket, channel=Channel.SMS if is_mobile(number) else Channel.VOICE)


def call_client(db: Connection, ticket: str, number: str, now: datetime) -> None:
    """Ring that telephone of an engineer, to put them through to the ticket's client."""
    lately = (Message.ticket == ticket, Message.kind == CLIENT, Message.number == number)
    known = select(Message.id).where(*lately, Message.queued_at > now - ANEW_AFTER)
    if db.execute(known).first() is None:
        queue(db, CLIENT, number, now, ticket=ticket, channel=Channel.VOICE)


def find(db: Connection, message: int) -> Row[Any] | None:
    return db.execute(select(Message.__table__).where(Message.id == message)).one_or_none()


def knows(db: Connection, sid: str) -> bool:
    """Some message is this SMS or call."""
    return db.execute(select(Message.id).where(Message.provider_sid == sid)).first() is not None


def disown(db: Connection, sid: str, now: datetime) -> None:
    """A message had guessed that the SMS or call was its own: it never left, and is due again."""
    nothing = {"provider_sid": None, "state": INTENDED, "run_at": now}
    guessed = update(Message).where(Message.provider_sid == sid).values(**nothing)
    if db.execute(guessed.returning(Message.id)).first() is not None:
        wake(db)

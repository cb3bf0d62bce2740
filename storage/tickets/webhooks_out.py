"""Addresses that are told of events: what there is to tell is queued in the event's own transaction."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.database import wake
from storage.models import Delivery, Event, Hook, Ticket

# What happens inside stays inside: whom we try to reach, what colleagues say to each other.
TOLD = frozenset(
    {
        "opened", "joined", "acknowledged", "qualified", "waiting", "resumed", "restored", "completed", "reopened",
        "cancelled", "closed", "archived", "refused", "planned", "started", "warned", "broken", "client_escalated",
    }
)  # fmt: skip


def create(db: Connection, url: str, now: datetime, client: str | None = None) -> tuple[int, str]:
    """A new address; returns its number and the secret that signs what it is told."""
    secret = secrets.token_hex(32)
    row = {"url": url, "secret": secret, "client": client, "created_at": now}
    return db.execute(insert(Hook).values(**row).returning(Hook.id)).scalar_one(), secret


def revoke(db: Connection, number: int, now: datetime) -> bool:
    """False when there is no such address, or when it was revoked before; what waits for it is not told any more."""
    revoked = update(Hook).where(Hook.id == number, Hook.revoked_at.is_(None)).values(revoked_at=now)
    is_news = db.execute(revoked.returning(Hook.id)).first() is not None
    waiting = update(Delivery).where(Delivery.hook == number, Delivery.run_at.is_not(None))
    db.execute(waiting.values(run_at=None, state="revoked"))
    return is_news


def listed(db: Connection) -> Sequence[Row[Any]]:
    return db.execute(select(Hook.__table__).order_by(Hook.id)).all()


def queue(db: Connection, events: Sequence[dict[str, Any]]) -> None:
    """Each event for each address that may hear of its ticket."""
    told = [event for event in events if event["kind"] in TOLD]
    live = db.execute(select(Hook.id, Hook.client).where(Hook.revoked_at.is_(None))).all() if told else []
    if not live:
        return
    wanted = select(Ticket.reference, Ticket.client).where(Ticket.reference.in_({event["ticket"] for event in told}))
    clients = {row.reference: row.client for row in db.execute(wanted)}
    rows = [
        {"hook": hook.id, "event": event["position"], "queued_at": event["at"], "run_at": event["at"]}
        for event in told
        for hook in live
        if hook.client in (None, clients.get(event["ticket"]))
    ]
    if rows:
        db.execute(insert(Delivery), rows)
        wake(db)


def story(db: Connection, delivery: Row[Any]) -> tuple[Row[Any], Row[Any]]:
    """The address and the event of a delivery."""
    hook = db.execute(select(Hook.__table__).where(Hook.id == delivery.hook)).one()
    return hook, db.execute(select(Event.__table__).where(Event.position == delivery.event)).one()

"""What becomes of a message, by Twilio's word."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from storage.models import Message
from storage.paging import attempts, delivery, notification_outbox
from storage.paging.notification_outbox import TAKEUP
from storage.rotas import shifts


def progress(db: Connection, message: int, *, sid: str, status: str, now: datetime) -> None:
    """Twilio's word on it, in any order and any number of times."""
    row = notification_outbox.find(db, message)
    if row is None or (sid and row.provider_sid not in (None, sid)):
        return
    if sid and row.provider_sid is None:
        attempts.disown(db, sid, now)
        notification_outbox.disown(db, sid, now)
        delivery.name(db, Message, message, sid)
    if delivery.advance(db, Message, message, status=status) and status in attempts.FAILED:
        unreached(db, row, now)


def unreached(db: Connection, message: Row[Any], now: datetime) -> None:
    """Nobody has read it: whoever was to answer is asked in another way."""
    if message.kind == TAKEUP:
        shifts.look_again(db, message.shift, now)

"""How far an SMS or a call of ours has got, by Twilio's word: ranked, never backwards.

It is named by its subject, "attempt-12" or "message-7", which its callback address carries."""

import re
from typing import Any

from sqlalchemy import Connection, case, update
from sqlalchemy.exc import IntegrityError

RANK = {
    "intended": 0, "accepted": 1, "scheduled": 1, "queued": 1, "sending": 2, "initiated": 2, "sent": 3, "ringing": 3,
    "in-progress": 4, "delivered": 5, "undelivered": 5, "failed": 5, "canceled": 5, "completed": 5, "busy": 5,
    "no-answer": 5, "read": 6,
}  # fmt: skip
_KEY = re.compile(r"[0-9]{1,18}")


def subject(kind: str, key: int) -> str:
    return f"{kind}-{key}"


def key_of(subject: str, kind: str) -> int | None:
    """The row that a callback speaks of; none when it is of another kind, or nonsense."""
    said, _, key = subject.partition("-")
    return int(key) if said == kind and _KEY.fullmatch(key) else None


def advance(db: Connection, table: Any, key: int, *, status: str, **also: Any) -> bool:
    """Keep a status that is further than the one known, and what else is new with it."""
    if status not in RANK:
        return False
    known = case(RANK, value=table.state, else_=0)
    further = update(table).where(table.id == key, known < RANK[status]).values(state=status, **also)
    return db.execute(further.returning(table.id)).first() is not None


def name(db: Connection, table: Any, key: int, sid: str) -> bool:
    """Give the row its Twilio sid, should it have none; False when that message or call is another row's."""
    try:
        with db.begin_nested():
            db.execute(update(table).where(table.id == key, table.provider_sid.is_(None)).values(provider_sid=sid))
    except IntegrityError:
        return False
    return True

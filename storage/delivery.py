"""How far an SMS of ours has got, by Twilio's word: ranked, never backwards.

A message is named by its subject, "attempt-12" or "text-7", which its callback address carries."""

import re
from typing import Any

from sqlalchemy import Connection, case, update

from storage.models import Attempt, TextMessage

RANK = {
    "intended": 0, "accepted": 1, "scheduled": 1, "queued": 1, "sending": 2, "sent": 3,
    "delivered": 4, "undelivered": 4, "failed": 4, "canceled": 4, "read": 5,
}  # fmt: skip
_KEY = re.compile(r"[0-9]{1,18}")
_TABLES: dict[str, Any] = {"attempt": Attempt, "text": TextMessage}


def subject(kind: str, key: int) -> str:
    return f"{kind}-{key}"


def progress(db: Connection, *, subject: str, sid: str, status: str, error: str = "") -> None:
    """Keep a status that is further than the one known; the Twilio sid too, should it be new to us."""
    kind, _, key = subject.partition("-")
    table = _TABLES.get(kind)
    if table is None or status not in RANK or not _KEY.fullmatch(key):
        return
    known = case(RANK, value=table.state, else_=0)
    further = {"state": status, **({"error": error} if error and table is Attempt else {})}
    row = table.id == int(key)
    db.execute(update(table).where(row, known < RANK[status]).values(**further))
    if sid:
        db.execute(update(table).where(row, table.provider_sid.is_(None)).values(provider_sid=sid))

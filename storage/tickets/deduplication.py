"""The same words by the same person within two minutes are one: a button pressed again, in whichever browser."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from storage.database import one_at_a_time
from storage.models import Knock

SPAN = timedelta(minutes=2)
_ONE_AT_A_TIME = 3124  # of whoever says the same


def again(db: Connection, now: datetime, *words: str) -> bool:
    """Whether this was said a moment ago; else it is from now on, if this transaction is kept.

    `words`: who, what, about what, and all that was typed."""
    digest = sha256("\0".join(("twice", *words)).encode("utf-8", "replace")).hexdigest()
    one_at_a_time(db, _ONE_AT_A_TIME, digest)
    lately = select(Knock.id).where(Knock.digest == digest, Knock.at > now - SPAN).limit(1)
    if db.execute(lately).first() is not None:
        return True
    db.execute(insert(Knock).values(digest=digest, at=now))
    return False

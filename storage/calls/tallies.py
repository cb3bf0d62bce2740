"""What callers do, counted where all processes see it (ivr.limits); numbers are kept as digests."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ivr.limits import SPAN, What
from storage.database import one_at_a_time
from storage.due import SLACK
from storage.models import Tally

WITHHELD = "withheld"  # all who hide their number
_ONE_AT_A_TIME = 3126
_KEPT = timedelta(days=1)  # longer than anything is counted


def alone(db: Connection, what: What, whom: str) -> None:
    """Nobody else is counted for the same until this transaction ends."""
    one_at_a_time(db, _ONE_AT_A_TIME, f"{what} {whom}")


def count(db: Connection, what: What, now: datetime, whom: str = "") -> int:
    """How many of late; by everybody, without a name."""
    lately = (Tally.what == what, Tally.held.is_(False), Tally.at > now - SPAN, Tally.at <= now + SLACK)
    mine = (Tally.whom == _digest(whom),) if whom else ()
    return int(db.execute(select(func.count()).where(*lately, *mine)).scalar_one())


def add(db: Connection, what: What, whom: str, now: datetime, *, call: str, held: bool = False) -> None:
    db.execute(insert(Tally).values(what=what, whom=_digest(whom), at=now, held=held, call=call))


def held_on(db: Connection, call: str) -> list[Row[Any]]:
    """What limits held back of a call."""
    found = select(Tally.__table__).where(Tally.call == call, Tally.held.is_(True))
    return list(db.execute(found.order_by(Tally.id)))


def held(db: Connection) -> dict[str, int]:
    """How much was held back since the beginning."""
    counted = select(Tally.what, func.count()).where(Tally.held.is_(True)).group_by(Tally.what)
    found = dict.fromkeys(map(str, What), 0)
    return found | {str(what): int(number) for what, number in db.execute(counted)}


def forget_old(db: Connection, now: datetime) -> None:
    """Of what was held back it stays known that it was, and on which call."""
    old = Tally.at <= now - _KEPT
    db.execute(delete(Tally).where(old, Tally.held.is_(False)))
    db.execute(update(Tally).where(old, Tally.whom != "").values(whom=""))


def _digest(whom: str) -> str:
    return sha256(whom.encode("utf-8", "replace")).hexdigest()

"""Tries to sign in, counted where all processes see them: too many of one kind, and no more of it for a while."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from storage.models import Knock

LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries of one kind in a span: each one fades when it is that old."""

    what: str
    most: int
    span: timedelta  # LONGEST at most


def wait(db: Connection, limits: Sequence[Limit], now: datetime) -> timedelta:
    """How long until all of them let another try pass; zero when they do now. Writes nothing."""
    times = _times(db, limits, now)
    return max((_until(limit, times[limit.what], now) for limit in limits), default=timedelta())


def knock(db: Connection, limits: Sequence[Limit], now: datetime) -> timedelta:
    """One more try, counted before it is judged: of many at once few pass. The wait of whoever is one too many."""
    db.execute(insert(Knock), [{"digest": _digest(limit.what), "at": now} for limit in limits])
    times = _times(db, limits, now)
    over = [limit for limit in limits if len(times[limit.what]) > limit.most]
    return max((_until(limit, times[limit.what], now) for limit in over), default=timedelta())


def forget(db: Connection, whats: Iterable[str]) -> None:
    """Somebody was let in: the tries before were theirs."""
    db.execute(delete(Knock).where(Knock.digest.in_([_digest(what) for what in whats])))


def forget_old(db: Connection, now: datetime) -> None:
    db.execute(delete(Knock).where(Knock.at <= now - LONGEST))


def _times(db: Connection, limits: Sequence[Limit], now: datetime) -> dict[str, list[datetime]]:
    """When each was tried of late, the newest first."""
    whats = {_digest(limit.what): limit for limit in limits}
    oldest = now - max((limit.span for limit in limits), default=timedelta())
    lately = select(Knock.digest, Knock.at).where(Knock.digest.in_(whats), Knock.at > oldest)
    times: dict[str, list[datetime]] = {limit.what: [] for limit in limits}
    for digest, at in db.execute(lately.order_by(Knock.at.desc())):
        limit = whats[digest]
        if at > now - limit.span:
            times[limit.what].append(at)
    return times


def _until(limit: Limit, times: Sequence[datetime], now: datetime) -> timedelta:
    return times[limit.most - 1] + limit.span - now if len(times) >= limit.most else timedelta()


def _digest(what: str) -> str:
    return sha256(what.encode("utf-8", "replace")).hexdigest()

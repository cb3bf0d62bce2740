"""Publishing shifts: what is kept of them, compared with what the rotas say now, so that every change is seen and told.

A shift keeps its row, hence its calendar event, as long as its person has some part of it. What has begun never
moves; what falls away stays, cancelled."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from directory.index import Directory
from directory.intervals import Interval, joined, without
from oncall.hours_exchanged import Held
from oncall.shifts import Shift, reliefs, shifts
from storage.directory import versions
from storage.models import DirectoryVersion, ShiftRow
from storage.rotas.shifts import HORIZON, Takeup, of

_TABLE = ShiftRow.__table__
_PAUSE = timedelta(days=8)  # a layer's hours come back every week
_Where = tuple[str, str, str]  # rota, layer, engineer


@dataclass(frozen=True, slots=True)
class Change:
    """What became of somebody's shift: `before` where it was published already, `after` unless it fell away.

    Hours that they had, or have, in another piece of it are neither gained nor lost (oncall.hours_exchanged)."""

    before: Shift | None
    after: Shift | None
    gained: list[Interval] = field(default_factory=list)
    lost: list[Interval] = field(default_factory=list)
    is_news: bool = True  # not of weeks that merely come into sight, nor of the first publication of all

    @property
    def engineer(self) -> str:
        shift = self.after or self.before
        return shift.engineer if shift else ""


def due(book: Directory, now: datetime) -> list[tuple[Shift, dict[str, Any]]]:
    """What is to be published: each shift with whom it relieves, and when to ask whether it is taken up."""
    found = []
    for rota in book.directory.rotas:
        known = shifts(rota, now - _PAUSE, now + HORIZON, book.directory.engineers)
        relieved = reliefs(known)
        for shift in known:
            if shift.until > now:
                asks_at = _asks_at(shift, rota.takeup_before, bool(relieved[shift]), now)
                found.append((shift, {"takes_over_from": list(relieved[shift]), "run_at": asks_at}))
    return found


def publish(db: Connection, wanted: Iterable[tuple[Shift, dict[str, Any]]], now: datetime) -> list[Change]:
    """Bring what is published up to what is due; returns what has become of it.

    `wanted` was found before, with nothing locked: on SQLite every caller waits for this transaction."""
    newest = select(DirectoryVersion.loaded_at).where(DirectoryVersion.id == versions.newest(db))
    changed_at = db.execute(newest.with_for_update()).scalar_one()  # locked: one at a time
    known = _still_ahead(db, now)
    is_first = db.execute(select(_TABLE.c.id).limit(1)).first() is None
    wanted = list(wanted)
    had, has = Held(of(row) for rows in known.values() for row in rows), Held(shift for shift, _ in wanted)
    seen_until = _seen_until(known)
    replaced_at: dict[tuple[str, str], datetime] = {}  # by layer: when whoever has it now began, by the new rota
    found: list[Change] = []
    new: list[dict[str, Any]] = []
    for shift, more in wanted:
        if shift.starts <= now:
            where = shift.rota, shift.layer
            replaced_at[where] = max(replaced_at.get(where, changed_at), shift.starts)
        before = _taken_from(known, shift, now)
        if before is not None:
            found += filter(None, [_keep(db, before, shift, more, now)])
            continue
        new.append(_row(shift, more, now))
        seen = seen_until.get((shift.rota, shift.layer))
        found.append(Change(None, shift, is_news=not is_first and (seen is None or shift.starts < seen)))
    if new:
        db.execute(insert(ShiftRow), new)
    gone = [
        _end(db, row, min(now, replaced_at.get((row.rota, row.layer), changed_at)), now)
        for rows in known.values()
        for row in rows
    ]
    return [_weighed(change, had, has, now) for change in found + gone]


def _weighed(change: Change, had: Held, has: Held, now: datetime) -> Change:
    """With what it gives and takes, of what is still to come."""
    before, after = change.before, change.after
    gained = without(_ahead(after, now), had.like(after)) if after else []
    lost = without(_ahead(before, now), has.like(before)) if before else []
    return replace(change, gained=gained, lost=lost)


def _ahead(shift: Shift, now: datetime) -> list[Interval]:
    return list(joined([(max(shift.starts, now), shift.until)]))


def _still_ahead(db: Connection, now: datetime) -> dict[_Where, list[Row[Any]]]:
    found = defaultdict(list)
    ahead = select(_TABLE).where(ShiftRow.until > now, ShiftRow.cancelled_at.is_(None)).order_by(ShiftRow.starts)
    for row in db.execute(ahead):
        found[row.rota, row.layer, row.engineer].append(row)
    return found


def _seen_until(known: dict[_Where, list[Row[Any]]]) -> dict[tuple[str, str], datetime]:
    """How far each layer is published."""
    found: dict[tuple[str, str], datetime] = {}
    for (rota, layer, _), rows in known.items():
        ends = [row.until for row in rows] + [found.get((rota, layer), rows[0].until)]
        found[rota, layer] = max(ends)
    return found


def _taken_from(known: dict[_Where, list[Row[Any]]], shift: Shift, now: datetime) -> Row[Any] | None:
    """The published shift of the same person that overlaps, if no other has taken it yet.

    One under way does not go on as one to come: whoever stands in between has relieved them."""
    rows = known.get((shift.rota, shift.layer, shift.engineer), [])
    for place, row in enumerate(rows):
        was_interrupted = row.starts <= now < shift.starts
        if not was_interrupted and row.starts < shift.until and shift.starts < row.until:
            return rows.pop(place)
    return None


def _asks_at(shift: Shift, before: timedelta | None, takes_over: bool, now: datetime) -> datetime | None:
    """When to ask whether the person will be there; of a shift that has begun nobody asks."""
    return shift.starts - before if before and takes_over and shift.starts > now else None


def _row(shift: Shift, more: dict[str, Any], now: datetime) -> dict[str, Any]:
    whose = {"rota": shift.rota, "layer": shift.layer, "engineer": shift.engineer, "uid": uuid4().hex, **more}
    return whose | {"starts": shift.starts, "until": shift.until, "published_at": now, "changed_at": now}


def _keep(db: Connection, row: Row[Any], shift: Shift, more: dict[str, Any], now: datetime) -> Change | None:
    starts = row.starts if row.starts <= now else shift.starts
    moved = (row.starts, row.until) != (starts, shift.until)
    values: dict[str, Any] = {}
    if moved:
        values |= {"starts": starts, "until": shift.until, "sequence": row.sequence + 1, "changed_at": now}
    if starts != row.starts:  # whoever had confirmed had confirmed something else
        values |= {"takeup": Takeup.NONE, "asked_at": None, "answered_at": None}
    values |= {name: value for name, value in more.items() if name != "run_at" and value != getattr(row, name)}
    untouched = row.takeup == Takeup.NONE or starts != row.starts
    if untouched and row.run_at != more["run_at"]:
        values |= {"run_at": more["run_at"], "tries": 0}
    if values:
        db.execute(update(ShiftRow).where(ShiftRow.id == row.id).values(**values))
    return Change(of(row), shift) if moved else None


def _end(db: Connection, row: Row[Any], at: datetime, now: datetime) -> Change:
    """It falls away: what has been of it until then stays, the rest was never."""
    has_begun = row.starts < at
    ends = {"until": at} if has_begun else {"cancelled_at": now}
    values = {**ends, "sequence": row.sequence + 1, "changed_at": now, "run_at": None}
    db.execute(update(ShiftRow).where(ShiftRow.id == row.id).values(**values))
    return Change(of(row), replace(of(row), until=at) if has_begun else None)

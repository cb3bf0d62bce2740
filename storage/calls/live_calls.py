"""Calls: loaded under a lock, one turn added at a time, every answer kept for whoever asks again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ivr.call import Call, Outcome
from storage.direct import Direct
from storage.models import Acceptance, CallRow, TurnRow


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """A call as it stands: its state, the directory it hears, its last turn and answer."""

    call: Call
    version: int
    turn: int  # number of the last turn, -1 before the first
    answer: str = ""


_CALLS, _TURNS = CallRow.__table__, TurnRow.__table__
_LOCK = Direct(select(_CALLS.c.sid).where(_CALLS.c.sid == bindparam("sid")).with_for_update())
_LOAD = Direct(
    select(
        _CALLS.c.sid, _CALLS.c.line, _CALLS.c.caller, _CALLS.c.started_at, _CALLS.c.ticket, _CALLS.c.ended_at,
        _CALLS.c.directory, _TURNS.c.number, _TURNS.c.state, _TURNS.c.answer,
    )
    .outerjoin(_TURNS, _TURNS.c.call == _CALLS.c.sid)  # a call that was found later has none
    .where(_CALLS.c.sid == bindparam("sid"))
    .order_by(_TURNS.c.number.desc())
    .limit(1)
)  # fmt: skip
_ANSWER = select(_TURNS.c.answer).where(_TURNS.c.call == bindparam("sid"), _TURNS.c.number == bindparam("number"))
_ADD_TURN = Direct(insert(TurnRow))
_TURN = [column for column in _TURNS.c if column.name != "call"]
_IF_NOBODY_DID = (
    select(_CALLS.c.sid, *(bindparam(column.name, type_=column.type) for column in _TURN))
    .where(_CALLS.c.sid == bindparam("call"), _CALLS.c.ended_at.is_(None))
    .with_for_update()
)
_ADD_NEXT = {
    dialect.__name__.rpartition(".")[2]: Direct(
        dialect.insert(TurnRow)
        .from_select(["call", *(column.name for column in _TURN)], _IF_NOBODY_DID)
        .on_conflict_do_nothing()
    )
    for dialect in (sqlite, postgresql)
}


def line_of(db: Connection, sid: str | None) -> str | None:
    """The line that was called."""
    line: str | None = db.execute(select(CallRow.line).where(CallRow.sid == sid)).scalar()
    return line


def load(db: Connection, sid: str) -> CallSnapshot | None:
    """The call, locked until the end of the transaction."""
    if db.dialect.name == "postgresql":
        # A statement of its own: the next one then sees what the holder of the lock has committed.
        _LOCK.run(db, {"sid": sid})
    return peek(db, sid)


def peek(db: Connection, sid: str) -> CallSnapshot | None:
    """The call as it stands, for whoever only looks."""
    row = _LOAD.first(db, {"sid": sid})
    if row is None:
        return None
    sid, line, caller, started_at, ticket, ended_at, version, turn, state, answer = row
    if turn is None:
        turn, state, answer = -1, {}, ""
    call = Call.from_json(
        state, sid=sid, line=line, caller=caller, started_at=started_at, ticket=ticket, ended=ended_at is not None
    )
    return CallSnapshot(call, version, turn, answer)


def answer_of(db: Connection, sid: str, turn: int) -> str | None:
    """What was answered at that turn: a repeated request hears it again."""
    answer: str | None = db.execute(_ANSWER, {"sid": sid, "number": turn}).scalar()
    return answer


def begin(db: Connection, call: Call, version: int, forwarded_from: str) -> bool:
    """Enter a new call; False when another request has entered it already."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    entered = (
        dialect.insert(CallRow)
        .values(
            sid=call.sid, directory=version, line=call.line, caller=call.caller,
            forwarded_from=forwarded_from, started_at=call.started_at,
        )
        .on_conflict_do_nothing()
        .returning(CallRow.sid)
    )  # fmt: skip
    return db.execute(entered).first() is not None


def add_turn(
    db: Connection, before: CallSnapshot, call: Call, *, event: str, keys: str, answer: str, now: datetime
) -> None:
    """Keep one exchange: what was asked, what happened, what was answered."""
    _ADD_TURN.run(db, _turn(before, call, event, keys, answer, now))
    if call.ticket != before.call.ticket:
        db.execute(update(CallRow).where(CallRow.sid == call.sid).values(ticket=call.ticket))


def add_next(
    db: Connection, before: CallSnapshot, call: Call, *, event: str, keys: str, answer: str, now: datetime
) -> bool:
    """The same in one statement, for whoever has read without a lock; False when something has happened since."""
    turn = _turn(before, call, event, keys, answer, now)
    return bool(_ADD_NEXT[db.dialect.name].run(db, turn).rowcount)


def _turn(before: CallSnapshot, call: Call, event: str, keys: str, answer: str, now: datetime) -> dict[str, Any]:
    return {
        "call": call.sid,
        "number": before.turn + 1,
        "at": now,
        "asked": before.call.stage,
        "event": event,
        "keys": keys,
        "answer": answer,
        "state": call.as_json(),
    }


def end(db: Connection, standing: CallSnapshot, call: Call, now: datetime, zone: ZoneInfo) -> None:
    """The call is over; said once, whatever is repeated. `zone`: of the line, whose hours are counted."""
    if not standing.call.ended:
        ended = update(CallRow).where(CallRow.sid == call.sid).values(ended_at=now, ticket=call.ticket)
        hour = call.started_at.astimezone(zone).hour
        db.execute(ended.values(outcome=call.outcome, entity=call.entity, step=standing.call.stage, hour=hour))


def left(db: Connection, sid: str, ticket: str | None) -> None:
    """A call, maybe over, has a ticket after all."""
    late = CallRow.outcome == Outcome.ABANDONED
    outcome = case((late, Outcome.MESSAGE), else_=CallRow.outcome) if ticket else CallRow.outcome
    db.execute(update(CallRow).where(CallRow.sid == sid).values(ticket=ticket, outcome=outcome))


def stumble(db: Connection, sid: str) -> int:
    """Twilio could not use an answer; returns how often by now."""
    counted = update(CallRow).where(CallRow.sid == sid).values(stumbles=CallRow.stumbles + 1)
    return int(db.execute(counted.returning(CallRow.stumbles)).scalar_one())


def accept(db: Connection, leg: str, call: str, now: datetime) -> None:
    """A colleague takes the caller."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(Acceptance).values(leg=leg, call=call, at=now).on_conflict_do_nothing())


def accepted(db: Connection, leg: str) -> bool:
    """Whether the key was pressed on that leg: the only sign that a person, not a machine, has answered."""
    return db.execute(select(Acceptance.leg).where(Acceptance.leg == leg)).first() is not None

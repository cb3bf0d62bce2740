"""Tickets, calls and pages as commands list them: plain JSON values, instants in ISO 8601 UTC."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ivr.call import Call
from storage.calls.voicemails import ABSENT, PURGED
from storage.models import Attempt, CallRow, Event, LetterRow, Page, Ticket, TurnRow, Voicemail

Json = dict[str, Any]
TICKET_COLUMNS = (
    "reference", "kind", "nature", "state", "entity", "client", "service", "sites", "caller", "received_at",
    "opened_at", "qualified_at", "verified", "refusal", "level", "acknowledged_by", "acknowledged_at",
    "due_respond_at", "due_restore_at", "drill", "call", "contact", "site_contact", "keep_informed", "description",
    "location", "consequences", "follows",
)  # fmt: skip


def iso(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


def tickets(db: Connection) -> list[Json]:
    """Every ticket, oldest first."""
    paged = set(db.execute(select(Page.ticket)).scalars())
    spoken = _seconds(db)
    rows = db.execute(select(Ticket.__table__).order_by(Ticket.opened_at, Ticket.reference))
    return [_ticket(row._asdict(), paged, spoken) for row in rows]


def _ticket(row: Json, paged: set[str], spoken: dict[str, int]) -> Json:
    reference = row["reference"]
    kept = {name: _plain(row[name]) for name in TICKET_COLUMNS}
    return kept | {
        "paged": reference in paged,
        "recording": reference in spoken,
        "recording_seconds": spoken.get(reference),
    }


def one_ticket(db: Connection, row: Any, client: str | None = None) -> Json:
    """One, as other programs read it; to a client's own, who among us has it is not told."""
    paged = db.execute(select(Page.id).where(Page.ticket == row.reference)).first() is not None
    told = {name: _plain(getattr(row, name)) for name in TICKET_COLUMNS if name not in ("call", "drill")}
    if client and told["acknowledged_by"]:
        told["acknowledged_by"] = "support"
    return told | {"paged": paged}


def _seconds(db: Connection) -> dict[str, int]:
    """Seconds of voice on each ticket that has any; a recording of nothing counts for nothing."""
    heard = (
        select(Voicemail.ticket, func.sum(Voicemail.seconds))
        .where(Voicemail.ticket.is_not(None), Voicemail.seconds > 0, Voicemail.state.not_in((ABSENT, PURGED)))
        .group_by(Voicemail.ticket)
    )
    return {str(ticket): int(seconds) for ticket, seconds in db.execute(heard)}


def calls(db: Connection) -> list[Json]:
    """Every call, oldest first, with what was asked and pressed."""
    turns: dict[str, list[Any]] = defaultdict(list)
    for turn in db.execute(select(TurnRow.__table__).order_by(TurnRow.call, TurnRow.number)):
        turns[turn.call].append(turn)
    rows = db.execute(select(CallRow.__table__).order_by(CallRow.started_at, CallRow.sid))
    return [_call(row, turns[row.sid]) for row in rows]


def _call(row: Any, turns: list[Any]) -> Json:
    state = turns[-1].state if turns else {}
    call = Call.from_json(
        state, sid=row.sid, line=row.line, caller=row.caller, started_at=row.started_at, ticket=row.ticket
    )
    return {
        "sid": row.sid,
        "line": row.line,
        "caller": row.caller,
        "entity": call.entity,
        "started_at": iso(row.started_at),
        "ended_at": iso(row.ended_at),
        "steps": [{"asked": t.asked, "event": t.event, "pressed": t.keys or None, "at": iso(t.at)} for t in turns[1:]],
        "outcome": call.outcome if row.ended_at else None,
        "ticket": row.ticket,
    }


def pages(db: Connection) -> list[Json]:
    """Every page, oldest first, with whom it tried to reach, and who handed it on."""
    passed_on = _passed_on(db)
    attempts: dict[int, list[Json]] = defaultdict(list)
    for attempt in db.execute(select(Attempt.__table__).order_by(Attempt.id)):
        attempts[attempt.page].append(
            {
                "engineer": attempt.engineer,
                "channel": attempt.channel,
                "at": iso(attempt.sent_at or attempt.at),
                "state": attempt.state,
                "provider_sid": attempt.provider_sid,
                "error": attempt.error,
            }
        )
    return [
        {
            "ticket": page.ticket,
            "drill": page.drill,
            "state": page.state,
            "step": max(page.step, 0),
            "opened_at": iso(page.opened_at),
            "attempts": attempts[page.id],
            "passed_on": passed_on[page.id],
        }
        for page in db.execute(select(Page.__table__, Ticket.drill).join(Ticket).order_by(Page.id))
    ]


LETTER_COLUMNS = (
    "id", "mailbox", "received_at", "sender", "subject", "verified", "verdict", "reason", "ticket", "size", "trouble",
    "withheld",
)  # fmt: skip


def letters(db: Connection) -> list[Json]:
    """Every mail that came in, oldest first, and what became of it."""
    rows = db.execute(select(LetterRow.__table__).order_by(LetterRow.id))
    return [{name: _plain(getattr(row, name)) for name in LETTER_COLUMNS} for row in rows]


def _passed_on(db: Connection) -> dict[int, list[Json]]:
    """Who handed each page on, when, and with what reason; of a ticket's pages, the one that was the newest then."""
    then = (Page.ticket == Event.ticket) & (Page.opened_at <= Event.at)
    events = select(func.max(Page.id), Event.position).join(Page, then).where(Event.kind == "passed_on")
    pages_of = events.group_by(Event.position).subquery()
    found = select(pages_of.c[0], Event.who, Event.at, Event.details).join(Event, Event.position == pages_of.c.position)
    told: dict[int, list[Json]] = defaultdict(list)
    for page, who, at, details in db.execute(found.order_by(Event.position)):
        told[page].append({"engineer": who, "at": iso(at), "reason": (details or {}).get("why", "")})
    return told


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value

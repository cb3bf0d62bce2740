"""What a client reads of its request: what happens now, what was planned, what has happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_login import current_user
from sqlalchemy import Connection, Row

from directory.hours import Closed
from directory.index import Directory
from directory.model import LineKind
from notifications import labels
from services import change_requests
from storage.tickets import journal, webhooks_out
from tickets.journal import plain
from tickets.states import Kind, State
from web.languages import gettext


@dataclass(frozen=True, slots=True)
class Now:
    """Of a request that nobody has taken yet."""

    closed: bool
    reopens: datetime | None  # local
    emergency: str = ""  # E.164: to be called rather than waited for


def now_of(book: Directory, ticket: Row[Any], now: datetime) -> Now | None:
    """None once somebody has it. A form wakes nobody: who has the option is told to telephone."""
    if ticket.state != State.OPEN:
        return None
    here = book.known_entity(ticket.entity)
    judged = [book.judge(book.line(""), entity, now) for entity in ([here] if here else book.directory.entities)]
    closed = [each for each in judged if isinstance(each, Closed)]
    if len(closed) < len(judged):
        return Now(closed=False, reopens=None)
    reopens = min((each.reopens for each in closed if each.reopens), default=None)
    covered = ticket.kind == Kind.INCIDENT and is_covered(book, ticket, now)
    return Now(closed=True, reopens=reopens, emergency=emergency_number(book) if covered else "")


def is_covered(book: Directory, ticket: Row[Any], now: datetime) -> bool:
    """Whether the client has the option for that service, or for one of those it may be."""
    client = book.client(ticket.client or "")
    contracts = book.covered(client, book.day(now), ticket.entity) if client else ()
    return any(ticket.service in (None, contract.service) for contract in contracts)


def emergency_number(book: Directory) -> str:
    """For those who have the option alone."""
    by_kind = {line.kind: line.number for line in reversed(book.directory.lines)}
    return by_kind.get(LineKind.AFTER_HOURS) or by_kind.get(LineKind.MAIN, "")


@dataclass(frozen=True, slots=True)
class Plan:
    starts: datetime | None
    until: datetime | None
    schedule: str
    summary: str  # of the study, as it is meant for them


def plan_of(db: Connection, ticket: Row[Any]) -> Plan | None:
    change = change_requests.known(db, ticket.reference) if ticket.kind == Kind.CHANGE_REQUEST else None
    if change is None:
        return None
    plan = Plan(change.starts, change.until, change.schedule, change_requests.summary(db, ticket.reference))
    return plan if plan.starts or plan.summary else None


def happened(db: Connection, ticket: Row[Any], moment: Callable[[datetime], str]) -> Sequence[dict[str, Any]]:
    """What concerns them: no name of ours, no telephone, no word among us."""
    told = []
    for event in journal.of_ticket(db, ticket.reference):
        details = plain(event.details)
        public = event.kind == "noted" and bool(details.get("public"))
        if not (event.kind in webhooks_out.TOLD and event.kind != "noted") and not public:
            continue
        mine = event.who == current_user.who
        title = (mine and _own(event.kind)) or gettext(labels.event(event.kind, ticket.kind))
        text = _text(event.kind, details, moment)
        told.append({"at": event.at, "title": title, "text": text, "mine": mine})
    return told


def _own(kind: str) -> str:
    """What they have done themselves."""
    own = {"noted": gettext("votre message"), "client_escalated": gettext("votre demande d'escalade")}
    return own.get(kind, "")


def _text(kind: str, details: dict[str, Any], moment: Callable[[datetime], str]) -> str:
    """What was written to them; the rest of an event is ours."""
    match kind:
        case "noted":
            return str(details.get("text", ""))
        case "refused":
            return str(details.get("why", ""))
        case "planned" if details.get("starts"):
            starts, until = (moment(datetime.fromisoformat(details[name])) for name in ("starts", "until"))
            span = gettext("du %(starts)s au %(until)s", starts=starts, until=until)
            return "\n".join(filter(None, (span, str(details.get("text", "")))))
        case _:
            return ""

"""Tickets: the next reference of the year, and what the dialogue and texts must know of one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from directory.index import Directory
from ivr.effects import Nature, Refusal
from ivr.facts import TicketFacts
from notifications.texts import About
from oncall.responsibility import Search
from storage.models import Page, Sequence, Ticket
from storage.tickets import journal
from tickets import reference
from tickets.history import LINE
from tickets.states import UNFINISHED, Kind, State


def next_reference(db: Connection, prefix: str, year: int) -> str:
    """The next number of that year, without a gap: the counter's row stays locked until the commit."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    counted = (
        dialect.insert(Sequence)
        .values(year=year, last=1)
        .on_conflict_do_update(index_elements=["year"], set_={"last": Sequence.last + 1})
        .returning(Sequence.last)
    )
    return reference.compose(prefix, year, db.execute(counted).scalar_one())


def set_caller(db: Connection, ticket: str, number: str, now: datetime) -> None:
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(caller=number))
    journal.note(db, ticket, "call_back_number", LINE, now, {"caller": number})


# ---------------------------------------------------------------- what the dialogue must know
_PAGED = exists().where(Page.ticket == Ticket.reference).label("paged")
_SEARCH = tuple(
    select(column).where(Page.ticket == Ticket.reference, Page.state == "pending").order_by(Page.id.desc()).limit(1)
    .scalar_subquery().label(column.key)
    for column in (Page.opened_at.label("searched_since"), Page.nobody_since, Page.hierarchy_told_at)
)  # fmt: skip
_FACTS = select(
    Ticket.reference, Ticket.kind, Ticket.state, Ticket.client, Ticket.entity, Ticket.service, Ticket.nature,
    Ticket.refusal, Ticket.acknowledged_at, Ticket.due_restore_at, Ticket.opened_at, _PAGED, *_SEARCH,
)  # fmt: skip


def unfinished_of(db: Connection, client: str) -> tuple[TicketFacts, ...]:
    """The client's tickets that a new call may join, newest first."""
    wanted = _FACTS.where(Ticket.client == client, Ticket.state.in_(UNFINISHED))
    return tuple(_facts(row) for row in db.execute(wanted.order_by(Ticket.opened_at.desc())))


def find(db: Connection, ticket: str) -> TicketFacts | None:
    row = db.execute(_FACTS.where(Ticket.reference == ticket)).one_or_none()
    return _facts(row) if row else None


def unfinished_outside(db: Connection, entities: Collection[str]) -> dict[str, int]:
    """How many unfinished tickets speak of an entity that is none of these, by its code."""
    lost = (Ticket.state.in_(UNFINISHED), Ticket.entity.is_not(None), Ticket.entity.not_in(entities))
    counted = select(Ticket.entity, func.count()).where(*lost).group_by(Ticket.entity).order_by(Ticket.entity)
    return {str(entity): int(count) for entity, count in db.execute(counted)}


def _facts(row: object) -> TicketFacts:
    values = row._asdict()  # type: ignore[attr-defined]
    is_loss, refused = values.pop("nature") == Nature.SERVICE_LOSS, values.pop("refusal") is not None
    since, nobody, told = (values.pop(column.key) for column in _SEARCH)
    values["search"] = Search(since, nobody is not None, told is not None) if since else None
    judged = {"state": State(values["state"]), "kind": Kind(values["kind"])}
    return TicketFacts(**values | judged, served=is_loss and not refused, refused=refused)


def row(db: Connection, ticket: str) -> Row[Any]:
    """The whole ticket, as it stands."""
    return db.execute(select(Ticket.__table__).where(Ticket.reference == ticket)).one()


def find_row(db: Connection, ticket: str) -> Row[Any] | None:
    return db.execute(select(Ticket.__table__).where(Ticket.reference == ticket)).one_or_none()


def about(book: Directory, ticket: Row[Any]) -> About:
    """A ticket in words, with the names of the present directory."""
    client, entity = book.client(ticket.client or ""), book.known_entity(ticket.entity)
    return About(
        reference=ticket.reference,
        organisation=book.organisation.name,
        line="",
        received_at=ticket.received_at.astimezone(book.zone),
        entity=entity.name if entity else ticket.entity or "",
        client=client.name if client else ticket.client or "",
        service=ticket.service or "",
        sites=ticket.sites,
        caller=ticket.caller,
        drill=ticket.drill,
        refusal=Refusal(ticket.refusal) if ticket.refusal else None,
    )

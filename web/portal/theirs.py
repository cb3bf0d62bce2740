"""The one place where it is decided whether a ticket is this client's."""

from http import HTTPStatus
from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import Connection, Row, select

from directory.index import Directory
from storage.models import Ticket
from storage.tickets import summaries
from tickets import reference as references


def found(db: Connection, book: Directory, written: str) -> Row[Any]:
    """404 for somebody else's, as for what does not exist."""
    meant = references.parse(written, book.organisation.ticket_prefix)
    row = summaries.find_row(db, meant) if meant else None
    if row is None or not current_user.client or row.client != current_user.client or row.drill:
        abort(HTTPStatus.NOT_FOUND)
    return row


def listed(db: Connection, at_most: int = 200) -> list[Row[Any]]:
    """Newest first."""
    mine = (Ticket.client == (current_user.client or "-"), Ticket.drill.is_(False))
    return list(db.execute(select(Ticket.__table__).where(*mine).order_by(Ticket.opened_at.desc()).limit(at_most)))

"""Where a ticket stands between those who could take it: read without a lock, by whoever only shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from storage import tickets
from storage.models import Attempt, Page
from storage.pages import PENDING


@dataclass(frozen=True, slots=True)
class Standing:
    ticket: Row[Any]
    wanted: bool  # a page looks for somebody: it can be taken
    asked: bool  # whoever has it was asked whether they still do
    passed: bool  # the person asked for has handed this page on

    @property
    def holder(self) -> str:
        """Code of the engineer who has it, or who had it before it got worse; empty for nobody."""
        return self.ticket.acknowledged_by or ""

    @property
    def since(self) -> datetime | None:
        since: datetime | None = self.ticket.acknowledged_at
        return since


def standing(db: Connection, ticket: str, engineer: str = "") -> Standing:
    """The ticket as that person finds it."""
    newest = select(Page.id, Page.state, Page.reminded_at).where(Page.ticket == ticket)
    page = db.execute(newest.order_by(Page.id.desc()).limit(1)).one_or_none()
    return Standing(
        ticket=tickets.row(db, ticket),
        wanted=page is not None and page.state == PENDING,
        asked=page is not None and page.reminded_at is not None,
        passed=page is not None and _has_passed(db, page.id, engineer),
    )


def ticket_of(db: Connection, page: int) -> str:
    """Which ticket a page is for."""
    return str(db.execute(select(Page.ticket).where(Page.id == page)).scalar_one())


def _has_passed(db: Connection, page: int, engineer: str) -> bool:
    mine = (Attempt.page == page) & (Attempt.engineer == engineer)
    return bool(db.execute(select(exists().where(mine, Attempt.handed_on.is_not(None)))).scalar())

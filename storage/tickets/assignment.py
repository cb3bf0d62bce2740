"""Where a ticket stands between those who could take it: read without a lock, by whoever only shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.models import Attempt, Page
from storage.paging.pages import PENDING
from storage.tickets import summaries


@dataclass(frozen=True, slots=True)
class Assignment:
    ticket: Row[Any]
    wanted: bool  # a page looks for somebody: it can be taken
    asked: bool  # whoever has it was asked whether they still do
    passed: bool  # the person asked for has handed this page on
    passed_last: bool  # at its last step, after which nobody comes

    @property
    def holder(self) -> str:
        """Code of the engineer who has it, or who had it before it got worse; empty for nobody."""
        return self.ticket.acknowledged_by or ""

    @property
    def since(self) -> datetime | None:
        since: datetime | None = self.ticket.acknowledged_at
        return since


def standing(db: Connection, ticket: str, engineer: str = "") -> Assignment:
    """The ticket as that person finds it."""
    newest = select(Page.__table__).where(Page.ticket == ticket).order_by(Page.id.desc()).limit(1)
    page = db.execute(newest).one_or_none()
    handed_on = _handed_on(db, page.id, engineer) if page else None
    return Assignment(
        ticket=summaries.row(db, ticket),
        wanted=page is not None and page.state == PENDING,
        asked=page is not None and page.reminded_at is not None,
        passed=handed_on is not None,
        passed_last=page is not None and handed_on == page.firing and page.step + 1 == len(page.policy["steps"]),
    )


def ticket_of(db: Connection, page: int) -> str:
    """Which ticket a page is for."""
    return str(db.execute(select(Page.ticket).where(Page.id == page)).scalar_one())


def _handed_on(db: Connection, page: int, engineer: str) -> int | None:
    """During which firing of the page the person has last handed it on."""
    mine = (Attempt.page == page) & (Attempt.engineer == engineer)
    firing: int | None = db.execute(select(func.max(Attempt.handed_on)).where(mine)).scalar()
    return firing

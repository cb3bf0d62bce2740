"""The page: reads which step is next, and puts on the list whoever a step names at the instant it fires.

Nobody is called from here: each attempt is work of its own (jobs.attempt_sender)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from directory import policies
from directory.index import Directory
from jobs.context import Outside
from jobs.engine import ClaimedJob
from jobs.unacknowledged_pages import Untaken
from oncall import escalation, open_pages, policy_changes
from oncall.escalation import FireStep
from oncall.policy_changes import Ground
from services import acknowledgement, drills
from services.fire_step import Firing
from storage.paging import attempts, pages
from storage.tickets import summaries
from tickets.states import UNFINISHED


class PageHandler:
    def __init__(self, outside: Outside):
        self.outside = outside

    def climb(self, turn: ClaimedJob) -> None:
        """Every step that is due fires, and the page waits for the next."""
        with turn.begin() as (db, page):
            page = pages.put_right(db, page, turn.now)
            if page.state == pages.ACKNOWLEDGED:
                self._remind(turn, db, page)
                return
            if page.state != pages.PENDING:
                turn.finish(db)
                return
            ends_at = page.opened_at + drills.LASTS if drills.is_drill(db, page.ticket) else None
            if ends_at and turn.now >= ends_at:
                turn.finish(db, state=pages.CANCELLED)
                drills.close(db, page.ticket)
                return
            moments = Ascent(self.outside, db, page, turn.now).go()
            turn.finish(db, run_at=min(moment for moment in (*moments, ends_at) if moment))

    def _remind(self, turn: ClaimedJob, db: Connection, page: Row[Any]) -> None:
        """Taken, and silent since: do they still have it? Without an answer the page goes on to the next person."""
        ticket, wait = summaries.row(db, page.ticket), policies.from_json(page.policy).remind_after
        if ticket.state not in UNFINISHED or not wait:
            turn.finish(db)
        elif not_before := pages.asks_later(page, ticket.acknowledged_at, wait, turn.now):
            turn.finish(db, run_at=not_before)
        elif page.reminded_at is None:
            engineers = self.outside.shelf.newest(db).directory.engineers
            Firing(db, page, page.step, page.firing + 1, engineers, turn.now).remind(page.acknowledged_by)
            turn.finish(db, run_at=turn.now + pages.CONFIRM_WITHIN, firing=page.firing + 1, reminded_at=turn.now)
        else:
            turn.finish(db)
            acknowledgement.give_back_silent(db, page, turn.now)


class Ascent:
    """One turn of a page that looks for somebody, on the ground that the newest directory gives it."""

    def __init__(self, outside: Outside, db: Connection, page: Row[Any], now: datetime):
        self.db, self.page, self.now = db, page, now
        ticket = summaries.row(db, page.ticket)
        book = outside.shelf.for_ticket(db, ticket)
        self.ground = _ground(book, outside.shelf.newest(db), page, ticket, now)
        self.untaken = Untaken(outside, db, book, ticket, now)

    def go(self) -> tuple[datetime | None, ...]:
        """Fire whatever is due; returns when there is something to look for again."""
        self.page = self.untaken.tell_desk(self.page)
        while isinstance(order := escalation.next_step(attempts.climb_of(self.db, self.page), self.now), FireStep):
            policy, step = self._policy(order.step)
            if not self.ground.reaches_anybody(policy):
                self._reach_nobody(policy)
                return self.now + pages.LOOK_FOR_SOMEBODY, self.untaken.opens()
            if self.page.nobody_since:
                self.page = pages.climb_anew(self.db, self.page, self.now)
            else:
                self._fire(policy, step)
        return order.until, self.untaken.opens()

    def _policy(self, due: int) -> tuple[policies.Policy, int]:
        frozen = policies.from_json(self.page.policy)
        policy, step = policy_changes.policy_for(frozen, due, self.ground)
        if policy is not frozen:
            self.page = pages.go_on_by(self.db, self.page, policy, step, self.now)
        return policy, step

    def _fire(self, policy: policies.Policy, step: int) -> None:
        number, tried = self.page.firing + 1, policy_changes.rung(policy, step, self.ground)
        firing = Firing(self.db, self.page, step, number, self.ground.engineers, self.now)
        firing.reach(tried, self.ground.named(tried))
        self.page = pages.change(self.db, self.page.id, step=step, firing=number, fired_at=self.now)

    def _reach_nobody(self, policy: policies.Policy) -> None:
        """Said once, with the name of everybody who would be tried; then the page waits for somebody to be there."""
        if self.page.nobody_since is None:
            number = self.page.firing + 1
            firing = Firing(self.db, self.page, max(self.page.step, 0), number, self.ground.engineers, self.now)
            firing.name(*((step, self.ground.named(step)) for step in policy.steps))
            self.page = pages.reach_nobody(self.db, self.page, self.now)
        tried = attempts.has_tried(self.db, self.page.id)
        self.page = self.untaken.tell_hierarchy(self.page, anybody_tried=tried)


def _ground(book: Directory, newest: Directory, page: Row[Any], ticket: Row[Any], now: datetime) -> Ground:
    """The ticket's directory, with its people as the newest one knows them: numbers and absences change.

    An exercise wakes whom it was opened for, and nobody else."""
    ground = open_pages.ground(book, ticket.entity or "", now)
    present = policies.from_json(page.policy) if ticket.drill else ground.present
    known = [newest.engineer(engineer.code) or engineer for engineer in ground.engineers]
    return replace(ground, engineers=known, present=present)

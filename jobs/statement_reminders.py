"""Monthly statements: whoever issues them is reminded on the first of the next month, and told when some are late."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from directory.local_time import instant
from jobs import chores
from jobs.context import Outside
from jobs.engine import ClaimedJob
from notifications import statement_mails
from oncall.rotas import Engineer
from services import standby_months
from standby.statements import Month
from storage.accounts import accounts
from storage.directory import versions
from storage.mail import mail_outbox

EVERY = timedelta(hours=1)
HOUR = time(9)
LATE = 8  # day of the month
DAYS = (1, LATE)


class StatementReminders:
    def __init__(self, outside: Outside):
        self.outside = outside

    def remind(self, turn: ClaimedJob) -> None:
        """At the first look after each of the two moments; of what was before the line began nobody is reminded."""
        with turn.begin() as (_, chore):
            now = turn.now
            since = chores.since(chore, now)
        with turn.read() as db:
            if since is None or versions.is_empty(db):
                return
            book = self.outside.shelf.newest(db)
            today, zone = book.day(now), str(book.zone)
            passed = [day for day in DAYS if since < _at(today.replace(day=day), zone) <= now]
            if not passed:
                return
            found = standby_months.known(db, self.outside.shelf, Month(today.replace(day=1)).moved(-1), now)
            missing = standby_months.unissued(db, found)
        with turn.begin() as (db, _):
            self._tell(db, found, missing, is_late=passed[-1] == LATE, now=now)

    def _tell(
        self, db: Connection, found: standby_months.Known, missing: list[Engineer], *, is_late: bool, now: datetime
    ) -> None:
        month, organisation = found.month, found.book.organisation.name
        where = f"{self.outside.settings.public_url}/standby?month={month.code}"
        for account in accounts.admins(db):
            theirs = [each.name for each in missing if accounts.oversees(account.entities, each.entities)]
            if theirs:
                mail = statement_mails.to_issue(organisation, month, theirs, where, is_late=is_late)
                stage = "en-retard" if is_late else "a-emettre"
                mail_outbox.queue(db, account.email, mail, f"releves.{month.code}.{stage}.{account.id}", now)


def _at(day: date, zone: str) -> datetime:
    return instant(datetime.combine(day, HOUR), zone)

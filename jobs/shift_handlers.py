"""Shifts: published when the rotas change, told to whoever gains or loses one, taken up when they begin."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row

from directory.index import Directory
from directory.model import Notices
from directory.phone_numbers import is_mobile
from directory.policies import Channel
from jobs import chores
from jobs.context import Outside
from jobs.engine import ClaimedJob
from notifications import shift_notifications
from notifications.shift_notifications import News
from oncall.reachability import numbers
from oncall.rotas import Engineer
from services import notices, publish_shifts
from services.publish_shifts import Change
from storage.directory import versions
from storage.mail import mail_outbox
from storage.paging import notification_outbox
from storage.rotas import shifts
from storage.rotas.shifts import Takeup

EVERY = timedelta(hours=6)  # weeks come into sight
PATIENCE = timedelta(minutes=5)  # between two ways of asking, at least


def latest(shift: Row[Any], now: datetime) -> datetime:
    """Until when a shift may wait: for its beginning, or for an answer."""
    return max(shifts.of(shift).starts, now + PATIENCE)


class ShiftPublisher:
    def __init__(self, outside: Outside):
        self.outside = outside

    def publish(self, turn: ClaimedJob) -> None:
        """The rotas of the newest directory become shifts; whoever is concerned hears of it."""
        with turn.begin() as (_, chore):
            since = chores.since(chore, turn.now)
        with turn.read() as db:
            if versions.is_empty(db):
                return
            book, came = self.outside.shelf.newest(db), notices.lately(db, self.outside.shelf, since)
        now = turn.now
        due = publish_shifts.due(book, now)
        with turn.begin() as (db, _):  # a directory loaded meanwhile has put the chore off: the turn is lost
            news: dict[str, list[News]] = defaultdict(list)
            changes = publish_shifts.publish(db, due, now)
            notices.keep(db, came, changes, now)
            concerned = {each.engineer for each in changes if each.is_news and (each.gained or each.lost)}
            for change in changes:
                if change.is_news and change.engineer in concerned:
                    news[change.engineer].append(_news(book, change))
            for code, told in news.items():
                engineer = book.engineer(code)
                if engineer:  # else they have left
                    self._tell(db, book, engineer, sorted(told, key=lambda one: one.begins), turn)

    def _tell(self, db: Connection, book: Directory, engineer: Engineer, news: list[News], turn: ClaimedJob) -> None:
        organisation = book.organisation
        match organisation.rota_notices:
            case Notices.MAIL:
                mail = shift_notifications.changed_mail(organisation.name, news, self._where(book, engineer, news))
                mail_outbox.queue(db, engineer.email, mail, f"tours.{uuid4().hex}", turn.now)
            case Notices.SMS:
                at, said = (
                    shift_notifications.told_at(news, turn.now.astimezone(book.zone)),
                    shift_notifications.changed_sms(organisation.name, news),
                )
                notification_outbox.tell(db, notification_outbox.CHANGED, numbers(engineer), at, body=said)

    def _where(self, book: Directory, engineer: Engineer, news: list[News]) -> str:
        """Their month of the first turn that they gain; nothing where no employer counts standby."""
        gained = [one.after.starts for one in news if one.after]
        if not gained or not book.employer_of(engineer.code):
            return ""
        return f"{self.outside.settings.public_url}/standby/{engineer.code}/{min(gained).astimezone(book.zone):%Y-%m}"


class ShiftHandler:
    """Whoever takes over is asked: by SMS, then by a call; in the end the others hear that nobody answers."""

    def __init__(self, outside: Outside):
        self.outside = outside

    def see_to(self, turn: ClaimedJob) -> None:
        with turn.begin() as (db, shift):
            book = self.outside.shelf.newest(db)
            engineer = book.engineer(shift.engineer)
            if shift.cancelled_at or shift.until <= turn.now:
                turn.finish(db)
            elif shift.takeup == Takeup.DECLINED:
                self._tell(db, book, shift, shift_notifications.declined_sms(shifts.in_words(book, shift)), turn)
            elif shift.takeup == Takeup.CONFIRMED:
                self._tell(db, book, shift, shift_notifications.well_after_all_sms(shifts.in_words(book, shift)), turn)
            elif not (engineer and self._ask(db, engineer, shift, turn)):
                self._tell(
                    db,
                    book,
                    shift,
                    shift_notifications.missed_sms(shifts.in_words(book, shift)),
                    turn,
                    takeup=Takeup.MISSED,
                )

    def _ask(self, db: Connection, engineer: Engineer, shift: Row[Any], turn: ClaimedJob) -> bool:
        """One way more of asking; False when there is none left."""
        now, known = turn.now, numbers(engineer)
        mobiles = [number for number in known if is_mobile(number)]
        soon = now + PATIENCE
        if shift.takeup == Takeup.NONE and mobiles:
            notification_outbox.queue(db, notification_outbox.TAKEUP, mobiles[0], now, shift=shift.id)
            half_way = now + (shift.starts - now) / 2
            turn.finish(db, run_at=max(half_way, soon), takeup=Takeup.ASKED, asked_at=now)
        elif shift.takeup in (Takeup.NONE, Takeup.ASKED) and known:
            notification_outbox.queue(
                db, notification_outbox.TAKEUP, known[0], now, shift=shift.id, channel=Channel.VOICE
            )
            turn.finish(db, run_at=max(shift.starts, soon), takeup=Takeup.CALLED, asked_at=shift.asked_at or now)
        else:
            return False
        return True

    def _tell(
        self, db: Connection, book: Directory, shift: Row[Any], text: str, turn: ClaimedJob, **values: Any
    ) -> None:
        """Whoever is relieved, and the responsible."""
        for engineer in _concerned(book, shift):
            self._write(db, engineer, shift, text, turn)
        turn.finish(db, **values)

    def _write(self, db: Connection, engineer: Engineer, shift: Row[Any], text: str, turn: ClaimedJob) -> None:
        notification_outbox.tell(db, notification_outbox.MISSED, numbers(engineer), turn.now, shift=shift.id, body=text)
        mail = (f"Prise de service : {shift.rota} ({shift.layer})", text)
        mail_outbox.queue(db, engineer.email, mail, f"tour.{uuid4().hex}", turn.now)


def _concerned(book: Directory, shift: Row[Any]) -> Iterable[Engineer]:
    rota = book.rota(shift.rota)
    responsible = (rota.responsible or rota.fallback) if rota else ""
    codes = dict.fromkeys([*shift.takes_over_from, responsible])
    return [engineer for code in codes if code != shift.engineer and (engineer := book.engineer(code))]


def _news(book: Directory, change: Change) -> News:
    before, after = (shifts.in_words(book, shift) if shift else None for shift in (change.before, change.after))
    return News(before, after, is_kept=not change.gained)

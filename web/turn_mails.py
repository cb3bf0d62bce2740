"""What is written to the two engineers of a hand-over: by SMS by day, and by mail."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from directory.index import Directory
from directory.phone_numbers import is_mobile
from notifications import shift_notifications
from notifications.shift_notifications import Duty, News
from oncall import coverage
from oncall.reachability import numbers
from oncall.shifts import Shift
from services import turn_requests
from settings import Settings
from storage.mail import mail_outbox
from storage.paging import notification_outbox
from storage.rotas import shifts
from telephony import addresses

TO_ANSWER = timedelta(hours=12)  # what is asked in the evening for a turn of the next day is asked at once


def duties(book: Directory, row: Row[Any]) -> tuple[Duty, Duty | None]:
    """What is asked, and what would be given in return, in words."""
    found = [
        shifts.in_words(book, Shift(rota=row.rota, layer=row.layer, engineer=piece.giver, starts=piece.starts,
                                    until=piece.until))
        for piece in turn_requests.pieces(row)
    ]  # fmt: skip
    return found[0], found[1] if len(found) > 1 else None


def tell_taker(db: Connection, settings: Settings, book: Directory, row: Row[Any], now: datetime) -> str:
    """How they were told: "sms", "mail", or "" where nothing is known of them."""
    given, back = duties(book, row)
    link = addresses.handover_link(settings, row.id)
    mail = shift_notifications.asking_mail(given, link, back, row.word)
    return _write(
        db, book, row.taker, shift_notifications.asking_sms(given, link, back), mail, f"demande.{row.id}", given, now
    )


def tell_giver(db: Connection, book: Directory, row: Row[Any], *, accepted: bool, now: datetime) -> None:
    given, _ = duties(book, row)
    said = (shift_notifications.handed_over_sms if accepted else shift_notifications.refused_sms)(
        given, coverage.name(book, row.taker)
    )
    mail = (f"Astreinte {book.organisation.name} : votre tour", said)
    _write(db, book, row.giver, said, mail, f"reponse.{row.id}", given, now)


def _write(
    db: Connection, book: Directory, engineer: str, text: str, mail: tuple[str, str], message_id: str, about: Duty,
    now: datetime,
) -> str:  # fmt: skip
    known = book.engineer(engineer)
    if known is None:
        return ""
    mail_outbox.queue(db, known.email, mail, message_id, now)
    mobile = next((number for number in numbers(known) if is_mobile(number)), None)
    if mobile:
        at = shift_notifications.told_at([News(None, about)], now.astimezone(about.starts.tzinfo), TO_ANSWER)
        notification_outbox.queue(db, notification_outbox.CHANGED, mobile, at, body=text)
        return "sms"
    return "mail" if known.email else ""

"""What a page of standby is asked for, and how it answers: whose month, whether it is over, done or refused."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from directory.index import Directory
from oncall.rotas import Engineer
from services import standby_months
from standby.statements import Month
from translatable import Refused
from web.console.rotas import rota_rights
from web.languages import translated
from web.outside import Outside

NOTE_AT_MOST = 300


def asked(written: str, book: Directory, now: datetime) -> Month:
    """The one that is asked for, else this one."""
    return Month.of(written) or Month(book.day(now).replace(day=1))


def is_over(book: Directory, month: Month, now: datetime) -> bool:
    return month.edges(str(book.zone))[1] <= now


def found(outside: Outside, engineer: str, month: str) -> tuple[Directory, Engineer, Month]:
    """404 for what is not, or is not theirs to see; before anything is written, for it may take long."""
    with outside.database.read() as db:
        return found_in(outside, db, engineer, month)


def found_in(outside: Outside, db: Connection, engineer: str, month: str) -> tuple[Directory, Engineer, Month]:
    book, when = outside.shelf.newest(db), Month.of(month)
    person = standby_months.member(db, outside.shelf, when, engineer) if when else None
    if person is None or when is None or not rota_rights.counts(current_user, person):
        abort(HTTPStatus.NOT_FOUND)
    return book, person, when


def note(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()[:NOTE_AT_MOST]


def done(outside: Outside, engineer: str, month: Month, does: Callable[[Connection], str]) -> Response:
    """In one transaction; back to the month, with what was done or why not."""
    try:
        with outside.database.begin() as db:
            said = does(db)
    except Refused as refusal:
        flash(translated(refusal.said), "refused")
    else:
        flash(said, "done")
    return redirect(url_for("console.month_of", engineer=engineer, month=month.code), HTTPStatus.SEE_OTHER)

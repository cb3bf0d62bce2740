"""Everybody's month, and one's own."""

from datetime import date, datetime
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from directory.local_time import is_second
from notifications import labels
from services import notices, standby_months
from standby.statements import is_due
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.standby import interventions, statements
from web.console.rotas import rota_rights
from web.console.standby.asking import asked, done, found, found_in, is_over
from web.languages import gettext
from web.outside import Outside
from web.params import whole


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/standby")
    def standby() -> str | Response:
        """Everybody's month for an admin, one's own for the others."""
        now = outside.clock()
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            month = asked(request.args.get("month", ""), book, now)
            if Role.ADMIN not in current_user.held:
                return redirect(url_for("console.month_of", engineer=current_user.engineer, month=month.code))
            known = standby_months.known(db, outside.shelf, month, now)
            issued = {row.engineer: row for row in statements.of_month(db, month.code)}
            rows = [
                (each, standby_months.document(db, known, each.code), issued.get(each.code))
                for each, _ in known.staff.values() if rota_rights.counts(current_user, each)
            ]  # fmt: skip
        return render_template(
            "console/standby.html", month=month, rows=rows, book=book, is_over=is_over(book, month, now),
            is_due=is_due, is_known=known.is_known,
        )  # fmt: skip

    @routes.get("/standby/<engineer>/<month>")
    def month_of(engineer: str, month: str) -> str:
        now = outside.clock()
        with outside.database.read() as db:
            book, person, when = found_in(outside, db, engineer, month)
            known = standby_months.known(db, outside.shelf, when, now)
            document = standby_months.document(db, known, engineer)
            starts, ends = when.edges(str(book.zone))
            declared = interventions.counted(db, engineer, starts, ends)
            announced = notices.of_engineer(db, engineer, starts, ends)
            taken = interventions.taken(db, engineer, starts, ends)
            issued, names = statements.of_month(db, when.code, engineer), accounts.names(db, book)
        differs = bool(issued) and issued[-1].document != statements.canonical(document)
        return render_template(
            "console/month.html", shown=document, month=when, engineer=person, declared=declared, taken=taken,
            issued=issued, names=names, differs=differs, is_over=is_over(book, when, now), paid=labels.PAID,
            verdicts=labels.NOTICE, announced=announced, is_mine=rota_rights.is_engineer(current_user, engineer),
            may_issue=Role.ADMIN in current_user.held, told=request.args, instant=datetime.fromisoformat,
            day=date.fromisoformat, is_known=known.is_known, is_sound=statements.is_sound,
            repeated=when.repeated(str(book.zone)), is_second=lambda at: is_second(at, str(book.zone)),
        )  # fmt: skip

    @routes.post("/standby/<engineer>/<month>/seen")
    def receive_notices(engineer: str, month: str) -> Response:
        """Their own turns of the month, which they know of from now on at the latest."""
        if not rota_rights.is_engineer(current_user, engineer):
            abort(HTTPStatus.NOT_FOUND)

        book, _, when = found(outside, engineer, month)

        def does(db: Connection) -> str:
            seen = whole(request.form.get("last", ""))
            notices.receive(db, engineer, *when.edges(str(book.zone)), seen, outside.clock())
            return gettext("C'est noté, avec la date.")

        return done(outside, engineer, when, does)

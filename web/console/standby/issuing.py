"""Statements: issued when the month is over, and never changed since."""

import json
from datetime import date
from http import HTTPStatus

from flask import Blueprint, abort, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from directory.index import Directory
from notifications import statement_mails
from oncall.rotas import Engineer
from services import standby_months
from standby.statements import Month
from storage.mail import mail_outbox
from storage.standby import statements
from translatable import Refused
from web import errors
from web.console.rotas import rota_rights
from web.console.standby.asking import done, found, is_over, note
from web.languages import gettext
from web.outside import Outside
from web.serving import file

ALTERED = "Ce relevé n'est plus tel qu'il a été émis : la base a été changée par ailleurs. L'exemplaire remis fait foi."


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.post("/standby/<engineer>/<month>/issue")
    def issue_statement(engineer: str, month: str) -> Response:
        """Frozen as it is now; its person hears of it."""

        now, (book, person, when) = outside.clock(), found(outside, engineer, month)
        with outside.database.read() as db:  # reads many versions of the directory
            known = standby_months.known(db, outside.shelf, when, now)
            document, as_of = standby_months.document(db, known, engineer), standby_months.as_of(db)

        def does(db: Connection) -> str:
            if not is_over(book, when, now):
                raise Refused("Le mois n'est pas fini : le relevé s'émet ensuite.")
            if not known.is_known:
                raise Refused("Ce mois est d'avant le premier annuaire : il n'y a rien à relever.")
            if standby_months.as_of(db) != as_of:
                raise Refused("Quelque chose vient de changer : regardez le mois encore une fois, puis recommencez.")
            number = statements.issue(db, engineer, when.code, document, current_user.who, now, note("reason"))
            _tell(outside, db, book, person, when, number)
            return gettext("Relevé émis : il ne change plus.")

        return done(outside, engineer, when, does)

    @routes.get("/statements/<int(max=999999999):number>.<any(pdf, csv):kind>")
    def statement(number: int, kind: str) -> Response:
        """As it was issued; refused where its words are no longer those that were sealed."""
        from printing import statement as paper  # slow to import, and needed seldom

        with outside.database.read() as db:
            row = statements.find(db, number)
            if row is None:
                abort(HTTPStatus.NOT_FOUND)
            person = standby_months.member(
                db, outside.shelf, Month(date.fromisoformat(f"{row.month}-01")), row.engineer
            )
        if not (rota_rights.counts(current_user, person) if person else current_user.keeps_the_whole):
            abort(HTTPStatus.NOT_FOUND)
        if not statements.is_sound(row):
            return errors.told(HTTPStatus.CONFLICT, ALTERED)
        document = json.loads(row.document)
        name = f"releve-{row.engineer}-{row.month}-{row.number}.{kind}"
        if kind == "csv":
            return file(paper.table(document, row.number, row.issued_at, row.digest), "text/csv", name)
        return file(paper.pdf(document, row.number, row.issued_at, row.digest, row.reason), "application/pdf", name)


def _tell(outside: Outside, db: Connection, book: Directory, person: Engineer, month: Month, number: int) -> None:
    where = f"{outside.settings.public_url}{url_for('console.month_of', engineer=person.code, month=month.code)}"
    mail = statement_mails.issued(book.organisation.name, month, where)
    mail_outbox.queue(db, person.email, mail, f"releve.{number}", outside.clock())

"""Standby month by month: hours, work, rest, what it is worth; looked at while it goes on, issued when it is over."""

import json
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from ivr import statement_mails, words
from ivr.book import Book
from ivr.statements import Month, is_due
from oncall.rotas import Engineer
from oncall.wall import instant
from storage import accounts, interventions, mails, months, notices, statements, tickets
from storage.accounts import Role
from storage.interventions import Declared
from tickets import reference as references
from tickets.sentences import Refused
from web.console import rights
from web.languages import gettext, translated
from web.outside import Outside
from web.paging import wall_clock, whole
from web.serving import file

REASON_AT_MOST = 300


def add(routes: Blueprint, outside: Outside) -> None:
    _months(routes, outside)
    _work(routes, outside)
    _statements(routes, outside)


def _months(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/standby")
    def standby() -> str | Response:
        """Everybody's month for an admin, one's own for the others."""
        now = outside.clock()
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            month = _asked(request.args.get("month", ""), book, now)
            if Role.ADMIN not in current_user.held:
                return redirect(url_for("console.month_of", engineer=current_user.engineer, month=month.code))
            found = months.known(db, outside.shelf, month, now)
            issued = {row.engineer: row for row in statements.of_month(db, month.code)}
            rows = [
                (each, months.document(db, found, each.code), issued.get(each.code))
                for each, _ in found.staff.values() if rights.counts(current_user, each)
            ]  # fmt: skip
        over = _is_over(book, month, now)
        return render_template("console/standby.html", month=month, rows=rows, book=book, is_over=over, is_due=is_due)

    @routes.get("/standby/<engineer>/<month>")
    def month_of(engineer: str, month: str) -> str:
        now = outside.clock()
        with outside.database.read() as db:
            book, person, when = _found(outside, db, engineer, month)
            found = months.known(db, outside.shelf, when, now)
            shown = months.document(db, found, engineer)
            starts, ends = when.edges(str(book.zone))
            declared = interventions.counted(db, engineer, starts, ends)
            announced = notices.of_engineer(db, engineer, starts, ends)
            taken = interventions.taken(db, engineer, starts, ends)
            issued, names = statements.of_month(db, when.code, engineer), accounts.names(db)
        differs = bool(issued) and issued[-1].document != statements.canonical(shown)
        return render_template(
            "console/month.html", shown=shown, month=when, engineer=person, declared=declared, taken=taken,
            issued=issued, names=names, differs=differs, is_over=_is_over(book, when, now), paid=words.PAID,
            verdicts=words.NOTICE, announced=announced, is_mine=rights.is_engineer(current_user, engineer),
            may_issue=Role.ADMIN in current_user.held, told=request.args, instant=datetime.fromisoformat,
            day=date.fromisoformat,
        )  # fmt: skip

    @routes.post("/standby/<engineer>/<month>/seen")
    def receive_notices(engineer: str, month: str) -> Response:
        """Their own turns of the month, which they know of from now on at the latest."""
        if not rights.is_engineer(current_user, engineer):
            abort(HTTPStatus.NOT_FOUND)

        def does(db: Connection, book: Book, _: Engineer, when: Month) -> str:
            notices.receive(db, engineer, *when.edges(str(book.zone)), outside.clock())
            return gettext("C'est noté, avec la date.")

        return _done(outside, engineer, month, does)


def _work(routes: Blueprint, outside: Outside) -> None:
    @routes.post("/standby/<engineer>/<month>/interventions")
    def declare_work(engineer: str, month: str) -> Response:
        """Added, or instead of what was declared before."""

        def does(db: Connection, book: Book, _: Engineer, __: Month) -> str:
            replaces = whole(request.form.get("replaces", "")) or None
            if replaces is not None:
                _own(db, engineer, replaces)
            said = _declared(book, engineer)
            if said.ticket and tickets.find(db, said.ticket) is None:
                raise Refused("Ce ticket n'existe pas.")
            interventions.declare(db, said, current_user.who, outside.clock(), replaces)
            return gettext("Intervention enregistrée.")

        return _done(outside, engineer, month, does)

    @routes.post("/standby/<engineer>/<month>/interventions/<int(max=999999999):number>")
    def withdraw_work(engineer: str, month: str, number: int) -> Response:
        def does(db: Connection, *_: object) -> str:
            interventions.withdraw(db, _own(db, engineer, number), current_user.who, outside.clock())
            return gettext("Intervention retirée.")

        return _done(outside, engineer, month, does)


def _statements(routes: Blueprint, outside: Outside) -> None:
    @routes.post("/standby/<engineer>/<month>/issue")
    def issue_statement(engineer: str, month: str) -> Response:
        """Frozen as it is now; its person hears of it."""

        def does(db: Connection, book: Book, person: Engineer, when: Month) -> str:
            now = outside.clock()
            if not _is_over(book, when, now):
                raise Refused("Le mois n'est pas fini : le relevé s'émet ensuite.")
            found = months.known(db, outside.shelf, when, now)
            reason = request.form.get("reason", "").replace("\x00", "").strip()[:REASON_AT_MOST]
            document = months.document(db, found, engineer)
            number = statements.issue(db, engineer, when.code, document, current_user.who, now, reason)
            _tell(outside, db, book, person, when, number)
            return gettext("Relevé émis : il ne change plus.")

        return _done(outside, engineer, month, does)

    @routes.get("/statements/<int(max=999999999):number>.<any(pdf, csv):kind>")
    def statement(number: int, kind: str) -> Response:
        from printing import statement as paper  # slow to import, and needed seldom

        with outside.database.read() as db:
            row = statements.find(db, number)
            if row is None:
                abort(HTTPStatus.NOT_FOUND)
            person = months.member(db, outside.shelf, Month(date.fromisoformat(f"{row.month}-01")), row.engineer)
        if not (rights.counts(current_user, person) if person else current_user.keeps_the_whole):
            abort(HTTPStatus.NOT_FOUND)
        document = json.loads(row.document)
        name = f"releve-{row.engineer}-{row.month}-{row.number}.{kind}"
        if kind == "csv":
            return file(paper.table(document), "text/csv", name)
        return file(paper.pdf(document, row.number, row.issued_at, row.digest, row.reason), "application/pdf", name)


def _asked(written: str, book: Book, now: datetime) -> Month:
    """The one that is asked for, else this one."""
    return Month.of(written) or Month(book.day(now).replace(day=1))


def _is_over(book: Book, month: Month, now: datetime) -> bool:
    return month.edges(str(book.zone))[1] <= now


def _found(outside: Outside, db: Connection, engineer: str, month: str) -> tuple[Book, Engineer, Month]:
    """404 for what is not, or is not theirs to see."""
    book, when = outside.shelf.newest(db), Month.of(month)
    person = months.member(db, outside.shelf, when, engineer) if when else None
    if person is None or when is None or not rights.counts(current_user, person):
        abort(HTTPStatus.NOT_FOUND)
    return book, person, when


def _own(db: Connection, engineer: str, number: int) -> Row[Any]:
    row = interventions.find(db, number)
    if row is None or row.engineer != engineer:
        raise Refused("Cette intervention a été corrigée entre-temps : reprenez la page.")
    return row


def _declared(book: Book, engineer: str) -> Declared:
    """Raises Refused."""
    form, zone = request.form, str(book.zone)
    edges = [wall_clock(form.get(f"{edge}_day", ""), form.get(f"{edge}_time", "")) for edge in ("start", "until")]
    if None in edges:
        raise Refused("La date ou l'heure ne se lit pas : 2026-12-24, 18:30.")
    starts, until = (instant(edge, zone) for edge in edges if edge)
    if until <= starts:  # the night on which a time is shown twice
        until = instant(edges[1] or starts, zone, last=True)
    written = form.get("ticket", "").strip()
    ticket = references.parse(written, book.organisation.ticket_prefix) if written else ""
    if ticket is None:
        raise Refused("Cette référence de ticket ne se lit pas.")
    return Declared(
        engineer=engineer, ticket=ticket, starts=starts, until=until, travel=whole(form.get("travel", "")),
        on_site="on_site" in form,
    )  # fmt: skip


def _done(outside: Outside, engineer: str, month: str, does: Any) -> Response:
    try:
        with outside.database.begin() as db:
            said = does(db, *_found(outside, db, engineer, month))
    except Refused as refusal:
        flash(translated(refusal.said), "refused")
    else:
        flash(said, "done")
    return redirect(url_for("console.month_of", engineer=engineer, month=month), HTTPStatus.SEE_OTHER)


def _tell(outside: Outside, db: Connection, book: Book, person: Engineer, month: Month, number: int) -> None:
    where = f"{outside.settings.public_url}{url_for('console.month_of', engineer=person.code, month=month.code)}"
    mail = statement_mails.issued(book.organisation.name, month, where)
    mails.queue(db, person.email, mail, f"releve.{number}", outside.clock())

"""A client follows its tickets: what happened, what was promised, the closure report; and answers, or escalates."""

from datetime import datetime
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as Answer

from ivr import wording
from ivr.book import Book
from ivr.wording import Way
from storage import answering, clocks, desk, escalating, letters, reports, tickets, twice
from tickets.closure import parts
from tickets.moves import Impossible, check_escalates, may_escalate
from tickets.states import FINAL, Kind, State
from web.audio import Sounds
from web.languages import gettext, translated
from web.outside import Outside
from web.portal import files, telling, theirs
from web.portal.declaring import urgent
from web.serving import attached, file
from web.spoken import wall

CLOSED = frozenset({State.CLOSED, State.ARCHIVED})


def add(routes: Blueprint, outside: Outside) -> None:
    sounds = Sounds(outside)

    @routes.get("/")
    def requests() -> str:
        with outside.database.read() as db:
            book, rows = outside.shelf.newest(db), theirs.listed(db)
        client = book.client(current_user.client or "")
        shown = {"rows": rows, "client": client, "kinds": wording.KINDS, **urgent(book, client, outside)}
        return render_template("portal/requests.html", **shown)

    @routes.get("/<reference>")
    def request_(reference: str) -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            return render_template("portal/request.html", **_shown(outside, db, theirs.found(db, book, reference)))

    @routes.post("/<reference>/answer")
    def answer(reference: str) -> Answer:
        """Public, told to the desk; it ends a wait, and reopens what was restored."""
        text = request.form.get("text", "").replace("\x00", "").strip()[:5_000]
        with outside.database.read() as db:
            row = theirs.found(db, outside.shelf.newest(db), reference)
        try:
            if row.state in FINAL:
                raise Impossible("Cette demande ne fait plus que se lire : faites-en une autre.")
            enclosed = files.received(outside, sounds)
        except Impossible as refusal:
            flash(translated(refusal.said), "refused")
            return redirect(url_for("portal.request_", reference=reference), HTTPStatus.SEE_OTHER)
        text = (text + files.named(enclosed)).strip()
        try:
            if not text:
                raise Impossible(gettext("Écrivez votre message."))
            with outside.database.begin() as db:
                book, now = outside.shelf.newest(db), outside.clock()
                row = theirs.found(db, book, reference)
                said = (text, *(letters.attachment_place(each.content) for each in enclosed))
                if not twice.again(db, now, current_user.who, "answer", row.reference, *said):
                    desk.remark(db, row.reference, current_user.who, now, text, public=True)
                    files.enclose(db, row.reference, enclosed, now)
                    answering.takes_effect(db, row.reference, current_user.who, now, account=current_user.id)
                    told = wording.written_mail(
                        tickets.about(book, row), current_user.email, "sur le portail", text, is_new=False,
                        verified=True,
                    )  # fmt: skip
                    desk.tell(db, book, row.reference, f"portail-{token_hex(4)}", told, now)
        except Impossible as refusal:
            with outside.database.begin() as db:
                row = theirs.found(db, outside.shelf.newest(db), reference)
                files.drop(db, row.reference, enclosed, outside.clock())
            flash(translated(refusal.said), "refused")
        else:
            flash(gettext("Message envoyé."), "done")
        return redirect(url_for("portal.request_", reference=reference), HTTPStatus.SEE_OTHER)

    @routes.post("/<reference>/escalate")
    def escalate(reference: str) -> Answer:
        with outside.database.begin() as db:
            book, now = outside.shelf.newest(db), outside.clock()
            row = theirs.found(db, book, reference)
            try:
                check_escalates(Kind(row.kind), State(row.state))
            except Impossible as refusal:
                flash(translated(refusal.said), "refused")
            else:
                _escalate(db, book, row, now)
        return redirect(url_for("portal.request_", reference=row.reference), HTTPStatus.SEE_OTHER)

    @routes.get("/<reference>/bilan.pdf")
    def report(reference: str) -> Response:
        from printing import report as paper  # slow to import, and needed seldom

        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            row = theirs.found(db, book, reference)
            if row.state not in CLOSED:
                abort(HTTPStatus.NOT_FOUND)
            page = paper.pdf(tickets.about(book, row), row.kind, reports.read(db, row.reference), book)
        return file(page, "application/pdf", f"bilan-{row.reference}.pdf")

    @routes.get("/<reference>/files/<int(max=999999999):number>")
    def attachment(reference: str, number: int) -> Response:
        """Of the portal and their own mail; what somebody else wrote on the ticket is not shown."""
        with outside.database.read() as db:
            row = theirs.found(db, outside.shelf.newest(db), reference)
            one = next((each for each in _files(db, row) if each.id == number), None)
        if one is None:
            abort(HTTPStatus.NOT_FOUND)
        return attached(sounds, one)


def _escalate(db: Connection, book: Book, row: Row[Any], now: datetime) -> None:
    """One level further each time, and no further than the last."""
    if not escalating.history(db, book, row, now).more:
        flash(gettext("C'est déjà fait : voyez quand, et auprès de qui."), "refused")
        return
    how, event = {"account": current_user.id}, f"portail-{token_hex(4)}"
    due = escalating.escalate(db, book, row.reference, Way.PORTAL, now, how, event, current_user.who)
    flash(_answered(due.astimezone(book.zone) if due else None), "done")


def _answered(due: datetime | None) -> str:
    """`due`: by the clock of the line."""
    if due is None:
        return gettext("La hiérarchie du support est prévenue.")
    return gettext("C'est noté. L'engagement court jusqu'au %(at)s.", at=wall(due, "EEEE d MMMM, HH:mm"))


def _files(db: Connection, row: Row[Any]) -> list[Row[Any]]:
    vouched = {None} | {letter.id for letter in letters.of_ticket(db, row.reference) if letter.verified}
    return [each for each in letters.attachments(db, row.reference) if each.letter in vouched]


def _shown(outside: Outside, db: Connection, row: Row[Any]) -> dict[str, Any]:
    now = outside.clock()
    book = outside.shelf.for_ticket(db, row)
    measured = clocks.measured(db, book, row, now)
    state = State(row.state)

    def moment(at: datetime) -> str:
        return wall(at.astimezone(book.zone), "EEEE d MMMM, HH:mm")

    return {
        "ticket": row, "kinds": wording.KINDS, "parts": parts(Kind(row.kind)), "client": book.client(row.client or ""),
        "waits": telling.now_of(book, row, now), "plan": telling.plan_of(db, row),
        "escalations": escalating.history(db, book, row, now), "entity": book.known_entity(row.entity),
        "happened": telling.happened(db, row, moment), "files": _files(db, row),
        "promises": {clock: promise for clock, promise in measured.promises.items() if promise},
        "report": reports.read(db, row.reference) if state in CLOSED else None,
        "may_answer": state not in FINAL, "may_escalate": may_escalate(Kind(row.kind), state),
    }  # fmt: skip

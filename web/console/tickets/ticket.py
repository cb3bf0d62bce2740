"""One ticket: what is known, its line of time, what may be done to it now."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Answer

from notifications import durations
from oncall import coverage
from services import change_requests, closing, hierarchy_escalation, reassignment
from storage.accounts import accounts
from storage.calls import listening, voicemails
from storage.mail import inbound_mail as kept
from storage.paging import pages
from storage.tickets import closure_reports, legal_holds, sla_clocks, summaries, timeline
from tickets import qualification
from tickets import reference as references
from tickets.closure import NEEDED, lacking, parts
from tickets.states import Kind, State
from tickets.transitions import Action, TransitionRefused, may_escalate, possible
from web.audio import Sounds
from web.console.faces import face
from web.console.tickets import actions
from web.console.tickets.actions import Doing
from web.console.tickets.qualifying import sorted_out
from web.console.tickets.ticket_list import KINDS
from web.console.tickets.timeline import Reader, items
from web.languages import gettext, translated
from web.outside import Outside
from web.serving import attached, file, sound

FIRST = 12  # events that are shown before one asks for the others
REFUSALS = {
    "no_option": "sans option 24/7", "change": "modification, hors heures", "information": "information, hors heures",
    "unverified": "client à vérifier",
}  # fmt: skip


def add(routes: Blueprint, outside: Outside) -> None:
    sounds = Sounds(outside)

    @routes.get("/tickets/<reference>")
    def ticket(reference: str) -> str:
        with outside.database.read() as db:
            return render_template("console/ticket.html", **_shown(outside, db, _found(outside, db, reference)))

    @routes.post("/tickets/<reference>/<deed>")
    def act(reference: str, deed: str) -> Answer:
        if deed not in actions.ACTS:
            abort(HTTPStatus.NOT_FOUND)
        if not actions.may(current_user, deed):
            abort(HTTPStatus.FORBIDDEN)
        with outside.database.read() as db:
            found = _found(outside, db, reference)
        try:
            with outside.database.begin() as db:
                book, now = outside.shelf.newest(db), outside.clock()
                form, several = request.form, request.form.getlist
                where = f"{outside.settings.public_url}{url_for('console.ticket', reference=found)}"
                doing = Doing(
                    db=db, book=book, ticket=found, person=current_user, now=now, form=form, several=several,
                    where=where,
                )  # fmt: skip
                said = actions.carry_out(doing, deed)
        except TransitionRefused as refusal:
            flash(translated(refusal.said), "refused")
        else:
            flash(translated(said), "done")
        return redirect(url_for("console.ticket", reference=found), HTTPStatus.SEE_OTHER)

    @routes.get("/tickets/<reference>/bilan.pdf")
    def report(reference: str) -> Response:
        from printing import report as paper  # slow to import, and needed seldom

        with outside.database.read() as db:
            book, row = outside.shelf.newest(db), summaries.row(db, _found(outside, db, reference))
            page = paper.pdf(summaries.about(book, row), row.kind, closure_reports.read(db, row.reference), book)
        return file(page, "application/pdf", f"bilan-{row.reference}.pdf")

    @routes.get("/tickets/<reference>/voice/<recording>.wav")
    def listen(reference: str, recording: str) -> Response:
        with outside.database.read() as db:
            voice, found = voicemails.find(db, recording), _found(outside, db, reference)
        if voice is None or voice.ticket != found or voice.state in (voicemails.ABSENT, voicemails.PURGED):
            abort(HTTPStatus.NOT_FOUND)
        answer = sound(sounds, voice)
        if request.method == "GET" and answer.status_code in (200, 206):
            with outside.database.begin(lasting=False) as db:
                listening.note(db, found, recording, outside.clock(), current_user.who)
        return answer

    @routes.get("/tickets/<reference>/files/<int(max=999999999):number>")
    def attachment(reference: str, number: int) -> Response:
        with outside.database.read() as db:
            found = _found(outside, db, reference)
            one = next((each for each in kept.attachments(db, found) if each.id == number), None)
        if one is None:
            abort(HTTPStatus.NOT_FOUND)
        return attached(sounds, one)


def _found(outside: Outside, db: Connection, written: str) -> str:
    """In any spelling of its reference."""
    meant = references.parse(written, outside.shelf.newest(db).organisation.ticket_prefix)
    if meant is None or summaries.find(db, meant) is None:
        abort(HTTPStatus.NOT_FOUND)
    return meant


def _shown(outside: Outside, db: Connection, reference: str) -> dict[str, Any]:
    now = outside.clock()
    row = summaries.row(db, reference)
    book = outside.shelf.for_ticket(db, row)
    newest = outside.shelf.newest(db)
    names = accounts.names(db, newest)
    clock = sla_clocks.measured(db, book, row, now)
    kind, state = Kind(row.kind), State(row.state)
    written = closure_reports.read(db, reference)
    page = pages.newest_of(db, reference)
    client = newest.client(row.client or "")
    lengths = clock.durations

    def named(code: str) -> str:
        return names.get(code) or coverage.name(newest, code)

    def moment(written_down: str) -> str:
        at = datetime.fromisoformat(written_down).astimezone(newest.zone)
        return str(format_datetime(at, "EEE d MMM y HH:mm", rebase=False))

    named_parts = parts(kind)

    return {
        "ticket": row, "now": now, "book": newest, "kinds": KINDS, "refusals": REFUSALS,
        "client": client, "entity": newest.known_entity(row.entity),
        "acts": {str(each) for each in possible(kind, state)}, "Act": Action, "may_escalate": may_escalate(kind, state),
        "escalated": hierarchy_escalation.past(db, reference).told,
        "missing": [gettext(qualification.ITEMS[item]) for item in qualification.missing(row._asdict())],
        "items": list(reversed(items(timeline.of_ticket(db, reference), Reader(row.kind, named, moment)))),
        "first": FIRST,
        "promises": {clock: promise for clock, promise in clock.promises.items() if promise},
        "lengths": {"brute": lengths.gross, "nette": lengths.net, "comptée": lengths.counted},
        "spelled": durations.spelled, "counted": durations.explained(clock.counted, newest.zone),
        "report": written, "parts": named_parts, "needed": NEEDED[kind],
        "lacking": [gettext(named_parts[part]) for part in lacking(kind, written)],
        "addresses": closing.addresses_of(newest, row), "closed_at": closing.closed_at(db, reference),
        "change": change_requests.known(db, reference), "summary": change_requests.summary(db, reference),
        "sorting": sorted_out(newest, row, request.args), "open": request.args.get("open", ""),
        "colleagues": reassignment.colleagues(db, newest, row.entity),
        "anothers": actions.is_anothers(row, current_user.who),
        "paging": page is not None and page.state == pages.PENDING,
        "mine": row.acknowledged_by == current_user.who,
        "held": legal_holds.held(db, reference), "face": lambda code: face(newest, code, names),
    }  # fmt: skip

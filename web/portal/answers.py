"""A client answers on its ticket, or calls the hierarchy to it."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from directory.index import Directory
from mail.letter import Enclosed
from notifications import texts
from notifications.texts import Way
from services import client_answers, desk_actions, hierarchy_escalation
from storage.mail import inbound_mail
from storage.tickets import deduplication, summaries
from tickets.escalations import Answer, Asker, Wish
from tickets.states import FINAL
from tickets.transitions import NOT_RUNNING, TransitionRefused
from web.audio import Sounds
from web.languages import gettext, translated
from web.outside import Outside
from web.portal import files, theirs
from web.spoken import wall


def add(routes: Blueprint, outside: Outside) -> None:
    sounds = Sounds(outside)

    @routes.post("/<reference>/answer")
    def answer(reference: str) -> Response:
        """Public, told to the desk; it ends a wait, and reopens what was restored."""
        try:
            _answer(outside, sounds, reference, request.form.get("text", "").replace("\x00", "").strip()[:5_000])
        except TransitionRefused as refusal:
            flash(translated(refusal.said), "refused")
        else:
            flash(gettext("Message envoyé."), "done")
        return redirect(url_for("portal.request_", reference=reference), HTTPStatus.SEE_OTHER)

    @routes.post("/<reference>/escalate")
    def escalate(reference: str) -> Response:
        with outside.database.begin() as db:
            book, now = outside.shelf.newest(db), outside.clock()
            row = theirs.found(db, book, reference)
            _escalate(db, book, row, now)
        return redirect(url_for("portal.request_", reference=row.reference), HTTPStatus.SEE_OTHER)


def _answer(outside: Outside, sounds: Sounds, reference: str, text: str) -> None:
    """Raises TransitionRefused; the files that came with it are not kept then."""
    with outside.database.read() as db:
        row = theirs.found(db, outside.shelf.newest(db), reference)
    if row.state in FINAL:
        raise TransitionRefused("Cette demande ne fait plus que se lire : faites-en une autre.")
    enclosed = files.received(outside, sounds)
    text = (text + files.named(enclosed)).strip()
    try:
        if not text:
            raise TransitionRefused(gettext("Écrivez votre message."))
        with outside.database.begin() as db:
            book = outside.shelf.newest(db)
            _keep(db, book, theirs.found(db, book, reference), text, enclosed, outside.clock())
    except TransitionRefused:
        with outside.database.begin() as db:
            row = theirs.found(db, outside.shelf.newest(db), reference)
            files.drop(db, row.reference, enclosed, outside.clock())
        raise


def _keep(
    db: Connection, book: Directory, row: Row[Any], text: str, enclosed: Sequence[Enclosed], now: datetime
) -> None:
    """Once, however often the button is pressed."""
    said = (text, *(inbound_mail.attachment_place(each.content) for each in enclosed))
    if deduplication.again(db, now, current_user.who, "answer", row.reference, *said):
        return
    desk_actions.remark(db, row.reference, current_user.who, now, text, public=True)
    files.enclose(db, row.reference, enclosed, now)
    client_answers.takes_effect(db, row.reference, current_user.who, now, account=current_user.id)
    told = texts.written_mail(
        summaries.about(book, row), current_user.email, "sur le portail", text, is_new=False, verified=True
    )
    desk_actions.tell(db, book, row.reference, f"portail-{token_hex(4)}", told, now)


def _escalate(db: Connection, book: Directory, row: Row[Any], now: datetime) -> None:
    """One level further each time, and no further than the last; the page says how far it was."""
    seen = hierarchy_escalation.seen(db, row.reference, request.form.get("seen", ""))
    wish = Wish(asker=Asker.CLIENT, seen=seen)
    asked = hierarchy_escalation.Request(
        way=Way.PORTAL, wish=wish, by=current_user.email, event=f"portail-{token_hex(4)}",
        how={"account": current_user.id}, who=current_user.who,
    )  # fmt: skip
    outcome = hierarchy_escalation.escalate(db, book, row.reference, asked, now)
    match outcome.answer:
        case Answer.REFUSED:
            flash(gettext(NOT_RUNNING), "refused")
        case Answer.AGAIN:
            flash(gettext("C'est déjà fait : voyez quand, et auprès de qui."), "refused")
        case answer:
            flash(_answered(answer, outcome.due_at.astimezone(book.zone) if outcome.due_at else None), "done")


def _answered(answer: Answer, due: datetime | None) -> str:
    """`due`: by the clock of the line."""
    if answer is Answer.TOLD:
        return gettext("La hiérarchie du support est prévenue.")
    if due is None:
        return gettext("C'est noté. Votre demande sera traitée à la réouverture.")
    return gettext("C'est noté. L'engagement court jusqu'au %(at)s.", at=wall(due, "EEEE d MMMM, HH:mm"))

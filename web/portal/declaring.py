"""A client declares an incident, asks a question, wants something changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from directory.hours import Closed
from directory.index import Directory
from directory.model import Client
from ivr.effects import KIND_OF, Nature
from mail.letter import Enclosed
from notifications import mail_senders, texts
from services import desk_actions, open_ticket, qualification
from services.open_ticket import Declaration
from storage.database import one_at_a_time
from storage.mail import mail_outbox
from storage.models import Ticket
from storage.tickets import summaries
from tickets.commitments import contract_of
from tickets.qualification import WRITTEN
from tickets.transitions import TransitionRefused
from web.audio import Sounds
from web.languages import gettext
from web.outside import Outside
from web.portal import files
from web.portal.telling import emergency_number

NATURES = {
    Nature.SERVICE_LOSS: "Un service ne marche plus, ou mal",
    Nature.INFORMATION: "Une question, un renseignement",
    Nature.CHANGE: "Une modification à faire",
}
LONGEST = 5_000
TWICE = timedelta(minutes=2)  # within which the same words are the same request
_ONE_AT_A_TIME = 3122  # of whoever declares on the portal, by address


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, and the directory has."""

    nature: Nature
    about: qualification.About
    written: Mapping[str, str]


def add(routes: Blueprint, outside: Outside) -> None:
    sounds = Sounds(outside)

    @routes.route("/new", methods=["GET", "POST"])
    def declare() -> str | Response:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
        client = book.client(current_user.client or "")
        refusal = ""
        if request.method == "POST":
            try:
                asked = _asked(book)  # before any file is kept
                enclosed = files.received(outside, sounds)
            except TransitionRefused as fault:
                refusal = fault.said
            else:
                with outside.database.begin() as db:
                    ticket = _declared(outside, db, book, asked, enclosed)
                flash(gettext("Demande enregistrée : %(ticket)s.", ticket=ticket), "done")
                return redirect(url_for("portal.request_", reference=ticket), HTTPStatus.SEE_OTHER)
        shown: dict[str, Any] = {
            "book": book, "client": client, "natures": NATURES, "refusal": refusal, "told": request.form,
            "services": _services(book, client), **urgent(book, client, outside),
        }  # fmt: skip
        return render_template("portal/declare.html", **shown)


def urgent(book: Directory, client: Client | None, outside: Outside) -> dict[str, Any]:
    """Whether the desk is closed, and the number for emergencies: only for those who have the option."""
    now = outside.clock()
    entities = {contract.entity for contract in client.contracts} if client else set()
    judged = [book.judge(book.line(""), entity, now) for entity in book.directory.entities if entity.code in entities]
    covered = bool(client and book.covered(client, book.day(now)))
    return {
        "closed": [each for each in judged if isinstance(each, Closed)],
        "emergency": emergency_number(book) if covered else "",
    }


def _services(book: Directory, client: Client | None) -> list[tuple[str, str, str]]:
    """Entity, its name and the service, of what the client has bought; of all that is sold when nothing is known."""
    bought = [(contract.entity, contract.service) for contract in client.contracts] if client else []
    sold = [(entity.code, service) for entity in book.directory.entities for service in entity.services]
    named = {entity.code: entity.name for entity in book.directory.entities}
    return [(entity, named.get(entity, entity), service) for entity, service in dict.fromkeys(bought or sold)]


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]


def _asked(book: Directory) -> Asked:
    """Raises TransitionRefused."""
    nature = Nature(request.form["nature"]) if request.form.get("nature") in list(NATURES) else None
    if nature is None:
        raise TransitionRefused(gettext("Dites ce qu'il vous faut : un dépannage, un renseignement, une modification."))
    if not _text("description"):
        raise TransitionRefused(gettext("Décrivez ce qui se passe."))
    entity, _, service = _text("service").partition("|")
    sites = request.form.getlist("sites")
    about = qualification.About(KIND_OF[nature], entity or None, current_user.client, service or None, sites)
    qualification.check(book, about)
    written = {str(item): _text(item) for item in WRITTEN if _text(item)}
    qualification.check_written(written)
    written.setdefault("contact", f"{current_user.said} <{current_user.email}>")
    return Asked(nature, about, written)


def _declared(outside: Outside, db: Connection, book: Directory, asked: Asked, enclosed: Sequence[Enclosed]) -> str:
    now, about, written = outside.clock(), asked.about, asked.written
    if before := _again(db, written["description"], now):
        files.add(db, book, before, enclosed, now)
        return before
    declared = Declaration(
        received_at=now, kind=about.kind, nature=asked.nature, verified=True, entity=about.entity, client=about.client,
        service=about.service, sites=about.sites, email=current_user.email, written=written,
    )  # fmt: skip
    covered = contract_of(book, about, now) is not None
    how = {"account": current_user.id}
    ticket = open_ticket.declare(db, book, declared, now, current_user.who, how, qualifies=covered)
    files.enclose(db, ticket, enclosed, now)
    told = written["description"] + files.named(enclosed)
    words = texts.written_mail(
        summaries.about(book, summaries.row(db, ticket)), current_user.email, "sur le portail", told,
        is_new=True, verified=True,
    )  # fmt: skip
    desk_actions.tell(db, book, ticket, "portail", words, now)
    letter = mail_senders.receipt(
        book, ticket, entity=about.entity, client=about.client, asked="", verified=True, ask=about.service is None,
        now=now,
    )  # fmt: skip
    mail_outbox.of_ticket(db, ticket, "accuse", current_user.email, letter, now)
    return ticket


def _again(db: Connection, description: str, now: Any) -> str | None:
    """The button pressed twice, at the same instant also."""
    one_at_a_time(db, _ONE_AT_A_TIME, current_user.email)
    same = (
        Ticket.client == current_user.client, Ticket.email == current_user.email, Ticket.description == description,
        Ticket.opened_at > now - TWICE,
    )  # fmt: skip
    found: str | None = db.execute(select(Ticket.reference).where(*same).limit(1)).scalar()
    return found

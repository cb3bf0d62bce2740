"""What a client sends with its words: photographs of a rack, a log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex

import structlog
from flask import Blueprint, request
from flask_login import current_user
from sqlalchemy import Connection

from directory.index import Directory
from mail.letter import Enclosed
from notifications import texts
from services import desk_actions, erasure
from storage.mail import inbound_mail
from storage.tickets import summaries
from tickets.transitions import TransitionRefused
from web.audio import Sounds
from web.languages import gettext
from web.outside import Outside

MOST, MEGABYTES = 10, 20
A_DAY, DAY = 200, timedelta(days=1)  # megabytes of one account
FORMS = frozenset({"portal.declare", "portal.answer"})
log = structlog.get_logger()


def make_room(routes: Blueprint) -> None:
    """Other forms of ours hold words, and are small."""

    @routes.url_value_preprocessor
    def room(endpoint: str | None, _: object) -> None:
        if endpoint in FORMS:
            request.max_content_length = MEGABYTES * 1_000_000

    @routes.context_processor
    def limits() -> dict[str, int]:
        return {"most_files": MOST, "most_megabytes": MEGABYTES}


def received(outside: Outside, sounds: Sounds) -> Sequence[Enclosed]:
    """The files of this request, kept before any ticket says so: named by what they hold, they are kept once.

    Raises TransitionRefused."""
    given = [each for each in request.files.getlist("files") if each.filename]
    if len(given) > MOST:
        raise TransitionRefused(
            gettext("%(most)s fichiers au plus à la fois : envoyez les autres en réponse.", most=MOST)
        )
    from mail.reading import safe_name  # slow to import, and needed seldom

    found = []
    for number, each in enumerate(given, 1):
        name = safe_name((each.filename or "").replace("\x00", "")) or f"fichier-{number}"
        found.append(Enclosed(name=name, type="application/octet-stream", content=each.read()))
    with outside.database.read() as db:
        before = inbound_mail.sent_by(db, current_user.who, outside.clock() - DAY)
    if found and before + sum(len(file.content) for file in found) > A_DAY * 1_000_000:
        raise TransitionRefused(
            gettext("C'est trop pour une journée (%(size)s Mo) : dites-le, on vous répondra.", size=A_DAY)
        )
    if not all(file.content for file in found):
        raise TransitionRefused(gettext("Un des fichiers est vide."))
    try:
        for file in found:
            sounds.keep(inbound_mail.attachment_place(file.content), file.content)
    except OSError as trouble:
        log.error("files of the portal not kept", trouble=str(trouble))
        with outside.database.begin() as db:
            drop(db, "", found, outside.clock())
        unkept = gettext("Les fichiers ne peuvent pas être gardés en ce moment : envoyez sans eux, puis réessayez.")
        raise TransitionRefused(unkept) from trouble
    return found


def enclose(db: Connection, ticket: str, files: Sequence[Enclosed], now: datetime) -> list[Enclosed]:
    """Returns those that the ticket did not have."""
    who = current_user.who
    return [
        each for each in files if inbound_mail.enclose(db, None, ticket, each.name, each.type, each.content, who, now)
    ]


def add(db: Connection, book: Directory, ticket: str, files: Sequence[Enclosed], now: datetime) -> None:
    """To a ticket that was there; its desk hears of those that are new."""
    if new := enclose(db, ticket, files, now):
        about = summaries.about(book, summaries.row(db, ticket))
        told = named(new).strip()
        words = texts.written_mail(about, current_user.email, "sur le portail", told, is_new=False, verified=True)
        desk_actions.tell(db, book, ticket, f"portail-{token_hex(4)}", words, now)


def drop(db: Connection, ticket: str, files: Sequence[Enclosed], now: datetime) -> None:
    """They were received, and are refused after all."""
    erasure.forget_unused(db, [inbound_mail.attachment_place(each.content) for each in files], ticket, now)


def named(files: Sequence[Enclosed]) -> str:
    """For whoever reads of them elsewhere; empty without any."""
    return "\n\nFichiers joints : " + ", ".join(each.name for each in files) if files else ""

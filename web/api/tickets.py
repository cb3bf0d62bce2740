"""Tickets over the API: opened, read, annotated; a client's token sees that client's alone."""

import json
import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Row, select

from directory import phone_numbers
from ivr.effects import Nature
from notifications import texts
from services import desk_actions, open_ticket, qualification
from services.open_ticket import Declaration
from storage.accounts import api_tokens
from storage.listing import iso, one_ticket
from storage.models import Ticket
from storage.tickets import journal, summaries, webhooks_out
from tickets import reference as references
from tickets.commitments import contract_of
from tickets.journal import plain
from tickets.qualification import WRITTEN
from tickets.states import Kind, State
from tickets.transitions import TransitionRefused
from web.api.door import Answer, Asking
from web.api.problems import Refused
from web.api.shapes import INSTANT, KEY, Shape

LISTED: Mapping[str, Shape] = {
    "state": {"type": "string", "enum": list(State)},
    "client": {"type": "string", "minLength": 1, "maxLength": 60},
    "since": INSTANT | {"description": "Ouverts à partir de cet instant."},
    "after": {"type": "string", "maxLength": 40, "description": "La référence qui finit la page précédente."},
    "limit": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
}
NO_SUCH_TICKET = "Ce ticket n'existe pas, ou ce jeton ne le voit pas."


def listed(asking: Asking) -> Answer:
    """Oldest first; a page ends with a Link to the next."""
    query, limit = asking.query, int(asking.query.get("limit", 100))
    wanted = select(Ticket.__table__).order_by(Ticket.opened_at, Ticket.reference).limit(limit + 1)
    client = asking.bearer.client or query.get("client")
    if client:
        wanted = wanted.where(Ticket.client == client)
    if "state" in query:
        wanted = wanted.where(Ticket.state == query["state"])
    if "since" in query:
        wanted = wanted.where(Ticket.opened_at >= query["since"])
    if "after" in query:
        last = _found(asking, query["after"])
        after = (Ticket.opened_at > last.opened_at) | (
            (Ticket.opened_at == last.opened_at) & (Ticket.reference > last.reference)
        )
        wanted = wanted.where(after)
    rows = asking.db.execute(wanted).all()
    more = {"Link": f'<{_next(rows[limit - 1].reference)}>; rel="next"'} if len(rows) > limit else {}
    return [_shown(asking, row) for row in rows[:limit]], HTTPStatus.OK, more


def _next(after: str) -> str:
    return f"{request.path}?{urlencode({**request.args, 'after': after})}"


def read(asking: Asking, reference: str) -> Answer:
    return _shown(asking, _found(asking, reference)), HTTPStatus.OK, {}


def opened(asking: Asking) -> Answer:
    """Once for a key: asked again, it is the same ticket."""
    said, key = asking.body, request.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(KEY, key):
        raise Refused(HTTPStatus.BAD_REQUEST, "Idempotency-Key : 1 à 200 caractères visibles.")
    digest = sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    before = api_tokens.asked(asking.db, asking.bearer.id, key) if key else None
    if before and before.body != digest:
        raise Refused(HTTPStatus.CONFLICT, "Cette Idempotency-Key a déjà servi, pour une autre demande.")
    ticket = str(before.ticket) if before else _declared(asking)
    if key and not before:
        api_tokens.remember(asking.db, asking.bearer.id, key, digest, ticket, asking.now)
    told = _shown(asking, _found(asking, ticket))  # it may have become somebody else's
    return told, HTTPStatus.CREATED, {"Location": f"{request.path.rstrip('/')}/{ticket}"}


def _declared(asking: Asking) -> str:
    said, bearer, book = asking.body, asking.bearer, asking.book
    client = bearer.client or said.get("client")
    if bearer.client and said.get("client", client) != client:
        raise Refused(HTTPStatus.FORBIDDEN, "Ce jeton ne déclare que pour son propre client.")
    nature = Nature(said["nature"]) if "nature" in said else None
    about = qualification.About(
        Kind(said.get("kind", Kind.INCIDENT)), said.get("entity"), client, said.get("service"), said.get("sites", [])
    )
    try:
        qualification.check(book, about)
        qualification.check_written(said)
    except TransitionRefused as refusal:
        raise Refused(HTTPStatus.CONFLICT, str(refusal)) from refusal
    declared = Declaration(
        received_at=asking.now,
        kind=about.kind,
        nature=nature,
        verified=client is not None,
        entity=about.entity,
        client=about.client,
        service=about.service,
        sites=about.sites,
        caller=_number(said.get("caller")),
        email=said.get("email", ""),
        written={item: said[item] for item in WRITTEN if item in said},
    )
    covered = contract_of(book, about, asking.now) is not None
    how = {"token": bearer.id}
    ticket = open_ticket.declare(asking.db, book, declared, asking.now, bearer.who, how, qualifies=covered)
    _tell_desk(asking, ticket, "ouverture", declared.written.get("description", ""), is_new=True)
    return ticket


def _tell_desk(asking: Asking, ticket: str, event: str, text: str, *, is_new: bool) -> None:
    """Nobody hears of what a program writes, unless they are written to in the same commit."""
    about = summaries.about(asking.book, summaries.row(asking.db, ticket))
    told = texts.written_mail(about, asking.bearer.who, "par l'API", text, is_new=is_new, verified=True)
    desk_actions.tell(asking.db, asking.book, ticket, event, told, asking.now)


def annotated(asking: Asking, reference: str) -> Answer:
    """A client's own note is always public."""
    row = _found(asking, reference)
    public = bool(asking.body.get("public") or asking.bearer.client)
    try:
        desk_actions.remark(asking.db, row.reference, asking.bearer.who, asking.now, asking.body["text"], public=public)
    except TransitionRefused as refusal:
        raise Refused(HTTPStatus.CONFLICT, str(refusal)) from refusal
    if asking.bearer.client:
        _tell_desk(asking, row.reference, f"note-{secrets.token_hex(4)}", asking.body["text"], is_new=False)
    return {"text": asking.body["text"], "public": public}, HTTPStatus.CREATED, {}


def events(asking: Asking, reference: str) -> Answer:
    """All that has happened to it; to a client, what concerns them."""
    row = _found(asking, reference)
    told = journal.of_ticket(asking.db, row.reference)
    if asking.bearer.client:
        told = [each for each in told if each.kind in webhooks_out.TOLD or _is_public(each)]
    return [
        {
            "id": each.position, "at": iso(each.at), "kind": each.kind, "who": _whose(asking, each),
            "details": _details(asking, each),
        }
        for each in told
    ], HTTPStatus.OK, {}  # fmt: skip


def _details(asking: Asking, event: Row[Any]) -> dict[str, Any]:
    """To a client, of public notes alone: the others are words among us."""
    return plain(event.details) if not asking.bearer.client or _is_public(event) else {}


def _is_public(event: Row[Any]) -> bool:
    return bool(event.kind == "noted" and plain(event.details).get("public"))


def _whose(asking: Asking, event: Row[Any]) -> str:
    """To a client, who among us did it is not told."""
    return "support" if asking.bearer.client and event.who != asking.bearer.who else str(event.who)


def _found(asking: Asking, written: str) -> Row[Any]:
    """The ticket, unless it is somebody else's; in any spelling of its reference."""
    meant = references.parse(written, asking.book.organisation.ticket_prefix)
    row = summaries.find_row(asking.db, meant) if meant else None
    if row is None or (asking.bearer.client and row.client != asking.bearer.client):
        raise Refused(HTTPStatus.NOT_FOUND, NO_SUCH_TICKET)
    return row


def _shown(asking: Asking, row: Row[Any]) -> dict[str, Any]:
    return one_ticket(asking.db, row, asking.bearer.client)


def _number(written: str | None) -> str | None:
    try:
        return phone_numbers.parse(written) if written else None
    except ValueError as fault:
        raise Refused(HTTPStatus.CONFLICT, "Le numéro est refusé.", [("caller", str(fault))]) from fault

"""A colleague is asked to take a piece of a turn, maybe for one of theirs; they answer by a link, from a telephone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from directory.index import Directory
from notifications.shift_notifications import Duty
from oncall import coverage, rota_proposals
from oncall.rota_proposals import Piece, Unwanted
from oncall.rotas import Engineer, Rota, resolve, who
from services import turn_requests
from storage.tickets import deduplication
from telephony import addresses
from web import turn_mails
from web.console.moments import moment
from web.console.rotas import rota_rights
from web.languages import gettext, translated
from web.outside import Outside

AHEAD = timedelta(weeks=8)  # turns that may be given in return
WORD_AT_MOST = 200
NOT_ON_CALL = "À cet instant, ce n'est pas votre tour : il n'y a rien à demander."
NOBODY_ASKED = "Choisissez à qui le demander."
GONE = "Le tour proposé en échange n'est plus là : le planning a changé."
PAST = "Donnez le tour, du et au ; ce qui est passé ne se demande plus."


@dataclass(frozen=True, slots=True)
class Back:
    """A colleague's turn that may be given in return."""

    engineer: str
    starts: datetime
    until: datetime

    @property
    def value(self) -> str:
        """In the form."""
        return f"{self.engineer}|{self.starts.isoformat()}|{self.until.isoformat()}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for its answer, as the person who looks may act on it."""

    number: int
    duty: Duty
    back: Duty | None
    taker: str
    link: str  # "" unless it is theirs to answer
    may_withdraw: bool


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.post("/rota/<code>/<layer>/ask")
    def ask_handover(code: str, layer: str) -> Response:
        now = outside.clock()
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
        rota = book.rota(code)
        if rota is None or not rota.layer(layer):
            abort(HTTPStatus.NOT_FOUND)
        if not rota_rights.may_change(current_user, book, rota):
            abort(HTTPStatus.FORBIDDEN)
        try:
            pieces = _pieces(book, rota, layer, now)
            for piece in pieces:
                rota_proposals.handover(book, rota, layer, piece, now).differences()
        except Unwanted as refusal:
            flash(translated(refusal.said), "refused")
            kept = {key: value for key, value in request.form.items() if key.endswith(("_day", "_time"))}
            back = url_for("console.change_rota", code=code, layer=layer) + f"?{urlencode(kept | {'look': '1'})}"
            return redirect(back, HTTPStatus.SEE_OTHER)
        word = request.form.get("word", "").replace("\x00", "").strip()[:WORD_AT_MOST]
        with outside.database.begin() as db:
            repeated = deduplication.again(db, now, current_user.who, "ask", code, layer, word, *map(repr, pieces))
            for piece in () if repeated else pieces:
                row = turn_requests.ask(db, code, layer, piece, word, current_user.who, now)
                turn_mails.tell_taker(db, outside.settings, book, row, now)
        people = ", ".join(coverage.name(book, piece[0].taker) for piece in pieces)
        flash(gettext("C'est demandé à %(people)s.", people=people), "done")
        return redirect(url_for("console.rota"), HTTPStatus.SEE_OTHER)

    @routes.post("/handovers/<int(max=999999999):number>")
    def withdraw_handover(number: int) -> Response:
        with outside.database.begin() as db:
            row, book = turn_requests.find(db, number), outside.shelf.newest(db)
            if row is None or not _may_withdraw(book, row):
                abort(HTTPStatus.NOT_FOUND)
            gone = turn_requests.withdraw(db, number, outside.clock())
        flash(gettext("Demande retirée.") if gone else gettext("Elle avait déjà sa réponse."), "done")
        return redirect(url_for("console.rota"), HTTPStatus.SEE_OTHER)


def _pieces(book: Directory, rota: Rota, layer: str, now: datetime) -> list[list[Piece]]:
    """What the form asks: for each colleague the piece, and what is given in return. Raises Unwanted."""
    told = dict(request.form)
    starts, until = moment(told, "start", rota) or now, moment(told, "until", rota)
    if until is None or until <= now:
        raise Unwanted(PAST)
    giver = _giver(book, rota, layer, max(starts, now))
    chosen = request.form.get("back", "")
    backs = {each.value: each for each in in_return(book, rota, layer, giver, now)}
    if chosen and chosen not in backs:
        raise Unwanted(GONE)
    takers = [backs[chosen].engineer] if chosen else [code for code in request.form.getlist("to") if code != giver]
    if not takers or any(book.engineer(code) is None for code in takers):
        raise Unwanted(NOBODY_ASKED)
    found = []
    for taker in dict.fromkeys(takers):
        pieces = [Piece(giver=giver, taker=taker, starts=starts, until=until)]
        if chosen:
            pieces.append(Piece(giver=taker, taker=giver, starts=backs[chosen].starts, until=backs[chosen].until))
        found.append(pieces)
    return found


def _giver(book: Directory, rota: Rota, layer: str, at: datetime) -> str:
    """Whose turn it is; an engineer asks for their own alone."""
    segment = who(rota, layer, at, book.directory.engineers)
    giver = segment.instead_of or segment.engineer or ""
    if not giver or (not rota_rights.keeps(current_user, book, rota) and giver != current_user.engineer):
        raise Unwanted(NOT_ON_CALL)
    return giver


# ---------------------------------------------------------------- what a page offers
def workers(book: Directory, rota: Rota) -> list[Engineer]:
    """Whoever works for the rota's entities or has a place in its turns."""
    return [each for each in book.directory.engineers if book.works_for(each, rota)]


def colleagues(book: Directory, rota: Rota) -> list[Engineer]:
    """The same, but oneself."""
    return [each for each in workers(book, rota) if each.code != current_user.engineer]


def in_return(book: Directory, rota: Rota, layer: str, giver: str | None, now: datetime) -> list[Back]:
    """Turns of others to come."""
    found = resolve(rota, layer, now, now + AHEAD, book.directory.engineers)
    return [
        Back(each.engineer, each.starts, each.until)
        for each in found
        if each.engineer and each.engineer != giver and each.starts > now and each.until < now + AHEAD
    ]


def waiting(db: Connection, outside: Outside, book: Directory, now: datetime) -> list[Waiting]:
    """What is asked of or by whoever looks; of an admin's rotas, all."""
    kept = [rota.code for rota in book.directory.rotas if rota_rights.keeps(current_user, book, rota)]
    rows = turn_requests.waiting(db, current_user.engineer, kept, now)
    return [_waiting(outside, book, row) for row in rows]


def _waiting(outside: Outside, book: Directory, row: Row[Any]) -> Waiting:
    given, back = turn_mails.duties(book, row)
    mine = rota_rights.is_engineer(current_user, row.taker)
    return Waiting(
        row.id, given, back, coverage.name(book, row.taker),
        addresses.handover_link(outside.settings, row.id) if mine else "", _may_withdraw(book, row),
    )  # fmt: skip


def _may_withdraw(book: Directory, row: Row[Any]) -> bool:
    rota = book.rota(row.rota)
    kept = rota is not None and rota_rights.keeps(current_user, book, rota)
    return kept or rota_rights.is_engineer(current_user, row.giver)

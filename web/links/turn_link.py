"""The link by which an engineer answers a colleague who asks for a turn: seen before and after, then yes or no.

As with the link of a page, the token is the permission, and no cookie goes with it."""

from enum import StrEnum
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy import Connection, Row

from directory.index import Directory
from oncall import coverage
from oncall.rota_proposals import Unwanted
from services import turn_requests
from telephony import addresses
from web import turn_mails
from web.outside import Outside


class LinkState(StrEnum):
    """How a request looks to whom it was made."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    IMPOSSIBLE = "impossible"  # the rota has changed, or they are away


def blueprint(outside: Outside) -> Blueprint:
    door = HandoverDoor(outside)
    routes = Blueprint("handover", __name__)
    routes.add_url_rule("/h/<token>", "show", door.show, methods=["GET"])  # and HEAD
    routes.add_url_rule("/h/<token>", "act", door.act, methods=["POST"])
    return routes


class HandoverDoor:
    def __init__(self, outside: Outside):
        self.outside = outside

    def show(self, token: str) -> Response:
        """Changes nothing: previews and mail scanners come here too."""
        with self.outside.database.read() as db:
            row = self._asked(db, token)
            return _unknown() if row is None else self._page(db, row)

    def act(self, token: str) -> Response:
        action = request.form.get("action", "")
        if action not in ("accept", "decline"):
            abort(HTTPStatus.BAD_REQUEST)
        try:
            with self.outside.database.begin() as db:
                row = self._asked(db, token)
                if row is None:
                    return _unknown()
                if row.until > self.outside.clock():
                    self._answer(db, row, accepts=action == "accept")
        except Unwanted as refusal:  # nothing is kept
            with self.outside.database.read() as db:
                return self._page(db, row, str(refusal)) if row else _unknown()
        with self.outside.database.read() as db:
            found = turn_requests.find(db, row.id)
            return _unknown() if found is None else self._page(db, found)

    def _answer(self, db: Connection, row: Row[Any], *, accepts: bool) -> None:
        now, shelf = self.outside.clock(), self.outside.shelf
        book = shelf.newest(db)  # before the change: the shelf would keep a version that may still be undone
        if accepts and turn_requests.accept(db, shelf, row.id, now):
            turn_mails.tell_giver(db, book, row, accepted=True, now=now)
        elif not accepts and turn_requests.decline(db, row.id, now):
            turn_mails.tell_giver(db, book, row, accepted=False, now=now)

    def _asked(self, db: Connection, token: str) -> Row[Any] | None:
        number = addresses.handover_of(self.outside.settings, token)
        return None if number is None else turn_requests.find(db, number)

    def _page(self, db: Connection, row: Row[Any], refusal: str = "") -> Response:
        book, now = self.outside.shelf.newest(db), self.outside.clock()
        sight = LinkState(row.state)
        shown: dict[str, Any] = {"doubts": [], "refusal": refusal}
        if sight is LinkState.ASKED and row.until <= now:
            sight = LinkState.OVER
        if sight is LinkState.ASKED:
            try:
                found = turn_requests.proposal(book, row, now)
                found.differences()
                shown["doubts"] = found.doubts()
            except Unwanted as fault:
                sight, shown["refusal"] = LinkState.IMPOSSIBLE, refusal or str(fault)
        late = request.method == "POST" and sight not in (LinkState.ACCEPTED, LinkState.DECLINED)
        given, back = turn_mails.duties(book, row)
        shown |= {"given": given, "back": back, "word": row.word, "sight": sight, "Sight": LinkState}
        answer = make_response(render_template("link/handover.html", **shown, **_people(book, row)))
        answer.status_code = HTTPStatus.CONFLICT if late else HTTPStatus.OK
        return answer


def _people(book: Directory, row: Row[Any]) -> dict[str, str]:
    return {"giver": coverage.name(book, row.giver), "taker": coverage.name(book, row.taker),
            "reference": "Tour demandé"}  # fmt: skip


def _unknown() -> Response:
    return make_response(render_template("link/unknown_shift.html"), HTTPStatus.NOT_FOUND)

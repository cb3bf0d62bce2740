"""The link by which an engineer takes up a shift: reading changes nothing, a button says yes or no.

As with the link of a page, the token is the permission, and no cookie goes with it."""

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy import Connection, Row

from storage.rotas import shifts
from storage.rotas.shifts import Takeup
from telephony import addresses
from web.outside import Outside

ACTS = {"confirm": Takeup.CONFIRMED, "decline": Takeup.DECLINED}
Act = Callable[[Connection, int], object]


class LinkState(StrEnum):
    """How a shift looks to whoever was asked about it."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    OVER = "over"
    CANCELLED = "cancelled"  # somebody else's by now


def blueprint(outside: Outside) -> Blueprint:
    door = ShiftDoor(outside)
    routes = Blueprint("shift", __name__)
    routes.add_url_rule("/s/<token>", "show", door.show, methods=["GET"])  # and HEAD
    routes.add_url_rule("/s/<token>", "act", door.act, methods=["POST"])
    return routes


class ShiftDoor:
    def __init__(self, outside: Outside):
        self.outside = outside

    def show(self, token: str) -> Response:
        """Changes nothing: previews and mail scanners come here too."""
        with self.outside.database.read() as db:
            return self._answer(db, token, lambda *_: None)

    def act(self, token: str) -> Response:
        takeup = ACTS.get(request.form.get("action", "confirm")) or abort(HTTPStatus.BAD_REQUEST)
        with self.outside.database.begin() as db:
            return self._answer(db, token, lambda db, shift: shifts.answer(db, shift, takeup, self.outside.clock()))

    def _answer(self, db: Connection, token: str, act: Act) -> Response:
        number = addresses.shift_of(self.outside.settings, token)
        if number is None or shifts.find(db, number) is None:
            return _page("unknown_shift", HTTPStatus.NOT_FOUND)
        act(db, number)
        shift, book = shifts.find(db, number), self.outside.shelf.newest(db)
        assert shift is not None
        sight = self._sight(shift)
        gone = request.method == "POST" and sight in (LinkState.OVER, LinkState.CANCELLED)
        told = {"sight": sight, "duty": shifts.in_words(book, shift), "reference": "Prise de service"}
        return _page("shift", HTTPStatus.GONE if gone else HTTPStatus.OK, **told)

    def _sight(self, shift: Row[Any]) -> LinkState:
        if shift.cancelled_at:
            return LinkState.CANCELLED
        if shift.until <= self.outside.clock():
            return LinkState.OVER
        found = {Takeup.CONFIRMED: LinkState.CONFIRMED, Takeup.DECLINED: LinkState.DECLINED}
        return found.get(Takeup(shift.takeup), LinkState.ASKED)


def _page(name: str, status: HTTPStatus, **shown: Any) -> Response:
    return make_response(render_template(f"link/{name}.html", Sight=LinkState, **shown), status)

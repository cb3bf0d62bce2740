"""The one-tap link of an engineer's SMS: reading shows the ticket, only a button takes it or passes it on.

The token is the permission. No cookie goes with it, so another site has nothing to abuse: no CSRF token either."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy import Connection, Row

from ivr import alert, numbers, reply, wording
from ivr.book import Book
from oncall.ladder import HandOn
from storage import attempts, desk, journal, messages, taking, tickets, voicemails
from storage.standing import Standing, standing, ticket_of
from telephony import addresses
from tickets import moves
from tickets.journal import plain
from tickets.life import Deed
from tickets.states import UNFINISHED, Kind, State
from web.outside import Outside

LIFE = timedelta(hours=24)  # of a link, from its attempt
Act = Callable[[Connection, str, Row[Any]], HTTPStatus]  # on the ticket, for the attempt's person


class Sight(StrEnum):
    """How a ticket looks to whoever has opened the link."""

    OPEN = "open"  # nobody has it
    PASSED = "passed"  # nor do I, who passed it on
    WORSE = "worse"  # somebody had it, and is looked for again
    MINE = "mine"
    TAKEN = "taken"
    RESTORED = "restored"  # by me, who had it
    OVER = "over"  # nothing left to take


def blueprint(outside: Outside) -> Blueprint:
    door = LinkDoor(outside)
    routes = Blueprint("take", __name__, template_folder="templates")
    routes.add_url_rule("/t/<token>", "show", door.show, methods=["GET"])  # and HEAD
    routes.add_url_rule("/t/<token>", "act", door.act, methods=["POST"])
    return routes


class LinkDoor:
    def __init__(self, outside: Outside):
        self.outside = outside

    def show(self, token: str) -> Response:
        """Changes nothing whatsoever: previews and mail scanners come here too."""
        with self.outside.database.read() as db:
            return self._answer(db, token, lambda *_: HTTPStatus.OK)

    def act(self, token: str) -> Response:
        acts = {
            "take": self._take,
            "pass": self._pass_on,
            "call": self._call,
            "restore": self._mine(moves.Act.RESTORE),
            "reopen": self._mine(moves.Act.REOPEN),
        }
        act = acts.get(request.form.get("action", "take")) or abort(HTTPStatus.BAD_REQUEST)
        with self.outside.database.begin() as db:
            return self._answer(db, token, act)

    # ---------------------------------------------------------------- what is done
    def _take(self, db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
        """Taken by the same person before, it is theirs: a second tap is no mistake."""
        holder = taking.take(db, ticket, attempt.engineer, "link", self.outside.clock(), attempt.id)
        return HTTPStatus.OK if holder.engineer == attempt.engineer else HTTPStatus.CONFLICT

    def _pass_on(self, db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
        reason = reply.reason(request.form.get("reason", ""))
        handed_on = taking.pass_on(db, ticket, attempt.engineer, "link", self.outside.clock(), reason)
        return HTTPStatus.CONFLICT if handed_on is HandOn.REFUSED else HTTPStatus.OK

    def _call(self, db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
        """The telephone that has the link is rung, and put through to the client."""
        found = standing(db, ticket)
        if found.holder != attempt.engineer or not found.ticket.caller:
            return HTTPStatus.CONFLICT
        messages.call_client(db, ticket, attempt.number, self.outside.clock())
        return HTTPStatus.ACCEPTED

    def _mine(self, deed: moves.Act) -> Act:
        """What whoever has the ticket does to it; done before, or impossible by now, it is only shown."""

        def do(db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
            if standing(db, ticket).holder != attempt.engineer:
                return HTTPStatus.CONFLICT
            with suppress(moves.Impossible):
                desk.act(db, ticket, deed, attempt.engineer, self.outside.clock())
            return HTTPStatus.OK

        return do

    # ---------------------------------------------------------------- what is seen
    def _answer(self, db: Connection, token: str, act: Act) -> Response:
        number = addresses.attempt_of(self.outside.settings, token)
        attempt = attempts.find(db, number) if number is not None else None
        if attempt is None:
            return _page("unknown", HTTPStatus.NOT_FOUND)
        ticket, book, now = ticket_of(db, attempt.page), self.outside.shelf.newest(db), self.outside.clock()
        if now - attempt.at > LIFE:
            found = standing(db, ticket, attempt.engineer)
            return _page("expired", HTTPStatus.GONE, **_whose(book, found, attempt.engineer))
        status = act(db, ticket, attempt)
        found = standing(db, ticket, attempt.engineer)
        seen = {**_whose(book, found, attempt.engineer), **self._what(db, book, found.ticket, now)}
        return _page("ticket", status, **seen)

    def _what(self, db: Connection, book: Book, ticket: Row[Any], now: datetime) -> dict[str, Any]:
        """The ticket in words, and the client's voice."""
        settings, recording = self.outside.settings, voicemails.newest_of(db, ticket.reference)
        message = addresses.audio(settings, recording, now) if recording else ""
        return {
            "about": tickets.about(book, ticket),
            "received": wording.moment(ticket.received_at.astimezone(book.zone)),
            "age": alert.age(now - ticket.received_at),
            "call_back": numbers.pairs(ticket.caller) if ticket.caller else "",
            "restored": _restored(db, book, ticket.reference),
            **_handed_on(db, book, ticket.reference),
            "message": message.removeprefix(settings.public_url),  # our own, by whatever name we were asked
        }


def _handed_on(db: Connection, book: Book, ticket: str) -> dict[str, str]:
    """Who handed it on last, and why."""
    event = journal.last(db, ticket, "passed_on")
    engineer = book.engineer(event.who) if event else None
    who = engineer.name if engineer else event.who if event else ""
    return {"passed_by": who, "reason": str(plain(event.details).get("why", "")) if event else ""}


def _restored(db: Connection, book: Book, ticket: str) -> str:
    """Since when its clocks stand still."""
    event = journal.last(db, ticket, Deed.RESTORED)
    return wording.moment(event.at.astimezone(book.zone)) if event else ""


def _whose(book: Book, found: Standing, engineer: str) -> dict[str, Any]:
    """Who has the ticket, and since when."""
    holder = book.engineer(found.holder)
    since = found.since.astimezone(book.zone) if found.since else None
    return {
        "reference": found.ticket.reference,
        "organisation": book.organisation.name,
        "sight": _sight(found, engineer),
        "asked": found.asked,
        "passed_last": found.passed_last,
        "holder": "vous" if found.holder == engineer else holder.name if holder else found.holder,
        "since": wording.moment(since) if since else "",
    }


def _sight(found: Standing, engineer: str) -> Sight:
    mine, state = found.holder == engineer, State(found.ticket.state)
    if state not in UNFINISHED and not found.ticket.drill:
        return Sight.RESTORED if mine and moves.Act.REOPEN in moves.possible(_kind(found), state) else Sight.OVER
    match found.wanted, found.holder:
        case True, "":
            return Sight.PASSED if found.passed else Sight.OPEN
        case True, _:
            return Sight.WORSE
        case False, "":
            return Sight.OVER
        case _:
            return Sight.MINE if mine else Sight.TAKEN


def _kind(found: Standing) -> Kind:
    return Kind(found.ticket.kind)


def _page(name: str, status: HTTPStatus, **shown: Any) -> Response:
    return make_response(render_template(f"link/{name}.html", Sight=Sight, status=status, **shown), status)

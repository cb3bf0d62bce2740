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

from directory import phone_numbers
from directory.index import Directory
from ivr import alert_call
from notifications import sms_commands, texts
from oncall.escalation import HandOn
from services import acknowledgement, desk_actions
from storage.calls import voicemails
from storage.paging import attempts, notification_outbox
from storage.tickets import journal, summaries
from storage.tickets.assignment import Assignment, standing, ticket_of
from telephony import addresses
from tickets import transitions
from tickets.history import Deed
from tickets.journal import plain
from tickets.states import UNFINISHED, Kind, State
from web.outside import Outside

LIFE = timedelta(hours=24)  # of a link, from its attempt
Act = Callable[[Connection, str, Row[Any]], HTTPStatus]  # on the ticket, for the attempt's person


class LinkState(StrEnum):
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
    routes = Blueprint("take", __name__)
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
            "restore": self._mine(transitions.Action.RESTORE),
            "reopen": self._mine(transitions.Action.REOPEN),
        }
        act = acts.get(request.form.get("action", "take")) or abort(HTTPStatus.BAD_REQUEST)
        with self.outside.database.begin() as db:
            return self._answer(db, token, act)

    # ---------------------------------------------------------------- what is done
    def _take(self, db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
        """Taken by the same person before, it is theirs: a second tap is no mistake."""
        holder = acknowledgement.acknowledge(db, ticket, attempt.engineer, "link", self.outside.clock(), attempt.id)
        return HTTPStatus.OK if holder.engineer == attempt.engineer else HTTPStatus.CONFLICT

    def _pass_on(self, db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
        reason = sms_commands.reason(request.form.get("reason", ""))
        handed_on = acknowledgement.escalate(db, ticket, attempt.engineer, "link", self.outside.clock(), reason)
        return HTTPStatus.CONFLICT if handed_on is HandOn.REFUSED else HTTPStatus.OK

    def _call(self, db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
        """The telephone that has the link is rung, and put through to the client."""
        found = standing(db, ticket)
        if found.holder != attempt.engineer or not found.ticket.caller:
            return HTTPStatus.CONFLICT
        notification_outbox.call_client(db, ticket, attempt.number, self.outside.clock())
        return HTTPStatus.ACCEPTED

    def _mine(self, deed: transitions.Action) -> Act:
        """What whoever has the ticket does to it; done before, or impossible by now, it is only shown."""

        def do(db: Connection, ticket: str, attempt: Row[Any]) -> HTTPStatus:
            if standing(db, ticket).holder != attempt.engineer:
                return HTTPStatus.CONFLICT
            with suppress(transitions.TransitionRefused):
                desk_actions.act(db, ticket, deed, attempt.engineer, self.outside.clock())
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

    def _what(self, db: Connection, book: Directory, ticket: Row[Any], now: datetime) -> dict[str, Any]:
        """The ticket in words, and the client's voice."""
        settings, recording = self.outside.settings, voicemails.newest_of(db, ticket.reference)
        message = addresses.audio(settings, recording, now) if recording else ""
        return {
            "about": summaries.about(book, ticket),
            "received": texts.moment(ticket.received_at.astimezone(book.zone)),
            "age": alert_call.age(now - ticket.received_at),
            "call_back": phone_numbers.pairs(ticket.caller) if ticket.caller else "",
            "restored": _restored(db, book, ticket.reference),
            **_handed_on(db, book, ticket.reference),
            "message": message.removeprefix(settings.public_url),  # our own, by whatever name we were asked
        }


def _handed_on(db: Connection, book: Directory, ticket: str) -> dict[str, str]:
    """Who handed it on last, and why."""
    event = journal.last(db, ticket, "passed_on")
    engineer = book.engineer(event.who) if event else None
    who = engineer.name if engineer else event.who if event else ""
    return {"passed_by": who, "reason": str(plain(event.details).get("why", "")) if event else ""}


def _restored(db: Connection, book: Directory, ticket: str) -> str:
    """Since when its clocks stand still."""
    event = journal.last(db, ticket, Deed.RESTORED)
    return texts.moment(event.at.astimezone(book.zone)) if event else ""


def _whose(book: Directory, found: Assignment, engineer: str) -> dict[str, Any]:
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
        "since": texts.moment(since) if since else "",
    }


def _sight(found: Assignment, engineer: str) -> LinkState:
    mine, state = found.holder == engineer, State(found.ticket.state)
    if state not in UNFINISHED and not found.ticket.drill:
        return (
            LinkState.RESTORED
            if mine and transitions.Action.REOPEN in transitions.possible(_kind(found), state)
            else LinkState.OVER
        )
    match found.wanted, found.holder:
        case True, "":
            return LinkState.PASSED if found.passed else LinkState.OPEN
        case True, _:
            return LinkState.WORSE
        case False, "":
            return LinkState.OVER
        case _:
            return LinkState.MINE if mine else LinkState.TAKEN


def _kind(found: Assignment) -> Kind:
    return Kind(found.ticket.kind)


def _page(name: str, status: HTTPStatus, **shown: Any) -> Response:
    return make_response(render_template(f"link/{name}.html", Sight=LinkState, status=status, **shown), status)

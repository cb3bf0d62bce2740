"""The list of tickets: filters live in the address, so that it can be sent and come back to."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_login import current_user

from storage.accounts import accounts
from storage.tickets import search
from storage.tickets.search import Wanted
from tickets.states import UNFINISHED, WRITTEN, Kind, State
from web.console.faces import face
from web.outside import Outside
from web.params import number, text

GROUPED = {"all": "tous, archivés compris", "unfinished": "en cours", "late": "en retard", "to_close": "à clôturer"}
KINDS = {
    Kind.INCIDENT: "incident",
    Kind.INFORMATION_REQUEST: "demande d'information",
    Kind.CHANGE_REQUEST: "demande de modification",
}


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/tickets")
    def tickets() -> str:
        wanted = _wanted()
        now = outside.clock()
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            names = accounts.names(db, book)
            found = search.tickets(db, wanted, now)
        return render_template(
            "console/tickets.html", found=found, wanted=wanted, now=now, book=book, kinds=KINDS, groups=GROUPED,
            all_states=WRITTEN, unfinished=UNFINISHED,
            face=lambda code: face(book, code, names), turned=_turned, mine="mine" in request.args,
        )  # fmt: skip


def _wanted() -> Wanted:
    state = text("state", 20)
    known = state in GROUPED or state in list(State)
    return Wanted(
        text=text("q", 100),
        state=state if known else "",
        entity=text("entity", 60),
        client=text("client", 20),
        kind=text("kind", 30) if text("kind", 30) in list(Kind) else "",
        holder=current_user.who if "mine" in request.args else "",
        page=number("page"),
    )


def _turned(page: int) -> str:
    """The same list at another page."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "page" and value}
    return f"{request.path}?{urlencode(kept | {'page': page})}"

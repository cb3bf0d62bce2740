"""One item of the directory: asked in a form, what it changes shown, then kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from directory.index import Directory
from directory.model import DirectoryData
from oncall import open_pages
from oncall.coverage_checks import Doubt
from oncall.rota_diff import Turnover, turnovers
from oncall.rota_proposals import Proposal, Unwanted
from standby import short_notice
from storage.directory import ORGANISATION, DirectoryFaults, items, versions
from storage.directory.versions import Why
from storage.directory.writer import item as written
from storage.paging import pages
from storage.tickets import summaries
from web.console.editing import kinds, rights
from web.console.editing.choices import WEEKDAYS
from web.console.editing.difference import Changed, differences
from web.console.editing.kinds import Field, Form, Item, Kind
from web.console.editing.sections import SECTIONS
from web.console.faces import face
from web.console.rotas.late_changes import Announced
from web.languages import gettext
from web.outside import Outside

AHEAD = timedelta(days=28)  # who is on call is compared so far ahead
SHOWN = 20  # hours that change hands
MEANWHILE = "Quelqu'un d'autre l'a changé entre-temps : voici ce que votre saisie y changerait maintenant."
MOVED = "Quelqu'un d'autre vient de changer cette liste : ouvrez la ligne encore une fois."
UNREACHABLE = "Gardez un téléphone au moins : sans numéro, personne ne peut vous réveiller."
REMOVED: Item = {}


@dataclass(kw_only=True)
class Page:
    """What is asked, and what came of the last answer."""

    section: str
    fields: Sequence[Field]
    old: Any  # the item as the directory has it; none for a new one
    item: Item  # as the form shows it
    place: int
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by name in the form; "" is the whole
    elsewhere: Sequence[tuple[str, str]] = ()  # place in words, message
    refusal: str = ""
    new: DirectoryData | None = None  # what it would make of the directory

    @property
    def was(self) -> str:
        return digest(None if self.old is None else written(self.old))


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.route("/directory/add/<section>", methods=["GET", "POST"], endpoint="add_item")
    def add_item(section: str) -> str | Response:
        return _page(outside, section, "")

    @routes.route("/directory/edit/<section>/<key>", methods=["GET", "POST"], endpoint="edit_item")
    def edit_item(section: str, key: str) -> str | Response:
        return _page(outside, section, key)


def _page(outside: Outside, section: str, key: str) -> str | Response:
    with outside.database.read() as db:
        book = outside.shelf.newest(db)
    page = _asked(book, section, key)
    if request.method == "POST":
        if key and section in items.BY_PLACE and request.form.get("was") != page.was:
            flash(gettext(MOVED), "refused")  # what is at that place by now may be another one
            return redirect(_back(section), HTTPStatus.SEE_OTHER)
        page.item = _given(page, request.form)
        removes = "remove" in request.form and current_user.keeps_the_whole and page.old and section != ORGANISATION
        if "more" not in request.form and "less" not in request.form:
            _consider(page, book, removes=bool(removes))
        looked = request.form.get("looked") == digest(REMOVED if removes else page.item)
        if page.new and not page.refusal and "keep" in request.form and looked and (why := _why(outside, book, page)):
            if _kept(outside, page, REMOVED if removes else page.item, why):
                flash(gettext("Annuaire changé. « Changements » permet d'y revenir."), "done")
                return redirect(_back(section), HTTPStatus.SEE_OTHER)
            page.refusal = MEANWHILE
        return _shown(outside, book, page, removes=bool(removes))
    return _shown(outside, book, page)


def _asked(book: Directory, section: str, key: str) -> Page:
    """What this person may change of it, as it is now; another page where there is nothing of the kind."""
    if section not in SECTIONS or (not key and section == ORGANISATION):
        abort(HTTPStatus.NOT_FOUND)
    old = items.find(book.directory, section, key) if key else None
    if key and old is None:
        abort(HTTPStatus.NOT_FOUND)
    fields = rights.fields(current_user, book, section, old)
    if not fields:
        abort(HTTPStatus.FORBIDDEN)
    begun = kinds.read([each for each in fields if each.key in request.args], request.args)
    item = written(old) if old else SECTIONS[section].blank | begun
    return Page(section=section, fields=fields, old=old, item=item, place=items.place(book.directory, section, old))


def _given(page: Page, form: Form) -> Item:
    """The form's fields over what it does not ask; what is chosen once stays."""
    asked = [each for each in page.fields if not (each.fixed and page.old)]
    kept = {key: value for key, value in page.item.items() if page.old and key not in {each.key for each in asked}}
    item = kept | kinds.read(asked, form)
    if form.get("more") in {each.key for each in asked if each.kind is Kind.ROWS}:
        item[form["more"]] = [*item[form["more"]], {}]
    name, _, number = form.get("less", "").partition(".")
    rows = item.get(name)
    if isinstance(rows, list) and number.isdecimal() and len(number) < kinds.DIGITS and int(number) < len(rows):
        del rows[int(number)]
    return item


def _consider(page: Page, book: Directory, *, removes: bool) -> None:
    """What the answer would make of the directory, or what is wrong with it."""
    try:
        page.new = items.changed(book.directory, page.section, page.old, None if removes else page.item)
    except DirectoryFaults as refusal:
        page.faults, others = items.sorted_out(refusal, page.section, page.place)
        page.elsewhere = [(items.named(book.directory, fault.place), fault.message) for fault in others]
        return
    if request.form.get("was") != page.was:
        page.refusal = MEANWHILE
    elif not current_user.keeps_the_whole and page.section == "engineers" and not page.item.get("phone"):
        page.refusal = UNREACHABLE


def _announced(outside: Outside, book: Directory, new: DirectoryData) -> Announced:
    return Announced.of(short_notice.late(book, new, outside.clock() + versions.PUBLISHED_AFTER))


def _why(outside: Outside, book: Directory, page: Page) -> Why | None:
    """Of what somebody learns late; none, and a refusal, as long as that is not said."""
    try:
        return _announced(outside, book, page.new).why(request.form) if page.new else None
    except Unwanted as refusal:
        page.refusal = refusal.said
        return None


def _kept(outside: Outside, page: Page, item: Item, why: Why) -> bool:
    """On the directory as it is by now: what others did to other items stays."""
    with outside.database.begin() as db:
        seen = versions.newest(db)
        try:
            new = items.changed(outside.shelf.book(db, seen).directory, page.section, page.old, item or None)
        except (items.Gone, DirectoryFaults):
            return False
        return versions.succeed(db, seen, new, outside.clock(), current_user.who, why)


def _back(section: str) -> str:
    if current_user.keeps_the_whole:
        return url_for("console.directory") + f"#{section}"
    return url_for("console.rota" if section == "rotas" else "console.me")


def digest(item: Item | None) -> str:
    """What was looked at, so that nothing else is kept."""
    return sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:24]


# ---------------------------------------------------------------- what is shown
def _shown(outside: Outside, book: Directory, page: Page, *, removes: bool = False) -> str:
    known = set(kinds.names(page.fields, page.item))
    by_name: dict[str, list[str]] = {}
    for name, messages in page.faults.items():
        by_name.setdefault(_nearest(name, known), []).extend(messages)
    return render_template(
        "console/edit.html", page=page, section=SECTIONS[page.section], directory=book.directory, faults=by_name,
        removes=removes, looked=digest(REMOVED if removes else page.item), back=_back(page.section),
        may_remove=current_user.keeps_the_whole and page.old is not None and page.section != ORGANISATION,
        face=lambda code: face(book, code), people=lambda codes: " + ".join(face(book, code).name for code in codes),
        weekdays=WEEKDAYS, Kind=Kind,
        week=kinds.week, turn=kinds.turn, clock=kinds.clock, turns=kinds.TURNS, **_consequences(outside, book, page),
    )  # fmt: skip


def _nearest(name: str, known: set[str]) -> str:
    """Where the page can show a fault: at its field, its row, or above everything."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def _consequences(outside: Outside, book: Directory, page: Page) -> Mapping[str, Any]:
    if page.new is None:
        return {"changed": None}
    now, old, new = outside.clock(), book.directory, page.new
    duties = [(each.rotas, each.engineers) for each in (old, new)]
    found: list[Turnover] = turnovers(duties[0], duties[1], now, now + AHEAD)
    doubts: list[Doubt] = [] if old == new else Proposal(book, new, now).doubts()
    with outside.database.read() as db:
        lost = summaries.unfinished_outside(db, [entity.code for entity in new.entities])
        climbing = [] if old == new else list(open_pages.told(pages.under_way(db), Directory(new), now))
    return {"changed": _changed(old, new, page), "turnovers": found[:SHOWN], "more": len(found) > SHOWN,
            "doubts": [*climbing, *doubts], "lost": lost, "announced": _announced(outside, book, new)}  # fmt: skip


def _changed(old: DirectoryData, new: DirectoryData, page: Page) -> list[Changed]:
    """Field by field, once both are written alike."""
    held = items.every(old, page.section)
    one = written(page.old) if page.old else {}
    other = next((written(each) for each in items.every(new, page.section) if each not in held), None)
    if other is None:
        other = one if old == new else {}
    return differences(old, page.fields, one, other)

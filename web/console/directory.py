"""The directory: read by everybody here; taken out and put in as a file, with what would change, by admins."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from difflib import unified_diff
from http import HTTPStatus
from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from directory.index import Directory
from directory.model import DirectoryData
from directory.policies import policy_of
from ivr.prompt_catalogue import recital
from notifications import durations, labels
from oncall import coverage, coverage_checks, open_pages
from oncall.rota_proposals import Proposal, Unwanted
from standby import short_notice
from storage.accounts import accounts
from storage.directory import DirectoryFaults, dump, parse, versions
from storage.paging import pages
from storage.tickets import summaries
from web.console import hours
from web.console.editing.difference import of_directories
from web.console.editing.sections import SECTIONS
from web.console.faces import face
from web.console.rotas.late_changes import Announced
from web.console.tickets.client_search import searched
from web.errors import told
from web.languages import gettext
from web.outside import Outside
from web.params import text, whole
from web.serving import file

AHEAD = timedelta(days=28)  # doubts on who is on call are told so far ahead
SHOWN = 400  # lines of a difference
ITEMS = 50  # of a difference in words
CHANGED_MEANWHILE = "L'annuaire vient d'être changé par quelqu'un d'autre : regardez encore, puis recommencez."
WHOLE = "L'annuaire entier est à qui tient toutes les entités : demandez à un administrateur de l'ensemble."
VERSIONS = 30
PACKED = "#zlib:"
LARGEST = 20_000_000  # bytes, of a directory written out
CLIENTS = 50
NOTHING_GIVEN: dict[str, Any] = {"faults": (), "lines": None}


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/directory")
    def directory() -> str:
        sought = text("q", 100)
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
        found = searched(book.directory.clients, sought)
        return render_template(
            "console/directory.html", book=book, clients=found[:CLIENTS], found=len(found), sought=sought,
            face=lambda code: face(book, code), ladder=lambda code: policy_of(book.directory.policies, code),
            whole=current_user.keeps_the_whole, hours=hours.said, spelled=durations.spelled, channels=labels.CHANNELS,
            called=lambda code: _called(book, code), sections=SECTIONS,
            served=lambda engineer: ", ".join(map(book.entity_named, engineer.entities)),
        )  # fmt: skip

    @routes.get("/directory/prompts")
    def prompts() -> str:
        """What callers hear, to be read and listened to."""
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
        return render_template(
            "console/prompts.html", parts=recital(book, outside.clock()), language=book.organisation.language
        )

    @routes.get("/directory/annuaire.toml")
    def export_directory() -> Response:
        if not current_user.keeps_the_whole:
            return told(HTTPStatus.FORBIDDEN, WHOLE)
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
        return file(dump(book.directory).encode(), "application/toml", "annuaire.toml")

    @routes.route("/directory/import", methods=["GET", "POST"])
    def import_directory() -> str | Answer:
        """Give a file, see what would change, keep it."""
        if not current_user.keeps_the_whole:
            abort(HTTPStatus.FORBIDDEN)
        written = _given()
        with outside.database.read() as db:
            seen = versions.newest_if_any(db)
            former = outside.shelf.book(db, seen) if seen else None
        if request.method == "GET" or not written.strip():
            return render_template("console/import.html", **NOTHING_GIVEN)
        try:
            new = parse(written)
        except DirectoryFaults as refusal:
            return render_template("console/import.html", **NOTHING_GIVEN | {"faults": refusal.faults})
        if "keep" in request.form:
            return _kept(outside, former, new, request.form.get("seen", ""))
        return _looked_at(outside, former, new, seen)

    @routes.get("/directory/versions", endpoint="versions")
    def all_versions() -> str:
        with outside.database.read() as db:
            rows = versions.listed(db, VERSIONS)
            book = outside.shelf.newest(db)
            names = accounts.names(db, book)
            changes = []
            for row in rows:
                before = versions.before(db, row.id)
                one = outside.shelf.book(db, row.id).directory
                former = outside.shelf.book(db, before).directory if before else None
                who = (names.get(row.who) or coverage.name(book, row.who)) if row.who else ""
                changes.append((row, who, list(_differing(former, one)) if former else None))
        return render_template("console/versions.html", told=changes, whole=current_user.keeps_the_whole)

    @routes.post("/directory/versions/<int(max=999999999):number>")
    def restore(number: int) -> str | Answer:
        """A former version becomes the newest: what has been stays as it was."""
        if not current_user.keeps_the_whole:
            abort(HTTPStatus.FORBIDDEN)
        with outside.database.read() as db:
            known = {row.id for row in versions.listed(db, VERSIONS)}
            former = outside.shelf.book(db, number).directory if number in known else None
            book = outside.shelf.newest(db)
        if former is None:
            abort(HTTPStatus.NOT_FOUND)
        return _kept(outside, book, former, request.form.get("seen", ""))


def _called(book: Directory, code: str) -> str:
    """Whom a step of a policy wakes: a layer, everybody, somebody by name."""
    return gettext(labels.CALLED[code]) if code in labels.CALLED else coverage.name(book, code)


def _looked_at(outside: Outside, book: Directory | None, new: DirectoryData, seen: int, refusal: str = "") -> str:
    """What it would change, and whom; without a former one, all of it is new."""
    now, former = outside.clock(), book.directory if book else None
    with outside.database.read() as db:
        lost = summaries.unfinished_outside(db, [entity.code for entity in new.entities])
        climbing = list(open_pages.told(pages.under_way(db), Directory(new), now))
    doubts = list(coverage_checks.doubts(Directory(new), now, now + AHEAD))
    brought = (
        [*climbing, *coverage_checks.dropped(book.directory, new, now), *Proposal(book, new, now).doubts()]
        if book
        else doubts
    )
    items = list(islice(of_directories(former, new), ITEMS)) if former else []
    return render_template(
        "console/import.html", faults=(), lines=list(_differing(former, new)), lost=lost, doubts=brought,
        standing=[each for each in doubts if each not in brought], items=items, most=ITEMS,
        announced=_announced(outside, book, new), face=lambda code: face(Directory(new), code), seen=seen,
        text=_packed(dump(new)), refusal=refusal,
    )  # fmt: skip


def _given() -> str:
    """The file that was chosen, or what was looked at before."""
    given = request.files.get("file")
    if given is None:
        return _unpacked(request.form.get("text", ""))
    with closing(given):  # a large one lies on the disk
        return str(given.read(), "utf-8", "replace")


def _packed(written: str) -> str:
    """What goes to the browser and comes back, some tenths of it: a form carries less than a file."""
    return PACKED + b64encode(zlib.compress(written.encode())).decode()


def _unpacked(given: str) -> str:
    if not given.startswith(PACKED):
        return given
    try:
        raw = zlib.decompressobj().decompress(b64decode(given.removeprefix(PACKED)), LARGEST)
    except (ValueError, zlib.error):
        abort(HTTPStatus.BAD_REQUEST)
    return raw.decode("utf-8", "replace")


def _announced(outside: Outside, book: Directory | None, new: DirectoryData) -> Announced:
    return Announced.of(short_notice.late(book, new, outside.clock() + versions.PUBLISHED_AFTER) if book else [])


def _kept(outside: Outside, book: Directory | None, new: DirectoryData, seen: str) -> str | Answer:
    try:
        why = _announced(outside, book, new).why(request.form)
    except Unwanted as refusal:
        return _looked_at(outside, book, new, whole(seen), refusal.said)
    with outside.database.begin() as db:
        newest = versions.newest_if_any(db)
        unseen = whole(seen) != newest
        kept = not unseen and versions.succeed(db, newest, new, outside.clock(), current_user.who, why)
    if unseen:
        flash(gettext(CHANGED_MEANWHILE), "refused")
    else:
        flash(gettext("Annuaire changé.") if kept else gettext("Rien n'a changé."), "done")
    return redirect(url_for("console.versions"), HTTPStatus.SEE_OTHER)


def _differing(old: DirectoryData | None, new: DirectoryData) -> Iterator[str]:
    """Line by line, as the file is written; the first ones of many."""
    lines = unified_diff(dump(old).splitlines() if old else [], dump(new).splitlines(), lineterm="", n=2)
    for number, line in enumerate(lines):
        if number == SHOWN:
            yield "…"
            return
        if number > 1:  # not the names of files
            yield line

"""Shifts as a calendar that telephones subscribe to. RFC 5545, RFC 7986.

An event keeps its UID as long as somebody keeps the shift; one that falls away stays, cancelled, so that it
disappears from calendars that have it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response
from sqlalchemy import Row

from directory.index import Directory
from storage.accounts import calendar_feeds
from storage.accounts.calendar_feeds import Calendar, Of
from storage.directory.versions import NoDirectory
from storage.rotas import shifts
from web.errors import said
from web.outside import Outside

if TYPE_CHECKING:
    from icalendar import Event

REFRESHED = timedelta(hours=1)
CONTENT_TYPE = "text/calendar; charset=utf-8"
NAMES = {Of.ENGINEER: "Astreintes de {}", Of.ROTA: "Astreinte {}", Of.ENTITY: "Astreinte {}"}


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("calendar", __name__)

    @routes.route("/calendar/<secret>.ics")
    def feed(secret: str) -> Response:
        with outside.database.read() as db:
            try:
                book = outside.shelf.newest(db)
            except NoDirectory:
                return _unknown()
            found = calendar_feeds.read(db, book, secret, outside.clock())
        if found is None:
            return _unknown()
        return Response(_written(book, found), content_type=CONTENT_TYPE)

    return routes


def _unknown() -> Response:
    return said(HTTPStatus.NOT_FOUND, "Ce calendrier n'existe pas, ou son adresse a été révoquée.")


def _written(book: Directory, found: Calendar) -> bytes:
    from icalendar import Calendar as Document  # 0.1 s, which only calendars have a use for
    from icalendar import vText

    document = Document()
    document.add("prodid", "-//Astreinte//FR")
    document.add("version", "2.0")
    document.add("method", "PUBLISH")
    # The library does not know these two for text, whose commas and semicolons are escaped.
    name = vText(NAMES[Of(found.feed.kind)].format(_name(book, found.feed)))
    document.add("name", name)
    document.add("x-wr-calname", name)
    document.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", "PT1H")
    for shift in found.shifts:
        document.add_component(_event(book, shift))
    return bytes(document.to_ical())


def _event(book: Directory, shift: Row[Any]) -> Event:
    from icalendar import Event

    duty, event = shifts.in_words(book, shift), Event()
    event.add("uid", f"{shift.uid}@astreinte")
    event.add("sequence", shift.sequence)
    event.add("dtstamp", shift.changed_at)
    event.add("last-modified", shift.changed_at)
    event.add("dtstart", shift.starts)
    event.add("dtend", shift.until)
    event.add("summary", f"Astreinte {duty.rota} ({duty.layer}) : {duty.name}")
    event.add("status", "CANCELLED" if shift.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # on call, one can still be invited
    return event


def _name(book: Directory, feed: Row[Any]) -> str:
    match Of(feed.kind):
        case Of.ENGINEER:
            found = book.engineer(feed.code)
            return found.name if found else feed.code
        case Of.ENTITY:
            names = [entity.name for entity in book.directory.entities if entity.code == feed.code]
            return names[0] if names else feed.code
        case _:
            return str(feed.code)

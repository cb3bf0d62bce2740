"""Two acts on one ticket at the same instant, on real connections: one page, and no locks in a circle."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from services import acknowledgement
from simulator.door import Answer
from storage.paging import pages
from storage.tickets import sla_clocks
from tests.ivr import sample
from tests.jobs.work import book_of, open_ticket, sent
from tests.support.phone import AppDoor, Line

WAIT = b"<Response><Pause length='1'/></Response>"


def together(*acts: Callable[[], object]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def test_two_colleagues_say_that_it_got_worse(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a loss that nobody was woken for: each saw no page, and opened one; the older one went on for ever."""
    ticket = open_ticket(line, "idline", paged=False)
    callers = [
        line.phone(number).calls().presses("1").presses("1").presses("1").hears("déjà ouvert")
        for number in (sample.UN, sample.MOBILE_UN)
    ]
    usual, at_the_door = line.door.request, list[tuple[str, str, bytes, dict[str, str]]]()

    def keeps(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        if "/pressed" not in url:
            return usual(method, url, body, headers)
        at_the_door.append((method, url, body, headers))
        return Answer(200, {"content-type": "text/xml"}, WAIT)

    with monkeypatch.context() as here:
        here.setattr(line.door, "request", keeps)
        for caller in callers:
            caller.presses("1")
    held, both = pages.lock_page, threading.Barrier(2, timeout=2)

    def slowly(db: Connection, of: str) -> None:
        held(db, of)
        try:
            both.wait()
        except threading.BrokenBarrierError:
            return  # the other one waits for us

    with monkeypatch.context() as here:
        here.setattr(pages, "lock_page", slowly)
        doors = [AppDoor(line.app) for _ in at_the_door]
        together(*(lambda d=d, r=r: d.request(*r) for d, r in zip(doors, at_the_door, strict=True)))
    line.settle()
    assert sum(page["state"] == "pending" for page in line.pages()) == 1
    with line.database.begin() as db:
        acknowledgement.acknowledge(db, ticket, "ing2", "link", line.clock())
    before = len(sent(line))
    line.forward(minutes=60)
    assert len(sent(line)) == before


def test_a_page_that_opens_while_another_is_waited_for(line: Line) -> None:
    """The console held the old page and the ticket, the key in the alert call the new page: a circle of locks."""
    if line.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    ticket, book, now, faults = open_ticket(line), book_of(line), line.clock(), list[Any]()
    with line.database.begin() as db:
        acknowledgement.acknowledge(db, ticket, "ing2", "link", now)
    worse, held, go, over = (threading.Event() for _ in range(4))

    def aggravates() -> None:
        with line.database.begin() as db:
            pages.lock_page(db, ticket)
            pages.page_again(db, book, "idline", ticket, now)
            worse.set()
            over.wait(1)  # while the console waits for its lock

    def console() -> None:
        try:
            with line.database.begin() as db:
                worse.wait()
                sla_clocks.lock_clock(db, ticket)
                held.set()
                go.wait()
                pages.newest_of(db, ticket)
        except OperationalError as fault:
            faults.append(fault)

    def key_1() -> None:
        try:
            held.wait()
            with line.database.begin() as db:
                threading.Timer(0.5, go.set).start()
                acknowledgement.acknowledge(db, ticket, "ing1", "voice", now)
        except OperationalError as fault:
            faults.append(fault)

    together(aggravates, console, key_1)
    assert faults == []

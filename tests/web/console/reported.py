"""Twelve months of made-up calls, tickets and pages, also where months, years and clocks meet; and what a page says."""

import csv
import html
import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urldefrag

from sqlalchemy import insert

from storage.models import Attempt, CallRow, Page, Ticket
from tests.stories.night import renamed
from tests.support.phone import Line
from tests.web.people import Visitor
from tickets import reference
from web.console.tickets.call_log import OUTCOMES

RANGE = "first=2025-12&last=2026-11"
LONG_ENTITY, LONG_ENGINEER = f"{'o' * 70}.ext", f"ing-{'3' * 70}"
GONE = "ancienne"
DIRECTORY = renamed("ozanges", LONG_ENTITY).replace('"ing3"', f'"{LONG_ENGINEER}"')
ENTITIES = ("idline", LONG_ENTITY, GONE, None)
SECOND = timedelta(seconds=1)
# Instants at which a month, a year, or a clock's hour begins anew in Paris.
BORDERS = [
    datetime.fromisoformat(f"{at}+00:00")
    for at in (
        "2025-12-31T23:00", "2026-01-31T23:00", "2026-02-28T23:00", "2026-03-29T01:00", "2026-03-31T22:00",
        "2026-08-31T22:00", "2026-09-30T22:00", "2026-10-25T00:00", "2026-10-25T01:00", "2026-10-31T23:00",
    )
]  # fmt: skip
INSTANTS = [
    *(at + nudge for at in BORDERS for nudge in (-timedelta(microseconds=1), timedelta(), SECOND)),
    datetime(2025, 11, 30, 23, tzinfo=UTC),  # the first of the twelve months, and its last one
    datetime(2026, 11, 30, 22, 59, 59, 999999, tzinfo=UTC),
    *(datetime(2026, 9, 7, 6, tzinfo=UTC) + timedelta(hours=each) for each in range(130)),  # more than a page of rows
]


def made_up(line: Line, account: str) -> None:
    """`account`: who takes some of the tickets without being an engineer."""
    chance = random.Random(6)
    calls, tickets, pages, attempts = [], [], [], []
    for n, at in enumerate(INSTANTS):
        entity, code = ENTITIES[n % 4], reference.compose("NVL", 26, n + 900)
        calls.append({
            "sid": f"CA{n:032}", "directory": 1, "line": "+33586077777", "caller": "+33199005555", "started_at": at,
            "ended_at": at, "outcome": chance.choice([*OUTCOMES, None]), "entity": entity, "hour": 1,
        })  # fmt: skip
        tickets.append({
            "reference": code, "received_at": at - chance.randrange(90) * SECOND, "opened_at": at, "kind": "incident",
            "nature": "service_loss", "verified": True, "drill": n % 11 == 10, "entity": entity, "sites": [],
            "qualified_at": chance.choice([None, at + chance.randrange(9000) * SECOND]),
            "respond_kept": chance.choice([True, True, False, None]), "restore_kept": chance.choice([True, False]),
        })  # fmt: skip
        if n % 3:
            taken = chance.choice([None, at + timedelta(seconds=chance.randrange(40_000), microseconds=n)])
            taker = chance.choice(["ing1", LONG_ENGINEER, account])
            pages.append({
                "id": n, "ticket": code, "opened_at": at, "since": at, "policy": {},
                "state": "acknowledged" if taken else "cancelled",
                "acknowledged_at": taken, "acknowledged_by": taker if taken else None,
            })  # fmt: skip
            attempts += [
                {"page": n, "step": 0, "firing": firing, "engineer": who, "channel": channel, "number": "+33639980001",
                 "at": at, "sent_at": at}
                for firing in range(1, 1 + n % 2 + 1) for who in ("ing1", "ing2", LONG_ENGINEER)[: 1 + n % 3]
                for channel in ("sms", "voice")
            ]  # fmt: skip
    with line.database.begin() as db:
        for model, rows in ((CallRow, calls), (Ticket, tickets), (Page, pages), (Attempt, attempts)):
            db.execute(insert(model), rows)


@dataclass(frozen=True)
class Link:
    href: str
    shown: str  # by a cell; nothing by a column of bars
    name: str

    @property
    def count(self) -> int:
        """« 112 appels, … », or « médiane 12 min, 40 prises en charge, … »."""
        first, second = self.name.split(", ")[:2]
        return int((second if self.percent else first).split()[0])

    @property
    def percent(self) -> int:
        found = re.search(r"percent=(\d+)", self.href)
        return int(found[1]) if found else 0


def links(page: str) -> Iterator[Link]:
    for attributes, inside in re.findall(r"<a ([^>]*)>(.*?)</a>", page, re.DOTALL):
        told = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', attributes)}
        if "/reports/rows" in told["href"]:
            text = html.unescape(re.sub(r"<[^>]*>", " ", inside)).strip()
            named = "aria-label" in told
            yield Link(urldefrag(told["href"]).url, text if named else "", told["aria-label"] if named else text)


def tables(page: str, caption: str) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Each with that caption: its rows, and the last of them, what is in all; without titles."""
    for inside in re.findall(rf"<caption>{caption}[^<]*</caption>(.*?)</table>", page, re.DOTALL):
        rows = [
            [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]
            for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", inside, re.DOTALL)
        ]
        yield rows[:-1], rows[-1]


@dataclass(frozen=True)
class Listed:
    """All pages of rows."""

    total: int
    rows: list[str]
    csv: str


def listed(visitor: Visitor, href: str) -> Listed:
    page = visitor.asks(f"{href}&page=1").text
    [total], [csv_] = re.findall(r'id="total">(\d+)<', page), re.findall(r'href="(/reports\.csv[^"]*)"', page)
    rows: list[str] = []
    for number in range(1, 1 + int((re.findall(r"\d+ / (\d+)</span>", page) or ["1"])[0])):
        text = page if number == 1 else visitor.asks(f"{href}&page={number}").text
        rows += re.findall(r"<tr[^>]*>(?:(?!</tr>).)*?<td class=\"line.*?</tr>", text, re.DOTALL)
    return Listed(int(total), rows, html.unescape(csv_))


def table(visitor: Visitor, address: str) -> list[dict[str, str]]:
    answer = visitor.asks(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))

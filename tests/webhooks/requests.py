"""Requests as Twilio makes them, one by one: signed by the SDK's own validator, sent to the application."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from simulator.door import Answer
from storage.database import Database
from storage.models import Base
from tests.support.phone import AppDoor, Line
from tests.support.settings_for_tests import ACCOUNT, MAIN, TOKEN

CALLER = "+33199001001"  # Client Démo Un, two services and two sites
SID = "CA" + "5" * 32
RECORDING = "RE" + "7" * 32
FORM = "application/x-www-form-urlencoded; charset=utf-8"
Fields = Mapping[str, str]


def sign(url: str, fields: Iterable[tuple[str, str]] = (), token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, MultiDict(list(fields))))


def call(**more: str) -> dict[str, str]:
    """The common parameters of a voice request."""
    return {
        "CallSid": SID,
        "AccountSid": ACCOUNT,
        "From": CALLER,
        "To": MAIN,
        "CallStatus": "in-progress",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
    } | more


class Twilio:
    """Whoever holds the account's token."""

    def __init__(self, line: Line):
        self.line = line
        self.origin = line.settings.public_url

    def post(self, path: str, fields: Fields | None = None) -> Answer:
        given = list((call() if fields is None else fields).items())
        return self.sends(path, urlencode(given).encode(), sign(self.origin + path, given))

    def sends(self, path: str, body: bytes, signature: str | None, **headers: str) -> Answer:
        """A request as it stands, with whatever signature."""
        more = {"Content-Type": FORM} | {name.replace("_", "-"): value for name, value in headers.items()}
        if signature is not None:
            more["X-Twilio-Signature"] = signature
        return AppDoor(self.line.app).request("POST", self.origin + path, body, more)

    def get(self, path: str, fields: Fields) -> Answer:
        url = f"{self.origin}{path}{'&' if '?' in path else '?'}{urlencode(fields)}"
        return AppDoor(self.line.app).request("GET", url, b"", {"X-Twilio-Signature": sign(url)})

    def presses(self, n: int, keys: str) -> Answer:
        return self.post(f"/webhooks/voice/pressed?n={n}", call(Digits=keys))

    def hangs_up(self) -> Answer:
        return self.post("/webhooks/voice/status", call(CallStatus="completed"))


def addresses(app: Flask) -> list[str]:
    """Every URL under /webhooks/, a new one included."""
    return sorted(
        {
            rule.rule.replace("<int:attempt>", "1").replace("<int:message>", "1")
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/webhooks/")
        }
    )


ALERT = "/webhooks/voice/alert/1"
CALLBACKS = (
    "/webhooks/voice/status", "/webhooks/recording", "/webhooks/sms/status", f"{ALERT}/status", f"{ALERT}/machine",
    "/webhooks/voice/message/1/status",
)  # fmt: skip


def voice_addresses(app: Flask) -> list[str]:
    """Those that a telephone waits for."""
    return [url for url in addresses(app) if url.startswith("/webhooks/voice") and url not in CALLBACKS]


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.read() as db:
        return {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def kept(database: Database) -> dict[str, list[Any]]:
    """All that is in the database."""
    with database.read() as db:
        return {table.name: [tuple(row) for row in db.execute(select(table))] for table in Base.metadata.sorted_tables}


@dataclass(frozen=True)
class Sent:
    """One request on its way, and the answer it got."""

    method: str
    url: str
    body: bytes
    headers: dict[str, str]
    answer: Answer

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass
class Wiretap:
    """A door that remembers; told to, it lets every request through several times, in turn or at once."""

    app: Flask
    copies: int = 1
    together: bool = False
    sent: list[Sent] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    def request(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        first, *others = self._answers(lambda: AppDoor(self.app).request(method, url, body, headers))
        if any((other.status, other.body) != (first.status, first.body) for other in others):
            self.different.append(url)
        self.sent.append(Sent(method, url, body, headers, first))
        return first

    def again(self, sent: Sent) -> Answer:
        return AppDoor(self.app).request(sent.method, sent.url, sent.body, sent.headers)

    def _answers(self, ask: Callable[[], Answer]) -> list[Answer]:
        if not self.together:
            return [ask() for _ in range(self.copies)]
        start = Barrier(self.copies)

        def at_once() -> Answer:
            start.wait()
            return ask()

        with ThreadPoolExecutor(self.copies) as threads:
            return [future.result() for future in [threads.submit(at_once) for _ in range(self.copies)]]


def tapped(line: Line, copies: int = 1, together: bool = False) -> Wiretap:
    """The line's Twilio, its requests overheard."""
    tap = Wiretap(line.app, copies, together)
    line.twilio.world.webhooks.door = tap
    return tap

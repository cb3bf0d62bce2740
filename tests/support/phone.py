"""The words in which stories are told: a line, its clock, and the telephones around it.

Everything runs in this process, on the test's clock: the product's web application, its worker's engine, and
the pretend Twilio between them. Nothing sleeps; whatever is due happens when the story says `settle`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from directory import phone_numbers
from jobs import job_kinds
from jobs.context import Outside
from jobs.engine import Engine
from settings import Settings
from simulator.door import CONNECTION_FAILED, Answer
from simulator.faults import Hung
from simulator.legs import Leg
from simulator.phones import Phone as SimulatedPhone
from simulator.twilio import Number, Twilio
from storage import listing
from storage.audio import AudioStore
from storage.database import Database
from storage.directory import parse, versions
from storage.models import Event, Mail
from telephony.http import NoReply, Reply
from telephony.rest import Twilio as Client
from tests.support.settings_for_tests import AFTER_HOURS, MAIN, SENDER, environment
from wsgi import create_app

PARIS = ZoneInfo("Europe/Paris")
SAMPLE = Path(__file__).resolve().parents[2] / "nvl.toml"
ING1, ING2, ING3, ING4, RESP = "+33639980001", "+33639980002", "+33639980003", "+33639980004", "+33639980099"


_parsed = lru_cache(maxsize=64)(parse)  # a value that nothing changes


class TestClock:
    """Stands still until it is told otherwise."""

    __test__ = False

    def __init__(self, at: str = "2026-09-12 22:04"):
        self.at(at)

    def __call__(self) -> datetime:
        return self.now

    def at(self, local: str) -> None:
        """A wall-clock time of Paris, or an ISO instant with its zone."""
        moment = datetime.fromisoformat(local)
        self.now = (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class AppDoor:
    """Webhooks reach the application without a network; documents kept elsewhere are answered from there."""

    def __init__(self, app: Flask):
        self.client = app.test_client()
        self.elsewhere: dict[str, str] = {}  # TwiML by its address
        self.is_down = False

    def request(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        host_knows = url.partition("?")[0]
        if host_knows in self.elsewhere:
            return Answer(200, {"content-type": "text/xml"}, self.elsewhere[host_knows].encode())
        if self.is_down:
            return Answer(0, failure=CONNECTION_FAILED)
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        reply = self.client.open(path, method=method, data=body, headers=headers, base_url=url.partition(parts.path)[0])
        return Answer(reply.status_code, {name.lower(): value for name, value in reply.headers}, reply.data)


class Wired:
    """The product's requests reach the pretend Twilio without a network."""

    def __init__(self, twilio: Callable[[], Twilio]):
        self.twilio = twilio

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Reply:
        import requests

        made = requests.Request(method, url, params=params, data=data, headers=dict(headers or {}), auth=auth).prepare()
        parts = urlsplit(str(made.url))
        form = parse_qs(str(made.body or ""), keep_blank_values=True)
        query = parse_qs(parts.query, keep_blank_values=True)
        try:
            reply = self.twilio().rest(method, parts.path, query, form, str(made.headers.get("Authorization", "")))
        except Hung as silence:
            raise NoReply(str(silence)) from silence
        return Reply(reply.status, reply.headers, reply.body)


class Line:
    """One installation with its world."""

    def __init__(self, database_url: str, audio: Path, clock: TestClock, directory: str | None = None, **more: str):
        self.clock = clock
        self.settings = Settings.read(environment(database_url, str(audio), **more), line=True)
        self.database = Database(self.settings.database_url)
        self.audio = AudioStore(self.settings.recordings_url)
        self.load(directory or SAMPLE.read_text(encoding="utf-8"))
        client = Client(self.settings, Wired(lambda: self.twilio))
        self.app = create_app(self.settings, self.database, clock, audio=self.audio, twilio=client)
        self.door = AppDoor(self.app)
        self.twilio = Twilio(
            account_sid=self.settings.twilio_account_sid,
            auth_token=self.settings.twilio_auth_token,
            door=self.door,
            clock=clock,
            numbers=[self._number(MAIN), self._number(AFTER_HOURS)],
            sms_senders=[SENDER],
            api_url=self.settings.twilio_api_url,
        )
        self.outside = Outside(self.settings, client, self.audio)
        self.engine: Engine = job_kinds.engine(self.database, clock, self.outside)

    def _number(self, number: str) -> Number:
        hooks = self.settings.public_url + "/webhooks"
        return Number(
            number,
            voice_url=f"{hooks}/voice",
            voice_fallback_url=f"{hooks}/voice/fallback",
            status_callback=f"{hooks}/voice/status",
            sms_url=f"{hooks}/sms",
        )

    def load(self, toml: str) -> None:
        with self.database.begin() as db:
            versions.load(db, _parsed(toml), self.clock())

    def phone(self, number: str) -> Phone:
        return Phone(self, number)

    def settle(self) -> None:
        """Callbacks, work that is due, and what they lead to, until nothing is due at this instant."""
        for _ in range(100):
            self.twilio.settle()
            if not self.engine.run_due():
                return
        raise AssertionError("the line does not come to rest")

    def forward(self, **span: float) -> None:
        """Let time pass, from one moment at which something is due to the next, so that each is done at its own."""
        end = self.clock.now + timedelta(**span)
        self.settle()
        while self.clock.now < end:
            due = [self.twilio.next_at(), self.engine.next_moment(*self.engine.kinds)]
            self.clock.now = min([end, *(moment for moment in due if moment and moment > self.clock.now)])
            self.settle()

    # ---------------------------------------------------------------- what is there
    def tickets(self) -> list[dict[str, Any]]:
        with self.database.read() as db:
            return listing.tickets(db)

    def ticket(self) -> dict[str, Any]:
        """The only one."""
        (only,) = self.tickets()
        return only

    def calls(self) -> list[dict[str, Any]]:
        with self.database.read() as db:
            return listing.calls(db)

    def pages(self) -> list[dict[str, Any]]:
        with self.database.read() as db:
            return listing.pages(db)

    def mails(self) -> list[dict[str, Any]]:
        """What lies in the outbox, or has left it: ticket, recipient, subject, body."""
        with self.database.read() as db:
            return [row._asdict() for row in db.execute(select(Mail.__table__).order_by(Mail.id))]

    def happened_to(self, ticket: str) -> list[str]:
        """The kinds of events in a ticket's journal, in order."""
        with self.database.read() as db:
            return list(db.execute(select(Event.kind).where(Event.ticket == ticket).order_by(Event.position)).scalars())

    def nobody_is_woken(self) -> None:
        """No page, and no engineer's telephone has anything."""
        self.settle()
        assert self.pages() == []
        for engineer in (ING1, ING2, ING3, ING4, RESP):
            assert not self.phone(engineer).simulated.inbox, f"{engineer} should be left alone"
            assert not self.phone(engineer).simulated.legs, f"{engineer} should be left alone"

    def close(self) -> None:
        self.database.dispose()


class Phone:
    """A telephone and whoever holds it."""

    def __init__(self, line: Line, number: str):
        self.line, self.number = line, number

    @property
    def simulated(self) -> SimulatedPhone:
        return self.line.twilio.phone(self.number)

    def calls(self, number: str = "05 86 07 77 77") -> Caller:
        return Caller(self.line, self.line.twilio.dial(self.number, phone_numbers.parse(number)))

    def does(self, manner: str) -> Phone:
        """no-answer, busy, voicemail, answers:1 …"""
        self.simulated.manner = manner
        return self

    def picks_up(self) -> Caller:
        """Answers the call that rings."""
        self.line.settle()
        return Caller(self.line, self.simulated.answer())

    def texts(self) -> list[str]:
        return [sms.body for sms in self.simulated.inbox]

    def gets_sms(self, *words: str) -> Phone:
        """The newest SMS holds these words."""
        self.line.settle()
        texts = self.texts()
        assert texts, f"{self.number} has no SMS"
        missing = [word for word in words if word not in texts[-1]]
        assert not missing, f"{missing} not in {texts[-1]!r}"
        return self

    def gets_nothing(self) -> Phone:
        self.line.settle()
        assert not self.texts(), f"{self.number} should be left alone: {self.texts()}"
        return self


class Caller:
    """A person on a call: hears, presses, speaks, hangs up."""

    def __init__(self, line: Line, leg: Leg):
        self.line, self.leg = line, leg

    @property
    def said(self) -> str:
        """All that was heard since the last key."""
        return self.leg.said_since_input

    def hears(self, *words: str) -> Caller:
        missing = [word for word in words if word.casefold() not in self.said.casefold()]
        assert not missing, f"{missing} not heard in: {self.said!r}"
        return self

    def does_not_hear(self, *words: str) -> Caller:
        heard = [word for word in words if word.casefold() in self.said.casefold()]
        assert not heard, f"{heard} heard in: {self.said!r}"
        return self

    def presses(self, keys: str) -> Caller:
        self.leg.press(keys)
        return self

    def is_silent(self) -> Caller:
        self.leg.wait()
        return self

    def says(self, seconds: int = 12, *, then: str = "hangup") -> Caller:
        """Speaks after the beep, then hangs up, or presses #."""
        assert self.leg.state == "recording", f"no beep, but {self.leg.state}: {self.said!r}"
        self.leg.speak(seconds=seconds, ends_with=then)
        return self

    def hangs_up(self) -> Caller:
        if self.leg.state != "ended":
            self.leg.hang_up()
        return self

    def is_at(self, state: str) -> Caller:
        """gathering, recording, dialling, talking, ended."""
        assert self.leg.state == state, f"{self.leg.state}, not {state}: {self.said!r}"
        return self

    def was_let_go(self) -> Caller:
        """The line ended the call, after a word."""
        assert (self.leg.state, self.leg.ended_by) == ("ended", "line"), self.leg.transcript
        return self

"""What the whole pretend network shares: its clock, its books, its complaints and the way to the product."""

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from simulator.agenda import Agenda
from simulator.door import Door
from simulator.faults import Faults
from simulator.numbers import geography
from simulator.records import Call, Message, Notification, Number, Recording, RestRequest
from simulator.webhooks import Webhooks

API_VERSION = "2010-04-01"
MAX_COMPLAINTS = 10_000


class World:
    """The shared ground of one account."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        door: Door,
        clock: Callable[[], datetime],
        numbers: Iterable[Number],
        sms_senders: Iterable[str],
        api_url: str,
        seed: int,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.clock = clock
        self.api_url = api_url.rstrip("/")
        self.seed = seed
        self.stage = threading.RLock()  # held while somebody acts on a call; REST never waits for it
        self.faults = Faults()
        self.complaints: list[str] = []
        self.agenda = Agenda(clock)
        self.webhooks = Webhooks(door, auth_token, self.faults, self.complain)
        self.calls: dict[str, Call] = {}
        self.messages: dict[str, Message] = {}
        self.recordings: dict[str, Recording] = {}
        self.notifications: list[Notification] = []
        self.requests: list[RestRequest] = []
        self.sms_senders = frozenset(sms_senders)
        self._count = itertools.count(1)
        self.numbers = {number.number: self._owned(number) for number in numbers}

    def _owned(self, number: Number) -> Number:
        number.sid = number.sid or "PN" + hashlib.sha256(number.number.encode()).hexdigest()[:32]
        number.friendly_name = number.friendly_name or number.number
        number.created = number.created or self.clock()
        return number

    def sid(self, prefix: str) -> str:
        """A new identifier, the same in every run with the same seed."""
        return prefix + hashlib.sha256(f"{self.seed} {next(self._count)}".encode()).hexdigest()[:32]

    def complain(self, fault: str) -> None:
        """Note what Twilio refuses or would show in its debugger."""
        if len(self.complaints) < MAX_COMPLAINTS:
            self.complaints.append(fault)

    def callback(self, method: str, url: str, params: Mapping[str, str], status: str, *, voice: bool = True) -> None:
        """Tell the product of a happening, soon; faults may lose, double or delay it."""
        subject = f"{url} {status}"
        if self.faults.strike(self.faults.callback_rules, subject, "lost"):
            return
        late = self.faults.strike(self.faults.callback_rules, subject, "delayed")
        copies = 2 if self.faults.strike(self.faults.callback_rules, subject, "doubled") else 1
        sent = dict(params)
        for _ in range(copies):
            when = self.clock() if late is None else _later(self.clock(), late.seconds)
            self.agenda.at(when, lambda: self.tell(method, url, sent, voice=voice), is_callback=True)

    def tell(self, method: str, url: str, params: Mapping[str, str], *, voice: bool = True) -> None:
        """Make one callback request now; it must be answered 204, or 200 with an XML type."""
        reply = self.webhooks.send(method, url, params, accept="*/*", voice=voice)
        answer = reply.answer
        if reply.error or answer.status == 204:
            return
        if answer.content_type not in ("text/xml", "application/xml"):
            self.complain(f"12300 {url}: a callback answered {answer.status} with {answer.content_type or 'no type'}")

    def voice_params(self, call: Call) -> dict[str, str]:
        """The fields that come with every request about a call."""
        params = {
            "CallSid": call.sid,
            "AccountSid": self.account_sid,
            "From": call.from_,
            "To": call.to,
            "Caller": call.from_,
            "Called": call.to,
            "CallStatus": call.status,
            "ApiVersion": API_VERSION,
            "Direction": call.direction,
        }
        for party, number in (
            ("From", call.from_),
            ("To", call.to),
            ("Caller", call.from_),
            ("Called", call.to),
        ):
            params |= geography(party, number)
        optional = {
            "ParentCallSid": call.parent_sid,
            "ForwardedFrom": call.forwarded_from,
            "AnsweredBy": call.answered_by,
            "CallToken": _call_token(call) if call.direction == "inbound" else "",
        }
        return params | {name: value for name, value in optional.items() if value}

    def path(self, *parts: str) -> str:
        """A resource's address within the API."""
        return "/".join((f"/{API_VERSION}/Accounts/{self.account_sid}", *parts))


def rfc2822(instant: datetime | None) -> str | None:
    """A date as Twilio writes it, in UTC."""
    return None if instant is None else format_datetime(instant.astimezone(UTC).replace(microsecond=0))


def _later(instant: datetime, seconds: float) -> datetime:
    return instant + timedelta(seconds=seconds)


def _call_token(call: Call) -> str:
    """An opaque word that only Twilio could check."""
    return hashlib.sha256(call.sid.encode()).hexdigest()

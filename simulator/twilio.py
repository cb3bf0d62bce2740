"""The pretend Twilio: one account, its REST API, its calls and texts, and the telephones around it.

    twilio = Twilio(account_sid=…, auth_token=…, door=…, clock=…, numbers=[Number(…)])
    caller = twilio.dial("05 36 49 20 01", "05 86 07 77 77")
    caller.press("1")
    twilio.settle()

Nothing sleeps and nothing runs by itself: callbacks wait until `pump` or `settle`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from simulator.door import Answer, Door, HttpDoor
from simulator.faults import Faults, Hung
from simulator.legs import Leg
from simulator.phones import Phone, PhoneExchange
from simulator.placing import dial_in
from simulator.records import Call, Message, Number, Recording, RestReply, RestRequest, Sms
from simulator.rest import Rest
from simulator.world import World

__all__ = [
    "Answer",
    "Call",
    "Door",
    "Faults",
    "HttpDoor",
    "Hung",
    "Leg",
    "Message",
    "Number",
    "Phone",
    "Recording",
    "RestReply",
    "RestRequest",
    "Sms",
    "Twilio",
]

MAX_ROUNDS = 1000


class Twilio:
    """One account of the pretend Twilio."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        door: Door,
        clock: Callable[[], datetime],
        numbers: Iterable[Number],
        sms_senders: Iterable[str] = (),
        api_url: str = "http://127.0.0.1:8010",
        seed: int = 0,
    ) -> None:
        self.world = World(
            account_sid=account_sid,
            auth_token=auth_token,
            door=door,
            clock=clock,
            numbers=numbers,
            sms_senders=sms_senders,
            api_url=api_url,
            seed=seed,
        )
        self.exchange = PhoneExchange(self.world)
        self._rest = Rest(self.world, self.exchange)
        self.faults = self.world.faults
        self.complaints = self.world.complaints
        self.calls = self.world.calls
        self.messages = self.world.messages
        self.recordings = self.world.recordings
        self.requests = self.world.requests
        self.numbers = self.world.numbers
        self.legs = self.exchange.legs
        self.phones = self.exchange.phones

    def dial(self, from_: str, to: str, *, forwarded_from: str = "") -> Leg:
        """Call one of the account's numbers; returns once the line wants something or has hung up."""
        with self.world.stage:
            return dial_in(self.world, self.exchange, from_, to, forwarded_from)

    def phone(self, number: str) -> Phone:
        """Any telephone of the world."""
        return self.exchange.phone(number)

    def rest(
        self,
        method: str,
        path: str,
        query: Mapping[str, Sequence[str]],
        form: Mapping[str, Sequence[str]],
        authorization: str,
    ) -> RestReply:
        """One request to the REST API; raises Hung (a requests ReadTimeout) when told to stay silent."""
        return self._rest.handle(method, path, query, form, authorization)

    def next_at(self) -> datetime | None:
        """The instant of the next thing that is due, if any: a test moves its clock there."""
        return self.world.agenda.next_at()

    def pump(self) -> int:
        """Run what is due at this instant, callbacks among it; how many acts ran."""
        due = self.world.agenda.take_due()
        if self.faults.callbacks_reversed:
            callbacks = iter([act for act in due if act.is_callback][::-1])
            due = [next(callbacks) if act.is_callback else act for act in due]
        for item in due:
            with self.world.stage:
                item.act()
        return len(due)

    def settle(self) -> None:
        """Pump until nothing is due at this instant."""
        for _ in range(MAX_ROUNDS):
            if not self.pump():
                return
        raise RuntimeError(f"still not settled after {MAX_ROUNDS} rounds of callbacks")

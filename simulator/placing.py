"""Calls that begin: the ones people make to our numbers, the ones the product asks for by REST."""

from dataclasses import dataclass
from datetime import timedelta

from simulator.happenings import Goto, Inline
from simulator.legs import Leg
from simulator.numbers import e164
from simulator.phones import PhoneExchange
from simulator.progress import detect, progress
from simulator.records import Call, Callback, Number
from simulator.script import live
from simulator.world import World

RING_BUFFER = 5  # seconds that Twilio adds to the Timeout it is given


def dial_in(world: World, exchange: PhoneExchange, from_: str, to: str, forwarded_from: str) -> Leg:
    """Somebody calls one of our numbers; the line has spoken when this returns."""
    number = world.numbers.get(e164(to))
    if number is None:
        raise ValueError(f"{to} n'est pas un numéro du compte")
    call = Call(world.sid("CA"), e164(from_), number.number, "inbound", world.clock(), status="ringing")
    call.number_sid, call.forwarded_from = number.sid, forwarded_from
    call.fallback_url, call.fallback_method = number.voice_fallback_url, number.voice_fallback_method
    if number.status_callback:
        call.callback = Callback(number.status_callback, number.status_callback_method)
    leg = exchange.new_leg(call)
    exchange.phone(call.from_).legs.append(leg)
    leg.on_end.append(lambda ended: progress(world, ended.call, "completed", ended.status))
    leg.begin(live(leg, _first_of(number)))
    return leg


def _first_of(number: Number) -> Goto:
    return Goto(number.voice_url, number.voice_method, is_mid_call=False)


@dataclass
class Placed:
    """A call made by REST, from the queue to the moment its telephone is taken."""

    world: World
    exchange: PhoneExchange
    call: Call
    first: Goto | Inline
    timeout: int = 60
    detection: str = ""
    detection_url: str = ""

    def queue(self) -> Leg:
        """Put the call in the books; it rings at the next pump."""
        leg = self.exchange.new_leg(self.call, offer=self)
        leg.on_end.append(lambda ended: progress(self.world, ended.call, "completed", ended.status))
        self.world.agenda.soon(lambda: self._ring(leg))
        return leg

    def _ring(self, leg: Leg) -> None:
        if self.call.is_over:
            leg.end("line")  # canceled while it was queued
            return
        progress(self.world, self.call, "initiated", "initiated")
        self.call.status = "ringing"
        progress(self.world, self.call, "ringing", "ringing")
        until = self.world.clock() + timedelta(seconds=self.timeout + RING_BUFFER)
        self.world.agenda.at(until, lambda: leg.refuse("no-answer"))
        self.exchange.ring(leg)

    def answered(self, leg: Leg, *, by_machine: bool) -> None:
        """The telephone is taken: its document is fetched and followed."""
        progress(self.world, self.call, "answered", "in-progress")
        detect(leg, self.detection, self.detection_url, by_machine=by_machine)
        leg.begin(live(leg, self.first))

    def refused(self, leg: Leg, status: str) -> None:
        """Nothing more: the end of the leg has told its callback."""


def change(world: World, leg: Leg, *, status: str, goto: Goto | Inline | None) -> None:
    """POST Calls/{sid}: a queued call is canceled at once, a live one ended or sent elsewhere at the next pump."""
    if leg.status == "queued" and status:
        leg.call.status = "canceled"

    def act() -> None:
        if leg.state == "ended":
            return
        if leg.state == "ringing" and leg.offer is not None:
            if status:
                leg.refuse("canceled")
        elif status == "completed":
            leg.cut("line")
        elif goto is not None:
            leg.divert(goto)

    world.agenda.soon(act)

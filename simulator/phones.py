"""The telephones of the world: what rings at them, what their owner does, the texts they hold."""

import re
from dataclasses import dataclass, field

from simulator.legs import Leg, Offer
from simulator.numbers import e164
from simulator.records import Call, Sms
from simulator.texts import incoming
from simulator.world import World

MANNERS = ("manual", "no-answer", "busy", "failed", "voicemail", "answers")
_MANNER = re.compile(rf"({'|'.join(MANNERS)})|answers:[0-9*#,-]*")
PATIENCE = 3  # silent questions after which a machine, or a person out of keys, is cut off


@dataclass
class Phone:
    """One telephone; its manner says what happens when nobody decides by hand."""

    world: World
    number: str
    inbox: list[Sms] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    _manner: str = ""  # empty: the manner of all telephones

    @property
    def manner(self) -> str:
        return self._manner

    @manner.setter
    def manner(self, manner: str) -> None:
        _check(manner)
        self._manner = manner

    @property
    def ringing(self) -> Leg | None:
        """The call that has been ringing longest."""
        return next((leg for leg in self.legs if leg.state == "ringing"), None)

    @property
    def leg(self) -> Leg | None:
        """The call its owner is on."""
        return next((leg for leg in reversed(self.legs) if leg.state not in ("ringing", "ended")), None)

    def answer(self) -> Leg:
        """Take the call that rings; returns once the line wants something."""
        leg = self._must_ring()
        leg.pick_up()
        return leg

    def voicemail(self) -> Leg:
        """Let an answering machine take the call: it presses nothing, whatever it is asked."""
        leg = self._must_ring()
        leg.pick_up(by_machine=True)
        attend(leg, ())
        return leg

    def decline(self) -> None:
        """Refuse the call: busy."""
        self._must_ring().refuse("busy")

    def ignore(self) -> None:
        """Let it ring until it stops: no answer."""
        self._must_ring().refuse("no-answer")

    def send_sms(self, to: str, body: str) -> None:
        """Send a text to one of the account's numbers."""
        incoming(self.world, self.number, e164(to), body, self.inbox)

    def _must_ring(self) -> Leg:
        leg = self.ringing
        if leg is None:
            raise RuntimeError(f"rien ne sonne au {self.number}")
        return leg


def _check(manner: str) -> None:
    if manner and not _MANNER.fullmatch(manner):
        raise ValueError(f"« {manner} » : choisir parmi {', '.join(MANNERS)} ou answers:1,2")


def behave(leg: Leg, manner: str) -> None:
    """Do with a call that rings what this manner says."""
    name, _, keys = manner.partition(":")
    if name in ("no-answer", "busy", "failed"):
        leg.refuse(name)
    elif name == "voicemail":
        leg.pick_up(by_machine=True)
        attend(leg, ())
    elif name == "answers":
        leg.pick_up()
        if keys:
            attend(leg, tuple(keys.split(",")))


def attend(leg: Leg, keys: tuple[str, ...]) -> None:
    """Press one entry of keys at each question (empty or a dash: none), then stay silent and be cut off."""
    left, silences = list(keys), 0
    while leg.state in ("gathering", "recording"):
        entry = left.pop(0) if left and leg.state == "gathering" else ""
        if entry.strip("-"):
            leg.press(entry)
        elif silences < PATIENCE:
            silences += not entry
            leg.wait()
        else:
            leg.hang_up()


class PhoneExchange:
    """Makes legs and brings them to their telephones."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.phones: dict[str, Phone] = {}
        self.legs: dict[str, Leg] = {}
        self.manner = "manual"  # of telephones that have none of their own
        self.manner_when_dialled = ""  # the same for <Dial>; empty: as above

    def set_manner_when_dialled(self, manner: str) -> None:
        """What <Dial> meets at telephones without a manner; empty: nobody is there, as in a demonstration."""
        _check(manner)
        self.manner_when_dialled = manner or "no-answer"

    def phone(self, number: str) -> Phone:
        """The telephone with that number, written in any usual way."""
        known = e164(number)
        return self.phones.setdefault(known, Phone(self.world, known))

    def new_leg(self, call: Call, offer: Offer | None = None) -> Leg:
        """A leg and its entry in the books."""
        leg = Leg(self.world, call, self, offer)
        self.world.calls[call.sid] = call
        self.legs[call.sid] = leg
        return leg

    def ring(self, leg: Leg) -> None:
        """Bring a call to the telephone it is for."""
        phone = self.phone(leg.to)
        phone.legs.append(leg)
        default = self.manner_when_dialled if leg.direction == "outbound-dial" else ""
        behave(leg, phone.manner or default or self.manner)

"""Calls walked through without a telephone, every step of them held against what must always be true."""

import json
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from directory import phone_numbers
from directory.index import Directory
from ivr.call import Call, DialogueState
from ivr.decision import Decision
from ivr.dialogue import STATE_RULES, decide
from ivr.effects import Effect, JoinTicket, NoteMessage, OpenTicket, PageAgain, SetCaller
from ivr.events import DialEnded, Event, HungUp, Pressed, Rang, Recorded, Silent
from ivr.facts import NOTHING_KNOWN, Facts, TicketFacts
from ivr.steps import Ask, Connect, HangUp, Heard, Say, TakeMessage
from tickets import reference

MAIN, AFTER_HOURS = "+33586077777", "+33536490024"
TEXT_AT_MOST = 4000  # characters; Twilio: 4096
FIRST = reference.compose("NVL", 26, 1)
NEW = reference.compose("NVL", 26, 2)


@dataclass
class Walk:
    """One call, and the tickets that were there before it."""

    book: Directory
    line: str
    caller: str
    at: datetime
    known: tuple[TicketFacts, ...] = ()
    orders: list[Effect] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    moves: set[tuple[DialogueState, DialogueState]] = field(default_factory=set)
    call: Call = field(init=False)

    def __post_init__(self) -> None:
        self.call = Call(sid="CA1", line=self.line, caller=phone_numbers.caller(self.caller), started_at=self.at)
        self.step(Rang())

    def step(self, event: Event) -> Decision:
        """One exchange, as the running line makes it; then everything that must be true of it."""
        before = self.call
        decision = decide(self.book, before, event, self._facts(event), self.at)
        after = self._carried_out(decision)
        self.call = replace(after, ended=before.ended or isinstance(event, HungUp))
        self.orders += decision.orders
        self.heard.append(decision.heard)
        self._check_stage(before, event, decision)
        check_words(decision.heard)
        check_message(decision, after)
        check_kept(self.call)
        if not before.ended and event != DialEnded(talked=False, caller_left=True):
            check_farewell(decision.heard)
        return decision

    def copy(self) -> "Walk":
        """The same call, about to go another way."""
        twin = copy(self)
        twin.orders, twin.heard, twin.moves = list(self.orders), list(self.heard), set()
        return twin

    def plays(self, events: Iterable[Event]) -> "Walk":
        for event in events:
            self.step(event)
        return self

    def _facts(self, event: Event) -> Facts:
        """What the running line would gather: see services/dialogue_facts.py."""
        if self.call.stage is DialogueState.REFERENCE and isinstance(event, Pressed):
            typed = reference.parse(event.keys, "NVL")
            return Facts(followed=next((t for t in self.known if t.reference == typed), None))
        if self.call.stage is DialogueState.FOLLOWED:
            return Facts(followed=next((t for t in self.known if t.reference == self.call.ticket), None))
        typed_code = event.keys if self.call.stage is DialogueState.CODE and isinstance(event, Pressed) else None
        client = self.book.client(typed_code or "") or self.book.client(self.call.client or "")
        if client is None:
            return NOTHING_KNOWN
        return Facts(of_client=tuple(t for t in self.known if t.client == client.code))

    def _carried_out(self, decision: Decision) -> Call:
        call = decision.call
        for order in decision.orders:
            if isinstance(order, OpenTicket):
                call = replace(call, ticket=NEW)
            elif isinstance(order, SetCaller):
                call = replace(call, caller=order.number)
        return call

    def _check_stage(self, before: Call, event: Event, decision: Decision) -> None:
        move = before.stage, decision.call.stage
        if isinstance(event, HungUp):
            assert move[0] is move[1], "hanging up leads nowhere"
            return
        assert move[1] in STATE_RULES[move[0]].leads_to, f"{move} is not declared"
        self.moves.add(move)

    # ---------------------------------------------------------------- what came of it
    @property
    def opened(self) -> list[OpenTicket]:
        return [order for order in self.orders if isinstance(order, OpenTicket)]

    @property
    def paged(self) -> list[OpenTicket]:
        return [order for order in self.opened if order.pages]

    @property
    def is_served(self) -> bool:
        """Somebody is woken for this call, or its loss is known already."""
        return bool(self.paged) or any(isinstance(order, (JoinTicket, PageAgain)) for order in self.orders)

    @property
    def is_eligible(self) -> bool:
        """R10, R11 on what the caller has established: client, entity, loss of a service, option on that day."""
        client = self.book.client(self.call.client or "")
        if client is None or self.call.nature != "service_loss" or self.call.entity is None:
            return False
        day = self.at.astimezone(self.book.zone).date()
        return any(
            c.option_24x7 and c.entity == self.call.entity and c.starts <= day <= (c.until or day)
            for c in client.contracts
        )


# ---------------------------------------------------------------- what is always true
def texts(heard: Heard) -> Iterator[str]:
    return (step.text for step in heard if isinstance(step, (Say, Ask, TakeMessage)))


def check_words(heard: Heard) -> None:
    """Nothing that would make the document no XML, nor a voice stumble."""
    for text in texts(heard):
        ElementTree.fromstring(f"<Say>{escape(text)}</Say>")
        assert text.strip(), "something is said"
        assert "\N{RIGHT SINGLE QUOTATION MARK}" not in text, text
        assert "  " not in text, text
        assert len(text) <= TEXT_AT_MOST


def check_message(decision: Decision, call: Call) -> None:
    """A beep is only ever heard when a ticket is there, and somebody will listen to the message."""
    if any(isinstance(step, TakeMessage) for step in decision.heard):
        assert call.ticket, "a beep without a ticket"
        assert call.stage is DialogueState.MESSAGE


def check_kept(call: Call) -> None:
    """What the database keeps of a call is the whole call."""
    state = json.loads(json.dumps(call.as_json()))
    columns = {name: getattr(call, name) for name in ("sid", "line", "caller", "started_at", "ticket", "ended")}
    assert Call.from_json(state, **columns) == call


def check_farewell(heard: Heard) -> None:
    """Never a bare hang-up: a word comes before it."""
    assert not heard or isinstance(heard[-1], (Ask, TakeMessage, Connect, HangUp)), "the line waits, or ends"
    for before, step in pairwise((None, *heard)):
        assert not isinstance(step, HangUp) or isinstance(before, Say), heard


# ---------------------------------------------------------------- people and machines
def reply(heard: Heard, keys: str) -> Event:
    """What a machine that presses the same keys for ever makes of what it hears."""
    match heard[-1]:
        case Ask():
            return Pressed(keys) if keys else Silent()
        case Connect():
            return DialEnded(talked=False)
        case _:
            return Recorded(20)


def told(walk: Walk) -> bool:
    """Whether a desk or an engineer learns of a message on a ticket that was there before."""
    return any(isinstance(order, (NoteMessage, PageAgain)) for order in walk.orders)

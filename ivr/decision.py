"""What a dialogue rule is given, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from directory.index import Directory
from directory.model import Client, Contract, Entity, Line
from ivr import prompts
from ivr.call import Call, DialogueState
from ivr.effects import Effect
from ivr.facts import Facts, TicketFacts
from ivr.steps import Heard, Step
from oncall.open_pages import ground
from oncall.responsibility import Keeper, keeper, schedule_of

PATIENCE = 20  # turns of a call during which keys may go round in circles


@dataclass(frozen=True, slots=True)
class Decision:
    """The call's next state, what is heard, and what is to be done."""

    call: Call
    heard: Heard
    orders: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueContext:
    """A call in its surroundings at one instant."""

    book: Directory
    call: Call
    facts: Facts
    now: datetime

    def with_(self, **changes: Any) -> Self:
        """The same scene, the call having established more."""
        return type(self)(self.book, self.call.with_(**changes), self.facts, self.now)

    def then(self, stage: DialogueState, *heard: Step, orders: tuple[Effect, ...] = ()) -> Decision:
        """Go on to a stage; counting tries starts anew at another question."""
        tries = self.call.tries if stage is self.call.stage else 0
        return Decision(self.call.with_(stage=stage, tries=tries), heard, orders)

    @property
    def line(self) -> Line:
        return self.book.line(self.call.line)

    @property
    def entity(self) -> Entity | None:
        return self.book.known_entity(self.call.entity)

    @property
    def client(self) -> Client | None:
        return self.book.client(self.call.client) if self.call.client else None

    @property
    def paged(self) -> str:
        """What a caller hears whose ticket pages: that the engineer is told, where there is anybody to tell."""
        found = ground(self.book, self.call.entity or "", self.now)
        return prompts.PAGED if found.reaches_anybody(found.present) else prompts.NOT_PAGED

    def keeper(self, ticket: TicketFacts) -> Keeper | None:
        """Who looks after a ticket now; none of whose page looks for nobody."""
        if ticket.search is None:
            return None
        schedule = schedule_of(self.book, ticket.entity, self.call.line)
        return keeper(ticket.search, schedule, self.now)

    @property
    def covered(self) -> tuple[Contract, ...]:
        """The client's contracts with the option, at the chosen entity, on the day of the call."""
        if self.client is None:
            return ()
        return self.book.covered(self.client, self.book.day(self.call.started_at), self.call.entity)

    @property
    def is_patient(self) -> bool:
        """Whether a question may still be repeated or gone back to without counting as a failure.

        Without an end to it a machine that presses one key for ever would hold the line for ever."""
        return self.call.turns <= PATIENCE

    @property
    def began(self) -> datetime:
        """The call's first moment, in local time: hours are judged there, once."""
        return self.call.started_at.astimezone(self.book.zone)

    @property
    def local_now(self) -> datetime:
        return self.now.astimezone(self.book.zone)

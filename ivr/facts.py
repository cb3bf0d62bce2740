"""What a call's dialogue must know of the tickets: gathered beforehand, plain values."""

from dataclasses import dataclass
from datetime import datetime

from ivr.limits import TRIES
from oncall.responsibility import Search
from tickets.escalations import NOTHING_ASKED, Past
from tickets.states import UNFINISHED, Kind, State


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    reference: str
    kind: Kind = Kind.INCIDENT
    state: State = State.OPEN
    client: str | None = None
    entity: str | None = None
    service: str | None = None
    served: bool = False  # a loss of service that was not refused
    refused: bool = False  # it waits for reopening
    paged: bool = False
    acknowledged_at: datetime | None = None
    due_restore_at: datetime | None = None
    search: Search | None = None  # its page, as long as that looks for somebody
    opened_at: datetime | None = None

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED

    def holds(self, now: datetime) -> bool:
        """Whether the commitment to restore may still be kept."""
        return self.unfinished and self.due_restore_at is not None and now <= self.due_restore_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    of_client: tuple[TicketFacts, ...] = ()  # unfinished tickets of the client on the line
    followed: TicketFacts | None = None  # the one whose reference was typed
    past: Past = NOTHING_ASKED  # its escalations
    worse_at: datetime | None = None  # when « aggravé » last woke somebody for the joined one
    code_tries: int = TRIES  # of this call
    may_wake: bool = True  # without a code, where that wakes at all: not while too many of them do

    def same_loss(self, client: str, entity: str, service: str) -> TicketFacts | None:
        """The ticket about the same service, still unfinished, newest first."""
        return next(
            (
                t
                for t in self.of_client
                if t.served and t.unfinished and (t.client, t.entity, t.service) == (client, entity, service)
            ),
            None,
        )

    def unnamed_loss(self, client: str, entity: str, since: datetime) -> TicketFacts | None:
        """The ticket about a loss whose service nobody has chosen, opened since."""
        unnamed = (t for t in self.of_client if t.served and t.unfinished and not t.service)
        mine = (t for t in unnamed if (t.client, t.entity) == (client, entity))
        return next((t for t in mine if t.opened_at and t.opened_at > since), None)


NOTHING_KNOWN = Facts()

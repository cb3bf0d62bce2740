"""What a client says on its ticket, by mail or on the portal: it ends a wait, and reopens what was restored."""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from directory.levels import Reason
from services import desk_actions
from storage.tickets import journal, summaries
from tickets.history import Deed
from tickets.states import UNFINISHED, State
from tickets.transitions import Action, TransitionRefused

log = structlog.get_logger()


def takes_effect(db: Connection, ticket: str, who: str, now: datetime, **how: int) -> None:
    """`how`: what the event keeps of where it was said."""
    state = State(summaries.row(db, ticket).state)
    wait = journal.last(db, ticket, Deed.WAITING)
    waits_for_them = wait is not None and (wait.details or {}).get("reason", Reason.CLIENT) == Reason.CLIENT
    if state is State.PENDING and waits_for_them:
        desk_actions.act(db, ticket, Action.RESUME, who, now, note="", **how)
    elif state not in UNFINISHED:
        try:
            desk_actions.act(db, ticket, Action.REOPEN, who, now, note="", **how)
        except TransitionRefused:
            log.info("said on a ticket that stays as it is", ticket=ticket, state=state)

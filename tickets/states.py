"""The kinds and states of a ticket, and how they are said."""

from enum import StrEnum


class Kind(StrEnum):
    INCIDENT = "incident"
    INFORMATION_REQUEST = "information_request"
    CHANGE_REQUEST = "change_request"


class State(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"  # waiting for the client, the clock pauses
    RESTORED = "restored"
    CLOSED = "closed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"
    SIZING = "sizing"  # from here on, change requests only
    STUDY = "study"
    PLANNED = "planned"
    DONE = "done"
    REFUSED = "refused"


# A new call about the same service joins a ticket in one of these.
UNFINISHED = frozenset({State.OPEN, State.IN_PROGRESS, State.PENDING})
# Somebody works on it, or waits; a change request has more states of that kind, and no call joins it there.
ONGOING = UNFINISHED | {State.SIZING, State.STUDY, State.PLANNED}
TO_CLOSE = frozenset({State.RESTORED, State.DONE})
# Nothing runs any more; what is only restored, or done, may be reopened.
OVER = frozenset({State.CLOSED, State.ARCHIVED, State.CANCELLED, State.REFUSED})
FINAL = OVER - {State.CLOSED}  # and nothing reopens it

SPOKEN: dict[State, str] = {
    State.OPEN: "ouvert",
    State.IN_PROGRESS: "en cours de traitement",
    State.PENDING: "en attente d'une réponse de votre part",
    State.RESTORED: "rétabli",
    State.CLOSED: "clôturé",
    State.ARCHIVED: "archivé",
    State.CANCELLED: "annulé",
    State.SIZING: "en cours d'évaluation",
    State.STUDY: "à l'étude",
    State.PLANNED: "planifié",
    State.DONE: "réalisé",
    State.REFUSED: "refusé",
}
# Of a question, which is answered.
ANSWERED: dict[State, str] = {State.RESTORED: "répondu"}
# To the support, who is not the one to answer.
WRITTEN = SPOKEN | {State.PENDING: "en attente du client"}


def spoken(kind: str, state: str) -> str:
    """The state of a ticket of that kind, to its client."""
    return _of(kind, state, SPOKEN)


def written(kind: str, state: str) -> str:
    """The same to the support."""
    return _of(kind, state, WRITTEN)


def _of(kind: str, state: str, words: dict[State, str]) -> str:
    own = ANSWERED if kind == Kind.INFORMATION_REQUEST else {}
    return (words | own)[State(state)]

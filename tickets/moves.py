"""What may be done to a ticket: one table for each kind, from its state to the state that follows.

Escalation is beside the state. What is archived is only read: whatever comes later is a ticket of its own, that
follows this one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.sentences import Refused, Sentence, listed
from tickets.states import UNFINISHED, WRITTEN, Kind, State

REOPENS_WITHIN = timedelta(days=7)  # since it was restored, or done
NOT_RUNNING = "Seul un incident en cours s'escalade : pour le reste, écrivez sur le ticket."


class Act(StrEnum):
    TAKE = "take"
    GIVE_BACK = "give_back"
    HAND_OVER = "hand_over"  # to a colleague, who is told; or to oneself, and whoever had it is told
    QUALIFY = "qualify"
    WAIT = "wait"
    RESUME = "resume"
    RESTORE = "restore"  # answered, where a question was asked
    REOPEN = "reopen"
    CLOSE = "close"
    REVISE = "revise"  # the closing is taken back, before it is archived
    ARCHIVE = "archive"
    CANCEL = "cancel"
    SIZE_MINOR = "size_minor"  # from here on, change requests only
    SIZE_MAJOR = "size_major"
    PLAN = "plan"
    START = "start"
    COMPLETE = "complete"
    REFUSE = "refuse"


DONE_BY: dict[Act, str] = {
    Act.TAKE: "prendre",
    Act.GIVE_BACK: "rendre",
    Act.HAND_OVER: "confier",
    Act.QUALIFY: "qualifier",
    Act.WAIT: "mettre en attente",
    Act.RESUME: "reprendre",
    Act.RESTORE: "rétablir",
    Act.REOPEN: "rouvrir",
    Act.CLOSE: "clôturer",
    Act.REVISE: "revenir sur la clôture",
    Act.ARCHIVE: "archiver",
    Act.CANCEL: "annuler",
    Act.SIZE_MINOR: "évaluer comme mineure",
    Act.SIZE_MAJOR: "évaluer comme majeure",
    Act.PLAN: "planifier",
    Act.START: "commencer",
    Act.COMPLETE: "réaliser",
    Act.REFUSE: "refuser",
}

Moves = Mapping[Act, Mapping[State, State]]


def _staying(*states: State) -> dict[State, State]:
    return {state: state for state in states}


def _all_to(state: State, *states: State) -> dict[State, State]:
    return dict.fromkeys(states, state)


S = State
_DISTURBANCE: Moves = {
    Act.TAKE: _all_to(S.IN_PROGRESS, S.OPEN),
    Act.GIVE_BACK: _all_to(S.OPEN, S.IN_PROGRESS, S.PENDING),
    Act.HAND_OVER: _staying(S.IN_PROGRESS, S.PENDING),
    Act.QUALIFY: _staying(S.OPEN, S.IN_PROGRESS, S.PENDING, S.RESTORED),
    Act.WAIT: _all_to(S.PENDING, S.IN_PROGRESS),
    Act.RESUME: _all_to(S.IN_PROGRESS, S.PENDING),
    Act.RESTORE: _all_to(S.RESTORED, S.IN_PROGRESS, S.PENDING),
    Act.REOPEN: _all_to(S.IN_PROGRESS, S.RESTORED, S.CLOSED),
    Act.CLOSE: _all_to(S.CLOSED, S.RESTORED),
    Act.REVISE: _all_to(S.RESTORED, S.CLOSED),
    Act.ARCHIVE: _all_to(S.ARCHIVED, S.CLOSED),
    Act.CANCEL: _all_to(S.CANCELLED, S.OPEN, S.IN_PROGRESS, S.PENDING),
}
_CHANGE: Moves = {
    Act.TAKE: _all_to(S.SIZING, S.OPEN),
    Act.GIVE_BACK: _all_to(S.OPEN, S.SIZING),
    Act.HAND_OVER: _staying(S.SIZING, S.STUDY, S.PLANNED, S.IN_PROGRESS, S.PENDING),
    Act.QUALIFY: _staying(S.OPEN, S.SIZING, S.STUDY, S.PLANNED, S.IN_PROGRESS, S.PENDING, S.DONE),
    Act.SIZE_MINOR: _all_to(S.IN_PROGRESS, S.SIZING),
    Act.SIZE_MAJOR: _all_to(S.STUDY, S.SIZING),
    Act.PLAN: {S.STUDY: S.PLANNED, S.PLANNED: S.PLANNED},  # a schedule may be sent again
    Act.START: _all_to(S.IN_PROGRESS, S.PLANNED),
    Act.WAIT: _all_to(S.PENDING, S.IN_PROGRESS),
    Act.RESUME: _all_to(S.IN_PROGRESS, S.PENDING),
    Act.COMPLETE: _all_to(S.DONE, S.IN_PROGRESS, S.PENDING),
    Act.REOPEN: _all_to(S.IN_PROGRESS, S.DONE, S.CLOSED),
    Act.CLOSE: _all_to(S.CLOSED, S.DONE),
    Act.REVISE: _all_to(S.DONE, S.CLOSED),
    Act.ARCHIVE: _all_to(S.ARCHIVED, S.CLOSED, S.REFUSED),
    Act.REFUSE: _all_to(S.REFUSED, S.SIZING, S.STUDY),
    Act.CANCEL: _all_to(S.CANCELLED, S.OPEN, S.SIZING, S.STUDY, S.PLANNED, S.IN_PROGRESS, S.PENDING),
}
MOVES: dict[Kind, Moves] = {
    Kind.INCIDENT: _DISTURBANCE,
    Kind.INFORMATION_REQUEST: _DISTURBANCE,
    Kind.CHANGE_REQUEST: _CHANGE,
}


class Impossible(Refused):
    """The act is not to be done."""


def after(kind: Kind, state: State, act: Act, now: datetime | None = None, ended_at: datetime | None = None) -> State:
    """The state that follows. Raises Impossible.

    `ended_at`: when the ticket was last restored, or done; with `now` it decides whether it may still be reopened."""
    found = MOVES[kind].get(act, {}).get(state)
    if found is None:
        raise Impossible(_why_not(kind, state, act))
    if act is Act.REOPEN and now and ended_at and now - ended_at > REOPENS_WITHIN:
        raise Impossible(
            "Ce ticket est terminé depuis plus de %(days)s jours : ouvrez-en un autre, qui le suit.",
            days=REOPENS_WITHIN.days,
        )
    return found


def possible(kind: Kind, state: State) -> tuple[Act, ...]:
    """What may be done in that state, in the order of the table."""
    return tuple(act for act, states in MOVES[kind].items() if state in states)


def may_escalate(kind: Kind, state: State) -> bool:
    """An interruption that is not repaired: noted while its commitment holds, then told to the hierarchy."""
    return kind is Kind.INCIDENT and state in UNFINISHED


def requalified(kind: Kind, state: State, new: Kind) -> State:
    """The state of a ticket that turns out to be of another kind: its reference and its instants stay.

    Raises Impossible when work has gone too far for the other kind's table."""
    if kind == new or MOVES[kind] is MOVES[new]:
        return after(kind, state, Act.QUALIFY)
    becomes = {S.OPEN: S.OPEN, S.IN_PROGRESS: S.SIZING} if new is Kind.CHANGE_REQUEST else {
        S.OPEN: S.OPEN, S.SIZING: S.IN_PROGRESS,
    }  # fmt: skip
    if state not in becomes:
        raise Impossible(
            "Le ticket est %(state)s : sa nature ne peut plus changer. Ouvrez-en un autre.",
            state=Sentence(WRITTEN[state]),
        )
    return becomes[state]


def _why_not(kind: Kind, state: State, act: Act) -> Sentence:
    if state is S.ARCHIVED:
        return Sentence("Ce ticket est archivé, il se lit seulement : ouvrez-en un autre, qui le suit.")
    if act not in MOVES[kind]:
        return Sentence("« %(act)s » n'existe pas pour ce genre de ticket.", act=Sentence(DONE_BY[act]))
    known = [DONE_BY[each] for each in possible(kind, state)] or ["rien"]
    return Sentence(
        "Le ticket est %(state)s : « %(act)s » n'est pas possible. Possible : %(known)s.",
        state=Sentence(WRITTEN[state]), act=Sentence(DONE_BY[act]), known=listed(known),
    )  # fmt: skip

"""What may be done to a ticket: one table for each kind, from its state to the state that follows.

Escalation is beside the state. What is archived is only read: whatever comes later is a ticket of its own, that
follows this one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.states import UNFINISHED, WRITTEN, Kind, State
from translatable import Message, Refused, listed

REOPENS_WITHIN = timedelta(days=7)  # since it was restored, or done
NOT_RUNNING = "Seul un incident en cours s'escalade : pour le reste, écrivez sur le ticket."


class Action(StrEnum):
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


DONE_BY: dict[Action, str] = {
    Action.TAKE: "prendre",
    Action.GIVE_BACK: "rendre",
    Action.HAND_OVER: "confier",
    Action.QUALIFY: "qualifier",
    Action.WAIT: "mettre en attente",
    Action.RESUME: "reprendre",
    Action.RESTORE: "rétablir",
    Action.REOPEN: "rouvrir",
    Action.CLOSE: "clôturer",
    Action.REVISE: "revenir sur la clôture",
    Action.ARCHIVE: "archiver",
    Action.CANCEL: "annuler",
    Action.SIZE_MINOR: "évaluer comme mineure",
    Action.SIZE_MAJOR: "évaluer comme majeure",
    Action.PLAN: "planifier",
    Action.START: "commencer",
    Action.COMPLETE: "réaliser",
    Action.REFUSE: "refuser",
}

Transitions = Mapping[Action, Mapping[State, State]]


def _staying(*states: State) -> dict[State, State]:
    return {state: state for state in states}


def _all_to(state: State, *states: State) -> dict[State, State]:
    return dict.fromkeys(states, state)


S = State
_DISTURBANCE: Transitions = {
    Action.TAKE: _all_to(S.IN_PROGRESS, S.OPEN),
    Action.GIVE_BACK: _all_to(S.OPEN, S.IN_PROGRESS, S.PENDING),
    Action.HAND_OVER: _staying(S.IN_PROGRESS, S.PENDING),
    Action.QUALIFY: _staying(S.OPEN, S.IN_PROGRESS, S.PENDING, S.RESTORED),
    Action.WAIT: _all_to(S.PENDING, S.IN_PROGRESS),
    Action.RESUME: _all_to(S.IN_PROGRESS, S.PENDING),
    Action.RESTORE: _all_to(S.RESTORED, S.IN_PROGRESS, S.PENDING),
    Action.REOPEN: _all_to(S.IN_PROGRESS, S.RESTORED, S.CLOSED),
    Action.CLOSE: _all_to(S.CLOSED, S.RESTORED),
    Action.REVISE: _all_to(S.RESTORED, S.CLOSED),
    Action.ARCHIVE: _all_to(S.ARCHIVED, S.CLOSED),
    Action.CANCEL: _all_to(S.CANCELLED, S.OPEN, S.IN_PROGRESS, S.PENDING),
}
_CHANGE: Transitions = {
    Action.TAKE: _all_to(S.SIZING, S.OPEN),
    Action.GIVE_BACK: _all_to(S.OPEN, S.SIZING),
    Action.HAND_OVER: _staying(S.SIZING, S.STUDY, S.PLANNED, S.IN_PROGRESS, S.PENDING),
    Action.QUALIFY: _staying(S.OPEN, S.SIZING, S.STUDY, S.PLANNED, S.IN_PROGRESS, S.PENDING, S.DONE),
    Action.SIZE_MINOR: _all_to(S.IN_PROGRESS, S.SIZING),
    Action.SIZE_MAJOR: _all_to(S.STUDY, S.SIZING),
    Action.PLAN: {S.STUDY: S.PLANNED, S.PLANNED: S.PLANNED},  # a schedule may be sent again
    Action.START: _all_to(S.IN_PROGRESS, S.PLANNED),
    Action.WAIT: _all_to(S.PENDING, S.IN_PROGRESS),
    Action.RESUME: _all_to(S.IN_PROGRESS, S.PENDING),
    Action.COMPLETE: _all_to(S.DONE, S.IN_PROGRESS, S.PENDING),
    Action.REOPEN: _all_to(S.IN_PROGRESS, S.DONE, S.CLOSED),
    Action.CLOSE: _all_to(S.CLOSED, S.DONE),
    Action.REVISE: _all_to(S.DONE, S.CLOSED),
    Action.ARCHIVE: _all_to(S.ARCHIVED, S.CLOSED, S.REFUSED),
    Action.REFUSE: _all_to(S.REFUSED, S.SIZING, S.STUDY),
    Action.CANCEL: _all_to(S.CANCELLED, S.OPEN, S.SIZING, S.STUDY, S.PLANNED, S.IN_PROGRESS, S.PENDING),
}
TRANSITIONS: dict[Kind, Transitions] = {
    Kind.INCIDENT: _DISTURBANCE,
    Kind.INFORMATION_REQUEST: _DISTURBANCE,
    Kind.CHANGE_REQUEST: _CHANGE,
}


class TransitionRefused(Refused):
    """The act is not to be done."""


def after(
    kind: Kind, state: State, act: Action, now: datetime | None = None, ended_at: datetime | None = None
) -> State:
    """The state that follows. Raises TransitionRefused.

    `ended_at`: when the ticket was last restored, or done; with `now` it decides whether it may still be reopened."""
    found = TRANSITIONS[kind].get(act, {}).get(state)
    if found is None:
        raise TransitionRefused(_why_not(kind, state, act))
    if act is Action.REOPEN and now and ended_at and now - ended_at > REOPENS_WITHIN:
        raise TransitionRefused(
            "Ce ticket est terminé depuis plus de %(days)s jours : ouvrez-en un autre, qui le suit.",
            days=REOPENS_WITHIN.days,
        )
    return found


def possible(kind: Kind, state: State) -> tuple[Action, ...]:
    """What may be done in that state, in the order of the table."""
    return tuple(act for act, states in TRANSITIONS[kind].items() if state in states)


def may_escalate(kind: Kind, state: State) -> bool:
    """An interruption that is not repaired: noted while its commitment holds, then told to the hierarchy."""
    return kind is Kind.INCIDENT and state in UNFINISHED


def requalified(kind: Kind, state: State, new: Kind) -> State:
    """The state of a ticket that turns out to be of another kind: its reference and its instants stay.

    Raises TransitionRefused when work has gone too far for the other kind's table."""
    if kind == new or TRANSITIONS[kind] is TRANSITIONS[new]:
        return after(kind, state, Action.QUALIFY)
    becomes = {S.OPEN: S.OPEN, S.IN_PROGRESS: S.SIZING} if new is Kind.CHANGE_REQUEST else {
        S.OPEN: S.OPEN, S.SIZING: S.IN_PROGRESS,
    }  # fmt: skip
    if state not in becomes:
        raise TransitionRefused(
            "Le ticket est %(state)s : sa nature ne peut plus changer. Ouvrez-en un autre.",
            state=Message(WRITTEN[state]),
        )
    return becomes[state]


def _why_not(kind: Kind, state: State, act: Action) -> Message:
    if state is S.ARCHIVED:
        return Message("Ce ticket est archivé, il se lit seulement : ouvrez-en un autre, qui le suit.")
    if act not in TRANSITIONS[kind]:
        return Message("« %(act)s » n'existe pas pour ce genre de ticket.", act=Message(DONE_BY[act]))
    known = [DONE_BY[each] for each in possible(kind, state)] or ["rien"]
    return Message(
        "Le ticket est %(state)s : « %(act)s » n'est pas possible. Possible : %(known)s.",
        state=Message(WRITTEN[state]), act=Message(DONE_BY[act]), known=listed(known),
    )  # fmt: skip

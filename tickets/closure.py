"""The end of a ticket: a closure report, the mail that takes it to the client, then the archive, in that order.

Each step can be taken back until the next one has been done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tickets.sla import Clock, Commitment, Durations
from tickets.states import Kind
from tickets.transitions import TransitionRefused
from translatable import listed

ARCHIVED_AFTER = timedelta(days=7)  # a closed ticket that nobody takes back archives itself


class Part(StrEnum):
    """What a person writes of a report; codes are the report's own fields."""

    CAUSE = "cause"
    ACTIONS = "actions"
    PREVENTION = "prevention"


PARTS: dict[Part, str] = {
    Part.CAUSE: "cause",
    Part.ACTIONS: "actions menées",
    Part.PREVENTION: "prévention",
}
# Of a question: what was answered, and what is worth remembering.
ANSWER: dict[Part, str] = {Part.ACTIONS: "réponse", Part.PREVENTION: "à retenir"}
# A question or a change has no cause to find, and nothing to prevent.
NEEDED: dict[Kind, Collection[Part]] = {
    Kind.INCIDENT: tuple(Part),
    Kind.INFORMATION_REQUEST: (Part.ACTIONS,),
    Kind.CHANGE_REQUEST: (Part.ACTIONS,),
}


class MailState(StrEnum):
    """How far a mail has come."""

    QUEUED = "queued"
    SENDING = "sending"  # its server is being told, or was when we were stopped
    SENT = "sent"  # its server has taken it
    REFUSED = "refused"  # and never will
    BOUNCED = "bounced"  # it came back
    WITHDRAWN = "withdrawn"  # before it left


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A closure report; figures are those of the moment it was closed, and frozen with it."""

    cause: str = ""
    actions: str = ""
    prevention: str = ""
    restored_at: datetime | None = None
    durations: Durations | None = None  # none without a level
    kept: Mapping[Clock, bool] | None = None  # each commitment that was made


def parts(kind: Kind) -> dict[Part, str]:
    """What is asked for, and how it is called, in the report of a ticket of that kind."""
    return ANSWER if kind is Kind.INFORMATION_REQUEST else PARTS


def lacking(kind: Kind, report: Report) -> tuple[Part, ...]:
    """What is still to be written before the ticket can be closed."""
    return tuple(part for part in Part if part in NEEDED[kind] and not getattr(report, part).strip())


def closable(kind: Kind, report: Report, recipients: Collection[str], waived: str) -> None:
    """Raises TransitionRefused unless the report is whole, and the client's address known or waived with a reason."""
    if absent := lacking(kind, report):
        written = listed(parts(kind)[part] for part in absent)
        raise TransitionRefused("Le bilan n'est pas complet, il manque : %(parts)s.", parts=written)
    if not recipients and not waived:
        raise TransitionRefused(
            "Aucune adresse du client n'est connue : donnez-en une, ou dites pourquoi le bilan part sans courriel."
        )


def archivable(mails: Mapping[str, MailState], waived: str) -> None:
    """Raises TransitionRefused unless the closing mail has been taken by its server, or was waived.

    `mails`: those of the last closing, by recipient."""
    lost = [to for to, state in mails.items() if state in (MailState.REFUSED, MailState.BOUNCED)]
    if lost:
        raise TransitionRefused(
            "Le courriel de clôture n'est pas arrivé (%(lost)s) :"
            " revenez sur la clôture, et refermez le ticket avec une autre adresse.",
            lost=", ".join(lost),
        )
    if any(state is not MailState.SENT for state in mails.values()):
        raise TransitionRefused("Le courriel de clôture n'est pas encore parti : réessayez quand il le sera.")
    if not mails and not waived:
        raise TransitionRefused(
            "Le client n'a pas été informé de la clôture : revenez sur elle, et refermez le ticket."
        )


def commitments_kept(promises: Mapping[Clock, Commitment | None]) -> dict[Clock, bool]:
    return {clock: not promise.broken for clock, promise in promises.items() if promise}

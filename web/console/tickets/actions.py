"""What a form of the ticket's page does: one function each, all of them told who, when and what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row

from directory import phone_numbers
from directory.index import Directory
from directory.levels import Reason
from directory.local_time import instant, is_skipped
from directory.phone_numbers import BadNumber
from notifications.texts import Way
from oncall.escalation import HandOn
from services import (
    acknowledgement,
    change_requests,
    closing,
    desk_actions,
    hierarchy_escalation,
    open_ticket,
    qualification,
    reassignment,
)
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.tickets import deduplication, legal_holds, summaries
from tickets.closure import Part
from tickets.escalations import Answer, Asker, Wish
from tickets.qualification import WRITTEN
from tickets.states import OVER, Kind, State
from tickets.transitions import NOT_RUNNING, Action, TransitionRefused
from translatable import Message
from web.console.moments import SKIPPED
from web.params import wall_clock
from web.signin.user_store import Person

LONGEST = 5_000  # characters of a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Somebody does something to a ticket, in one transaction."""

    db: Connection
    book: Directory
    ticket: str
    person: Person
    now: datetime
    form: Mapping[str, str]
    several: Callable[[str], list[str]]
    where: str  # the address of its page

    @property
    def who(self) -> str:
        return self.person.who

    def text(self, name: str, at_most: int = LONGEST) -> str:
        return self.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:at_most]

    def needed(self, name: str, said: str) -> str:
        """Raises TransitionRefused, with that sentence, when nothing was typed."""
        if not self.text(name):
            raise TransitionRefused(said)
        return self.text(name)

    def do(self, deed: Action, **details: Any) -> None:
        desk_actions.act(self.db, self.ticket, deed, self.who, self.now, note=self.text("note"), **details)


def _take(it: Doing) -> str:
    holder = acknowledgement.pick_up(it.db, it.ticket, it.who, "desk", it.now)
    if holder.engineer != it.who:
        raise TransitionRefused("Ce ticket est déjà pris par quelqu'un d'autre.")
    return "Vous avez le ticket."


def _take_over(it: Doing) -> str:
    reassignment.take_over(it.db, it.book, it.ticket, it.who, it.now)
    return "Vous avez le ticket."


def _give(it: Doing) -> str:
    reassignment.give(
        it.db, it.book, it.ticket, it.who, it.text("to", 60), it.now, where=it.where, why=it.text("why", 200)
    )  # fmt: skip
    return "Ticket confié : la personne est prévenue."


def _pass_on(it: Doing) -> str:
    handed = acknowledgement.escalate(it.db, it.ticket, it.who, "desk", it.now, it.text("why", 200))
    if handed is HandOn.REFUSED:
        raise TransitionRefused("Ce ticket n'est pas à vous, ou personne n'est réveillé pour lui.")
    return "La personne suivante est réveillée."


def _note(it: Doing) -> str:
    said = it.needed("text", "Écrivez la remarque.")
    desk_actions.remark(it.db, it.ticket, it.who, it.now, said, public="public" in it.form)
    return "Remarque ajoutée."


def _wait(it: Doing) -> str:
    reason = it.text("reason")
    if reason not in list(Reason):
        raise TransitionRefused("Dites ce que le ticket attend.")
    it.do(Action.WAIT, reason=reason)
    return "Le ticket attend."


def _simply(deed: Action, said: str) -> Callable[[Doing], str]:
    def act(it: Doing) -> str:
        it.do(deed)
        return said

    return act


def _restore(it: Doing) -> str:
    it.do(Action.RESTORE)
    is_question = summaries.row(it.db, it.ticket).kind == Kind.INFORMATION_REQUEST
    return "Répondu. Il reste à clôturer." if is_question else "Rétabli. Le bilan peut s'écrire."


def _cancel(it: Doing) -> str:
    it.do(Action.CANCEL, why=it.needed("why", "Dites pourquoi le ticket est annulé."))
    return "Ticket annulé."


def _qualify(it: Doing) -> str:
    said: dict[str, Any] = {name: it.text(name) for name in ("client", "entity", "service", "kind", *WRITTEN)}
    said = {name: value for name, value in said.items() if value}
    if said.get("kind") and said["kind"] not in list(Kind):
        raise TransitionRefused("Ce genre de ticket n'existe pas.")
    if sites := it.several("sites"):
        said["sites"] = sites
    if number := it.text("caller"):
        try:
            said["caller"] = phone_numbers.parse(number)
        except BadNumber as fault:
            raise TransitionRefused("%(fault)s.", fault=fault.said) from fault
    if not said:
        raise TransitionRefused("Rien n'a été rempli.")
    qualification.qualify(it.db, it.book, it.ticket, it.who, it.now, said)
    return "Ticket qualifié."


def _report(it: Doing) -> str:
    said = {part: it.text(part) for part in Part if part in it.form}
    closing.write(it.db, it.ticket, it.who, it.now, said)
    is_question = summaries.row(it.db, it.ticket).kind == Kind.INFORMATION_REQUEST
    return "Réponse enregistrée." if is_question else "Bilan enregistré."


def _close(it: Doing) -> str:
    to = [address for address in it.text("to").replace(",", " ").replace(";", " ").split() if "@" in address]
    closing.close(it.db, it.book, it.ticket, it.who, it.now, to=to, waived=it.text("waived", 200))
    return "Ticket clôturé, le bilan part au client." if not it.text("waived") else "Ticket clôturé, sans courriel."


def _revise(it: Doing) -> str:
    closing.revise(it.db, it.ticket, it.who, it.now)
    return "La clôture est reprise."


def _archive(it: Doing) -> str:
    closing.archive(it.db, it.ticket, it.who, it.now)
    return "Ticket archivé."


def _size(it: Doing) -> str:
    if it.text("size") == change_requests.MAJOR:
        change_requests.size_major(it.db, it.book, it.ticket, it.who, it.now, it.text("manager", 200))
    else:
        level = it.text("support_level")
        change_requests.size_minor(it.db, it.book, it.ticket, it.who, it.now, int(level) if level in ("1", "2") else 0)
    return "Demande évaluée."


def _study(it: Doing) -> str:
    change_requests.study(it.db, it.ticket, it.who, it.now, it.needed("text", "Écrivez l'étude."), it.text("summary"))
    return "Étude enregistrée."


def _plan(it: Doing) -> str:
    starts, until = _moment(it, "starts"), _moment(it, "until")
    change_requests.plan(it.db, it.book, it.ticket, it.who, it.now, starts, until, it.text("text"))
    return "Le planning part au client."


def _refuse(it: Doing) -> str:
    change_requests.refuse(it.db, it.book, it.ticket, it.who, it.now, it.text("why", 500))
    return "Refus envoyé au client."


def _follow(it: Doing) -> str:
    opened = open_ticket.following(it.db, it.book, it.ticket, it.who, it.now, it.text("text"))
    return Message("Ouvert : %(ticket)s.", ticket=opened)


def _escalate(it: Doing) -> str:
    wish = Wish(asker=Asker.STAFF, seen=hierarchy_escalation.seen(it.db, it.ticket, it.text("seen")))
    asked = hierarchy_escalation.Request(
        way=Way.CONSOLE, wish=wish, by=accounts.names(it.db, it.book).get(it.who, it.who),
        event=f"console-{token_hex(4)}", how={"by": it.who},
    )  # fmt: skip
    outcome = hierarchy_escalation.escalate(it.db, it.book, it.ticket, asked, it.now)
    match outcome.answer:
        case Answer.REFUSED:
            raise TransitionRefused(NOT_RUNNING)
        case Answer.AGAIN:
            raise TransitionRefused("C'est déjà fait : voyez quand, et auprès de qui.")
        case Answer.TOLD:
            return "La hiérarchie est prévenue."
    return "Noté : le délai court encore." if outcome.due_at else "Noté : le ticket attend la réouverture."


def _hold(it: Doing) -> str:
    legal_holds.hold(it.db, it.ticket, it.who, it.needed("why", "Dites pourquoi : un litige, un assureur."), it.now)
    return "Rien ne sera effacé de ce ticket."


def _release(it: Doing) -> str:
    legal_holds.release(it.db, it.ticket, it.who, it.now)
    return "Le ticket n'est plus conservé exprès."


def _moment(it: Doing, name: str) -> datetime:
    """A date and a time of day, by the clock of the line. Raises TransitionRefused."""
    wall = wall_clock(it.text(f"{name}_day"), it.text(f"{name}_time"))
    if wall is None:
        raise TransitionRefused("Donnez la date et l'heure du début et de la fin.")
    if is_skipped(wall, it.book.organisation.timezone):
        raise TransitionRefused(SKIPPED)
    return instant(wall, it.book.organisation.timezone)


ACTS: Mapping[str, Callable[[Doing], str]] = {
    "take": _take,
    "takeover": _take_over,
    "give": _give,
    "pass": _pass_on,
    "note": _note,
    "wait": _wait,
    "resume": _simply(Action.RESUME, "Le travail reprend."),
    "restore": _restore,
    "reopen": _simply(Action.REOPEN, "Ticket rouvert."),
    "cancel": _cancel,
    "qualify": _qualify,
    "report": _report,
    "close": _close,
    "revise": _revise,
    "archive": _archive,
    "size": _size,
    "study": _study,
    "plan": _plan,
    "start": _simply(Action.START, "La modification commence."),
    "complete": _simply(Action.COMPLETE, "La modification est faite."),
    "refuse": _refuse,
    "follow": _follow,
    "escalate": _escalate,
    "hold": _hold,
    "release": _release,
}
# What adds something each time; the state of the ticket refuses the second of the others.
TWICE = {"note": "Remarque ajoutée.", "follow": "C'est déjà ouvert.", "study": "Étude enregistrée."}
# What goes on with a ticket: done to somebody else's, it is meant.
OF_HOLDERS = frozenset(
    {"give", "wait", "resume", "restore", "cancel", "size", "study", "plan", "start", "complete", "refuse"}
)
ENDED = OVER | {State.RESTORED, State.DONE}
OF_ADMINS = frozenset({"hold", "release"})


def carry_out(it: Doing, deed: str) -> str:
    """What is said of it. Raises TransitionRefused."""
    row = summaries.row(it.db, it.ticket)
    if deed in OF_HOLDERS and "sure" not in it.form and is_anothers(row, it.who):
        raise TransitionRefused("Quelqu'un d'autre a ce ticket : cochez que vous le faites à sa place.")
    return TWICE[deed] if _is_repeated(it, deed) else ACTS[deed](it)


def is_anothers(ticket: Row[Any], who: str) -> bool:
    """Whether somebody else works on it."""
    return bool(ticket.acknowledged_by) and ticket.acknowledged_by != who and ticket.state not in ENDED


def _is_repeated(it: Doing, deed: str) -> bool:
    """The same words once more: the button was pressed twice."""
    if deed not in TWICE:
        return False
    said = (f"{name}={it.text(name)}" for name in sorted(it.form) if name != "csrf_token")
    return deduplication.again(it.db, it.now, it.person.who, deed, it.ticket, *said)


def may(person: Person, deed: str) -> bool:
    return deed not in OF_ADMINS or Role.ADMIN in person.held

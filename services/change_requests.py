"""Change requests: sized, studied by a project manager, planned with the client, done or refused; nobody is woken."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from directory.index import Directory
from notifications import client_mails
from services import closing, desk_actions, qualification
from storage.mail import mail_outbox
from storage.models import Change
from storage.tickets import journal, sla_clocks, summaries
from tickets.commitments import contract_of
from tickets.journal import plain
from tickets.states import Kind, State
from tickets.transitions import Action, TransitionRefused, possible
from translatable import Message

MINOR, MAJOR = "minor", "major"
LEVELS = (1, 2)  # of support


def size_minor(db: Connection, book: Directory, ticket: str, who: str, now: datetime, support_level: int) -> State:
    """To the hotline, level 1 or 2; work begins. Raises TransitionRefused."""
    if support_level not in LEVELS:
        raise TransitionRefused("Une modification mineure va au niveau de support 1 ou 2.")
    _covered(db, book, ticket)
    state = desk_actions.act(db, ticket, Action.SIZE_MINOR, who, now, size=MINOR, support_level=support_level)
    _keep(db, ticket, size=MINOR, support_level=support_level)
    return state


def size_major(db: Connection, book: Directory, ticket: str, who: str, now: datetime, manager: str) -> State:
    """To a project manager, who studies it. Raises TransitionRefused."""
    if not manager.strip():
        raise TransitionRefused("Une modification majeure demande un chef de projet : dites qui.")
    _covered(db, book, ticket)
    state = desk_actions.act(db, ticket, Action.SIZE_MAJOR, who, now, size=MAJOR, manager=manager)
    _keep(db, ticket, size=MAJOR, manager=manager)
    return state


def study(db: Connection, ticket: str, who: str, now: datetime, text: str, summary: str = "") -> None:
    """What the project manager has found; again, when there is more. Raises TransitionRefused.

    `summary`: what of it the client reads."""
    sla_clocks.lock_clock(db, ticket)
    if summaries.row(db, ticket).state not in (State.STUDY, State.PLANNED):
        raise TransitionRefused("Une étude s'écrit pendant qu'une modification majeure est étudiée ou planifiée.")
    _keep(db, ticket, study=text)
    journal.note(db, ticket, "studied", who, now, {"text": text, **({"summary": summary} if summary else {})})


def summary(db: Connection, ticket: str) -> str:
    """What the client reads of the study, as it was said last."""
    said = [plain(event.details).get("summary") for event in journal.of_ticket(db, ticket) if event.kind == "studied"]
    return str(next(filter(None, reversed(said)), ""))


def plan(
    db: Connection,
    book: Directory,
    ticket: str,
    who: str,
    now: datetime,
    starts: datetime,
    until: datetime,
    text: str = "",
) -> State:
    """The schedule goes to the client in the same commit; again, when it has changed. Raises TransitionRefused."""
    if until <= starts:
        raise TransitionRefused("La fin du planning doit suivre son début.")
    sla_clocks.lock_clock(db, ticket)
    row = summaries.row(db, ticket)
    addresses = closing.addresses_of(book, row)
    if Action.PLAN in possible(Kind(row.kind), State(row.state)):  # else the table says why not
        _plannable(find(db, ticket), addresses)
    span = {"starts": starts.isoformat(), "until": until.isoformat()}
    state = desk_actions.act(db, ticket, Action.PLAN, who, now, to=list(addresses), text=text, **span)
    times = find(db, ticket).plans + 1
    _keep(db, ticket, starts=starts, until=until, schedule=text, plans=times)
    letter = client_mails.schedule(summaries.about(book, row), starts, until, text, times, book)
    for nth, address in enumerate(addresses):
        mail_outbox.of_ticket(db, ticket, f"planning-{times}-{nth}", address, letter, now)
    return state


def _plannable(change: Row[Any], addresses: Sequence[str]) -> None:
    if not change.study:
        raise TransitionRefused("Le planning vient après l'étude : écrivez-la d'abord.")
    if not addresses:
        raise TransitionRefused(
            "Aucune adresse du client n'est connue : qualifiez le ticket avec une personne à informer."
        )


def refuse(db: Connection, book: Directory, ticket: str, who: str, now: datetime, reason: str) -> State:
    """Said to the client in the same commit. Raises TransitionRefused."""
    if not reason.strip():
        raise TransitionRefused("Un refus se motive : le client lit la raison.")
    sla_clocks.lock_clock(db, ticket)
    row = summaries.row(db, ticket)
    state = desk_actions.act(db, ticket, Action.REFUSE, who, now, why=reason)
    for nth, address in enumerate(closing.addresses_of(book, row)):
        letter = client_mails.refusal(summaries.about(book, row), reason, book)
        mail_outbox.of_ticket(db, ticket, f"refus-{nth}", address, letter, now)
    return state


def find(db: Connection, ticket: str) -> Row[Any]:
    """What the change has of its own; entered when it is first asked for."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    blank = dialect.insert(Change).values(ticket=ticket, manager="", study="", schedule="", plans=0)
    db.execute(blank.on_conflict_do_nothing(index_elements=["ticket"]))
    return db.execute(select(Change.__table__).where(Change.ticket == ticket)).one()


def known(db: Connection, ticket: str) -> Row[Any] | None:
    """The same, for whoever only reads; none before anything was kept."""
    return db.execute(select(Change.__table__).where(Change.ticket == ticket)).one_or_none()


def _keep(db: Connection, ticket: str, **values: Any) -> None:
    find(db, ticket)
    db.execute(update(Change).where(Change.ticket == ticket).values(**values))


def _covered(db: Connection, book: Directory, ticket: str) -> None:
    """Whether a contract of the client is about that service; TransitionRefused without one."""
    row = summaries.row(db, ticket)
    about = qualification.About(Kind(row.kind), row.entity, row.client, row.service, row.sites)
    if row.kind == Kind.CHANGE_REQUEST and contract_of(book, about, row.received_at) is None:
        named = f"« {row.service} »" if row.service else Message("la demande")
        raise TransitionRefused(
            "Aucun contrat du client ne couvre %(service)s : qualifiez le ticket, ou refusez la demande.", service=named
        )

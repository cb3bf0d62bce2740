"""Mail inwards: each message read once, and made into a ticket, an answer on one, or nothing but a note.

Kept whole first (jobs.mail_collector), then read by a process of its own (mail.reader); then, in one transaction a
message: known already? ours? a bounce? a robot's? from whom, and is that so? about which ticket? What cannot be
read becomes a ticket all the same, for a person."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row
from sqlalchemy.exc import InterfaceError, OperationalError

from directory.index import Directory
from ivr.effects import Refusal
from jobs.context import Outside
from jobs.engine import ClaimedJob, Lost
from mail import authenticity, identity, mailboxes
from mail.letter import Letter
from notifications import client_mails, mail_senders, texts
from notifications.mail_senders import Sender, Verdict, Withheld
from notifications.texts import Way
from services import client_answers, desk_actions, hierarchy_escalation, open_ticket
from services.open_ticket import Declaration
from storage.mail import inbound_mail as kept
from storage.mail import mail_outbox
from storage.tickets import journal, summaries
from tickets import reference
from tickets.closure import MailState
from tickets.escalations import Asker, Wish
from tickets.history import MAILBOX
from tickets.states import FINAL, Kind

log = structlog.get_logger()
TRIES = 3  # turns after which nothing more is expected of what a mail says
READINGS = 2  # that ended with whoever read: after these, its headers alone are read
HEADERS = READINGS + 1  # and after this one, nothing


class InboundMailHandler:
    def __init__(self, outside: Outside):
        self.outside = outside

    def read(self, turn: ClaimedJob) -> None:
        """Storage or database away, it is tried again for as long as that lasts; what a mail itself makes impossible
        is a ticket without its text: whoever opens it finds the mail in its mailbox."""
        with turn.begin() as (_, row):
            pass
        letter = self._letter(turn, row.readings, self.outside.audio.get(row.place))
        for each in letter.enclosed:  # named by what they hold: kept twice, they are kept once
            self.outside.audio.put(kept.attachment_place(each.content), each.content)
        try:
            self._judge(turn, letter)
        except (Lost, OSError, InterfaceError, OperationalError):
            raise
        except Exception as fault:
            if row.tries < TRIES:
                raise
            log.exception("mail beyond judging", letter=row.id)
            unreadable = f"illisible : {type(fault).__name__}"
            self._judge(turn, replace(letter, text="", fresh="", enclosed=(), incomplete=unreadable))

    def _letter(self, turn: ClaimedJob, begun: int, raw: bytes) -> Letter:
        """Counted before it is begun: whatever dies of it, reader, worker or machine, the count stays."""
        self.outside.reader.start()  # a machine that can start none is no mail's fault
        with turn.begin() as (db, _):
            turn.save(db, readings=begun + 1)
        letter = self._read(begun, raw)
        with turn.begin() as (db, _):
            turn.save(db, readings=begun)
        return letter

    def _read(self, begun: int, raw: bytes) -> Letter:
        if begun < READINGS:
            return self.outside.reader.read(raw)
        known = self.outside.reader.headers(raw) if begun < HEADERS else Letter()
        said = "\n\n".join(filter(None, (known.subject, texts.SET_APART)))
        return replace(known, fresh=said, incomplete=texts.SET_APART, is_apart=True)

    def _judge(self, turn: ClaimedJob, letter: Letter) -> None:
        with turn.begin() as (db, row):
            turn.finish(db, **Reading(self.outside, db, row, letter, turn.now).judge())


class Reading:
    """One message in its transaction; what `judge` returns is kept of it."""

    def __init__(self, outside: Outside, db: Connection, row: Row[Any], letter: Letter, now: datetime):
        self.outside, self.db, self.row, self.letter, self.now = outside, db, row, letter, now
        self.book: Directory = outside.shelf.newest(db)
        self.sender: Sender | None = mail_senders.sender(self.book, letter.sender)
        self.verified = bool(self.sender) and self._is_authentic()
        self.withheld: Withheld | None = None
        self.answered_at: datetime | None = None

    def _is_authentic(self) -> bool:
        """Of two senders nobody vouches for either."""
        return self.letter.is_alone and authenticity.is_authentic(
            self.letter.judged, self._judges(), self.letter.sender
        )

    def _judges(self) -> frozenset[str]:
        settings = self.outside.settings
        boxes = mailboxes.addresses(settings.imap_url)
        return next((box.judges for box in boxes if box.name == self.row.mailbox), frozenset())

    def judge(self) -> dict[str, Any]:
        verdict, ticket, reason = self._judged()
        for each in self.letter.enclosed:  # also of a mail that led to nothing: what nobody names, nobody erases
            kept.enclose(self.db, self.row.id, ticket, each.name, each.type, each.content)
        log.info("mail read", letter=self.row.id, verdict=verdict, ticket=ticket, reason=reason)
        if verdict is Verdict.OPENED and ticket:
            self._receipt(ticket)
        if self.letter.is_apart and verdict not in (Verdict.AGAIN, Verdict.OURS):
            verdict, reason = Verdict.SET_APART, self._apart(ticket)
        return {
            "verdict": verdict, "ticket": ticket, "reason": reason, "answered_at": self.answered_at,
            "withheld": self.withheld or "", "sender": self.letter.sender, "subject": self.letter.subject,
            "text": self.letter.fresh, "verified": self.verified,
        }  # fmt: skip

    def _apart(self, ticket: str | None) -> str:
        """Whoever reads the support's mail is told once, unless the desk was, with a ticket."""
        if ticket is None:
            told = texts.set_apart_mail(self.row.mailbox, self.letter.sender, self.letter.subject)
            to = self.book.organisation.support_email
            mail_outbox.queue(self.db, to, told, f"mis-a-part-{self.row.id}", self.now)
        return self.letter.incomplete

    def _judged(self) -> tuple[Verdict, str | None, str]:
        secret, letter = self.outside.settings.secret_key, self.letter
        before = kept.same(self.db, self.row)
        if before is not None and (before.verified or not self.verified):
            return self._again(before)
        if letter.instance == identity.instance(secret) or identity.read(secret, letter.message_id):
            return Verdict.OURS, None, "notre propre courriel"
        if letter.is_bounce:
            return self._bounce()
        if letter.automatic:
            ticket = self._threaded()
            if ticket is None:
                return Verdict.QUARANTINED, None, letter.automatic
            self._attach(ticket)
            return Verdict.ATTACHED, ticket, letter.automatic
        return self._from_a_person()

    # ---------------------------------------------------------------- nothing new
    def _again(self, before: Row[Any]) -> tuple[Verdict, str | None, str]:
        """Two deliveries of one mail; if only this one came by the hierarchy's address, that still counts, when our
        server vouches for it as well."""
        if self.row.escalation and not before.escalation and before.ticket and self._may_follow(before.ticket):
            self._escalate(before.ticket)
        return Verdict.AGAIN, before.ticket, f"déjà reçu ({before.mailbox})"

    def _bounce(self) -> tuple[Verdict, str | None, str]:
        """One of ours came back: whoever closes the ticket sees so, and its desk. A delay, a delivery or a reading that
        is reported changes nothing."""
        if self.letter.report:
            return Verdict.BOUNCE, None, f"rapport : {self.letter.report}"
        ticket = None
        for written in self.letter.bounced:
            ours = identity.read(self.outside.settings.secret_key, written)
            mail = mail_outbox.find(self.db, ours) if ours else None
            if mail is not None and mail_outbox.mark(self.db, mail.id, MailState.BOUNCED) and mail.ticket:
                ticket = str(mail.ticket)
                told = {"to": mail.recipient, "why": self.letter.subject[:200], "letter": self.row.id}
                journal.note(self.db, ticket, "mail_lost", MAILBOX, self.now, told)
                self._tell_desk(ticket, texts.bounced_mail(self._about(ticket), mail.recipient, mail.subject))
        return Verdict.BOUNCE, ticket, "" if ticket else "rien des nôtres dedans"

    # ---------------------------------------------------------------- a person's
    def _from_a_person(self) -> tuple[Verdict, str | None, str]:
        ticket = self._threaded()
        named = reference.find(self.letter.subject, self.book.organisation.ticket_prefix)
        if ticket is None and named and self._may_follow(named):
            ticket = named
        if ticket and summaries.row(self.db, ticket).state not in FINAL:
            self._attach(ticket)
            self._takes_effect(ticket)
            return Verdict.ATTACHED, ticket, ""
        opened = self._open(follows=ticket)
        perhaps = f"peut-être une réponse à {named}" if named and ticket is None and self._exists(named) else ""
        return Verdict.OPENED, opened, perhaps or self.letter.incomplete

    def _threaded(self) -> str | None:
        """The ticket of the mail that this one answers: one of ours, signed; or one that came in before."""
        for written in self.letter.answers:
            ours = identity.read(self.outside.settings.secret_key, written)
            mail = mail_outbox.find(self.db, ours) if ours else None
            if mail is not None and mail.ticket:
                return str(mail.ticket)
        before = kept.threads(self.db, list(self.letter.answers)) if self.verified else []
        return next((each for each in before if self._may_follow(each)), None)

    def _may_follow(self, ticket: str) -> bool:
        """A reference alone proves nothing: the sender must be of the ticket's client, and be who they say."""
        return self.verified and self._is_theirs(ticket)

    def _is_theirs(self, ticket: str) -> bool:
        found = summaries.find(self.db, ticket)
        return bool(found and self.sender and found.client == self.sender.client.code)

    def _exists(self, ticket: str) -> bool:
        return summaries.find(self.db, ticket) is not None

    # ---------------------------------------------------------------- on a ticket
    def _attach(self, ticket: str) -> None:
        self._note(ticket)
        sender, subject = self.letter.sender, self.letter.subject
        told = texts.written_mail(
            self._about(ticket), sender, subject, self.letter.fresh, is_new=False, verified=self.verified
        )
        if not self.letter.automatic:
            self._tell_desk(ticket, told)

    def _takes_effect(self, ticket: str) -> None:
        """What a client says ends a wait for it, and reopens what was restored; anybody else's is only read."""
        if self._may_follow(ticket):
            client_answers.takes_effect(self.db, ticket, MAILBOX, self.now, letter=self.row.id)
        if self.row.escalation:
            self._escalate(ticket)

    def _escalate(self, ticket: str) -> None:
        wish = Wish(asker=Asker.CLIENT if self._may_follow(ticket) else Asker.UNKNOWN)
        asked = hierarchy_escalation.Request(
            way=Way.MAIL, wish=wish, by=self.letter.sender, event=f"courriel-{self.row.id}",
            how={"letter": self.row.id}, who=MAILBOX,
        )  # fmt: skip
        outcome = hierarchy_escalation.escalate(self.db, self.book, ticket, asked, self.now)
        if wish.asker is Asker.CLIENT and self._may_answer():
            local = outcome.due_at.astimezone(self.book.zone) if outcome.due_at else None
            answer = client_mails.escalation_answer(self.book, ticket, outcome.answer, local)
            self._write(ticket, f"escalade-reponse-{self.row.id}", answer)

    # ---------------------------------------------------------------- a new ticket
    def _open(self, follows: str | None) -> str:
        client = self.sender.client if self.sender else None
        about = mail_senders.proposed(self.book, client, self.row.received_at, self.letter.subject, self.letter.fresh)
        known = about if self.verified else replace(about, service=None)
        said = self.letter.fresh or self.letter.subject or self.letter.incomplete
        declared = Declaration(
            received_at=self.row.received_at,
            kind=known.kind if known.nature else Kind.INCIDENT,
            nature=known.nature,
            refusal=None if self.verified else Refusal.UNVERIFIED,
            verified=self.verified,
            entity=known.entity,
            client=client.code if client else None,
            service=known.service,
            email=self.letter.sender,
            written={"description": said, "contact": self._contact()},
            follows=follows,
        )
        how = {"letter": self.row.id, "proposed": {"service": about.service, "nature": about.nature}}
        ticket = open_ticket.declare(self.db, self.book, declared, self.now, MAILBOX, how, qualifies=False)
        self._note(ticket)
        told = texts.written_mail(
            self._about(ticket), self.letter.sender, self.letter.subject, said, is_new=True, verified=self.verified
        )
        self._tell_desk(ticket, told)
        if self.row.escalation:
            hierarchy = self.book.organisation.escalation_email
            mail_outbox.of_ticket(self.db, ticket, f"escalade-a-qualifier-{self.row.id}", hierarchy, told, self.now)
        return ticket

    def _contact(self) -> str:
        name = (self.sender.name if self.sender else "") or self.letter.sender_name
        return f"{name} <{self.letter.sender}>" if name else self.letter.sender

    def _note(self, ticket: str) -> None:
        """On its ticket, by the letter's number: what it says is kept beside, and may have to be erased."""
        told = {"letter": self.row.id, "verified": self.verified, "enclosed": len(self.letter.enclosed)}
        robot = {"automatic": self.letter.automatic} if self.letter.automatic else {}
        journal.note(self.db, ticket, "mail", MAILBOX, self.now, {**told, **robot})

    # ---------------------------------------------------------------- who is told
    def _may_answer(self) -> bool:
        """By itself, to whoever wrote: asked once, at the end of what locks anything. Why not is kept."""
        self.withheld = self._obstacle()
        self.answered_at = None if self.withheld else self.now
        return self.withheld is None

    def _obstacle(self) -> Withheld | None:
        letter = self.letter
        if not letter.sender or not letter.is_alone or authenticity.is_refused(letter.judged):
            return Withheld.REFUSED
        if letter.silence or letter.automatic:
            return Withheld.UNWANTED
        if letter.incomplete:
            return Withheld.UNREADABLE
        lately = kept.answered(self.db, self.now - mail_senders.ANSWERED_SINCE)
        return mail_senders.ceiling(lately, letter.sender, self.now, verified=self.verified)

    def _receipt(self, ticket: str) -> None:
        """One a ticket; what two desks would send each other for ever stops by itself."""
        if not self._may_answer():
            return
        row = summaries.row(self.db, ticket)
        letter = mail_senders.receipt(
            self.book, ticket, entity=row.entity, client=row.client, asked=self.letter.subject, verified=self.verified,
            ask=not (row.service and row.nature), now=self.now,
        )  # fmt: skip
        self._write(ticket, "accuse", letter)

    def _write(self, ticket: str, event: str, letter: client_mails.Text) -> None:
        """To whoever wrote, as an automatic answer."""
        answers = self.letter.message_id or "<>"
        mail_outbox.of_ticket(self.db, ticket, event, self.letter.sender, letter, self.now, answers=answers)

    def _tell_desk(self, ticket: str, told: client_mails.Text) -> None:
        desk_actions.tell(self.db, self.book, ticket, f"courriel-{self.row.id}", told, self.now)

    def _about(self, ticket: str) -> texts.About:
        return summaries.about(self.book, summaries.row(self.db, ticket))

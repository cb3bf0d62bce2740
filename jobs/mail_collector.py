"""Mail fetched from its mailboxes: kept whole, noted as to be read, then marked; a mail seen twice is kept once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import update

from clock import Clock
from jobs.context import Outside
from jobs.engine import ClaimedJob
from mail import imap, reading
from mail.imap import MailboxTrouble, Post
from mail.mailboxes import Address
from storage.database import Database, wake
from storage.mail import inbound_mail
from storage.models import Chore

log = structlog.get_logger()
EVERY = timedelta(seconds=60)  # should nobody ring
AT_ONCE = 100  # messages a turn
IDLE_FOR = 5 * 60.0  # seconds; servers give up after half an hour
AFTER_TROUBLE = 30.0


def chore_of(address: Address) -> str:
    return f"mail {address.name}"


class Collector:
    """Reads one mailbox on from where it was."""

    def __init__(self, outside: Outside, address: Address):
        self.outside, self.address = outside, address

    def collect(self, turn: ClaimedJob) -> None:
        """Raises MailboxTrouble: the chore is tried again, and stays visible until it succeeds."""
        with imap.opened(self.address) as post:
            for uid in self._new(turn, post)[:AT_ONCE]:
                fetched = post.fetch(uid)
                if fetched:
                    self._keep(turn, fetched)
                    post.mark(uid)
                with turn.begin() as (db, _):
                    inbound_mail.advance(db, self.address.name, uid, turn.now)
                    turn.save(db)

    def _new(self, turn: ClaimedJob, post: Post) -> list[int]:
        """What is still to be fetched. A mailbox that we do not know, or that was numbered anew, is begun with what
        nobody has read in it: where we begin is noted first, for the rest is older than we are."""
        with turn.begin() as (db, _):
            known = inbound_mail.position(db, self.address.name)
        if known is None or known.validity != post.validity:
            earlier = post.unread(known.read_at if known else None)
            with turn.begin() as (db, _):
                inbound_mail.begin(db, self.address.name, post.validity, post.last_uid, earlier, turn.now)
                known = inbound_mail.position(db, self.address.name)
                turn.save(db)
        assert known is not None, "begun just now"
        return [*known.earlier, *post.since(known.last_uid)]

    def _keep(self, turn: ClaimedJob, fetched: imap.Fetched) -> None:
        self.outside.audio.put(inbound_mail.place_of(fetched.raw), fetched.raw)
        with turn.begin() as (db, _):
            inbound_mail.keep(
                db,
                mailbox=self.address.name,
                escalation=self.address.escalation,
                raw=fetched.raw,
                message_id=reading.message_id(fetched.raw),
                essence=reading.essence(fetched.raw),
                received_at=fetched.received_at,
                now=turn.now,
            )


class Listener(threading.Thread):
    """Waits at a mailbox for the server's word, and rings for the collector; it reads nothing itself."""

    def __init__(self, database: Database, clock: Clock, address: Address, stopping: threading.Event):
        super().__init__(name=f"idle-{address.host}", daemon=True)
        self.address, self.stopping = address, stopping
        self._ring = _ringing(database, clock, chore_of(address))

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                with imap.opened(self.address) as post:
                    while not self.stopping.is_set():
                        self._ring()  # also for what came while nobody listened, between two waits
                        post.wait(IDLE_FOR)
            except MailboxTrouble as trouble:
                log.warning("mailbox away", mailbox=self.address.name, trouble=str(trouble))
                self.stopping.wait(AFTER_TROUBLE)
            except Exception:
                log.exception("listening failed", mailbox=self.address.name)
                self.stopping.wait(AFTER_TROUBLE)


def _ringing(database: Database, clock: Clock, chore: str) -> Callable[[], None]:
    def ring() -> None:
        with database.begin() as db:
            # A turn under way keeps its token: it is due once more when its minute is over.
            db.execute(update(Chore).where(Chore.name == chore, Chore.tries == 0).values(run_at=clock()))
            wake(db)

    return ring

"""Which kinds of work there are, and how many of each may be under way at once."""

from datetime import timedelta

from clock import Clock
from jobs import alerting, chores, mailing, messaging, retention, shifts
from jobs.alerting import Alerter
from jobs.archiving import EVERY as ARCHIVE_EVERY
from jobs.archiving import put_away
from jobs.chores import Routine, Routines, housekeeper
from jobs.clocks import Watchman
from jobs.collecting import EVERY as COLLECT_EVERY
from jobs.collecting import Collector, chore_of
from jobs.context import Outside
from jobs.drills import EVERY as DRILL_EVERY
from jobs.drills import Drillmaster
from jobs.engine import Engine, Kind, at_once
from jobs.heartbeat import BEAT_EVERY, TELL_EVERY, Heartbeat, beat
from jobs.intake import Clerk
from jobs.mailing import Postman
from jobs.messaging import Messenger
from jobs.paging import Pager
from jobs.reconciling import EVERY as RECONCILE_EVERY
from jobs.reconciling import Reconciler
from jobs.reminding import EVERY as REMIND_EVERY
from jobs.reminding import Reminder
from jobs.retention import EVERY as PURGE_EVERY
from jobs.retention import Eraser, purge
from jobs.shifts import EVERY as PUBLISH_EVERY
from jobs.shifts import Publisher, Relief
from jobs.telling import Teller
from jobs.voicemail import LONGEST_PAUSE, Fetcher
from mail import mailboxes
from mail.smtp import Outbox
from storage import clocks, pages
from storage.database import Database
from storage.health import BEAT
from storage.models import (
    Attempt,
    Chore,
    Delivery,
    LetterRow,
    Mail,
    Message,
    Page,
    Purge,
    ShiftRow,
    TicketClock,
    Voicemail,
)
from storage.versions import PUBLISHING

LONG_LEASE = timedelta(seconds=90)  # audio and mail servers may be slow


def engine(database: Database, clock: Clock, outside: Outside) -> Engine:
    """Paging has its own seats: slow mail never delays a page."""
    settings, todo = outside.settings, routines(outside)
    kinds = [
        Kind(Page, Pager(outside).climb, seats=2, latest=pages.latest),
        Kind(Attempt, Alerter(outside).alert, seats=8, hold=pages.hold_of, latest=alerting.latest),
        Kind(Message, Messenger(outside).send, seats=4, latest=messaging.latest),
        Kind(TicketClock, Watchman(outside).look, seats=2, hold=clocks.hold),
        Kind(ShiftRow, Relief(outside).see_to, seats=2, latest=shifts.latest),
        Kind(Voicemail, Fetcher(outside).fetch, seats=4, lease=LONG_LEASE, longest_pause=LONGEST_PAUSE, latest=at_once),
        # one after another: an answer finds its ticket
        Kind(LetterRow, Clerk(outside).read, seats=1, lease=LONG_LEASE, latest=at_once),
        Kind(Delivery, Teller().tell, seats=2, latest=at_once),
        Kind(Purge, Eraser(outside).erase, seats=1, latest=retention.latest),
        Kind(Chore, housekeeper(todo), seats=3, latest=chores.latest(todo)),
    ]
    if settings.smtp_url:
        postman = Postman(outside, Outbox(settings.smtp_url))
        kinds.append(Kind(Mail, postman.send, seats=2, lease=LONG_LEASE, latest=mailing.latest))
    return Engine(database, clock, kinds)


def routines(outside: Outside) -> Routines:
    """What is done again and again, by name."""
    found = {
        BEAT: Routine(beat, BEAT_EVERY),
        "reconcile": Routine(Reconciler(outside).reconcile, RECONCILE_EVERY),
        PUBLISHING: Routine(Publisher(outside).publish, PUBLISH_EVERY),
        "drills": Routine(Drillmaster(outside).hold, DRILL_EVERY),
        "statements": Routine(Reminder(outside).remind, REMIND_EVERY),
        "archive": Routine(put_away, ARCHIVE_EVERY),
        "purge": Routine(purge, PURGE_EVERY),
    }
    for box in mailboxes.addresses(outside.settings.imap_url):
        found[chore_of(box)] = Routine(Collector(outside, box).collect, COLLECT_EVERY)
    if outside.settings.heartbeat_url:
        found["heartbeat"] = Routine(Heartbeat(outside).tell, TELL_EVERY)
    return found

"""Which kinds of work there are, and how many of each may be under way at once."""

from datetime import timedelta

from clock import Clock
from jobs import attempt_sender, chores, mail_sender, notification_sender, purges, shift_handlers
from jobs.archiving import EVERY as ARCHIVE_EVERY
from jobs.archiving import put_away
from jobs.attempt_sender import AttemptSender
from jobs.chores import Routine, Routines, housekeeper
from jobs.context import Outside
from jobs.delivery_sender import DeliverySender
from jobs.engine import Engine, Kind, at_once
from jobs.heartbeat import BEAT_EVERY, TELL_EVERY, Heartbeat, beat
from jobs.inbound_mail_handler import InboundMailHandler
from jobs.mail_collector import EVERY as COLLECT_EVERY
from jobs.mail_collector import Collector, chore_of
from jobs.mail_sender import MailSender
from jobs.notification_sender import NotificationSender
from jobs.page_handler import PageHandler
from jobs.purges import EVERY as PURGE_EVERY
from jobs.purges import PurgeHandler, purge
from jobs.reconciliation import EVERY as RECONCILE_EVERY
from jobs.reconciliation import Reconciliation
from jobs.recording_fetcher import LONGEST_PAUSE, RecordingFetcher
from jobs.shift_handlers import EVERY as PUBLISH_EVERY
from jobs.shift_handlers import ShiftHandler, ShiftPublisher
from jobs.sla_alarms import SlaAlarms
from jobs.statement_reminders import EVERY as REMIND_EVERY
from jobs.statement_reminders import StatementReminders
from jobs.weekly_drill import EVERY as DRILL_EVERY
from jobs.weekly_drill import WeeklyDrill
from mail import mailboxes
from mail.smtp import Outbox
from storage.database import Database
from storage.directory.versions import PUBLISHING
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
from storage.paging import pages
from storage.tickets import sla_clocks

LONG_LEASE = timedelta(seconds=90)  # audio and mail servers may be slow


def engine(database: Database, clock: Clock, outside: Outside) -> Engine:
    """Paging has its own seats: slow mail never delays a page."""
    settings, todo = outside.settings, routines(outside)
    kinds = [
        Kind(Page, PageHandler(outside).climb, seats=2, latest=pages.latest),
        Kind(Attempt, AttemptSender(outside).alert, seats=8, hold=pages.lock_page_of, latest=attempt_sender.latest),
        Kind(Message, NotificationSender(outside).send, seats=4, latest=notification_sender.latest),
        Kind(TicketClock, SlaAlarms(outside).look, seats=2, hold=sla_clocks.lock_clock),
        Kind(ShiftRow, ShiftHandler(outside).see_to, seats=2, latest=shift_handlers.latest),
        Kind(
            Voicemail,
            RecordingFetcher(outside).fetch,
            seats=4,
            lease=LONG_LEASE,
            longest_pause=LONGEST_PAUSE,
            latest=at_once,
        ),
        # one after another: an answer finds its ticket
        Kind(LetterRow, InboundMailHandler(outside).read, seats=1, lease=LONG_LEASE, latest=at_once),
        Kind(Delivery, DeliverySender().tell, seats=2, latest=at_once),
        Kind(Purge, PurgeHandler(outside).erase, seats=1, latest=purges.latest),
        Kind(Chore, housekeeper(todo), seats=3, latest=chores.latest(todo)),
    ]
    if settings.smtp_url:
        postman = MailSender(outside, Outbox(settings.smtp_url))
        kinds.append(Kind(Mail, postman.send, seats=2, lease=LONG_LEASE, latest=mail_sender.latest))
    return Engine(database, clock, kinds)


def routines(outside: Outside) -> Routines:
    """What is done again and again, by name."""
    found = {
        BEAT: Routine(beat, BEAT_EVERY),
        "reconcile": Routine(Reconciliation(outside).reconcile, RECONCILE_EVERY),
        PUBLISHING: Routine(ShiftPublisher(outside).publish, PUBLISH_EVERY),
        "drills": Routine(WeeklyDrill(outside).hold, DRILL_EVERY),
        "statements": Routine(StatementReminders(outside).remind, REMIND_EVERY),
        "archive": Routine(put_away, ARCHIVE_EVERY),
        "purge": Routine(purge, PURGE_EVERY),
    }
    for box in mailboxes.addresses(outside.settings.imap_url):
        found[chore_of(box)] = Routine(Collector(outside, box).collect, COLLECT_EVERY)
    if outside.settings.heartbeat_url:
        found["heartbeat"] = Routine(Heartbeat(outside).tell, TELL_EVERY)
    return found

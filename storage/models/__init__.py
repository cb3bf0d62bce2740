"""The tables, by subject. Rules live in the pure packages; here is only what is kept, and under which constraints."""

from storage.models.accounts import Account, AccountEvent, Knock, SessionRow
from storage.models.alerts import Attempt, Message, Page, Reply
from storage.models.base import Base, Due
from storage.models.calls import Acceptance, CallRow, DirectoryVersion, TurnRow, Voicemail
from storage.models.duty import Feed, HandoverRow, ShiftRow
from storage.models.limits import Tally
from storage.models.mail import Attachment, LetterRow, Mail, Mailbox
from storage.models.programs import Asked, Delivery, Hook, Token
from storage.models.standby import InterventionRow, NoticeRow, ReceiptRow, StatementRow
from storage.models.tickets import Change, Event, JournalHead, ReportRow, Sequence, Ticket, TicketClock
from storage.models.upkeep import Chore, Hold, Host, Purge

__all__ = [
    "Acceptance",
    "Account",
    "AccountEvent",
    "Asked",
    "Attachment",
    "Attempt",
    "Base",
    "CallRow",
    "Change",
    "Chore",
    "Delivery",
    "DirectoryVersion",
    "Due",
    "Event",
    "Feed",
    "HandoverRow",
    "Hold",
    "Hook",
    "Host",
    "InterventionRow",
    "JournalHead",
    "Knock",
    "LetterRow",
    "Mail",
    "Mailbox",
    "Message",
    "NoticeRow",
    "Page",
    "Purge",
    "ReceiptRow",
    "Reply",
    "ReportRow",
    "Sequence",
    "SessionRow",
    "ShiftRow",
    "StatementRow",
    "Tally",
    "Ticket",
    "TicketClock",
    "Token",
    "TurnRow",
    "Voicemail",
]

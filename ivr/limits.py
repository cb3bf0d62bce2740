"""How much one caller may cause. A first loss of a service is never held back: only what is said again.

Each figure is an upper bound that no honest caller has met, and a stranger meets at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SPAN = timedelta(hours=1)  # in which callers are counted
WAKE_EVERY = timedelta(minutes=10)  # « aggravé » on one ticket: as often as the last step of a page repeats

CODES_SHOWN = 6  # wrong ones by one number: two calls of three tries, in panic
CODES_WITHHELD = 15  # by all who hide their number, who are one for us
CODES_ALL = 60  # by everybody: a guesser with many numbers
TRIES, TRIES_BEYOND = 3, 1  # of a call; never none, for a right code is a client whose service may be lost

TEXTS_CLIENT = 6  # receipts to a number of a client, whose people share it
TEXTS_SHOWN = 3  # to the number that calls, nobody's: it may be forged
TEXTS_TYPED = 2  # to a number that was typed, nobody's: it may be a stranger's
TEXTS_TYPED_ALL = 20  # to all of those

TICKETS_UNVERIFIED = 1  # by a number without a valid code: whatever it says again is for the same ticket
TICKETS_CLIENT = 6  # that wake nobody, by a number or under a code of a client: changes, questions, calls in hours
TICKETS_SHOWN = 3  # the same, by a number of nobody
TICKETS_WITHHELD = 10  # by all who hide their number and have no code: then a desk reads of them together, and one
# in ten minutes wakes, where such a caller wakes at all. Never joined: they are many, and none may follow another's.
MAILS_ADDED = 3  # to a desk about messages added to one ticket; the others are told together at the hour's end


class What(StrEnum):
    """What is counted."""

    CODE = "code"  # wrong
    TEXT = "text"  # receipts, by the number that reads them
    TYPED = "typed"  # of these, to a number that was typed and is nobody's
    TICKET = "ticket"
    WAKE = "wake"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as far as limits go."""

    is_shown: bool
    is_client: bool  # known by the number, or by the code


def code_tries(mine: int, everybody: int, *, shown: bool) -> int:
    """How often a call may try a code. `mine`: wrong ones of late by that number, or by all who hide theirs."""
    spent = mine >= (CODES_SHOWN if shown else CODES_WITHHELD) or everybody >= CODES_ALL
    return TRIES_BEYOND if spent else TRIES


def may_text(sent: int, sent_typed: int, *, is_client: bool, is_typed: bool) -> bool:
    """Whether one more receipt goes to a number. `sent_typed`: to all numbers that were typed and are nobody's."""
    if is_client:
        return sent < TEXTS_CLIENT
    return sent < TEXTS_TYPED and sent_typed < TEXTS_TYPED_ALL if is_typed else sent < TEXTS_SHOWN


def may_open(opened: int, caller: Caller, *, unverified: bool) -> bool:
    """Whether a call has a ticket of its own; else it joins the one that says the same."""
    if not caller.is_shown and not caller.is_client:
        return True
    if unverified:
        return opened < TICKETS_UNVERIFIED
    return opened < (TICKETS_CLIENT if caller.is_client else TICKETS_SHOWN)


def are_many(opened: int) -> bool:
    """Whether those who hide their number and have no code have opened more tickets than people in trouble do."""
    return opened >= TICKETS_WITHHELD


def may_wake(last: datetime | None, now: datetime) -> bool:
    """Whether « aggravé » wakes again. `last`: when it did."""
    return last is None or not last <= now < last + WAKE_EVERY


def may_mail(sent: int) -> bool:
    return sent < MAILS_ADDED

"""Mail that came in, kept whole before anything is made of it; how far each mailbox was read."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import one_at_a_time, wake
from storage.models import Attachment, LetterRow, Mailbox

_ONE_AT_A_TIME = 3834  # of whoever answers by itself


def place_of(raw: bytes) -> str:
    """Where a mail lies: named by what it holds, so that keeping it twice keeps it once."""
    digest = sha256(raw).hexdigest()
    return f"letters/{digest[:2]}/{digest}.eml"


def keep(
    db: Connection, *, mailbox: str, escalation: bool, raw: bytes, message_id: str, essence: str, received_at: datetime,
    now: datetime,
) -> bool:  # fmt: skip
    """Note that it lies at its place, and is to be read; False when this mailbox has brought it before.

    `essence`: the same for two mails when what their authors wrote is (mail.reading)."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    digest = sha256(raw).hexdigest()
    row = {
        "mailbox": mailbox, "escalation": escalation, "key": essence, "message_id": message_id, "digest": digest,
        "place": place_of(raw), "size": len(raw), "received_at": received_at, "kept_at": now, "run_at": now,
        "sender": "", "subject": "", "text": "", "verified": False, "reason": "", "tries": 0, "trouble": "",
        "withheld": "", "readings": 0,
    }  # fmt: skip
    entered = dialect.insert(LetterRow).values(**row).on_conflict_do_nothing(index_elements=["mailbox", "key"])
    is_new = db.execute(entered.returning(LetterRow.id)).first() is not None
    if is_new:
        wake(db)
    return is_new


def same(db: Connection, letter: Row[Any]) -> Row[Any] | None:
    """The same mail as another mailbox brought it, once it is known what became of it; a vouched one first."""
    other = (LetterRow.key == letter.key, LetterRow.id != letter.id, LetterRow.verdict.is_not(None))
    found = select(LetterRow.__table__).where(*other).order_by(LetterRow.verified.desc(), LetterRow.id).limit(1)
    return db.execute(found).one_or_none()


def threads(db: Connection, ids: list[str]) -> list[str]:
    """Tickets that mail with these Message-IDs led to, the first id first."""
    answered = (LetterRow.message_id.in_(ids), LetterRow.ticket.is_not(None))
    known = {
        row.message_id: row.ticket
        for row in db.execute(select(LetterRow.message_id, LetterRow.ticket).where(*answered))
    }
    return [str(known[each]) for each in ids if each in known]


def answered(db: Connection, since: datetime) -> list[tuple[str, bool, datetime]]:
    """The automatic answers of late: to whom, whether that was vouched for, when. Until this transaction ends, nobody
    else counts: two mails of one instant do not both send the last one."""
    one_at_a_time(db, _ONE_AT_A_TIME, "receipts")
    found = select(LetterRow.sender, LetterRow.verified, LetterRow.answered_at).where(LetterRow.answered_at > since)
    return [(sender, verified, at) for sender, verified, at in db.execute(found) if at]


def enclose(db: Connection, letter: int | None, ticket: str | None, name: str, type: str, content: bytes,
    sent_by: str = "", sent_at: datetime | None = None,
) -> bool:  # fmt: skip
    """A file, on its ticket if there is one; False when that has it: the logo of a signature comes with every mail.

    The same file under another name in the same message is one file, with both names."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = {"letter": letter, "ticket": ticket, "name": name, "type": type, "size": len(content),
           "sent_by": sent_by, "sent_at": sent_at}  # fmt: skip
    digest = sha256(content).hexdigest()
    entered = dialect.insert(Attachment).values(**row, digest=digest, place=attachment_place(content))
    also, now = entered.excluded, Attachment.__table__.c
    together = now.letter.is_not_distinct_from(also.letter) & now.sent_at.is_not_distinct_from(also.sent_at)
    fresh = together & (func.instr if dialect is sqlite else func.strpos)(now.name, also.name).__eq__(0)
    both = {"name": now.name.concat(", ").concat(also.name)}  # of one message, which names them both
    entered = entered.on_conflict_do_update(index_elements=["ticket", "digest"], set_=both, where=fresh)
    return db.execute(entered.returning(Attachment.id)).first() is not None


def attachment_place(content: bytes) -> str:
    digest = sha256(content).hexdigest()
    return f"attachments/{digest[:2]}/{digest}"


def of_ticket(db: Connection, ticket: str) -> list[Row[Any]]:
    found = select(LetterRow.__table__).where(LetterRow.ticket == ticket).order_by(LetterRow.id)
    return list(db.execute(found))


def attachments(db: Connection, ticket: str) -> list[Row[Any]]:
    return list(db.execute(select(Attachment.__table__).where(Attachment.ticket == ticket).order_by(Attachment.id)))


def sent_by(db: Connection, who: str, since: datetime) -> int:
    """Bytes that somebody has sent on the portal."""
    lately = (Attachment.sent_by == who, Attachment.sent_at > since)
    return int(db.execute(select(func.coalesce(func.sum(Attachment.size), 0)).where(*lately)).scalar_one())


# ---------------------------------------------------------------- mailboxes
def position(db: Connection, mailbox: str) -> Row[Any] | None:
    return db.execute(select(Mailbox.__table__).where(Mailbox.name == mailbox)).one_or_none()


def begin(db: Connection, mailbox: str, validity: int, last_uid: int, earlier: Sequence[int], now: datetime) -> None:
    """Reading starts after that one, with those before it that are still to be fetched."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    start = {"validity": validity, "last_uid": last_uid, "earlier": list(earlier), "read_at": now}
    entered = dialect.insert(Mailbox).values(name=mailbox, **start)
    db.execute(entered.on_conflict_do_update(index_elements=["name"], set_=start))


def advance(db: Connection, mailbox: str, uid: int, now: datetime) -> None:
    """That one has been kept, or is gone."""
    known = db.execute(select(Mailbox.__table__).where(Mailbox.name == mailbox)).one()
    earlier = [each for each in known.earlier if each != uid]
    values = {"last_uid": max(known.last_uid, uid), "earlier": earlier, "read_at": now}
    db.execute(update(Mailbox).where(Mailbox.name == mailbox).values(**values))

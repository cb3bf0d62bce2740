"""Monthly statements as they were issued: sealed, never changed; a correction is a new one that names the former."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import StatementRow
from translatable import Refused

_TABLE = StatementRow.__table__


class Unsound(Refused):
    """A statement that cannot be issued; the message is the French sentence that says why."""


def issue(
    db: Connection, engineer: str, month: str, document: Mapping[str, Any], who: str, now: datetime, reason: str = ""
) -> int:
    """The number of the statement. Raises Unsound: a second one needs a reason, and something that is other."""
    text = canonical(document)
    former = newest(db, engineer, month)
    if former is not None and former.document == text:
        raise Unsound("Le relevé émis dit déjà la même chose.")
    if former is not None and not reason:
        raise Unsound("Un relevé est déjà émis : dites pourquoi il est corrigé.")
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = {
        "engineer": engineer, "month": month, "number": former.number + 1 if former else 1, "issued_at": now,
        "who": who, "document": text, "digest": hashlib.sha256(text.encode()).hexdigest(),
        "reason": reason if former else "",
    }  # fmt: skip
    entered = dialect.insert(StatementRow).values(**row)
    entered = entered.on_conflict_do_nothing(index_elements=["engineer", "month", "number"])
    issued: int | None = db.execute(entered.returning(StatementRow.id)).scalar()
    if issued is None:
        raise Unsound("Quelqu'un vient d'émettre ce relevé : reprenez la page.")
    return issued


def canonical(document: Mapping[str, Any]) -> str:
    """The same statement is the same text."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def is_sound(row: Row[Any]) -> bool:
    return bool(hashlib.sha256(row.document.encode()).hexdigest() == row.digest)


def altered(db: Connection) -> list[Row[Any]]:
    """Whose words are not those that were sealed."""
    return [row for row in db.execute(select(_TABLE).order_by(StatementRow.id)) if not is_sound(row)]


def newest(db: Connection, engineer: str, month: str) -> Row[Any] | None:
    found = of_month(db, month, engineer)
    return found[-1] if found else None


def of_month(db: Connection, month: str, engineer: str | None = None) -> Sequence[Row[Any]]:
    """In the order in which they were issued."""
    wanted = select(_TABLE).where(StatementRow.month == month)
    wanted = wanted.where(StatementRow.engineer == engineer) if engineer is not None else wanted
    return db.execute(wanted.order_by(StatementRow.id)).all()


def find(db: Connection, number: int) -> Row[Any] | None:
    return db.execute(select(_TABLE).where(StatementRow.id == number)).one_or_none()

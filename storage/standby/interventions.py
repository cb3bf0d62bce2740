"""Work done on standby, as it is declared: rows are added and never changed, the newest word counts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from storage.database import one_at_a_time
from storage.models import Event, InterventionRow
from translatable import Refused

_TABLE = InterventionRow.__table__
_ONE_AT_A_TIME = 3121  # of whoever declares, by engineer
LONGEST = timedelta(hours=48)


class Unsound(Refused):
    """An intervention that cannot have been; the message is the French sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    engineer: str
    ticket: str
    starts: datetime
    until: datetime
    travel: int = 0  # minutes of it
    on_site: bool = False


def declare(db: Connection, said: Declared, who: str, now: datetime, replaces: int | None = None) -> None:
    """Raises Unsound. `replaces`: the one that this corrects."""
    check(said, now)
    one_at_a_time(db, _ONE_AT_A_TIME, said.engineer)
    if any(row.id != replaces for row in counted(db, said.engineer, said.starts, said.until)):
        raise Unsound("Une autre intervention est déclarée à ces heures : corrigez-la plutôt.")
    _add(db, asdict(said), who, now, replaces, withdrawn=False)


def withdraw(db: Connection, row: Row[Any], who: str, now: datetime) -> None:
    """It never was. Raises Unsound when somebody has corrected it meanwhile."""
    columns = ("engineer", "ticket", "starts", "until", "travel", "on_site")
    _add(db, {name: getattr(row, name) for name in columns}, who, now, row.id, withdrawn=True)


def check(said: Declared, now: datetime) -> None:
    """Raises Unsound."""
    if said.until <= said.starts:
        raise Unsound("La fin de l'intervention suit son début.")
    if said.until > now:
        raise Unsound("Une intervention se déclare quand elle est finie.")
    if said.until - said.starts > LONGEST:
        raise Unsound("Une intervention dure 48 heures au plus : déclarez-en plusieurs.")
    if said.travel < 0 or timedelta(minutes=said.travel) > said.until - said.starts:
        raise Unsound("Le trajet fait partie de l'intervention : il ne dure pas plus qu'elle.")


def counted(db: Connection, engineer: str, starts: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Those that have some part of [starts, until), corrected ones as they are now."""
    mine = (InterventionRow.engineer == engineer, InterventionRow.starts < until, InterventionRow.until > starts)
    found = select(_TABLE).where(*mine, InterventionRow.withdrawn.is_(False), ~_replaced())
    return db.execute(found.order_by(InterventionRow.starts, InterventionRow.id)).all()


def find(db: Connection, number: int) -> Row[Any] | None:
    """As long as it counts."""
    wanted = (InterventionRow.id == number, InterventionRow.withdrawn.is_(False), ~_replaced())
    return db.execute(select(_TABLE).where(*wanted)).one_or_none()


def taken(db: Connection, engineer: str, starts: datetime, until: datetime) -> Sequence[Row[str, datetime]]:
    """Tickets that somebody took in [starts, until) and for which no work is declared: ticket, at."""
    took = (Event.kind == "acknowledged", Event.who == engineer, Event.at >= starts, Event.at < until)
    declared = exists().where(
        InterventionRow.ticket == Event.ticket, InterventionRow.engineer == engineer,
        InterventionRow.withdrawn.is_(False), ~_replaced(),
    )  # fmt: skip
    return db.execute(select(Event.ticket, Event.at).where(*took, ~declared).order_by(Event.at)).all()


def _replaced() -> Any:
    newer = aliased(InterventionRow)
    return exists().where(newer.replaces == InterventionRow.id)


def _add(
    db: Connection, values: dict[str, Any], who: str, now: datetime, replaces: int | None, *, withdrawn: bool
) -> None:
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = values | {"who": who, "at": now, "replaces": replaces, "withdrawn": withdrawn}
    entered = dialect.insert(InterventionRow).values(**row).on_conflict_do_nothing(index_elements=["replaces"])
    if db.execute(entered.returning(InterventionRow.id)).first() is None:
        raise Unsound("Cette intervention a été corrigée entre-temps : reprenez la page.")

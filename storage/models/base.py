"""What every table has in common.

Instants are UTC; numbers E.164; codes those of the directory's file."""

from datetime import datetime

from sqlalchemy import MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import Instant


class Base(DeclarativeBase):
    # Named constraints, so that a later step can find them on both databases.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, str: Text}  # noqa: RUF012 - SQLAlchemy's own convention


class Due:
    """A row that is work: due when `run_at` has come, claimed by moving it to the end of a lease."""

    run_at: Mapped[datetime | None] = mapped_column(index=True)  # none: nothing to do
    tries: Mapped[int] = mapped_column(default=0)  # turns begun since the last success
    trouble: Mapped[str] = mapped_column(default="")  # why the last turn failed

"""What is erased, what must not be, and what is done from time to time."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Due
from storage.types import Id


class Hold(Base):
    """A ticket of which nothing is erased, whatever its age: a court, an insurer."""

    __tablename__ = "holds"
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), primary_key=True)
    who: Mapped[str]
    why: Mapped[str]
    since: Mapped[datetime]


class Purge(Due, Base):
    """What was erased, and why; never what it said. Due while a file outside the database is still to be erased."""

    __tablename__ = "purges"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]  # audio, call, ticket, letter
    subject: Mapped[str] = mapped_column(index=True)  # sid, reference or number of what it was
    why: Mapped[str]
    place: Mapped[str] = mapped_column(default="")  # below RECORDINGS_URL, until it is gone


class Chore(Due, Base):
    """Periodic work: its handler sets the next moment."""

    __tablename__ = "chores"
    name: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime | None]


class Host(Base):
    """A machine, and how far its clock is ahead of the database server's, or behind."""

    __tablename__ = "hosts"
    name: Mapped[str] = mapped_column(primary_key=True)
    ahead_ms: Mapped[int] = mapped_column(BigInteger)
    measured_at: Mapped[datetime]

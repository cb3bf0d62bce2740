"""What is counted so that nobody can cause too much of it."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import Id


class Tally(Base):
    """One thing that a caller caused, or that a limit held back."""

    __tablename__ = "tallies"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    what: Mapped[str]  # ivr.limits.What
    whom: Mapped[str]  # digest of whom it is counted for, for a number is personal; "" once nobody counts it any more
    at: Mapped[datetime]
    held: Mapped[bool]  # it was not done
    call: Mapped[str | None] = mapped_column(index=True)  # Twilio: CallSid
    __table_args__ = (Index("tallies_of", "what", "whom", "at"),)

"""Who has listened: one event a minute at most, for a player asks for a sound in many pieces."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage.models import Event, JournalHead
from storage.tickets import journal
from tickets.journal import JSON

LINK = "lien"  # whoever holds the sound's address, Twilio in an engineer's call included
KIND = "listened"
ONCE_IN = timedelta(minutes=1)


def note(db: Connection, ticket: str, recording: str, now: datetime, who: str = LINK) -> None:
    told: dict[str, JSON] = {"recording": recording}
    db.execute(select(JournalHead).with_for_update())  # two at once are one
    lately = (
        Event.ticket == ticket,
        Event.kind == KIND,
        Event.at > now - ONCE_IN,
        Event.details == told,
        Event.who == who,
    )
    if db.execute(select(Event.position).where(*lately).limit(1)).first() is None:
        journal.note(db, ticket, KIND, who, now, told)

"""A line to measure: its database with a directory of many clients, and calls that have begun."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import func, insert, select, update

from bench.load import Conversation
from bench.servers import HOME
from bench.twilio import ACCOUNT, LINE, ORIGIN, TOKEN, Telephone, after_hours_call, key_press, sid
from settings import Settings
from storage.database import Database
from storage.directory import parse, versions
from storage.models import CallRow, Event, Page, Ticket, TurnRow
from tickets.states import State
from webhooks import exchange
from webhooks.door import Context

NIGHT = datetime(2026, 11, 3, 21, 30, tzinfo=UTC)
CLIENTS = 600  # one call each at a time: a second one would join the first one's ticket

_CLIENT = """
[[clients]]
code = "{code}"
name = "Client {code}"
contacts = [{{ name = "Standard", phones = ["{number}"] }}]
sites = ["Bordeaux", "Pau"]
contracts = [
  {{ entity = "idline", service = "Accès internet", level = "critique", option_24x7 = true, from = 2025-01-01 }},
  {{ entity = "idline", service = "Hébergement", level = "critique", option_24x7 = true, from = 2025-01-01 }},
]
"""


class Installation:
    """The line's database, and the conversations that its callers will have."""

    def __init__(self, url: str, home: Path):
        self.environ = {
            "DATABASE_URL": url,
            "RECORDINGS_URL": str(home / "audio"),
            "SECRET_KEY": TOKEN,
            "PUBLIC_URL": ORIGIN,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_URL": "http://127.0.0.1:9",  # nobody listens there: web processes call nobody
            "TWILIO_SMS_SENDER": "NVL",
            "TWILIO_CALLER_ID": LINE,
            "ASTREINTE_CLOCK": NIGHT.isoformat(),
        }
        self.settings = Settings.read(self.environ, line=True)
        self.database = Database(url)
        with self.database.begin() as db:
            versions.load(db, parse(_directory()), NIGHT)
        self._numbers = count(1)

    def key_presses(self, wanted: int) -> Iterator[Conversation]:
        """Calls at the menu, their first key still to come: one begun by the line itself, then copied."""
        begun = [Telephone(sid("CA", next(self._numbers)), _number(0)) for _ in range(wanted)]
        context = Context(self.settings, self.database, lambda: NIGHT)
        with self.database.begin() as db:
            first = begun[0]
            exchange.rang(context, db, sid=first.call, from_=first.number, to=LINE, forwarded_from="")
            call = db.execute(select(CallRow.__table__).where(CallRow.sid == first.call)).one()._asdict()
            turn = db.execute(select(TurnRow.__table__).where(TurnRow.call == first.call)).one()._asdict()
            db.execute(insert(CallRow), [call | {"sid": telephone.call} for telephone in begun[1:]])
            db.execute(insert(TurnRow), [turn | {"call": telephone.call} for telephone in begun[1:]])
        return iter([key_press(telephone) for telephone in begun])

    def after_hours_calls(self, wanted: int) -> Iterator[Conversation]:
        """Each from a client of its own, whose earlier tickets are closed."""
        with self.database.begin() as db:
            db.execute(update(Ticket).values(state=State.CLOSED))
        made = []
        for client in range(min(wanted, CLIENTS)):
            number = next(self._numbers)
            made.append(after_hours_call(Telephone(sid("CA", number), _number(client)), sid("RE", number)))
        return iter(made)

    def kept(self) -> dict[str, int]:
        """What the database has, to be compared with what was asked for."""
        wanted = {
            "answered turns": select(func.count()).select_from(TurnRow).where(TurnRow.number > 0),
            "ended calls": select(func.count()).select_from(CallRow).where(CallRow.ended_at.is_not(None)),
            "tickets": select(func.count()).select_from(Ticket),
            "pages": select(func.count()).select_from(Page),
            "events": select(func.count()).select_from(Event),
        }
        with self.database.read() as db:
            return {name: db.execute(counted).scalar_one() for name, counted in wanted.items()}


def _number(client: int) -> str:
    return f"+3363998{client + 2000:04d}"


def _directory() -> str:
    clients = (_CLIENT.format(code=300_000 + client, number=_number(client)) for client in range(CLIENTS))
    return (HOME / "nvl.toml").read_text(encoding="utf-8") + "".join(clients)

"""Pages of the console and the portal with years behind them, beside an empty installation. Judges nothing."""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import insert
from werkzeug.test import Client

from directory.model import Client as Customer
from directory.model import Contract
from oncall.rotas import Override
from settings import Settings
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.database import Database
from storage.directory import parse, versions
from storage.models import CallRow, Event, Ticket
from tests.support.databases import KINDS, Postgres, Sqlite
from tests.support.settings_for_tests import environment
from tests.web.people import TOKEN
from tickets import reference
from wsgi import create_app

NOW = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
PASSWORD = "un mot de passe bien long"
PAGES = {
    "home": "/", "tickets": "/tickets", "late": "/tickets?state=late", "search": "/tickets?q=fibre",
    "ticket": "/tickets/{}",
    "calls": "/calls", "call figures": "/calls/figures?from=2026-01-01&until=2026-12-31",
    "rota": "/rota", "rota, 4 weeks": "/rota?weeks=4", "year": "/rota/year", "accounts": "/accounts",
    "directory": "/directory", "edit": "/directory/edit/clients/260417", "days": "/directory/days",
    "prompts": "/directory/prompts",
    "reports": "/reports?last=2026-09", "report rows": "/reports/rows?last=2026-09&subject=respond",
    "standby": "/standby?month=2026-09", "month": "/standby/ing2/2026-09",
    "what-if": "/what-if?day=2026-09-12&time=22:04&keys=1,1,1&from=%2B33639981001",
}  # fmt: skip
LOOKED_AT = {"edit, looked at": ("/directory/edit/rotas/idline", {"timezone": "Europe/Paris", "fallback": "ing1"})}
PORTAL = {"portal": "/portal/", "declare": "/portal/new"}


@contextmanager
def installed(database_url: str, home: Path, tickets: int, customers: int) -> Iterator[tuple[Flask, str]]:
    """An installation; also the reference of a ticket, "" when there is none."""
    settings = Settings.read(environment(database_url, str(home)), line=True)
    database = Database(settings.database_url)
    newest = fill(database, tickets, customers)
    yield create_app(settings, database, lambda: NOW), newest
    database.dispose()


def fill(database: Database, tickets: int, customers: int) -> str:
    """The sample with more clients and three years of overrides; tickets with a call and ten events each."""
    chance = random.Random(7)
    directory = parse(Path("nvl.toml").read_text(encoding="utf-8"))
    entity = directory.entities[0]
    bought = Contract(entity=entity.code, service=entity.services[0], starts=date(2024, 1, 1))
    more = tuple(
        Customer(code=f"{300_000 + n}", name=f"Client {n}", contracts=(bought,), sites=("Pau",))
        for n in range(customers)
    )
    wall = datetime(2024, 1, 1)  # noqa: DTZ001 - on the wall clock, as overrides are
    overrides = tuple(
        Override(layer="principal", starts=wall + timedelta(days=7 * n), until=wall + timedelta(days=7 * n, hours=10),
                 engineer="ing3")
        for n in range(156 if customers else 0)
    )  # fmt: skip
    rotas = tuple(replace(rota, overrides=overrides) if rota.code == "idline" else rota for rota in directory.rotas)
    with database.begin() as db:
        versions.load(db, replace(directory, clients=directory.clients + more, rotas=rotas), NOW - timedelta(days=1000))
        for role in Role:
            accounts.add(
                db, f"{role}@bench.example", [role], NOW, engineer="ing2" if role is Role.ENGINEER else None,
                client=directory.clients[0].code if role is Role.CLIENT else None,
            )  # fmt: skip
    newest = ""
    codes = [client.code for client in directory.clients + more]
    states = ("archived",) * 95 + ("open", "in_progress", "pending", "restored", "closed")
    for start in range(0, tickets, 1000):
        calls, rows, events = [], [], []
        for n in range(start, min(start + 1000, tickets)):
            at = NOW - timedelta(minutes=90 * (tickets - n))
            newest = reference.compose("NVL", 26, n + 1)
            calls.append(
                {
                    "sid": f"CA{n:032}",
                    "directory": 1,
                    "line": "+33586077777",
                    "caller": f"+3363998{n % 10000:04}",
                    "forwarded_from": "",
                    "started_at": at,
                    "ended_at": at,
                    "ticket": newest,
                    "stumbles": 0,
                    "outcome": "message" if n % 5 else "abandoned",
                    "entity": entity.code,
                    "step": "menu",
                    "hour": at.hour,
                    "handled_by": "",
                }
            )
            rows.append({
                "reference": newest, "received_at": at, "opened_at": at, "kind": "incident", "nature": "service_loss",
                "state": chance.choice(states), "verified": True, "drill": False, "entity": entity.code,
                "client": chance.choice(codes), "service": entity.services[0], "sites": ["Pau"], "level": "critique",
                "caller": "+33639981001", "email": "", "contact": "", "site_contact": "", "keep_informed": "",
                "description": "fibre coupée " * 5, "location": "", "consequences": "", "due_restore_at": at,
            })  # fmt: skip
            events += [
                {"position": n * 10 + k + 1, "ticket": newest, "at": at, "kind": "noted" if k else "opened",
                 "who": "ing2", "details": {"text": "vu"}, "details_digest": "", "previous": "", "digest": ""}
                for k in range(10)
            ]  # fmt: skip
        with database.begin() as db:
            db.execute(insert(CallRow), calls)
            db.execute(insert(Ticket), rows)
            db.execute(insert(Event), events)
    return newest


def signed_in(app: Flask, database: Database, role: Role) -> Client:
    from flask_security import hash_password

    with app.app_context(), database.begin() as db:
        row = accounts.find(db, email=f"{role}@bench.example")
        assert row
        accounts.change(db, row.id, {"password": hash_password(PASSWORD)})
    client = app.test_client()
    found = TOKEN.search(client.get("/login").text)
    assert found
    told = {"email": f"{role}@bench.example", "password": PASSWORD, "csrf_token": found[1]}
    assert client.post("/login", data=told).status_code == 302
    return client


def measured(client: Client, path: str, times: int, given: Mapping[str, str] | None = None) -> float:
    """Milliseconds, the median; the first one, which fills memos, left out. `given`: a form that only looks."""
    took = []
    found = TOKEN.search(client.get("/me").text)
    method, form = ("POST", {**given, "csrf_token": found[1]}) if given and found else ("GET", None)
    for _ in range(times + 1):
        began = time.perf_counter()
        answer = client.open(path, method=method, data=form, headers={"Accept": "text/html"})
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return median(took[1:])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tickets", type=int, default=10_000)
    asked.add_argument("--clients", type=int, default=1_000)
    asked.add_argument("--times", type=int, default=15)
    asked.add_argument("--database", choices=KINDS)
    told = asked.parse_args()
    print(f"median ms of server time over {told.times} requests; {told.tickets} tickets, {told.clients} clients")
    print(f"{'':12} {'page':14} {'empty':>8} {'full':>8} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for kind in [told.database] if told.database else KINDS:
            home = Path(folder) / kind
            home.mkdir()
            home.chmod(0o755)
            Path(folder).chmod(0o755)
            source = Sqlite(home) if kind == "sqlite" else Postgres(home)
            if isinstance(source, Postgres):
                stack.callback(source.stop)
            for row in compared(source, home, told):
                print(f"{kind:12} {row['page']:14} {row['empty']:8.1f} {row['full']:8.1f} {row['ratio']:6.1f}")


def compared(source: Sqlite | Postgres, home: Path, told: argparse.Namespace) -> Iterator[dict[str, float | str]]:
    with source.fresh() as empty_url, source.fresh() as full_url, ExitStack() as stack:
        empty, _ = stack.enter_context(installed(empty_url, home, 1, 0))
        full, newest = stack.enter_context(installed(full_url, home, told.tickets, told.clients))
        first = reference.compose("NVL", 26, 1)
        for role, pages in ((Role.ADMIN, PAGES | LOOKED_AT), (Role.CLIENT, PORTAL)):
            here, there = (signed_in(app, Database(url), role) for app, url in ((empty, empty_url), (full, full_url)))
            for name, wanted in pages.items():
                path, given = (wanted, None) if isinstance(wanted, str) else wanted
                one, other = (
                    measured(here, path.format(first), told.times, given),
                    measured(there, path.format(newest), told.times, given),
                )
                yield {"page": name, "empty": one, "full": other, "ratio": other / one}


if __name__ == "__main__":
    main()

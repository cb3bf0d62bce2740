"""Programs' doors on a terminal: tokens of the API, addresses that are told of events."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import click
from sqlalchemy import Connection, Row

from commands.terminal import output, resources
from commands.terminal.codes import one_of
from storage.accounts import api_tokens
from storage.accounts.api_tokens import Scope
from storage.directory.versions import DirectoryCache
from storage.listing import iso
from storage.tickets import webhooks_out

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def give_token(name: str, scopes: Sequence[str], days: int, client: str | None) -> None:
    wanted = [Scope(scope) for scope in scopes]
    if client and Scope.ROTA in wanted:
        raise click.ClickException("Le jeton d'un client ne voit que ses tickets : rota:read n'est pas pour lui.")
    with resources.database() as database, database.begin() as db:
        _known(db, client)
        now = resources.now(database)
        number, secret = api_tokens.create(db, name, wanted, now + timedelta(days=days), now, client)
    click.echo(secret)
    click.echo(f"Ce jeton ne sera plus montré. Pour le révoquer : astreinte token revoke {number}", err=True)


def give_hook(url: str, client: str | None) -> None:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("https", "http"):
        raise click.ClickException(f"« {url} » : on attend une adresse https://…")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise click.ClickException("https est nécessaire : ce qui est envoyé parle de clients.")
    with resources.database() as database, database.begin() as db:
        _known(db, client)
        number, secret = webhooks_out.create(db, url, resources.now(database), client)
    click.echo(secret)
    click.echo("Ce secret signe les envois, et ne sera plus montré.", err=True)
    click.echo(f"Pour les arrêter : astreinte hook revoke {number}", err=True)


def _known(db: Connection, client: str | None) -> None:
    if client:
        one_of(DirectoryCache().newest(db).directory.clients, client, "Le client")


def revoke(what: str, number: int) -> None:
    with resources.database() as database, database.begin() as db:
        now = resources.now(database)
        revoked = api_tokens.revoke(db, number, now) if what == "token" else webhooks_out.revoke(db, number, now)
    if not revoked:
        raise click.ClickException(f"Le numéro {number} n'existe pas, ou il est déjà révoqué.")
    click.echo(f"{number} : révoqué.")


def list_(what: str, as_json: bool) -> None:
    with resources.reading() as db:
        rows = api_tokens.listed(db) if what == "token" else webhooks_out.listed(db)
    told = [_token(row) if what == "token" else _hook(row) for row in rows]
    if as_json:
        output.as_json(told)
        return
    if not told:
        click.echo("Rien pour l'instant.")
    for row in told:
        click.echo("  ".join(_shown(value) for value in row.values() if value not in (None, "")))


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _token(row: Row[Any]) -> dict[str, Any]:
    return {
        "number": row.id, "name": row.name, "scopes": row.scopes, "client": row.client,
        "expires_at": iso(row.expires_at), "state": _state(row.revoked_at),
    }  # fmt: skip


def _hook(row: Row[Any]) -> dict[str, Any]:
    return {"number": row.id, "url": row.url, "client": row.client, "state": _state(row.revoked_at)}


def _state(revoked_at: datetime | None) -> str:
    return f"révoqué {iso(revoked_at)}" if revoked_at else ""

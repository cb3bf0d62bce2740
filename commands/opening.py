"""Opening what a command needs, with a sentence for whoever lacks it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from settings import Settings, SettingsFaults
from storage import schema
from storage.database import Database
from storage.directory import DirectoryFaults
from storage.versions import NoDirectory


def settings(*, line: bool = False) -> Settings:
    return Settings.read(os.environ, line=line)


@contextmanager
def database(*, ready: bool = True) -> Iterator[Database]:
    """The configured database; `ready` demands that its schema be this version's."""
    opened = Database(settings().database_url)
    try:
        if ready:
            schema.check(opened)
        yield opened
    finally:
        opened.dispose()


@contextmanager
def reading() -> Iterator[Connection]:
    with database() as opened, opened.read() as db:
        yield db


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """Faults that a person can mend are said in a sentence, without a stack trace."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except (SettingsFaults, schema.SchemaBehind, NoDirectory, DirectoryFaults) as fault:
            raise click.ClickException(str(fault)) from fault
        except OperationalError as fault:
            reason = str(fault.orig).strip().splitlines()[0]
            raise click.ClickException(f"La base de données ne répond pas : {reason}") from fault
        except SQLAlchemyError as fault:
            raise click.ClickException(f"La base de données est inutilisable : {str(fault).splitlines()[0]}") from fault
        except UnicodeDecodeError as fault:
            raise click.ClickException("Ce fichier n'est pas du texte : enregistrez-le en UTF-8.") from fault
        except OSError as fault:
            said = f"{fault.strerror or fault} ({fault.filename})" if fault.filename else str(fault)
            raise click.ClickException(f"Le système refuse : {said}") from fault

    return guarded

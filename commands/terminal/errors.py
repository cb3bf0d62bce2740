"""Faults that a person can mend are said in a sentence, without a stack trace."""

import errno
import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import Any

import click


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command whose faults are sentences; what nobody foresaw keeps its trace."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise  # said already
        except Exception as fault:
            if said := sentence(fault):
                raise click.ClickException(said) from fault
            raise

    return guarded


def sentence(fault: Exception) -> str:
    """What to tell of it; "" when it is none of the faults that a person can mend."""
    from sqlalchemy.exc import OperationalError, SQLAlchemyError  # slow to import, and only needed in trouble

    from commands.terminal.resources import NoDatabase
    from settings import SettingsFaults
    from storage.directory import DirectoryFaults
    from storage.directory.versions import NoDirectory
    from storage.unfit import SchemaUnfit

    match fault:
        case SettingsFaults() | NoDatabase() | SchemaUnfit() | NoDirectory() | DirectoryFaults():
            return str(fault)
        case OperationalError():
            return f"La base de données ne répond pas : {_first_line(fault.orig)}"
        case sqlite3.OperationalError():  # from where the driver is asked without SQLAlchemy
            return f"La base de données ne répond pas : {_first_line(fault)}"
        case SQLAlchemyError():
            return f"La base de données est inutilisable : {_first_line(fault)}"
        case UnicodeDecodeError():
            return "Ce fichier n'est pas du texte : enregistrez-le en UTF-8."
        case OSError() if fault.errno != errno.EPIPE:  # whoever read us has had enough
            said = f"{fault.strerror or fault} ({fault.filename})" if fault.filename else str(fault)
            return f"Le système refuse : {said}"
    return ""


def _first_line(fault: object) -> str:
    return next(iter(str(fault).strip().splitlines()), "sans dire pourquoi")

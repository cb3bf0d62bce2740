"""A code that somebody typed, found among those of the directory, or refused with the nearest ones."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

import click

from storage.directory.faults import instead_of


class Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=Coded)


def one_of(items: Sequence[C], code: str, what: str) -> C:
    """The item of that code; `what` begins the sentence: « Le planning »."""
    for item in items:
        if item.code == code:
            return item
    raise refused(what, code, (item.code for item in items))


def refused(what: str, word: str, known: Iterable[str]) -> click.ClickException:
    near = instead_of(word, known).replace(";", " ;", 1) or "."
    return click.ClickException(f"{what} « {word} » n'existe pas{near}")

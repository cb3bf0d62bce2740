"""The line that a command is to play."""

import click

from directory.model import DirectoryData
from directory.phone_numbers import pairs


def must_be_a_line(number: str, directory: DirectoryData) -> None:
    """A number that is no line would be answered as another one, or not at all."""
    lines = [line.number for line in directory.lines]
    if number not in lines:
        known = ", ".join(map(pairs, lines))
        raise click.ClickException(f"Le {pairs(number)} n'est pas une ligne de l'annuaire ; il y a : {known}.")

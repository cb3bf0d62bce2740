"""What is wrong with a directory file, where, and what to do about it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import translatable
from translatable import Message

FEW = 12  # choices that a sentence can list


@dataclass(frozen=True, slots=True)
class Fault:
    place: str  # "clients[2].contracts[1]", counted from 0; "" is the file itself
    message: str  # French, says what to do

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class DirectoryFaults(Exception):
    """The directory is not loaded: every fault at once, each with its place."""

    def __init__(self, faults: tuple[Fault, ...]):
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Refused(translatable.Refused):
    """One value cannot be taken; the message is the fault's."""


def instead_of(word: str, known: Iterable[str]) -> str:
    """The end of a sentence on an unknown word: the nearest known one, or the few that exist."""
    choices = {choice.casefold(): choice for choice in known}
    near = difflib.get_close_matches(word.casefold(), choices, n=1)
    if near:
        return Message("; vouliez-vous dire « %(near)s » ?", near=choices[near[0]])
    if 0 < len(choices) <= FEW:
        return Message("; il existe : %(choices)s", choices=", ".join(choices.values()))
    return ""

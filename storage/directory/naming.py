"""Codes and names that become addresses of pages: asked of what is written from now on.

What was loaded before is read as it is: a call keeps the version it began with, and history is not refused."""

import string
from collections.abc import Collection, Iterator
from unicodedata import normalize

from directory.model import DirectoryData
from storage.directory import values
from storage.directory.faults import Fault
from translatable import Message

CODED = ("entities", "levels", "clients", "employers", "engineers", "rotas", "policies")
_MARKS = frozenset(string.digits + "_.-")


def check(directory: DirectoryData, known: Collection[str] = ()) -> Iterator[Fault]:
    """What no address can carry, unless it was there before."""
    for place, code in _codes(directory):
        if code not in known and not all(map(_is_plain, code)):
            yield Fault(place, Message("« %(word)s » : %(otherwise)s", word=code, otherwise=values.CODE_SAID))
    for place, name in _layers(directory):
        if name and name not in known and ("/" in name or not name.strip(".")):
            yield Fault(
                place,
                Message(
                    "« %(name)s » : le nom d'une couche est dans l'adresse de sa page; écrivez-le sans « / »", name=name
                ),
            )


def _is_plain(letter: str) -> bool:
    """Neither « ² » nor « ⅷ », which are letters or digits to some programs and not to others."""
    return letter in _MARKS or (letter.isalpha() and normalize("NFKC", letter) == letter)


def written(directory: DirectoryData) -> frozenset[str]:
    """All that it calls things by."""
    return frozenset(word for _, word in (*_codes(directory), *_layers(directory)))


def _codes(directory: DirectoryData) -> Iterator[tuple[str, str]]:
    for section in CODED:
        for i, item in enumerate(getattr(directory, section)):
            if item.code:
                yield f"{section}[{i}].code", item.code


def _layers(directory: DirectoryData) -> Iterator[tuple[str, str]]:
    for i, rota in enumerate(directory.rotas):
        yield from ((f"rotas[{i}].layers[{j}].name", layer.name) for j, layer in enumerate(rota.layers))

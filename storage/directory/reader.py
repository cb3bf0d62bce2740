"""Walks the tables of a directory file by path: takes every value, collects every fault, stops at none.

A faulty value is replaced by an empty one so that reading goes on; the checks that follow pass over it."""

import math
from collections.abc import Callable, Mapping
from typing import TypeVar

from storage.directory.faults import Fault, Refused, instead_of
from translatable import Message

T = TypeVar("T")
Reads = Callable[[object], T]  # raises Refused


class Table:
    """One table: what is not asked for by the time it is closed was not expected there."""

    def __init__(self, values: Mapping[str, object], place: str, faults: list[Fault]):
        self._values = values
        self._place = place
        self._faults = faults
        self._asked: list[str] = []

    def need(self, key: str, read: Reads[T], instead: T) -> T:
        """A value that must be there; `instead` where it is missing or faulty."""
        if key not in self._values:
            self.refuse(Message("il manque « %(key)s »", key=key))
        return self.take(key, read, instead)

    def take(self, key: str, read: Reads[T], default: T) -> T:
        """A value that may be left out."""
        self._asked.append(key)
        if key not in self._values:
            return default
        return self._read(self._values[key], read, self._inside(key), default)

    def many(self, key: str, read: Reads[T]) -> tuple[T, ...]:
        """A list of values, less the faulty ones."""
        items = enumerate(self._list(key))
        found = [self._read_or_none(item, read, f"{self._inside(key)}[{i}]") for i, item in items]
        return tuple(value for value in found if value is not None)

    def one(self, key: str, build: Callable[["Table"], T]) -> T | None:
        """A table within, built and closed."""
        self._asked.append(key)
        return self._built(self._values[key], self._inside(key), build) if key in self._values else None

    def each(self, key: str, build: Callable[["Table"], T]) -> tuple[T, ...]:
        """A list of tables, built and closed, at the positions they have in the file."""
        items = enumerate(self._list(key))
        return tuple(self._built(item, f"{self._inside(key)}[{i}]", build) for i, item in items)

    def has(self, key: str) -> bool:
        return key in self._values

    def lacks(self, key: str) -> bool:
        """Whether a list is left out or empty."""
        return self._values.get(key, []) == []

    def refuse(self, message: str, key: str = "") -> None:
        self._faults.append(Fault(self._inside(key) if key else self._place, message))

    def close(self) -> None:
        for key in self._values:
            if key not in self._asked:
                self.refuse(Message("clé « %(key)s » inconnue%(near)s", key=key, near=instead_of(key, self._asked)))

    def _list(self, key: str) -> list[object]:
        self._asked.append(key)
        value = self._values.get(key, [])
        if isinstance(value, list):
            return value
        self.refuse(Message("on attend une liste entre crochets, pas %(kind)s", kind=kind(value)), key)
        return []

    def _built(self, value: object, place: str, build: Callable[["Table"], T]) -> T:
        if isinstance(value, Mapping):
            table = Table(value, place, self._faults)
        else:
            self._faults.append(Fault(place, Message("on attend une table, pas %(kind)s", kind=kind(value))))
            table = Table({}, place, [])  # holds the position; its own faults would repeat this one
        built = build(table)
        table.close()
        return built

    def _read(self, value: object, read: Reads[T], place: str, instead: T) -> T:
        found = self._read_or_none(value, read, place)
        return instead if found is None else found

    def _read_or_none(self, value: object, read: Reads[T], place: str) -> T | None:
        try:
            return read(value)
        except Refused as fault:
            self._faults.append(Fault(place, fault.said))
            return None

    def _inside(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key


def kind(value: object) -> str:
    """What a value is, for someone who has never heard of types."""
    match value:
        case bool():
            return Message("vrai ou faux")
        case str():
            return Message("un texte")
        case int():
            return Message("un nombre")
        case float():
            return Message("un nombre à virgule") if math.isfinite(value) else Message("l'infini")
        case list():
            return Message("une liste")
        case Mapping():
            return Message("une table")
        case _:
            return Message("une date ou une heure")

"""The directory file in and out: TOML as people write it, JSON as the database keeps it.

A directory is taken whole or not at all; DirectoryFaults names every fault with its place."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from directory.model import DirectoryData
from storage.directory import clients, coverage, duty, line, naming, references, syntax
from storage.directory.faults import DirectoryFaults, Fault
from storage.directory.reader import Table, kind
from storage.directory.writer import dump, to_json
from translatable import Message

__all__ = ["DirectoryFaults", "Fault", "dump", "from_json", "parse", "read", "to_json", "with_item"]

Check = Callable[[DirectoryData], Iterable[Fault]]
SECTIONS = [field.name for field in fields(DirectoryData)]
ORGANISATION = "organisation"
ITEMS: Mapping[str, Callable[[Table], Any]] = {
    "lines": line.line,
    "entities": line.entity,
    "closures": line.closure,
    "openings": line.opening,
    "levels": clients.level,
    "clients": clients.client,
    "employers": duty.employer,
    "engineers": duty.engineer,
    "rotas": duty.rota,
    "policies": duty.policy,
    "escalation_contacts": clients.escalation_contact,
}


def parse(text: str) -> DirectoryData:
    """The directory in a TOML file's text; raises DirectoryFaults."""
    document = syntax.table(text.removeprefix("\ufeff"))  # as some editors begin a file
    if isinstance(document, Fault):
        raise DirectoryFaults((document,))
    return read(document, naming.check, coverage.check)


def from_json(text: str, *, with_clients: bool = True) -> DirectoryData:
    """The directory that `to_json` wrote; raises DirectoryFaults. Most of a large one are its clients."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault(
            Message("ligne %(line)s", line=error.lineno), Message("ce n'est pas du JSON (%(msg)s)", msg=error.msg)
        )
        raise DirectoryFaults((fault,)) from error
    if not isinstance(document, dict):
        raise DirectoryFaults((Fault("", Message("on attend une table, pas %(kind)s", kind=kind(document))),))
    return read(document if with_clients else {name: each for name, each in document.items() if name != "clients"})


def read(document: Mapping[str, object], *checks: Check) -> DirectoryData:
    """The directory in a document, once nothing is wrong with it; raises DirectoryFaults."""
    faults: list[Fault] = []
    root = Table(document, "", faults)
    if not root.has(ORGANISATION):
        root.refuse("il manque la section [organisation]")
    organisation = root.one(ORGANISATION, line.organisation) or line.UNSAID
    directory = DirectoryData(
        organisation=organisation, **{name: root.each(name, each) for name, each in ITEMS.items()}
    )
    root.close()
    return _sound(_in_zone(directory), faults, *checks)


def with_item(
    directory: DirectoryData, section: str, position: int, item: Mapping[str, object] | None
) -> DirectoryData:
    """The directory with one item read anew, added after the last one, or removed; raises DirectoryFaults."""
    faults: list[Fault] = []
    if section == ORGANISATION:
        table = Table({ORGANISATION: item}, "", faults)
        return _sound(
            replace(directory, organisation=table.one(ORGANISATION, line.organisation) or line.UNSAID), faults
        )
    held: list[Any] = list(getattr(directory, section))
    held[position : position + 1] = [] if item is None else [_alone(section, position, item, faults)]
    sections: dict[str, Any] = {section: tuple(held)}
    known, silent = naming.written(directory), coverage.silent(directory)
    new = _in_zone(replace(directory, **sections))
    return _sound(new, faults, lambda new: naming.check(new, known), lambda new: coverage.check(new, silent))


def _alone(section: str, position: int, item: Mapping[str, object], faults: list[Fault]) -> object:
    table = Table(item, f"{section}[{position}]", faults)
    built = ITEMS[section](table)
    table.close()
    return built


def _in_zone(directory: DirectoryData) -> DirectoryData:
    """A rota that names no zone keeps the organisation's."""
    own = directory.organisation.timezone
    rotas = (rota if rota.timezone else replace(rota, timezone=own) for rota in directory.rotas)
    return replace(directory, rotas=tuple(rotas))


def _sound(directory: DirectoryData, faults: list[Fault], *checks: Check) -> DirectoryData:
    for check in (references.check, *checks):
        faults += check(directory)
    if faults:
        raise DirectoryFaults(tuple(sorted(faults, key=_position)))
    return replace(directory, entities=tuple(sorted(directory.entities, key=lambda entity: entity.key)))


def _position(fault: Fault) -> tuple[int, list[int]]:
    """Faults are told in the order of the sections, then of their items."""
    section, *_ = re.split(r"\W", fault.place)
    indices = [int(index) for index in re.findall(r"\[(\d+)\]", fault.place)]
    return SECTIONS.index(section) if section in SECTIONS else -1, indices

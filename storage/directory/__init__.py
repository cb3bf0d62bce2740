"""The directory file in and out: TOML as people write it, JSON as the database keeps it.

A directory is taken whole or not at all; DirectoryFaults names every fault with its place."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace

from ivr.directory import Directory
from storage.directory import clients, duty, line, references, syntax
from storage.directory.faults import DirectoryFaults, Fault
from storage.directory.reader import Table, kind
from storage.directory.writer import dump, to_json

__all__ = ["DirectoryFaults", "Fault", "dump", "from_json", "parse", "read", "to_json"]

SECTIONS = [field.name for field in fields(Directory)]


def parse(text: str) -> Directory:
    """The directory in a TOML file's text; raises DirectoryFaults."""
    document = syntax.table(text.removeprefix("\ufeff"))  # as some editors begin a file
    if isinstance(document, Fault):
        raise DirectoryFaults((document,))
    return read(document)


def from_json(text: str) -> Directory:
    """The directory that `to_json` wrote; raises DirectoryFaults."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault(f"ligne {error.lineno}", f"ce n'est pas du JSON ({error.msg})")
        raise DirectoryFaults((fault,)) from error
    if not isinstance(document, dict):
        raise DirectoryFaults((Fault("", f"on attend une table, pas {kind(document)}"),))
    return read(document)


def read(document: Mapping[str, object]) -> Directory:
    """The directory in a document, once nothing is wrong with it; raises DirectoryFaults."""
    faults: list[Fault] = []
    root = Table(document, "", faults)
    directory = _sections(root)
    root.close()
    faults += references.check(directory)
    if faults:
        raise DirectoryFaults(tuple(sorted(faults, key=_position)))
    return replace(directory, entities=tuple(sorted(directory.entities, key=lambda entity: entity.key)))


def _sections(root: Table) -> Directory:
    if not root.has("organisation"):
        root.refuse("il manque la section [organisation]")
    return Directory(
        organisation=root.one("organisation", line.organisation) or line.UNSAID,
        lines=root.each("lines", line.line),
        entities=root.each("entities", line.entity),
        closures=root.each("closures", line.closure),
        openings=root.each("openings", line.opening),
        levels=root.each("levels", clients.level),
        clients=root.each("clients", clients.client),
        engineers=root.each("engineers", duty.engineer),
        rotas=root.each("rotas", duty.rota),
        policies=root.each("policies", duty.policy),
        escalation_contacts=root.each("escalation_contacts", clients.escalation_contact),
    )


def _position(fault: Fault) -> tuple[int, list[int]]:
    """Faults are told in the order of the sections, then of their items."""
    section, *_ = re.split(r"\W", fault.place)
    indices = [int(index) for index in re.findall(r"\[(\d+)\]", fault.place)]
    return SECTIONS.index(section) if section in SECTIONS else -1, indices

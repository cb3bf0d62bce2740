"""Who is at which telephone in a demonstration, for the page of the simulator (simulator.softphone.scene)."""

import json
from collections.abc import Iterator

from commands.private_line import PrivateLine
from ivr.directory import Client, Directory, LineKind
from storage.directory import parse

MOST_CALLERS = 20
STRANGER = {"number": "+33536499999", "label": "inconnu de l'annuaire"}
KINDS = {LineKind.MAIN: "ligne principale", LineKind.AFTER_HOURS: "ligne d'astreinte"}


def write(line: PrivateLine, doors: list[tuple[str, str]]) -> None:
    """`doors`: accounts and the address at which each enters."""
    directory = parse(line.directory.read_text(encoding="utf-8"))
    told = {
        "zone": directory.organisation.timezone,
        "lines": [{"number": each.number, "label": KINDS[each.kind]} for each in directory.lines],
        "callers": [*list(_callers(directory))[:MOST_CALLERS], STRANGER],
        "telephones": [*_engineers(directory), *_teams(directory)],
        "doors": [{"label": f"Console : {email.partition('@')[0]}", "url": url} for email, url in doors],
        "wish": str(line.wish),
    }
    partial = line.scene.with_suffix(".partial")
    partial.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    partial.rename(line.scene)


def _callers(directory: Directory) -> Iterator[dict[str, str]]:
    """Telephones that read SMS first: what the caller is told can be read there."""
    for client in directory.clients:
        for contact in client.contacts:
            for number in sorted(contact.phones, key=lambda phone: not phone.startswith(("+336", "+337")))[:1]:
                yield {"number": number, "label": f"{client.name} ({_option(client)})"}


def _option(client: Client) -> str:
    return "option 24/7" if any(each.option_24x7 for each in client.contracts) else "sans option 24/7"


def _engineers(directory: Directory) -> Iterator[dict[str, str]]:
    for engineer in directory.engineers:
        if engineer.phone:
            yield {"number": engineer.phone, "label": engineer.name}


def _teams(directory: Directory) -> Iterator[dict[str, str]]:
    """Nobody is at the desk until somebody says so: most calls of a demonstration are made at night."""
    for entity in directory.entities:
        for number, phone in enumerate(entity.team, 1):
            which = f" {number}" if len(entity.team) > 1 else ""
            yield {"number": phone, "label": f"Bureau {entity.name}{which}", "manner": "no-answer"}

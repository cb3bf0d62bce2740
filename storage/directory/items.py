"""One item of a section: found by what people call it, changed in the directory as it is by now."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from directory.model import DirectoryData
from storage.directory import ORGANISATION, DirectoryFaults, Fault, with_item

MISSING = re.compile("il manque « (\\w+) »")  # as the reader says it of a file; a form has the field to show
TO_FILL = "à remplir"
NAMED = ("name", "role", "code", "number")  # what an item is called by, the first that it has


BY_PLACE = ("closures", "openings", "escalation_contacts")  # these have no name of their own


class Gone(Exception):
    """Somebody else has changed or removed the item meanwhile."""


def every(directory: DirectoryData, section: str) -> Sequence[Any]:
    """The items of a section, in their order; the organisation is alone in its own."""
    held: Any = getattr(directory, section)
    return (held,) if section == ORGANISATION else tuple(held)


def key(section: str, item: Any, position: int) -> str:
    """What an item's page is found by: its code, its number, else its place from 1."""
    match section:
        case "organisation":
            return "here"
        case "lines":
            return str(item.number)
        case _:
            return str(position) if section in BY_PLACE else str(item.code)


def find(directory: DirectoryData, section: str, wanted: str) -> Any:
    """None where there is no such item."""
    found = (each for n, each in enumerate(every(directory, section), 1) if key(section, each, n) == wanted)
    return next(found, None)


def place(directory: DirectoryData, section: str, item: Any) -> int:
    """Where an item is by now, the end for a new one (none); what others did to other items is no matter.

    Raises Gone."""
    held = every(directory, section)
    if item is None:
        return len(held)
    if item not in held:
        raise Gone
    return held.index(item)


def changed(directory: DirectoryData, section: str, old: Any, new: Mapping[str, object] | None) -> DirectoryData:
    """One item given anew, added (`old` none) or removed (`new` none); raises Gone, DirectoryFaults."""
    return with_item(directory, section, place(directory, section, old), new)


def named(directory: DirectoryData, where: str) -> str:
    """A fault's place in words that people know: « Client Démo Un, contracts 2 »."""
    found = re.match(r"(\w+)\[(\d+)\](.*)", where)
    held = every(directory, found[1]) if found else ()
    if not found or int(found[2]) >= len(held):
        return where
    item = held[int(found[2])]
    name = next((str(getattr(item, each)) for each in NAMED if getattr(item, each, "")), found[1])
    return name + re.sub(r"\[(\d+)\]", lambda number: f" {int(number[1]) + 1}", found[3]).replace(".", ", ")


def sorted_out(refusal: DirectoryFaults, section: str, position: int) -> tuple[dict[str, list[str]], list[Fault]]:
    """The faults of one item by the names that a form has for them ("contracts.1.service"), and all others."""
    here = section if section == ORGANISATION else f"{section}[{position}]"
    own: dict[str, list[str]] = {}
    others = []
    for fault in refusal.faults:
        if fault.place == here or fault.place.startswith((f"{here}.", f"{here}[")):
            name = re.sub(r"\[(\d+)\]", r".\1", fault.place.removeprefix(here)).lstrip(".")
            missing = MISSING.fullmatch(fault.message)
            key = ".".join(filter(None, [name, missing[1]])) if missing else name
            own.setdefault(key, []).append(TO_FILL if missing else fault.message)
        else:
            others.append(fault)
    return own, others

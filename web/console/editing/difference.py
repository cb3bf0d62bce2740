"""An item before and after, field by field, in the words of its form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from directory.model import DirectoryData
from storage.directory import items
from storage.directory.items import NAMED
from storage.directory.line import DAYS
from storage.directory.writer import item as written
from web.console.editing.choices import WEEKDAYS
from web.console.editing.kinds import TURNS, Field, Item, Kind, turn, week
from web.console.editing.sections import SECTIONS
from web.languages import gettext


@dataclass(frozen=True, slots=True)
class Changed:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemChanged:
    """An item that one directory has otherwise than the other, or not at all."""

    section: str
    name: str
    is_new: bool
    is_gone: bool
    fields: list[Changed]


def of_directories(old: DirectoryData, new: DirectoryData) -> Iterator[ItemChanged]:
    """Section by section, in the words of their forms."""
    for code, section in SECTIONS.items():
        before, after = _by_key(old, code), _by_key(new, code)
        for key in [*before, *(key for key in after if key not in before)]:
            one, other = before.get(key), after.get(key)
            if one != other:
                found = differences(new, section.fields, _written(one), _written(other))
                name = next((str(named) for each in NAMED if (named := getattr(other or one, each, ""))), "")
                yield ItemChanged(gettext(section.one), name, one is None, other is None, found)


def _by_key(directory: DirectoryData, section: str) -> dict[str, Any]:
    """What is known by its place alone is known by what it says: else one that is added shifts the others."""
    found = items.every(directory, section)
    placed = section in ("closures", "openings", "escalation_contacts")
    return {repr(each) if placed else items.key(section, each, 0): each for each in found}


def _written(item: Any) -> Item:
    return written(item) if item else {}


def differences(directory: DirectoryData, fields: Sequence[Field], old: Item, new: Item) -> list[Changed]:
    """Only what differs; "" for what is not given."""
    return list(_differences(directory, fields, old, new, ""))


def _differences(
    directory: DirectoryData, fields: Sequence[Field], old: Item, new: Item, prefix: str
) -> Iterator[Changed]:
    for field in fields:
        before, after, label = old.get(field.key), new.get(field.key), prefix + gettext(field.label)
        if field.kind is Kind.ROWS:
            rows: Iterable[tuple[Item, Item]] = zip_longest(before or (), after or (), fillvalue={})
            for number, (one, other) in enumerate(rows, 1):
                yield from _differences(directory, field.fields, one, other, f"{label} {number} · ")
        elif field.kind is Kind.GROUP:
            yield from _differences(directory, field.fields, before or {}, after or {}, f"{label} · ")
        else:
            told = [said(directory, field, value) for value in (before, after)]
            if told[0] != told[1]:
                yield Changed(label, *told)


def said(directory: DirectoryData, field: Field, value: Any) -> str:
    """A value as people read it."""
    options: Mapping[str, str] = field.options(directory) if field.options else {}
    match field.kind:
        case Kind.FLAG:
            return gettext("oui") if value else gettext("non")
        case Kind.HOURS:
            days = zip(WEEKDAYS.values(), (week(value)[day] for day in DAYS), strict=True)
            return "\n".join(f"{gettext(name)} {spans}" for name, spans in days if spans)
        case Kind.TURN:
            length, unit = turn(value)
            return f"{length} {gettext(TURNS[unit])}" if length else ""
        case Kind.SEVERAL:  # their order says nothing
            chosen = sorted(value or (), key=lambda each: [*options, each].index(each))
            return ", ".join(gettext(options.get(each, each)) for each in chosen)
        case Kind.ORDERED | Kind.LINES:
            return ", ".join(gettext(options.get(str(each), str(each))) for each in value or ())
        case Kind.CHOICE:
            return gettext(options.get(str(value), str(value))) if value else ""
        case Kind.MOMENT:
            return str(value or "").replace("T", " ").removesuffix(":00")
        case _:
            return "" if value is None else str(value)

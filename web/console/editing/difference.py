"""An item before and after, field by field, in the words of its form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from ivr.directory import Directory
from storage.directory.line import DAYS
from web.console.editing.choices import WEEKDAYS
from web.console.editing.kinds import TURNS, Field, Item, Kind, turn, week
from web.languages import gettext


@dataclass(frozen=True, slots=True)
class Changed:
    label: str
    before: str
    after: str


def differences(directory: Directory, fields: Sequence[Field], old: Item, new: Item) -> list[Changed]:
    """Only what differs; "" for what is not given."""
    return list(_differences(directory, fields, old, new, ""))


def _differences(directory: Directory, fields: Sequence[Field], old: Item, new: Item, prefix: str) -> Iterator[Changed]:
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


def said(directory: Directory, field: Field, value: Any) -> str:
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

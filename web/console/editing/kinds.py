"""What a form can ask, and how it is read back into the directory's document.

What cannot be read stays as it was typed: the directory's own reader says what is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

from directory.model import DirectoryData
from storage.directory.line import DAYS

Item = dict[str, Any]  # one item of a section, as the directory's file has it
Form = MultiDict[str, str]
Options = Callable[[DirectoryData], Mapping[str, str]]
DIGITS = 9  # of a number that is one
ROWS = 500
TURNS = {"weeks": "semaines", "days": "jours", "hours": "heures"}


class Kind(StrEnum):
    LINE = "line"
    AREA = "area"  # a text of some length
    LINES = "lines"  # a list, one on a line
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    SEVERAL = "several"
    ORDERED = "ordered"  # several, in an order that counts, perhaps twice the same
    DAY = "day"
    MOMENT = "moment"  # wall clock
    CLOCK = "clock"
    HOURS = "hours"  # spans of each day of the week
    TURN = "turn"  # so many hours, days or weeks
    GROUP = "group"
    ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    key: str  # as in the file
    label: str
    kind: Kind = Kind.LINE
    hint: str = ""
    needed: bool = False
    options: Options | None = None
    fields: tuple["Field", ...] = ()  # of a group, of each row
    one: str = ""  # a row of them, « contrat »
    fixed: bool = False  # chosen once: tickets and calls are known by it
    kept_empty: bool = False  # an empty text means something


def read(fields: Sequence[Field], form: Form, prefix: str = "") -> Item:
    """What was given; what was left empty is left out."""
    found = {field.key: _value(field, form, prefix + field.key) for field in fields}
    return {key: value for key, value in found.items() if value is not None}


def _value(field: Field, form: Form, name: str) -> object:
    match field.kind:
        case Kind.FLAG:
            return name in form
        case Kind.NUMBER:
            return _number(_line(form, name))
        case Kind.LINES:
            return [line.strip() for line in form.get(name, "").splitlines() if line.strip()]
        case Kind.SEVERAL | Kind.ORDERED:
            return [value for value in form.getlist(name) if value]
        case Kind.HOURS:
            return _hours(field, form, name)
        case Kind.TURN:
            length = _number(_line(form, f"{name}.length"))
            unit = form.get(f"{name}.unit", "weeks")
            return None if length is None else {unit if unit in TURNS else "weeks": length}
        case Kind.GROUP:
            return read(field.fields, form, f"{name}.") or None
        case Kind.ROWS:
            return [read(field.fields, form, f"{name}.{row}.") for row in _rows(form, name)]
        case Kind.AREA:
            return form.get(name, "").replace("\r\n", "\n").strip() or None
        case _:
            given = _line(form, name)
            return given if given or (field.kept_empty and name in form) else None


def _line(form: Form, name: str) -> str:
    return form.get(name, "").strip()


def _number(given: str) -> int | str | None:
    is_one = given.isascii() and given.isdigit() and len(given) <= DIGITS
    return int(given) if is_one else given or None


def _hours(field: Field, form: Form, name: str) -> Mapping[str, list[str]] | None:
    spans = {day: re.split(r"[,;]\s*", _line(form, f"{name}.{day}")) for day in DAYS}
    found = {day: [span for span in each if span] for day, each in spans.items()}
    given = {day: each for day, each in found.items() if each}
    return given or ({"weekdays": []} if field.needed else None)


def _rows(form: Form, name: str) -> list[int]:
    """The numbers of the rows that the page had."""
    row = re.compile(re.escape(name) + rf"\.(\d{{1,{DIGITS}}})\.", re.ASCII)
    return sorted({int(found[1]) for key in form if (found := row.match(key))})[:ROWS]


# ---------------------------------------------------------------- how it is shown
def week(value: object) -> dict[str, str]:
    """Day by day, as one types it."""
    given = value if isinstance(value, Mapping) else {}
    days = {day: given.get(day) or (given.get("weekdays", []) if day in DAYS[:5] else []) for day in DAYS}
    return {day: ", ".join(map(str, spans)) for day, spans in days.items()}


def turn(value: object) -> tuple[str, str]:
    """How many, of what."""
    given = value if isinstance(value, Mapping) else {}
    return next(((str(given[unit]), unit) for unit in TURNS if unit in given), ("", "weeks"))


def clock(value: object) -> str:
    """An instant or a time of day, without seconds that are nil: browsers know no others."""
    written = str(value or "")
    return written.removesuffix(":00") if written.count(":") == 2 else written


def names(fields: Sequence[Field], item: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Where a fault can be shown: every field of the page, every row, every day of the hours."""
    for field in fields:
        name = prefix + field.key
        yield name
        match field.kind:
            case Kind.ROWS:
                for number, row in enumerate(item.get(field.key, ())):
                    yield f"{name}.{number}"
                    yield from names(field.fields, row, f"{name}.{number}.")
            case Kind.GROUP:
                yield from names(field.fields, item.get(field.key, {}), f"{name}.")
            case Kind.HOURS:
                yield from (f"{name}.{day}" for day in DAYS)

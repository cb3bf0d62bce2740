"""Writes a directory as the document that the reader accepts: TOML for people, JSON for the database."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast

import tomli_w

from directory import phone_numbers
from directory.model import DirectoryData
from oncall.rotas import Layer
from storage.directory.line import DAYS

WIDTH = 100  # a longer list goes on several lines
Values = dict[str, object]
S = TypeVar("S")


def dump(directory: DirectoryData) -> str:
    """The file as a person would write it: sections in the sample's order, defaults left out."""
    blocks = []
    for section, value in _whole(directory, phone_numbers.pairs).items():
        items = value if isinstance(value, list) else [value]
        heading = f"[[{section}]]" if isinstance(value, list) else f"[{section}]"
        blocks += ["\n".join([heading, *_lines(section, cast(Values, item))]) for item in items]
    return "\n\n".join(blocks) + "\n"


def to_json(directory: DirectoryData) -> str:
    """The same directory always gives the same text."""
    document = _whole(directory, str)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso)


def _whole(directory: DirectoryData, spell: Callable[[str], str]) -> Values:
    """Every section; a rota names its zone where it is not the organisation's."""
    document = _document(directory, spell)
    own = directory.organisation.timezone
    tables = zip(directory.rotas, cast(list[Values], document.get("rotas", [])), strict=True)
    if rotas := [_zoned(rota.timezone if rota.timezone != own else "", table) for rota, table in tables]:
        document["rotas"] = rotas
    return document


def _zoned(zone: str, rota: Values) -> Values:
    """Its code, its zone, then the rest, as TOML wants what comes before tables within."""
    code = {"code": rota["code"]} | ({"timezone": zone} if zone else {})
    return code | {key: value for key, value in rota.items() if key not in ("code", "timezone")}


def item(value: object) -> Values:
    """One item of a section as a form shows it: what is at its default is written too, dates as text."""
    return cast(Values, json.loads(json.dumps(_document(value, phone_numbers.pairs, whole=True), default=_iso)))


def _iso(value: object) -> str:
    return cast(date, value).isoformat()


def _document(value: Any, spell: Callable[[str], str], *, whole: bool = False) -> Values:
    """A dataclass as the file's table: its fields in order, less those at their default, or with them."""
    table: Values = {}
    for field in fields(value):
        held = getattr(value, field.name)
        if held != field.default or (whole and held not in (None, "")):
            key = "from" if field.name == "starts" and not isinstance(value, Layer) else field.name
            table[key] = _written(field.name, held, spell, whole=whole)
    return table


def _written(name: str, held: Any, spell: Callable[[str], str], *, whole: bool) -> object:
    match name, held:
        case (("number" | "phone"), str()):
            return spell(held)
        case (("phones" | "team"), tuple()):
            return [spell(number) for number in held]
        case "hours", tuple():
            return _week(held, lambda span: _span(span.opens, span.closes))
        case (("only" | "work"), tuple()):
            return _week(held, lambda span: _span(span.starts, span.until))
        case "every", timedelta():
            return _turn(held)
        case _, timedelta():
            return _duration(held)
        case _, time():
            return f"{held:%H:%M}"
        case _, tuple():
            return [_written("", each, spell, whole=whole) for each in held]
        case _, Decimal():
            return str(held)
        case _, str() | bool() | int() | date():
            return str(held) if isinstance(held, str) else held
        case _:
            return _document(held, spell, whole=whole)


def _week(week: tuple[tuple[S, ...], ...], written: Callable[[S], str]) -> Values:
    monday, *_ = week
    alike = all(day == monday for day in week[:5])
    named = [("weekdays", monday), *zip(DAYS[5:], week[5:], strict=True)] if alike else zip(DAYS, week, strict=True)
    return {name: [written(span) for span in day] for name, day in named if day} or {"weekdays": []}


def _span(opens: time, closes: time) -> str:
    return f"{opens:%H:%M}-{'24:00' if closes == time.min else f'{closes:%H:%M}'}"


def _turn(every: timedelta) -> Values:
    for unit, length in (("weeks", timedelta(weeks=1)), ("days", timedelta(days=1))):
        if not every % length:
            return {unit: every // length}
    return {"hours": every // timedelta(hours=1)}


def _duration(duration: timedelta) -> str:
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours and minutes and not seconds:
        return f"{hours}h{minutes:02}"
    parts = [f"{figure}{unit}" for figure, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if figure]
    return "".join(parts) or "0m"


def _lines(place: str, table: Mapping[str, object]) -> list[str]:
    """The table's own values first, then the tables within that deserve a heading of their own."""
    within = [key for key in ("contracts", "absences", "layers", "overrides") if table.get(key)]
    lines = [f"{key} = {_toml(value)}" for key, value in table.items() if key not in within]
    for key in within:
        for item in cast(list[Values], table[key]):
            lines += [f"[[{place}.{key}]]", *_lines(f"{place}.{key}", item)]
    return lines


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(within)}" for key, within in value.items()) + " }"
    if isinstance(value, list):
        items = [_toml(item) for item in value]
        line = "[" + ", ".join(items) + "]"
        several = any(isinstance(item, Mapping) for item in value) or len(line) > WIDTH
        return "[\n" + "".join(f"  {item},\n" for item in items) + "]" if several else line
    if isinstance(value, date):
        return value.isoformat()
    return tomli_w.dumps({"_": value}).removeprefix("_ = ").rstrip("\n")

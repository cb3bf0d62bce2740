"""Lists of resources: filters, order and pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from simulator.fields import moment
from simulator.refusals import Refused
from simulator.shapes import Json

DEFAULT_SIZE = 50
MAX_SIZE = 1000

Query = Mapping[str, Sequence[str]]


class Listed(Protocol):
    @property
    def sid(self) -> str: ...


T = TypeVar("T", bound=Listed)


def first(given: Query, name: str, default: str = "") -> str:
    """The value of a field that is given once."""
    values = given.get(name)
    return values[0] if values else default


def page(name: str, path: str, rows: Sequence[T], query: Query, shape: Callable[[T], Json]) -> Json:
    """One page of a list, newest first, with the addresses of its neighbours."""
    size = min(int(first(query, "PageSize", str(DEFAULT_SIZE))), MAX_SIZE)
    number = int(first(query, "Page", "0"))
    if size == 0:
        raise Refused(400, 20006, "PageSize must be greater than zero")
    start = _start(rows, first(query, "PageToken"), number * size)
    shown = rows[start : start + size]
    kept = {k: v for k, v in query.items() if k not in ("Page", "PageToken", "PageSize")}

    def address(page_number: int, token: str = "") -> str:
        asked = kept | {"PageSize": [str(size)], "Page": [str(page_number)]} | ({"PageToken": [token]} if token else {})
        return f"{path}?{urlencode(asked, doseq=True)}"

    has_more = start + size < len(rows)
    return {
        name: [shape(row) for row in shown],
        "page": number,
        "page_size": size,
        "start": start,
        "end": max(start, start + len(shown) - 1),
        "uri": address(number),
        "first_page_uri": address(0),
        "previous_page_uri": address(number - 1) if number else None,
        "next_page_uri": address(number + 1, f"PA{shown[-1].sid}") if has_more else None,
    }


def _start(rows: Sequence[Listed], token: str, otherwise: int) -> int:
    """After the row the token names: rows that came meanwhile are not shown twice."""
    sids = [f"PA{row.sid}" for row in rows]
    return sids.index(token) + 1 if token in sids else otherwise


def in_time(query: Query, name: str, instant: datetime | None) -> bool:
    """Whether an instant passes the filters `Name`, `Name<` and `Name>`, both of which include the bound."""
    for suffix in ("", "<", ">"):
        wanted = first(query, name + suffix)
        if wanted and not _passes(suffix, wanted, instant):
            return False
    return True


def _passes(suffix: str, wanted: str, instant: datetime | None) -> bool:
    if instant is None:
        return False
    asked = moment(wanted)
    assert asked is not None, "the field was checked before"
    bound, is_day = asked
    bound = bound if bound.tzinfo else bound.replace(tzinfo=UTC)
    have = instant.astimezone(UTC).replace(microsecond=0)
    if is_day:
        have = have.replace(hour=0, minute=0, second=0)
    return have <= bound if suffix == "<" else have >= bound if suffix == ">" else have == bound

"""Databases as earlier programs made and filled them.

`schemas/steps`: what each step said to each database when it landed; a letter marks an early form of a step that was
changed later. `schemas/rows`: what the program of that time had written, a call and all that followed; a row or two of
what its stories did not reach. `schemas/lists`: what its own commands showed of it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

SCHEMAS = Path(__file__).parent / "schemas"
# After rows with ids of their own, the next id follows them.
RESTART = """
SELECT format('SELECT setval(%L, (SELECT coalesce(max(%I), 0) + 1 FROM %I), false)',
  s.oid::regclass, attname, t.relname)
FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a' JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE s.relkind = 'S'
"""


@dataclass(frozen=True)
class Former:
    """The rows of one time, the steps its database had taken, those that it has taken since."""

    rows: str
    steps: Sequence[str]
    since: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.rows} then {self.since[-1]}" if self.since else self.rows

    def make(self, url: str) -> None:
        steps, since = self._said(url, self.steps), self._said(url, self.since)
        rows = (SCHEMAS / "rows" / f"{self.rows}.sql").read_text(encoding="utf-8")
        if make_url(url).get_backend_name() == "sqlite":
            _sqlite(str(make_url(url).database), steps, rows, since)
        else:
            _postgresql(url.replace("+psycopg", ""), steps, rows, since)

    def shown(self, what: str) -> list[dict[str, Any]]:
        """What `astreinte tickets|calls|pages --json` printed then."""
        told: dict[str, list[dict[str, Any]]] = json.loads((SCHEMAS / "lists" / f"{self.rows}.json").read_bytes())
        return told[what]

    def _said(self, url: str, steps: Sequence[str]) -> str:
        kind = make_url(url).get_backend_name()
        return "\n".join((SCHEMAS / "steps" / f"{step}.{kind}.sql").read_text(encoding="utf-8") for step in steps)


def everyone() -> Iterator[Former]:
    """Every schema that was ever main's; those that took an early form of a step, and others since."""
    for file in sorted((SCHEMAS / "rows").glob("*.sql")):
        yield of(file.stem)
    yield Former("0002a", ("0001", "0002a"), ("0003",))
    yield Former("0003b", ("0001", "0002b", "0003"), _numbers(4, 22))
    yield Former("0010a", _steps("0010a"), _numbers(11, 22))


def of(stem: str) -> Former:
    return Former(stem, _steps(stem))


def _steps(stem: str) -> tuple[str, ...]:
    """0006a took step 6 in its early form, and 0003b step 2, for 3 never had another."""
    early = {"0003b": "0002b"}.get(stem, stem)
    return tuple(early if step == early[:4] else step for step in _numbers(1, int(stem[:4])))


def _numbers(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number:04}" for number in range(first, last + 1))


def _sqlite(file: str, steps: str, rows: str, since: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(file)
    db.executescript(
        f"PRAGMA journal_mode = WAL; BEGIN; {steps} COMMIT; PRAGMA foreign_keys = ON; BEGIN; {rows} COMMIT"
    )
    db.executescript(f"PRAGMA foreign_keys = OFF; BEGIN; {since} COMMIT")
    db.close()


def _postgresql(url: str, steps: str, rows: str, since: str) -> None:
    with psycopg.connect(url) as db:
        db.execute((steps + rows).encode())
        for (restart,) in db.execute(RESTART).fetchall():
            db.execute(restart)
        if since:
            db.execute(since.encode())

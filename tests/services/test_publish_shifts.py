"""Whatever is done to a rota, what is published says what the rota says, and what has begun has not moved."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from directory.index import Directory
from oncall.rotas import Kind, Override, who
from services import publish_shifts
from storage.database import Database
from storage.directory import parse, versions
from storage.models import ShiftRow
from tests.support.phone import SAMPLE, TestClock

START = TestClock("2026-10-20 22:04").now  # the clock goes back on the Sunday
SAMPLE_DIRECTORY = parse(SAMPLE.read_text(encoding="utf-8"))
hours = st.integers(-72, 400).map(lambda n: datetime(2026, 10, 20, 22) + n * timedelta(hours=1))  # noqa: DTZ001
overrides = st.builds(
    lambda starts, hours, engineer, kind: Override(
        layer="principal", starts=starts, until=starts + hours * timedelta(hours=1), engineer=engineer, kind=kind
    ),
    hours, st.integers(1, 200), st.sampled_from(["ing1", "ing2", "ing3"]), st.sampled_from(Kind),
)  # fmt: skip
edits = st.lists(st.tuples(st.integers(0, 40), st.lists(overrides, max_size=3)), min_size=1, max_size=4)


def edited(added: list[Override]) -> Directory:
    first, *others = SAMPLE_DIRECTORY.rotas
    return Directory(replace(SAMPLE_DIRECTORY, rotas=(replace(first, overrides=tuple(added)), *others)))


def rows(database: Database) -> list[Any]:
    with database.read() as db:
        return list(db.execute(select(ShiftRow.__table__)))


@pytest.fixture
def loaded(database: Database) -> Database:
    with database.begin() as db:
        versions.load(db, SAMPLE_DIRECTORY, START)
    return database


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=edits)
def test_published_is_what_the_rota_says(loaded: Database, steps: list[tuple[int, list[Override]]]) -> None:
    with loaded.begin() as db:
        db.execute(delete(ShiftRow))
    now, begun = START, dict[int, datetime]()
    for hours_later, added in steps:
        now += hours_later * timedelta(hours=1)
        due = publish_shifts.due(edited(added), now)
        with loaded.begin() as db:
            publish_shifts.publish(db, due, now)
        kept = rows(loaded)
        ahead = [row for row in kept if row.until > now and not row.cancelled_at]
        for at in (now + n * timedelta(hours=5) for n in range(1, 70)):
            assert _published(ahead, at) == _on_call(edited(added), at)
        assert all(row.starts == begun[row.id] for row in kept if row.id in begun)
        assert len({row.uid for row in kept}) == len(kept)
        begun |= {row.id: row.starts for row in kept if row.starts <= now and not row.cancelled_at}
        with loaded.begin() as db:
            assert publish_shifts.publish(db, due, now) == []  # nothing is told twice
        assert rows(loaded) == kept


def _published(rows: list[Any], at: datetime) -> set[tuple[str, str, str]]:
    return {(row.rota, row.layer, row.engineer) for row in rows if row.starts <= at < row.until}


def _on_call(book: Directory, at: datetime) -> set[tuple[str, str, str]]:
    """Asked of each layer for this one instant, as a page that opens then would."""
    return {
        (rota.code, layer.name, engineer)
        for rota in book.directory.rotas
        for layer in rota.layers
        for engineer in who(rota, layer.name, at, book.directory.engineers).engineers
    }

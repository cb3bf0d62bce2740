"""What-if and the running line cannot disagree: the same random calls are played through both."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from directory import phone_numbers
from ivr.effects import OpenTicket
from ivr.simulation import Simulation, rehearse
from ivr.what_if import Firing, firings, ticket_of
from storage.directory.versions import DirectoryCache
from storage.models import Attempt, Page
from tests.ivr import sample
from tests.support.databases import KINDS
from tests.support.phone import Caller, Line, TestClock
from tests.support.settings_for_tests import AFTER_HOURS, MAIN

CALLERS = (
    sample.UN, sample.DEUX, sample.MOBILE_UN, sample.STRANGER, sample.WITHHELD, sample.SHARED,
    sample.MANY_SERVICES, sample.MANY_SITES, sample.ENDING, sample.TO_COME, sample.NO_SITE,
)  # fmt: skip
INSTANTS = (
    "2026-09-12 22:04", "2026-09-14 08:29:59", "2026-09-14 08:30", "2026-09-14 12:30", "2026-09-14 18:00",
    "2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00", "2027-03-28T01:00+00:00", "2026-12-24 17:45",
    "2026-12-25 03:12", "2026-12-29 10:00", "2026-11-21 22:00",
)  # fmt: skip
FIRST, YEAR = datetime(2026, 9, 1, tzinfo=UTC), 365 * 24 * 3600
ANY_INSTANT = st.integers(0, YEAR).map(lambda seconds: (FIRST + timedelta(seconds=seconds)).isoformat())
TOLD = ("kind", "nature", "entity", "client", "service", "sites", "verified", "refusal")
KEY = st.sampled_from([*"111122345909*", "-", "h", "260417", "260425", "0639982233"])


def plays(line: Line, caller: Caller, keys: Sequence[str]) -> list[str]:
    """The rehearsal's person on a real call: one entry a question; a team that does not answer; 20 s after the beep."""
    left = list(keys)
    for _ in range(100):
        if caller.leg.state == "gathering":
            key = left.pop(0) if left else "h"
            if key == "h":
                caller.hangs_up()
            elif key == "-":
                caller.is_silent()
            else:
                caller.presses(key)
        elif caller.leg.state == "dialling":
            caller.line.settle()
        elif caller.leg.state == "recording":
            caller.says(20, then="#")
        else:
            return left
    raise AssertionError("the call does not end")


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def same(line: Line, number: str, to: str, keys: Sequence[str]) -> None:
    at = line.clock()
    with line.database.read() as db:
        book = DirectoryCache().newest(db)
    before = {row["reference"] for row in line.tickets()}
    for phone in {phone for entity in book.directory.entities for phone in entity.team}:
        line.phone(phone).does("no-answer")
    for engineer in book.directory.engineers:
        line.phone(engineer.phone).does("answers:-")  # all is delivered, and nobody takes it
    caller = line.phone(number).calls(to)
    plays(line, caller, keys)
    line.settle()
    new = [row for row in line.tickets() if row["reference"] not in before]
    reference = new[0]["reference"] if new else "XXX-00-00000-0"
    played = rehearse(book, to=to, caller=phone_numbers.caller(number), at=at, keys=keys, reference=reference)
    said = " ".join(text for moment in played.moments for text in moment.texts)
    assert words_of(" ".join(caller.leg.heard)) == words_of(said)
    assert line.calls()[-1]["outcome"] == played.call.outcome
    same_ticket(new, played)
    if (order := ticket_of(played)) and order.pages:
        same_climb(line, reference, list(firings(book, order, at)))


def same_climb(line: Line, reference: str, foretold: list[Firing]) -> None:
    """Whom each step of the policy tries, by what, and at which second."""
    line.forward(seconds=(foretold[-1].at - line.clock()).total_seconds())
    of_page = select(Attempt.__table__).join(Page, Page.id == Attempt.page).where(Page.ticket == reference)
    with line.database.read() as db:
        rows = db.execute(of_page).all()
    tried = {(row.step + 1, row.at, row.engineer, row.channel) for row in rows}
    assert tried == {
        (firing.step, firing.at, each.person.engineer, channel)
        for firing in foretold for each in firing.reached for channel in each.by
    }  # fmt: skip


def same_ticket(new: list[dict[str, Any]], played: Simulation) -> None:
    order: OpenTicket | None = ticket_of(played)
    assert len(new) == (order is not None)
    if order:
        [row] = new
        told = {name: row[name] for name in TOLD}
        assert told == {name: getattr(order, name) for name in TOLD} | {"sites": list(order.sites)}
        assert row["paged"] == order.pages


@pytest.mark.parametrize("kind", KINDS)
def test_what_if_and_the_running_line_agree(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    source = request.getfixturevalue("sqlite_files" if kind == "sqlite" else "postgres_server")
    directory = sample.enlarged()

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(CALLERS), st.sampled_from([MAIN, AFTER_HOURS]), st.sampled_from(INSTANTS) | ANY_INSTANT,
        st.lists(KEY, max_size=7),
    )  # fmt: skip
    def agree(number: str, to: str, at: str, keys: list[str]) -> None:
        with source.fresh() as url:  # what one call leaves behind would be known to the next
            line = Line(url, tmp_path / "audio", TestClock(at), directory)
            try:
                same(line, number, to, keys)
            finally:
                line.close()

    agree()

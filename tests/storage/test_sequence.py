"""Ticket numbers: one a ticket, without a gap, whoever asks at the same time; a new count each Paris year."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database
from storage.tickets import summaries
from tickets import reference
from tickets.reference import year_of

CHECKOUT = Path(__file__).resolve().parents[2]
TAKER = """
import sys
from storage.tickets import summaries
from storage.database import Database
database = Database(sys.argv[1])
sys.stdin.readline()
for nth in range(40):
    try:
        with database.begin() as db:
            print(summaries.next_reference(db, "NVL", 26), nth % 4 == 3, flush=True)
            if nth % 4 == 3:
                raise RuntimeError("undone")
    except RuntimeError:
        pass
"""


def numbers(references: list[str]) -> list[int]:
    return sorted(int(reference.split("-")[2]) for reference in references)


def test_two_processes_at_once_leave_no_gap(database_url: str, database: Database) -> None:
    """Every fourth transaction is undone; its number is given to the next."""
    takers = [
        subprocess.Popen([sys.executable, "-c", TAKER, database_url], cwd=CHECKOUT, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]  # fmt: skip
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("\n")
        taker.stdin.flush()
    told = [taker.communicate(timeout=60)[0] for taker in takers]
    assert [taker.returncode for taker in takers] == [0, 0]
    rows = [line.split() for output in told for line in output.splitlines()]
    assert len(rows) == 80
    kept = [given for given, undone in rows if undone == "False"]
    assert numbers(kept) == list(range(1, 61))
    assert all(reference.parse(given.replace("-", "").removeprefix("NVL"), "NVL") == given for given in kept)


def test_a_number_waits_for_the_transaction_before_it(database_url: str, database: Database) -> None:
    """The second asks while the first has not yet committed: it waits, and gets what the first gave back."""
    other = Database(database_url)
    asking, got = threading.Event(), list[str]()

    def ask() -> None:
        asking.set()
        with other.begin() as db:
            got.append(summaries.next_reference(db, "NVL", 26))

    second = threading.Thread(target=ask)
    with pytest.raises(RuntimeError, match="undone"), database.begin() as db:  # noqa: PT012
        first = summaries.next_reference(db, "NVL", 26)
        second.start()
        assert asking.wait(20)
        second.join(0.2)
        assert second.is_alive()
        raise RuntimeError("undone")
    second.join(20)
    other.dispose()
    assert got == [first]


@pytest.mark.parametrize(
    ("instant", "year"),
    [
        pytest.param(datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), 26, id="a second before midnight in Paris"),
        pytest.param(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), 27, id="midnight in Paris"),
        pytest.param(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), 27, id="half past, still 2026 in Greenwich"),
    ],
)
def test_the_year_is_that_of_paris(instant: datetime, year: int) -> None:
    assert year_of(instant, "Europe/Paris") == year


def test_each_year_begins_at_one(database: Database) -> None:
    def take(year: int) -> str:
        with database.begin() as db:
            return summaries.next_reference(db, "NVL", year)

    given = [take(year) for year in (26, 26, 27, 26, 27)]
    assert given == ["NVL-26-00001-8", "NVL-26-00002-6", "NVL-27-00001-7", "NVL-26-00003-4", "NVL-27-00002-5"]

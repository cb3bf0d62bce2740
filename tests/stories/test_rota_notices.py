"""A rota is changed: whoever gains or loses a shift hears of it, once, and at a decent hour."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from jobs import chores
from storage.models import ShiftRow
from tests.support.phone import ING1, ING2, ING3, SAMPLE, Line

TOML = SAMPLE.read_text(encoding="utf-8")
BY_SMS = TOML.replace('ticket_prefix = "NVL"', 'ticket_prefix = "NVL"\nrota_notices = "sms"')
BY_NOBODY = TOML.replace('ticket_prefix = "NVL"', 'ticket_prefix = "NVL"\nrota_notices = "none"')


def override(toml: str, engineer: str, first: str, last: str) -> str:
    one = f'[[rotas.overrides]]\nlayer = "principal"\nfrom = {first}\nuntil = {last}\nengineer = "{engineer}"\n'
    return toml.replace("[[rotas.overrides]]", f"{one}[[rotas.overrides]]", 1)


def given(toml: str) -> str:
    """ing3 has idline's Wednesday of ing1's week."""
    return override(toml, "ing3", "2026-09-16T08:30:00", "2026-09-17T08:30:00")


@pytest.fixture
def published(make_line: Callable[..., Line]) -> Callable[[str], Line]:
    """A line whose shifts are known to everybody; Saturday, 14:00."""

    def make(toml: str) -> Line:
        line = make_line(toml)
        line.clock.at("2026-09-12 14:00")
        with line.database.begin() as db:
            chores.schedule(db, {"shifts": None}, line.clock())
        line.settle()
        return line

    return make


def mails(line: Line) -> list[tuple[str, str]]:
    return [(mail["recipient"], mail["body"]) for mail in line.mails()]


def rows(line: Line) -> list[Any]:
    with line.database.read() as db:
        return list(db.execute(select(ShiftRow.__table__).order_by(ShiftRow.id)))


def test_the_first_publication_is_no_news(published: Callable[[str], Line]) -> None:
    line = published(BY_SMS)
    assert rows(line)
    line.forward(days=20)  # weeks come into sight
    assert (mails(line), [line.phone(n).texts() for n in (ING1, ING2, ING3)]) == ([], [[], [], []])


def test_by_mail(published: Callable[[str], Line]) -> None:
    line = published(TOML)
    line.load(given(TOML))
    line.forward(minutes=3)
    told = dict(mails(line))
    assert set(told) == {"ing1@nvl.example", "ing3@nvl.example"}
    assert "En plus : idline (principal), du mercredi 16/09 à 08:30 au jeudi 17/09 à 08:30" in told["ing3@nvl.example"]
    assert "Déplacée : idline (principal), du lundi 14/09 à 08:30 au mercredi 16/09" in told["ing1@nvl.example"]
    assert (
        "Toujours à vous : idline (principal), du jeudi 17/09 à 08:30" in told["ing1@nvl.example"]
    )  # what is left after it


def test_by_sms(published: Callable[[str], Line]) -> None:
    line = published(BY_SMS)
    line.load(given(BY_SMS))
    line.forward(minutes=3)
    line.phone(ING3).gets_sms("vos astreintes ont changé", "En plus : idline (principal), du mercredi 16/09")
    line.phone(ING1).gets_sms("Déplacée")
    assert (line.phone(ING2).texts(), mails(line)) == ([], [])


def test_a_change_of_mind_is_no_news(published: Callable[[str], Line]) -> None:
    line = published(BY_SMS)
    line.load(given(BY_SMS))
    line.clock.forward(minutes=1)
    line.load(BY_SMS)
    line.forward(hours=1)
    assert [line.phone(n).texts() for n in (ING1, ING2, ING3)] == [[], [], []]


def test_what_was_given_back_keeps_its_calendar_event(published: Callable[[str], Line]) -> None:
    line = published(BY_NOBODY)
    before = {row.uid: (row.starts, row.until) for row in rows(line)}
    line.load(given(BY_NOBODY))
    line.forward(minutes=3)
    line.load(BY_NOBODY)
    line.forward(minutes=3)
    after = {row.uid: (row.starts, row.until, row.cancelled_at) for row in rows(line)}
    assert {uid: (*span, None) for uid, span in before.items()}.items() <= after.items()
    extra = [after[uid] for uid in after.keys() - before.keys()]
    assert len(extra) == 2  # ing3's Wednesday, and ing1's end of the week
    assert all(cancelled for *_, cancelled in extra)


@pytest.mark.parametrize(
    ("changed_at", "told_at"),
    [
        pytest.param("2026-09-12 22:30", "2026-09-13 08:00", id="late in the evening: in the morning"),
        pytest.param("2026-09-13 03:00", "2026-09-13 08:00", id="at night: in the morning"),
        pytest.param("2026-09-16 03:00", "2026-09-16 08:00", id="it begins at 08:30: the morning is soon enough"),
        pytest.param("2026-09-15 11:00", "2026-09-15 11:02", id="by day: at once"),
    ],
)
def test_an_sms_waits_for_the_day(published: Callable[[str], Line], changed_at: str, told_at: str) -> None:
    line = published(BY_SMS)
    line.clock.at(changed_at)
    line.settle()
    line.load(given(BY_SMS))
    end = type(line.clock)(told_at).now
    line.forward(seconds=(end - line.clock.now).total_seconds() - 1)
    assert line.phone(ING3).texts() == []
    line.forward(seconds=1)
    assert len(line.phone(ING3).texts()) == 1


def test_what_begins_in_the_night_is_told_in_the_night(published: Callable[[str], Line]) -> None:
    line = published(BY_SMS)
    line.clock.at("2026-09-15 23:00")
    line.settle()
    line.load(override(BY_SMS, "ing3", "2026-09-16T02:00:00", "2026-09-16T06:00:00"))
    line.forward(minutes=3)
    assert len(line.phone(ING3).texts()) == 1


def test_what_has_begun_does_not_move(published: Callable[[str], Line]) -> None:
    """ing2's week is taken over in the middle: what they had of it stays, and ends with the new directory."""
    line = published(BY_NOBODY)
    (mine,) = [row for row in rows(line) if row.starts <= line.clock() < row.until and row.rota == "idline"
               and row.layer == "principal"]  # fmt: skip
    loaded_at = line.clock()
    line.load(override(BY_NOBODY, "ing3", "2026-09-10T08:30:00", "2026-09-14T08:30:00"))  # a file may rewrite the past
    line.forward(minutes=3)
    (after,) = [row for row in rows(line) if row.id == mine.id]
    assert (after.starts, after.until, after.cancelled_at) == (mine.starts, loaded_at, None)


def test_an_override_from_now_cuts_the_shift_in_two(published: Callable[[str], Line]) -> None:
    """ing3 steps in for a day: ing1's shift ends when they do, and what is left of the week is a new one."""
    line = published(TOML)
    line.clock.at("2026-09-16 10:00")
    line.settle()
    line.load(override(TOML, "ing3", "2026-09-16T10:01:00", "2026-09-16T18:00:00"))
    line.forward(minutes=3)
    mine = [row for row in rows(line) if (row.rota, row.layer) == ("idline", "principal") and not row.cancelled_at]
    spans = sorted((row.starts, row.until, row.engineer) for row in mine)
    week = [(f"{starts:%d %H:%M}", f"{until:%d %H:%M}", who) for starts, until, who in spans if starts.month == 9][1:4]
    assert week == [  # UTC
        ("14 06:30", "16 08:01", "ing1"), ("16 08:01", "16 16:00", "ing3"), ("16 16:00", "21 06:30", "ing1"),
    ]  # fmt: skip
    told = dict(mails(line))
    assert set(told) == {"ing1@nvl.example", "ing3@nvl.example"}
    assert "Déplacée : idline (principal), du lundi 14/09 à 08:30 au mercredi 16/09 à 10:01" in told["ing1@nvl.example"]
    assert "Toujours à vous : idline (principal), du mercredi 16/09 à 18:00" in told["ing1@nvl.example"]

"""Whoever issues the statements of standby is reminded, once, and told once more when some are late."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.accounts.accounts import Role
from storage.models import Account, Chore, Mail
from tests.jobs.work import add_chores
from tests.support.phone import SAMPLE, Line
from tests.web.people import Visitor, signed_in


def told(line: Line) -> list[Any]:
    with line.database.read() as db:
        wanted = select(Mail.recipient, Mail.subject, Mail.body).where(Mail.message_id.like("releves.%"))
        return list(db.execute(wanted.order_by(Mail.id)).all())


def looks(line: Line, *moments: str) -> None:
    """The worker, at each of them and nowhere in between."""
    for moment in moments:
        line.clock.at(moment)
        with line.database.begin() as db:
            db.execute(update(Chore).where(Chore.name == "statements").values(run_at=line.clock()))
        line.settle()


@pytest.fixture
def admin(line: Line) -> Visitor:
    visitor = signed_in(line, Role.ADMIN)
    add_chores(line.database, "statements", at=line.clock())
    line.settle()
    return visitor


def test_on_the_first_at_nine_once(line: Line, admin: Visitor) -> None:
    looks(line, "2026-10-01 08:59")
    assert told(line) == []
    looks(line, "2026-10-01 09:00", "2026-10-01 10:00", "2026-10-02 09:00")
    [(recipient, subject, body)] = told(line)
    assert (recipient, subject) == ("admin@nvl.example", "Relevés d'astreinte 09/2026 à émettre : Groupe NVL")
    assert "- Ingénieur 2" in body
    assert "/standby?month=2026-09" in body


def test_a_week_later_those_that_are_late(line: Line, admin: Visitor) -> None:
    looks(line, "2026-10-01 09:00")
    admin.does("/standby/ing2/2026-09/issue")
    looks(line, "2026-10-08 09:00", "2026-10-09 09:00")
    _, (_, subject, body) = told(line)
    assert "en retard" in subject
    assert "- Ingénieur 1" in body
    assert "- Ingénieur 2" not in body, "issued"


def test_a_worker_that_was_away_tells_of_what_is_late_alone(line: Line, admin: Visitor) -> None:
    looks(line, "2026-09-30 23:00", "2026-10-12 14:00")
    [(_, subject, _)] = told(line)
    assert "en retard" in subject


def test_nothing_of_the_month_before_the_line_began(line: Line) -> None:
    signed_in(line, Role.ADMIN)
    line.clock.at("2026-10-01 10:00")
    add_chores(line.database, "statements", at=line.clock())
    line.settle()
    assert told(line) == []


def test_an_admin_of_some_entities_is_told_of_their_people(line: Line, admin: Visitor) -> None:
    signed_in(line, Role.ADMIN, email="ozanges@nvl.example", entities=["ozanges"])
    signed_in(line, Role.DESK, email="accueil@nvl.example")
    with line.database.begin() as db:
        db.execute(update(Account).where(Account.email == "admin@nvl.example").values(active=False))
    looks(line, "2026-10-01 09:00")
    [(recipient, _, body)] = told(line)
    assert recipient == "ozanges@nvl.example"
    assert "- Ingénieur 3" in body
    assert "- Ingénieur 2" not in body


def test_without_an_employer_nobody_is_told(make_line: Callable[..., Line]) -> None:
    sample = SAMPLE.read_text(encoding="utf-8")
    line = make_line(sample[: sample.index("[[employers]]")] + sample[sample.index("[[engineers]]") :])
    signed_in(line, Role.ADMIN)
    add_chores(line.database, "statements", at=line.clock())
    line.settle()
    looks(line, "2026-10-01 09:00")
    assert told(line) == []

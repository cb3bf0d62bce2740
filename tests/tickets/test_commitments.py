"""What was promised for a ticket: by level, by coverage, by site."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory.index import Directory
from directory.levels import Coverage, Level
from directory.model import Client, Contract
from ivr.effects import OpenTicket
from tests.ivr import sample
from tickets.commitments import Commitments, commitments

PARIS = ZoneInfo("Europe/Paris")
LEVELS = (
    Level(code="critique", respond_within=timedelta(hours=1), restore_within=timedelta(hours=4)),
    Level(code="heures", respond_within=timedelta(hours=2), restore_within=timedelta(hours=4), coverage=Coverage.HOURS),
    Level(code="muet"),
    Level(code="réponse", respond_within=timedelta(minutes=30)),
)
WHOLE = {"starts": date(2025, 1, 1), "option_24x7": True}


def book(*contracts: Contract) -> Directory:
    """The sample with one client of these contracts."""
    client = Client(code="123456", name="Client", sites=("Bordeaux", "Pau"), contracts=contracts)
    return Directory(replace(sample.book().directory, clients=(client,), levels=LEVELS))


def contract(entity: str = "idline", service: str = "SMS", **more: object) -> Contract:
    return Contract(entity=entity, service=service, **(WHOLE | more))  # type: ignore[arg-type]


def order(entity: str = "idline", service: str | None = "SMS", sites: tuple[str, ...] = ()) -> OpenTicket:
    return OpenTicket(entity=entity, client="123456", service=service, sites=sites)


def at(local: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=PARIS, fold=fold)


@pytest.mark.parametrize(
    ("entity", "level", "opened", "restore"),
    [
        pytest.param("idline", "critique", at("2026-09-12 22:04"), at("2026-09-13 02:04"), id="24x7, Saturday night"),
        pytest.param("idline", "critique", at("2026-10-25 00:30"), at("2026-10-25 03:30"), id="24x7, the longer night"),
        pytest.param("idline", "heures", at("2026-09-14 16:30"), at("2026-09-15 11:00"), id="hours, over the night"),
        pytest.param("novenc", "heures", at("2026-09-14 11:45"), at("2026-09-14 17:30"), id="hours, over lunch"),
        pytest.param("novenc", "heures", at("2026-05-07 17:00"), at("2026-05-11 12:00"), id="hours, over 8 May"),
    ],
)
def test_the_missions_clocks(entity: str, level: str, opened: datetime, restore: datetime) -> None:
    """The table « Clocks »."""
    made = commitments(book(contract(entity, level=level)), order(entity), opened, opened)
    assert (made.level, made.restore_by) == (level, restore)


def test_each_commitment_counts_from_its_own_instant() -> None:
    """C6: to respond from the call's arrival, to restore from the ticket's opening."""
    received, opened = at("2026-09-12 22:04"), at("2026-09-12 22:07")
    made = commitments(book(contract(level="critique")), order(), received, opened)
    assert (made.respond_by, made.restore_by) == (at("2026-09-12 23:04"), at("2026-09-13 02:07"))


@pytest.mark.parametrize(
    ("contracts", "wanted"),
    [
        pytest.param((contract(level=""),), order(), id="a contract without level"),
        pytest.param((contract(level="parti"),), order(), id="a level that the directory lacks"),
        pytest.param((contract(level="critique"),), order(service=None), id="a service that nobody chose"),
        pytest.param((contract(level="critique"),), order(service="Téléphonie"), id="another service"),
        pytest.param((contract(level="critique"),), order(entity="novenc"), id="another entity"),
        pytest.param((contract(level="critique", until=date(2026, 9, 11)),), order(), id="ended yesterday"),
        pytest.param((contract(level="critique", starts=date(2026, 9, 13)),), order(), id="starts tomorrow"),
        pytest.param((contract(level="critique", sites=("Pau",)),), order(sites=("Bordeaux",)), id="another site"),
        pytest.param((contract(level="critique"),), replace(order(), client=None), id="no client"),
        pytest.param((contract(level="critique"),), replace(order(), client="999999"), id="a client no longer there"),
    ],
)
def test_nothing_was_promised(contracts: tuple[Contract, ...], wanted: OpenTicket) -> None:
    """C7: no figure, no deadline, never in breach."""
    now = at("2026-09-12 22:04")
    assert commitments(book(*contracts), wanted, now, now) == Commitments()


@pytest.mark.parametrize(
    ("level", "respond", "restore"),
    [
        pytest.param("muet", None, None, id="a level without figures"),
        pytest.param("réponse", at("2026-09-12 22:34"), None, id="only to respond"),
    ],
)
def test_a_level_may_lack_a_figure(level: str, respond: datetime | None, restore: datetime | None) -> None:
    now = at("2026-09-12 22:04")
    made = commitments(book(contract(level=level)), order(), now, now)
    assert (made.level, made.respond_by, made.restore_by) == (level, respond, restore)
    assert made.watch_from == (now + (respond - now) * 0.75 if respond else None)


PAU, BORDEAUX = contract(level="heures", sites=("Pau",)), contract(level="critique", sites=("Bordeaux",))


@pytest.mark.parametrize(
    ("sites", "level"),
    [
        pytest.param(("Pau",), "heures", id="the site's own contract"),
        pytest.param(("Bordeaux",), "critique", id="the other site's"),
        pytest.param(("Pau", "Bordeaux"), "critique", id="both: the strictest promise counts"),
        pytest.param((), "critique", id="none chosen: the strictest too"),
    ],
)
def test_the_contract_of_the_site(sites: tuple[str, ...], level: str) -> None:
    now = at("2026-09-14 09:00")
    assert commitments(book(PAU, BORDEAUX), order(sites=sites), now, now).level == level


def test_a_promise_of_hours_that_never_come() -> None:
    """An entity that never opens: no deadline, rather than one that is wrong."""
    directory = book(contract(level="heures")).directory
    never = tuple(replace(entity, hours=((),) * 7) for entity in directory.entities)
    now = at("2026-09-14 09:00")
    made = commitments(Directory(replace(directory, entities=never)), order(), now, now)
    assert (made.respond_by, made.restore_by) == (None, None)

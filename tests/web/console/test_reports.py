"""Reports: each number leads to as many rows, and to a table that adds up to it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.models import Attempt, Ticket
from tests.stories.night import loss
from tests.stories.test_qualifying import qualify
from tests.support.phone import ING1, ING2, Line
from tests.web.console.reported import (
    DIRECTORY,
    GONE,
    LONG_ENGINEER,
    LONG_ENTITY,
    RANGE,
    Link,
    links,
    listed,
    made_up,
    table,
    tables,
)
from tests.web.people import Visitor, signed_in
from tickets.figures import percentile, rank
from web.console.reporting.asked import lasted

SECONDS = timedelta(seconds=1)


def a_night(line: Line) -> None:
    """A loss taken in time by who is rung, one by the link after a while, a caller who gives up, an exercise."""
    line.phone(ING2).does("manual")
    loss(line)
    line.settle()
    line.phone(ING2).picks_up().presses("1").hangs_up()
    line.settle()  # at once, not only when the clock would have been looked at
    line.phone("01 99 00 10 01").calls().hangs_up()
    line.forward(minutes=3)
    line.settle()


@pytest.fixture
def visitor(line: Line) -> Visitor:
    line.phone(ING1).does("no-answer")
    a_night(line)
    return signed_in(line, Role.DESK)


@pytest.fixture
def years(make_line: Callable[..., Line]) -> Visitor:
    """With months behind them; a directory that has codes of more than 60 characters and one entity less."""
    line = make_line(DIRECTORY)
    visitor = signed_in(line, Role.DESK, name="Aline Desk")
    with line.database.begin() as db:
        row = accounts.find(db, email=visitor.email)
        assert row
    made_up(line, accounts.who(row.id))
    return visitor


@pytest.mark.parametrize(
    "entity",
    [
        pytest.param("", id="all: two changes of the clocks, a year's end"),
        pytest.param("-", id="calls and tickets without an entity"),
        pytest.param(GONE, id="an entity that has left the directory"),
        pytest.param(LONG_ENTITY, id="a code of more than 60 characters"),
    ],
)
def test_every_number_leads_to_its_rows(years: Visitor, entity: str) -> None:
    """What a link says, the rows of all pages that it leads to, and the rows of their table are as many."""
    found = {link.href: link for link in links(years.asks(f"/reports?{RANGE}&entity={entity}").text)}
    assert len(found) > 50
    for link in found.values():
        _holds(years, link)


def _holds(visitor: Visitor, link: Link) -> None:
    rows = listed(visitor, link.href)
    written = table(visitor, rows.csv)
    assert (rows.total, len(rows.rows), len(written)) == (link.count,) * 3, link
    if not link.percent:
        assert link.shown in ("", str(link.count)), link
        return
    [place] = [place for place, row in enumerate(rows.rows) if 'id="marked"' in row]
    assert place == rank(link.count, link.percent) - 1
    assert f'took">{link.shown}<' in rows.rows[place]
    assert written[place]["duree"] == link.shown
    lengths = [int(row["secondes"]) for row in written]
    assert lengths == sorted(lengths)
    assert percentile([SECONDS * each for each in lengths], link.percent) == SECONDS * lengths[place]


def test_entities_and_months_add_up(years: Visitor) -> None:
    page = years.asks(f"/reports?{RANGE}").text
    found = [each for caption in ("Par mois", "Par entité") for each in tables(page, caption)]
    assert len(found) == 3 * 7
    for rows, total in found:
        for column, whole in enumerate(total):
            if whole.isdigit():
                assert sum(int(row[column]) for row in rows if row[column].isdigit()) == int(whole)
    assert re.findall(r'<option value="([^"]*)"', page)[-2:] == [GONE, "-"]


def test_lengths_of_a_month_and_of_an_entity(years: Visitor) -> None:
    """Median and nine of ten, in the tables and on the bars."""
    page = years.gets(f"/reports?{RANGE}")
    rows = table(years, f"/reports.csv?subject=taken&{RANGE}")
    of_month = [SECONDS * int(row["secondes"]) for row in rows if row["instant"].startswith("2026-09")]
    of_entity = [SECONDS * int(row["secondes"]) for row in rows if row["entite"] == ""]
    for where, lengths in (("septembre 2026", of_month), ("sans entité, décembre 2025 – novembre 2026", of_entity)):
        for percent, said in ((50, "médiane"), (90, "neuf sur dix en")):
            length = percentile(lengths, percent)
            assert length
            name = f"{said} {lasted(length)}, {len(lengths)} prises en charge, {where}"
            assert f'aria-label="{name}">{lasted(length)}</a>' in page
    assert f"<strong>{len(of_month)} prises en charge, septembre 2026</strong><span>médiane" in page


def test_a_number_says_what_it_counts(years: Visitor) -> None:
    names = {link.name for link in links(years.asks(f"/reports?{RANGE}&entity=idline").text)}
    months = r"(septembre 2026|décembre 2025 – novembre 2026)"
    for said in (
        rf"\d+ appels, répondu, IDLINE, {months}", rf"\d+ appels, IDLINE, {months}",
        r"1 appel, joint à un ticket, IDLINE, .*",
        rf"\d+ engagements de prise en charge, tenu, IDLINE, {months}", r"\d+ réveils, Ingénieur 1, \d+ h, IDLINE, .*",
    ):  # fmt: skip
        assert any(re.fullmatch(said, name) for name in names), said


def test_whoever_has_no_engineer_has_a_name(years: Visitor) -> None:
    address = f"?subject=taken&{RANGE}"
    assert "compte:" not in years.gets(f"/reports/rows{address}")
    assert "Aline Desk" in years.gets(f"/reports/rows{address}")
    found = {(row["ingenieur"], row["qui"]) for row in table(years, f"/reports.csv{address}")}
    assert found == {("", "Aline Desk"), ("ing1", "Ingénieur 1"), (LONG_ENGINEER, "Ingénieur 3")}


def test_what_has_been_is_told(line: Line, visitor: Visitor) -> None:
    page = visitor.gets("/reports?last=2026-09")
    for said in ("Appels", "Temps de prise en charge", "médiane", "Réveils", "Ingénieur 2", "Engagements"):
        assert said in page, said
    reference = line.tickets()[0]["reference"]
    assert reference in visitor.gets("/reports/rows?subject=taken&last=2026-09")
    kept = table(visitor, "/reports.csv?subject=respond&last=2026-09")
    assert [(row["sujet"], row["quoi"]) for row in kept] == [(reference, "kept")]
    woken = table(visitor, "/reports.csv?subject=pages&last=2026-09")
    assert {row["ingenieur"] for row in woken} == {"ing2"}
    assert len(woken) == len({(row["sujet"], row["instant"][:16]) for row in woken}), "an SMS and a call wake once"


def test_the_gaps_between_the_three_instants(line: Line) -> None:
    """A stranger talks for a while before the ticket is opened; somebody says who it was after twenty minutes."""
    call = line.phone("06 39 98 77 77").calls().presses("1")
    line.clock.forward(seconds=90)
    call.presses("1").is_silent().is_silent().is_silent().says(5)
    line.settle()
    line.clock.forward(minutes=20)
    qualify(line, client="260417", entity="idline", service="Accès internet", sites=["Pau"], description="Plus rien.")
    visitor = signed_in(line, Role.DESK)
    page = visitor.gets("/reports?first=2026-09&last=2026-09")
    assert 'aria-label="médiane 1 min 30 s, 1 ticket, septembre 2026">1 min 30 s</a>' in page
    assert 'aria-label="médiane 20 min, 1 ticket qualifié, septembre 2026">20 min</a>' in page
    for subject, seconds in (("opened", "90"), ("qualified", "1200")):
        [row] = table(visitor, f"/reports.csv?subject={subject}&last=2026-09")
        assert (row["sujet"], row["secondes"]) == (line.ticket()["reference"], seconds)


def test_exercises_are_left_out(line: Line, visitor: Visitor) -> None:
    with line.database.begin() as db:
        db.execute(update(Ticket).values(drill=True))
    for subject in ("taken", "opened", "qualified", "respond", "restore", "pages"):
        assert table(visitor, f"/reports.csv?subject={subject}&last=2026-09") == [], subject


def test_an_entity_alone(visitor: Visitor) -> None:
    assert table(visitor, "/reports.csv?subject=pages&last=2026-09&entity=idline") != []
    assert table(visitor, "/reports.csv?subject=pages&last=2026-09&entity=ozanges") == []


@pytest.mark.parametrize(
    ("at", "month"),
    [
        pytest.param("2026-10-31 23:59", "2026-10", id="the last minute of October, after the clocks went back"),
        pytest.param("2026-11-01 00:00", "2026-11", id="the first of November"),
        pytest.param("2026-03-31 23:59", "2026-03", id="the last minute of March, in summer time"),
    ],
)
def test_months_begin_at_midnight_here(line: Line, at: str, month: str) -> None:
    line.clock.at(at)
    line.phone("01 99 00 10 01").calls().hangs_up()
    line.settle()
    visitor = signed_in(line, Role.DESK)
    for other in ("2026-03", "2026-10", "2026-11"):
        expected = 1 if other == month else 0
        href = f"/reports/rows?subject=calls&first={other}&last={other}"
        assert listed(visitor, href).total == expected, other


@pytest.mark.parametrize(
    ("query", "said", "shown"),
    [
        pytest.param("first=x", "« x » n'est pas un mois", "avril 2026 – septembre 2026", id="no month at all"),
        pytest.param("first=2026-13", "« 2026-13 » n'est pas un mois", "avril 2026 – septembre 2026", id="a 13th one"),
        pytest.param("last=2026-09-01", "« 2026-09-01 » n'est", "avril 2026 – septembre 2026", id="a day"),
        pytest.param("first=2026-05&last=y", "« y » n'est pas", "mai 2026 – septembre 2026", id="one that is good"),
        pytest.param(
            "first=2026-08&last=2026-06", "août 2026 vient après juin 2026.", "janvier 2026 – juin 2026", id="backwards"
        ),
        pytest.param(
            "first=2025-01&last=2026-01", "janvier 2025 – janvier 2026 : c'est plus de douze mois.",
            "février 2025 – janvier 2026", id="thirteen months",
        ),
        pytest.param("entity=zzz", "L'entité « zzz » n'existe pas : toutes sont montrées.", "", id="no entity"),
    ],
)  # fmt: skip
def test_what_was_not_understood_is_said(visitor: Visitor, query: str, said: str, shown: str) -> None:
    for path in ("/reports", "/reports/rows"):
        page = visitor.gets(f"{path}?{query}")
        [alert] = re.findall(r'alert-warning">([^<]*)<', page)
        assert said in alert
        assert alert.endswith(f"Mois montrés : {shown}." if shown else "toutes sont montrées.")
        assert not shown or f'value="{page.split("first=")[1][:7]}"' in page or path != "/reports"
    led = visitor.asks(f"/reports.csv?{query}")
    assert (led.status_code, "/reports/rows?" in led.location) == (303, True), "a table has no room for a sentence"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("subject=secrets", "Le rapport « secrets » n'existe pas", id="no subject"),
        pytest.param("subject=calls&what=kept", "« kept » n'est pas une sorte", id="another subject's kind"),
        pytest.param("hour=99", "« 99 » n'est pas une heure", id="no hour"),
        pytest.param("hour=²", "« ² » n'est pas une heure", id="a digit that is no number"),
        pytest.param("subject=taken&percent=51", "« 51 » n'est pas un chiffre", id="a figure that is not made"),
        pytest.param("subject=calls&percent=50", "« 50 » n'est pas un chiffre", id="of what has no length"),
    ],
)
def test_a_figure_that_does_not_exist_is_said(visitor: Visitor, query: str, said: str) -> None:
    assert said in visitor.gets(f"/reports/rows?{query}")


def test_an_sms_and_a_call_around_midnight_are_of_one_month(line: Line) -> None:
    """As many in the two months together as in each alone: in figures, rows and tables."""
    line.clock.at("2026-09-30 23:59")
    loss(line)
    sent = {"sms": datetime(2026, 9, 30, 21, 59, 50, tzinfo=UTC), "voice": datetime(2026, 9, 30, 22, 0, 10, tzinfo=UTC)}
    with line.database.begin() as db:
        for channel, at in sent.items():
            tried = (Attempt.firing == 1, Attempt.channel == channel)
            assert db.execute(update(Attempt).where(*tried).values(sent_at=at)).rowcount == 1
        db.execute(delete(Attempt).where(Attempt.firing > 1))
    visitor = signed_in(line, Role.DESK)
    for first, last, expected in (("09", "10", 1), ("09", "09", 1), ("10", "10", 0)):
        rows = listed(visitor, f"/reports/rows?first=2026-{first}&last=2026-{last}&subject=pages")
        assert (rows.total, len(table(visitor, rows.csv))) == (expected, expected), (first, last)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("first=&last=&entity=", id="a form sent as it was"),
        pytest.param("first=2025-10&last=2026-09", id="twelve months"),
        pytest.param("first=2026-09&last=2026-09", id="one month"),
        pytest.param("entity=-", id="none"),
        pytest.param("entity=idline", id="one of the directory"),
    ],
)
def test_what_is_understood_needs_no_word(visitor: Visitor, query: str) -> None:
    assert "alert-warning" not in visitor.gets(f"/reports?{query}")


ANYTHING = st.text(max_size=80) | st.sampled_from(
    ["2026-09", "2001-01", "2098-12", "calls", "taken", "kept", "-", "50", "90", "²", "٣", "0", "%00", "9" * 5000]
)


def test_nothing_in_the_address_is_a_fault(visitor: Visitor) -> None:
    names = ("first", "last", "entity", "subject", "what", "who", "hour", "percent", "page")

    @settings(max_examples=60)
    @given(st.dictionaries(st.sampled_from(names), ANYTHING))
    def holds(told: dict[str, str]) -> None:
        for path in ("/reports", "/reports/rows", "/reports.csv"):
            query = urlencode(told, errors="surrogatepass")
            assert visitor.asks(f"{path}?{query}").status_code in (200, 303), (path, told)

    holds()


def test_nothing_yet(line: Line) -> None:
    page = signed_in(line, Role.DESK).gets("/reports")
    assert page.count("Rien pendant ces mois.") == 7


@pytest.mark.parametrize(
    ("seconds", "percent", "expected"),
    [
        pytest.param([], 50, None, id="of none"),
        pytest.param([7], 90, 7, id="of one"),
        pytest.param([4, 1, 3, 2], 50, 2, id="the lower middle"),
        pytest.param(list(range(1, 11)), 90, 9, id="nine of ten"),
        pytest.param([5, 5, 5], 1, 5, id="the least"),
        pytest.param([1, 9], 100, 9, id="the most"),
    ],
)
def test_percentiles_are_by_nearest_rank(seconds: list[int], percent: int, expected: Any) -> None:
    found = percentile([SECONDS * each for each in seconds], percent)
    assert found == (None if expected is None else SECONDS * expected)

"""Hours that have nobody are red wherever somebody looks, and nothing else is; as the doctor judges them."""

import re
from collections.abc import Callable

import pytest

from storage.accounts.accounts import Role
from tests.ivr.sample import SAMPLE
from tests.support.phone import Line, TestClock
from tests.web.people import signed_in

APPLICATIONS = """every = { days = 1 }
engineers = ["ing3", "ing4"]
"""
NIGHTS = APPLICATIONS + 'only = { weekdays = ["18:00-08:30"] }\n'
SUNDAY, NOON, NIGHT = "2026-09-13 18:52", "2026-09-15 12:30", "2026-09-15 20:00"


@pytest.fixture
def line(make_line: Callable[..., Line], clock: TestClock) -> Line:
    """OZANGES and IVELEM have somebody on weekday nights alone."""
    assert APPLICATIONS in SAMPLE
    clock.at(SUNDAY)
    return make_line(SAMPLE.replace(APPLICATIONS, NIGHTS))


def card(page: str, entity: str) -> str:
    """Of one entity, on home."""
    return page.split(f'aria-labelledby="entity-{entity}"')[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        pytest.param(SUNDAY, ["Personne n'est d'astreinte", "lun. 14 sept. 08:30", "Mettre quelqu'un"], id="a Sunday"),
        pytest.param(NOON, ["Personne n'est d'astreinte", "mar. 15 sept. 14:00"], id="a lunch break"),
        pytest.param(NIGHT, ["Ingénieur", "Bientôt personne", "mer. 16 sept. 12:15"], id="a night has somebody"),
        pytest.param("2026-09-15 10:00", ["principal : hors de ses heures", "Bientôt personne"], id="while it is open"),
    ],
)
def test_home_says_who_is_missing(line: Line, clock: TestClock, at: str, told: list[str]) -> None:
    clock.at(at)
    shown = card(signed_in(line, Role.ADMIN).gets("/"), "ozanges")
    for each in told:
        assert each in shown, each
    assert ("Personne n'est d'astreinte" in shown) is ("Personne n'est d'astreinte" in told)


def test_the_form_that_fills_it_begins_with_the_hole(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    found = re.search(r'href="([^"]+)">Mettre', card(admin.gets("/"), "ivelem"))
    assert found
    assert "/rota/applications/principal?until_day=2026-09-14&until_time=08%3A30" in found[1], "what is left of it"
    assert 'value="2026-09-14"' in admin.gets(found[1])


def test_whoever_may_not_fill_it_sees_it_all_the_same(line: Line) -> None:
    shown = card(signed_in(line, Role.DESK).gets("/"), "ozanges")
    assert "Personne n'est d'astreinte" in shown
    assert "Mettre quelqu'un" not in shown


def test_a_layer_that_a_rota_lacks_is_no_alarm(line: Line) -> None:
    shown = card(signed_in(line, Role.DESK).gets("/"), "novenc")
    assert "Pas de couche « secours » : étape sautée." in shown
    assert "Personne" not in shown


def test_the_rota_shows_it_in_red(line: Line) -> None:
    """Also where the layer is not meant to have anybody, and with its own ends rather than the page's."""
    shown = signed_in(line, Role.ADMIN).gets("/rota")
    assert "Il y a quelqu'un à toute heure" not in shown
    assert "sam. 12 sept. 08:30 → lun. 14 sept. 08:30" in shown.split("</section>")[0]
    assert re.search(r'class="bar-of [^"]* gap[^"]*"', shown.split('id="applications"')[1])
    assert not re.search(r'class="bar-of [^"]* gap[^"]*"', shown.split('id="idline"')[1].split("</section>")[0])


def test_the_year_and_the_wall_too(line: Line) -> None:
    desk = signed_in(line, Role.DESK)
    year = desk.gets("/rota/year").split('aria-label="applications"')[1]
    assert re.search(r'<td class="gap free[^"]*" title="dim. 13 sept. : personne à certaines heures"', year)
    assert re.search(r'<td class="face-\d+ partly[^"]*" title="lun. 14 sept. : personne à certaines heures, ', year)
    wall = desk.gets("/rota/wall")
    sunday = next(row for row in wall.split('id="wall-3"')[1].split("<tr") if "dim. 13 sept." in row)
    assert '<strong class="missing">Personne</strong>' in sunday
    assert "missing" not in wall.split('id="wall-2"')[0], "IDLINE has somebody"

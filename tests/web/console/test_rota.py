"""Rotas in the console: seen, changed with a look at what changes, by those who may."""

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import pytest

from storage.accounts.accounts import Role
from tests.ivr.sample import SAMPLE
from tests.jobs.work import book_of
from tests.support.phone import Line
from tests.web.people import LATE, Visitor, signed_in

PATH = "/rota/idline/principal"
SUNDAY = {"start_day": "2026-09-13", "start_time": "08:00", "until_day": "2026-09-13", "until_time": "20:00"}


def looks(visitor: Visitor, **told: str) -> str:
    return visitor.gets(f"{PATH}?{urlencode(told)}")


def keeps(visitor: Visitor, page: str, **told: str) -> str:
    """The button under the preview."""
    [seen] = re.findall(r'name="seen" value="(\d+)"', page)
    return visitor.does(PATH, {**LATE, **told, "seen": seen})


def on_call(line: Line, hour: str) -> str:
    """Who has IDLINE's first layer at that hour of the Sunday."""
    from datetime import datetime

    from directory.local_time import instant
    from oncall.rotas import who

    book = book_of(line)
    rota = book.rota("idline")
    assert rota
    at = instant(datetime.fromisoformat(f"2026-09-13T{hour}"), rota.timezone)
    return who(rota, "principal", at, book.directory.engineers).engineer or ""


def test_the_week_and_the_four_weeks(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    week = visitor.gets("/rota")
    for told in ("IDLINE", "principal", "Ingénieur 2", "sam. 12"):
        assert told in week
    assert "changer" not in week, "the desk looks"
    assert "Ingénieur 1" in visitor.gets("/rota?weeks=4")
    for nonsense in ("?from=hier", "?from=9999-12-31", "?from=0001-01-01", "?weeks=900"):
        visitor.gets(f"/rota{nonsense}")


def test_stripes_are_hours_when_one_of_a_rotas_entities_is_closed(make_line: Callable[..., Line]) -> None:
    """OZANGES never closes, IVELEM does: somebody of their rota is on call."""
    hours = 'hours = { weekdays = ["08:30-12:15", "14:00-17:30"] }'
    always = 'hours = { weekdays = ["00:00-24:00"], saturday = ["00:00-24:00"], sunday = ["00:00-24:00"] }'
    line = make_line(SAMPLE.replace(hours, always, 1))
    page = signed_in(line, Role.DESK).gets("/rota?from=2026-09-14")
    early, nights, weekend, lunches = 1, 4, 1, 5  # of a week that begins at midnight
    without_lunch, with_lunch = early + nights + weekend, early + nights + weekend + lunches
    for number, stripes in enumerate((without_lunch, with_lunch, with_lunch), 1):
        assert len(re.findall(rf"[.]closed-{number}-\d+ ", page)) == stripes


def test_the_year_counts_everybodys_days(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    year = visitor.gets("/rota/year?number=2026")
    assert "Noël" in year
    assert "Ingénieur 1" in year
    counted = [int(days) for days in re.findall(r"(\d+) jours", year)]
    assert sum(counted[:3]) == 365, "IDLINE's first layer: the fallback until it begins, then two people"
    for nonsense in ("x", "0", "9999", "99999", "²²²²"):
        visitor.gets(f"/rota/year?number={nonsense}")


def test_holidays_are_named(line: Line) -> None:
    assert "Noël" in signed_in(line, Role.DESK).gets("/rota?from=2026-12-25")


def test_an_override_is_seen_before_it_is_made(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    told = SUNDAY | {"engineer": "ing3", "kind": "replace"}
    page = looks(admin, **told)
    assert "Ce qui changerait" in page
    assert page.index("Avant") < page.index("Après")
    assert on_call(line, "12:00") == "ing2", "nothing is kept by looking"
    assert "Planning changé." in keeps(admin, page, **told)
    assert (on_call(line, "12:00"), on_call(line, "21:00")) == ("ing3", "ing2")


@pytest.mark.parametrize(
    ("shown", "starts", "until"),
    [
        pytest.param("2026-09-14", "2026-09-14 08:30", "2026-09-21 08:30", id="its beginning is on the page"),
        pytest.param("2026-09-16", "2026-09-14 08:30", "2026-09-21 08:30", id="neither edge of it is"),
        pytest.param("2026-12-20", "2026-12-14 08:30", "2026-12-21 08:30", id="its end is"),
    ],
)
def test_a_bar_knows_its_whole_shift(line: Line, shown: str, starts: str, until: str) -> None:
    """A tap on it asks for the shift, not for what the page happens to show of it."""
    first = signed_in(line, Role.ADMIN).gets(f"/rota?from={shown}").split('id="idline"')[1]
    links = [html.unescape(link) for link in re.findall(r'href="/rota/idline/principal\?([^"]*)"', first)]
    asked = [dict(parse_qsl(link)) for link in links]
    wanted = dict(zip(("start_day", "start_time"), starts.split(), strict=True))
    wanted |= dict(zip(("until_day", "until_time"), until.split(), strict=True))
    assert wanted | {"look": "1"} in asked


def test_days_on_which_nothing_changes_are_one_on_a_telephone(line: Line) -> None:
    page = signed_in(line, Role.ENGINEER).gets("/rota").split('class="narrow-list"')[1].split("</section>")[0]
    days = re.findall(r"<h3[^>]*>([^<]+)", page)
    assert [day.strip() for day in days] == [
        "samedi 12 septembre · aujourd'hui", "dimanche 13 septembre", "lundi 14 septembre",
        "mardi 15 septembre – vendredi 18 septembre",
    ]  # fmt: skip
    assert page.count('<a class="who') == page.count('class="who'), "each row is a way to change it"


def test_what_was_changed_has_its_own_lane(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    assert "two-lanes" not in admin.gets("/rota")
    told = SUNDAY | {"engineer": "ing3", "kind": "replace"}
    shown = keeps(admin, looks(admin, **told), **told)
    assert "du dimanche 13 septembre au samedi 19" in shown, "it is the days that were changed that are shown"
    assert re.search(r'class="bar-of b1-\d+ face-3 changed', shown)
    assert re.search(r'class="bar-of ghost [^>]*><span class="full">Ingénieur 2', shown), "and whose turn it was"


def test_two_turns_are_swapped_by_choosing_them(line: Line) -> None:
    """Two presses: against which turn, then « Enregistrer »."""
    admin = signed_in(line, Role.ADMIN)
    page = looks(
        admin, start_day="2026-09-14", start_time="08:30", until_day="2026-09-21", until_time="08:30", look="1"
    )
    [one] = re.findall(r'<option value="([^"]+)" selected>Ingénieur 1 : lun. 14 sept.', page)
    [other] = re.findall(r'name="other" value="([^"]+)">Ingénieur 2 : lun. 21 sept.', page)
    told = {"act": "swap", "one": one, "other": other}
    page = looks(admin, **told)
    assert "<details><summary>Changer autre chose" in page, "the forms are folded under what would change"
    assert "Planning changé." in keeps(admin, page, **told)
    for nonsense in ({"one": "x"}, {"one": "2026-09-14"}, {"one": "9999-01-01T00:00:00+00:00"}):
        assert "instant de chacun" in looks(admin, **(told | nonsense))


def test_one_person_on_two_layers_is_told(line: Line) -> None:
    """Beyond four weeks too."""
    told = {"engineer": "ing2", "kind": "replace", "start_day": "2026-11-09", "start_time": "08:30",
            "until_day": "2026-11-16", "until_time": "08:30"}  # fmt: skip
    page = looks(signed_in(line, Role.ADMIN), **told)
    assert "Ingénieur 2 : sur « principal » et « secours » du planning idline à la fois" in page


def test_two_turns_are_swapped(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    told = {"act": "swap", "start_day": "2026-09-15", "start_time": "12:00", "other_day": "2026-09-22",
            "other_time": "12:00"}  # fmt: skip
    page = looks(admin, **told)
    assert "Ingénieur 1" in page
    assert "Planning changé." in keeps(admin, page, **told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param(SUNDAY | {"engineer": "ing3", "until_day": "2026-09-12"}, "doit suivre le début", id="backwards"),
        pytest.param(SUNDAY | {"engineer": "ing3", "start_day": "2026-09-01"}, "ce qui a été ne change pas", id="past"),
        pytest.param(SUNDAY | {"engineer": "personne"}, "n'est pas dans l'annuaire", id="nobody we know"),
        pytest.param(SUNDAY | {"engineer": ""}, "Il manque l'ingénieur", id="nobody"),
        pytest.param(SUNDAY | {"engineer": "ing3", "until_time": "25:99"}, "ne se lit pas", id="no time of day"),
        pytest.param(SUNDAY | {"engineer": "ing3", "until_day": "2099-12-31"}, "un an au plus", id="a lifetime"),
        pytest.param(
            {
                "engineer": "ing3",
                "start_day": "2027-03-28",
                "start_time": "02:30",
                "until_day": "2027-03-28",
                "until_time": "08:00",
            },
            "n'existe pas cette nuit-là",
            id="an hour that the clocks skip",
        ),
        pytest.param(SUNDAY | {"engineer": "ing3", "until_day": "9999-12-31"}, "ne se lit pas", id="out of all time"),
        pytest.param(
            {"act": "swap", "start_day": "2026-09-15", "other_day": ""}, "un instant de chacun", id="one turn"
        ),
    ],
)
def test_what_is_not_to_be_done_is_said(line: Line, told: dict[str, str], said: str) -> None:
    page = looks(signed_in(line, Role.ADMIN), **told)
    assert said in page
    assert "Enregistrer ce changement" not in page


def test_a_change_that_somebody_else_was_faster_with(line: Line) -> None:
    one, other = signed_in(line, Role.ADMIN), signed_in(line, Role.ADMIN, email="autre@nvl.example")
    told = SUNDAY | {"engineer": "ing3", "kind": "replace"}
    pages = [looks(visitor, **told) for visitor in (one, other)]
    keeps(one, pages[0], **told)
    [seen] = re.findall(r'name="seen" value="(\d+)"', pages[1])
    late = other.posts(PATH, {**LATE, **told, "seen": seen, "engineer": "ing1"})
    assert late.status_code == 200
    assert "quelqu&#39;un d&#39;autre" in late.text
    assert on_call(line, "12:00") == "ing3"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({}, "écrivez le motif", id="no reason"),
        pytest.param({"why": "  "}, "écrivez le motif", id="an empty one"),
        pytest.param({"why": "grippe"}, "dites que la personne est d'accord", id="too late to be imposed"),
    ],
)
def test_who_learns_late_is_told_why(line: Line, given: dict[str, str], said: str) -> None:
    """Of a turn of tomorrow; nothing is kept before, and what was typed is still there."""
    admin = signed_in(line, Role.ADMIN)
    told = SUNDAY | {"engineer": "ing3", "kind": "replace"}
    page = looks(admin, **told)
    assert "Ingénieur 3 l'apprendrait la veille" in page
    [seen] = re.findall(r'name="seen" value="(\d+)"', page)
    answer = html.unescape(admin.posts(PATH, {**told, **given, "seen": seen}).text)
    assert said in answer
    assert on_call(line, "12:00") == "ing2"
    assert f'value="{given.get("reason", "").strip()}"' in answer


def test_a_change_of_next_month_needs_no_reason(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    told = {"engineer": "ing3", "kind": "replace", "start_day": "2026-10-10", "start_time": "08:00",
            "until_day": "2026-10-10", "until_time": "20:00"}  # fmt: skip
    page = looks(admin, **told)
    assert "l'apprendrait" not in page
    assert "Planning changé." in keeps(admin, page, **told, reason="", agreed="")


def test_an_engineer_takes_a_turn_and_gives_none_away(line: Line) -> None:
    engineer = signed_in(line, Role.ENGINEER, engineer="ing1")
    mine, theirs = SUNDAY | {"engineer": "ing1"}, SUNDAY | {"engineer": "ing3"}
    assert "prendre un tour vous-même" in looks(engineer, **theirs)
    assert "prendre un tour vous-même" in looks(engineer, **mine, kind="remove")
    assert "Un échange se demande" in looks(engineer, act="swap", start_day="2026-09-15", other_day="2026-09-22")
    assert "Planning changé." in keeps(engineer, looks(engineer, **mine), **mine)
    assert on_call(line, "12:00") == "ing1"
    for seen in ("²", "9" * 40, "-1", ""):
        assert "quelqu&#39;un d&#39;autre" in engineer.posts(PATH, {**mine, "seen": seen, "until_time": "21:00"}).text
    refused = engineer.posts(PATH, {**theirs, "seen": "2"})
    assert "prendre un tour vous-même" in refused.text, "nor by a form of their own making"


@pytest.mark.parametrize(
    ("entities", "status"),
    [
        pytest.param([], 200, id="all"),
        pytest.param(["idline"], 200, id="this one"),
        pytest.param(["novenc"], 403, id="another"),
    ],
)
def test_an_admin_keeps_the_rotas_of_their_entities(line: Line, entities: list[str], status: int) -> None:
    admin = signed_in(line, Role.ADMIN, entities=entities)
    assert admin.asks(PATH).status_code == status
    assert ("/rota/idline/principal" in admin.gets("/rota")) is (status == 200)


def test_no_such_rota(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    for path in ("/rota/inconnu/principal", "/rota/idline/inconnue"):
        admin.gets(path, 404)

"""What a caller would hear, asked of the console: nothing is kept, nothing typed is a fault."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from ivr import what_if
from ivr.simulation import rehearse
from storage.accounts.accounts import Role
from tests.ivr import sample
from tests.jobs.work import book_of
from tests.support.phone import Line
from tests.support.settings_for_tests import MAIN
from tests.web.people import signed_in

NIGHT = "/what-if?from=06+39+98+10+01&day=2026-12-25&time=03:12"


def test_a_call_is_followed_key_by_key_and_leaves_nothing(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    page = visitor.gets(NIGHT)
    for typed in ("1", "1,1", "1,1,1", "1,1,1,9"):
        links = [unescape(found) for found in re.findall(r'href="(\?[^"]*)"', page)]
        page = visitor.gets("/what-if" + next(link for link in links if link.endswith(urlencode({"keys": typed}))))
    for told in ("jour férié", "Ingénieur 1", "Rétablissement avant", "avec l'option 24/7", "03:12:00"):
        assert told in unescape(page)
    assert (line.tickets(), line.calls(), line.pages(), line.mails()) == ([], [], [], [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("from=bonjour", "n'est pas un numéro", id="letters for a number"),
        pytest.param("from=" + "9" * 400, "n'est pas un numéro", id="a huge number"),
        pytest.param("day=2026-02-30", "n'existe pas", id="a day of no month"),
        pytest.param("day=9999-12-31", "n'existe pas", id="a day too far"),
        pytest.param("time=25:00", "n'existe pas", id="no hour"),
        pytest.param("line=0102030405", "n'est pas dans l'annuaire", id="somebody else's line"),
        pytest.param("keys=abc", "Des touches", id="letters for keys"),
        pytest.param("keys=" + "1," * 100, "Des touches", id="too many keys"),
        pytest.param("keys=%00", "Entendu", id="nothing but a NUL"),
    ],
)
def test_nonsense_gets_a_sentence(line: Line, typed: str, said: str) -> None:
    assert said in unescape(signed_in(line, Role.DESK).gets(f"/what-if?{typed}"))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 9, 14), 24, id="a Monday"),
        pytest.param(date(2026, 10, 25), 25, id="clocks go back"),
        pytest.param(date(2027, 3, 28), 23, id="clocks go forward"),
    ],
)
def test_a_day_has_no_hole_and_every_stretch_one_result(line: Line, day: date, hours: int) -> None:
    book = book_of(line)
    for keys in (["1", "1", "1", "9"], ["2"], ["1", "2"]):
        found = what_if.day_of(book, to=MAIN, caller=sample.MOBILE_UN, keys=keys, day=day)
        assert found[-1].until - found[0].starts == timedelta(hours=hours)
        for one, following in pairwise(found):
            assert one.until == following.starts
            assert one.result != following.result
        for one in found:
            last = one.until - timedelta(seconds=1)
            for at in (one.starts, one.starts + (one.until - one.starts) / 2, last):
                played = rehearse(book, to=MAIN, caller=sample.MOBILE_UN, at=at, keys=keys)
                assert what_if.result(book, played, at) == one.result


def test_each_stretch_of_the_day_says_why(line: Line) -> None:
    page = unescape(signed_in(line, Role.DESK).gets("/what-if?day=2026-09-14&time=03:00&keys=1,1,1,9&from=0639981001"))
    items = re.findall(r"<li><a class=.number.*?</li>", page)
    listed = [" ".join(re.sub(r"<[^>]*>", "", item).split()) for item in items]
    assert listed == [
        "00:00 → 08:30 réveil : Ingénieur 2 (avant l'ouverture)",
        "08:30 → 18:00 ouvert : l'équipe sonne",
        "18:00 → minuit réveil : Ingénieur 1 (après la fermeture)",
    ]


NIGHTS = "/what-if?from=06+39+98+10+01&keys=1,1,1,9&"


@pytest.mark.parametrize(
    ("asked", "told", "untold"),
    [
        pytest.param("day=2027-03-28&time=02:30", ["02:30 n'existe pas", "03:00 est pris", 'value="03:00:00"'],
                     ["la seconde fois"], id="an hour that no clock shows"),
        pytest.param("day=2026-10-25&time=02:30", ["deux fois", "la seconde fois", "02:30:00 (heure d'été)"],
                     ["checked", "(heure d'hiver)"], id="the first of two"),
        pytest.param("day=2026-10-25&time=02:30&again=1", ["checked", "02:30:00 (heure d'hiver)"],
                     ["02:30:00 (heure d'été)"], id="the second, still ticked"),
        pytest.param("day=2026-10-25&time=03:30&again=1", ["03:30:00"], ["la seconde fois", "heure d'"],
                     id="one that comes once"),
    ],
)  # fmt: skip
def test_the_nights_when_the_clock_is_changed(line: Line, asked: str, told: list[str], untold: list[str]) -> None:
    page = unescape(signed_in(line, Role.DESK).gets(NIGHTS + asked))
    assert [one for one in told if one not in page] == []
    form = page.partition('id="heard"')[0]
    assert [one for one in untold if one in form] == []


@pytest.mark.parametrize(
    ("day", "noon"),
    [
        pytest.param("2026-09-14", "50.0", id="24 hours"),
        pytest.param("2026-10-25", "52.0", id="25 hours"),
        pytest.param("2027-03-28", "47.83", id="23 hours"),
    ],
)
def test_noon_is_where_it_is(line: Line, day: str, noon: str) -> None:
    assert f".strip-hour-12 {{ left: {noon}%; }}" in signed_in(line, Role.DESK).gets(f"{NIGHTS}day={day}&time=10:00")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param("keys=1,1", ["Plus de touche donnée", "S'il raccroche ici"], id="no key is left"),
        pytest.param("keys=1,1,1,9", ["Ingénieur 1, principal (planning), par SMS + appel"], id="why this one"),
        pytest.param("keys=1,1,1,9", ["Responsable Support, par son nom, par"], id="why that one"),
        pytest.param("keys=1,1,1,9", ["Ingénieur 2, toute l'équipe, par"], id="of all of them"),
        pytest.param("keys=1,1,1,9", ["incident, Client Démo Un", "IDLINE, Accès internet, niveau critique"],
                     id="names instead of codes"),
        pytest.param("keys=1119", ["Touche 1 (touches perdues : 119)"], id="one entry is one answer"),
        pytest.param("keys=1,1&from=masqué", ["Tapez votre code client"], id="withheld, in a word"),
        pytest.param("day=2026-12-28&time=10:00&keys=2", ["fermé (Fermeture annuelle)"], id="closed by a closure"),
        pytest.param("day=2026-09-12&time=10:00&keys=2", ["fermé (jour sans ouverture)"], id="closed on Saturdays"),
        pytest.param("keys=1", ["05 36 49 00 24 · astreinte", "quelqu'un est réveillé"], id="lines, colours"),
    ],
)  # fmt: skip
def test_what_is_told_is_told_in_words(line: Line, asked: str, told: list[str]) -> None:
    given = asked if "day=" in asked else f"day=2026-12-25&time=03:12&{asked}"
    page = unescape(
        signed_in(line, Role.DESK).gets(f"/what-if?{given}" + ("" if "from=" in asked else "&from=0639981001"))
    )
    plain = " ".join(re.sub(r"<[^>]*>", "", page).split())
    assert [one for one in told if one not in plain] == []


def test_it_opens_on_a_call_that_might_be(line: Line) -> None:
    page = unescape(signed_in(line, Role.DESK).gets("/what-if"))
    assert 'value="+33199001001"' in page
    assert 'name="keys" maxlength="300" value="1,1"' in page


@pytest.mark.parametrize("path", ["/calls", "/rota", "/directory"])
def test_it_is_found_where_one_would_look(line: Line, path: str) -> None:
    assert "/what-if" in signed_in(line, Role.DESK).gets(path)


def test_the_strip_is_read_as_a_list_of_links(line: Line) -> None:
    page = unescape(signed_in(line, Role.DESK).gets("/what-if?day=2026-09-14&time=03:00&keys=1,1,1,9&from=0639981001"))
    strip = page.partition('class="strip-of-day"')[2].partition("</svg>")[0]
    assert re.findall(r'aria-label="([^"]*)"><rect', strip) == [
        "00:00 → 08:30 : réveil : Ingénieur 2 (avant l'ouverture)",
        "08:30 → 18:00 : ouvert : l'équipe sonne",
        "18:00 → minuit : réveil : Ingénieur 1 (après la fermeture)",
    ]

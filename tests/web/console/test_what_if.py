"""What a caller would hear, asked of the console: nothing is kept, nothing typed is a fault."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from ivr import what_if
from ivr.rehearsal import rehearse
from storage.accounts import Role
from tests.ivr import sample
from tests.jobs.work import book_of
from tests.phone import Line
from tests.settings_for_tests import MAIN
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

"""Days, lengths, money and sizes, as readers of French and of English write them."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from ivr import prompt_catalogue
from tests.jobs.work import book_of
from tests.support.phone import Line
from translatable import LocalTime, Message
from web import spoken
from web.languages import translated

DECEMBER, JANUARY = datetime(2026, 12, 1, 8, 30, tzinfo=UTC), date(2027, 1, 1)
DOUBT = Message("du %(starts)s au %(until)s", starts=LocalTime(DECEMBER, "%d/%m", "d MMM"), until=Message("minuit"))


@pytest.mark.parametrize(
    ("say", "french", "english"),
    [
        pytest.param(lambda: spoken.wall(DECEMBER), "mar. 1er déc. 08:30", "Tue 1 Dec 08:30", id="the first"),
        pytest.param(lambda: spoken.day(JANUARY, "EEEE d MMMM"), "vendredi 1er janvier", "Friday 1 January", id="day"),
        pytest.param(lambda: spoken.day(date(2026, 12, 21), "d MMM"), "21 déc.", "21 Dec", id="not the first"),
        pytest.param(lambda: spoken.day(JANUARY, "MMMM y"), "janvier 2027", "January 2027", id="a month"),
        pytest.param(lambda: spoken.euros("1775.56"), "1 775,56 €", "€1,775.56", id="money"),
        pytest.param(lambda: spoken.lasted("532.64"), "532 h 38", "532 h 38", id="hours and minutes"),
        pytest.param(lambda: spoken.lasted("0.00"), "0 h", "0 h", id="none"),
        pytest.param(lambda: spoken.weight(22_650), "22,1 Ko", "22.1 kB", id="a file"),
        pytest.param(lambda: "a" + spoken.colon() + "b", "a : b", "a: b", id="a colon"),
        pytest.param(lambda: spoken.titled("mardi 29 Décembre"), "Mardi 29 Décembre", "Mardi 29 Décembre", id="title"),
        pytest.param(lambda: translated(DOUBT), "du 01/12 au minuit", "from 1 Dec to midnight", id="in a sentence"),
    ],
)
def test_said_in_the_readers_way(line: Line, say: Callable[[], str], french: str, english: str) -> None:
    for language, expected in (("fr", french), ("en", english)):
        with line.app.test_request_context(), force_locale(language):
            said = say()
        assert said.replace("\u202f", " ").replace("\xa0", " ") == expected


def test_each_sentence_of_the_line_is_told_apart(line: Line) -> None:
    """Under one title, no two sentences have the same name."""
    for part in prompt_catalogue.recital(book_of(line), line.clock()):
        names = [one.when for one in part.sentences]
        assert len(names) == len(set(names)), part.title
        if part.title == "NOVENC":
            assert "Fermé, à midi" in names

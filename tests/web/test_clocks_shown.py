"""Nobody reads the database's clock: every page shows instants by the line's, wherever the line is."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from storage.accounts.accounts import Role
from storage.directory import dump, from_json, parse, to_json
from tests.jobs.work import add_chores, forward
from tests.stories.night import loss
from tests.support.phone import SAMPLE, Line
from tests.web.people import Visitor, signed_in
from tests.web.test_access import address, for_people

SUNDAY = "2026-09-13T03:37:00+00:00"  # in Paris 05:37, everywhere below another hour, mostly another day
WHERE = [
    pytest.param("Pacific/Tahiti", "17:37", "12 sept.", id="the day before"),
    pytest.param("Indian/Reunion", "07:37", "13 sept.", id="later in the morning"),
    pytest.param("Pacific/Noumea", "14:37", "13 sept.", id="the afternoon"),
]
PLACES = {"engineer": "ing2", "month": "2026-09"}
UTC_OR_PARIS = re.compile(r"(?<![\d:])0?[35] ?[:h] ?37(?!\d)")
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def elsewhere(zone: str) -> str:
    """The sample, its organisation there; its rotas name no zone."""
    sample = SAMPLE.read_text(encoding="utf-8")
    return re.sub(r'(\[organisation\].*?)timezone = "Europe/Paris"', rf'\1timezone = "{zone}"', sample, flags=re.DOTALL)


def without_zones_of_rotas(toml: str) -> str:
    head, rotas = toml.split("[[rotas]]", 1)
    return head + "[[rotas]]" + rotas.replace('timezone = "Europe/Paris"\n', "")


@pytest.fixture
def lived(make_line: Callable[..., Line], request: pytest.FixtureRequest) -> Line:
    """A loss of which somebody is woken; shifts are published, and notice of them given."""
    line = make_line(without_zones_of_rotas(elsewhere(request.param)))
    line.clock.at(SUNDAY)
    add_chores(line.database, "shifts", at=line.clock())
    loss(line)
    forward(line, seconds=30)
    return line


def read(page: str) -> str:
    return unescape(UNSEEN.sub(" ", page))


def pages(visitor: Visitor, line: Line, role: Role) -> dict[str, str]:
    """Every page that this person may look at, by its address."""
    shown = {}
    for rule, who in for_people(line):
        if "GET" in (rule.methods or ()) and role in who:
            path = address(line, rule).replace("2026-08", PLACES["month"])
            answer = visitor.asks(path)
            if answer.status_code == 200 and answer.mimetype in ("text/html", "text/csv"):
                shown[path] = read(answer.text)
    return shown


@pytest.mark.parametrize(("lived", "local", "day"), WHERE, indirect=["lived"])
def test_no_page_shows_another_clock(lived: Line, local: str, day: str) -> None:
    told: dict[tuple[Role, str], str] = {}
    for role in Role:
        visitor = signed_in(lived, role)
        told |= {(role, path): text for path, text in pages(visitor, lived, role).items()}
    assert {key: UTC_OR_PARIS.findall(text) for key, text in told.items() if UTC_OR_PARIS.search(text)} == {}
    assert sum(local in text for text in told.values()) > 5
    month = next(text for (role, path), text in told.items() if role is Role.ADMIN and "/standby/ing2/" in path)
    assert f"{day} {local}" in month, "when a turn was announced"


@pytest.mark.parametrize(
    ("organisation", "rota", "kept"),
    [
        pytest.param("America/Martinique", "", "America/Martinique", id="the organisation's"),
        pytest.param("America/Martinique", "Europe/Paris", "Europe/Paris", id="its own"),
        pytest.param("Europe/Paris", "", "Europe/Paris", id="as before"),
        pytest.param("Europe/Paris", "Indian/Reunion", "Indian/Reunion", id="elsewhere"),
    ],
)
def test_a_rota_without_a_zone_has_the_organisations(organisation: str, rota: str, kept: str) -> None:
    toml = without_zones_of_rotas(elsewhere(organisation))
    if rota:
        toml = toml.replace("[[rotas]]\n", f'[[rotas]]\ntimezone = "{rota}"\n')
    directory = parse(toml)
    assert {each.timezone for each in directory.rotas} == {kept}
    assert parse(dump(directory)) == from_json(to_json(directory)) == directory

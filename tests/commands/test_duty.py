"""Shifts and calendars from a terminal."""

import json
import re
from datetime import UTC, datetime

import pytest

from services import publish_shifts
from storage.database import Database
from storage.directory.versions import DirectoryCache
from tests.commands.terminal import Terminal

NOW = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)


@pytest.fixture
def published(loaded: Terminal, database_url: str) -> Terminal:
    """As the worker does it, at an instant at which the terminal then is."""
    database = Database(database_url)
    with database.begin() as db:
        publish_shifts.publish(db, publish_shifts.due(DirectoryCache().newest(db), NOW), NOW)
    database.dispose()
    loaded.environment |= {"ASTREINTE_CLOCK": NOW.isoformat()}
    return loaded


def test_shifts(published: Terminal) -> None:
    said = published.types("shifts", "--engineer", "ing2").output
    assert re.search(r"idline \(principal\) +du lundi 07/09 à 08:30 au lundi 14/09 à 08:30  Ingénieur 2\n", said)
    assert "Ingénieur 1" not in said
    first = published.reads("shifts")[0]  # type: ignore[index]
    assert (first["rota"], first["from"], first["takeup"]) == ("idline", "2026-09-07T06:30:00Z", "none")


def test_no_shifts_yet(loaded: Terminal) -> None:
    assert "Aucun tour publié" in loaded.types("shifts").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("shifts", "--engineer", "ing9"), "L'ingénieur « ing9 » n'existe pas", id="nobody"),
        pytest.param(("calendar", "create", "rota", "idlin"), "vouliez-vous dire « idline »", id="nearly a rota"),
        pytest.param(("calendar", "create", "team", "idline"), "engineer", id="no kind of calendar"),
        pytest.param(("calendar", "revoke", "7", "--yes"), "L'agenda 7 n'existe pas", id="never given"),
    ],
)
def test_refusals(published: Terminal, words: tuple[str, ...], said: str) -> None:
    result = published.types(*words)
    assert result.exit_code != 0
    assert said in result.output


def test_a_calendar_given_listed_and_revoked(published: Terminal) -> None:
    given = published.types("calendar", "create", "engineer", "ing1")
    assert re.search(r"^https://astreinte\.example/calendar/[\w-]{32}\.ics$", given.output, re.MULTILINE)
    assert "ingénieur ing1, donné le" in published.types("calendar", "list").output
    published.types("calendar", "revoke", "1", "--yes")
    assert published.reads("calendar", "list")[0]["revoked_at"]  # type: ignore[index]
    assert published.types("calendar", "revoke", "1", "--yes").exit_code != 0


def test_an_exercise_is_marked_wherever_it_is_listed(loaded: Terminal) -> None:
    assert "marqués comme exercice" in loaded.types("page", "test", "ing2").output
    for listed in ("tickets", "pages"):
        said = loaded.types(listed).output
        assert "EXERCICE" in said
        assert "inconnu" not in said
        assert "masqué" not in said
        assert [row["drill"] for row in json.loads(loaded.types(listed, "--json").stdout)] == [True]

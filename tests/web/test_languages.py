"""French and English: whatever a page says is in the catalogue, and what is in the catalogue is said."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from ivr import recital, words
from storage.accounts import ROLES, Role
from tests.phone import Line
from tests.stories.night import loss
from tests.web.people import Visitor, signed_in
from tickets.closure import PARTS
from tickets.life import REASONS
from tickets.qualification import ITEMS
from tickets.states import SPOKEN, WRITTEN
from web import errors, looks
from web.console import calls, days, me, proof, ticket, tickets, timeline
from web.console.editing import choices, kinds, sections
from web.console.editing import routes as editing
from web.languages import FOLDER
from web.portal import declaring

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
TABLES = (
    words.CHANNELS, words.ATTEMPTS, words.MAILS, words.REASONS, words.EVENTS, words.WORK, words.CALLED,
    words.STAGES, words.CALL_EVENTS,
    ROLES, PARTS, REASONS, ITEMS,
    SPOKEN, WRITTEN, errors.SAID, calls.OUTCOMES, me.LANGUAGES, ticket.REFUSALS, tickets.KINDS, tickets.GROUPED,
    timeline.MACHINES, timeline.BY, timeline.OTHERS, declaring.NATURES, days.SORTS, proof.SAID,
    choices.KINDS_OF_LINE, choices.MODES, choices.NOTICES, choices.COVERAGES, choices.WEEKDAYS, kinds.TURNS,
)  # fmt: skip


def said() -> set[str]:
    """All that pages say: what is marked in them, and the tables that they show."""
    found = extract_from_dir(str(Path(looks.__file__).parent), METHODS, {})
    marked = {each for _, _, message, *_ in found for each in ([message] if isinstance(message, str) else message)}
    shown = {str(text) for table in TABLES for text in table.values()} | {title for _, title, _ in looks.MENU}
    return marked | shown | set(sections.words()) | {editing.MEANWHILE, editing.UNREACHABLE} | set(recital.TITLES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.stem)
def test_everything_is_translated(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file) if message.id}
    assert said() - set(catalogue) == set(), "missing"
    assert {key for key, text in catalogue.items() if not text} == set(), "empty"
    for key, text in catalogue.items():
        assert _places(str(key)) == _places(str(text)), key


def _places(text: str) -> set[str]:
    return {piece.split(")")[0] for piece in text.split("%(")[1:]}


def test_a_browser_in_english_reads_english(line: Line) -> None:
    visitor = Visitor(line)
    text = visitor.client.get("/login", headers={"Accept": "text/html", "Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="en"' in text
    assert "Sign in" in text
    assert "Connexion" not in text


def test_one_chooses_ones_own(line: Line) -> None:
    reference = loss(line)
    visitor = signed_in(line, Role.ADMIN)
    visitor.does("/me", {"locale": "en", "name": ""})
    shown = visitor.gets(f"/tickets/{reference}")
    for told in (
        "What happened",
        "call from 06 39 98 10 01",
        "voice message kept",
        "I have it",
        "Saturday 12 September",
    ):
        assert told in shown, told
    assert "Who is on call" in visitor.gets("/")
    assert "There is no such page." in visitor.gets("/nowhere", 404)
    assert "The ticket is yours." in visitor.does(f"/tickets/{reference}/take")
    visitor.does("/me", {"locale": "xx", "name": ""})
    assert "Qui est d'astreinte" in visitor.gets("/"), "what nobody speaks is French"

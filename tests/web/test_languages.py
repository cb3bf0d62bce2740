"""French and English: whatever a page says is in the catalogue, and what is in the catalogue is said."""

import html
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from sqlalchemy import update

import translatable
from commands import SAMPLE
from directory import phone_numbers, public_holidays
from ivr import prompt_catalogue
from notifications import labels, texts
from oncall import rota_proposals
from services import fire_step
from storage.accounts import accounts, audit_log
from storage.accounts.accounts import ROLES, Role
from storage.calls.voicemails import PURGED
from storage.directory import items, syntax
from storage.models import Voicemail
from tests.stories.night import loss
from tests.support.phone import Line
from tests.web.console.test_editing import sends
from tests.web.people import Visitor, signed_in
from tickets.closure import ANSWER, PARTS
from tickets.history import REASONS
from tickets.qualification import ITEMS
from tickets.states import ANSWERED, SPOKEN, WRITTEN
from tickets.transitions import DONE_BY, NOT_RUNNING
from translatable import Message, Refused, listed
from web import errors, layout
from web.console import accounts as accounts_page
from web.console import home, me, what_if
from web.console.directory import CHANGED_MEANWHILE
from web.console.editing import choices, kinds, sections
from web.console.editing import routes as editing
from web.console.reporting import asked, charts
from web.console.rotas import opening_days, turn_requests
from web.console.tickets import call_log, proof, ticket, ticket_list, timeline
from web.languages import FOLDER
from web.portal import declaring

RULES = (
    "directory",
    "ivr",
    "notifications",
    "oncall",
    "services",
    "standby",
    "storage",
    "tickets",
)  # what they refuse, and doubt, is shown on pages
SENTENCES = {"Message": None, "TransitionRefused": None, "Unwanted": None, "Unsound": None, "needed": (2,),
             "Refused": None, "refuse": None, "Fault": (2,), "BadNumber": (2,)}  # fmt: skip
NAMED = {
    editing.MEANWHILE, editing.UNREACHABLE, items.TO_FILL, CHANGED_MEANWHILE, turn_requests.PAST, turn_requests.GONE,
    turn_requests.NOBODY_ASKED, turn_requests.NOT_ON_CALL, errors.NO_DIRECTORY, errors.UNSERVED, NOT_RUNNING, "rien",
}  # fmt: skip
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OBSTACLES = {"": fire_step.NO_PHONE, "sms": fire_step.NO_TEXTS, "passed": fire_step.HANDED_ON}
TABLES = (
    labels.CHANNELS, labels.ATTEMPTS, labels.MAILS, labels.REASONS, labels.EVENTS, labels.WORK,
    labels.ONE, labels.CALLED, labels.DURATIONS, labels.STAGES, labels.CALL_EVENTS, labels.ANSWERED,
    labels.WITHHELD,
    ROLES, PARTS, ANSWER, ANSWERED, REASONS, ITEMS,
    SPOKEN, WRITTEN, DONE_BY, rota_proposals.REFUSALS, dict(enumerate(translatable.WEEKDAYS)),
    errors.SAID, errors.NEXT, call_log.OUTCOMES, call_log.HELD, me.LANGUAGES, ticket.REFUSALS,
    ticket_list.KINDS, ticket_list.GROUPED,
    dict(enumerate(called for called, _ in home.FIGURES)),
    timeline.MACHINES, timeline.BY, timeline.OTHERS, timeline.ESCALATIONS,
    declaring.NATURES, opening_days.SORTS, proof.SAID, what_if.BECAUSE,
    what_if.LINES,
    texts.KINDS, texts.WAYS, OBSTACLES, {key: said for key, said in texts.REASONS.items() if said},
    choices.KINDS_OF_LINE, choices.PAID, choices.MODES, choices.NOTICES, choices.COVERAGES, choices.WEEKDAYS,
    kinds.TURNS, labels.NOTICE, asked.SUBJECTS, asked.PROMISES, asked.PERCENTS,
    asked.UNKNOWN, charts.ONE, charts.SEVERAL, dict(syntax.SAID), {"": syntax.ELSE},
    audit_log.WRITTEN, {0: errors.BUSY}, accounts_page.FIELDS, phone_numbers.IMPOSSIBLE, {"": phone_numbers.ELSE},
)  # fmt: skip


def said() -> set[str]:
    """All that pages say: what is marked in them, and the tables that they show."""
    found = extract_from_dir(str(Path(layout.__file__).parent), METHODS, {})
    marked = {each for _, _, message, *_ in found for each in ([message] if isinstance(message, str) else message)}
    root = Path(layout.__file__).parent.parent
    for folder, keywords in [*((root / name, SENTENCES) for name in RULES), (root / "web", SENTENCES)]:
        marked |= {str(message) for _, _, message, *_ in extract_from_dir(str(folder), METHODS[:1], {}, keywords)}
    shown = {str(text) for table in TABLES for text in table.values()} | {title for _, title, _ in layout.MENU}
    return marked | shown | set(sections.words()) | NAMED | set(prompt_catalogue.TITLES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.stem)
def test_everything_is_translated(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file) if message.id}
    assert said() - set(catalogue) == set(), "missing"
    assert {key for key, text in catalogue.items() if not text} == set(), "empty"
    for key, text in catalogue.items():
        assert _places(str(key)) == _places(str(text)), key


def test_every_public_holiday_of_france_is_translated() -> None:
    """Alsace-Moselle's too."""
    with (FOLDER / "en.po").open("rb") as file:
        known = {message.id for message in read_po(file)}
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert {public_holidays.name_of("FR-57", day) for day in days} - {"", None} <= known


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


def english(line: Line) -> Visitor:
    admin = signed_in(line, Role.ADMIN)
    admin.does("/me", {"locale": "en", "name": ""})
    return admin


def test_what_the_rules_refuse_is_said_in_english(line: Line) -> None:
    """A sentence, and the words within it; what people wrote stays as it is."""
    reference = loss(line)
    admin = english(line)
    for deed, told, said in (
        ("archive", {}, "The ticket is open: “archive” is not possible. Possible: take,"),
        ("cancel", {}, "Say why the ticket is cancelled."),
        ("qualify", {"service": "Sage"}, "The service “Sage” is not the entity's; it has: Accès internet, Téléphonie"),
    ):
        assert said in admin.does(f"/tickets/{reference}/{deed}", told), deed
    backwards = "engineer=ing3&kind=replace&start_day=2026-09-13&start_time=08:00&until_day=2026-09-12"
    refused = admin.gets(f"/rota/idline/principal?{backwards}")
    assert "The end (Saturday 12 Sep 00:00) must follow the beginning (Sunday 13 Sep 08:00)." in refused


def test_what_a_form_of_a_ticket_answers_is_in_english(line: Line) -> None:
    reference = loss(line)
    admin = english(line)
    refused = admin.does(f"/tickets/{reference}/qualify", {"caller": "12"})
    assert "“12” is no telephone number: it is too short." in refused
    shown = admin.does(f"/tickets/{reference}/follow", {"text": "x"})
    assert "Opened: NVL-26-00002-6." in shown


def test_a_line_of_time_is_in_english(line: Line) -> None:
    reference = loss(line)
    admin = english(line)
    assert "voice message, 12 s" in admin.gets(f"/tickets/{reference}")
    with line.database.begin() as db:
        db.execute(update(Voicemail).values(state=PURGED))
    assert "voice message erased" in admin.gets(f"/tickets/{reference}")


def test_a_commitment_is_told_in_english(line: Line) -> None:
    reference = loss(line)
    client = signed_in(line, Role.CLIENT)
    with line.database.begin() as db:
        accounts.change(db, 1, {"locale": "en"})
    told = client.does(f"/portal/{reference}/escalate")
    assert "Noted. The commitment runs until Sunday 13 September, 02:04." in told


def test_what_cannot_be_served_is_said_in_english(line: Line) -> None:
    reference = loss(line)
    admin = english(line)
    [sound] = re.findall(r'src="(/tickets/[^"]+\.wav)"', admin.gets(f"/tickets/{reference}"))
    answer = admin.client.get(sound, headers=admin.headers | {"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert "The request cannot be served (416)." in answer.text


def test_doubts_are_said_in_english(line: Line) -> None:
    page = sends(english(line), "/directory/edit/engineers/ing2", {"phone": ""})
    assert "Ingénieur 2: has no telephone and cannot be woken" in page
    assert "peut pas être réveillé" not in page


def test_a_sentence_is_its_french_and_remembers_its_places() -> None:
    told = Message("%(who)s est %(state)s", who="Ingénieur 1", state=Message("ouvert"))
    assert told == "Ingénieur 1 est ouvert"
    assert (told.template, told.places["who"]) == ("%(who)s est %(state)s", "Ingénieur 1")
    assert listed(["prendre", "100 %"]) == "prendre, 100 %"
    assert Message("rien à 100 %") == "rien à 100 %"
    assert str(Refused("%(a)s non", a=1)) == "1 non"


def test_faults_of_the_directory_are_said_in_english(line: Line) -> None:
    """At their field, and of a whole file; what stands in it stays as it is."""
    admin = english(line)
    wrong = {
        "emails": "a@b.example",
        "contacts.0.phones": "12",
        "contracts.0.service": "Sage",
        "contracts.0.until": "1999-01-01",
    }
    shown = html.unescape(sends(admin, "/directory/edit/clients/260417", wrong))
    for said_ in (
        "“a@b.example”: the domain alone is expected, “b.example”",
        "“12” is no telephone number: it is too short",
        "service “Sage” does not exist at idline; there is: Accès internet",
        "the contract ends (1999-01-01) before it begins",
    ):
        assert said_ in shown, said_
    document = SAMPLE.read_text(encoding="utf-8").replace("ring_seconds = 20", "ring_seconds = true")
    for text, said_ in (
        (document, "a whole number from 5 to 60 is expected, not true or false"),
        (
            document.replace('kind = "main"', 'kind = "man"'),
            "“man” does not exist; “main” or “after_hours” is expected",
        ),
        ('a = "', "line 1, at the end of the file a quote is not closed"),
    ):
        answer = admin.posts("/directory/import", {"text": text, "seen": "1"}, page="/directory/import")
        read = re.sub(r"\s*<[^>]+>\s*", " ", html.unescape(answer.text))
        assert said_ in " ".join(read.split()), said_


def test_an_invitation_is_written_in_the_language_of_whoever_gets_it(line: Line) -> None:
    admin = english(line)
    admin.does("/accounts", {"email": "neuf@nvl.example", "roles": "desk"})
    assert "Votre compte" in line.mails()[-1]["subject"]
    with line.database.begin() as db:
        row = accounts.find(db, email="neuf@nvl.example")
        assert row
        accounts.change(db, row.id, {"locale": "en"})
    admin.does(f"/accounts/{row.id}", {"act": "invite"})
    mail = line.mails()[-1]
    assert mail["subject"].startswith("Your account")
    assert "/invitation/" in mail["body"]

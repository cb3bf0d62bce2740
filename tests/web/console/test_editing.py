"""The directory changed field by field: seen before it is kept, on top of what others do meanwhile."""

import html
import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from directory.model import DirectoryData
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.directory import items, parse, versions, with_item
from storage.directory.writer import item as written
from storage.models import DirectoryVersion
from tests.jobs.work import book_of
from tests.support.phone import SAMPLE, Line
from tests.web.people import LATE, Visitor, signed_in
from web.console.editing import kinds
from web.console.editing.kinds import Form
from web.console.editing.sections import SECTIONS

SAMPLED = parse(SAMPLE.read_text(encoding="utf-8"))
FIELD = re.compile(
    r"<(input|textarea|select)\b([^>]*)>(?:([^<]*)</textarea>|((?:\s*<option.*?</option>)*)\s*</select>)?"
)
OPTION = re.compile(r'<option value="([^"]*)"([^>]*)>')


def filled(page: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form, nothing touched."""
    form = page[page.index('id="edit"') :]
    found: dict[str, list[str]] = {}
    for tag, attributes, text, options in FIELD.findall(form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        if "name" not in given or (given.get("type") == "checkbox" and " checked" not in attributes):
            continue
        value = given.get("value", "")
        if tag == "textarea":
            value = text
        elif tag == "select":
            chosen = [code for code, more in OPTION.findall(options) if "selected" in more]
            value = (chosen or [code for code, _ in OPTION.findall(options)[:1]] or [""])[0]
        found.setdefault(given["name"], []).append(html.unescape(value))
    found.pop("csrf_token", None)
    return found


def sends(visitor: Visitor, path: str, changes: Mapping[str, Any], page: str = "") -> str:
    """The form of a page with some fields typed anew."""
    form = filled(page or visitor.asks(path).text) | {
        key: value if isinstance(value, list) else [value] for key, value in changes.items()
    }
    answer = visitor.posts(path, {key: value for key, value in form.items() if value != [None]})
    if answer.status_code == 303:
        return visitor.gets(answer.headers["Location"])
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def keeps(visitor: Visitor, path: str, changes: Mapping[str, Any], **said: str) -> str:
    """Look, then keep; `said`: of a change that somebody learns late."""
    looked = sends(visitor, path, changes)
    assert "Enregistrer ce changement" in looked, html.unescape(looked)[:6000]
    return html.unescape(sends(visitor, path, {"keep": "1", **said}, looked))


EVERY_ITEM = [
    (section, items.key(section, each, number))
    for section in SECTIONS
    for number, each in enumerate(items.every(SAMPLED, section), 1)
]


@pytest.mark.parametrize(("section", "key"), EVERY_ITEM)
def test_a_form_that_nobody_touches_changes_nothing(line: Line, section: str, key: str) -> None:
    """Every item of the sample comes back from its form as it was."""
    admin = signed_in(line, Role.ADMIN)
    shown = html.unescape(sends(admin, f"/directory/edit/{section}/{key}", {}))
    assert "Rien : c'est déjà ainsi." in shown
    assert "il y a des fautes" not in shown


@pytest.mark.parametrize(
    ("path", "changes", "told"),
    [
        pytest.param("clients/260417", {"name": "Client Neuf"}, ["Nom", "Client Neuf"], id="a name"),
        pytest.param("clients/260425", {"contracts.0.until": ""}, ["Contrats 1 · Au", "2026-12-31"], id="no end"),
        pytest.param("clients/260425", {"contracts.0.option_24x7": None}, ["Option 24/7", "oui", "non"], id="a flag"),
        pytest.param("entities/novenc", {"hours.saturday": "09:00-12:00"}, ["samedi 09:00-12:00"], id="hours of a day"),
        pytest.param("entities/idline", {"after_hours_mode": "bridge"}, ["sonner l'astreinte d'abord"], id="a choice"),
        pytest.param("policies/standard", {"steps.1.after": "3m"}, ["Étapes 2 · Après", "3m"], id="a rung"),
        pytest.param("organisation/here", {"inform_callers": None}, ["Prévenir l'appelant", "non"], id="another flag"),
        pytest.param("engineers/ing3", {"phone": "06 39 98 00 33"}, ["06 39 98 00 33"], id="a number"),
        pytest.param("closures/1", {"until": "2027-01-04T00:00"}, ["2027-01-04 00:00"], id="a longer closure"),
        pytest.param("levels/standard", {"pausing": []}, ["réponse du client"], id="nothing pauses"),
    ],
)  # fmt: skip
def test_what_would_change_is_told_in_words_then_kept(
    line: Line, path: str, changes: Mapping[str, Any], told: list[str]
) -> None:
    admin = signed_in(line, Role.ADMIN)
    before = book_of(line).directory
    looked = html.unescape(sends(admin, f"/directory/edit/{path}", changes))
    for words in told:
        assert words in looked, words
    assert book_of(line).directory == before, "nothing is kept by looking"
    assert "Annuaire changé." in keeps(admin, f"/directory/edit/{path}", changes)
    assert book_of(line).directory != before
    assert "Annuaire changé." in admin.does("/directory/versions/1", {"seen": "2"})
    assert book_of(line).directory == before


@pytest.mark.parametrize(
    ("path", "changes", "told"),
    [
        pytest.param("clients/260417", {"name": ""}, 'id="name-fault">à remplir', id="nothing"),
        pytest.param("clients/260417", {"contacts.0.phones": "12"}, "contacts.0.phones-fault", id="no number"),
        pytest.param("clients/260417", {"contracts.1.from": "hier"}, "contracts.1.from-fault", id="no day"),
        pytest.param("clients/260417", {"sites": "Pau"}, "n'est pas un site de ce client", id="a site still covered"),
        pytest.param("entities/idline", {"services": "SMS"}, "Client Démo Un", id="a service that clients have"),
        pytest.param("entities/idline", {"key": "2"}, "déjà pris", id="a key that is taken"),
        pytest.param("entities/idline", {"key": "beaucoup"}, "on attend un nombre entier", id="no figure"),
        pytest.param("entities/idline", {"hours.monday": "8h-9h"}, "hours.monday-fault", id="no hours"),
        pytest.param("rotas/idline", {"layers.0.engineers": ["", "nobody"]}, "nobody", id="nobody we know"),
        pytest.param("rotas/idline", {"layers.0.starts": ""}, "layers.0.starts-fault", id="no beginning"),
        pytest.param("policies/standard", {"steps.0.after": "9m"}, "doivent augmenter", id="rungs out of order"),
        pytest.param("lines/+33586077777", {"greeting": "x" * 1001}, "raccourcissez-le", id="a greeting of minutes"),
        pytest.param("clients/260417", {"name": "a\x00b"}, "caractère de commande", id="what no voice can say"),
    ],
)  # fmt: skip
def test_faults_are_said_where_they_are_and_nothing_is_lost(
    line: Line, path: str, changes: Mapping[str, Any], told: str
) -> None:
    admin = signed_in(line, Role.ADMIN)
    before = book_of(line).directory
    page = sends(admin, f"/directory/edit/{path}", changes)
    assert "Rien n'est changé, il y a des fautes" in html.unescape(page)
    assert told in html.unescape(page)
    assert "Enregistrer ce changement" not in page
    for name, value in changes.items():
        if isinstance(value, str) and value.strip() and "\x00" not in value:
            assert filled(page)[name] == [value], "what was typed is still there"
    assert "keep" not in filled(page)
    sends(admin, f"/directory/edit/{path}", {**changes, "keep": "1"})
    assert book_of(line).directory == before


def test_nothing_is_kept_that_was_not_looked_at(line: Line) -> None:
    """Seen one name, sent another: it is shown, not kept."""
    admin = signed_in(line, Role.ADMIN)
    looked = sends(admin, "/directory/edit/clients/260417", {"name": "Vu"})
    again = sends(admin, "/directory/edit/clients/260417", {"name": "Pas vu", "keep": "1"}, looked)
    assert "Enregistrer ce changement" in again
    assert book_of(line).client("260417").name == "Client Démo Un"  # type: ignore[union-attr]


def test_two_people_change_two_things_at_once(line: Line) -> None:
    one, other = signed_in(line, Role.ADMIN), signed_in(line, Role.ADMIN, email="autre@nvl.example")
    mine = sends(one, "/directory/edit/clients/260417", {"name": "Le mien"})
    theirs = sends(other, "/directory/edit/clients/260425", {"name": "Le sien"})
    sends(one, "/directory/edit/clients/260417", {"keep": "1"}, mine)
    assert "Annuaire changé." in sends(other, "/directory/edit/clients/260425", {"keep": "1"}, theirs)
    names = {client.name for client in book_of(line).directory.clients}
    assert {"Le mien", "Le sien"} <= names


def test_two_people_change_one_thing(line: Line) -> None:
    """The second one is told, sees what it would be now, and nothing of what they typed is lost."""
    one, other = signed_in(line, Role.ADMIN), signed_in(line, Role.ADMIN, email="autre@nvl.example")
    theirs = sends(other, "/directory/edit/clients/260417", {"name": "Le sien"})
    keeps(one, "/directory/edit/clients/260417", {"sites": "Bordeaux\nPau\nDax"})
    shown = html.unescape(sends(other, "/directory/edit/clients/260417", {"keep": "1"}, theirs))
    assert "Quelqu'un d'autre l'a changé entre-temps" in shown
    assert "Dax" in shown, "what the other one added would go: it is said"
    assert book_of(line).client("260417").name == "Client Démo Un"  # type: ignore[union-attr]


def test_what_has_moved_in_its_list_is_not_taken_for_another(line: Line) -> None:
    """The first closure is removed while somebody writes on the second: the third stands there by then."""
    span = "[[closures]]\nfrom = 2027-0{0}-01T08:00:00\nuntil = 2027-0{0}-02T08:00:00\nreason = '{0}'\n"
    more = span.format(6) + span.format(7)
    line.load(SAMPLE.read_text(encoding="utf-8").replace("[[openings]]", f"{more}[[openings]]", 1))
    one, other = signed_in(line, Role.ADMIN), signed_in(line, Role.ADMIN, email="autre@nvl.example")
    theirs = sends(other, "/directory/edit/closures/2", {"reason": "Inventaire"})
    sends(
        one,
        "/directory/edit/closures/1",
        {"remove": "1", "keep": "1"},
        sends(one, "/directory/edit/closures/1", {"remove": "1"}),
    )
    shown = html.unescape(sends(other, "/directory/edit/closures/2", {"keep": "1"}, theirs))
    assert "vient de changer cette liste" in shown
    assert [each.reason for each in book_of(line).directory.closures] == ["6", "7"]


def test_one_is_added_row_by_row_and_removed_again(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    path = "/directory/add/clients"
    page = sends(admin, path, {"code": "260433", "name": "Client Démo Trois", "more": "contracts"})
    assert 'name="contracts.0.service"' in page
    page = sends(admin, path, {"more": "contracts"}, page)
    page = sends(admin, path, {"less": "contracts.1"}, page)
    assert 'name="contracts.1.service"' not in page
    row = {"contracts.0.entity": "novenc", "contracts.0.service": "Réseau", "contracts.0.from": "2026-01-01"}
    page = sends(admin, path, row, page)
    shown = html.unescape(sends(admin, path, {"keep": "1"}, page))
    assert "Client Démo Trois" in shown
    assert book_of(line).client("260433").contracts[0].service == "Réseau"  # type: ignore[union-attr]
    path = "/directory/edit/clients/260433"
    gone = sends(admin, path, {"remove": "1"})
    assert "Il n'y serait plus." in html.unescape(gone)
    assert book_of(line).client("260433")
    sends(admin, path, {"keep": "1"}, gone)
    assert book_of(line).client("260433") is None
    assert admin.asks(path).status_code == 404


def test_what_others_need_is_not_removed(line: Line) -> None:
    shown = html.unescape(sends(signed_in(line, Role.ADMIN), "/directory/edit/engineers/ing1", {"remove": "1"}))
    assert "« ing1 » n'existe pas" in shown
    assert "idline, layers 1" in shown
    assert "Enregistrer ce changement" not in shown


def test_a_code_stays_what_it_was(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    keeps(admin, "/directory/edit/clients/260417", {"name": "Neuf", "code": "260499"})
    assert book_of(line).client("260417")
    assert book_of(line).client("260499") is None


def test_a_changed_layer_says_who_would_be_on_call_instead(line: Line) -> None:
    """And what would be wrong with it."""
    admin = signed_in(line, Role.ADMIN)
    turned = {"layers.0.engineers": ["ing2", "ing1"], "fallback": ""}
    shown = html.unescape(sends(admin, "/directory/edit/rotas/idline", turned))
    assert "Qui serait d'astreinte autrement" in shown
    assert re.search(r"Ingénieur 1 → <strong>Ingénieur 2", shown)
    kept = keeps(admin, "/directory/edit/rotas/idline", turned, **LATE)
    assert "Annuaire changé." in kept
    rota = book_of(line).rota("idline")
    assert rota
    assert rota.layers[0].engineers == ("ing2", "ing1")
    assert rota.overrides == SAMPLED.rotas[0].overrides, "what the form does not ask stays"


# ---------------------------------------------------------------- what is announced late
AWAY = {"absences.0.from": "2026-09-13T00:00", "absences.0.until": "2026-09-14T00:00"}


def proof(line: Line) -> tuple[str, bool]:
    with line.database.read() as db:
        wanted = select(DirectoryVersion.reason, DirectoryVersion.agreed).order_by(DirectoryVersion.id.desc())
        reason, agreed = db.execute(wanted.limit(1)).one()
    return reason, agreed


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        pytest.param({}, "écrivez le motif", id="nothing"),
        pytest.param({"why": "\x00 "}, "écrivez le motif", id="an empty reason"),
        pytest.param({"why": "grippe"}, "dites que la personne est d'accord", id="too late to be imposed"),
        pytest.param(LATE, "Annuaire changé.", id="all of it"),
    ],
)
def test_an_absence_that_gives_somebody_a_turn_tomorrow(line: Line, said: dict[str, str], answer: str) -> None:
    """The responsible stands in for ing2 on Sunday."""
    admin = signed_in(line, Role.ADMIN)
    assert "l'apprendrait la veille" in html.unescape(sends(admin, "/directory/edit/engineers/ing2", AWAY))
    assert answer in keeps(admin, "/directory/edit/engineers/ing2", AWAY, **said)
    kept = answer == "Annuaire changé."
    assert proof(line) == (("grippe", True) if kept else ("", False))


def test_whoever_cannot_tonight_only_says_why(line: Line) -> None:
    mine = signed_in(line, Role.ENGINEER, engineer="ing2")
    path = "/directory/edit/engineers/ing2"
    looked = sends(mine, path, AWAY, sends(mine, path, {"more": "absences"}))
    assert "tardif" in html.unescape(looked)
    assert "d'accord" not in html.unescape(looked)
    assert "Votre compte" in sends(mine, path, {"keep": "1", "why": "malade"}, looked)
    assert proof(line) == ("malade", False)


def test_what_nobody_learns_late_asks_for_nothing(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    assert "tardif" not in sends(admin, "/directory/edit/clients/260417", {"name": "Neuf"})
    later = {"absences.0.from": "2026-10-20T00:00", "absences.0.until": "2026-10-21T00:00"}
    assert "Annuaire changé." in keeps(admin, "/directory/edit/engineers/ing2", later)


# ---------------------------------------------------------------- who may
def test_an_engineer_changes_their_own_numbers_and_absences_alone(line: Line) -> None:
    mine = signed_in(line, Role.ENGINEER, engineer="ing2")
    path = "/directory/edit/engineers/ing2"
    page = sends(mine, path, {"more": "absences"})
    away = {"absences.0.from": "2026-12-24T08:00", "absences.0.until": "2026-12-26T08:00", "phone": "06 39 98 00 22"}
    away |= {"name": "Roi", "code": "roi", "entities": "ozanges"}
    looked = sends(mine, path, away, page)
    assert "Roi" not in looked.split('id="edit"')[0]
    assert "Votre compte" in sends(mine, path, {"keep": "1"}, looked)
    engineer = book_of(line).engineer("ing2")
    assert engineer
    assert (engineer.name, engineer.entities) == ("Ingénieur 2", ("idline", "novenc"))
    assert engineer.phone == "+33639980022"
    assert len(engineer.absences) == 1
    shown = html.unescape(sends(mine, path, {"phone": ""}))
    assert "Gardez un téléphone au moins" in shown
    assert "il manque" not in shown
    for other in ("engineers/ing1", "rotas/idline", "clients/260417", "organisation/here"):
        assert mine.asks(f"/directory/edit/{other}").status_code == 403, other
        assert mine.posts(f"/directory/edit/{other}", {"keep": "1"}).status_code == 403, other
    sends(mine, path, {"remove": "1", "keep": "1"})
    assert book_of(line).engineer("ing2")


def test_an_admin_of_an_entity_edits_its_rota_alone(line: Line) -> None:
    some = signed_in(line, Role.ADMIN, entities=["idline"])
    assert "couches et relèves" in some.gets("/rota")
    keeps(some, "/directory/edit/rotas/idline", {"fallback": "ing1"})
    assert book_of(line).rota("idline").fallback == "ing1"  # type: ignore[union-attr]
    for other in ("rotas/applications", "entities/idline", "engineers/ing1", "organisation/here"):
        assert some.asks(f"/directory/edit/{other}").status_code == 403, other
    assert some.asks("/directory/add/rotas").status_code == 403
    looked = sends(some, "/directory/edit/rotas/idline", {"remove": "1"})
    sends(some, "/directory/edit/rotas/idline", {"remove": "1", "keep": "1"}, looked)
    assert book_of(line).rota("idline")


@pytest.mark.parametrize("path", ["edit/nothing/x", "edit/clients/0", "edit/closures/99", "add/organisation", "add/x",
                                  "edit/lines/%00", "edit/directory/here"])  # fmt: skip
def test_what_is_not_there(line: Line, path: str) -> None:
    assert signed_in(line, Role.ADMIN).asks(f"/directory/{path}").status_code == 404


def test_whoever_changed_it_is_named(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    keeps(admin, "/directory/edit/clients/260417", {"name": "Neuf"})
    with line.database.read() as db:
        newest = versions.listed(db, 1)[0]
        assert accounts.names(db, book_of(line))[newest.who] == "admin@nvl.example"


# ---------------------------------------------------------------- the pieces
def test_one_item_read_alone_is_the_same_as_the_whole_read_again() -> None:
    for section, key in EVERY_ITEM:
        held = items.find(SAMPLED, section, key)
        assert items.changed(SAMPLED, section, held, written(held)) == SAMPLED, (section, key)
    whole = with_item(SAMPLED, "closures", 0, None)
    assert isinstance(whole, DirectoryData)
    assert whole.closures == ()


def test_forms_of_nonsense_are_no_fault(line: Line) -> None:
    for fields in (section.fields for section in SECTIONS.values()):
        form = Form([("contracts.99999999999999.x", "1"), ("layers.7.name", "y"), ("steps.0.by", "carrier pigeon")])
        item = kinds.read(fields, form)
        assert isinstance(item, dict)
    admin = signed_in(line, Role.ADMIN)
    for name in ("more", "less"):
        for value in ("", "x", "contracts", "contracts.99", "contracts.-1", "contracts.٣", "name.0"):
            sends(admin, "/directory/edit/clients/260417", {name: value})

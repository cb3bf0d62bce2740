"""Tickets in the console: found, looked at, taken through their whole life by buttons."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services import desk_actions as acts
from storage.accounts.accounts import Role
from storage.models import Ticket
from tests.jobs.work import events_of, open_ticket
from tests.mail.writing import BOXES, arrives, mail
from tests.stories.night import loss
from tests.stories.test_change_requests import declared
from tests.support.phone import ING1, ING2, ING4, RESP, Line
from tests.web.people import Visitor, signed_in
from tickets.states import State
from tickets.transitions import Action

CAUSE = {"cause": "Une fibre coupée.", "actions": "Fibre réparée.", "prevention": "Un second chemin."}


@pytest.fixture
def desk(line: Line) -> Visitor:
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    return signed_in(line, Role.ENGINEER)


def test_from_the_night_call_to_the_archive_by_buttons(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    page = f"/tickets/{reference}"
    assert "personne ne l'a encore" in desk.gets(page)
    assert "Vous avez le ticket." in desk.does(f"{page}/take")
    line.settle()
    said = {
        "client": "260417",
        "entity": "idline",
        "service": "Accès internet",
        "description": "Plus.",
        "sites": ["Pau"],
    }
    assert "Ticket qualifié." in desk.does(f"{page}/qualify", said)
    assert "Le ticket attend." in desk.does(f"{page}/wait", {"reason": "client", "note": "rappelle à 9 h"})
    assert "Le travail reprend." in desk.does(f"{page}/resume")
    assert "Rétabli." in desk.does(f"{page}/restore")
    assert "Le bilan n'est pas complet" in desk.does(f"{page}/close")
    assert "Bilan enregistré." in desk.does(f"{page}/report", CAUSE)
    assert "Ticket clôturé, le bilan part au client." in desk.does(f"{page}/close")
    assert desk.asks(f"{page}/bilan.pdf").data.startswith(b"%PDF")
    assert "La clôture est reprise." in desk.does(f"{page}/revise")
    assert "sans courriel" in desk.does(f"{page}/close", {"waived": "dit au téléphone"})
    assert "Ticket archivé." in desk.does(f"{page}/archive")
    whole = desk.gets(page)
    for told in ("appel de 06 39 98 10 01", "message vocal, 12 s", "SMS à Ingénieur 2", "rappelle à 9 h"):
        assert told in whole
    assert set(re.findall(r"· (Ingénieur \d)", whole)) >= {"Ingénieur 2"}
    assert line.ticket()["state"] == "archived"


def test_what_is_impossible_is_said_and_changes_nothing(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    before = events_of(line, reference)
    for deed, data, said in (
        ("restore", {}, "« rétablir » n'est pas possible"),
        ("note", {"text": "  "}, "Écrivez la remarque."),
        ("wait", {"reason": "n'importe"}, "Dites ce que le ticket attend."),
        ("cancel", {}, "Dites pourquoi"),
        ("qualify", {"client": "999999"}, "n'est pas dans l'annuaire"),
        ("qualify", {"caller": "abc"}, "n'est pas un numéro"),
        ("qualify", {"kind": "mystère"}, "n'existe pas"),
        ("qualify", {}, "Rien n'a été rempli."),
        ("plan", {"starts_day": "demain"}, "Donnez la date"),
        ("plan", dict.fromkeys(("starts_day", "until_day"), "0001-01-01"), "Donnez la date"),
        ("archive", {}, "« archiver » n'est pas possible"),
    ):
        assert said in desk.does(f"/tickets/{reference}/{deed}", data), deed
    assert events_of(line, reference) == before
    assert desk.posts(f"/tickets/{reference}/explode").status_code == 404


def test_whoever_comes_second_is_told(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    desk.does(f"/tickets/{reference}/take")
    other = signed_in(line, Role.DESK)
    assert "déjà pris" in other.does(f"/tickets/{reference}/take")
    assert line.ticket()["acknowledged_by"] == "ing2"


def test_somebody_who_is_no_engineer_takes_one_too(line: Line) -> None:
    reference = loss(line)
    visitor = signed_in(line, Role.DESK, name="Accueil 1")
    assert "Pris par" in visitor.does(f"/tickets/{reference}/take")
    assert "Accueil 1" in visitor.gets(f"/tickets/{reference}")
    line.settle()
    (page,) = line.pages()
    assert page["state"] == "acknowledged"


@pytest.mark.parametrize("deed", ["note", "follow"])
def test_a_button_pressed_several_times_adds_one(line: Line, desk: Visitor, deed: str) -> None:
    reference = loss(line)
    with line.database.begin() as db:
        acts.act(db, reference, Action.CANCEL, "ing2", line.clock(), why="essai")
    page, before = f"/tickets/{reference}", (len(line.tickets()), len(events_of(line, reference)))
    for text in ("Vu.", "Vu.", "Vu.", "Revu."):
        desk.does(f"{page}/{deed}", {"text": text})
    more = (len(line.tickets()) - before[0], len(events_of(line, reference)) - before[1])
    assert more == ((0, 2) if deed == "note" else (2, 0))


def test_a_hold_is_for_admins(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    assert desk.posts(f"/tickets/{reference}/hold", {"why": "litige"}).status_code == 403
    admin = signed_in(line, Role.ADMIN)
    assert "conservé exprès" in admin.does(f"/tickets/{reference}/hold", {"why": "litige"})


def test_a_message_is_listened_to_in_pieces_and_by_whom_is_known(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    [path] = re.findall(r'src="(/tickets/[^"]+\.wav)"', desk.gets(f"/tickets/{reference}"))
    whole = desk.asks(path)
    assert whole.data[:4] == b"RIFF"
    piece = desk.client.get(path, headers={"Range": "bytes=0-99"})
    assert (piece.status_code, len(piece.data)) == (206, 100)
    assert ("listened", {"recording": path.split("/")[-1][:-4]}) in events_of(line, reference)
    assert desk.asks(path.replace(reference, "NVL-26-00002-6")).status_code == 404


def test_a_file_is_saved_and_never_shown(make_line: Any) -> None:
    line: Line = make_line(IMAP_URL=BOXES, SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="a@nvl.example")
    message = mail("Regardez.")
    message.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="page.html")
    arrives(line, message)
    desk = signed_in(line, Role.DESK)
    [path] = re.findall(r'href="(/tickets/[^"]+/files/\d+)"', desk.gets(f"/tickets/{line.ticket()['reference']}"))
    answer = desk.asks(path)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_people_write_is_shown_and_never_run(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    told = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    desk.does(f"/tickets/{reference}/note", {"text": told})
    shown = desk.asks(f"/tickets/{reference}").text
    assert told not in shown
    assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", True, id="all"),
        pytest.param("?q=00001", True, id="a piece of the reference"),
        pytest.param("?q=260417&state=unfinished&entity=idline", True, id="client, state and entity"),
        pytest.param("?state=late", False, id="none is late"),
        pytest.param("?mine=1", False, id="nobody has it"),
        pytest.param("?state=archived", False, id="not there yet"),
        pytest.param("?q=%25", False, id="a per cent sign is one"),
        pytest.param("?state=n'importe&page=-4&kind=x", True, id="nonsense is ignored"),
        pytest.param("?page=999999", True, id="beyond the last page is the last"),
    ],
)
def test_the_list_is_filtered_by_its_address(line: Line, desk: Visitor, query: str, found: bool) -> None:
    reference = loss(line)
    assert (reference in desk.gets(f"/tickets{query}")) is found


def test_the_report_is_searched_and_the_archive_shown_when_it_is_asked_for(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    for deed, said in (("take", {}), ("restore", {}), ("report", CAUSE), ("close", {"waived": "dit"}), ("archive", {})):
        desk.does(f"/tickets/{reference}/{deed}", said)
    for query, found in (("", False), ("?state=all", True), ("?state=archived", True), ("?q=second+chemin", True)):
        assert (reference in desk.gets(f"/tickets{query}")) is found, query


def test_what_needs_somebody_comes_first(line: Line, desk: Visitor) -> None:
    paged = loss(line)
    line.clock.forward(minutes=1)
    newer = [open_ticket(line, paged=False) for _ in range(2)]
    desk.does(f"/tickets/{newer[1]}/take")
    shown = desk.gets("/tickets")
    assert sorted([paged, *newer], key=shown.index) == [paged, newer[0], newer[1]]
    assert shown.count("on cherche quelqu'un") == 1


def test_services_and_sites_are_those_of_the_entity_and_the_client(line: Line, desk: Visitor) -> None:
    """Looked at before anything is kept; what the contract says stands beside each service."""
    reference = loss(line)
    form = desk.gets(f"/tickets/{reference}").partition('id="qualify"')[2]
    assert "Accès internet : niveau « critique », option 24h/24" in form
    assert "Téléphonie : sans contrat" in form
    assert "Sage" not in form.partition("</details>")[0]
    other = desk.gets(f"/tickets/{reference}?client=260425&entity=novenc").partition('id="qualify"')[2]
    assert "Serveurs : niveau « critique », option 24h/24" in other
    assert "Limoges" in other
    assert "Bordeaux" not in other.partition("</details>")[0]
    assert "pas encore enregistré" in other
    assert line.ticket()["client"] == "260417"


def test_what_the_caller_heard_is_told_with_the_keys(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    [path] = re.findall(r'href="(/calls/CA[^"]+)"', desk.gets("/calls"))
    for page in (f"/tickets/{reference}", path):
        heard = desk.gets(page).partition("Ce que l'appelant a entendu")[2]
        assert re.search(r"Quel service est perdu \?[^<]*</span>\s*<span[^>]*>→ tape</span> <kbd>1</kbd>", heard), page
        assert "Votre référence est N V L" in heard


def test_a_failed_call_is_said_once_in_words(line: Line, desk: Visitor) -> None:
    line.phone(ING2).does("no-answer")
    reference = loss(line)
    line.forward(minutes=2)
    shown = desk.gets(f"/tickets/{reference}")
    assert "· sans réponse<" in shown
    assert "no-answer" not in shown


def test_a_question_is_answered(line: Line, desk: Visitor) -> None:
    """No interruption, no cause: the words, the button and the report are those of an answer."""
    reference = open_ticket(line, paged=False)
    page = f"/tickets/{reference}"
    desk.does(f"{page}/qualify", {"kind": "information_request"})
    desk.does(f"{page}/take")
    shown = desk.gets(page)
    assert "répondre avant" in shown
    assert "C'est répondu" in shown
    assert "Répondu. Il reste à clôturer." in desk.does(f"{page}/restore")
    shown = desk.gets(page)
    for told in ("répondu", "Réponse", "À retenir (facultatif)"):
        assert told in shown
    for other in ("rétabli", "Rétabli", "Cause", "Prévention"):
        assert other not in shown
    desk.does(f"{page}/report", {"actions": "Oui, en 2027."})
    desk.does(f"{page}/close", {"to": "a@un.example.com"})
    [body] = [mail["body"] for mail in line.mails() if mail["recipient"] == "a@un.example.com"]
    assert "Voici notre réponse." in body
    assert "Réponse\nOui, en 2027." in body


def test_no_two_fields_have_one_name(line: Line, desk: Visitor) -> None:
    """Of a change being studied, whose forms are the most."""
    reference = open_ticket(line, paged=False)
    page = f"/tickets/{reference}"
    desk.does(f"{page}/qualify", {"kind": "change_request"})
    desk.does(f"{page}/take")
    assert "Évaluer la modification" in desk.gets(page).partition('class="thumb"')[2].partition("</div>")[0]
    desk.does(f"{page}/size", {"size": "major", "manager": "Chef 1"})
    ids = re.findall(r'\bid="([^"]+)"', desk.gets(page))
    assert sorted(set(ids)) == sorted(ids)


def test_what_waits_is_taken_up_again_by_the_first_button(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    for deed in ("take", "wait"):
        desk.does(f"/tickets/{reference}/{deed}", {"reason": "client"})
    first = desk.gets(f"/tickets/{reference}").partition('class="thumb"')[2].partition("</div>")[0]
    assert "Reprendre" in first
    assert "rétabli" not in first


def test_an_empty_list_says_what_will_fill_it(line: Line, desk: Visitor) -> None:
    assert "le premier appel" in desk.gets("/tickets")
    assert "Aucun appel encore." in desk.gets("/calls")


def test_home_says_who_is_on_call_and_what_goes_on(line: Line, desk: Visitor) -> None:
    reference = loss(line)
    for path in ("/", "/now"):
        shown = desk.gets(path)
        for told in (
            "IDLINE",
            "Ingénieur 2",
            "06 39 98 00 02",
            "rouvre lundi 14 septembre",
            reference,
            "étape 1 sur 4",
        ):
            assert told in shown, told
    assert "<html" not in desk.gets("/now")


FIGURE = re.compile(r'<dd><a href="([^"]+)">(\d+)</a></dd>')
ROW = re.compile(r'<td class="line[^"]*"><a href=')


def test_each_figure_of_home_leads_to_a_list_of_as_many(line: Line, desk: Visitor) -> None:
    """Of tickets in every state, each once in one's own hands and once in a colleague's, in time and late."""
    for _ in range(2):
        line.phone("06 39 98 55 55").calls().hangs_up()
        line.forward(days=2)
    line.phone("06 39 98 55 55").calls().hangs_up()
    line.settle()
    soon, past = line.clock() + timedelta(hours=1), line.clock() - timedelta(hours=1)
    for state in State:
        for who, due in (("ing2", past), ("ing3", soon)):
            reference = declared(line)
            held = {"state": state, "acknowledged_by": who, "due_restore_at": due}
            with line.database.begin() as db:
                db.execute(update(Ticket).where(Ticket.reference == reference).values(**held))
    figures = FIGURE.findall(desk.asks("/now").text)
    assert [int(count) for _, count in figures] == [2, 3, 4, 6, 1]
    for href, count in figures:
        assert len(ROW.findall(desk.gets(html.unescape(href)))) == int(count), href


def test_home_shows_change_requests_that_are_worked_on(line: Line, desk: Visitor) -> None:
    reference = declared(line)
    with line.database.begin() as db:
        db.execute(update(Ticket).values(state=State.SIZING))
    assert reference in desk.gets("/now")


def test_the_call_log(line: Line, desk: Visitor) -> None:
    loss(line)
    line.phone("06 39 98 55 55").calls().hangs_up()
    line.settle()
    shown = desk.gets("/calls")
    assert "abandonné" in shown
    assert "Client Démo Un" in shown
    assert "06 39 98 55 55" not in desk.gets("/calls?q=0639981001")
    [*_, path] = re.findall(r'href="(/calls/CA[^"]+)"', shown)
    assert "Étapes" in desk.gets(path)
    desk.gets("/calls/CAinconnu", 404)

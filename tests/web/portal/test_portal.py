"""The portal: clients declare, follow, answer, escalate; and find nothing of each other's, however they ask."""

import html
import io
import re
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from services import acknowledgement, change_requests, erasure
from services import desk_actions as deeds
from storage.accounts.accounts import Role
from storage.audio import AudioStore
from storage.mail import inbound_mail
from storage.models import Mail, Ticket
from storage.tickets.summaries import next_reference
from tests.jobs.work import book_of, events_of
from tests.mail.server import Server, said
from tests.mail.writing import BOXES, arrives, mail
from tests.stories.night import loss
from tests.stories.test_by_text import text as texts
from tests.support.phone import ING2, PARIS, SAMPLE, Line
from tests.web.people import OTHERS, Visitor, signed_in
from tickets.states import FINAL, Kind, State
from tickets.transitions import Action
from web.portal import files

DECLARED = {
    "nature": "service_loss", "service": "idline|Accès internet", "sites": ["Pau"],
    "description": "Plus rien ne passe.",
    "contact": "Standard, 01 99 00 10 01", "keep_informed": "chef@un.example.com",
}  # fmt: skip


@pytest.fixture
def client(line: Line) -> Visitor:
    return signed_in(line, Role.CLIENT, email="standard@un.example.com")


def declares(visitor: Visitor, **changed: Any) -> str:
    answer = visitor.posts("/portal/new", DECLARED | changed)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[-1]


def test_a_request_is_declared_and_followed(line: Line, client: Visitor) -> None:
    assert "Aucune demande encore" in client.gets("/portal/")
    reference = declares(client)
    ticket = line.ticket()
    assert {name: ticket[name] for name in ("client", "entity", "service", "sites", "kind", "verified", "paged")} == {
        "client": "260417", "entity": "idline", "service": "Accès internet", "sites": ["Pau"], "kind": "incident",
        "verified": True, "paged": False,
    }  # fmt: skip
    assert ticket["level"] == "critique"
    shown = client.gets(f"/portal/{reference}")
    for told in ("Plus rien ne passe.", "ticket ouvert", "Rétablissement", "chef@un.example.com"):
        assert told in shown
    assert reference in client.gets("/portal/")
    by_recipient = {mail["recipient"]: mail for mail in line.mails()}
    assert f"[{reference}]" in by_recipient["support@nvl.fr"]["subject"]
    assert reference in by_recipient["standard@un.example.com"]["body"]
    line.nobody_is_woken()


def test_the_button_pressed_twice_is_one_request(line: Line, client: Visitor) -> None:
    assert declares(client) == declares(client)
    assert len(line.tickets()) == 1
    line.clock.forward(minutes=5)
    declares(client)
    assert len(line.tickets()) == 2, "later it is another one"


def test_of_the_same_instant_they_are_one(line: Line, client: Visitor) -> None:
    other = Visitor(line, client.email)
    other.signs_in()
    with ThreadPoolExecutor(2) as threads:
        with line.database.begin() as db:
            next_reference(db, "NVL", 26)  # nobody opens a ticket before this transaction ends
            answers = [threads.submit(declares, visitor) for visitor in (client, other)]
            assert not wait(answers, timeout=1).done
        assert len({answer.result() for answer in answers}) == 1
    assert len(line.tickets()) == 1


def test_the_same_words_with_a_file_add_the_file(line: Line, client: Visitor) -> None:
    reference = declares(client)
    for _ in range(2):
        assert declares(client, **enclosed("plan.png")) == reference
    assert [client.asks(path).data for path in links(client.gets(f"/portal/{reference}"))] == [b"une photoplan.png"]
    told = [mail["body"] for mail in line.mails() if "Fichiers joints : plan.png" in mail["body"]]
    assert len(told) == 1, "the desk hears of it, once"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"nature": ""}, "Dites ce qu'il vous faut", id="nothing chosen"),
        pytest.param({"nature": "réveiller"}, "Dites ce qu'il vous faut", id="nonsense chosen"),
        pytest.param({"description": "  \n "}, "Décrivez", id="no description"),
        pytest.param({"service": "idline|Réseau lunaire"}, "n'est pas de l'entité", id="no such service"),
        pytest.param(
            {"keep_informed": " ".join(f"a{n}@x.example" for n in range(11))},
            "10 adresses au plus",
            id="a crowd to be informed",
        ),
        pytest.param({"sites": ["Lune"]}, "n'est pas un site du client", id="no such site"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    line: Line, client: Visitor, changed: dict[str, Any], told: str
) -> None:
    answer = client.posts("/portal/new", DECLARED | changed)
    assert answer.status_code == 200
    assert told.replace("'", "&#39;") in answer.text
    assert "Standard, 01 99 00 10 01" in answer.text
    assert line.tickets() == []


def test_what_is_refused_is_repeated_and_never_run(line: Line, client: Visitor) -> None:
    answer = client.posts("/portal/new", DECLARED | {"service": "idline|<img src=x onerror=alert(1)> 100 %(x)s"})
    assert "&lt;img src=x onerror=alert(1)&gt; 100 %(x)s" in answer.text
    assert "<img" not in answer.text


def test_the_number_for_emergencies_is_for_those_who_have_the_option(make_line: Any, client: Visitor) -> None:
    """Saturday night: the desk is closed."""
    assert "05 36 49 00 24" in client.gets("/portal/new")
    sample = SAMPLE.read_text(encoding="utf-8")
    assert "option_24x7 = true" in sample
    without = make_line(sample.replace("option_24x7 = true", "option_24x7 = false"))
    shown = signed_in(without, Role.CLIENT, email="x@deux.example.com").gets("/portal/new")
    assert "05 36 49 00 24" not in shown
    assert "dès sa réouverture" in shown


def test_an_answer_ends_a_wait_and_reopens_what_was_restored(line: Line, client: Visitor) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    for act, more in ((Action.WAIT, {"reason": "client"}), (Action.RESTORE, {})):
        with line.database.begin() as db:
            deeds.act(db, reference, act, "ing2", line.clock(), **more)
        line.clock.now += timedelta(minutes=3)
        assert "Message envoyé." in client.does(f"/portal/{reference}/answer", {"text": "Toujours rien."})
        assert line.ticket()["state"] == "in_progress"
    assert "votre message" in client.gets(f"/portal/{reference}")
    assert line.mails()[-1]["body"].endswith("Toujours rien.")
    assert "Écrivez votre message." in client.does(f"/portal/{reference}/answer", {"text": " "})


def test_an_answer_sent_several_times_is_one(line: Line, client: Visitor) -> None:
    """Until two minutes have passed, or other words are said, or a file comes with them."""
    reference = loss(line)
    before = len(line.mails())
    for told in ({"text": "Toujours rien."},) * 4 + ({"text": "Et là ?"}, {"text": "Et là ?", **enclosed("baie.jpg")}):
        assert "Message envoyé." in client.does(f"/portal/{reference}/answer", dict(told))
    line.clock.now += timedelta(minutes=2)
    client.does(f"/portal/{reference}/answer", {"text": "Toujours rien."})
    said = [details["text"] for kind, details in events_of(line, reference) if kind == "noted"]
    assert said == ["Toujours rien.", "Et là ?", "Et là ?\n\nFichiers joints : baie.jpg", "Toujours rien."]
    assert len(line.mails()) == before + 4
    signed_in(line, Role.CLIENT, email="autre@un.example.com").does(f"/portal/{reference}/answer", {"text": "Et là ?"})
    assert len(line.mails()) == before + 5, "somebody else's words are theirs"


def test_the_same_file_under_two_names_has_both(line: Line, client: Visitor) -> None:
    told = {"files": [(io.BytesIO(b"une photo"), name) for name in ("baie.jpg", "copie.jpg", "baie.jpg")]}
    page = client.gets(f"/portal/{declares(client, **told)}")
    assert len(links(page)) == 1
    assert "baie.jpg, copie.jpg" in page


def test_what_was_typed_outlives_a_database_that_is_busy(line: Line, client: Visitor) -> None:
    if not line.database.is_sqlite:
        pytest.skip("where others may write meanwhile")
    with line.database.begin():  # for longer than anybody waits
        answer = client.posts("/portal/new", DECLARED | {"description": "Plus rien <ici>."})
    assert answer.status_code == 503
    page = html.unescape(answer.text)
    assert "La base de données ne répond pas" in page
    assert "Envoyer de nouveau" in page
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
    sent = client.client.post("/portal/new", data={name: html.unescape(said) for name, said in again.items()})
    assert sent.status_code == 303
    assert line.ticket()["description"] == "Plus rien <ici>."


def test_a_client_passes_for_nobody_of_ours(line: Line, client: Visitor) -> None:
    """They call themselves as they like; whose they are is said first."""
    reference = loss(line)
    client.does("/me", {"name": "Ingénieur 2"})
    client.does(f"/portal/{reference}/answer", {"text": "Tout va bien, vous pouvez clore."})
    shown = signed_in(line, Role.DESK).gets(f"/tickets/{reference}")
    assert re.search(r"Client Démo Un · Ingénieur 2", shown)
    assert "Client Démo" in line.mails()[-1]["body"]


def test_an_escalation_before_and_after_the_breach(line: Line, client: Visitor) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    assert "L'engagement court jusqu'au dimanche 13 septembre, 02:04." in client.does(f"/portal/{reference}/escalate")
    line.forward(hours=5)
    assert "La hiérarchie du support est prévenue." in client.does(f"/portal/{reference}/escalate")
    told = [details for kind, details in events_of(line, reference) if kind == "client_escalated"]
    assert [(each["way"], each["answered"]) for each in told] == [("portal", "noted"), ("portal", "told")]


@pytest.mark.parametrize(
    ("kind", "state", "may"),
    [
        pytest.param(Kind.INCIDENT, State.PENDING, True, id="not repaired"),
        pytest.param(Kind.INCIDENT, State.RESTORED, False, id="repaired: an answer reopens it"),
        pytest.param(Kind.INFORMATION_REQUEST, State.IN_PROGRESS, False, id="a question interrupts nothing"),
        pytest.param(Kind.CHANGE_REQUEST, State.IN_PROGRESS, False, id="nor does a change"),
    ],
)
def test_what_the_page_does_not_offer_is_refused_when_it_is_sent(
    line: Line, client: Visitor, kind: Kind, state: State, may: bool
) -> None:
    reference, desk = loss(line), signed_in(line, Role.DESK)
    with line.database.begin() as db:
        db.execute(update(Ticket).values(kind=kind, state=state))
    for visitor, page in ((client, f"/portal/{reference}"), (desk, f"/tickets/{reference}")):
        assert (f"{page}/escalate" in visitor.gets(page)) is may
        assert ("Seul un incident en cours" in visitor.does(f"{page}/escalate")) is not may
    assert ("client_escalated" in line.happened_to(reference)) is may


def test_an_escalation_climbs_one_level_at_a_time_and_no_further(line: Line, client: Visitor) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    with line.database.begin() as db:
        db.execute(update(Ticket).values(service="Hébergement"))  # for which two answer
    page = f"/portal/{reference}"
    noted = client.does(f"{page}/escalate")
    assert "demande notée" in noted
    assert ">Escalader" not in noted, "until the commitment is broken"
    line.forward(hours=5)
    first = client.does(f"{page}/escalate")
    assert "Responsable Support est prévenu" in first
    assert "Escalader au niveau suivant : Responsable plateforme" in first
    last = client.does(f"{page}/escalate")
    assert "Escalader" not in last
    before = len(line.mails())
    assert "C'est déjà fait" in client.does(f"{page}/escalate")
    assert len(line.mails()) == before
    seen = signed_in(line, Role.DESK).gets(f"/tickets/{reference}")
    assert "· standard@un.example.com" in seen, "by whom"
    assert "sur le portail, au Responsable Support" in seen


def test_a_schedule_is_read_with_the_study_that_is_meant_for_them(line: Line, client: Visitor) -> None:
    reference = declares(client, nature="change")
    book, starts = book_of(line), datetime(2026, 9, 21, 22, tzinfo=PARIS)
    with line.database.begin() as db:
        acknowledgement.pick_up(db, reference, "ing1", "desk", line.clock())
        change_requests.size_major(db, book, reference, "ing1", line.clock(), "Chef de projet 1")
        change_requests.study(db, reference, "ing1", line.clock(), "Entre nous.", "Une fibre de plus.")
        until = starts + timedelta(hours=2)
        change_requests.plan(db, book, reference, "ing1", line.clock(), starts, until, "Coupure de 10 min.")
    shown = client.gets(f"/portal/{reference}")
    for told in ("lundi 21 septembre 2026, 22:00", "mardi 22 septembre 2026, 00:00", "Coupure de 10 min.", "fibre de"):
        assert told in shown
    assert "Entre nous." not in shown
    assert "du lun. 21 sept. 2026 22:00 au" in signed_in(line, Role.DESK).gets(f"/tickets/{reference}")


@pytest.mark.parametrize(
    ("nature", "said"),
    [
        pytest.param("service_loss", "incident", id="a loss"),
        pytest.param("information", "demande d'information", id="a question"),
        pytest.param("change", "demande de modification", id="a change"),
    ],
)
def test_what_kind_of_request_it_is_is_said(line: Line, client: Visitor, nature: str, said: str) -> None:
    reference = declares(client, nature=nature)
    assert said in client.gets("/portal/").casefold()
    assert said in client.gets(f"/portal/{reference}")


@pytest.mark.parametrize(
    ("at", "changed", "said", "number"),
    [
        pytest.param("2026-09-12 22:04", {}, "ne réveille personne", True, id="closed, and covered"),
        pytest.param("2026-09-12 22:04", {"nature": "information"}, "Il rouvre lundi 14", False, id="a question"),
        pytest.param(
            "2026-09-12 22:04", {"service": "novenc|Serveurs"}, "Il rouvre lundi 14", False, id="another service"
        ),
        pytest.param("2026-09-14 10:00", {}, "Le support est ouvert", False, id="open"),
    ],
)
def test_what_happens_now_is_said(
    line: Line, client: Visitor, at: str, changed: dict[str, Any], said: str, number: bool
) -> None:
    line.clock.at(at)
    reference = declares(client, **changed)
    shown = client.gets(f"/portal/{reference}")
    assert said in shown
    assert ("05 36 49 00 24" in shown) is number
    with line.database.begin() as db:
        acknowledgement.pick_up(db, reference, "ing1", "desk", line.clock())
    assert said not in client.gets(f"/portal/{reference}"), "somebody has it"


def test_the_bar_names_whom_they_ask(line: Line, client: Visitor) -> None:
    shown = client.gets("/portal/new")
    assert ">Groupe NVL</a>" in shown
    assert shown.count("(facultatif)") == 8, "all but what it is, and what happens"
    assert ">Astreinte</a>" in signed_in(line, Role.DESK).gets("/tickets")


def test_nothing_among_us_is_shown(line: Line, client: Visitor) -> None:
    reference = loss(line)
    texts(line, ING2, "OK")
    with line.database.begin() as db:
        deeds.remark(db, reference, "ing2", line.clock(), "Entre nous.")
        deeds.remark(db, reference, "ing2", line.clock(), "Nous cherchons.", public=True)
    shown = client.gets(f"/portal/{reference}")
    assert "Nous cherchons." in shown
    for secret in ("Entre nous", "Ingénieur", "06 39 98 00 02", "ing2"):
        assert secret not in shown


# ---------------------------------------------------------------- clients attacking each other
def test_somebody_elses_is_as_if_it_did_not_exist(make_line: Any, server: Server) -> None:
    line: Line = make_line(IMAP_URL=BOXES, **server.settings)
    message = mail("Voici notre plan secret.", subject="Panne")
    message.add_attachment(b"secret", maintype="image", subtype="png", filename="plan.png")
    arrives(line, message)
    reference = line.ticket()["reference"]
    mine = signed_in(line, Role.CLIENT)
    [path] = re.findall(r'href="(/portal/[^"]+/files/\d+)"', mine.gets(f"/portal/{reference}"))
    assert mine.asks(path).data == b"secret"
    with line.database.begin() as db:
        db.execute(update(Ticket).values(state="archived"))
    assert mine.asks(f"/portal/{reference}/bilan.pdf").status_code == 200
    theirs = signed_in(line, Role.CLIENT, email="x@deux.example.com", client=OTHERS)
    number = path.rsplit("/", 1)[-1]
    own = declares(theirs, service="", sites=[])
    for spelling in (reference, reference.lower(), reference.replace("-", ""), "26000018", f" {reference} "):
        for tail in ("", "/bilan.pdf", f"/files/{number}"):
            assert theirs.asks(f"/portal/{spelling}{tail}").status_code == 404, spelling + tail
        for deed in ("answer", "escalate"):
            assert theirs.posts(f"/portal/{spelling}/{deed}", {"text": "À moi ?"}).status_code == 404
    assert theirs.asks(f"/portal/{own}/files/{number}").status_code == 404, "by one's own ticket neither"
    assert theirs.asks(f"/portal/{own}/bilan.pdf").status_code == 404, "nor what is not closed"
    listed = theirs.gets("/portal/")
    assert reference not in listed
    assert "secret" not in listed
    for path in ("/", "/tickets", f"/tickets/{reference}", "/calls", "/rota", "/accounts", "/now"):
        answer = theirs.asks(path)
        assert answer.status_code in (302, 403), path
        assert "secret" not in answer.text
    assert [said(each) for each in server.to("x@deux.example.com") if reference in said(each)] == []


def test_a_declaration_is_always_ones_own_clients(line: Line) -> None:
    theirs = signed_in(line, Role.CLIENT, email="x@deux.example.com", client=OTHERS)
    declares(theirs, client="260417", service="", sites=[])
    assert line.ticket()["client"] == OTHERS


def test_a_ticket_that_has_become_somebody_elses_is_theirs_alone(line: Line, client: Visitor) -> None:
    reference = declares(client)
    with line.database.begin() as db:
        db.execute(update(Ticket).values(client=OTHERS))
    assert client.asks(f"/portal/{reference}").status_code == 404
    assert reference not in client.gets("/portal/")


def test_files_that_a_stranger_sent_are_not_shown(make_line: Any) -> None:
    """Their mail was put on the ticket, for it answers one of ours; nobody vouches for it."""
    line: Line = make_line(IMAP_URL=BOXES, SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="a@nvl.example")
    arrives(line, mail("Bonjour"))
    reference = line.ticket()["reference"]
    forged = mail("x", sender="x@ailleurs.example", judged="", subject=f"[{reference}]")
    forged.add_attachment(b"virus", maintype="image", subtype="png", filename="virus.png")
    arrives(line, forged)
    with line.database.begin() as db:
        from storage.models import Attachment, LetterRow

        db.execute(update(LetterRow).values(ticket=reference))
        db.execute(update(Attachment).values(ticket=reference))
    shown = signed_in(line, Role.CLIENT).gets(f"/portal/{reference}")
    assert "virus" not in shown


def test_an_exercise_is_nobodys(line: Line, client: Visitor) -> None:
    reference = declares(client)
    with line.database.begin() as db:
        db.execute(update(Ticket).values(drill=True))
    assert client.asks(f"/portal/{reference}").status_code == 404


# ---------------------------------------------------------------- files
def enclosed(*names: str, content: bytes = b"une photo") -> dict[str, Any]:
    return {"files": [(io.BytesIO(content + name.encode()), name) for name in names]}


def links(page: str) -> list[str]:
    return re.findall(r'href="(/(?:portal|tickets)/[^"]+/files/\d+)"', page)


def test_files_come_with_a_declaration_and_with_an_answer(line: Line, client: Visitor) -> None:
    reference = declares(client, **enclosed("baie.jpg", "journal.txt"))
    line.clock.now += timedelta(hours=1)
    client.does(f"/portal/{reference}/answer", {"text": "Et celle-ci.", **enclosed("armoire.jpg")})
    client.does(f"/portal/{reference}/answer", enclosed("seule.jpg"))
    page = client.gets(f"/portal/{reference}")
    assert [client.asks(path).data for path in links(page)] == [
        b"une photo" + name for name in (b"baie.jpg", b"journal.txt", b"armoire.jpg", b"seule.jpg")
    ]
    answer = client.asks(links(page)[0])
    assert answer.headers["Content-Disposition"] == "attachment; filename=baie.jpg", "saved, never shown"
    assert "Fichiers joints : seule.jpg" in page
    ours = signed_in(line, Role.DESK)
    seen = ours.gets(f"/tickets/{reference}")
    assert seen.count("fichiers envoyés sur le portail") == 2, "sent together, told together"
    assert ours.asks(links(seen)[0]).data == b"une photoarmoire.jpg", "the newest first"
    assert "Fichiers joints : baie.jpg, journal.txt" in line.mails()[0]["body"]


@pytest.mark.parametrize(
    ("sent", "said_"),
    [
        pytest.param([f"{number}.txt" for number in range(11)], "10 fichiers au plus", id="too many"),
        pytest.param([""], "Un des fichiers est vide", id="nothing in it"),
    ],
)
def test_files_that_cannot_be_are_refused_and_words_are_kept(client: Visitor, sent: list[str], said_: str) -> None:
    files = [(io.BytesIO(name.encode()), name or "vide.txt") for name in sent]
    answer = client.posts("/portal/new", DECLARED | {"files": files})
    assert answer.status_code == 200
    assert said_ in answer.text
    assert "Plus rien ne passe." in answer.text
    assert "Aucune demande encore" in client.gets("/portal/")


def kept_files(line: Line) -> list[Path]:
    return [path for path in Path(line.settings.recordings_url).rglob("attachments/**/*") if path.is_file()]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"nature": ""}, id="nothing chosen"),
        pytest.param({"description": ""}, id="no description"),
        pytest.param({"service": "idline|Réseau lunaire"}, id="no such service"),
        pytest.param({"sites": ["Lune"]}, id="no such site"),
    ],
)
def test_files_of_what_is_refused_are_not_kept(line: Line, client: Visitor, changed: dict[str, Any]) -> None:
    assert client.posts("/portal/new", DECLARED | changed | enclosed("plan.png")).status_code == 200
    assert kept_files(line) == []


@pytest.mark.parametrize("state", sorted(FINAL))
def test_files_for_what_is_only_read_are_not_kept(line: Line, client: Visitor, state: State) -> None:
    reference = declares(client)
    with line.database.begin() as db:
        db.execute(update(Ticket).values(state=state))
    refused = client.does(f"/portal/{reference}/answer", {"text": "Et celle-ci.", **enclosed("a.jpg")})
    assert "ne fait plus que se lire" in refused
    assert f"/portal/{reference}/answer" not in refused
    assert kept_files(line) == []


def test_files_that_were_kept_and_then_refused_are_erased(
    line: Line, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ticket is archived while they are received."""
    reference, keep = declares(client), AudioStore.put

    def slowly(store: AudioStore, place: str, content: bytes) -> str:
        with line.database.begin() as db:
            db.execute(update(Ticket).values(state=State.ARCHIVED))
        return keep(store, place, content)

    monkeypatch.setattr(AudioStore, "put", slowly)
    assert "archivé" in client.does(f"/portal/{reference}/answer", enclosed("a.jpg"))
    assert len(kept_files(line)) == 1
    line.forward(minutes=15)
    assert kept_files(line) == []


@pytest.mark.parametrize(
    ("sends_again", "left"),
    [pytest.param(False, 0, id="nobody has it"), pytest.param(True, 1, id="sent again, it is a ticket's")],
)
def test_the_files_before_one_that_cannot_be_kept_are_erased(
    line: Line, client: Visitor, monkeypatch: pytest.MonkeyPatch, sends_again: bool, left: int
) -> None:
    keep = AudioStore.put

    def full(store: AudioStore, place: str, content: bytes) -> str:
        if content.endswith(b"b.jpg"):
            raise OSError("disk full")
        return keep(store, place, content)

    monkeypatch.setattr(AudioStore, "put", full)
    assert "envoyez sans eux" in html.unescape(client.posts("/portal/new", DECLARED | enclosed("a.jpg", "b.jpg")).text)
    assert len(kept_files(line)) == 1
    if sends_again:
        declares(client, **enclosed("a.jpg"))
    line.forward(minutes=15)
    assert len(kept_files(line)) == left


def test_a_days_worth_is_enough(line: Line, client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "A_DAY", 0.000_03)  # thirty bytes
    reference = declares(client, **enclosed("a.jpg", "b.jpg"))
    refused = client.does(f"/portal/{reference}/answer", {"text": "Et celle-ci.", **enclosed("c.jpg")})
    assert "trop pour une journée" in refused
    line.clock.now += timedelta(days=2)
    assert "Message envoyé" in client.does(f"/portal/{reference}/answer", enclosed("c.jpg"))


def test_more_than_is_taken_is_said_to_be_too_much(client: Visitor) -> None:
    form = "multipart/form-data; boundary=x"
    answer = client.client.post("/portal/new", data=b"x" * 20_000_001, content_type=form, headers=client.headers)
    assert answer.status_code == 413
    assert "trop grosse" in answer.text


def test_storage_away_refuses_files_and_not_words(line: Line, client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(AudioStore, "put", away)
    assert "envoyez sans eux" in html.unescape(client.posts("/portal/new", DECLARED | enclosed("a.jpg")).text)
    assert line.tickets() == []
    declares(client)


def test_a_file_name_is_only_a_name(client: Visitor) -> None:
    reference = declares(client, **enclosed("../../etc/<b>passwd\x00\u202egpj.exe"))
    page = client.asks(f"/portal/{reference}").text
    assert "<b>passwd" not in page
    assert "\u202e" not in page
    assert "../" not in client.asks(links(page)[0]).headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("trouble", "status", "told"),
    [
        pytest.param(FileNotFoundError(), 404, "Cette page n'existe pas.", id="gone"),
        pytest.param(OSError("no route to host"), 503, "pas disponible en ce moment", id="storage away"),
    ],
)
def test_a_file_that_is_not_to_be_had_is_said(
    line: Line, client: Visitor, monkeypatch: pytest.MonkeyPatch, trouble: OSError, status: int, told: str
) -> None:
    reference, ours = declares(client, **enclosed("plan.png")), signed_in(line, Role.DESK)

    def away(*_: object) -> bytes:
        raise trouble

    monkeypatch.setattr(AudioStore, "get", away)
    for visitor, page in ((client, f"/portal/{reference}"), (ours, f"/tickets/{reference}")):
        [path] = links(visitor.gets(page))
        assert told in visitor.gets(path, status)


def test_a_clients_files_are_its_own(line: Line, client: Visitor) -> None:
    [path] = links(client.gets(f"/portal/{declares(client, **enclosed('plan.png'))}"))
    theirs = signed_in(line, Role.CLIENT, email="x@deux.example.com", client=OTHERS)
    assert theirs.asks(path).status_code == 404
    own = declares(theirs, service="", sites=[])
    assert theirs.asks(f"/portal/{own}/files/{path.rsplit('/', 1)[-1]}").status_code == 404
    assert theirs.posts(f"/portal/{path.split('/')[2]}/answer", enclosed("x.png")).status_code == 404


def test_files_are_forgotten_with_their_ticket(line: Line, client: Visitor) -> None:
    reference = declares(client, **enclosed("plan.png"))
    with line.database.begin() as db:
        db.execute(update(Ticket).values(state="archived"))
        db.execute(update(Mail).values(run_at=None))
        (place,) = {row.place for row in inbound_mail.attachments(db, reference)}
    assert Path(line.settings.recordings_url, place).exists()
    with line.database.begin() as db:
        assert erasure.forget_ticket(db, reference, erasure.IN_TIME, line.clock())
        assert inbound_mail.attachments(db, reference) == []
        assert place in {row.place for row in erasure.log(db)}, "its file follows"

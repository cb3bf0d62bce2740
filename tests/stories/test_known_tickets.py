"""A ticket that is there already: joined by a second call, or followed by its reference with key 5."""

import pytest
from sqlalchemy import update

from storage.models import Ticket
from tests.ivr import sample
from tests.support.phone import ING2, Caller, Line, TestClock

REFERENCE, DIGITS = "NVL-26-00001-8", "26000018#"
SPOKEN = "N V L, 2 6, 0 0 0 0 1, 8"


@pytest.fixture
def opened(line: Line) -> Line:
    """Client Démo Deux has reported the loss of its servers; ing2 has the SMS."""
    line.phone(sample.DEUX).calls().presses("3").presses("1").says(12)
    line.phone(ING2).gets_sms(REFERENCE)
    return line


def second_call(line: Line) -> Caller:
    return line.phone(sample.DEUX).calls().presses("3").presses("1")


def becomes(line: Line, **changes: object) -> None:
    """What happens to the ticket elsewhere."""
    with line.database.begin() as db:
        db.execute(update(Ticket).values(**changes))


# ---------------------------------------------------------------- joined
def test_the_same_loss_is_joined(opened: Line) -> None:
    """Its reference, whether it is taken, and what can be done; no second ticket, no second page."""
    caller = second_call(opened).hears("Un ticket est déjà ouvert pour ce service", SPOKEN, "pas encore pris en charge")
    caller.hears("Si la situation s'est aggravée, tapez 1.", "Pour ajouter un message, tapez 2.").hangs_up()
    opened.settle()
    assert len(opened.tickets()) == len(opened.pages()) == 1
    assert "joined" in opened.happened_to(REFERENCE)
    assert sorted(call["outcome"] for call in opened.calls()) == ["joined", "message"]


def test_a_ticket_that_is_taken_says_since_when(opened: Line, clock: TestClock) -> None:
    becomes(opened, acknowledged_by="ing2", acknowledged_at=clock())
    second_call(opened).hears("Il est pris en charge depuis 22 heures 04.")
    clock.forward(hours=9)
    second_call(opened).hears("Il est pris en charge depuis hier 22 heures 04.")
    clock.forward(days=3)
    second_call(opened).hears("Il est pris en charge depuis le 12 septembre à 22 heures 04.")


def test_it_got_worse_pages_again(opened: Line, clock: TestClock) -> None:
    """1, and a message; somebody who had taken it is woken again."""
    becomes(opened, acknowledged_by="ing2", acknowledged_at=clock())
    with opened.database.begin() as db:
        db.exec_driver_sql("UPDATE pages SET state = 'acknowledged', run_at = NULL")
    second_call(opened).presses("1").hears("prévenu de nouveau", "Après le bip").says(5, then="#").hears(SPOKEN)
    assert [page["state"] for page in opened.pages()] == ["acknowledged", "pending"]
    assert len(opened.tickets()) == 1
    assert opened.ticket()["recording_seconds"] == 12 + 5


def test_it_got_worse_a_moment_after_the_first_sms(opened: Line) -> None:
    """The page goes on; a second SMS within the minute would only disturb."""
    second_call(opened).presses("1").hears("prévenu de nouveau").says(5)
    opened.settle()
    assert len(opened.pages()) == len(opened.phone(ING2).texts()) == 1
    assert "worse" in opened.happened_to(REFERENCE)


def test_it_got_worse_and_nobody_has_taken_it_yet(opened: Line, clock: TestClock) -> None:
    """The page under way goes on to its next step at once, without waiting for its time."""
    clock.forward(seconds=65)
    second_call(opened).presses("1").hears("prévenu de nouveau").says(5)
    opened.forward(seconds=10)
    [page] = opened.pages()
    assert page["state"] == "pending"
    assert page["step"] >= 1


def test_it_got_worse_while_the_telephone_rings(opened: Line, clock: TestClock) -> None:
    """One step further, not to the end of the ladder: whoever is being rung may still answer."""
    clock.forward(seconds=10)
    opened.settle()
    second_call(opened).presses("1").hears("prévenu de nouveau").says(5)
    opened.forward(seconds=40)
    [page] = opened.pages()
    assert page["step"] == 1
    assert {attempt["engineer"] for attempt in page["attempts"]} == {"ing2"}


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("2",), id="key 2"),
        pytest.param(("", "", ""), id="three silences: whoever is in trouble may speak"),
        pytest.param(("8", "*", "", "0"), id="wrong keys"),
    ],
)
def test_a_message_is_added(opened: Line, keys: tuple[str, ...]) -> None:
    """Its desk is told, or nobody would listen to it."""
    caller = second_call(opened)
    for key in keys:
        caller.presses(key) if key else caller.is_silent()
    caller.hears("Après le bip").says(4)
    (mail,) = opened.mails()
    assert (mail["recipient"], REFERENCE in mail["subject"]) == ("support@nvl.fr", True)
    assert "Client Démo Deux" in mail["body"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": "restored"}, id="is restored"),
        pytest.param({"state": "closed"}, id="is closed"),
        pytest.param({"refusal": "no_option"}, id="was refused"),
        pytest.param({"nature": None}, id="was opened in hours, for no loss"),
        pytest.param({"service": "Réseau"}, id="is about another service"),
        pytest.param({"client": "260417"}, id="is another client's"),
    ],
)
def test_a_ticket_is_not_joined_that(opened: Line, change: dict[str, object]) -> None:
    becomes(opened, **change)
    second_call(opened).does_not_hear("déjà ouvert").hears("Après le bip").says(3)
    assert len(opened.tickets()) == 2


# ---------------------------------------------------------------- followed
def test_key_5_asks_for_the_reference(opened: Line) -> None:
    """R17: accepted back on the keypad, at any hour, from any telephone."""
    caller = opened.phone(sample.STRANGER).calls().presses("5")
    caller.hears("Tapez les chiffres de la référence du ticket, puis dièse.").presses(DIGITS)
    caller.hears(f"Le ticket {SPOKEN} est ouvert.", "pas encore pris en charge")
    caller.hears("Pour laisser un message, tapez 2.").does_not_hear("hiérarchie").hangs_up()
    opened.settle()
    assert sorted(call["outcome"] for call in opened.calls()) == ["joined", "message"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        pytest.param("in_progress", ("en cours de traitement", "pas encore pris en charge"), id="in progress"),
        pytest.param("pending", ("en attente d'une réponse de votre part", "dès que vous avez répondu"), id="pending"),
        pytest.param("restored", ("rétabli", "clôturé après l'envoi de son bilan"), id="restored"),
        pytest.param("closed", ("clôturé", "bilan vous a été envoyé"), id="closed"),
        pytest.param("archived", ("archivé", "bilan vous a été envoyé"), id="archived"),
        pytest.param("cancelled", ("annulé", "Aucune suite"), id="cancelled"),
        pytest.param("sizing", ("en cours d'évaluation", "en évalue la charge"), id="a change, sized"),
        pytest.param("study", ("à l'étude", "chef de projet vous enverra un planning"), id="a change, studied"),
        pytest.param("planned", ("planifié", "selon le planning"), id="a change, planned"),
        pytest.param("done", ("réalisé", "Aucune suite"), id="a change, done"),
        pytest.param("refused", ("refusé", "Aucune suite"), id="a change, refused"),
    ],
)
def test_the_state_and_the_next_step_are_spoken(opened: Line, state: str, words: tuple[str, ...]) -> None:
    becomes(opened, state=state)
    opened.phone(sample.STRANGER).calls().presses("5").presses(DIGITS).hears(*words)


def test_a_reference_that_does_not_exist(opened: Line) -> None:
    """Three tries, then the menu: whoever has lost the paper is not lost."""
    caller = opened.phone(sample.STRANGER).calls().presses("5")
    caller.presses("26000019#").hears("Cette référence n'existe pas.", "Tapez les chiffres")
    caller.presses("26000026#").hears("Cette référence n'existe pas.").is_silent()
    caller.hears("votre site web ou MVUE, tapez 2.").presses("3").hears("NOVENC est fermé")


def test_escalating_while_the_commitment_holds_is_noted(opened: Line) -> None:
    """With the due time, and nobody is disturbed yet."""
    caller = opened.phone(sample.DEUX).calls().presses("5").presses(DIGITS).presses("1")
    caller.hears("Votre demande est notée.", "demain dimanche à 2 heures 04", "court encore", "Au revoir").was_let_go()
    assert "client_escalated" in opened.happened_to(REFERENCE)
    assert opened.mails() == []


@pytest.mark.parametrize(
    ("hours", "change"),
    [
        pytest.param(5, {}, id="the time to restore has passed"),
        pytest.param(1, {"due_restore_at": None}, id="nothing was promised"),
    ],
)
def test_escalating_reaches_the_hierarchy(
    opened: Line, clock: TestClock, hours: int, change: dict[str, object]
) -> None:
    """R22–R24: by mail, once a call."""
    clock.forward(hours=hours)
    becomes(opened, **({"state": "open"} | change))
    caller = opened.phone(sample.DEUX).calls().presses("5").presses(DIGITS).presses("1")
    caller.hears("transmise à la hiérarchie").was_let_go()
    (mail,) = opened.mails()
    assert mail["recipient"] == "support-escalade@idline.fr"
    assert REFERENCE in mail["subject"]


def test_exactly_at_the_due_time_the_commitment_holds(opened: Line, clock: TestClock) -> None:
    """Equal to the target is met."""
    clock.forward(hours=4)
    opened.phone(sample.DEUX).calls().presses("5").presses(DIGITS).presses("1").hears("court encore")


def test_a_message_on_a_followed_ticket(opened: Line) -> None:
    """2: kept with the ticket, its entity's desk is told."""
    caller = opened.phone(sample.STRANGER).calls().presses("5").presses(DIGITS).presses("2")
    caller.hears("Après le bip").says(9, then="#").hears(SPOKEN).was_let_go()
    assert opened.ticket()["recording_seconds"] == 12 + 9
    (mail,) = opened.mails()
    assert "01 99 00 80 01" in mail["body"]


def test_nothing_more_to_ask(opened: Line) -> None:
    """Who has heard the state and stays silent is taken leave of."""
    caller = opened.phone(sample.STRANGER).calls().presses("5").presses(DIGITS)
    caller.is_silent().hears("est ouvert").presses("7").hears("pas compris").is_silent().hears("Au revoir").was_let_go()

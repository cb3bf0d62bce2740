"""Taking up a shift: whoever takes over is asked, and the others hear of it before a client calls."""

from collections.abc import Callable

import pytest

from jobs import chores
from storage.rotas import shifts
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, RESP, SAMPLE, Line
from tests.support.settings_for_tests import MAIN

HAND_OFF = "2026-09-14 08:30"  # ing2 hands over to ing1
TOML = (
    SAMPLE.read_text(encoding="utf-8")
    .replace('code = "idline"\ntimezone', 'code = "idline"\ntakeup_before = "1h"\ntimezone')
    .replace('engineers = ["ing2", "ing1"]', 'engineers = ["ing3"]')  # who always stands by is never asked
)


@pytest.fixture
def asking(make_line: Callable[..., Line]) -> Line:
    """Sunday night; the rota of idline asks an hour before, the others do not."""
    line = make_line(TOML)
    line.clock.at("2026-09-13 22:00")
    with line.database.begin() as db:
        chores.schedule(db, {"shifts": None}, line.clock())
    line.settle()
    return line


def until(line: Line, at: str) -> None:
    end = type(line.clock)(at).now
    line.forward(seconds=(end - line.clock.now).total_seconds())


def takeup(line: Line) -> str:
    """Of ing1's next shift as the first person."""
    with line.database.read() as db:
        found = shifts.listed(db, line.clock(), line.clock() + shifts.HORIZON)
    return str(
        next(row.takeup for row in found if (row.rota, row.layer, row.engineer) == ("idline", "principal", "ing1"))
    )


def calls_to(line: Line, number: str) -> int:
    return len(line.phone(number).simulated.legs)


def link(line: Line, number: str) -> str:
    """The path of the address in the newest SMS."""
    return line.phone(number).texts()[-1].split(line.settings.public_url)[1].split()[0]


def test_nobody_is_asked_before_the_time(asking: Line) -> None:
    until(asking, "2026-09-14 07:29:59")
    assert asking.phone(ING1).texts() == []


def test_taken_up_by_the_link(asking: Line) -> None:
    until(asking, "2026-09-14 07:30")
    asking.phone(ING1).gets_sms("votre astreinte idline (principal)", "commence lundi 14/09 à 08:30", "/s/")
    browser = asking.app.test_client()
    assert "prenez-vous cette astreinte" in browser.get(link(asking, ING1)).text
    assert takeup(asking) == "asked"  # reading is no answer
    assert "vous prenez cette astreinte" in browser.post(link(asking, ING1), data={"action": "confirm"}).text
    until(asking, "2026-09-14 12:00")
    assert takeup(asking) == "confirmed"
    assert (calls_to(asking, ING1), asking.phone(ING2).texts(), asking.phone(RESP).texts()) == (0, [], [])


def test_taken_up_by_a_key(asking: Line) -> None:
    """The SMS unanswered, the telephone rings half-way."""
    until(asking, "2026-09-14 08:00")
    asking.phone(ING1).picks_up().hears("Votre astreinte idline", "lundi à 8 heures 30", "tapez 1").presses("1").hears(
        "Vous prenez l'astreinte"
    )
    until(asking, "2026-09-14 12:00")
    assert takeup(asking) == "confirmed"
    assert asking.phone(RESP).texts() == []


def test_nobody_answers(asking: Line) -> None:
    """Whoever is relieved and the responsible know it at the hand-off."""
    until(asking, "2026-09-14 08:29:59")
    assert asking.phone(ING2).texts() == []
    until(asking, HAND_OFF)
    for number in (ING2, RESP):
        asking.phone(number).gets_sms("Ingénieur 1 n'a pas confirmé son astreinte idline", "Restez joignable")
    assert takeup(asking) == "missed"
    until(asking, "2026-09-14 18:00")
    assert len(asking.phone(RESP).texts()) == 1


def test_late_is_better_than_never(asking: Line) -> None:
    until(asking, HAND_OFF)
    asking.app.test_client().post(link(asking, ING1), data={"action": "confirm"})
    asking.phone(RESP).gets_sms("Ingénieur 1 prend finalement son astreinte")
    asking.phone(ING2).gets_sms("prend finalement")


def test_a_refusal_is_told_at_once(asking: Line) -> None:
    until(asking, "2026-09-14 07:31")
    page = asking.app.test_client().post(link(asking, ING1), data={"action": "decline"})
    assert "sont prévenus" in page.text
    asking.phone(RESP).gets_sms("Ingénieur 1 ne peut pas prendre son astreinte")
    until(asking, "2026-09-14 12:00")
    assert calls_to(asking, ING1) == 0


def test_an_sms_that_does_not_arrive_brings_the_call_forward(asking: Line) -> None:
    asking.twilio.faults.message(30005, to=ING1, times=-1)
    until(asking, "2026-09-14 07:32")
    assert calls_to(asking, ING1) == 1


def test_answered_by_sms(asking: Line) -> None:
    """No ticket waits, so that OK answers the question about the shift."""
    until(asking, "2026-09-14 07:35")
    asking.phone(ING1).simulated.send_sms(MAIN, "ok")
    asking.settle()
    assert takeup(asking) == "confirmed"


def test_changing_ones_mind_by_sms(asking: Line) -> None:
    until(asking, "2026-09-14 07:35")
    assert "prévenu que vous ne prenez pas" in text(asking, ING1, "NON")
    assert "Vous prenez l'astreinte" in text(asking, ING1, "OK")
    assert takeup(asking) == "confirmed"
    assert "prévenu que vous ne prenez pas" in text(asking, ING1, "NON TOUR")
    assert takeup(asking) == "declined"


def test_no_may_be_said_of_a_ticket_or_of_the_shift(asking: Line) -> None:
    """Whoever has a ticket and is asked about a shift is asked which of the two they mean."""
    asking.phone(ING1).does("answers:-")
    asking.phone(ING2).does("answers:-")
    reference = loss(asking)
    assert "est à vous" in text(asking, ING1, f"OK {reference}")
    until(asking, "2026-09-14 07:35")
    assert text(asking, ING1, "NON") == (
        f"Le ticket ou votre tour d'astreinte ? Répondez NON {reference}, ou NON TOUR."
    )
    assert (takeup(asking), asking.ticket()["acknowledged_by"]) == ("asked", "ing1")
    text(asking, ING1, "NON TOUR")
    assert (takeup(asking), asking.ticket()["acknowledged_by"]) == ("declined", "ing1")


def test_without_a_shift_to_take_up(line: Line) -> None:
    assert text(line, ING1, "OK TOUR").startswith("Aucun tour d'astreinte n'est à confirmer.")


def test_a_mind_changed_again_and_again_is_told_once_in_a_while(asking: Line) -> None:
    until(asking, "2026-09-14 07:31")
    browser, path = asking.app.test_client(), link(asking, ING1)
    for _ in range(10):
        for action in ("decline", "confirm"):
            browser.post(path, data={"action": action})
            asking.settle()
    asking.forward(minutes=10)
    assert takeup(asking) == "confirmed"
    assert len(asking.phone(RESP).texts()) == 2
    asking.phone(RESP).gets_sms("prend finalement")


def test_the_rota_changes_before_the_answer(asking: Line) -> None:
    """Somebody else's shift by then: the link says so, nobody is called, the other person is asked."""
    until(asking, "2026-09-14 07:31")
    given = '[[rotas.overrides]]\nlayer = "principal"\nfrom = 2026-09-14T08:30:00\nuntil = 2026-09-21T08:30:00\n'
    asking.load(TOML.replace("[[rotas.overrides]]", f'{given}engineer = "ing3"\n[[rotas.overrides]]', 1))
    until(asking, "2026-09-14 07:35")
    answer = asking.app.test_client().post(link(asking, ING1), data={"action": "confirm"})
    assert (answer.status_code, "plus la vôtre" in answer.text) == (410, True)
    until(asking, "2026-09-14 12:00")
    assert calls_to(asking, ING1) == 0


@pytest.mark.parametrize("token", ["x", "AAAAAAAAAAAA1", "%C3%A9", "A" * 400])
def test_a_link_that_is_none(asking: Line, token: str) -> None:
    for answer in (asking.app.test_client().get(f"/s/{token}"), asking.app.test_client().post(f"/s/{token}")):
        assert (answer.status_code, "ne mène à aucun tour" in answer.text) == (404, True)


def test_the_directory_asks_nobody_by_default(line: Line) -> None:
    line.clock.at("2026-09-13 22:00")
    with line.database.begin() as db:
        chores.schedule(db, {"shifts": None}, line.clock())
    line.forward(hours=14)
    line.nobody_is_woken()

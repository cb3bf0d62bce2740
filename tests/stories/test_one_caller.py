"""One caller, all night: what they cause is bounded, and whoever really loses a service is served."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from storage.accounts.accounts import Role
from storage.calls import tallies
from storage.models import Tally
from tests.ivr import sample
from tests.support.phone import ING2, Caller, Line
from tests.web.people import signed_in

MOBILE, VICTIM = "06 39 98 10 01", "06 39 98 77 77"


def reports(line: Line, number: str) -> Caller:
    """The loss of a service at NOVENC."""
    return line.phone(number).calls().presses("3").presses("1")


def unverified(line: Line, number: str = sample.STRANGER, *, codes: int = 3) -> Caller:
    caller = reports(line, number)
    for _ in range(codes):
        if "code client à" in caller.said:
            caller.presses("999999#")
    return caller


def types_back(caller: Caller, number: str = VICTIM) -> None:
    caller.presses(number.replace(" ", "") + "#").presses("1").hears("Après le bip").says(5)


def held(line: Line) -> dict[str, int]:
    with line.database.read() as db:
        return {what: number for what, number in tallies.held(db).items() if number}


# ---------------------------------------------------------------- texts
def test_a_number_that_was_typed_gets_two_texts_an_hour(line: Line) -> None:
    for _ in range(8):
        types_back(line.phone(sample.WITHHELD).calls().presses("3").presses("2"))
    line.settle()
    assert len(line.phone(VICTIM).texts()) == 2
    assert held(line)["text"] == 6
    line.forward(minutes=61)
    types_back(line.phone(sample.WITHHELD).calls().presses("3").presses("2"))
    line.settle()
    assert len(line.phone(VICTIM).texts()) == 3


def test_the_numbers_of_many_strangers_get_twenty_together(line: Line) -> None:
    victims = [f"06 39 98 77 {nth:02d}" for nth in range(30)]
    for nth, victim in enumerate(victims):
        line.clock.forward(minutes=1 if nth % 10 == 0 else 0)
        caller = line.phone(sample.WITHHELD).calls().presses(str(1 + nth % 4)).presses(str(2 + nth % 2))
        types_back(caller, victim)
    line.settle()
    assert sum(len(line.phone(victim).texts()) for victim in victims) <= 20


def test_a_client_s_own_mobile_is_texted_for_each_of_a_night_s_losses(line: Line) -> None:
    """Two services lost: two tickets, two pages, two texts, whatever they were told before."""
    for _ in range(8):
        line.phone(MOBILE).calls().presses("1").presses("3").says(3)
    line.settle()
    before = len(line.phone(MOBILE).texts())
    assert before == 6
    for service in ("1", "2"):
        caller = line.phone(MOBILE).calls().presses("1").presses("1").presses(service)
        (caller.presses("1") if "touché" in caller.said else caller).says(5)
    line.settle()
    assert len(line.pages()) == 2
    assert len(line.phone(MOBILE).texts()) == before + 2


# ---------------------------------------------------------------- tickets
def test_what_a_number_without_a_code_says_again_is_for_the_same_ticket(line: Line) -> None:
    unverified(line).hears("l'astreinte n'est pas prévenue").says(5, then="#")
    caller = unverified(line, codes=3)
    caller.hears("Après le bip").says(5, then="#").hears("ajouté au ticket déjà ouvert", "0 0 0 0 1")
    ticket = line.ticket()
    assert (ticket["refusal"], ticket["recording_seconds"]) == ("unverified", 10)
    line.settle()
    assert sorted(call["outcome"] for call in line.calls()) == ["joined", "message"]
    line.forward(hours=1)
    unverified(line, codes=1).presses("#").presses("#").presses("#")
    assert len(line.tickets()) == 2, "an hour later it is another matter"


def test_another_matter_has_its_own_ticket(line: Line) -> None:
    """A change is no question, IDLINE is not NOVENC."""
    for entity, nature in (("3", "2"), ("3", "3"), ("1", "2")):
        line.phone(sample.STRANGER).calls().presses(entity).presses(nature).says(5)
    assert len(line.tickets()) == 3


def test_what_the_desk_has_ended_is_not_joined(line: Line) -> None:
    unverified(line).says(5)
    with line.database.begin() as db:
        db.exec_driver_sql("UPDATE tickets SET state = 'cancelled'")
    unverified(line).says(5)
    assert len(line.tickets()) == 2


def test_the_desk_reads_of_many_messages_together(line: Line) -> None:
    for _ in range(12):
        unverified(line, codes=1 if line.tickets() else 3).presses("#").hangs_up()
        line.clock.forward(seconds=20)
    line.forward(hours=1)
    subjects = [mail["subject"] for mail in line.mails()]
    assert len(subjects) <= 1 + 3 + 1
    assert any("Autres messages ajoutés" in subject for subject in subjects)


def test_a_hang_up_at_the_service_is_one_loss_however_often(line: Line) -> None:
    """Of which nobody knows the service; a service that is named later is a loss of its own."""
    for _ in range(5):
        line.phone(MOBILE).calls().presses("1").presses("1").hears("Quel service").hangs_up()
        line.settle()
    assert len(line.tickets()) == len(line.pages()) == 1
    line.phone(MOBILE).calls().presses("1").presses("1").presses("2").says(5)
    assert len(line.pages()) == 2


# ---------------------------------------------------------------- « aggravé »
def test_worse_every_minute_wakes_once_in_ten(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    reports(line, sample.DEUX).says(5)
    for _ in range(10):
        line.forward(minutes=1)
        caller = reports(line, sample.DEUX).hears("déjà ouvert").presses("1")
        caller.hears("prévenu de nouveau", "Après le bip").says(3)
    line.settle()
    assert len(line.pages()) == 2
    assert line.happened_to("NVL-26-00001-8").count("worse") == 1
    assert line.happened_to("NVL-26-00001-8").count("worse_again") == 9
    caller = reports(line, sample.DEUX).presses("1")
    caller.hears("prévenu de nouveau à 22 heures 05", "ajouté au ticket").hangs_up()
    line.forward(minutes=10)
    reports(line, sample.DEUX).presses("1").hears("prévenu de nouveau.").says(3)
    line.settle()
    assert len(line.pages()) == 3


# ---------------------------------------------------------------- codes
def test_codes_are_counted_from_call_to_call(line: Line) -> None:
    """Six wrong ones by a number: from then on one try a call."""
    for _ in range(2):
        unverified(line).says(3)
    unverified(line, codes=1).hears("Sans code client reconnu", "Après le bip").says(3)
    assert held(line)["code"] == 1
    unverified(line, "+33199008002", codes=2).hears("Ce code n'est pas reconnu.").hangs_up()
    line.forward(minutes=61)
    unverified(line, codes=2).hears("Ce code n'est pas reconnu.")


def test_whoever_hides_shares_one_count(line: Line) -> None:
    for _ in range(5):
        unverified(line, sample.WITHHELD).hears("Votre numéro est masqué").hangs_up()
    unverified(line, "Anonymous", codes=1).hears("Sans code client reconnu")


@pytest.mark.parametrize("number", [sample.STRANGER, sample.WITHHELD])
def test_a_right_code_after_a_silly_night_is_a_loss_that_is_paged(line: Line, number: str) -> None:
    for _ in range(12):
        unverified(line, number).hangs_up()
        line.settle()
    reports(line, number).presses("260425#").hears("L'ingénieur d'astreinte est prévenu.").hangs_up()
    assert [ticket["client"] for ticket in line.tickets() if ticket["paged"]] == ["260425"]
    line.phone(ING2).gets_sms("Client Démo Deux")


def test_silence_and_asking_again_are_no_codes(line: Line) -> None:
    caller = reports(line, sample.STRANGER)
    caller.presses("*#").is_silent().is_silent().hangs_up()
    with line.database.read() as db:
        assert db.execute(select(Tally.id)).all() == []


# ---------------------------------------------------------------- never stopped
def test_two_hundred_callers_of_ten_minutes_have_a_ticket_each(line: Line) -> None:
    numbers = [f"+331990020{nth:02d}" for nth in range(40)]
    for number in numbers:
        line.phone(number).calls().presses("3").presses("2").says(3)
    assert len(line.tickets()) == len(numbers)
    assert not held(line)


# ---------------------------------------------------------------- seen
def test_the_desk_and_the_watch_see_what_is_held_back(line: Line) -> None:
    for _ in range(2):
        unverified(line).says(3)
    desk = signed_in(line, Role.DESK)
    with line.database.read() as db:
        [sid] = db.execute(select(Tally.call).where(Tally.held.is_(True))).scalars()
    assert "joint au ticket précédent" in desk.gets(f"/calls/{sid}")
    scraped = line.app.test_client().get("/metrics").text
    assert 'astreinte_held_back_total{what="ticket"} 1.0' in scraped
    with line.database.begin() as db:
        tallies.forget_old(db, line.clock.now.replace(year=2027))
        assert db.execute(select(Tally.whom, Tally.call)).all() == [("", sid)], (
            "what is counted is kept, of whom is not"
        )


# ---------------------------------------------------------------- where a stranger may wake
@pytest.fixture
def waking(make_line: Callable[..., Line]) -> Line:
    """Whoever has no code wakes all the same (`page_unverified`)."""
    line = make_line(sample.SAMPLE.replace("page_unverified = false", "page_unverified = true"))
    line.phone(ING2).does("answers:1")
    return line


def without_a_code(line: Line, number: str) -> Caller:
    caller = line.phone(number).calls().presses("1").presses("1")
    while "code client à" in caller.said:
        caller.presses("#")
    return caller


def wakes(line: Line) -> int:
    return len(line.phone(ING2).texts())


def test_many_who_hide_wake_once_in_ten_minutes_and_the_others_hear_that_they_do_not(waking: Line) -> None:
    said = []
    for _ in range(40):
        caller = without_a_code(waking, sample.WITHHELD)
        said.append("est prévenu." in caller.said)
        caller.presses("0199001001#").presses("1").says(9, then="#")
        waking.forward(minutes=1)
    assert said[:10] == [True] * 10
    assert len(waking.pages()) == sum(said) == 10 + 3
    assert len(waking.tickets()) == 40, "each has one of their own, and follows nobody else's"
    waking.forward(hours=1)
    to_the_desk = [mail["subject"] for mail in waking.mails()]
    assert sum("Autres messages de numéros masqués" in subject for subject in to_the_desk) in (1, 2)


def test_the_owner_of_a_number_that_was_forged_is_woken_for(waking: Line) -> None:
    """Twice in the name of a number: its owner hears that nobody is told for the moment, and the desk has the message;
    in ten minutes somebody is woken again."""
    for _ in range(2):
        without_a_code(waking, sample.STRANGER).is_silent().hangs_up()
        waking.forward(minutes=1)
    before = wakes(waking)
    without_a_code(waking, sample.STRANGER).hears("l'astreinte n'est pas prévenue").says(20, then="#")
    waking.settle()
    assert wakes(waking) == before
    assert "Message ajouté" in waking.mails()[-1]["subject"]
    waking.forward(minutes=10)
    without_a_code(waking, sample.STRANGER).hears("L'ingénieur d'astreinte est prévenu").says(20, then="#")
    waking.settle()
    assert wakes(waking) > before


def test_one_number_wakes_seldom(waking: Line) -> None:
    for _ in range(60):
        without_a_code(waking, sample.STRANGER).says(3)
        waking.forward(minutes=1)
    waking.forward(minutes=15)
    assert len(waking.pages()) <= 1 + 75 // 10


def test_in_hours_many_who_hide_have_a_ticket_each(line: Line) -> None:
    """An operator is down at ten, and everybody calls: nobody is given another client's reference."""
    line.clock.at("2026-09-14 10:00")
    for desk in ("05 36 49 01 01", "05 36 49 01 02"):
        line.phone(desk).does("busy")
    for nth in range(14):
        caller = line.phone(sample.WITHHELD).calls().presses("1")
        line.settle()
        caller.presses(f"01990020{nth:02d}#").presses("1").says(9, then="#").hears("0 0 0 ")
        line.clock.forward(seconds=40)
    assert len(line.tickets()) == 14
    line.settle()
    opened = [mail for mail in line.mails() if "masqué" in mail["subject"] + mail["body"]]
    assert len(opened) == 10 + 1


# ---------------------------------------------------------------- clocks
def test_worse_that_a_wrong_clock_has_dated_is_forgotten(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    reports(line, sample.DEUX).says(5)
    line.settle()
    right = line.clock.now
    line.clock.forward(days=1)
    reports(line, sample.DEUX).presses("1").says(3)
    line.settle()
    line.clock.now = right
    line.forward(minutes=30)
    before = len(line.pages())
    reports(line, sample.DEUX).presses("1").says(3)
    line.settle()
    assert len(line.pages()) > before


def test_codes_that_a_wrong_clock_has_counted_are_forgotten(line: Line) -> None:
    right = line.clock.now
    line.clock.forward(days=1)
    for _ in range(5):
        unverified(line, sample.WITHHELD).hangs_up()
    line.clock.now = right
    line.clock.forward(hours=1)
    unverified(line, sample.WITHHELD, codes=1).hears("Ce code n'est pas reconnu")

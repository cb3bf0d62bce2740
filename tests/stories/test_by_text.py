"""An engineer answers by SMS: OK, NON, QUI, to the line's own number."""

from collections.abc import Callable

import pytest

from simulator.texts import segments
from tests.jobs.work import book_of, events_of
from tests.support.phone import ING1, ING2, ING3, RESP, SAMPLE, Line
from tests.support.settings_for_tests import AFTER_HOURS, MAIN
from tests.webhooks.requests import Twilio, kept

MakeLine = Callable[..., Line]
ONE, TWO = "NVL-26-00001-8", "NVL-26-00002-6"
STRANGER = "+33639989999"
EVERYONE = ('who = ["principal"],            by = ["sms", "voice"]', 'who = ["everyone"], by = ["sms", "voice"]')


@pytest.fixture
def pair(make_line: MakeLine) -> Line:
    """A line whose page wakes two people at once."""
    return make_line(SAMPLE.read_text(encoding="utf-8").replace(*EVERYONE))


def loss(line: Line, service: str = "1") -> None:
    """A client reports the loss of a service at night."""
    line.phone("06 39 98 10 01").calls().presses("1").presses("1").presses(service).presses("9").says(12)
    line.settle()


def text(line: Line, number: str, body: str, to: str = MAIN) -> str:
    """What is answered to an SMS; "" for nothing."""
    before = len(line.phone(number).texts())
    line.phone(number).simulated.send_sms(to, body)
    line.twilio.settle()
    answers = line.phone(number).texts()[before:]
    assert len(answers) <= 1
    assert all(segments(answer) == 1 for answer in answers)
    return answers[0] if answers else ""


def holders(line: Line) -> list[object]:
    return [ticket["acknowledged_by"] for ticket in line.tickets()]


def count(line: Line, kind: str, ticket: str = ONE) -> int:
    return [known for known, _ in events_of(line, ticket)].count(kind)


# ---------------------------------------------------------------- OK
@pytest.mark.parametrize("body", ["OK NVL-26-00001-8", "ok 26000018", "Ok nvl 26 00001 8 merci", "ok", "OK !"])
def test_ok_takes_and_ends_the_page(line: Line, body: str) -> None:
    loss(line)
    line.clock.forward(minutes=1)
    answer = text(line, ING2, body)
    assert answer.startswith(f"{ONE} est à vous.")
    assert "Client Démo Un : 06 39 98 10 01." in answer
    assert holders(line) == ["ing2"]
    assert dict(events_of(line, ONE))["acknowledged"] == {"by": "sms"}
    line.settle()
    assert line.phone(ING2).simulated.ringing is None
    sent = len(line.twilio.messages)
    line.forward(minutes=20)
    assert len(line.twilio.messages) == sent


def test_the_after_hours_number_takes_answers_too(line: Line) -> None:
    loss(line)
    assert text(line, ING2, "OK", AFTER_HOURS).startswith(f"{ONE} est à vous.")


def test_whoever_is_second_is_told_who_has_it(pair: Line) -> None:
    loss(pair)
    pair.clock.forward(minutes=3)
    assert "est à vous" in text(pair, ING2, "OK")
    pair.clock.forward(minutes=2)
    assert text(pair, ING1, "OK") == f"{ONE} : déjà pris par Ingénieur 2 à 22:07."
    assert text(pair, ING1, "OK 26000018") == f"{ONE} : déjà pris par Ingénieur 2 à 22:07."
    pair.clock.forward(hours=3)
    assert text(pair, ING1, "ok") == f"{ONE} : déjà pris par Ingénieur 2 le 12/09 à 22:07."
    assert holders(pair) == ["ing2"]


def test_taken_twice_is_taken_once(line: Line) -> None:
    loss(line)
    assert text(line, ING2, "OK") == text(line, ING2, "ok 26000018")
    assert count(line, "acknowledged") == 1


def test_a_colleague_who_was_not_woken_may_take_it_by_its_reference(line: Line) -> None:
    loss(line)
    assert text(line, ING3, "OK").startswith("Aucun ticket ne vous attend.")
    assert "est à vous" in text(line, ING3, f"OK {ONE}")
    assert holders(line) == ["ing3"]


def test_several_wait_and_it_is_asked_which(line: Line) -> None:
    loss(line)
    line.forward(minutes=1)
    loss(line, "2")
    answer = text(line, ING2, "OK")
    assert answer == f"Lequel ? {TWO}, {ONE}. Répondez OK ou NON, suivi de la référence."
    assert text(line, ING2, "non") == answer
    assert holders(line) == [None, None]
    assert TWO in text(line, ING2, f"OK {TWO}")
    assert ONE in text(line, ING2, "OK"), "the only one that waits"
    assert holders(line) == ["ing2", "ing2"]


@pytest.mark.parametrize("below", ["\n> {}", "\n\nLe 12/09/2026 à 22:04, NVL a écrit :\n{}", "\n-- \nIngénieur 2"])
def test_an_answer_above_the_quoted_alert_or_a_signature_takes(line: Line, below: str) -> None:
    loss(line)
    alert = line.phone(ING2).texts()[-1]
    assert text(line, ING2, "OK" + below.format(alert)).startswith(f"{ONE} est à vous.")
    line.forward(minutes=20)
    line.phone(ING1).gets_nothing()


def test_of_several_the_quoted_one_is_meant_and_a_signature_names_none(line: Line) -> None:
    for service in "12":
        loss(line, service)
    first = next(alert for alert in line.phone(ING2).texts() if ONE in alert)
    assert text(line, ING2, f"OK\n-- \nIngénieur 2, {ONE}").startswith("Lequel ?")
    assert text(line, ING2, f"OK\n> {first}").startswith(f"{ONE} est à vous.")
    assert text(line, ING2, f"OK\n> {first}").startswith(f"Lequel ? {TWO}."), "another waits by now: asked, not guessed"
    assert text(line, ING2, f"OK {TWO}\n> {first}").startswith(f"{TWO} est à vous."), "what is typed decides"
    assert text(line, ING2, f"OK\n> {first}").startswith(f"{ONE} est à vous."), "none waits"


def test_whoever_is_asked_again_confirms(make_line: MakeLine) -> None:
    """What waits for their word comes before what is newer and somebody else's."""
    toml = SAMPLE.read_text(encoding="utf-8")
    line = make_line(toml.replace("repeat_last_every", 'remind_after = "30m"\nrepeat_last_every', 1))
    loss(line)
    text(line, ING2, "OK")
    line.forward(minutes=25)
    loss(line, "2")
    text(line, ING1, f"OK {TWO}")
    line.forward(minutes=6)
    assert text(line, ING2, "OK").startswith(f"{ONE} est à vous.")
    assert count(line, "confirmed") == 1
    line.forward(minutes=20)
    assert line.tickets()[0]["acknowledged_by"] == "ing2"


def test_an_unknown_reference_takes_nothing(line: Line) -> None:
    loss(line)
    for body in ("OK NVL-26-00001-9", f"OK {TWO}", "NON 2600001", "QUI 12345678", "OK mais non"):
        before = kept(line.database)
        answer = text(line, ING2, body)
        assert "Réponses comprises : OK, NON ou QUI, suivis de la référence." in answer
        assert ("Référence inconnue" in answer) == (body != "OK mais non")
        assert _but_the_answers(before) == _but_the_answers(kept(line.database))


def _but_the_answers(tables: dict[str, list[object]]) -> dict[str, list[object]]:
    return {name: rows for name, rows in tables.items() if name != "replies"}


def test_a_ticket_that_waits_for_reopening_is_not_to_be_taken(line: Line) -> None:
    """Nobody is paged for a change."""
    line.phone("06 39 98 10 01").calls().presses("1").presses("2").says(5)
    line.settle()
    assert text(line, ING2, f"OK {ONE}") == f"{ONE} n'est pas à prendre."
    assert text(line, ING2, f"QUI {ONE}") == f"{ONE} : pas à prendre."
    assert holders(line) == [None]


# ---------------------------------------------------------------- NON
@pytest.mark.parametrize(
    ("body", "reason"),
    [("NON", None), ("non 26000018", None), ("Non, je suis dans le train", "je suis dans le train")],
)
def test_non_wakes_the_next_person(line: Line, body: str, reason: str | None) -> None:
    loss(line)
    assert text(line, ING2, body) == f"{ONE} passe à la personne suivante."
    told = dict(events_of(line, ONE))["passed_on"]
    assert (told["by"], told.get("why")) == ("sms", reason)
    line.forward(seconds=20)
    line.phone(ING1).gets_sms(ONE)
    assert "est à vous" in text(line, ING1, "OK")


def test_non_gives_back_what_was_taken(line: Line) -> None:
    line.phone(ING2).does("answers:-")
    loss(line)
    text(line, ING2, "OK")
    line.forward(minutes=10)
    assert text(line, ING2, "NON") == f"{ONE} passe à la personne suivante."
    assert holders(line) == [None]
    line.forward(seconds=20)
    line.phone(ING1).gets_sms(ONE)


def test_what_is_somebody_elses_is_not_passed_on(pair: Line) -> None:
    loss(pair)
    text(pair, ING2, "OK")
    assert text(pair, ING1, "NON").startswith(f"{ONE} : déjà pris par Ingénieur 2")
    assert holders(pair) == ["ing2"]


def test_whoever_was_not_woken_has_nothing_to_pass_on(line: Line) -> None:
    loss(line)
    assert "ne vous a pas été adressée" in text(line, RESP, f"NON {ONE}")
    assert count(line, "passed_on") == 0


# ---------------------------------------------------------------- QUI
def test_qui_tells_who_has_it(pair: Line) -> None:
    loss(pair)
    assert text(pair, ING1, "QUI") == f"{ONE} : personne encore."
    pair.clock.forward(minutes=3)
    text(pair, ING2, "OK")
    assert text(pair, ING1, "qui ?") == f"{ONE} : pris par Ingénieur 2 à 22:07."
    assert text(pair, ING2, f"QUI {ONE}") == f"{ONE} : à vous à 22:07."
    assert text(pair, RESP, "QUI").startswith("Aucun ticket ne vous attend.")
    assert text(pair, RESP, "qui 26000018") == f"{ONE} : pris par Ingénieur 2 à 22:07."


def test_qui_tells_the_latest(line: Line) -> None:
    loss(line)
    line.forward(minutes=1)
    loss(line, "2")
    text(line, ING2, f"OK {ONE}")
    assert text(line, ING2, "QUI") == f"{TWO} : personne encore. {ONE} : à vous à 22:05."
    before = _but_the_answers(kept(line.database))
    text(line, ING2, "QUI")
    assert _but_the_answers(kept(line.database)) == before


# ---------------------------------------------------------------- who writes
@pytest.mark.parametrize("number", [STRANGER, "+33639981001", "+33586077799"])
@pytest.mark.parametrize("body", ["OK", f"OK {ONE}", f"NON {ONE}", "QUI", "Bonjour"])
def test_whoever_is_no_engineer_is_not_answered(line: Line, number: str, body: str) -> None:
    loss(line)
    before = kept(line.database)
    assert text(line, number, body) == ""
    assert kept(line.database) == before


def test_whoever_left_the_directory_is_a_stranger(line: Line) -> None:
    loss(line)
    line.load(SAMPLE.read_text(encoding="utf-8").replace("06 39 98 00 02", "06 39 98 00 12"))
    assert text(line, ING2, f"OK {ONE}") == ""
    assert holders(line) == [None]


def test_a_telephone_that_two_people_share(make_line: MakeLine) -> None:
    """The ticket is taken by the one who was woken for it."""
    line = make_line(SAMPLE.read_text(encoding="utf-8").replace("06 39 98 00 01", "06 39 98 00 02"))
    loss(line)
    assert "est à vous" in text(line, ING2, "OK")
    assert holders(line) == ["ing2"]
    assert [engineer.code for engineer in book_of(line).directory.engineers if engineer.phone == ING2] == [
        "ing1", "ing2",
    ]  # fmt: skip


def test_whoever_answers_from_a_second_number_is_known(make_line: MakeLine) -> None:
    """Its SMS were sent there when nobody had answered at the first."""
    second = "+33639980022"
    first = 'phone = "06 39 98 00 02"\n'
    line = make_line(SAMPLE.read_text(encoding="utf-8").replace(first, f'{first}phones = ["06 39 98 00 22"]\n', 1))
    loss(line)
    assert "est à vous" in text(line, second, "OK")
    assert holders(line) == ["ing2"]


# ---------------------------------------------------------------- delivered again, in trouble
@pytest.mark.parametrize("twice", ["in turn", "together"])
@pytest.mark.parametrize("body", ["OK", "NON malade", "QUI", "Comment ?"])
def test_delivered_twice_it_is_done_once(line: Line, body: str, twice: str) -> None:
    """The pretend Twilio complains of a repetition that is answered differently."""
    loss(line)
    line.twilio.faults.webhooks_twice = twice  # type: ignore[assignment]
    assert text(line, ING2, body)
    assert line.twilio.complaints == []
    assert count(line, "acknowledged") == (body == "OK")
    assert count(line, "passed_on") == (body == "NON malade")


def test_delivered_again_when_all_has_changed(line: Line) -> None:
    """A late copy of NON does not hurry the ladder, one of OK takes nothing back."""
    loss(line)
    twilio = Twilio(line)
    no = {"MessageSid": "SM" + "1" * 32, "From": ING2, "To": MAIN, "Body": "NON"}
    yes = no | {"MessageSid": "SM" + "2" * 32, "Body": f"OK {ONE}"}
    first = [twilio.post("/webhooks/sms", fields).body for fields in (yes, no)]
    line.forward(seconds=30)
    line.phone(ING1).gets_sms(ONE)
    before = kept(line.database)
    assert [twilio.post("/webhooks/sms", fields).body for fields in (yes, no)] == first
    assert kept(line.database) == before


def test_in_trouble_the_engineer_hears_of_it(line: Line) -> None:
    loss(line)
    with line.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE pages RENAME TO away")
    assert "n'a rien fait" in text(line, ING2, "OK")
    with line.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE away RENAME TO pages")
    assert "est à vous" in text(line, ING2, "OK")

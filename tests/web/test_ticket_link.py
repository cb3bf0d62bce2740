"""The link of an engineer's SMS: it shows, a button takes, and nobody is misled about who has the ticket."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from telephony import addresses
from tests.jobs.work import events_of
from tests.stories.night import CLIENT, loss
from tests.support.phone import ING1, ING2, SAMPLE, Line
from tests.web.links import link, sound_on
from tests.web.test_probes import broken
from tests.webhooks.requests import kept
from web import errors

MakeLine = Callable[..., Line]
EVERYONE = ('who = ["principal"],            by = ["sms", "voice"]', 'who = ["everyone"], by = ["sms", "voice"]')
TAKE_BUTTON, PASS_BUTTON = "Je prends ce ticket", "Passer à la personne suivante"


@pytest.fixture
def pair(make_line: MakeLine) -> Line:
    """A line whose page wakes two people at once."""
    return make_line(SAMPLE.read_text(encoding="utf-8").replace(*EVERYONE))


def taken_by(line: Line) -> object:
    return line.tickets()[-1]["acknowledged_by"]


def kinds(line: Line, ticket: str) -> list[str]:
    return [kind for kind, _ in events_of(line, ticket)]


# ---------------------------------------------------------------- it shows
def test_the_page_tells_all_that_is_known(line: Line, browser: Client) -> None:
    reference = loss(line)
    line.clock.forward(minutes=3)
    answer = browser.get(link(line, ING2))
    assert answer.status_code == 200
    for told in (
        reference, "IDLINE", "Client Démo Un", "Accès internet", "Bordeaux, Pau", "samedi 12/09 à 22:04",
        "il y a 3 minutes", 'href="tel:+33639981001"', "06 39 98 10 01", '<html lang="fr">', 'name="viewport"',
        'preload="none"', "encore pris", TAKE_BUTTON, PASS_BUTTON,
    ):  # fmt: skip
        assert told in answer.text, told
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert browser.get(sound_on(answer.text)).status_code == 200


def test_nothing_but_the_button_takes(line: Line, browser: Client) -> None:
    """Previews and mail scanners read the link, some of them several times."""
    loss(line)
    path = link(line, ING2)
    before = kept(line.database)
    for method in ("GET", "HEAD", "GET", "OPTIONS", "PUT", "DELETE"):
        browser.open(path, method=method)
    assert kept(line.database) == before
    assert browser.head(path).data == b""


def test_headers(line: Line, browser: Client) -> None:
    loss(line)
    path = link(line, ING2)
    browser.set_cookie("session", "quelconque")
    for answer in (browser.get(path), browser.post(path), browser.get("/t/inconnu")):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        assert "Set-Cookie" not in answer.headers
    with browser.get("/static/link.css") as style:
        assert (style.status_code, style.mimetype) == (200, "text/css")


def test_without_a_message_or_a_number(line: Line, browser: Client) -> None:
    loss(line, message=False)
    with line.database.begin() as db:
        db.exec_driver_sql("UPDATE tickets SET caller = NULL, sites = '[]', service = NULL")
    text = browser.get(link(line, ING2)).text
    assert "Pas de message" in text
    assert "numéro masqué" in text
    assert "tel:" not in text
    assert "<audio" not in text


def test_names_are_only_text(make_line: MakeLine) -> None:
    toml = SAMPLE.read_text(encoding="utf-8").replace("Client Démo Un", "<script>alert(1)</script> & fils")
    line = make_line(toml)
    loss(line)
    text = line.app.test_client().get(link(line, ING2)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; fils" in text
    assert "<script" not in text


# ---------------------------------------------------------------- it takes
def test_one_tap_takes_it(line: Line, browser: Client) -> None:
    reference = loss(line)
    line.clock.forward(minutes=2)
    answer = browser.post(link(line, ING2), data={"action": "take"})
    assert answer.status_code == 200
    assert "C'est vous qui l'avez" in answer.text
    assert "samedi 12/09 à 22:06" in answer.text
    assert TAKE_BUTTON not in answer.text
    assert PASS_BUTTON in answer.text
    assert taken_by(line) == "ing2"
    assert dict(events_of(line, reference))["acknowledged"] == {"by": "link"}
    line.settle()
    assert line.phone(ING2).simulated.ringing is None, "the call that rings falls silent"
    messages = len(line.twilio.messages)
    line.forward(minutes=30)
    assert len(line.twilio.messages) == messages
    assert "C'est vous qui l'avez" in browser.get(link(line, ING2)).text


def test_repeated_taps_are_harmless(line: Line, browser: Client) -> None:
    reference = loss(line)
    for _ in range(4):
        answer = browser.post(link(line, ING2))
        assert answer.status_code == 200
        assert "C'est vous qui l'avez" in answer.text
    assert kinds(line, reference).count("acknowledged") == 1


def test_the_second_engineer_is_told_who_has_it(pair: Line) -> None:
    loss(pair)
    browser = pair.app.test_client()
    pair.clock.forward(minutes=3)
    assert browser.post(link(pair, ING2)).status_code == 200
    pair.clock.forward(minutes=3)
    answer = browser.post(link(pair, ING1))
    assert answer.status_code == 409
    assert "Déjà pris par Ingénieur 2" in answer.text
    assert "samedi 12/09 à 22:07" in answer.text
    assert TAKE_BUTTON not in answer.text
    assert PASS_BUTTON not in answer.text
    seen = browser.get(link(pair, ING1))
    assert (seen.status_code, "Pris par Ingénieur 2" in seen.text) == (200, True)
    assert taken_by(pair) == "ing2"


def test_two_taps_at_once_have_one_winner(pair: Line) -> None:
    reference = loss(pair)
    paths, start = [link(pair, ING1), link(pair, ING2)] * 2, Barrier(4)

    def tap(path: str) -> int:
        start.wait()
        return pair.app.test_client().post(path).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(tap, paths))
    assert sorted(statuses) == [200, 200, 409, 409]
    assert statuses[:2] == statuses[2:]
    assert kinds(pair, reference).count("acknowledged") == 1


def test_nothing_left_to_take(line: Line, browser: Client) -> None:
    loss(line)
    with line.database.begin() as db:
        db.exec_driver_sql("UPDATE pages SET state = 'cancelled'")
    assert browser.get(link(line, ING2)).status_code == 200
    answer = browser.post(link(line, ING2))
    assert answer.status_code == 409
    assert "plus à prendre" in answer.text
    assert taken_by(line) is None


def test_it_got_worse_and_is_to_be_taken_again(line: Line, browser: Client) -> None:
    loss(line)
    browser.post(link(line, ING2))
    line.forward(minutes=20)
    line.phone(CLIENT).calls().presses("1").presses("1").presses("1").presses("1").hangs_up()
    line.settle()
    text = browser.get(link(line, ING2)).text
    assert "aggravation" in text
    assert TAKE_BUTTON in text
    assert "C'est vous qui l'avez" in browser.post(link(line, ING2)).text
    assert [page["state"] for page in line.pages()] == ["acknowledged", "acknowledged"]


def test_what_is_no_action_does_nothing(line: Line, browser: Client) -> None:
    loss(line)
    before = kept(line.database)
    assert browser.post(link(line, ING2), data={"action": "delete"}).status_code == 400
    assert kept(line.database) == before


# ---------------------------------------------------------------- it passes on
@pytest.mark.parametrize("taken", [False, True], ids=["before taking", "after taking"])
def test_passed_on_the_next_person_is_woken(line: Line, browser: Client, taken: bool) -> None:
    line.phone(ING2).does("answers:-")
    reference = loss(line)
    path = link(line, ING2)
    if taken:
        browser.post(path)
        line.forward(minutes=20)
    answer = browser.post(path, data={"action": "pass", "reason": "  en route\0 pour\nPau " + "x" * 400})
    assert answer.status_code == 200
    assert "Vous l'avez passé à la personne suivante" in answer.text
    assert taken_by(line) is None
    told = dict(events_of(line, reference))["passed_on"]
    assert told["by"] == "link"
    assert told["why"].startswith("en route pour Pau xxx")
    assert len(told["why"]) == 200
    line.forward(seconds=20)
    line.phone(ING1).gets_sms(reference)
    assert "Vous l'avez passé" in browser.get(path).text
    assert browser.post(link(line, ING1)).status_code == 200
    assert taken_by(line) == "ing1"


def test_passed_on_twice_is_passed_on_once(line: Line, browser: Client) -> None:
    reference = loss(line)
    for _ in range(3):
        assert browser.post(link(line, ING2), data={"action": "pass"}).status_code == 200
    assert kinds(line, reference).count("passed_on") == 1


def test_what_is_somebody_elses_is_not_passed_on(pair: Line) -> None:
    reference = loss(pair)
    browser = pair.app.test_client()
    browser.post(link(pair, ING2))
    answer = browser.post(link(pair, ING1), data={"action": "pass"})
    assert answer.status_code == 409
    assert "Déjà pris par Ingénieur 2" in answer.text
    assert "passed_on" not in kinds(pair, reference)
    assert taken_by(pair) == "ing2"


# ---------------------------------------------------------------- it rings the client through the line
def test_the_client_is_called_through_the_line(line: Line, browser: Client) -> None:
    """The engineer's telephone rings first; the client sees the support's number."""
    loss(line)
    path = link(line, ING2)
    assert "Par la ligne" in browser.post(path, data={"action": "take"}).text
    line.settle()
    answer = browser.post(path, data={"action": "call"})
    assert (answer.status_code, "Votre téléphone va sonner" in answer.text) == (202, True)
    browser.post(path, data={"action": "call"})
    line.phone(CLIENT).does("answers:")
    line.phone(ING2).picks_up().hears("Pour parler au client, tapez 1").presses("1").hears("Nous appelons le client")
    [leg] = [leg for leg in line.phone(CLIENT).simulated.legs if leg.direction == "outbound-dial"]
    assert leg.from_ == "+33586077777"
    line.settle()
    assert line.phone(ING2).simulated.ringing is None, "tapped twice, it rings once"


@pytest.mark.parametrize("picks_up", ["answers:-", "voicemail"])
def test_a_voicemail_is_not_put_through(line: Line, browser: Client, picks_up: str) -> None:
    loss(line)
    browser.post(link(line, ING2))
    line.settle()
    line.phone(ING2).does(picks_up)
    browser.post(link(line, ING2), data={"action": "call"})
    line.forward(minutes=3)
    assert [leg for leg in line.phone(CLIENT).simulated.legs if leg.direction != "inbound"] == []


def test_a_call_that_could_not_be_placed_in_time_never_is(line: Line, browser: Client) -> None:
    """The engineer has taken another telephone by then."""
    loss(line)
    browser.post(link(line, ING2))
    line.settle()
    line.twilio.faults.rest("POST .*/Calls", "429", times=-1)
    browser.post(link(line, ING2), data={"action": "call"})
    line.forward(minutes=1)
    calls = len(line.phone(ING2).simulated.legs)
    line.clock.forward(minutes=2)
    line.twilio.faults.clear()
    line.forward(minutes=5)
    assert len(line.phone(ING2).simulated.legs) == calls


def test_only_whoever_has_the_ticket_calls_the_client(pair: Line) -> None:
    loss(pair)
    browser = pair.app.test_client()
    assert browser.post(link(pair, ING1), data={"action": "call"}).status_code == 409
    browser.post(link(pair, ING2))
    assert browser.post(link(pair, ING1), data={"action": "call"}).status_code == 409
    pair.settle()
    assert [message for message in kept(pair.database)["messages"] if "client" in str(message)] == []


# ---------------------------------------------------------------- it does not last
@pytest.mark.parametrize("taken", [False, True])
def test_a_link_lives_a_day(line: Line, browser: Client, taken: bool) -> None:
    loss(line)
    path = link(line, ING2)
    if taken:
        browser.post(path)
    line.clock.forward(hours=24)
    assert browser.get(path).status_code == 200
    line.clock.forward(hours=1)
    before = kept(line.database)
    for answer in (browser.get(path), browser.post(path), browser.post(path, data={"action": "pass"})):
        assert answer.status_code == 410
        assert "Ce lien n'est plus valable" in answer.text
        assert ("Vous avez pris le ticket" if taken else "encore pris ce ticket") in answer.text
        assert "Client Démo Un" not in answer.text
    assert kept(line.database) == before


def test_an_expired_link_says_who_has_it(pair: Line) -> None:
    loss(pair)
    browser = pair.app.test_client()
    browser.post(link(pair, ING2))
    path = link(pair, ING1)
    pair.clock.forward(hours=25)
    assert "pris par Ingénieur 2, samedi 12/09 à 22:04" in browser.post(path).text


@pytest.mark.parametrize("token", ["inconnu", "a" * 12 + "1", "a" * 500, "%00", "é", "a" * 12 + "z" * 12])
def test_a_foreign_link(line: Line, browser: Client, token: str) -> None:
    for answer in (browser.get(f"/t/{token}"), browser.post(f"/t/{token}")):
        assert answer.status_code == 404
        assert "Ce lien ne mène à aucun ticket" in answer.text
        assert "depuis le SMS" in answer.text


def test_a_link_to_an_attempt_that_is_not_there(line: Line, browser: Client) -> None:
    path = addresses.link(line.settings, 36**12 - 1).removeprefix(line.settings.public_url)
    assert browser.post(path).status_code == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_one_letter_changed_is_a_foreign_link(line: Line, data: st.DataObject) -> None:
    if not line.tickets():
        loss(line)
    path = link(line, ING2)
    place = data.draw(st.integers(len("/t/"), len(path) - 1))
    letter = data.draw(st.sampled_from("abzAZ019-_").filter(lambda letter: letter != path[place]))
    answer = line.app.test_client().post(path[:place] + letter + path[place + 1 :])
    assert answer.status_code == 404
    assert taken_by(line) is None


def test_a_database_in_trouble_is_a_sentence(line: Line, browser: Client) -> None:
    loss(line)
    path = link(line, ING2)
    # A table that is not there is to SQLite what a file is that somebody holds, to PostgreSQL a fault of ours.
    status, said = (503, errors.BUSY) if line.database.is_sqlite else (500, errors.TROUBLE)
    with broken(line):
        answer = browser.post(path)
        assert (answer.status_code, answer.text) == (status, f"{said}\n")
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert taken_by(line) is None, "what is answered by a fault was not done"
    assert browser.post(path).status_code == 200


def test_somebody_who_has_left_the_directory(pair: Line) -> None:
    """Their link still works, and they are named by their code."""
    loss(pair)
    toml = SAMPLE.read_text(encoding="utf-8")
    pair.load(toml.replace('"ing2"', '"ing9"'))
    browser = pair.app.test_client()
    assert "C'est vous qui l'avez" in browser.post(link(pair, ING2)).text
    assert "Déjà pris par ing2" in browser.post(link(pair, ING1)).text

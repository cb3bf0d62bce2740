"""What `doctor` says of the way to our own door, and of what Twilio knows of us."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import update
from werkzeug import Request, Response
from werkzeug.serving import make_server

import clock
from commands import doctor
from commands.demo.sandbox import free_port
from simulator.door import HttpDoor
from simulator.server import Server
from simulator.twilio import Number, Twilio
from storage.database import Database
from storage.mail import inbound_mail
from storage.models import LetterRow
from tests.commands.terminal import Terminal
from tests.support.settings_for_tests import ACCOUNT, MAIN, ORIGIN, SENDER, TOKEN


@contextmanager
def door(status: int) -> Iterator[str]:
    """Somebody who answers at our address."""

    @Request.application
    def answers(request: Request) -> Response:
        return Response(status=status if request.path == "/readyz" else 404)

    server = make_server("127.0.0.1", 0, answers, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "verdict"),
    [pytest.param(200, "ok", id="ready"), pytest.param(503, "attention", id="not ready: its worker is dead, say")],
)
def test_our_door_answers(loaded: Terminal, status: int, verdict: str) -> None:
    with door(status) as origin:
        said = loaded.types("doctor", PUBLIC_URL=origin).output
    assert f"{verdict:9}  PUBLIC_URL : répond {status} en 0," in said
    assert "conseille" not in said


def test_our_door_is_slow(loaded: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ADVISED", 0)
    with door(200) as origin:
        said = loaded.types("doctor", PUBLIC_URL=origin).output
    assert "attention  PUBLIC_URL : répond 200" in said
    assert "conseille moins" in said


def test_nobody_is_at_our_door(loaded: Terminal) -> None:
    said = loaded.types("doctor", PUBLIC_URL=f"http://127.0.0.1:{free_port()}").output
    assert "PUBLIC_URL : ne répond pas à cette machine ; Twilio attend 15 s" in said


# ---------------------------------------------------------------- clocks
@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        pytest.param(0, "ok         horloge : à l'heure de Twilio", id="right"),
        pytest.param(3600, "attention  horloge : avance de 3600 s sur Twilio : réglez l'heure", id="an hour ahead"),
        pytest.param(-86400, "attention  horloge : retarde de 86400 s sur Twilio : réglez l'heure", id="a day behind"),
    ],
)
def test_this_machine_s_clock_beside_twilio_s(loaded: Terminal, ahead: int, said: str) -> None:
    """By the date of its answer, to the second."""
    with dated(clock.system() - timedelta(seconds=ahead)) as twilio:
        output = loaded.types("doctor", TWILIO_API_URL=twilio).output
    shown = [line for line in output.splitlines() if "Twilio" in line and " horloge :" in line]
    assert [near(line, said) for line in shown] == [True], output


def near(line: str, said: str) -> bool:
    """The answer was some moments on its way."""
    number = re.compile(r"\d+(?= s )")
    shown, wanted = number.search(line), number.search(said)
    close = not wanted or (shown and abs(int(shown[0]) - int(wanted[0])) <= 3)
    return bool(close) and number.sub("N", line).startswith(number.sub("N", said))


@contextmanager
def dated(at: datetime) -> Iterator[str]:
    """Somebody whose answers bear that date."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def date_time_string(self, _: float | None = None) -> str:
            return format_datetime(at, usegmt=True)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


# ---------------------------------------------------------------- Twilio
@contextmanager
def account(sms_url: str = "") -> Iterator[str]:
    """Twilio, where the main line is configured so; the token is the tests'."""
    twilio = Twilio(
        account_sid=ACCOUNT, auth_token=TOKEN, door=HttpDoor(), clock=clock.system, sms_senders=[SENDER],
        numbers=[Number(MAIN, "", sms_url=sms_url)], api_url="http://127.0.0.1",
    )  # fmt: skip
    server = Server(twilio, "127.0.0.1", 0)
    serving = threading.Thread(target=server.serve)
    serving.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()
    serving.join()


def test_twilio_refuses_our_credentials(loaded: Terminal) -> None:
    with account() as twilio:
        said = loaded.types("doctor", TWILIO_API_URL=twilio, TWILIO_AUTH_TOKEN="autre-jeton-de-test").output
    assert "faute      Twilio : refuse nos identifiants ; vérifiez TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN" in said


@pytest.mark.parametrize(
    ("sms_url", "told"),
    [
        pytest.param(f"{ORIGIN}/webhooks/sms", False, id="ours"),
        pytest.param("https://demo.twilio.com/welcome/sms/reply", True, id="as Twilio had it"),
        pytest.param("", False, id="a number that reads no SMS"),
    ],
)
def test_answers_by_sms_come_to_us(loaded: Terminal, sms_url: str, told: bool) -> None:
    with account(sms_url=sms_url) as twilio:
        said = loaded.types("doctor", TWILIO_API_URL=twilio).output
    assert (f"05 86 07 77 77 : sms_url vaut « {sms_url} »" in said) == told


def test_a_missing_setting_hides_nothing_else(loaded: Terminal) -> None:
    said = loaded.types("doctor", TWILIO_AUTH_TOKEN="").output
    assert "TWILIO_AUTH_TOKEN manque" in said
    assert "ne partent pas encore" in said
    assert "son étape est sautée" in said, "the rota is looked at, too"


def test_an_agenda_needs_an_address(loaded: Terminal) -> None:
    refused = loaded.types("calendar", "create", "engineer", "ing1", PUBLIC_URL="")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "PUBLIC_URL manque" in refused.stderr
    assert loaded.reads("calendar", "list") == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param("", True, id="nobody is named"),
        pytest.param("?escalation", True, id="another option only"),
        pytest.param("?authserv=mx.nvl.example", False, id="our own server is"),
    ],
)
def test_whose_word_on_senders_is_believed(loaded: Terminal, options: str, told: bool) -> None:
    """Without a name nobody's is, and that is said with what to do; whether or not the mailbox opens."""
    url = f"imap://support:x@127.0.0.1:{free_port()}/INBOX{options}"
    said = loaded.types("doctor", IMAP_URL=url, SMTP_URL="smtp://127.0.0.1", MAIL_FROM="a@nvl.example").output
    assert ("aucun expéditeur n'y est vérifié : ajoutez ?authserv=" in said) is told
    assert "ne s'ouvre pas" in said


def test_mail_set_apart_is_named(loaded: Terminal) -> None:
    database, at = Database(loaded.environment["DATABASE_URL"]), clock.system()
    with database.begin() as db:
        inbound_mail.keep(
            db, mailbox="x", escalation=False, raw=b"x", message_id="", essence="x", received_at=at, now=at
        )
        db.execute(update(LetterRow).values(verdict="set_apart", run_at=None))
    database.dispose()
    assert "courriels reçus : 1 mis à part en sept jours" in loaded.types("doctor").output

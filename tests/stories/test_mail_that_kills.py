"""A mail whose reading ends the reader, or the whole worker: twice, then it is set apart; the others go on."""

import pytest
from sqlalchemy import select

from jobs import chores, job_kinds
from jobs.context import Outside
from mail.letter import Letter
from mail.reader import Killed, Limits, Reader
from storage import health, listing
from storage.models import LetterRow
from telephony.rest import Twilio
from tests.mail.server import Server, said
from tests.mail.test_reader import SLOW
from tests.mail.writing import CLIENT, PASSED, arrives, mail
from tests.stories.night import loss
from tests.stories.written import DESK, MakeLine, desk_with_mail, verdicts
from tests.support.phone import Line, Wired

READER = Reader(Limits(cpu=0.1))  # a mail of many lines is beyond it
BODY = SLOW.partition(b"\n\n")[2]


class Death(BaseException):
    """The worker is killed: nothing of ours runs any more."""


class Deadly(Reader):
    """Whatever it reads kills the worker, as often as it is told."""

    def __init__(self, times: int):
        super().__init__()
        self.times = times

    def read(self, raw: bytes) -> Letter:
        self._die()
        return super().read(raw)

    def headers(self, raw: bytes) -> Letter:
        self._die()
        return super().headers(raw)

    def _die(self) -> None:
        self.times -= 1
        if self.times >= 0:
            raise Death


@pytest.fixture
def line(make_line: MakeLine, server: Server) -> Line:
    return reads_with(desk_with_mail(make_line, server), READER)


def reads_with(line: Line, reader: Reader) -> Line:
    twilio = Twilio(line.settings, Wired(lambda: line.twilio))
    line.engine = job_kinds.engine(line.database, line.clock, Outside(line.settings, twilio, line.audio, reader=reader))
    return line


def hostile(**headers: str) -> bytes:
    return mail("", **headers).as_bytes() + BODY


def comes(line: Line, raw: bytes) -> None:
    """Its first reading fails."""
    with pytest.raises(AssertionError, match="Killed: trop de temps de calcul"):
        arrives(line, raw)


def letters(line: Line) -> list[dict[str, object]]:
    with line.database.read() as db:
        return listing.letters(db)


def test_it_is_a_ticket_of_its_headers_alone(line: Line, server: Server) -> None:
    comes(line, hostile(subject="Panne à Pau", message_id="<lourd@un.example.com>"))
    assert line.tickets() == []
    line.forward(minutes=1)
    ticket = line.ticket()
    assert (ticket["client"], ticket["verified"]) == ("260417", True), "its headers are vouched for"
    assert ticket["description"].startswith("Panne à Pau\n\nCe courriel n'a pas pu être lu")
    [letter] = letters(line)
    assert (letter["verdict"], letter["ticket"]) == ("set_apart", ticket["reference"])
    assert (letter["withheld"], server.to(CLIENT)) == ("unreadable", [])
    [told] = server.to(DESK)
    assert "n'a pas pu être lu" in said(told)
    line.forward(hours=2)
    assert len(server.to(DESK)) == 1, "told once"


def test_the_queue_goes_on(line: Line, server: Server) -> None:
    comes(line, hostile(sender="quelquun@ailleurs.example", judged=""))
    arrives(line, mail("Plus d'accès internet."))
    assert verdicts(line) == ["None", "opened"], "before the other one is given up"
    assert len(server.to(CLIENT)) == 1
    line.forward(minutes=1)
    assert verdicts(line) == ["set_apart", "opened"]


def test_an_answer_that_kills_is_on_its_ticket(line: Line, server: Server) -> None:
    reference = loss(line)
    comes(line, hostile(subject=f"[{reference}]"))
    line.forward(minutes=1)
    assert [(each["verdict"], each["ticket"]) for each in letters(line)] == [("set_apart", reference)]
    assert len(line.tickets()) == 1


def test_a_robots_is_told_to_the_support_once(line: Line, server: Server) -> None:
    """It leads to no ticket: nobody would see it."""
    comes(line, hostile(Auto_Submitted="auto-generated", subject="Rapport"))
    line.forward(hours=2)
    assert (verdicts(line), line.tickets()) == (["set_apart"], [])
    [told] = server.to(DESK)
    assert "Objet : Rapport" in said(told)


def test_the_original_stays(line: Line) -> None:
    raw = hostile()
    comes(line, raw)
    line.forward(minutes=1)
    with line.database.read() as db:
        place = db.execute(select(LetterRow.place)).scalar_one()
    assert line.audio.get(place) == raw


@pytest.mark.parametrize(
    ("deaths", "verdict", "sender"),
    [
        pytest.param(1, "opened", CLIENT, id="once: anybody may kill a worker"),
        pytest.param(2, "set_apart", CLIENT, id="twice: its headers"),
        pytest.param(3, "set_apart", "", id="and they kill it, too: nothing of it"),
    ],
)
def test_a_worker_that_dies_of_it_twice_reads_it_no_more(line: Line, deaths: int, verdict: str, sender: str) -> None:
    reads_with(line, Deadly(deaths))
    for _ in range(deaths):
        with pytest.raises(Death):
            arrives(line, mail()) if not letters(line) else line.forward(minutes=2)
    line.forward(minutes=2)
    [letter] = letters(line)
    assert (letter["verdict"], letter["sender"]) == (verdict, sender)
    assert line.ticket()["reference"] == letter["ticket"]


def test_a_storage_that_is_away_is_no_death(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has been read each time; what failed came after."""

    def away(*_: object) -> None:
        raise OSError("no route to the bucket")

    message = mail("Voir le plan.")
    message.add_attachment(b"plan", maintype="image", subtype="png", filename="plan.png")
    put = line.audio.put
    raw = message.as_bytes()
    with monkeypatch.context() as storage:
        storage.setattr(type(line.audio), "put", lambda _, *kept: away() if kept[0][0] == "a" else put(*kept))
        with pytest.raises(AssertionError, match="no route"):
            arrives(line, raw)
        line.forward(minutes=10)
    line.forward(minutes=2)
    assert verdicts(line) == ["opened"]
    assert line.ticket()["description"] == "Voir le plan."


def test_watchmen_read_so(line: Line) -> None:
    comes(line, hostile())
    line.forward(minutes=1)
    counted = line.app.test_client().get("/metrics").text
    assert "astreinte_letters_set_apart_total 1.0" in counted
    with line.database.read() as db:
        assert health.set_apart(db, line.clock() - health.LATELY) == 1


class Stuck(Reader):
    def start(self) -> None:
        raise Killed("no room for one more process")


def test_mail_that_nobody_reads_is_told_where_readiness_is(line: Line) -> None:
    """The line itself serves: nothing advises to take it out of service."""
    reads_with(line, Stuck())
    with pytest.raises(AssertionError, match="no room"):
        arrives(line, mail(judged=PASSED))
    line.forward(minutes=1)
    with line.database.read() as db:
        assert health.remark(db, line.clock()) == ""
    with line.database.begin() as db:
        chores.schedule(db, {health.BEAT: None}, line.clock())
    line.forward(minutes=15)
    ready = line.app.test_client().get("/readyz")
    assert (ready.status_code, ready.text.splitlines()[0]) == (200, "ok")
    assert "astreinte letters" in ready.text.splitlines()[1]
    with line.database.read() as db:
        assert "attendent d'être lus depuis 16 minutes" in health.remark(db, line.clock())
    assert "astreinte_unread_letter_age_seconds 960.0" in line.app.test_client().get("/metrics").text

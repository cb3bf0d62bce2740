"""The terminal's telephone, over real HTTP, against a line of a few documents."""

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from simulator.remote import Remote
from simulator.server import Server
from simulator.terminal import hold, run
from simulator.twilio import Answer, Twilio
from tests.simulator.client import Client
from tests.simulator.product import CALLER, DESK, LINE, MOBILE, NO_CONTENT, URL, Product, Sent, xml

VOICE = "/webhooks/voice"


class Interrupted(io.StringIO):
    """A keyboard at which somebody presses Ctrl-C instead of an answer."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        typed = super().readline(-1 if size is None else size)
        if not typed:
            raise KeyboardInterrupt
        return typed


@dataclass
class Terminal:
    url: str
    errors: str = ""  # of the last call

    def __call__(
        self,
        keys: list[str] | None,
        *,
        typed: str = "",
        say: str | None = None,
        as_json: bool = False,
        watch: list[str] | None = None,
        settle: float = 0.0,
        interrupted: bool = False,
    ) -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        code = run(
            self.url,
            "05 36 49 20 01",
            "05 86 07 77 77",
            keys=keys,
            say=say,
            as_json=as_json,
            out=out,
            inp=Interrupted(typed) if interrupted else io.StringIO(typed),
            err=err,
            watch=watch,
            settle_seconds=settle,
        )
        self.errors = err.getvalue()
        return code, out.getvalue()


@pytest.fixture
def terminal(twilio: Twilio) -> Iterator[Terminal]:
    server = Server(twilio, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield Terminal(f"http://127.0.0.1:{server.port}")
    server.stop()
    thread.join()


@pytest.fixture
def line(product: Product) -> Product:
    """A menu; 1 rings the desk, whose absence leads to the voicemail; 2 leads there at once."""

    def pressed(sent: Sent) -> Answer:
        return (
            xml(f'<Dial action="/bip"><Number url="/chuchote">{DESK}</Number></Dial>')
            if sent.form["Digits"] == "1"
            else xml("<Redirect>/bip</Redirect>")
        )

    product.says(VOICE, f'<Gather numDigits="1" action="/menu"><Say>Bonjour</Say></Gather><Redirect>{VOICE}</Redirect>')
    product.pages["/menu"] = pressed
    product.says("/chuchote", '<Gather numDigits="1" action="/pris"><Say>Un pour prendre</Say></Gather><Hangup/>')
    product.says("/pris", "<Say>Vous avez pris</Say>")
    product.says("/bip", '<Say>Après le bip</Say><Record action="/merci" finishOnKey="#"/>')
    product.says("/merci", "<Say>Merci</Say>")
    return product


def test_keys_given_beforehand(terminal: Terminal, line: Product) -> None:
    code, shown = terminal(["1", "9", "7"])
    assert code == 0
    for words in (
        "05 36 49 20 01 appelle le 05 86 07 77 77",
        "LIGNE : Bonjour",
        "LIGNE : Après le bip",
        "[bip]",
        "LIGNE : Merci",
        "la ligne a raccroché",
        "Touches qui n'ont pas servi : 9 7",
    ):
        assert words in shown
    assert line.last("/merci")["Digits"] == "#"


def test_the_summary_in_json(terminal: Terminal, line: Product, twilio: Twilio) -> None:
    code, shown = terminal(["2", "9"], say="Le serveur ne répond plus.", as_json=True)
    told = json.loads(shown)
    assert (code, told["ended_by"], told["unused_keys"], told["recording"]) == (0, "line", ["9"], True)
    assert (told["from"], told["to"], told["heard"]) == (CALLER, LINE, ["Bonjour", "Après le bip", "Merci"])
    assert (told["call_sid"] in twilio.calls, told["sms"]) == (True, [])
    assert ["person", "[touche 2]"] in told["transcript"]


@pytest.mark.parametrize(
    ("keys", "silences"),
    [
        pytest.param([], 0, id="no key: hung up at once"),
        pytest.param(["-", ""], 2, id="two silences asked for, then hung up"),
        pytest.param(["-", "h"], 1, id="one silence, then hung up"),
    ],
)
def test_silences(terminal: Terminal, line: Product, keys: list[str], silences: int) -> None:
    code, shown = terminal(keys, as_json=True)
    told = json.loads(shown)
    assert (code, told["ended_by"]) == (0, "caller")
    assert told["transcript"].count(["person", "[silence]"]) == silences


def test_a_person_at_the_keyboard_answers_the_desk(terminal: Terminal, line: Product, twilio: Twilio) -> None:
    twilio.phone(MOBILE).manner = ""
    code, shown = terminal(None, typed="x\n1\no\n1\n\nLe serveur ne répond plus.\n")
    assert code == 0
    for words in (
        "Un clavier de téléphone",
        "le 05 36 49 01 01 sonne…",
        "AU 05 36 49 01 01 : Un pour prendre",
        "AU 05 36 49 01 01 : Vous avez pris",
        "VOUS : Le serveur ne répond plus.",
        "LIGNE : Merci",
    ):
        assert words in shown
    assert line.last("/bip")["DialBridged"] == "true"
    assert twilio.exchange.manner_when_dialled == "no-answer"


@pytest.mark.parametrize(
    ("typed", "ended_by"),
    [
        pytest.param("r\n", "raccroché", id="hung up at the question"),
        pytest.param("", "raccroché", id="the end of the input hangs up"),
        pytest.param("1\nr\n", "vous avez raccroché", id="hung up while it rings"),
        pytest.param("1\n\n\n", "vous avez raccroché", id="nobody at the desk, nothing after the beep"),
        pytest.param("1\no\n1\nr\n", "vous avez raccroché", id="hung up in conversation"),
    ],
)
def test_ways_to_leave(terminal: Terminal, line: Product, typed: str, ended_by: str) -> None:
    code, shown = terminal(None, typed=typed)
    assert code == 0
    assert ended_by in shown


def test_texts_that_follow(terminal: Terminal, product: Product, twilio: Twilio) -> None:
    def ended(_sent: Sent) -> Answer:
        Client(twilio).post("Messages", To=MOBILE, From="NVL", Body="Ticket NVL-26-00042-2")
        return NO_CONTENT

    Client(twilio).post("Messages", To=MOBILE, From="NVL", Body="ancien")
    twilio.settle()
    product.says(VOICE, "<Hangup/>")
    product.pages["/webhooks/voice/status"] = ended
    code, shown = terminal([], settle=0.4)
    assert (code, "ancien" in shown) == (0, False)
    assert "SMS reçu par le 06 39 98 00 02 de NVL : Ticket NVL-26-00042-2" in shown
    assert MOBILE not in shown
    assert json.loads(terminal([], as_json=True, settle=0.4)[1])["sms"][0]["to"] == MOBILE
    assert json.loads(terminal([], as_json=True, settle=0.4, watch=[DESK])[1])["sms"] == []


def test_an_engineer_is_rung_and_answers(terminal: Terminal, product: Product, twilio: Twilio) -> None:
    product.says(VOICE, "<Hangup/>")
    product.says("/alerte", '<Gather numDigits="1" action="/pris"><Say>Alerte</Say></Gather>')
    product.says("/pris", "<Say>Vous avez pris</Say>")
    Client(twilio).post("Calls", To=MOBILE, From=LINE, Url=f"{URL}/alerte")
    twilio.settle()
    code, shown = terminal(None, typed="o\n1\n", settle=0.3)
    assert code == 0
    assert "le 06 39 98 00 02 sonne…" in shown
    assert "AU 06 39 98 00 02 : Vous avez pris" in shown


def test_an_application_error_is_a_failure(terminal: Terminal, product: Product, twilio: Twilio) -> None:
    product.pages[VOICE] = Answer(500)
    code, shown = terminal([])
    assert (code, "erreur d'application" in shown) == (1, True)


def test_keys_that_nobody_has(terminal: Terminal) -> None:
    assert terminal(["1", "abc"]) == (1, "")
    assert "« abc »" in terminal.errors


@pytest.mark.parametrize("as_json", [False, True])
def test_without_a_simulator(as_json: bool) -> None:
    nowhere = Terminal("http://127.0.0.1:9")
    assert nowhere(["1"], as_json=as_json) == (1, "")
    assert "lancez d'abord `make demo`" in nowhere.errors


def test_something_else_answers_there(terminal: Terminal, product: Product) -> None:
    elsewhere = Terminal(f"{terminal.url}/2010-04-01")
    assert elsewhere(["1"]) == (1, "")
    assert "inattendue" in elsewhere.errors


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="at the question"),
        pytest.param("1\n", id="while the desk rings"),
        pytest.param("1\no\n", id="at the desk's telephone, whispered to"),
        pytest.param("1\no\n1\n", id="in conversation"),
        pytest.param("2\n", id="after the beep"),
    ],
)
def test_an_interrupted_call_is_hung_up(terminal: Terminal, line: Product, twilio: Twilio, typed: str) -> None:
    code, shown = terminal(None, typed=typed, interrupted=True)
    assert (code, "LIGNE : Bonjour" in shown) == (130, True)
    assert "Interrompu : le téléphone est raccroché." in terminal.errors
    assert {leg.state for leg in twilio.legs.values()} == {"ended"}


def test_a_call_interrupted_while_it_is_dialled_is_hung_up(
    terminal: Terminal, line: Product, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulator has the call, its number has not come back yet."""
    ask = Remote.phone

    def interrupted(self: Remote, number: str, action: str, **given: object) -> object:
        found = ask(self, number, action, **given)
        if action == "dial":
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(Remote, "phone", interrupted)
    assert terminal(["1"])[0] == 130
    assert [leg.state for leg in twilio.legs.values()] == ["ended"]


# ---------------------------------------------------------------- a telephone in somebody's hands
@dataclass
class Hand:
    """Whoever holds the engineer's telephone."""

    url: str
    errors: str = ""

    def __call__(self, text: str | None = None, *, typed: str = "") -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        inp = Interrupted(typed)
        code = hold(
            self.url, "06 39 98 00 02", text=text, to="05 86 07 77 77", out=out, inp=inp, err=err, settle_seconds=0.2
        )
        self.errors = err.getvalue()
        return code, out.getvalue()


def test_its_owner_reads_old_texts_and_answers(terminal: Terminal, product: Product, twilio: Twilio) -> None:
    product.says("/alerte", '<Gather numDigits="1" action="/pris"><Say>Alerte</Say></Gather>')
    product.says("/pris", '<Gather numDigits="1"><Say>Vous avez pris</Say></Gather>')
    Client(twilio).post("Messages", To=MOBILE, From="NVL", Body="Ticket NVL-26-00042-2")
    Client(twilio).post("Calls", To=MOBILE, From=LINE, Url=f"{URL}/alerte")
    twilio.settle()
    code, shown = Hand(terminal.url)(typed="o\n1\n")
    assert (code, "est dans vos mains" in shown, "Le téléphone est reposé." in shown) == (0, True, True)
    assert "de NVL : Ticket NVL-26-00042-2" in shown
    assert "AU 06 39 98 00 02 : Vous avez pris" in shown
    assert twilio.phone(MOBILE).manner == "", "in nobody's hands any more"
    assert {leg.state for leg in twilio.legs.values()} == {"ended"}


def test_its_owner_writes_to_the_line(terminal: Terminal, product: Product, twilio: Twilio) -> None:
    product.says("/webhooks/sms", "<Message>C'est noté.</Message>")
    code, shown = Hand(terminal.url)("OK")
    assert (code, "SMS reçu par le 06 39 98 00 02 de 05 86 07 77 77 : C'est noté." in shown) == (0, True)


def test_in_nobodys_hands_without_a_simulator() -> None:
    hand = Hand("http://127.0.0.1:9")
    assert hand("OK") == (1, "")
    assert "lancez d'abord `make demo`" in hand.errors

"""<Dial>: who rings, who is joined to whom, and what the product is told."""

import pytest

from simulator.legs import Leg
from simulator.twilio import Twilio
from tests.simulator.product import ACCOUNT, CALLER, DESK, LINE, MOBILE, Clock, Product

VOICE, AFTER, WHISPER, ACCEPTED, STEP = "/webhooks/voice", "/apres", "/chuchote", "/accepte", "/etape"
ASKS_KEY = f'<Gather numDigits="1" action="{ACCEPTED}"><Say>Un pour prendre</Say></Gather><Hangup/>'


def dials(product: Product, numbers: str = f"<Number>{DESK}</Number>", attributes: str = "") -> None:
    product.says(VOICE, f'<Say>Nous appelons</Say><Dial action="{AFTER}" {attributes}>{numbers}</Dial>')
    product.says(AFTER, "<Say>Après</Say><Gather/>")


def whispers(product: Product, accepted: str = "<Say>Merci</Say>") -> None:
    dials(product, f'<Number url="{WHISPER}">{DESK}</Number>')
    product.says(WHISPER, ASKS_KEY)
    product.says(ACCEPTED, accepted)


def outcome(product: Product) -> dict[str, str]:
    return {k: v for k, v in product.last(AFTER).items() if k.startswith("Dial")}


@pytest.mark.parametrize(
    ("manner", "status"),
    [
        pytest.param("busy", "busy", id="engaged"),
        pytest.param("no-answer", "no-answer", id="nobody there"),
        pytest.param("failed", "failed", id="out of order"),
    ],
)
def test_a_telephone_that_is_not_taken(twilio: Twilio, product: Product, manner: str, status: str) -> None:
    dials(product)
    twilio.phone(DESK).manner = manner
    leg = twilio.dial(CALLER, LINE)
    [child] = [call for call in twilio.calls.values() if call.parent_sid == leg.sid]
    assert outcome(product) == {"DialCallStatus": status, "DialBridged": "false", "DialCallSid": child.sid}
    assert (leg.state, leg.heard) == ("gathering", ["Nous appelons", "Après"])


def test_a_talk(twilio: Twilio, product: Product, clock: Clock) -> None:
    dials(product)
    leg = twilio.dial(CALLER, LINE)
    assert (leg.state, leg.dialling[0].to) == ("dialling", DESK)
    called = twilio.phone(DESK).answer()
    assert (leg.state, called.state, called.from_) == ("talking", "talking", CALLER)
    clock.forward(95)
    leg.end_talk()
    assert (called.state, leg.state) == ("ended", "gathering")
    assert outcome(product)["DialCallDuration"] == "95"
    assert (outcome(product)["DialCallStatus"], outcome(product)["DialBridged"]) == ("completed", "true")
    assert product.last(AFTER)["CallStatus"] == "in-progress"


@pytest.mark.parametrize("how", ["decline", "ignore"])
def test_a_person_decides_by_hand(twilio: Twilio, product: Product, how: str) -> None:
    dials(product)
    twilio.dial(CALLER, LINE)
    phone = twilio.phone("05 36 49 01 01")
    assert phone.ringing is not None
    phone.decline() if how == "decline" else phone.ignore()
    assert phone.ringing is None
    assert outcome(product)["DialCallStatus"] == ("busy" if how == "decline" else "no-answer")


def test_the_time_to_ring_runs_out(twilio: Twilio, product: Product, clock: Clock) -> None:
    dials(product, attributes='timeout="20"')
    leg = twilio.dial(CALLER, LINE)
    clock.forward(19)
    twilio.settle()
    assert leg.state == "dialling"
    clock.forward(1)
    twilio.settle()
    assert (leg.state, outcome(product)["DialCallStatus"]) == ("gathering", "no-answer")
    with pytest.raises(RuntimeError, match="rien ne sonne"):
        twilio.phone(DESK).answer()


@pytest.mark.parametrize("moment", ["ringing", "whispering", "talking"])
def test_a_caller_who_hangs_up_ends_everything(twilio: Twilio, product: Product, moment: str) -> None:
    whispers(product)
    leg = twilio.dial(CALLER, LINE)
    called: Leg = leg.dialling[0]
    if moment != "ringing":
        twilio.phone(DESK).answer()
    if moment == "talking":
        called.press("1")
    leg.hang_up()
    assert (leg.state, called.state, leg.ended_by) == ("ended", "ended", "caller")
    assert product.last(AFTER)["CallStatus"] == "completed"
    assert outcome(product)["DialBridged"] == ("true" if moment == "talking" else "false")
    assert outcome(product)["DialCallStatus"] == ("canceled" if moment == "ringing" else "completed")
    assert "Après" not in leg.heard


def test_the_next_verb_follows_without_an_action(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, f"<Dial>{DESK}</Dial><Say>Personne</Say>")
    twilio.phone(DESK).manner = "busy"
    assert twilio.dial(CALLER, LINE).heard == ["Personne"]


# ---- the whisper
def test_a_whisper_is_asked_for_the_called_leg(twilio: Twilio, product: Product) -> None:
    whispers(product)
    leg = twilio.dial(CALLER, LINE)
    called = twilio.phone(DESK).answer()
    form = product.last(WHISPER)
    assert (form["CallSid"], form["ParentCallSid"], form["Direction"]) == (called.sid, leg.sid, "outbound-dial")
    assert (form["From"], form["To"], form["CallStatus"]) == (CALLER, DESK, "in-progress")
    assert (leg.state, called.state) == ("dialling", "gathering")


def test_a_whisper_heard_to_its_end_joins_both(twilio: Twilio, product: Product) -> None:
    whispers(product)
    leg = twilio.dial(CALLER, LINE)
    called = twilio.phone(DESK).answer()
    called.press("1")
    assert (called.heard, called.state, leg.state) == (["Un pour prendre", "Merci"], "talking", "talking")
    called.hang_up()
    assert (outcome(product)["DialBridged"], leg.heard[-1]) == ("true", "Après")


@pytest.mark.parametrize(
    "refuses",
    [
        pytest.param(lambda phone: phone.answer().wait(), id="silence, then the whisper hangs up"),
        pytest.param(lambda phone: phone.answer().press("9"), id="a key that refuses"),
        pytest.param(lambda phone: phone.answer().hang_up(), id="the called person hangs up"),
        pytest.param(lambda phone: phone.voicemail(), id="an answering machine presses nothing"),
    ],
)
@pytest.mark.parametrize("status", ["completed", "no-answer"])
def test_a_refused_whisper(twilio: Twilio, product: Product, refuses: object, status: str) -> None:
    assert callable(refuses)
    twilio.faults.refused_whisper_status = status
    whispers(product, accepted="<Hangup/>")
    leg = twilio.dial(CALLER, LINE)
    refuses(twilio.phone(DESK))
    assert (outcome(product)["DialCallStatus"], outcome(product)["DialBridged"]) == (status, "false")
    assert (leg.state, leg.heard[-1]) == ("gathering", "Après")


def test_a_machine_is_joined_when_nothing_asks_for_a_key(twilio: Twilio, product: Product) -> None:
    dials(product)
    twilio.phone(DESK).manner = "voicemail"
    assert twilio.dial(CALLER, LINE).state == "talking"


def test_a_person_with_keys_in_mind(twilio: Twilio, product: Product) -> None:
    whispers(product)
    twilio.phone(DESK).manner = "answers:1"
    assert twilio.dial(CALLER, LINE).state == "talking"


def test_a_broken_whisper_joins_nobody(twilio: Twilio, product: Product) -> None:
    whispers(product)
    product.says(WHISPER, "<Say>")
    leg = twilio.dial(CALLER, LINE)
    called = twilio.phone(DESK).answer()
    assert (called.ended_by, leg.state, outcome(product)["DialBridged"]) == ("error", "gathering", "false")


def test_a_whisper_may_not_dial(twilio: Twilio, product: Product) -> None:
    whispers(product)
    product.says(WHISPER, f"<Dial>{MOBILE}</Dial>")
    leg = twilio.dial(CALLER, LINE)
    twilio.phone(DESK).answer()
    assert (leg.state, twilio.phone(MOBILE).legs) == ("talking", [])
    assert "<Dial> is not allowed" in twilio.complaints[0]


# ---- several telephones
def test_together_the_first_to_pick_up_wins(twilio: Twilio, product: Product) -> None:
    dials(product, f"<Number>{DESK}</Number><Number>{MOBILE}</Number>")
    leg = twilio.dial(CALLER, LINE)
    other = twilio.phone(DESK).ringing
    assert other is not None
    won = twilio.phone(MOBILE).answer()
    assert (other.status, won.status, leg.state) == ("canceled", "in-progress", "talking")
    won.hang_up()
    assert outcome(product)["DialCallSid"] == won.sid


def test_together_all_must_refuse(twilio: Twilio, product: Product) -> None:
    dials(product, f"<Number>{DESK}</Number><Number>{MOBILE}</Number>")
    leg = twilio.dial(CALLER, LINE)
    twilio.phone(DESK).decline()
    assert leg.state == "dialling"
    twilio.phone(MOBILE).ignore()
    assert outcome(product)["DialCallStatus"] == "no-answer"


def test_one_after_another(twilio: Twilio, product: Product) -> None:
    dials(product, f"<Number>{DESK}</Number><Number>{MOBILE}</Number>", 'sequential="true"')
    leg = twilio.dial(CALLER, LINE)
    assert twilio.phone(MOBILE).ringing is None
    twilio.phone(DESK).decline()
    assert (leg.state, leg.dialling[0].to) == ("dialling", MOBILE)
    twilio.phone(MOBILE).answer().hang_up()
    assert outcome(product)["DialCallStatus"] == "completed"


# ---- numbers shown and dialled
@pytest.mark.parametrize(
    ("caller", "shown", "is_fine"),
    [
        pytest.param(CALLER, "", True, id="the caller's own number"),
        pytest.param(CALLER, f'callerId="{LINE}"', True, id="the number that was called"),
        pytest.param(CALLER, 'callerId="+33536490024"', True, id="another number of the account"),
        pytest.param(CALLER, f'callerId="{MOBILE}"', False, id="somebody else's number"),
        pytest.param("Anonymous", "", False, id="a withheld number cannot be shown"),
        pytest.param("+266696687", "", False, id="a withheld number in digits neither"),
    ],
)
def test_the_number_that_is_shown(twilio: Twilio, product: Product, caller: str, shown: str, is_fine: bool) -> None:
    dials(product, attributes=shown)
    leg = twilio.dial(caller, LINE)
    assert (leg.state == "dialling", twilio.complaints == []) == (is_fine, is_fine)
    if not is_fine:
        assert outcome(product)["DialCallStatus"] == "failed"


@pytest.mark.parametrize("number", ["0536490101", "anonymous", "+266696687", ""])
def test_what_cannot_be_rung(twilio: Twilio, product: Product, number: str) -> None:
    dials(product, f"<Number>{number}</Number>")
    leg = twilio.dial(CALLER, LINE)
    assert (leg.heard[-1], outcome(product)["DialCallStatus"]) == ("Après", "failed")
    assert twilio.complaints


# ---- details
def test_the_line_rings_on_until_somebody_answers(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, f'<Dial answerOnBridge="true">{DESK}</Dial>')
    leg = twilio.dial(CALLER, LINE)
    assert leg.status == "ringing"
    twilio.phone(DESK).answer()
    assert leg.status == "in-progress"


@pytest.mark.parametrize(("attribute", "state"), [('hangupOnStar="true"', "gathering"), ("", "talking")])
def test_the_star_leaves_a_talk_when_it_may(twilio: Twilio, product: Product, attribute: str, state: str) -> None:
    dials(product, attributes=attribute)
    leg = twilio.dial(CALLER, LINE)
    twilio.phone(DESK).answer()
    leg.press("*")
    assert leg.state == state


def test_progress_of_the_called_leg(twilio: Twilio, product: Product) -> None:
    events = "initiated ringing answered completed"
    dials(product, f'<Number statusCallback="{STEP}" statusCallbackEvent="{events}">{DESK}</Number>')
    twilio.dial(CALLER, LINE)
    twilio.phone(DESK).answer().hang_up()
    twilio.settle()
    told = [(s.form["CallStatus"], s.form["SequenceNumber"]) for s in product.to(STEP)]
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    assert product.last(STEP)["CallbackSource"] == "call-progress-events"


def test_a_recorded_talk(twilio: Twilio, product: Product) -> None:
    dials(product, attributes='record="record-from-answer" recordingStatusCallback="/enregistre"')
    leg = twilio.dial(CALLER, LINE)
    twilio.phone(DESK).answer()
    leg.end_talk(seconds=40)
    twilio.settle()
    [recording] = twilio.recordings.values()
    assert (recording.call_sid, recording.source, recording.seconds) == (leg.sid, "DialVerb", 40)
    assert product.last(AFTER)["RecordingUrl"] == product.last("/enregistre")["RecordingUrl"]


def test_a_machine_is_detected_on_the_called_leg(twilio: Twilio, product: Product) -> None:
    detects = 'machineDetection="Enable" amdStatusCallback="/repondeur"'
    dials(product, f"<Number {detects}>{DESK}</Number>")
    twilio.dial(CALLER, LINE)
    called = twilio.phone(DESK).voicemail()
    twilio.settle()
    assert product.last("/repondeur") == {
        "CallSid": called.sid,
        "AccountSid": ACCOUNT,
        "AnsweredBy": "machine_start",
        "MachineDetectionDuration": "2300",
    }

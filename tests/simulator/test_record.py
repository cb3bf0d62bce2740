import pytest

from simulator import audio
from simulator.twilio import Twilio
from tests.simulator.product import CALLER, LINE, Product

VOICE, AFTER, TOLD = "/webhooks/voice", "/apres", "/enregistre"
CALLBACK = 'recordingStatusCallback="/enregistre"'


def records(product: Product, attributes: str = 'finishOnKey="#"', callback: str = CALLBACK) -> None:
    product.says(VOICE, f'<Say>Après le bip</Say><Record action="/apres" {attributes} {callback}/><Say>Vide</Say>')
    product.says(AFTER, "<Say>Merci</Say>")


@pytest.mark.parametrize(
    ("ends_with", "digits", "heard"),
    [
        pytest.param("#", "#", ["Après le bip", "Merci"], id="a finishing key"),
        pytest.param("hangup", "hangup", ["Après le bip"], id="hung up: asked all the same, heard by nobody"),
        pytest.param("silence", None, ["Après le bip", "Merci"], id="silence: no digits"),
        pytest.param("5", None, ["Après le bip", "Merci"], id="a key that does not finish"),
    ],
)
def test_how_a_message_ends(
    twilio: Twilio, product: Product, ends_with: str, digits: str | None, heard: list[str]
) -> None:
    records(product)
    leg = twilio.dial(CALLER, LINE)
    assert (leg.state, leg.transcript[-1]) == ("recording", ("line", "[bip]"))
    leg.speak(seconds=12, ends_with=ends_with)
    [asked] = product.to(AFTER)
    assert (asked.form.get("Digits"), asked.form["RecordingDuration"]) == (digits, "12")
    assert asked.form["CallStatus"] == ("completed" if ends_with == "hangup" else "in-progress")
    assert (leg.heard, leg.state) == (heard, "ended")
    assert leg.ended_by == ("caller" if ends_with == "hangup" else "line")


def test_the_callback_follows_the_action(twilio: Twilio, product: Product) -> None:
    records(product)
    leg = twilio.dial(CALLER, LINE)
    leg.speak(audio.tone(3))
    assert product.to(TOLD) == []
    twilio.settle()
    form = product.last(TOLD)
    [recording] = twilio.recordings.values()
    assert form["RecordingUrl"] == product.last(AFTER)["RecordingUrl"]
    assert form["RecordingUrl"].endswith(f"/Recordings/{recording.sid}")
    assert "From" not in form
    expected = {
        "CallSid": leg.sid,
        "RecordingSid": recording.sid,
        "RecordingStatus": "completed",
        "RecordingDuration": "3",
        "RecordingSource": "RecordVerb",
        "RecordingChannels": "1",
    }
    assert expected.items() <= form.items()


def test_the_callback_may_overtake_the_action(twilio: Twilio, product: Product) -> None:
    twilio.faults.recording_first = True
    records(product)
    twilio.dial(CALLER, LINE).speak(seconds=3)
    assert [sent.path for sent in product.sent] == [VOICE, TOLD, AFTER]
    twilio.settle()
    assert len(product.to(TOLD)) == 1


@pytest.mark.parametrize("state", ["before the beep is over", "at the beep"])
def test_hanging_up_at_the_beep_leaves_an_empty_recording(twilio: Twilio, product: Product, state: str) -> None:
    records(product)
    leg = twilio.dial(CALLER, LINE)
    leg.hang_up() if state == "at the beep" else leg.speak(seconds=0)
    assert (product.last(AFTER)["Digits"], product.last(AFTER)["RecordingDuration"]) == ("hangup", "0")


def test_silence_at_the_beep_asks_the_action(twilio: Twilio, product: Product) -> None:
    records(product)
    leg = twilio.dial(CALLER, LINE)
    leg.wait()
    assert (leg.heard[-1], product.last(AFTER)["RecordingDuration"]) == ("Merci", "0")


def test_silence_may_also_fall_through(twilio: Twilio, product: Product) -> None:
    twilio.faults.silence_falls_through = True
    records(product)
    leg = twilio.dial(CALLER, LINE)
    leg.wait()
    assert (leg.heard[-1], product.to(AFTER), twilio.recordings) == ("Vide", [], {})


def test_a_message_is_cut_at_its_limit(twilio: Twilio, product: Product) -> None:
    records(product, 'maxLength="60" finishOnKey="#"')
    leg = twilio.dial(CALLER, LINE)
    leg.speak(seconds=90, ends_with="#")
    assert (product.last(AFTER)["RecordingDuration"], product.last(AFTER).get("Digits")) == ("60", None)
    assert leg.heard[-1] == "Merci"


def test_a_key_at_once_is_a_message_of_a_second(twilio: Twilio, product: Product) -> None:
    records(product)
    leg = twilio.dial(CALLER, LINE)
    leg.press("5")
    assert leg.state == "recording"
    leg.press("#")
    assert (product.last(AFTER)["Digits"], leg.heard[-1]) == ("#", "Merci")


def test_any_key_finishes_unless_told_otherwise(twilio: Twilio, product: Product) -> None:
    records(product, "")
    twilio.dial(CALLER, LINE).press("5")
    assert product.last(AFTER)["Digits"] == "5"


def test_no_beep_when_it_is_not_wanted(twilio: Twilio, product: Product) -> None:
    records(product, 'playBeep="false"')
    assert ("line", "[bip]") not in twilio.dial(CALLER, LINE).transcript


def test_speaking_needs_a_beep(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, "<Gather/>")
    with pytest.raises(RuntimeError, match="n'enregistre pas"):
        twilio.dial(CALLER, LINE).speak(seconds=3)


def test_a_callback_for_another_event_is_not_made(twilio: Twilio, product: Product) -> None:
    records(product, callback=f'{CALLBACK} recordingStatusCallbackEvent="absent"')
    twilio.dial(CALLER, LINE).speak(seconds=3)
    twilio.settle()
    assert product.to(TOLD) == []

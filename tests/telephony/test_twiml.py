"""Each step as Twilio reads it, letter by letter; and any text at all, without a complaint."""

from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.steps import Ask, Connect, HangUp, Heard, Say, TakeMessage
from simulator.twiml import parse
from telephony.twiml import EMPTY, SAID_AT_MOST, Voice, Writer, clean

ORIGIN = "https://astreinte.example"
WRITER = Writer(ORIGIN, Voice("fr-FR", "Polly.Lea-Neural"), "+33586077777", 3)
PLAIN = Writer(ORIGIN, Voice("fr-FR", ""), "+33586077777", 0)
LEA = '<Say language="fr-FR" voice="Polly.Lea-Neural">'
HOOKS = f"{ORIGIN}/webhooks/voice"

GOLDEN = [
    pytest.param((Say("Bonjour"),), f"{LEA}Bonjour</Say>", id="say"),
    pytest.param((Say(" \t"),), "", id="nothing to say: an empty <Say> would be a fault"),
    pytest.param((HangUp(),), "<Hangup/>", id="hang up"),
    pytest.param(
        (Ask("Tapez 1"),),
        f'<Gather input="dtmf" action="{HOOKS}/pressed?n=3" timeout="5" numDigits="1" finishOnKey="#">'
        f"{LEA}Tapez 1</Say></Gather><Redirect>{HOOKS}/silent?n=3</Redirect>",
        id="one key; silence is told by a redirect",
    ),
    pytest.param(
        (Ask("Votre code", digits=None, patience=9),),
        f'<Gather input="dtmf" action="{HOOKS}/pressed?n=3" timeout="9" finishOnKey="#">'
        f"{LEA}Votre code</Say></Gather><Redirect>{HOOKS}/silent?n=3</Redirect>",
        id="keys until #",
    ),
    pytest.param(
        (TakeMessage("Parlez", longest=120, patience=4),),
        f'{LEA}Parlez</Say><Record action="{HOOKS}/recorded?n=3" maxLength="120" timeout="4" finishOnKey="#"'
        f' playBeep="true" trim="do-not-trim" recordingStatusCallback="{ORIGIN}/webhooks/recording#rc=3&amp;rp=all"'
        f' recordingStatusCallbackEvent="completed absent"/><Redirect>{HOOKS}/recorded?n=3</Redirect>',
        id="a message, silent or not, leads to the same place",
    ),
    pytest.param(
        (Say("Un instant"), Connect("+33536490101", 20)),
        f'{LEA}Un instant</Say><Dial action="{HOOKS}/dialled?n=3" timeout="20" answerOnBridge="true"'
        f' callerId="+33586077777"><Number url="{HOOKS}/whisper?n=3">+33536490101</Number></Dial>',
        id="a colleague sees our number, never the caller's",
    ),
    pytest.param((), "", id="nothing: the two are put through"),
]


def response(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


@pytest.mark.parametrize(("heard", "expected"), GOLDEN)
def test_a_step_to_the_letter(heard: Heard, expected: str) -> None:
    assert WRITER.document(heard) == response(expected)
    assert parse(WRITER.document(heard).encode()).warnings == ()


def test_the_documents_that_are_no_steps() -> None:
    assert WRITER.redirect(f"{HOOKS}/pressed?n=3&Digits=1") == response(
        f'<Pause length="1"/><Redirect>{HOOKS}/pressed?n=3&amp;Digits=1</Redirect>'
    )
    assert WRITER.whisper("Appel", 8) == response(
        f'<Gather input="dtmf" action="{HOOKS}/accepted?n=3" timeout="8" numDigits="1">'
        f"{LEA}Appel</Say></Gather><Hangup/>"
    )
    assert '<Say language="fr-FR">Oui</Say>' in PLAIN.document((Say("Oui"),))
    for document in (WRITER.redirect(HOOKS), WRITER.whisper("Appel", 8), EMPTY):
        assert parse(document.encode()).warnings == ()


def test_a_message_may_recall_whose_it_is() -> None:
    writer = Writer(
        ORIGIN, PLAIN.voice, PLAIN.caller_id, 0, after_message="thanks", recall="?From=%2B33199001001&To=%22%26"
    )
    (record,) = parse(writer.document((TakeMessage("Parlez"),)).encode()).root.findall("Record")
    assert record.get("recordingStatusCallback") == (
        f"{ORIGIN}/webhooks/recording?From=%2B33199001001&To=%22%26#rc=3&rp=all"
    )
    assert record.get("action") == f"{HOOKS}/thanks?n=0"


anything = st.text(st.characters(), max_size=300)  # surrogates too
STEPS = st.one_of(
    anything.map(Say),
    st.builds(Ask, anything, st.sampled_from([1, 6, None]), st.integers(1, 60)),
    st.builds(TakeMessage, anything),
    st.builds(Connect, st.sampled_from(["+33536490101", "+590590123456"]), st.integers(5, 60)),
    st.just(HangUp()),
)


@given(anything)
@example("]]> <![CDATA[ <Hangup/> &amp; </Say>")
@example("\x00\x0b\x1f\x7f\x85\ufffe\uffff\ud800 \U0001f525 \u202e")
@example("a\r\nb\rc\n\td")
@example("é" * 10_000)
@example("&" * 10_000)
def test_any_text_is_read_back_as_it_was_meant(text: str) -> None:
    document = WRITER.document((Say(text),)).encode()
    root = ElementTree.fromstring(document)
    said = [say.text for say in root.iter("Say")]
    assert said == ([clean(text)] if clean(text).strip() else [])
    assert parse(document).warnings == ()


@given(st.lists(STEPS, max_size=3))
def test_any_steps_make_a_document_without_a_fault(heard: list[Say | Ask | TakeMessage | Connect | HangUp]) -> None:
    document = parse(WRITER.document(tuple(heard)).encode())
    assert document.warnings == ()
    for node in document.root.iter():
        for name in ("action", "url", "recordingStatusCallback"):
            assert node.get(name, ORIGIN).startswith(ORIGIN), "Twilio: absolute addresses only are sure"
        assert node.get("callerId", "+33586077777") == "+33586077777"


def test_the_longest_documents_stay_below_what_twilio_takes() -> None:
    """64 kB; the dearest characters are the escaped ones."""
    longest = "&" * 10 * SAID_AT_MOST
    document = WRITER.document((Say(longest), Say(longest), TakeMessage(longest))).encode()
    assert 3 * SAID_AT_MOST < len(document) < 64_000
    assert parse(document).warnings == ()


@given(anything)
def test_clean_text_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(clean(text)) <= SAID_AT_MOST
    clean(text).encode()

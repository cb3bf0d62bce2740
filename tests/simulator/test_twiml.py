"""What Twilio refuses, what it only warns of, and the vocabulary compared with the official SDK."""

import inspect
import re

import pytest
from twilio.twiml import voice_response

from simulator.door import Answer
from simulator.twiml import TwimlRefused, parse, read, text_of
from simulator.twiml_table import MESSAGING, NOT_SIMULATED, VOICE


def document(inside: str) -> bytes:
    return f"<Response>{inside}</Response>".encode()


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        pytest.param("<Say>a & b</Say>", 12100, id="a bare ampersand"),
        pytest.param("<Say>\x0b</Say>", 12100, id="a control character"),
        pytest.param("<Say>", 12100, id="never closed"),
        pytest.param("<say>Bonjour</say>", 12200, id="names are case-sensitive"),
        pytest.param("<Gather><Dial>+33536490101</Dial></Gather>", 12200, id="a Dial inside a Gather"),
        pytest.param("<Gather><Gather/></Gather>", 12200, id="a Gather inside a Gather"),
        pytest.param("<Say><Pause/></Say>", 12200, id="a Pause inside a Say"),
        pytest.param("<Number>+33536490101</Number>", 12200, id="a Number outside a Dial"),
        pytest.param("<Enqueue>file</Enqueue>", 12200, id="a verb these phones do not know"),
        pytest.param(f"<Say>{'a' * 65536}</Say>", 11750, id="more than 64 kB"),
    ],
)
def test_refused_documents(inside: str, code: int) -> None:
    with pytest.raises(TwimlRefused) as refused:
        parse(document(inside))
    assert refused.value.code == code


@pytest.mark.parametrize("body", [b"", b"<Reponse/>", b"<!DOCTYPE x><Response/>", "é".encode("latin-1")])
def test_what_is_not_a_response(body: bytes) -> None:
    with pytest.raises(TwimlRefused, match="12100"):
        parse(body)


@pytest.mark.parametrize(
    ("inside", "warning"),
    [
        pytest.param('<Say lang="fr-FR">a</Say>', "'lang'", id="an attribute that does not exist"),
        pytest.param('<Gather NumDigits="1"/>', "'NumDigits'", id="an attribute in the wrong case"),
        pytest.param('<Gather numDigits="one"/>', "numDigits", id="a number in letters"),
        pytest.param('<Gather numDigits="0"/>', "numDigits", id="no digit at all"),
        pytest.param('<Gather finishOnKey="##"/>', "finishOnKey", id="two finishing keys"),
        pytest.param('<Gather actionOnEmptyResult="yes"/>', "actionOnEmptyResult", id="yes is no boolean"),
        pytest.param('<Gather method="PUT"/>', "method", id="another method"),
        pytest.param('<Gather action="http://mon_hote.example/"/>', "action", id="an underscore in the host"),
        pytest.param('<Gather action=""/>', "action", id="an empty address"),
        pytest.param('<Gather input="dtmf,speech"/>', "input", id="a comma in a list of words"),
        pytest.param('<Record playBeep="yes"/>', "playBeep", id="yes is no boolean either"),
        pytest.param('<Record trim="true"/>', "trim", id="trim has two words"),
        pytest.param("<Record recordingStatusCallbackEvent=\"['completed']\"/>", "Event", id="a Python list"),
        pytest.param('<Dial timeout="0">+33536490101</Dial>', "timeout", id="no time to ring"),
        pytest.param('<Dial><Number statusCallbackEvent="answer">+33536490101</Number></Dial>', "Event", id="a typo"),
        pytest.param("<Dial><Number/></Dial>", "<Number> is empty", id="a Number of nobody"),
        pytest.param("<Redirect/>", "<Redirect> is empty", id="a Redirect to nowhere"),
        pytest.param("<Say> </Say>", "nothing to say", id="a Say of nothing"),
        pytest.param(f"<Say>{'a' * 4097}</Say>", "4097", id="a very long Say"),
        pytest.param("<Play/>", "neither", id="a Play of nothing"),
        pytest.param("Bonjour", "loose text", id="text outside any verb"),
        pytest.param('<Hangup reason="x"/>', "'reason'", id="a Hangup takes nothing"),
    ],
)
def test_warnings(inside: str, warning: str) -> None:
    [told] = parse(document(inside)).warnings
    assert warning in told


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<Say voice="Polly.Lea-Neural" language="fr-FR">Été <break time="200ms"/></Say>',
        '<Say language="fr-FR"><prosody rate="slow"><say-as interpret-as="digits">1</say-as></prosody></Say>',
        '<Gather numDigits="1" timeout="5" finishOnKey="" actionOnEmptyResult="true" action="https://a.example/x#rc=2"/>',
        '<Record maxLength="120" timeout="5" finishOnKey="#" trim="do-not-trim" playBeep="true"'
        ' recordingStatusCallbackEvent="completed absent" recordingStatusCallback="/r" action="/a"/>',
        '<Dial timeout="20" answerOnBridge="true" callerId="+33586077777" sequential="true">'
        '<Number url="/w" statusCallbackEvent="initiated ringing answered completed">+33536490101</Number></Dial>',
        "<Dial>+33536490101</Dial>",
        '<Start><Transcription languageCode="fr-FR" track="inbound_track"/></Start>',
        '<Stop><Transcription name="a"/></Stop>',
        '<Reject reason="busy"/><Pause length="2"/><Leave/><Hangup/>',
        "<!-- une remarque --><Redirect method='GET'>/x</Redirect>",
    ],
)
def test_good_documents(inside: str) -> None:
    assert parse(document(inside)).warnings == ()


def test_a_comment_is_not_a_verb() -> None:
    assert [verb.tag for verb in parse(document("<!-- a --><Hangup/>")).root] == ["Hangup"]


def test_plain_text_is_read_aloud_with_a_warning() -> None:
    plain = read(Answer(200, {"content-type": "text/plain"}, b"Bonjour"))
    assert (text_of(plain.root), len(plain.warnings)) == ("Bonjour", 1)


def test_what_is_heard_of_markup() -> None:
    said = parse(document("<Say> Un <sub alias='deux'>2</sub><break/>trois\n quatre </Say>")).root
    assert text_of(said) == "Un deux trois quatre"


def sdk_vocabulary() -> dict[str, tuple[set[str], set[str]]]:
    """Attributes and children of each element, read from the source of the official SDK's methods."""
    classes = {
        name: cls
        for name, cls in inspect.getmembers(voice_response, inspect.isclass)
        if cls.__module__ == voice_response.__name__
    }
    tags = {name: re.search(r'self\.name = "(.+?)"', inspect.getsource(cls)) for name, cls in classes.items()}
    named = {name: found[1] for name, found in tags.items() if found}
    found: dict[str, tuple[set[str], set[str]]] = {tag: (set(), set()) for tag in named.values()}
    for name, cls in classes.items():
        for _, method in inspect.getmembers(cls, inspect.isfunction):
            nested = re.search(r"self\.nest\(\s*(\w+)\((.*?)\)\s*\)\s*$", inspect.getsource(method), re.S)
            if nested and nested[1] in named and name in named:
                found[named[name]][1].add(named[nested[1]])
                found[named[nested[1]]][0].update(re.findall(r"(\w+)=", nested[2]))
    return found


SDK = sdk_vocabulary()
# Arguments of the SDK that become the element's text, or that Python could not name as TwiML does.
AS_TEXT = {"Say": {"message"}, "Play": {"url"}, "Dial": {"number"}}


def as_twiml(argument: str) -> str:
    special = {"xml_lang": "xml:lang", "interpret_as": "interpret-as", "from_": "from"}
    first, *rest = argument.split("_")
    return special.get(argument) or first + "".join(word.capitalize() for word in rest)


@pytest.mark.parametrize("tag", sorted(VOICE))
def test_the_vocabulary_is_the_sdk_s(tag: str) -> None:
    arguments, children = SDK[tag]
    texts = {"words", *AS_TEXT.get(tag, ())}
    assert set(VOICE[tag].attributes) == {as_twiml(a) for a in arguments - texts}
    assert VOICE[tag].children == children - NOT_SIMULATED


def test_messages_may_hold_text_or_a_body() -> None:
    assert parse(document("<Message>Bien reçu</Message>"), MESSAGING).warnings == ()
    assert parse(document("<Message to='+33639980002'><Body>Bien reçu</Body></Message>"), MESSAGING).warnings == ()
    with pytest.raises(TwimlRefused, match="12200"):
        parse(document("<Say>Bonjour</Say>"), MESSAGING)

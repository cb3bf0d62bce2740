"""An engineer's SMS: understood in the spellings people type, and asked again rather than guessed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import gsm7, sms_commands
from notifications.sms_commands import Command, Has, Unknown, Verb, understood
from notifications.texts import About
from oncall.escalation import HandOn
from tickets import reference

OK, NON, QUI = Verb.TAKE, Verb.HAND_ON, Verb.WHO
ONE = "NVL-26-00001-8"
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 9, 12, 22, 10, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("OK NVL-26-00001-8", Command(OK, ONE), id="as we write it"),
        pytest.param("ok nvl-26-00001-8", Command(OK, ONE), id="lower case"),
        pytest.param("Ok 26000018", Command(OK, ONE), id="digits only"),
        pytest.param("OK26000018", Command(OK, ONE), id="nothing between"),
        pytest.param("ok nvl26000018", Command(OK, ONE), id="no dashes"),
        pytest.param("Ok NVL 26 00001 8.", Command(OK, ONE), id="spaces, full stop"),
        pytest.param("ok 26 00001 8", Command(OK, ONE), id="digits in groups"),
        pytest.param("ok 26-000018", Command(OK, ONE), id="one dash"),
        pytest.param("OK NVL–26–00001–8", Command(OK, ONE), id="another dash"),
        pytest.param("OK: n°26000018", Command(OK, ONE), id="a number sign"),
        pytest.param("ok le ticket 26000018 je m'en occupe", Command(OK, ONE), id="words around"),
        pytest.param("ok 26-00001-8, 3 serveurs", Command(OK, ONE), id="a number after"),
        pytest.param("  \n«OK» NVL-26-00001-8", Command(OK, ONE), id="quoted"),
        pytest.param("O.K. 26000018", Command(OK, ONE), id="with dots"),
        pytest.param("ＯＫ ２６００００１８", Command(OK, ONE), id="wide letters"),
        pytest.param("OK", Command(OK), id="alone"),
        pytest.param("ok !", Command(OK), id="alone, with emphasis"),
        pytest.param("Ok 👍", Command(OK), id="alone, with a thumb"),
        pytest.param("OK mais je ne peux pas", None, id="words without a reference take nothing"),
        pytest.param("OK 12", None, id="nor does a number that is none"),
        pytest.param("okay", None, id="another word"),
        pytest.param("oksana", None, id="a name"),
        pytest.param("non", Command(NON), id="no"),
        pytest.param("NON 26000018", Command(NON, ONE), id="no, with its reference"),
        pytest.param("Non nvl 26-00001-8 - je suis malade !", Command(NON, ONE, "je suis malade"), id="and a reason"),
        pytest.param("NON, déjà sur NVL-26-00002-6", Command(NON, "", "déjà sur NVL-26-00002-6"), id="another's"),
        pytest.param("NON 2 pannes déjà", Command(NON, "", "2 pannes déjà"), id="a reason that begins with a number"),
        pytest.param("NON pas avant 23h", Command(NON, "", "pas avant 23h"), id="a reason that holds one"),
        pytest.param("NON 26000018 23h", Command(NON, ONE, "23h"), id="an hour after the reference"),
        pytest.param("NON normalement c'est Paul", Command(NON, "", "normalement c'est Paul"), id="« no » is in it"),
        pytest.param("nonobstant", None, id="a longer word"),
        pytest.param("OK tour", Command(OK, shift=True), id="the shift"),
        pytest.param("NON pour mon astreinte, malade", Command(NON, shift=True), id="not the shift"),
        pytest.param("NON, tournée de nuit", Command(NON, "", "tournée de nuit"), id="a longer word than « tour »"),
        pytest.param("QUI", Command(QUI), id="who"),
        pytest.param("qui ?", Command(QUI), id="who, asked"),
        pytest.param("Qui 26000018 ?", Command(QUI, ONE), id="who has it"),
        pytest.param("qui l'a pris ?", Command(QUI), id="who, in a sentence"),
        pytest.param("OK NVL-26-00001-9", Unknown("NVL-26-00001-9"), id="wrong check digit"),
        pytest.param("OK 26000019", Unknown("26000019"), id="wrong digits"),
        pytest.param("ok nvl", Unknown("nvl"), id="the prefix alone"),
        pytest.param("NON 2600001 malade", Unknown("2600001"), id="a digit is missing"),
        pytest.param("QUI 2600001", Unknown("2600001"), id="of whom"),
        pytest.param("", None, id="nothing"),
        pytest.param("👍", None, id="a thumb alone is no word"),
        pytest.param("NVL-26-00001-8", None, id="a reference alone asks nothing"),
        pytest.param("Je conduis, je réponds plus tard", None, id="an automatic answer"),
    ],
)  # fmt: skip
def test_what_is_understood(text: str, expected: Command | Unknown | None) -> None:
    assert understood(text, "NVL") == expected


ALERT = "NVL-26-00002-6 IDLINE : Internet, Client Démo Un. 06 39 98 10 01, 12/09 22:04 https://astreinte.example/t/abc"
PHONE = "(+33 6 39 98 00 02)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"OK\n> {ALERT}", Command(OK), id="the alert quoted with a mark"),
        pytest.param(f"OK\n{ALERT}", Command(OK), id="the alert quoted without any mark"),
        pytest.param(f"OK > {ALERT}", Command(OK), id="quoted on the same line"),
        pytest.param(f"OK\n\nLe 12/09/2026 à 22:04, NVL a écrit :\n{ALERT}", Command(OK), id="quoted as a mail is"),
        pytest.param(f"OK\n\nLe sam. 12 sept. 2026 à 22:04, NVL {PHONE}\na écrit :\n> {ALERT}", Command(OK),
                     id="a heading on two lines"),
        pytest.param(f"OK\n\nOn Sat, 12 Sep 2026, NVL wrote:\n{ALERT}", Command(OK), id="an English telephone"),
        pytest.param(f"OK\n----- Message d'origine -----\n{ALERT}", Command(OK), id="an old telephone"),
        pytest.param(f"OK\nDe : NVL\nEnvoyé : samedi\n{ALERT}", Command(OK), id="headers instead of a mark"),
        pytest.param(f"OK\n« {ALERT} »", Command(OK), id="in quotation marks"),
        pytest.param(f"> {ALERT}\n\nOK", Command(OK), id="the answer below the quoted alert"),
        pytest.param(f"Le 12/09/2026 à 22:04, NVL a écrit :\n> {ALERT}\n\nOK", Command(OK), id="below its heading"),
        pytest.param(f"OK {ONE}\n> {ALERT}", Command(OK, ONE), id="the ticket named, another quoted"),
        pytest.param(f"OK\n{ONE}", Command(OK, ONE), id="the reference on a line of its own"),
        pytest.param("OK\n26000018", Command(OK, ONE), id="its digits on a line of their own"),
        pytest.param("OK\nNVL-26-00001-9", Unknown("NVL-26-00001-9"), id="mistyped on a line of its own"),
        pytest.param("OK\ntour", Command(OK, shift=True), id="the shift on a line of its own"),
        pytest.param("OK\nTour Montparnasse, Paris", Command(OK), id="an address is no shift"),
        pytest.param("OK\n-- \nJean Martin\n06 39 98 00 02", Command(OK), id="a signature"),
        pytest.param("OK\n--\n26000018", Command(OK), id="digits of a signature are no reference"),
        pytest.param("OK\n—\nJean Martin", Command(OK), id="the two dashes that a telephone makes one"),
        pytest.param("OK\n--Jean Martin", Command(OK), id="dashes and name on one line"),
        pytest.param("OK\nJean Martin", Command(OK), id="a name without dashes: the first line decides"),
        pytest.param("OK\n0639980002", Command(OK), id="a telephone number is no reference"),
        pytest.param(f"OK {ONE}\n\nEnvoyé de mon iPhone", Command(OK, ONE), id="a telephone that signs"),
        pytest.param("OK\nSent from my Galaxy", Command(OK), id="in English"),
        pytest.param("NON pas dispo", Command(NON, "", "pas dispo"), id="no, with a reason"),
        pytest.param("NON pas dispo\n\nEnvoyé de mon iPhone", Command(NON, "", "pas dispo"), id="no reason it signs"),
        pytest.param(f"NON pas dispo\n> {ALERT}", Command(NON, "", "pas dispo"), id="nor what is quoted"),
        pytest.param("NON\nje suis malade\n-- \nJean", Command(NON, "", "je suis malade"), id="the reason below"),
        pytest.param(f"NON\n{ONE}\nmalade", Command(NON, ONE, "malade"), id="reference, then reason"),
        pytest.param("OK\u00a0!", Command(OK), id="a no-break space"),
        pytest.param("\u2068OK\u2069", Command(OK), id="marks of direction that no screen shows"),
        pytest.param("O\u200bK NVL\u201126\u201100001\u20118", Command(OK, ONE), id="invisible within the word"),
        pytest.param("ＯＫ\n＞ ＮＶＬ", Command(OK), id="wide letters, a wide mark"),
        pytest.param("👍\nOK", Command(OK), id="a thumb is no line"),
        pytest.param("OK\r\n\r\n> x", Command(OK), id="the other line ends"),
        pytest.param(f"👍 à « {ALERT} »", None, id="a reaction is no word: asked again"),
        pytest.param(f"A aimé « OK {ONE} »", None, id="nor is one in words"),
        pytest.param(f"> OK {ONE}", None, id="what is only quoted was not said"),
        pytest.param("Bonsoir\nOK", None, id="the first line decides"),
        pytest.param("-- \nOK", None, id="a signature alone says nothing"),
    ],
)  # fmt: skip
def test_who_wrote_which_line(text: str, expected: Command | Unknown | None) -> None:
    assert understood(text, "NVL") == expected


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=40)
ANSWERS = st.sampled_from([
    "OK", "ok.", "OK !", "Ok 👍", f"OK {ONE}", "ok 26000018", "OK tour", "NON", "NON malade", f"NON {ONE} malade",
    "QUI ?", f"QUI {ONE}", "OK NVL-26-00001-9",
])  # fmt: skip
QUOTES = st.lists(WORDS | st.just(ALERT), min_size=1, max_size=4).map(lambda lines: [f"> {line}" for line in lines])
BELOW = st.one_of(
    QUOTES,
    QUOTES.map(lambda lines: ["Le 12/09/2026 à 22:04, NVL a écrit :", *(line[2:] for line in lines)]),
    st.lists(WORDS | st.just(ONE), max_size=4).map(lambda lines: ["-- ", *lines]),
    WORDS.map(lambda told: [f"Envoyé de mon {told}"]),
)


@given(ANSWERS, st.lists(BELOW, min_size=1, max_size=3))
def test_a_quote_or_a_signature_below_changes_nothing(answer: str, below: list[list[str]]) -> None:
    lines = [line for part in below for line in part]
    assert understood("\n".join([answer, "", *lines]), "NVL") == understood(answer, "NVL")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"OK\n> {ALERT}", {"NVL-26-00002-6"}, id="quoted with a mark"),
        pytest.param(f"OK\n{ALERT}", {"NVL-26-00002-6"}, id="quoted without one"),
        pytest.param(f"> {ALERT}\nOK", {"NVL-26-00002-6"}, id="quoted above"),
        pytest.param(f"OK\n-- \n{ONE}", set(), id="a signature quotes nothing"),
        pytest.param("OK\n> 26000018", set(), id="digits alone are no quoted reference"),
        pytest.param("OK\n> NVL-26-00001-9", set(), id="nor is one with a wrong digit"),
    ],
)  # fmt: skip
def test_what_is_quoted(text: str, expected: set[str]) -> None:
    assert sms_commands.quoted(text, "NVL") == expected


@given(
    st.sampled_from(Verb),
    st.integers(0, 99),
    st.integers(1, 9_999_999),
    st.sampled_from(["", "NVL", "nvl", "Nvl ", "NVL-", "n° ", "ticket "]),
    st.sampled_from(["", " ", "-", " - ", ".", "/", "‑"]),
)
def test_any_reference_in_any_spelling(verb: Verb, year: int, sequence: int, lead: str, between: str) -> None:
    ticket = reference.compose("NVL", year, sequence)
    _, *parts = ticket.split("-")
    assert understood(f"{verb} {lead}{between.join(parts)}", "NVL") == Command(verb, ticket)


@given(st.text(max_size=200))
def test_any_text_is_read_in_peace(text: str) -> None:
    for verb in ("", "OK ", "NON ", "QUI "):
        read = understood(verb + text, "NVL")
        if isinstance(read, Command):
            assert read.reason.isprintable()
            assert read.verb is Verb.HAND_ON or not read.reason


NAMES = st.text(max_size=80)
MOMENTS = st.none() | st.integers(-10_000, 0).map(lambda minutes: NOW + timedelta(minutes=minutes))
HAS = st.builds(
    Has, ticket=st.just(ONE), name=NAMES, since=MOMENTS, is_mine=st.booleans(), wanted=st.booleans()
)  # fmt: skip


@given(NAMES, st.lists(HAS, min_size=1, max_size=5), st.integers(2, 30))
def test_every_answer_is_one_segment(name: str, known: list[Has], many: int) -> None:
    about = About(reference=ONE, organisation="", line="", received_at=NOW, client=name, caller="+33639981001")
    answers = [
        sms_commands.taken(about), sms_commands.not_yours(known[0], NOW), sms_commands.not_asked(ONE),
        sms_commands.stays(ONE), sms_commands.who_has(known, NOW), sms_commands.which([ONE] * many),
        sms_commands.unknown(name), sms_commands.nothing_waits(), sms_commands.no_shift_waits(),
        sms_commands.shift_or_ticket(ONE), sms_commands.not_understood(),
        *(sms_commands.passed_on(ONE, handed_on) for handed_on in HandOn),
    ]  # fmt: skip
    for text in answers:
        assert text
        assert set(text) <= gsm7.BASIC | gsm7.EXTENDED
        assert gsm7.segments(text) == 1


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        pytest.param(Has(ONE, "Ingénieur 2", NOW.replace(hour=22, minute=7)), "déjà pris par Ingénieur 2 à 22:07.",
                     id="today"),
        pytest.param(Has(ONE, "Ingénieur 2", NOW.replace(day=11)), "déjà pris par Ingénieur 2 le 11/09 à 22:10.",
                     id="yesterday"),
        pytest.param(Has(ONE), "n'est pas à prendre.", id="nobody's"),
    ],
)  # fmt: skip
def test_it_is_somebody_elses(has: Has, expected: str) -> None:
    assert expected in sms_commands.not_yours(has, NOW)


def test_who_has_them() -> None:
    seven = NOW.replace(minute=7)
    told = sms_commands.who_has([Has(ONE, "Ingénieur 2", seven, is_mine=True), Has("NVL-26-00002-6", wanted=True)], NOW)
    assert told == "NVL-26-00001-8 : à vous à 22:07. NVL-26-00002-6 : personne encore."
    worse = sms_commands.who_has([Has(ONE, "Ingénieur 2", seven, wanted=True)], NOW)
    assert worse == "NVL-26-00001-8 : il s'aggrave, pris par Ingénieur 2 à 22:07."

"""What is written: SMS in GSM-7 and one segment, mail that no name can break."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.effects import Refusal
from notifications import gsm7, texts
from notifications.texts import About
from tests.support.strategies_directory import HOSTILE

LOSS = About(
    reference="NVL-26-00001-8",
    organisation="Groupe NVL",
    line="+33586077777",
    received_at=datetime(2026, 9, 12, 22, 4, tzinfo=UTC),
    entity="IDLINE",
    client="Client Démo Un",
    service="Accès internet",
    sites=("Bordeaux", "Pau"),
    caller="+33199001001",
)
NAMES = st.sampled_from((*HOSTILE, "x" * 200, "é€[]" * 50, "\x00\x07\x1b", "日本語")) | st.text(max_size=200)
ABOUTS = st.builds(
    About,
    reference=st.sampled_from(["NVL-26-00001-8", "NVLNVL-26-123456789012-0"]),
    organisation=NAMES,
    line=st.just("+33586077777"),
    received_at=st.just(LOSS.received_at),
    entity=NAMES,
    client=NAMES,
    service=NAMES,
    sites=st.lists(NAMES, max_size=10),
    caller=st.sampled_from([None, "+33199001001", "+390612345678", "+590590123456"]),
    refusal=st.sampled_from([None, *Refusal]),
)


LINK = "https://astreinte.example/t/AbCdEfGhIjKl1z"


def is_gsm7(text: str) -> bool:
    return all(letter in gsm7.BASIC or letter in gsm7.EXTENDED for letter in text)


def test_what_a_page_says() -> None:
    assert texts.page_sms(LOSS, LINK) == (
        "NVL-26-00001-8 IDLINE: perte Accès internet, Client Démo Un (Bordeaux, Pau)."
        f" 01 99 00 10 01, 12/09 22:04 {LINK}"
    )


def test_a_long_address_takes_a_second_segment_and_no_name() -> None:
    text = texts.page_sms(LOSS, "https://" + "a" * 80 + ".example/t/AbCdEfGhIjKl1z")
    assert gsm7.segments(text) == 2
    assert ": perte Accès internet, Client D" in text


def test_what_a_receipt_says() -> None:
    assert texts.receipt_sms(LOSS) == (
        "Groupe NVL : votre ticket NVL-26-00001-8 est ouvert (12/09 22:04). Suivi : 05 86 07 77 77, touche 5."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"client": "x" * 200}, ("xxxxxxxxxx", "Accès internet", "01 99 00 10 01"), id="a long client"),
        pytest.param({"service": "y" * 200}, ("Client Démo Un", "yyyyyyyy", "01 99 00 10 01"), id="a long service"),
        pytest.param({"entity": "z" * 200}, ("Client Démo Un", "Accès internet"), id="a long entity"),
        pytest.param({"sites": ("Bordeaux",) * 30}, ("Client Démo Un", "(Bordeaux,"), id="thirty sites"),
        pytest.param({"client": ""}, ("client inconnu",), id="no client"),
        pytest.param({"service": ""}, ("perte de service",), id="no service"),
        pytest.param({"entity": ""}, ("NVL-26-00001-8: perte",), id="no entity"),
        pytest.param({"caller": None}, (". numéro masqué,",), id="a withheld caller"),
        pytest.param({"client": "Forêt de l’Œuvre"}, ("Foret de l'OEuvre",), id="letters that GSM-7 lacks"),
        pytest.param({"client": "Société 😀"}, ("Société,", "Accès"), id="an emoji disappears"),
        pytest.param({"client": "deux\nlignes\x00"}, ("deux lignes",), id="control characters"),
    ],
)
def test_names_give_way_to_each_other(changes: dict[str, object], words: tuple[str, ...]) -> None:
    """Reference, client and call-back number are in every page."""
    text = texts.page_sms(replace(LOSS, **changes), LINK)  # type: ignore[arg-type]
    if "client" not in changes or changes["client"] != "Société 😀":
        assert [word for word in words if word not in text] == []
    assert text.startswith("NVL-26-00001-8")
    assert gsm7.segments(text) == 1


@given(ABOUTS)
def test_every_sms_is_one_segment_of_gsm7(about: About) -> None:
    """Whatever things are called; the reference is whole, and the number to call back."""
    for text in (texts.page_sms(about, LINK), texts.receipt_sms(about)):
        assert is_gsm7(text)
        assert gsm7.segments(text) == 1
        assert about.reference in text
    assert texts.page_sms(about, LINK).endswith(f", 12/09 22:04 {LINK}")
    assert texts.receipt_sms(about).endswith("05 86 07 77 77, touche 5.")


@given(ABOUTS)
def test_every_mail_can_be_sent(about: About) -> None:
    """No name breaks a header, nor adds one."""
    for subject, body in (
        texts.desk_mail(about),
        texts.added_mail(about),
        texts.escalation_mail(about, texts.Way.PHONE, about.client),
        texts.unverified_escalation_mail(about, texts.Way.MAIL, about.client),
    ):
        message = EmailMessage(policy=SMTP)
        message["Subject"] = subject
        message.set_content(body.encode("utf-8", "replace").decode())
        assert about.reference in str(message["Subject"])
        assert message.keys().count("Bcc") == 0
        assert subject.isprintable()


@pytest.mark.parametrize("refusal", [pytest.param(refusal, id=refusal) for refusal in Refusal])
def test_the_desk_reads_why(refusal: Refusal) -> None:
    _, body = texts.desk_mail(replace(LOSS, refusal=refusal))
    assert f"Motif : {texts.REASONS[refusal]}" in body
    assert "Appelant : 01 99 00 10 01" in body


# ---------------------------------------------------------------- the alphabet
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("éèàùìòñäöüÇ", "éèàùìòñäöüÇ", id="what GSM-7 has"),
        pytest.param("çêâîôûëïÀÂÈ", "ceaioueiAAE", id="what it lacks loses its accent"),
        pytest.param("« l’œuvre » – 24 h/24…", '" l\'oeuvre " - 24 h/24...', id="typography"),
        pytest.param("5 €", "5 €", id="the euro sign counts twice"),
        pytest.param("n°2 m²", "no2 m2", id="degrees and squares"),
        pytest.param("😀日", "", id="what has no likeness disappears"),
    ],
)
def test_normalising(text: str, kept: str) -> None:
    assert gsm7.normalise(text) == kept


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        pytest.param("a" * 160, 1, id="a full one"),
        pytest.param("a" * 161, 2, id="one too many"),
        pytest.param("a" * 159 + "€", 2, id="the euro sign takes two"),
        pytest.param("a" * 306, 2, id="two full parts"),
        pytest.param("a" * 307, 3, id="three parts"),
    ],
)
def test_segments(text: str, segments: int) -> None:
    assert gsm7.segments(text) == segments


@given(st.text(), st.integers(1, 200))
def test_shortening_keeps_within_the_room(text: str, room: int) -> None:
    short = gsm7.shorten(gsm7.normalise(text), room)
    assert gsm7.septets(short) <= room

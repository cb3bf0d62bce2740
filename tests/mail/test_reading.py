"""Mail as real programs write it, and as nobody should: read as far as it goes, and never raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.reading import PARTS_AT_MOST, read, safe_name, unquoted

HEAD = b"From: A <a@b.example>\nMessage-ID: <1@b.example>\n"


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        pytest.param(b"=?utf-8?q?Panne_=C3=A0?= =?iso-8859-1?Q?_Pau?=", "Panne à Pau", id="RFC 2047, mixed"),
        pytest.param("Panne à Pau".encode(), "Panne à Pau", id="raw UTF-8"),
        pytest.param("Panne à Pau €".encode("cp1252"), "Panne à Pau €", id="raw Windows"),
        pytest.param(b"=?inconnu?q?Panne?=", "=?inconnu?q?Panne?=", id="an alphabet of nowhere"),
        pytest.param(b"=?utf-8?b?####?=", "=?utf-8?b?####?=", id="broken base64"),
        pytest.param(b"Panne\n \tpli", "Panne pli", id="folded"),
        pytest.param(b"", "", id="empty"),
        pytest.param(b"a\x00b", "ab", id="NUL"),
    ],
)
def test_subjects(header: bytes, subject: str) -> None:
    assert read(HEAD + b"Subject: " + header + b"\n\nx").subject == subject


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        pytest.param(b"iso-8859-1", "1 200 € à l’heure".encode("cp1252"), "1 200 € à l’heure", id="Windows as Latin-1"),
        pytest.param(b"unknown-8bit", "été".encode(), "été", id="unknown-8bit"),
        pytest.param(b"utf-8", "été".encode("cp1252"), "été", id="not UTF-8 at all"),
        pytest.param(b"nulle-part", "été".encode(), "été", id="no such alphabet"),
        pytest.param(b"us-ascii", "été".encode(), "été", id="more than ASCII"),
        pytest.param(b"utf-8", b"a\x00b", "ab", id="NUL"),
    ],
)
def test_alphabets(charset: bytes, body: bytes, text: str) -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=" + charset + b"\nContent-Transfer-Encoding: 8bit\n\n" + body
    assert read(raw).text.strip() == text


def test_without_a_charset() -> None:
    assert read(HEAD + b"\n" + "été".encode()).text == "été"


def multipart(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    return (
        HEAD + b"Content-Type: multipart/" + kind + b"; boundary=x\n\n"
        + b"".join(b"--x\n" + part + b"\n" for part in parts) + b"--x--\n"
    )  # fmt: skip


def test_the_plain_part_before_html() -> None:
    letter = read(multipart(b"Content-Type: text/html\n\n<b>riche</b>", b"Content-Type: text/plain\n\nsimple"))
    assert letter.text.strip() == "simple"


def test_html_alone_is_read_without_its_tags() -> None:
    html = b"<style>p{}</style><p>Bonjour&nbsp;&amp; merci</p><script>x()</script><br>Fin"
    assert read(multipart(b"Content-Type: text/html; charset=utf-8\n\n" + html)).text.split() == [
        "Bonjour",
        "&",
        "merci",
        "Fin",
    ]


def test_a_mail_in_the_mail_and_tnef_are_files() -> None:
    letter = read(
        multipart(
            b"Content-Type: message/rfc822\n\nSubject: dedans\n\nx",
            b"Content-Type: application/ms-tnef; name=winmail.dat\n\nabc",
            b'Content-Type: text/calendar; name="../../e vil.ics"\n\nabc',
        )
    )
    assert [(each.name, each.type) for each in letter.enclosed] == [
        ("message.eml", "message/rfc822"), ("winmail.dat", "application/ms-tnef"), ("_.._e vil.ics", "text/calendar"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("../../etc/passwd", "_.._etc_passwd", id="climbing"),
        pytest.param("facture\u202efdp.exe", "facture_fdp.exe", id="written backwards"),
        pytest.param("a\r\nb: c.txt", "a b_ c.txt", id="a header in a name"),
        pytest.param("x" * 300 + ".pdf", "x" * 116 + ".pdf", id="long"),
        pytest.param("...", "", id="nothing but dots"),
    ],
)
def test_names_of_files(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    ("headers", "is_bounce", "automatic"),
    [
        pytest.param(b"Auto-Submitted: auto-replied\n", False, True, id="away"),
        pytest.param(b"Auto-Submitted: auto-generated; x=y\n", False, True, id="with a parameter"),
        pytest.param(b"Auto-Submitted: no\n", False, False, id="a person"),
        pytest.param(b"Precedence: list\n", False, True, id="a list"),
        pytest.param(b"Precedence: first-class\n", False, False, id="a person's"),
        pytest.param(b"X-Auto-Response-Suppress: OOF\n", False, False, id="proves no robot"),
        pytest.param(b"Content-Type: multipart/report; boundary=x\n", True, False, id="a report"),
    ],
)
def test_robots(headers: bytes, is_bounce: bool, automatic: bool) -> None:
    letter = read(headers + HEAD + b"\nx")
    assert (letter.is_bounce, bool(letter.automatic)) == (is_bounce, automatic)


def test_the_thread_from_the_nearest() -> None:
    letter = read(HEAD + b"References: <a@b> <c@d>\n <e@f>\nIn-Reply-To: <e@f>\n\nx")
    assert letter.answers == ("<e@f>", "<c@d>", "<a@b>")


def test_two_senders_are_the_first() -> None:
    assert read(b"From: a@b.example, c@d.example\nFrom: e@f.example\n\nx").sender == "a@b.example"


def test_a_mail_of_a_thousand_parts() -> None:
    letter = read(multipart(*[b"Content-Type: text/plain\n\nx"] * 1000))
    assert "trop de parties" in letter.incomplete
    assert letter.text.count("x") == PARTS_AT_MOST


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        pytest.param("Oui.\n\nLe sam. 12 sept. 2026 à 22:04, S <s@n.fr> a écrit :\n> a", "Oui.", id="French"),
        pytest.param("Oui.\n\nDe : S <s@n.fr>\nEnvoyé : samedi\nÀ : x\nObjet : y\n\nBonjour", "Oui.", id="Outlook"),
        pytest.param("Oui.\n\n-----Message d'origine-----\nDe : S", "Oui.", id="old Outlook"),
        pytest.param("> a\n> b", "> a\n> b", id="nothing but a quote: all of it"),
        pytest.param("Une phrase.\n\nUne autre.", "Une phrase.\n\nUne autre.", id="no quote"),
        # For these the library alone would take hours: its patterns take the square of the length.
        pytest.param("Oui.\n\nLe 12 sept. 2026, S <s@n.fr> a écrit :\n" + "> a\n" * 25_000, "Oui.", id="a long quote"),
        pytest.param("Le a " * 20_000, ("Le a " * 20_000).strip(), id="long, and no quote"),
    ],
)
def test_quotes(text: str, fresh: str) -> None:
    assert unquoted(text) == fresh


@given(st.binary(max_size=2000))
def test_any_bytes(raw: bytes) -> None:
    read(raw)


PIECES = (
    b"From: ", b"Subject: ", b"=?utf-8?q?", b"?=", b"\n", b"--x", b"message/rfc822", b"<a@b>", b"\x00", b"\xff", b";",
    b"Content-Type: multipart/mixed; boundary=x\n", b"(", b'"',
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_bits_of_mail_in_any_order(pieces: list[bytes]) -> None:
    read(b"".join(pieces))

"""Mail made to be slow to read: whatever is repeated in it, four times as much takes about four times as long."""

import gc
from collections.abc import Callable
from datetime import UTC, datetime
from time import thread_time

import pytest

from directory.index import Directory
from mail import authenticity, identity, looks, markup, reading
from notifications import mail_senders
from storage.directory import parse
from tests.support.phone import SAMPLE

SMALL, TIMES = 50_000, 4  # bytes
LENIENCE = 2  # a square would be four times too slow
FLOOR = 0.15  # seconds: what a busy machine may add, and what is bounded costs however short the mail

HEAD = b"From: a@b.example\nSubject: x\nMessage-ID: <1@b.example>\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n"
TABLE = HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
NESTED = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
INSIDE = b"Content-Type: message/rfc822\n\n"


def repeated(head: bytes, unit: bytes | str, tail: bytes = b"") -> Callable[[int], bytes]:
    bit = unit.encode() if isinstance(unit, str) else unit
    return lambda size: head + bit * (size // len(bit)) + tail


def numbered(head: bytes, unit: bytes) -> Callable[[int], bytes]:
    """Each bit unlike the others."""
    return lambda size: head + b"".join(unit % ((n,) * unit.count(b"%d")) for n in range(size // len(unit)))


SHAPES = [
    pytest.param(repeated(HTML, "<br "), id="a tag that never ends"),
    pytest.param(repeated(HTML, "<"), id="nothing but openings"),
    pytest.param(repeated(HTML, "<div>"), id="blocks in blocks"),
    pytest.param(numbered(HTML, b"<font size=%d>"), id="fonts in fonts"),
    pytest.param(repeated(HTML, "<p><b><table><td>"), id="tables in tables"),
    pytest.param(repeated(HTML, "<!--"), id="comments left open"),
    pytest.param(repeated(HTML, "<!x"), id="declarations left open"),
    pytest.param(repeated(HTML, "<style>"), id="styles left open"),
    pytest.param(repeated(HTML, '<a href="'), id="values left open"),
    pytest.param(repeated(HTML, "<a b='=\"="), id="quotes in quotes"),
    pytest.param(repeated(HTML, "<a =  "), id="signs and blanks"),
    pytest.param(repeated(HTML, "</"), id="endings of nothing"),
    pytest.param(repeated(HTML, "&"), id="characters without a name"),
    pytest.param(repeated(HTML + b"&#", "9"), id="a character of an endless number"),
    pytest.param(repeated(HTML, "&#9"), id="characters without an end"),
    pytest.param(repeated(HTML, "&nbsp;\n"), id="blanks in HTML"),
    pytest.param(repeated(PLAIN, "\n"), id="empty lines"),
    pytest.param(repeated(PLAIN, "\r"), id="lines of CR alone"),
    pytest.param(repeated(PLAIN, "\r\n \r\n"), id="lines of blanks"),
    pytest.param(repeated(PLAIN, "\u00a0"), id="no-break spaces"),
    pytest.param(repeated(PLAIN, "\n\u00a0> "), id="quotes behind no-break spaces"),
    pytest.param(repeated(PLAIN, "> "), id="a quote of a quote"),
    pytest.param(repeated(PLAIN, "> a\n"), id="quoted lines"),
    pytest.param(repeated(PLAIN, "Le "), id="a French quote that never begins"),
    pytest.param(repeated(PLAIN, "On "), id="an English one"),
    pytest.param(repeated(PLAIN, "Le a a écrit :\n"), id="quotes one after another"),
    pytest.param(repeated(PLAIN, "De : "), id="forwarded by nobody"),
    pytest.param(repeated(PLAIN, "De :\n"), id="headers of Outlook"),
    pytest.param(repeated(PLAIN, "-"), id="a line across the page"),
    pytest.param(repeated(PLAIN, "-----\n"), id="lines across the page"),
    pytest.param(repeated(PLAIN, "_" * 32 + "\n\n"), id="lines of underscores"),
    pytest.param(repeated(PLAIN, "\nConfidential: "), id="warnings"),
    pytest.param(repeated(MIXED, "--x\n"), id="boundaries"),
    pytest.param(repeated(MIXED, "--x\n\n"), id="empty parts"),
    pytest.param(repeated(MIXED, "--x" + " " * 100 + "y\n"), id="nearly boundaries"),
    pytest.param(repeated(MIXED, "--x\nContent-Type: text/html\n\n<br \n"), id="parts of HTML"),
    pytest.param(repeated(MIXED, "--x\nContent-Disposition: attachment\n\na\n"), id="attachments"),
    pytest.param(repeated(HEAD + b"Content-Type: multipart/mixed; boundary=\n\n", "--\n\n"), id="an empty boundary"),
    pytest.param(numbered(HEAD, NESTED), id="parts in parts"),
    pytest.param(lambda size: numbered(HEAD, NESTED)(size // 2) + b"a\n" * (size // 4), id="lines in parts in parts"),
    pytest.param(repeated(HEAD, INSIDE), id="mails in mails"),
    pytest.param(repeated(TABLE, "--x\nContent-Type: message/delivery-status\n\nAction: a\n\n"), id="reports"),
    pytest.param(repeated(TABLE + b"--x\nContent-Type: message/delivery-status\n\n", "a: b\n\n"), id="much reported"),
    pytest.param(repeated(HEAD + b"Content-Type: text/plain", ";", b"\n\nx"), id="empty parameters"),
    pytest.param(repeated(HEAD + b"Content-Type: text/plain", ';a="', b"\n\nx"), id="parameters left open"),
    pytest.param(numbered(HEAD + b"Content-Type: text/plain", b"; a*%d*=b"), id="a parameter in pieces"),
    pytest.param(repeated(MIXED + b"--x\nContent-Disposition: attachment", "; filename=a", b"\n\nx"), id="names"),
    pytest.param(repeated(HEAD + b"Subject: ", "=?utf-8?q?", b"\n\nx"), id="encoded words that never end"),
    pytest.param(repeated(HEAD + b"Subject: ", "=?utf-8?q?a?= ", b"\n\nx"), id="encoded words"),
    pytest.param(repeated(HEAD, "Subject: =?utf-8?b?####?=\n", b"\n\nx"), id="subjects"),
    pytest.param(repeated(b"From: ", "<", b"\n\nx"), id="addresses that only begin"),
    pytest.param(repeated(b"From: ", "(", b"\n\nx"), id="comments in comments"),
    pytest.param(repeated(b"From: ", '"', b"\n\nx"), id="quotes around nothing"),
    pytest.param(repeated(b"From: ", "a@", b"\n\nx"), id="an address of many domains"),
    pytest.param(repeated(b"From: ", "a@b,", b"\n\nx"), id="many senders"),
    pytest.param(repeated(b"From: ", ",", b"\n\nx"), id="no sender, many times"),
    pytest.param(repeated(b"From: ", "\\", b"\n\nx"), id="escapes"),
    pytest.param(repeated(HEAD, "To: a@b.example, c@d.example\n", b"\nx"), id="recipients"),
    pytest.param(repeated(HEAD, "Received: from a by b; c\n", b"\nx"), id="a long way"),
    pytest.param(repeated(HEAD, "References: <@@@@@@@@@@@@@@@@\n", b"\nx"), id="answers to nothing"),
    pytest.param(repeated(HEAD + b"References: <", "@", b"\n\nx"), id="one id that never ends"),
    pytest.param(numbered(HEAD, b"References: <%d@b.example>\n"), id="answers to everything"),
    pytest.param(repeated(HEAD, "a:\n", b"\nx"), id="empty headers"),
    pytest.param(repeated(HEAD + b"Subject: a\n", " b\n", b"\nx"), id="one header in many lines"),
    pytest.param(repeated(HEAD, "Authentication-Results: a; (((\n", b"\nx"), id="judgements"),
    pytest.param(repeated(PLAIN.replace(b"utf-8", b"utf-7"), "+AGE-"), id="an old alphabet"),
    pytest.param(repeated(PLAIN.replace(b"utf-8", b"punycode"), "a-"), id="an alphabet of names"),
    pytest.param(repeated(PLAIN.replace(b"utf-8", b"iso-2022-jp"), "\x1b$B"), id="an alphabet that changes"),
    pytest.param(repeated(HEAD + b"Content-Transfer-Encoding: base64\n\n", "!=A\n"), id="broken base64"),
    pytest.param(repeated(HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n", "=\n"), id="soft ends of lines"),
    pytest.param(repeated(HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n", "M\n"), id="uuencode"),
    pytest.param(repeated(b"", "\r\n\r"), id="ends of headers"),
    pytest.param(repeated(b"", "\x00\xff"), id="garbage"),
]  # fmt: skip


def cost(act: Callable[[], object]) -> float:
    """Seconds of this thread's work, the lesser of two tries, collections apart: they cost what other tests left."""

    def once() -> float:
        gc.disable()
        try:
            begun = thread_time()
            act()
            return thread_time() - begun
        finally:
            gc.enable()

    return min(once(), once())


def assert_linear(act: Callable[[int], object]) -> None:
    little, much = cost(lambda: act(SMALL)), cost(lambda: act(TIMES * SMALL))
    assert much <= LENIENCE * TIMES * little + FLOOR, f"{little:.3f} s, then {much:.3f} s for {TIMES} times as much"


@pytest.mark.parametrize("shape", SHAPES)
def test_reading(shape: Callable[[int], bytes]) -> None:
    assert_linear(lambda size: reading.read(shape(size)))


@pytest.mark.parametrize("shape", SHAPES)
def test_keeping(shape: Callable[[int], bytes]) -> None:
    """What the worker itself looks at before it gives a mail to read: by which it is known again."""
    assert_linear(lambda size: (reading.essence(shape(size)), reading.message_id(shape(size))))


UNITS = [
    "<br ", "\n", " ", "\n \n", "http://", "http://.", "a : b\n", ":", "(", ")", '"', "\\", ";", "dmarc=pass;", "a=b ",
    "= ", "@", ".", "<a.", "\u0316\u0301", "\ufdfa", "é", "panne ",
]  # fmt: skip
NIGHT = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
BOOK = Directory(parse(SAMPLE.read_text(encoding="utf-8")))
AFTERWARDS: dict[str, Callable[[str], object]] = {
    "what it is about": lambda text: mail_senders.proposed(BOOK, None, NIGHT, text[:500], text),
    "what our server says": lambda text: authenticity.Results.read(text),
    "whether it is ours": lambda text: identity.read("secret", text),
    "without its tags": markup.text,
    "without its quotes": reading.unquoted,
    "written to the desk": lambda text: looks.html("", text),
    "the name of a file": reading.safe_name,
}


@pytest.mark.parametrize("act", AFTERWARDS.values(), ids=AFTERWARDS.keys())
@pytest.mark.parametrize("unit", UNITS)
def test_what_comes_after(act: Callable[[str], object], unit: str) -> None:
    assert_linear(lambda size: act(unit * (size // len(unit))))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<br " * 9, "", id="a tag left open swallows the rest, as in a browser"),
        pytest.param("1 < 2 <3 a<b> c", "1 < 2 <3 a c", id="signs that open nothing"),
        pytest.param("<a title=\"x>y\" href='z>'>lien</a>", "lien", id="an end between quotes"),
        pytest.param("<!-- <p>non</p> -->oui", "oui", id="a comment"),
        pytest.param("oui<!-- non", "oui", id="a comment left open"),
        pytest.param("<!DOCTYPE html><?xml a?>oui</>", "oui", id="declarations"),
        pytest.param("<STYLE>p{}</STYLE >oui<Script>if (a<b)</script>", "oui", id="what is never said"),
        pytest.param("a<br/>b<BR>c<p>d</p>e", "a\nb\nc\nd\ne".replace("c\nd", "cd"), id="lines"),
        pytest.param("&#233;&eacute;&#xe9;&lt;b&gt;", "éé é<b>".replace(" ", ""), id="names of characters"),
        pytest.param("&#99999999999999;", "\ufffd", id="a number of no character"),
        pytest.param("a\n\n\n\n \n\nb", "a\n\nb", id="many empty lines"),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    assert markup.text(html) == text

"""The process that reads what strangers wrote: it dies of a mail, and nobody else does."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mail import reading
from mail.reader import Absent, Killed, Limits, Reader
from tests.jobs.work import until
from tests.mail.test_hostile import HEAD, HTML, PLAIN
from tests.mail.writing import mail

SLOW = PLAIN + b"ab\n" * 8_000_000  # seconds of work
CHECKOUT = Path(__file__).resolve().parents[2]
PARENT = """
import sys
from mail.reader import Reader
reader = Reader()
reader.start()
print(reader._process.pid, flush=True)
reader.read({raw}) if {busy} else sys.stdin.read()
"""


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def process_of(reader: Reader) -> int:
    reader.start()
    assert reader._process
    return reader._process.pid


def attached() -> bytes:
    message = mail("Voir le plan.")
    message.add_attachment(bytes(range(256)) * 100, maintype="image", subtype="png", filename="plan é.png")
    message.add_attachment(mail("dedans"))
    return message.as_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(mail().as_bytes(), id="a client's"),
        pytest.param(attached(), id="with files"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff", id="garbage"),
        pytest.param(b"From: =?utf-8?b?7aCA?= <a@b.example>\n\n\xed\xa0\x80", id="half a character"),
        pytest.param(HTML + b"<br " * 100_000, id="a tag that never ends"),
    ],
)  # fmt: skip
def test_it_reads_as_we_would(reader: Reader, raw: bytes) -> None:
    assert reader.read(raw) == reading.read(raw)
    assert reader.headers(raw) == reading.without_body(raw, "")


def test_one_process_reads_many_mails(reader: Reader) -> None:
    known = process_of(reader)
    for _ in range(3):
        reader.read(mail().as_bytes())
    assert process_of(reader) == known


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        pytest.param(Limits(cpu=0.2), "calcul", id="too much work"),
        pytest.param(Limits(wall=0.2), "temps", id="too long"),
    ],
)
def test_a_mail_that_costs_too_much_ends_its_reader_only(limits: Limits, why: str) -> None:
    reader = Reader(limits)
    with pytest.raises(Killed, match=why):
        reader.read(SLOW)
    assert reader.headers(SLOW).sender == "a@b.example", "its headers are read by the next one"
    assert reader.read(mail("Bonjour").as_bytes()).fresh == "Bonjour"
    reader.close()


def test_a_mail_that_takes_too_much_memory_is_read_without_its_body() -> None:
    reader = Reader(Limits(memory=120_000_000))
    letter = reader.read(HEAD + b"\n" + b"a" * 60_000_000)
    assert (letter.sender, "MemoryError" in letter.incomplete) == ("a@b.example", True)
    reader.close()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_stop_it_goes_on_until_we_end_it(reader: Reader, told: signal.Signals) -> None:
    """A service manager tells all processes at once; ours ends what it has under way."""
    known = process_of(reader)
    os.kill(known, told)
    assert reader.read(mail("Bonjour").as_bytes()).fresh == "Bonjour"
    assert process_of(reader) == known


def test_killed_between_two_mails_it_is_started_again(reader: Reader) -> None:
    known = process_of(reader)
    os.kill(known, signal.SIGKILL)
    os.waitid(os.P_PID, known, os.WEXITED | os.WNOWAIT)
    assert reader.read(mail("Bonjour").as_bytes()).fresh == "Bonjour"


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "reading"])
def test_it_ends_with_whoever_started_it(busy: bool) -> None:
    """kill -9 of the worker: its end of the pipe closes; what is being read has its limits."""
    raw = "b'a: b\\\\n\\\\n' + b'ab\\\\n' * 3_000_000".replace("\\\\", "\\")
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(raw=raw, busy=busy)], cwd=CHECKOUT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert parent.stdout
    assert parent.stdin
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    until(lambda: not is_alive(child))


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_knows_none_of_our_secrets(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "cle-de-test-0123456789")
    assert b"SECRET_KEY" not in Path(f"/proc/{process_of(reader)}/environ").read_bytes()


def test_where_none_can_be_started_no_mail_is_to_blame(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nulle/part")
    with pytest.raises(Absent):
        reader.start()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Absent):
        reader.read(b"")
    assert issubclass(Absent, OSError), "as a storage that is away: tried again"


def test_while_it_reads_we_go_on(reader: Reader) -> None:
    """Its work holds none of our interpreter."""
    reader.start()
    reading_it = threading.Thread(target=reader.read, args=(SLOW[:12_000_000],))
    reading_it.start()
    turns = 0
    while reading_it.is_alive():
        turns += 1
    reading_it.join()
    assert turns > 100_000, "of a loop that does nothing, in a second or more"

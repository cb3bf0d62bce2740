"""Mail made to be slow to read: CPU by size and by depth, and how late an SMS is meanwhile. Judges nothing."""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.paging import Installation, Pretend
from bench.servers import HOME
from mail import reading
from storage.audio import AudioStore
from storage.mail import inbound_mail
from tests.support.databases import KINDS, Postgres, Sqlite

HTML = b"From: a@b.example\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n"
MIXED = b"From: a@b.example\nSubject: x\n"
SIZES = (100_000, 1_000_000, 10_000_000)
DEPTHS = (10, 100, 1_000, 10_000)
PATIENCE = 120.0  # seconds for one mail
BETWEEN = 1.0  # seconds between two pages


def _parts(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


SHAPES: dict[str, Callable[[int], bytes]] = {
    "<br ": lambda size: HTML + b"<br " * (size // 4),
    "<div>": lambda size: HTML + b"<div>" * (size // 5),
    "<": lambda size: HTML + b"<" * size,
    "lines": lambda size: HTML.replace(b"html", b"plain") + b"> a\n" * (size // 4),
    "headers": lambda size: MIXED + b"To: a@b.example\n" * (size // 16),
    "deep <div>": lambda depth: HTML + b"<div>" * depth + b"x" * 100_000,
    "deep parts": lambda depth: MIXED + _parts(depth) + b"a\n" * 100_000,
}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="cpu,late", help="cpu, late")
    asked.add_argument("--database", choices=KINDS, default="sqlite")
    asked.add_argument("--size", type=int, default=1_000_000, help="of the mail that is read while pages leave")
    asked.add_argument("--pages", type=int, default=20)
    asked.add_argument("--read", nargs=2, metavar=("SHAPE", "SIZE"), help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.read:
        _read(told.read[0], int(told.read[1]))
        return
    if "cpu" in told.only:
        for line in by_size():
            sys.stdout.write(f"{line}\n")
    if "late" in told.only:
        sys.stdout.write(f"{how_late(told.database, told.size, told.pages)}\n")


def _read(shape: str, size: int) -> None:
    """In a process of its own, which prints seconds of CPU and the most memory it had."""
    raw = SHAPES[shape](size)
    begun = time.process_time()
    reading.read(raw)
    spent = time.process_time() - begun
    sys.stdout.write(f"{spent} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}\n")


def by_size() -> Iterator[str]:
    yield f"{'mail':12} {'bytes, or depth':>16} {'CPU s':>9} {'x before':>9} {'MB':>6}"
    for shape in SHAPES:
        before = 0.0
        for size in DEPTHS if shape.startswith("deep") else SIZES:
            spent, memory = _measured(shape, size)
            ratio = f"{spent / before:.1f}" if before and spent else ""
            shown = f"{spent:.3f}" if spent else f"> {PATIENCE:.0f}"
            yield f"{shape:12} {size:16,} {shown:>9} {ratio:>9} {memory:6}"
            before = spent


def _measured(shape: str, size: int) -> tuple[float, int]:
    """Seconds, and megabytes; nothing when patience ended."""
    command = [sys.executable, "-m", "bench.hostile_mail", "--read", shape, str(size)]
    try:
        told = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    except subprocess.TimeoutExpired:
        return 0.0, 0
    spent, memory = told.split()
    return float(spent), int(memory)


def how_late(database: str, size: int, pages: int) -> str:
    """From the commit of a page to the request that asks Twilio for its SMS, while a worker has such a mail to read."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        source = Sqlite(home) if database == "sqlite" else Postgres(home)
        pretending = subprocess.Popen(
            [sys.executable, "-m", "bench.pretend"], cwd=HOME, stdout=subprocess.PIPE, text=True
        )
        try:
            with source.fresh() as url:
                pretend = Pretend(pretending)
                return _late(Installation(url, home, pretend), pretend, size, pages)
        finally:
            pretending.terminate()
            pretending.wait()
            if isinstance(source, Postgres):
                source.stop()


def _late(line: Installation, pretend: Pretend, size: int, pages: int) -> str:
    committed: dict[str, float] = {}
    with line.workers(1):
        _arrives(line, SHAPES["<br "](size))
        for _ in range(pages):
            (ticket,) = line.open_pages(1)
            committed[ticket] = time.monotonic()
            time.sleep(BETWEEN)
        limit = time.monotonic() + PATIENCE
        while len(pretend.seen()) < pages and time.monotonic() < limit:
            time.sleep(0.2)
        seen = pretend.seen()
    waits = sorted(at - committed[ticket] for at, text in seen for ticket in committed if ticket in text)
    lost = f", {pages - len(waits)} not within {PATIENCE:.0f} s" if len(waits) < pages else ""
    told = f"median {median(waits):.2f} s, worst {waits[-1]:.2f} s" if waits else "none"
    return f"commit to SMS while {size:,} bytes of <br are read: {told}{lost}"


def _arrives(line: Installation, raw: bytes) -> None:
    """Kept, and to be read, as if a mailbox had brought it."""
    AudioStore(line.settings.recordings_url).put(inbound_mail.place_of(raw), raw)
    now = datetime.now(UTC)
    with line.database.begin() as db:
        inbound_mail.keep(
            db, mailbox="bench", escalation=False, raw=raw, message_id="", essence=str(now), received_at=now, now=now
        )


if __name__ == "__main__":
    main()

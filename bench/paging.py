"""From page to SMS: latency, a storm, an idle worker, rotas: `make bench`. Prints, judges nothing."""

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import requests
from sqlalchemy import event, func, insert, select

from bench.servers import HOME
from bench.twilio import ACCOUNT, LINE, ORIGIN, TOKEN
from jobs import chores, job_kinds
from jobs.context import Outside
from jobs.worker import Worker
from oncall.rotas import Layer, Override, Rota, resolve, who
from settings import Settings
from storage.audio import AudioStore
from storage.database import Database
from storage.directory import parse, versions
from storage.directory.versions import DirectoryCache
from storage.health import BEAT
from storage.models import Attempt, Chore, Ticket
from storage.paging import pages
from storage.tickets import summaries
from telephony.http import Wire
from telephony.rest import Twilio
from tests.support.databases import KINDS, Postgres, Sqlite

SEATS = 8  # of attempts, in one worker (jobs.job_kinds)
PATIENCE = 120.0  # seconds
POLICY = """
[[policies]]
code = "bench"
steps = [{ after = "0m", who = ["ing1"], by = ["sms"] }]
repeat_last_every = "24h"
"""


class Pretend:
    """The Twilio of bench.pretend."""

    def __init__(self, process: subprocess.Popen[str]):
        assert process.stdout is not None
        self.url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        self._wire = Wire()

    def seen(self) -> list[tuple[float, str]]:
        """When it was asked for which text."""
        return [(at, text) for at, text in requests.get(f"{self.url}/seen", timeout=PATIENCE).json()]

    def forget(self) -> None:
        requests.get(f"{self.url}/forget", timeout=PATIENCE)

    def post(self, _: object) -> None:
        """One request as a worker makes it, and nothing around it."""
        data = {"To": "+33639980001", "From": "NVL", "Body": "x" * 150, "StatusCallback": ORIGIN}
        url = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        assert self._wire.request("POST", url, data=data, auth=(ACCOUNT, TOKEN)).status == 201

    def raw(self, posts: int, threads: int) -> float:
        """Seconds for so many requests, so many at once."""
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self.post, range(threads)))  # connections, opened before
            begun = time.perf_counter()
            list(pool.map(self.post, range(posts)))
            return time.perf_counter() - begun


class Installation:
    """A line with nothing but engineers to wake."""

    def __init__(self, url: str, home: Path, pretend: Pretend):
        self.environ = {
            "DATABASE_URL": url, "RECORDINGS_URL": str(home / "audio"), "SECRET_KEY": TOKEN, "PUBLIC_URL": ORIGIN,
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_URL": pretend.url,
            "TWILIO_SMS_SENDER": "NVL", "TWILIO_CALLER_ID": LINE,
        }  # fmt: skip
        self.settings = Settings.read(self.environ, line=True)
        self.database, self._log = Database(url), home / "worker.log"
        sample = (HOME / "nvl.toml").read_text(encoding="utf-8").replace('policy = "standard"', 'policy = "bench"')
        with self.database.begin() as db:
            versions.load(db, parse(sample + POLICY), datetime.now(UTC))
            self.book = DirectoryCache().newest(db)

    def open_pages(self, wanted: int) -> list[str]:
        """Tickets and their pages, in one commit; returns the references."""
        now = datetime.now(UTC)
        columns = {"received_at": now, "opened_at": now, "kind": "incident", "nature": "service_loss", "verified": True}
        whom = {"entity": "idline", "client": "260417", "service": "Accès internet", "sites": ["Pau"], "caller": LINE}
        references = []
        with self.database.begin() as db:
            for _ in range(wanted):
                references.append(summaries.next_reference(db, "NVL", now.year % 100))
                db.execute(insert(Ticket).values(reference=references[-1], **columns, **whom))
                pages.open_page(db, self.book, "idline", references[-1], now)
        return references

    @contextmanager
    def workers(self, wanted: int) -> Iterator[None]:
        """Real ones, at work: their beat has been seen."""
        begun = datetime.now(UTC)
        with self._log.open("ab") as log:
            started = [
                subprocess.Popen(
                    [sys.executable, str(HOME / "cli.py"), "worker"], env={"PATH": "/usr/bin:/bin"} | self.environ,
                    cwd=HOME, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )
                for _ in range(wanted)
            ]  # fmt: skip
        try:
            _until(lambda: (self._beat() or begun) > begun, self._log)
            time.sleep(1.5 * wanted)  # the others' first beat cannot be told from the first one's
            yield
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                process.wait(30)

    def _beat(self) -> datetime | None:
        with self.database.read() as db:
            return db.execute(select(Chore.done_at).where(Chore.name == BEAT)).scalar()

    def recorded(self) -> int:
        """Attempts whose outcome is kept."""
        with self.database.read() as db:
            return db.execute(select(func.count()).where(Attempt.provider_sid.is_not(None))).scalar_one()


# ---------------------------------------------------------------- the measurements
def latency(line: Installation, pretend: Pretend, wanted: int) -> str:
    """From the commit of a page to the request that asks Twilio for its SMS."""
    chance, committed = random.Random(1), {}
    pretend.forget()
    with line.workers(1):
        for _ in range(wanted):
            (ticket,) = line.open_pages(1)
            committed[ticket] = time.monotonic()
            time.sleep(chance.uniform(0.15, 0.45))
        _until(lambda: len(pretend.seen()) >= wanted)
    waits = sorted(1e3 * (at - committed[_reference(text)]) for at, text in pretend.seen())
    return f"commit to SMS: median {median(waits):.0f} ms, p95 {waits[int(0.95 * wanted)]:.0f}, max {waits[-1]:.0f}"


def storm(line: Installation, pretend: Pretend, wanted: int, workers: int) -> str:
    """So many pages in one commit, until Twilio has been asked for the last and every outcome is kept."""
    raw_before = pretend.raw(wanted, SEATS * workers)
    pretend.forget()
    before = line.recorded()
    with line.workers(workers):
        begun = time.monotonic()
        line.open_pages(wanted)
        committed = time.monotonic()
        _until(lambda: line.recorded() - before >= wanted)
        kept = time.monotonic() - committed
    seen = pretend.seen()
    raw = (raw_before + pretend.raw(wanted, SEATS * workers)) / 2
    sent = max(at for at, _ in seen) - committed
    doubled = len(seen) - len({text for _, text in seen})
    return (
        f"{wanted} pages at once, {workers} worker{'s' if workers > 1 else ''}: sent in {sent:.1f} s,"
        f" outcomes kept in {kept:.1f} s, {sent / raw:.2f} x raw HTTP ({raw:.1f} s, {SEATS * workers} at once);"
        f" {doubled} doubled; opening them took {committed - begun:.1f} s"
    )


def idle_postgres(line: Installation, home: Path, seconds: float) -> str:
    """What the server logs of a worker that has nothing to do."""
    with line.database.begin() as db:
        db.exec_driver_sql(f"ALTER DATABASE {line.database.url.database} SET log_statement = 'all'")
    log = home / "data" / "log"
    with line.workers(1):
        time.sleep(2)
        start = log.stat().st_size
        time.sleep(seconds)
        with log.open(encoding="utf-8", errors="replace") as told:
            told.seek(start)
            said = re.findall(r"LOG:  (?:statement|execute [^:]*): (\w+)", told.read())
    return _idle(said, seconds)


def idle_sqlite(line: Installation, seconds: float) -> str:
    """A worker in this process, all its connections traced."""
    said: list[str] = []
    database = Database(line.environ["DATABASE_URL"])
    event.listen(database.engine, "connect", lambda raw, _: raw.set_trace_callback(said.append))
    outside = Outside(line.settings, Twilio(line.settings), AudioStore(line.settings.recordings_url))
    with database.begin() as db:
        chores.schedule(db, job_kinds.routines(outside), line.settings.clock()())
    worker = Worker(job_kinds.engine(database, line.settings.clock(), outside))
    at_work = threading.Thread(target=worker.run)
    at_work.start()
    time.sleep(2)
    said.clear()
    time.sleep(seconds)
    told = [statement.partition(" ")[0] for statement in said]
    worker.stop()
    at_work.join()
    database.dispose()
    return _idle(told, seconds)


def _idle(said: Sequence[str], seconds: float) -> str:
    def rate(*words: str) -> float:
        return sum(word.upper() in words for word in said) / seconds

    return (
        f"idle: {len(said) / seconds:.1f} statements/s, of which {rate('PRAGMA'):.1f} PRAGMA,"
        f" {rate('BEGIN', 'COMMIT', 'ROLLBACK'):.1f} BEGIN/COMMIT/ROLLBACK, {rate('SELECT'):.1f} SELECT,"
        f" {rate('UPDATE', 'INSERT', 'DELETE', 'WITH'):.1f} writes"
    )


def rotas() -> Iterator[str]:
    """Ten years of a weekly rota with fifty overrides."""
    rota, chance = _ten_years(), random.Random(2)
    start, end = datetime(2026, 1, 5, tzinfo=UTC), datetime(2036, 1, 5, tzinfo=UTC)
    moments = [start + chance.random() * (end - start) for _ in range(300)]
    yield f"who at an instant: {_micros(lambda at: who(rota, 'principal', at), moments):.0f} µs"
    months = [(at, at + timedelta(days=31)) for at in moments[:100]]
    yield f"resolve over a month: {_micros(lambda span: resolve(rota, 'principal', *span), months):.0f} µs"
    found = len(resolve(rota, "principal", start, end))
    whole = _micros(lambda _: resolve(rota, "principal", start, end), range(20))
    yield f"resolve over ten years: {whole / 1e3:.1f} ms, {found} segments, {whole / found:.1f} µs each"


def _ten_years() -> Rota:
    chance, begins = random.Random(3), datetime(2026, 1, 5, 8, 30)  # noqa: DTZ001 - a wall clock
    people = tuple(f"ing{n}" for n in range(1, 7))
    layer = Layer(name="principal", starts=begins, every=timedelta(weeks=1), engineers=people)
    starts = [begins + timedelta(hours=chance.randrange(24 * 3650)) for _ in range(50)]
    overrides = tuple(
        Override(layer="principal", starts=at, until=at + timedelta(hours=chance.randrange(4, 120)), engineer="resp")
        for at in starts
    )
    return Rota(code="bench", fallback="resp", layers=(layer,), overrides=overrides)


def _micros(do: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    """Median over the inputs."""
    took = []
    for one in inputs:
        begun = time.perf_counter()
        do(one)
        took.append(time.perf_counter() - begun)
    return 1e6 * median(took)


# ---------------------------------------------------------------- around them
@dataclass
class Bench:
    home: Path
    pretend: Pretend
    wanted: argparse.Namespace

    def run(self, kind: str) -> None:
        home = self.home / kind
        database = Sqlite(home) if kind == "sqlite" else Postgres(home)
        try:
            for measure in self._measures(database, home):
                with database.fresh() as url:
                    line = Installation(url, self.home, self.pretend)
                    try:
                        print(f"{kind:11}{measure(line)}", flush=True)
                    finally:
                        line.database.dispose()
        finally:
            database.stop()

    def _measures(self, database: Sqlite | Postgres, home: Path) -> Iterator[Callable[[Installation], str]]:
        wanted, pretend = self.wanted, self.pretend
        if "latency" in wanted.only:
            yield lambda line: latency(line, pretend, wanted.pages)
        if "storm" in wanted.only:
            yield lambda line: storm(line, pretend, wanted.storm, 1)
            yield lambda line: storm(line, pretend, wanted.storm, 2)
        if "idle" in wanted.only and isinstance(database, Postgres):
            yield lambda line: idle_postgres(line, home, wanted.idle)
        elif "idle" in wanted.only:
            yield lambda line: idle_sqlite(line, wanted.idle)


def main() -> None:
    wanted = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of every `finally`
    if "rota" in wanted.only:
        for told in rotas():
            print(f"{'rota':11}{told}", flush=True)
    with ExitStack() as opened:
        home = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="astreinte-bench-")))
        home.chmod(0o755)  # PostgreSQL runs as a user of its own
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.pretend"], cwd=HOME, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        opened.callback(process.wait)
        opened.callback(process.terminate)
        bench = Bench(home, Pretend(process), wanted)
        for kind in wanted.database:
            bench.run(kind)


def _reference(text: str) -> str:
    return text.partition(" ")[0]


def _until(condition: Callable[[], object], log: Path | None = None) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited in vain\n{log.read_text(errors='replace')[-2000:] if log else ''}")
        time.sleep(0.1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.paging", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=["rota", "latency", "storm", "idle"])
    parser.add_argument("--database", type=lambda text: [text], choices=[[kind] for kind in KINDS], default=KINDS)
    parser.add_argument("--pages", type=int, default=60, help="one by one, for the latency")
    parser.add_argument("--storm", type=int, default=1000, help="pages at once")
    parser.add_argument("--idle", type=float, default=30, help="seconds of watching an idle worker")
    return parser.parse_args()


if __name__ == "__main__":
    main()

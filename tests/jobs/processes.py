"""A line of real processes: simulator, web, workers; started and killed by their own ids."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from commands.demo.sandbox import free_port
from storage import listing
from storage.database import Database
from storage.directory import parse, versions
from storage.models import Voicemail
from telephony.signature import sign
from tests.jobs.work import LIMIT, until
from tests.support.phone import SAMPLE
from tests.support.settings_for_tests import ACCOUNT, MAIN, SENDER, TOKEN, environment

BEGAN = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)  # everything is closed
CHECKOUT = Path(__file__).resolve().parents[2]
CLIENT = """
[[clients]]
code = "{code}"
name = "Client {nth}"
contacts = [{{ name = "Accueil", phones = ["{phone}"] }}]
sites = ["Pau"]
[[clients.contracts]]
entity = "idline"
service = "Accès internet"
level = "critique"
option_24x7 = true
from = 2025-01-01
"""


def one_text(toml: str) -> str:
    """A policy of one SMS, so that a page comes to rest without anybody taking it."""
    steps = toml[toml.index("steps = [") : toml.index("repeat_last_every")]
    return toml.replace(steps, 'steps = [{ after = "0m", who = ["principal"], by = ["sms"] }]\n').replace(
        'repeat_last_every = "10m"', 'repeat_last_every = "168h"'
    )


def caller(nth: int) -> str:
    """The mobile of the nth client."""
    return f"+3363998{5000 + nth}"


class Processes:
    def __init__(self, database_url: str, home: Path, clients: int):
        self.home, self._begun = home, time.monotonic()
        home.mkdir()
        self.audio = home / "audio"
        self.web_port = free_port()
        self.simulator_url = ""
        self.session = requests.Session()
        self.session.trust_env = False
        self._environment = environment(database_url, str(self.audio), PUBLIC_URL=f"http://127.0.0.1:{self.web_port}")
        self._processes: list[subprocess.Popen[str]] = []
        self.database = Database(database_url)
        added = [CLIENT.format(code=300_000 + n, nth=n, phone=caller(n)) for n in range(clients)]
        with self.database.begin() as db:
            versions.load(db, parse(one_text(SAMPLE.read_text(encoding="utf-8")) + "".join(added)), BEGAN)

    # ---------------------------------------------------------------- processes
    def spawn(self, *command: str) -> subprocess.Popen[str]:
        """A process of the line whose clock goes on where the others' is."""
        now = BEGAN + timedelta(seconds=time.monotonic() - self._begun)
        told = {"PATH": os.environ["PATH"], "TWILIO_API_URL": self.simulator_url, "ASTREINTE_CLOCK": now.isoformat()}
        with (self.home / "log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *command], env=self._environment | told, cwd=CHECKOUT, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if "simulator" in command else log, stderr=log, text=True,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def start(self) -> None:
        """The simulator, and the web process as in production, forked after it has talked to its database."""
        public = self._environment["PUBLIC_URL"]
        options = ["--port=0", f"--public-url={public}", f"--account={ACCOUNT}", f"--token={TOKEN}"]
        clock = (BEGAN + timedelta(seconds=time.monotonic() - self._begun)).isoformat()
        simulator = self.spawn(
            "-m", "simulator", *options, f"--number={MAIN}", f"--sms-sender={SENDER}", f"--clock={clock}"
        )
        assert simulator.stdout is not None
        self.simulator_url = simulator.stdout.readline().rpartition(" ")[2].strip()
        self.web = self.spawn(
            "-m", "gunicorn", "--config=gunicorn.conf.py", "--workers=4", f"--bind=127.0.0.1:{self.web_port}",
            "tests.jobs.preloaded:application()",
        )  # fmt: skip
        until(lambda: self.web.poll() is not None or self._answers(f"{public}/healthz"))
        assert self.web.poll() is None, (self.home / "log").read_text()[-3000:]

    def worker(self) -> subprocess.Popen[str]:
        return self.spawn("-m", "tests.jobs.worker_process")

    def stop(self) -> None:
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self._processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        self.session.close()
        self.database.dispose()

    def _answers(self, url: str) -> bool:
        try:
            return self.session.get(url, timeout=5).status_code == 200
        except requests.RequestException:
            return False

    # ---------------------------------------------------------------- the world around
    def leave_message(self, nth: int) -> None:
        """The nth client calls about a loss of service, speaks for two seconds and hangs up."""
        leg = self.control(f"phones/{quote(caller(nth))}/dial", to=MAIN)
        for keys in ("1", "1"):
            leg = self.control(f"legs/{leg['sid']}/press", keys=keys)
        assert leg["state"] == "recording", leg["transcript"]
        self.control(f"legs/{leg['sid']}/speak", seconds=2)

    def ring(self, nth: int) -> str:
        """One signed request for a new call, from Twilio to the web process; returns what is to be heard."""
        url = f"{self._environment['PUBLIC_URL']}/webhooks/voice"
        form = {"CallSid": f"CA{nth:032x}", "AccountSid": ACCOUNT, "From": "+33536492001", "To": MAIN}
        signed = {"X-Twilio-Signature": sign(TOKEN, url, form.items())}
        with requests.Session() as session:
            session.trust_env = False
            return session.post(url, data=form, headers=signed, timeout=LIMIT).text

    def control(self, path: str, **body: Any) -> Any:
        reply = self.session.post(f"{self.simulator_url}/{path}", json=body, timeout=LIMIT)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def faults(self, **wanted: Any) -> None:
        self.control("faults", **wanted)

    def mend(self) -> None:
        self.session.delete(f"{self.simulator_url}/faults", timeout=LIMIT)

    def asked(self) -> list[tuple[str, str, int]]:
        """Every request to Twilio's API so far, but ours: method, resource, status (0: silence)."""
        found = self.session.get(f"{self.simulator_url}/requests", timeout=LIMIT).json()
        return [(r["method"], r["path"].rpartition(f"{ACCOUNT}/")[2], r["status"]) for r in found]

    def unanswered(self) -> int:
        return sum(status == 0 for _, _, status in self.asked())

    def messages(self) -> Counter[tuple[str, str]]:
        """What Twilio has taken: how often each text went to each number."""
        rows = self._list("messages", "Messages.json")
        return Counter((row["to"], row["body"]) for row in rows)

    def _list(self, name: str, resource: str) -> list[Any]:
        url = f"{self.simulator_url}/2010-04-01/Accounts/{ACCOUNT}/{resource}"
        reply = self.session.get(url, params={"PageSize": 1000}, auth=(ACCOUNT, TOKEN), timeout=LIMIT)
        return list(reply.json()[name])

    # ---------------------------------------------------------------- what is left
    def unfinished(self) -> int:
        """Rows of work that are still to be done; chores are for ever, and so is a page that nobody takes."""
        waiting = {
            "pages": "firing = 0",
            "attempts": "provider_sid IS NULL",
            "messages": "kind <> 'waiting'",
            "voicemails": "1 = 1",
        }
        with self.database.read() as db:
            counted = [
                db.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE run_at IS NOT NULL AND {which}").scalar_one()
                for table, which in waiting.items()
            ]
        return sum(counted)

    def come_to_rest(self, limit: float = 30.0) -> None:
        until(lambda: not self.unfinished(), limit, every=0.1)

    def assert_everything_once(self, tickets: int) -> None:
        """One page and one receipt for each ticket, one recording kept, none left at Twilio."""
        with self.database.read() as db:
            references = [ticket["reference"] for ticket in listing.tickets(db)]
            kept = db.execute(Voicemail.__table__.select()).all()
        assert len(references) == len(set(references)) == tickets
        told = self.messages()
        for reference in references:
            copies = [count for (_, body), count in told.items() if reference in body]
            assert copies == [1, 1], (reference, copies)
        assert {row.state for row in kept} == {"done"}
        files = [file for file in self.audio.rglob("*") if file.is_file()]
        assert sorted(file.name.partition("_")[0] for file in files) == sorted(references)
        assert {file.suffix for file in files} == {".wav"}
        assert {row.size for row in kept} == {file.stat().st_size for file in files}
        assert self._list("recordings", "Recordings.json") == []


@contextmanager
def running(database_url: str, home: Path, clients: int) -> Iterator[Processes]:
    line = Processes(database_url, home, clients)
    try:
        line.start()
        yield line
    finally:
        line.stop()

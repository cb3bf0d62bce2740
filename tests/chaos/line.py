"""A whole line: database server, simulator, web, workers; whatever dies is started again, as systemd would."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from commands.demo.sandbox import free_port
from storage.database import Database
from storage.directory import parse, versions
from tests.chaos import quick
from tests.chaos.servers import File, OwnPostgres, Server, children, kill
from tests.jobs.work import until
from tests.support.settings_for_tests import ACCOUNT, AFTER_HOURS, MAIN, SENDER, TOKEN, environment

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds for an answer of the simulator, which lets people act one at a time
Json = dict[str, Any]


@dataclass(frozen=True)
class Kill:
    """Who was killed, when."""

    at: datetime
    whom: str


class Line:
    def __init__(self, home: Path, kind: str, directory: str, *, workers: int, real: bool):
        self.home, self.is_real, self._wanted_workers = home, real, workers
        self.audio = home / "audio"
        self.origin = time.monotonic()
        self.clock = quick.common_clock(self.origin)
        self.server: Server = OwnPostgres(home) if kind == "postgresql" else File(home)
        self.database = Database(self.server.url)
        with self.database.begin() as db:
            versions.load(db, parse(directory), self.clock())
        self.kills: list[Kill] = []
        self._web_port, self._simulator_url = free_port(), ""
        public = {"PUBLIC_URL": f"http://127.0.0.1:{self._web_port}"}
        self.environment = environment(self.server.url, str(self.audio), **public) | {
            "PATH": os.environ["PATH"], "CHAOS_ORIGIN": repr(self.origin), "CHAOS_PACE": "real" if real else "quick",
        }  # fmt: skip
        self._web: subprocess.Popen[str] | None = None
        self._workers: list[subprocess.Popen[str]] = []
        self._rises: dict[str, float] = {}  # what is dead on purpose, and until when
        self._local = threading.local()

    # ---------------------------------------------------------------- processes
    def start(self) -> None:
        public = self.environment["PUBLIC_URL"]
        options = ["--port=0", f"--public-url={public}", f"--account={ACCOUNT}", f"--token={TOKEN}"]
        numbers = [f"--number={MAIN}", f"--number={AFTER_HOURS}", f"--sms-sender={SENDER}"]
        self._simulator = self._spawn(
            "-m", "simulator", *options, *numbers, f"--clock={self.clock().isoformat()}", listening=True
        )
        assert self._simulator.stdout is not None
        self._simulator_url = self._simulator.stdout.readline().rpartition(" ")[2].strip()
        self.environment["TWILIO_API_URL"] = self._simulator_url
        self.tend()
        until(lambda: self.web_answers(), 30.0)

    def _spawn(self, *command: str, listening: bool = False) -> subprocess.Popen[str]:
        with (self.home / "log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, *command], env=self.environment, cwd=CHECKOUT, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if listening else log, stderr=log, text=True,
            )  # fmt: skip

    def tend(self) -> None:
        """Start what ought to run and does not; what was killed stays dead for its time."""
        now = time.monotonic()
        if self._rises.get("postgres", 0) > now:
            return
        if self._rises.pop("postgres", None) is not None:
            self.server.start()
        if (self._web is None or self._web.poll() is not None) and self._rises.get("web", 0) <= now:
            self._web = self._spawn(
                "-m", "gunicorn", "--config=gunicorn.conf.py", "--workers=4", f"--bind=127.0.0.1:{self._web_port}",
                "tests.chaos.quick:application()",
            )  # fmt: skip
        self._workers = [worker for worker in self._workers if worker.poll() is None]
        if self._rises.get("worker", 0) <= now:
            missing = self._wanted_workers - len(self._workers)
            self._workers += [self._spawn("-m", "tests.chaos.quick") for _ in range(missing)]

    def kill(self, whom: str, away: float) -> None:
        """kill -9: `web` with its children, one `worker`, or `postgres`; back after so many seconds."""
        if whom == "web" and self._web and self._web.poll() is None:
            for pid in (self._web.pid, *children(self._web.pid)):
                kill(pid)
            self._web.wait()
        elif whom == "worker" and self._workers:
            victim = self._workers.pop(0)
            victim.kill()
            victim.wait()
        elif whom == "postgres" and "postgres" not in self._rises:
            self.server.kill()
        else:
            return  # it is dead already
        self.kills.append(Kill(self.clock(), whom))
        self._rises[whom] = time.monotonic() + away

    def raise_all(self) -> None:
        """Whatever is dead rises now."""
        self._rises = dict.fromkeys(self._rises, 0.0)
        self.tend()

    def stop(self) -> None:
        """End what was started here, gently at first."""
        started = [*self._workers, *filter(None, (self._web, getattr(self, "_simulator", None)))]
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(12)
            except subprocess.TimeoutExpired:
                for pid in (process.pid, *children(process.pid)):
                    kill(pid)
                process.wait()
            if process.stdout:
                process.stdout.close()
        self.database.dispose()
        self.server.stop()

    def web_answers(self) -> bool:
        try:
            return self._session.get(f"{self.environment['PUBLIC_URL']}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`astreinte …`, as an administrator would type it."""
        return subprocess.run(
            [sys.executable, "cli.py", *words], env=self.environment, cwd=CHECKOUT, check=False,
            capture_output=True, text=True,
        )  # fmt: skip

    # ---------------------------------------------------------------- the world around
    @property
    def _session(self) -> requests.Session:
        """One for each thread."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        found: requests.Session = self._local.session
        return found

    def ask(self, path: str) -> Any:
        reply = self._session.get(f"{self._simulator_url}/{path}", timeout=PATIENCE)
        reply.raise_for_status()
        return reply.json()

    def act(self, path: str, **body: Any) -> requests.Response:
        return self._session.post(f"{self._simulator_url}/{path}", json=body, timeout=PATIENCE)

    def mend(self) -> None:
        self._session.delete(f"{self._simulator_url}/faults", timeout=PATIENCE).raise_for_status()

    def tap(self, link: str, action: str) -> None:
        """An engineer's thumb on the link of an SMS; that the web process is dead is part of the game."""
        try:
            self._session.post(link, data={"action": action}, timeout=PATIENCE)
        except requests.RequestException:
            return

    def lag(self) -> timedelta:
        """How far the simulator's clock is behind ours: it was given its hour, and then had to start."""
        before = self.clock()
        shown = datetime.fromisoformat(self.ask("healthz")["clock"])
        return before + (self.clock() - before) / 2 - shown

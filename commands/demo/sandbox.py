"""A whole line on this machine: simulator, web and worker, started together and ended together."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import click

from commands import HOME, SAMPLE
from directory.model import DirectoryData
from settings import Settings
from storage import schema
from storage.database import Database
from storage.directory import parse, versions

ACCOUNT = "AC" + "0" * 32  # the simulator's own; no real account looks like it
SENDER = "ASTREINTE"
MAIL_FROM = "astreinte@demo.example"
READY_WITHIN = 30.0  # seconds
STOP_WITHIN = 8.0


class NotReady(Exception):
    """A process of the line did not come up; what it last said follows."""


@dataclass
class PrivateLine:
    """`home` keeps database, audio and logs; `at` is the instant at which its clock starts."""

    home: Path
    at: datetime | None
    port: int
    simulator_port: int
    directory: Path = SAMPLE
    quiet: bool = True
    lived: timedelta = timedelta()  # how long its directory has been there when it starts
    holds: bool = False  # the clock stands at that instant until `begin`
    mail_port: int = field(default_factory=lambda: free_port())  # of the pretend mail server
    secret: str = field(default_factory=secrets.token_hex)  # the same from one start to the next: sessions outlive it
    _token: str = field(default_factory=lambda: secrets.token_hex(16))
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _begun: float = field(default_factory=time.monotonic)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def scene(self) -> Path:
        """Who is at which telephone (commands.demo.demo_scene)."""
        return self.home / "scene.json"

    @property
    def wish(self) -> Path:
        """Where the simulator's page asks for another hour."""
        return self.home / "wish.json"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def begins(self) -> Path:
        """What a clock that is held waits for."""
        return self.home / "begins"

    def begin(self) -> None:
        """From now on the clocks tick, all together."""
        self.begins.touch()

    def start(self) -> None:
        """Database, directory, then the three processes. Raises NotReady."""
        directory = self.prepare()
        numbers = [argument for line in directory.lines for argument in ("--number", line.number)]
        self._spawn("simulator", [sys.executable, "-m", "simulator", *self._simulator_options(), *numbers])
        astreinte = [sys.executable, str(HOME / "cli.py")]
        self._spawn("web", [*astreinte, "serve", "--bind", f"127.0.0.1:{self.port}", "--workers", "2"])
        self._spawn("worker", [*astreinte, "worker"])
        for name, address in (("simulator", f"{self.simulator_url}/healthz"), ("web", f"{self.url}/readyz")):
            self._wait_for(name, address)

    def prepare(self) -> DirectoryData:
        """A database with the directory in it."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._begun = time.monotonic()
        settings = Settings.read(self.environment(), line=True)
        directory = parse(self.directory.read_text(encoding="utf-8"))
        database = Database(settings.database_url)
        try:
            schema.upgrade(database)
            with database.begin() as db:
                versions.load(db, directory, settings.clock()() - self.lived)
        finally:
            database.dispose()
        return directory

    def environment(self) -> dict[str, str]:
        """What the three processes are told; the clock goes on from one start to the next."""
        moved = {}
        if self.at and self.holds:
            moved["ASTREINTE_CLOCK"] = f"{self.at.isoformat()}@{self.begins}"
        elif self.at:
            now = self.at + timedelta(seconds=time.monotonic() - self._begun)
            moved["ASTREINTE_CLOCK"] = now.isoformat()
        return {
            **{
                name: value
                for name, value in os.environ.items()
                if name in ("PATH", "HOME", "LANG", "TZ", "PYTHONPATH")
            },
            "DATABASE_URL": f"sqlite:///{self.home / 'astreinte.db'}",
            "RECORDINGS_URL": str(self.home / "audio"),
            "SECRET_KEY": self.secret,
            "PUBLIC_URL": self.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": self._token,
            "TWILIO_API_URL": self.simulator_url,
            "TWILIO_SMS_SENDER": SENDER,
            "TWILIO_CALLER_ID": "+33586077777",
            "SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "MAIL_FROM": MAIL_FROM,
            **moved,
        }

    def _simulator_options(self) -> list[str]:
        options = {
            "--port": str(self.simulator_port),
            "--public-url": self.url,
            "--account": ACCOUNT,
            "--token": self._token,
            "--sms-sender": SENDER,
            "--mail-port": str(self.mail_port),
            "--mail-folder": str(self.home / "mail"),
            "--scene": str(self.scene),
        }
        if self.at:
            options["--clock"], _, begins = self.environment()["ASTREINTE_CLOCK"].partition("@")
            options |= {"--clock-begins": begins} if begins else {}
        return [word for pair in options.items() for word in pair]

    def _spawn(self, name: str, command: list[str]) -> None:
        log = None if not self.quiet else (self.home / f"{name}.log").open("ab")
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands, nothing typed by anybody
            command, env=self.environment(), cwd=HOME, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        if log:
            log.close()

    def _wait_for(self, name: str, address: str) -> None:
        end = time.monotonic() + READY_WITHIN
        while not _answers(address):
            stopped = next((n for n, process in self._running.items() if process.poll() is not None), "")
            if stopped or time.monotonic() > end:
                raise NotReady(f"{stopped or name} ne démarre pas.\n{self.last_words(stopped or name)}")
            time.sleep(0.05)

    def last_words(self, name: str) -> str:
        log = self.home / f"{name}.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def stopped(self) -> str:
        """The name of a process that has ended by itself; "" while all run."""
        return next((name for name, process in self._running.items() if process.poll() is not None), "")

    def stop(self) -> None:
        """End what was started here, gently at first."""
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        end = time.monotonic() + STOP_WITHIN
        for process in self._running.values():
            try:
                process.wait(max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            with suppress(ProcessLookupError):  # children that outlived their leader
                os.killpg(process.pid, signal.SIGKILL)
        self._running.clear()


@contextmanager
def running(line: PrivateLine) -> Iterator[PrivateLine]:
    try:
        line.start()
        yield line
    except NotReady as trouble:
        raise click.ClickException(str(trouble)) from trouble
    finally:
        line.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - loopback, made above
            return bool(answer.status == 200)
    except OSError:
        return False

"""What strangers wrote is read in a process of its own: it may take time and memory up to its limits, and then ends,
while ours goes on. Started when there is something to read; it reads many mails, and ends by itself when we do."""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, TypeVar

from mail import frames, reading
from mail.letter import Letter
from mail.parsing import HEADERS_AT_MOST

T = TypeVar("T")
STARTING = 30.0  # seconds
USES = 200  # mails; what libraries have gathered ends with it
LARGE = 5_000_000  # bytes of a mail after which memory is given back
MORE = 10_000_000  # bytes of an answer beyond twice the mail
READY = b"ready"
WHOLE, HEADERS = b"whole", b"headers"
WHY = {
    signal.SIGPROF: "trop de temps de calcul",
    signal.SIGALRM: "trop de temps",
    signal.SIGKILL: "trop de temps ou de mémoire",
    signal.SIGABRT: "trop de mémoire",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one mail: seconds of work, seconds, and bytes of memory of the process."""

    cpu: float = 20.0
    wall: float = 45.0
    memory: int = 1_000_000_000


class Killed(Exception):
    """The mail has cost its reader the limits, or its life."""


class Absent(OSError):
    """No reader can be started here; later may help, and no mail is to blame."""


class Reader:
    """The process and the talk with it; one mail at a time."""

    def __init__(self, limits: Limits = Limits()):
        self.limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._uses = 0
        atexit.register(self.close)

    def start(self) -> None:
        """See to it that somebody is there to read. Raises Absent."""
        with self._lock:
            self._started()

    def read(self, raw: bytes) -> Letter:
        """All that can be read. Raises Killed, Absent."""
        return self._ask(WHOLE, raw)

    def headers(self, raw: bytes) -> Letter:
        """What the headers alone tell. Raises Killed, Absent."""
        return self._ask(HEADERS, raw[:HEADERS_AT_MOST])

    def close(self) -> None:
        with self._lock:
            self._end()

    def _ask(self, what: bytes, raw: bytes) -> Letter:
        with self._lock:
            process = self._started()
            self._uses += 1
            try:
                letter = _within(self.limits.wall + STARTING, process, lambda: _talk(process, what, raw))
            except (OSError, frames.Broken) as fault:
                raise Killed(self._end()) from fault
            if self._uses >= USES or len(raw) >= LARGE:
                self._end()
            return letter

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is None:
            return self._process
        self._end()
        self._process, self._uses = _spawned(self.limits), 0
        process = self._process
        try:
            if _within(STARTING, process, lambda: frames.receive(_out(process), len(READY))) != READY:
                raise frames.Broken
        except (OSError, frames.Broken) as fault:
            raise Absent(f"le lecteur de courriels ne démarre pas : {self._end()}") from fault
        return process

    def _end(self) -> str:
        """End it, and say why it has ended if that was not us."""
        if self._process is None:
            return ""
        process, self._process = self._process, None
        with suppress(OSError):
            _in(process).close()
        try:
            code = process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        _out(process).close()
        return WHY.get(signal.Signals(-code), f"signal {-code}") if code < 0 else f"fin {code}"


@cache
def shared() -> Reader:
    """The one of this process."""
    return Reader()


def _spawned(limits: Limits) -> subprocess.Popen[bytes]:
    """Never forked from our threads, out of reach of the terminal's Ctrl-C, and without our secrets."""
    home = str(Path(reading.__file__).resolve().parents[1])
    told = {"PYTHONPATH": home, "PYTHONUTF8": "1"}
    told |= {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    command = [sys.executable, "-P", "-m", "mail.reader_process", str(limits.cpu), str(limits.wall), str(limits.memory)]
    try:
        return subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=told, cwd="/", start_new_session=True
        )
    except OSError as fault:
        raise Absent(f"le lecteur de courriels ne démarre pas : {fault}") from fault


def _talk(process: subprocess.Popen[bytes], what: bytes, raw: bytes) -> Letter:
    frames.send(_in(process), what, raw)
    return frames.received(_out(process), 2 * len(raw) + MORE)


def _within(seconds: float, process: subprocess.Popen[bytes], act: Callable[[], T]) -> T:
    """Should the process not end itself in time, it is ended."""
    clock = threading.Timer(seconds, process.kill)
    clock.daemon = True
    clock.start()
    try:
        return act()
    finally:
        clock.cancel()


def _in(process: subprocess.Popen[bytes]) -> BinaryIO:
    assert process.stdin
    return process.stdin  # type: ignore[return-value]


def _out(process: subprocess.Popen[bytes]) -> BinaryIO:
    assert process.stdout
    return process.stdout  # type: ignore[return-value]

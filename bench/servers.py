"""A web process under measurement: started here, ended here, read through /proc in between."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.twilio import HOST

HOME = Path(__file__).resolve().parent.parent
WORKERS = 2  # of each pool
READY_WITHIN = 20.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    begun: float = field(default_factory=time.perf_counter)
    ready_in: float = 0.0
    workers: list[int] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of CPU that its workers have used so far."""
        return sum(_cpu(worker) for worker in self.workers)

    def memory(self) -> int:
        """Bytes a worker: all that is its own, and its share of what it has in common with others."""
        return sum(_pss(worker) for worker in self.workers) // len(self.workers)

    def trouble(self) -> str:
        """What it has logged; a server without errors says nothing."""
        return self.log.read_text(errors="replace")[-3000:]


def gunicorn(application: str, port: int) -> list[str]:
    """A baseline, under the line's own settings."""
    return [
        sys.executable, "-m", "gunicorn", "--chdir", str(HOME), "--config", str(HOME / "gunicorn.conf.py"),
        "--bind", f"127.0.0.1:{port}", "--workers", str(2 * WORKERS), application,
    ]  # fmt: skip


def line(port: int) -> list[str]:
    return [sys.executable, str(HOME / "cli.py"), "serve", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]


@contextmanager
def running(name: str, command: Sequence[str], port: int, environ: Mapping[str, str], home: Path) -> Iterator[Server]:
    log = home / f"{name}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, env=_environ(environ), cwd=HOME, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            start_new_session=True,
        )  # fmt: skip
    server = Server(name, port, process, log)
    try:
        _await(server)
        server.ready_in = time.perf_counter() - server.begun
        server.workers = _children(process.pid)
        yield server
    finally:
        _end(process)


def _environ(more: Mapping[str, str]) -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONPATH": str(HOME), **more}


def _await(server: Server) -> None:
    """Ready: the first answer to a request, whatever it says."""
    asked = f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    while not _answers(server.port, asked):
        if server.process.poll() is not None or time.perf_counter() > server.begun + READY_WITHIN:
            raise RuntimeError(f"{server.name} does not start:\n{server.trouble()}")
        time.sleep(0.005)
    while len(_children(server.process.pid)) < 2 * WORKERS:
        time.sleep(0.005)


def _answers(port: int, asked: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(asked)
            return connection.recv(100).startswith(b"HTTP/1.1 ")
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(12)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# ---------------------------------------------------------------- /proc
def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _pss(pid: int) -> int:
    """Bytes; the kernel counts a page shared by n processes as one nth of it."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024

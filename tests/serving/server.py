"""`astreinte serve` as a process of its own, and raw connections to it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from commands import HOME
from commands.demo.sandbox import free_port
from telephony.signature import sign
from tests.support.settings_for_tests import ACCOUNT, MAIN, ORIGIN, TOKEN, environment

READY_WITHIN = 30.0  # seconds
PATIENCE = 15.0  # Twilio's


class Served:
    def __init__(self, port: int, process: "subprocess.Popen[bytes]", log: Path):
        self.port, self.process, self.log = port, process, log

    def opens(self, begin: bytes = b"") -> socket.socket:
        """A connection on which so much has been sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.sendall(begin)
        return connection

    def asks(self, request: bytes) -> bytes:
        """The whole answer."""
        with self.opens(request) as connection:
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def gets(self, path: str, **headers: str) -> bytes:
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return self.asks(f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode())

    def rings(self, nth: int) -> bytes:
        """A signed call, as Twilio announces it."""
        form = {"CallSid": f"CA{nth:032x}", "AccountSid": ACCOUNT, "From": "+33536492001", "To": MAIN}
        path = "/webhooks/voice"
        return self.asks(post(path, urlencode(form).encode(), sign(TOKEN, ORIGIN + path, form.items())))

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text().split()]

    def memory(self) -> int:
        """Bytes that its workers have to themselves."""
        return sum(_private(worker) for worker in self.workers())


def post(path: str, body: bytes, signature: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nX-Twilio-Signature: {signature}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    return head.encode() + body


def _private(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kept = ("Private_Clean:", "Private_Dirty:")
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(kept)) * 1024


@contextmanager
def serving(database_url: str, home: Path, workers: int = 1) -> Iterator[Served]:
    port, log = free_port(), home / "serve.log"
    machine = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(HOME)}
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, str(HOME / "cli.py"), "serve", f"--bind=127.0.0.1:{port}", f"--workers={workers}"],
            env=machine | environment(database_url, str(home / "audio")), cwd=home, stdin=subprocess.DEVNULL,
            stdout=lines, stderr=lines,
        )  # fmt: skip
    served = Served(port, process, log)
    try:
        _await(served)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(served: Served) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            if b"200 OK" in served.gets("/healthz"):
                return
        except OSError:
            pass
        assert served.process.poll() is None, served.log.read_text()[-3000:]
        assert time.monotonic() < deadline, served.log.read_text()[-3000:]
        time.sleep(0.05)

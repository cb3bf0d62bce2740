"""A wire between us and PostgreSQL that may be cut, or go silent as a server does that hangs."""

import os
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, make_url

BLOCK = 65536


class Relay:
    """Connections of a Unix socket, carried on to the server's own."""

    def __init__(self, server: str, home: Path):
        self._server = str(make_url(server).query["host"])
        self._port = str(make_url(server).query.get("port", "") or make_url(server).port or 5432)
        self.url: URL = make_url(server).update_query_dict({"host": str(home)})
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(home / f".s.PGSQL.{self._port}"))
        self._listener.listen(100)
        self._selector = selectors.DefaultSelector()
        self._wake = os.pipe()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake[0], selectors.EVENT_READ)
        self._others: dict[socket.socket, socket.socket] = {}
        self._speaks = threading.Event()
        self._speaks.set()
        self._last_word = b""
        self._ends = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def silence(self) -> None:
        """What is said from now on arrives, and nobody answers; new connections are taken, too."""
        self._speaks.clear()

    def silence_at(self, word: bytes) -> None:
        """The same, as soon as that word has been carried on to the server."""
        self._last_word = word

    def speak(self) -> None:
        self._speaks.set()

    def cut(self) -> None:
        """Every connection ends, as when the server is started again."""
        with self._lock:
            for end in list(self._others):
                self._close(end)

    def close(self) -> None:
        self._ends = True
        self._speaks.set()
        os.write(self._wake[1], b".")
        self._thread.join(10)
        self.cut()
        self._listener.close()
        self._selector.close()
        for end in self._wake:
            os.close(end)

    def _run(self) -> None:
        while not self._ends:
            events = self._selector.select()
            self._speaks.wait()
            with self._lock:
                for key, _ in events:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif self._speaks.is_set() and key.fileobj in self._others:
                        self._carry(key.fileobj)

    def _accept(self) -> None:
        ours, _ = self._listener.accept()
        theirs = socket.socket(socket.AF_UNIX)
        theirs.connect(f"{self._server}/.s.PGSQL.{self._port}")
        for end, other in ((ours, theirs), (theirs, ours)):
            self._others[end] = other
            self._selector.register(end, selectors.EVENT_READ)

    def _carry(self, end: socket.socket) -> None:
        try:
            block = end.recv(BLOCK)
            if block:
                self._others[end].sendall(block)
                if self._last_word and self._last_word in block:
                    self._last_word = b""
                    self._speaks.clear()
                return
        except OSError:
            pass
        self._close(end)

    def _close(self, end: socket.socket) -> None:
        for one in (end, self._others.get(end)):
            if one is not None and self._others.pop(one, None) is not None:
                with suppress(KeyError):
                    self._selector.unregister(one)
                one.close()


@contextmanager
def relay(server: str, home: Path) -> Iterator[Relay]:
    opened = Relay(server, home)
    try:
        yield opened
    finally:
        opened.close()

"""Hashing a password is slow on purpose, so one is hashed at a time, on the whole machine: who waits too long is told.

The first hash of a request takes the turn, the request's end gives it back, also when its process is killed. What is
hashed here was counted before (web.signin.rate_limit): nothing else may be."""

import fcntl
import threading
import time
from tempfile import TemporaryFile
from typing import Any
from weakref import finalize

from flask import Flask, current_app, g, has_request_context

PATIENCE = 0.5  # seconds: a few hashes, of whoever is known; strangers keep no process waiting
LOOKS_EVERY = 0.02  # seconds
AGAIN_IN = 3  # seconds


class Crowded(Exception):
    """Too many are signing in at once."""


class Turn:
    """One for all threads and for all processes that are forked after it was made."""

    def __init__(self) -> None:
        self._threads = threading.Lock()
        self._processes = TemporaryFile()  # noqa: SIM115  # open as long as we are; a lock ends with its process, too
        finalize(self, self._processes.close)

    def take(self) -> None:
        """For the rest of this request. Raises Crowded."""
        if "has_turn" in g:
            return
        patience = time.monotonic() + (PATIENCE if g.counted.is_known else 0)
        while not self._is_ours():
            if time.monotonic() > patience:
                raise Crowded
            time.sleep(LOOKS_EVERY)
        g.has_turn = True

    def give_back(self, _: object = None) -> None:
        if g.pop("has_turn", False):
            self._release()

    def _is_ours(self) -> bool:
        if not self._threads.acquire(blocking=False):
            return False
        try:
            fcntl.lockf(self._processes, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._threads.release()
            return False
        return True

    def _release(self) -> None:
        fcntl.lockf(self._processes, fcntl.LOCK_UN)
        self._threads.release()


class InTurn:
    """The library's hashing of passwords, in turn."""

    def __init__(self, context: Any, turn: Turn):
        self._context, self.turn = context, turn

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def hash(self, *given: Any, **more: Any) -> Any:
        self._wait()
        return self._context.hash(*given, **more)

    def verify(self, *given: Any, **more: Any) -> Any:
        self._wait()
        return self._context.verify(*given, **more)

    def _wait(self) -> None:
        if not has_request_context():
            return  # a command
        if "counted" not in g:
            raise RuntimeError("a password is judged that nobody has counted")
        self.turn.take()


def register(app: Flask) -> None:
    security, turn = app.extensions["security"], Turn()
    security.pwd_context = InTurn(security.pwd_context, turn)
    app.teardown_request(turn.give_back)


def take() -> None:
    """Before something is used up for which a password is then hashed. Raises Crowded."""
    current_app.extensions["security"].pwd_context.turn.take()

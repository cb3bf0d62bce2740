"""gunicorn's workers, in two pools on one address: one answers Twilio and the probes, the other one people.

A worker of the first pool accepts every connection and peeks at its first bytes. It serves a whole, small request of
Twilio's itself; everything else it passes to the second pool as an open socket. So neither a page, nor a password that
is checked, nor a slow client keeps a caller waiting, and one address serves both without a proxy that knows of it."""

import os
import re
import select
import selectors
import socket
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Semaphore
from typing import Any, ClassVar

from gunicorn.workers.sync import SyncWorker

TELEPHONE, PEOPLE = "telephone", "people"
THREADS = 8  # of a worker for people: pages wait for storage and for Twilio, a password only for its turn
LESS_URGENT = 5  # of "nice": what a password costs waits for what a caller costs
LARGEST = 32_000  # bytes of a request that is served as Twilio's; what it really sends has about 2,000
WHOLE_WITHIN = 2.0  # seconds, else it is a slow client
ARRIVALS_AT_MOST = 100  # connections that have not sent everything yet
TICK = 0.005  # seconds between two looks at them: head and body often come apart
IDLE = 1.0
CLIENT_PATIENCE = 30.0  # seconds that a client of the second pool may be silent
_URGENT = re.compile(rb"(?:POST|GET|HEAD) /(?:webhooks/|healthz[ ?]|readyz[ ?])")
_LONGEST_NAME = 24
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n|$)", re.IGNORECASE)
_STREAMED = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)
BUSY = (
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nTrop de demandes à la fois : réessayez dans un instant.\n"
).encode()


def is_urgent(begin: bytes) -> bool | None:
    """Whether these first bytes are a whole request for the first pool; None while that is not known yet."""
    if not _URGENT.match(begin):
        return None if len(begin) < _LONGEST_NAME and b"\n" not in begin else False
    head, ended, body = begin.partition(b"\r\n\r\n")
    if not ended:
        return None if len(begin) < LARGEST else False
    size = _size(head)
    if size is None or _STREAMED.search(head) or len(head) + size > LARGEST:
        return False
    return True if len(body) >= size else None


def _size(head: bytes) -> int | None:
    """Of the body; none where it is written otherwise than Twilio does."""
    lengths = _LENGTH.findall(head)
    if len(lengths) != head.lower().count(b"content-length"):
        return None
    return int(lengths[0]) if len(lengths) == 1 else None if lengths else 0


def next_pool(pools: Iterable[str]) -> str:
    """Of a new worker, beside those there are: both pools have as many."""
    there = list(pools)
    return TELEPHONE if there.count(TELEPHONE) <= there.count(PEOPLE) else PEOPLE


class Worker(SyncWorker):  # type: ignore[misc]  # gunicorn is not typed
    """One process; its pool is chosen before the fork (`pre_fork` in gunicorn.conf.py)."""

    pool: str = TELEPHONE
    channel: ClassVar[tuple[socket.socket, socket.socket] | None] = None  # from the first pool to the second

    def __init__(self, *given: Any):
        super().__init__(*given)
        if Worker.channel is None:
            Worker.channel = socket.socketpair()
            for end in Worker.channel:
                end.setblocking(False)

    def join(self, others: Iterable["Worker"]) -> None:
        self.pool = next_pool(other.pool for other in others)

    def run(self) -> None:
        for listener in self.sockets:
            listener.setblocking(False)
        assert self.channel, "made with the first worker"
        passing, arriving = self.channel
        if self.pool == PEOPLE:
            os.nice(LESS_URGENT)
        room = Reception(self, passing) if self.pool == TELEPHONE else Pages(self, arriving)
        while self.alive and self.is_parent_alive():
            self.notify()
            room.serve()
        room.close()


class Received(socket.socket):
    """A connection of which all that will be read has come: nobody who answers on it waits for its other end."""

    def __init__(self, client: socket.socket):
        super().__init__(fileno=client.detach())
        self.setblocking(False)
        self._request = super().recv(LARGEST)
        self.settimeout(WHOLE_WITHIN)

    def recv(self, most: int, flags: int = 0) -> bytes:
        """As from a client that has closed its side: gunicorn would wait two seconds for whoever does not."""
        piece, self._request = self._request[:most], self._request[most:]
        return piece


@dataclass(slots=True)
class Arrival:
    """A connection that has not shown a whole request yet."""

    client: Any
    listener: Any
    address: Any
    until: float
    has_begun: bool = False  # some of it is there: whether more has come is looked at every TICK


class Reception:
    """The first pool: accepts, sorts, and serves what is urgent, one request after another."""

    def __init__(self, worker: Worker, passing: socket.socket):
        self.worker, self._passing = worker, passing
        self._selector = selectors.DefaultSelector()
        for listener in worker.sockets:
            self._selector.register(listener, selectors.EVENT_READ)
        self._arrivals: dict[Any, Arrival] = {}

    def serve(self) -> None:
        """Whatever there is to do now, or a short wait for it."""
        begun = [arrival for arrival in self._arrivals.values() if arrival.has_begun]
        for key, _ in self._selector.select(TICK if begun else IDLE):
            if key.data is not None:
                if key.data.client in self._arrivals:  # not passed on a moment ago, to make room
                    self._look(key.data)
            else:
                with suppress(OSError):  # another worker was faster, or they have gone
                    self._accept(key.fileobj)
        for arrival in list(self._arrivals.values()):
            is_late = time.monotonic() > arrival.until
            if arrival.has_begun or is_late:
                self._look(arrival)
            if is_late and arrival.client in self._arrivals:
                self._pass(arrival)

    def close(self) -> None:
        """What is whole is still answered."""
        for arrival in list(self._arrivals.values()):
            self._look(arrival)
        for arrival in list(self._arrivals.values()):
            self._pass(arrival)

    def _accept(self, listener: Any) -> None:
        client, address = listener.accept()
        client.setblocking(False)
        arrival = Arrival(client, listener, address, time.monotonic() + WHOLE_WITHIN)
        self._arrivals[client] = arrival
        self._selector.register(client, selectors.EVENT_READ, arrival)
        if len(self._arrivals) > ARRIVALS_AT_MOST:
            silent = (each for each in self._arrivals.values() if not each.has_begun)
            self._pass(next(silent, next(iter(self._arrivals.values()))))

    def _look(self, arrival: Arrival) -> None:
        try:
            begin = arrival.client.recv(LARGEST, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            begin = b""
        if not begin:  # they have gone
            self._leave(arrival)
            arrival.client.close()
        elif (urgent := is_urgent(begin)) is not None:
            self._answer(arrival) if urgent else self._pass(arrival)
        elif not arrival.has_begun:
            arrival.has_begun = True
            self._selector.unregister(arrival.client)  # it would be ready again at once, with the same bytes

    def _leave(self, arrival: Arrival) -> None:
        del self._arrivals[arrival.client]
        if not arrival.has_begun:
            self._selector.unregister(arrival.client)

    def _answer(self, arrival: Arrival) -> None:
        self._leave(arrival)
        self.worker.handle(arrival.listener, Received(arrival.client), arrival.address)
        self.worker.notify()

    def _pass(self, arrival: Arrival) -> None:
        """To the second pool; where that has no room left, it is said at once."""
        self._leave(arrival)
        try:
            socket.send_fds(self._passing, [b"."], [arrival.client.fileno()])
        except OSError:
            with suppress(OSError):  # what is not read would make the kernel break the answer off
                arrival.client.recv(LARGEST)
            with suppress(OSError):
                arrival.client.send(BUSY)
        arrival.client.close()


class Pages:
    """The second pool: a connection a thread; what slow clients and storages take is nobody else's time."""

    def __init__(self, worker: Worker, arriving: socket.socket):
        self.worker, self._arriving = worker, arriving
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self._free = Semaphore(THREADS)

    def serve(self) -> None:
        """Take a connection as soon as there is one, and a thread for it."""
        if not self._free.acquire(timeout=IDLE):
            return
        client = self._next(IDLE)
        if client is None:
            self._free.release()
        else:
            self._threads.submit(self._answer, client)

    def close(self) -> None:
        """What has been passed on already is still answered."""
        while (client := self._next(0)) is not None:
            self._threads.submit(self._answer, client)
        self._threads.shutdown(wait=True)

    def _next(self, patience: float) -> socket.socket | None:
        if not select.select([self._arriving], [], [], patience)[0]:
            return None
        try:
            _, descriptors, _, _ = socket.recv_fds(self._arriving, 1, 1)
        except BlockingIOError:  # another worker was faster
            return None
        return socket.socket(fileno=descriptors[0]) if descriptors else None

    def _answer(self, client: socket.socket) -> None:
        try:
            client.settimeout(CLIENT_PATIENCE)
            self.worker.handle(self.worker.sockets[0], client, client.getpeername())
        except OSError:  # they have gone
            client.close()
        finally:
            self._free.release()

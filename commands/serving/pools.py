"""gunicorn's workers, in two pools on one address: one answers Twilio and the probes, the other one people.

A worker of the first pool accepts every connection and peeks at its request until all of it has come. It serves a
small request of Twilio's itself; everything else it passes to the second pool as an open socket. So neither a page, nor
a password that is checked, nor a slow client keeps a caller waiting, and one address serves both without a proxy that
knows of it."""

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
SLOW_AT_MOST = THREADS // 2  # of them for requests that are still to come: the others serve who has sent theirs
LESS_URGENT = 5  # of "nice": what a password costs waits for what a caller costs
LARGEST = 32_000  # bytes of a request that is waited for; what Twilio really sends has about 2,000
WHOLE_WITHIN = 2.0  # seconds, else it is a slow client
ARRIVALS_AT_MOST = 100  # connections that have not sent everything yet
IDLE = 1.0
CLIENT_PATIENCE = 30.0  # seconds that a client of the second pool may take what it is sent
SENT_WITHIN = 60.0  # seconds for a slow request: a recorded greeting, over a telephone
WHOLE, SLOW = b"w", b"s"  # how a connection is passed on
END_OF_HEAD = b"\r\n\r\n"
_URGENT = re.compile(rb"(?:POST|GET|HEAD) /(?:webhooks/|healthz[ ?]|readyz[ ?])")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n|$)", re.IGNORECASE)
_STREAMED = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)
BUSY = (
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nTrop de demandes à la fois : réessayez dans un instant.\n"
).encode()


def is_urgent(begin: bytes) -> bool:
    """Whether a request that begins like this is for the first pool."""
    return bool(_URGENT.match(begin))


def is_whole(begin: bytes) -> bool | None:
    """Whether these bytes are all of a small request; None while that is not known yet."""
    head, ended, body = begin.partition(END_OF_HEAD)
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

    def __init__(self, client: socket.socket, patience: float):
        super().__init__(fileno=client.detach())
        self.setblocking(False)
        self._request = super().recv(LARGEST)
        self.settimeout(patience)

    def recv(self, most: int, flags: int = 0) -> bytes:
        """As from a client that has closed its side: gunicorn would wait two seconds for whoever does not."""
        piece, self._request = self._request[:most], self._request[most:]
        return piece


class Slow(socket.socket):
    """A connection whose request is still to come, within a time for all of it."""

    def __init__(self, client: socket.socket):
        super().__init__(fileno=client.detach())
        self._until = time.monotonic() + SENT_WITHIN

    def recv(self, most: int, flags: int = 0) -> bytes:
        self.settimeout(max(0.001, self._until - time.monotonic()))
        piece = super().recv(most, flags)
        self.settimeout(CLIENT_PATIENCE)
        return piece


@dataclass(slots=True)
class Arrival:
    """A connection that has not shown a whole request yet."""

    client: socket.socket
    listener: Any
    address: Any
    until: float
    begin: bytes = b""  # of its request, as far as it has come


class Reception:
    """The first pool: accepts, sorts, and serves what is urgent, one request after another."""

    def __init__(self, worker: Worker, passing: socket.socket):
        self.worker, self._passing = worker, passing
        self._selector = selectors.DefaultSelector()
        for listener in worker.sockets:
            self._selector.register(listener, selectors.EVENT_READ)
        self._arrivals: dict[Any, Arrival] = {}  # the oldest first

    def serve(self) -> None:
        """Whatever there is to do now, or a short wait for it."""
        oldest = next(iter(self._arrivals.values()), None)
        wait = min(IDLE, max(0.0, oldest.until - time.monotonic())) if oldest else IDLE
        for key, _ in self._selector.select(wait):
            if key.data is None:
                with suppress(OSError):  # another worker was faster, or they have gone
                    self._accept(key.fileobj)
            elif key.data.client in self._arrivals:  # not sent away a moment ago, to make room
                self._look(key.data)
        for arrival in [each for each in self._arrivals.values() if time.monotonic() > each.until]:
            self._give_up(arrival)

    def close(self) -> None:
        """What is whole is still answered."""
        for arrival in list(self._arrivals.values()):
            self._look(arrival)
        for arrival in list(self._arrivals.values()):
            self._pass(arrival, SLOW)

    def _accept(self, listener: Any) -> None:
        client, address = listener.accept()
        client.setblocking(False)
        arrival = Arrival(client, listener, address, time.monotonic() + WHOLE_WITHIN)
        self._arrivals[client] = arrival
        self._selector.register(client, selectors.EVENT_READ, arrival)
        if len(self._arrivals) > ARRIVALS_AT_MOST:
            silent = (each for each in self._arrivals.values() if not each.begin)
            self._give_up(next(silent, next(iter(self._arrivals.values()))))

    def _look(self, arrival: Arrival) -> None:
        try:
            arrival.begin = arrival.client.recv(LARGEST, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            arrival.begin = b""
        whole = is_whole(arrival.begin)
        if not arrival.begin:  # they have gone
            self._leave(arrival)
            arrival.client.close()
        elif whole and is_urgent(arrival.begin):
            self._answer(arrival)
        elif whole is not None:
            self._pass(arrival, WHOLE if whole else SLOW)
        else:  # it is ready again when there is more than that
            arrival.client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, len(arrival.begin) + 1)

    def _give_up(self, arrival: Arrival) -> None:
        """On a request that is not whole in time: a large one goes on elsewhere, half a head is closed."""
        self._look(arrival)
        if arrival.client not in self._arrivals:
            return
        if END_OF_HEAD in arrival.begin:
            self._pass(arrival, SLOW)
        else:
            self._leave(arrival)
            arrival.client.close()

    def _leave(self, arrival: Arrival) -> None:
        del self._arrivals[arrival.client]
        self._selector.unregister(arrival.client)
        with suppress(OSError):
            arrival.client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)

    def _answer(self, arrival: Arrival) -> None:
        self._leave(arrival)
        self.worker.handle(arrival.listener, Received(arrival.client, WHOLE_WITHIN), arrival.address)
        self.worker.notify()

    def _pass(self, arrival: Arrival, pace: bytes) -> None:
        """To the second pool; where that has no room left, it is said at once."""
        self._leave(arrival)
        try:
            socket.send_fds(self._passing, [pace], [arrival.client.fileno()])
        except OSError:
            _refuse(arrival.client)
        arrival.client.close()


def _refuse(client: socket.socket) -> None:
    client.setblocking(False)
    with suppress(OSError):  # what is not read would make the kernel break the answer off
        client.recv(LARGEST)
    with suppress(OSError):
        client.send(BUSY)


class Pages:
    """The second pool: a connection a thread; what slow clients and storages take is nobody else's time."""

    def __init__(self, worker: Worker, arriving: socket.socket):
        self.worker, self._arriving = worker, arriving
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self._free, self._free_for_slow = Semaphore(THREADS), Semaphore(SLOW_AT_MOST)

    def serve(self) -> None:
        """Take a connection as soon as there is one, and a thread for it."""
        if not self._free.acquire(timeout=IDLE):
            return
        passed = self._next(IDLE)
        if passed is None or not self._starts(*passed):
            self._free.release()

    def close(self) -> None:
        """What has been passed on already is still answered."""
        while (passed := self._next(0)) is not None:
            self._starts(*passed)
        self._threads.shutdown(wait=True)

    def _starts(self, client: socket.socket, pace: bytes) -> bool:
        """Whether a thread has it; all that may wait for slow ones may be busy."""
        if pace == SLOW and not self._free_for_slow.acquire(blocking=False):
            _refuse(client)
            client.close()
            return False
        self._threads.submit(self._answer, client, pace)
        return True

    def _next(self, patience: float) -> tuple[socket.socket, bytes] | None:
        if not select.select([self._arriving], [], [], patience)[0]:
            return None
        try:
            pace, descriptors, _, _ = socket.recv_fds(self._arriving, 1, 1)
        except BlockingIOError:  # another worker was faster
            return None
        return (socket.socket(fileno=descriptors[0]), pace) if descriptors else None

    def _answer(self, client: socket.socket, pace: bytes) -> None:
        try:
            address = client.getpeername()
            request = Slow(client) if pace == SLOW else Received(client, CLIENT_PATIENCE)
            self.worker.handle(self.worker.sockets[0], request, address)
        except OSError:  # they have gone
            client.close()
        finally:
            if pace == SLOW:
                self._free_for_slow.release()
            self._free.release()

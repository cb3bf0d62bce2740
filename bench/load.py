"""Callers: one process plays many conversations over raw sockets, a connection each.

A request is bytes made beforehand, so that the client takes little of the machine. gunicorn's sync workers
close after every answer, and wait until the client has closed too: hence one socket a request."""

import resource
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PATIENCE = 15.0  # seconds; Twilio's own
_TOO_LATE = f"no answer within {PATIENCE:.0f} s"
_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and words that only its right answer has."""

    request: bytes
    expected: bytes


Conversation = Sequence[Exchange]


@dataclass(slots=True)
class Tally:
    """What a load has brought; two of the same row are added up."""

    seconds: float = 0.0
    client_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)  # of right answers, in seconds
    errors: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return len(self.latencies) + len(self.errors)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")

    def add(self, other: "Tally") -> None:
        self.seconds += other.seconds
        self.client_cpu += other.client_cpu
        self.latencies += other.latencies
        self.errors += other.errors


@dataclass(slots=True)
class _Line:
    """One caller's connection, and how far their conversation has come."""

    socket: socket.socket
    conversation: Conversation
    place: int
    asked_at: float
    answer: bytes = b""

    @property
    def exchange(self) -> Exchange:
        return self.conversation[self.place]


def play(port: int, conversations: Iterator[Conversation], *, connections: int, seconds: float) -> Tally:
    """Conversations on so many connections at once; after `seconds` none begins, those begun are finished."""
    return _Callers(port, conversations, seconds).play(connections)


class _Callers:
    def __init__(self, port: int, conversations: Iterator[Conversation], seconds: float):
        self.address = ("127.0.0.1", port)
        self.conversations = conversations
        self.ends_at = time.perf_counter() + seconds
        self.poll = select.epoll()
        self.lines: dict[int, _Line] = {}
        self.tally = Tally()

    def play(self, connections: int) -> Tally:
        begun, cpu = time.perf_counter(), _own_cpu()
        for _ in range(connections):
            self._begin()
        while self.lines:
            for number, _ in self.poll.poll(1.0):
                self._readable(self.lines[number])
            self._give_up_waiting()
        self.poll.close()
        self.tally.seconds, self.tally.client_cpu = time.perf_counter() - begun, _own_cpu() - cpu
        return self.tally

    def _begin(self) -> None:
        """The next conversation, if there is one and time is left."""
        if time.perf_counter() < self.ends_at:
            conversation = next(self.conversations, None)
            if conversation:
                self._ask(conversation, 0)

    def _ask(self, conversation: Conversation, place: int) -> None:
        asked_at = time.perf_counter()
        connection = socket.socket()
        connection.settimeout(PATIENCE)
        try:
            connection.connect(self.address)
            connection.sendall(conversation[place].request)
        except OSError as trouble:
            connection.close()
            self.tally.errors.append(repr(trouble))
            return
        self.lines[connection.fileno()] = _Line(connection, conversation, place, asked_at)
        self.poll.register(connection.fileno(), select.EPOLLIN)

    def _readable(self, line: _Line) -> None:
        try:
            received = line.socket.recv(65536)
        except OSError as trouble:
            self._failed(line, repr(trouble))
            return
        line.answer += received
        if _complete(line.answer):
            self._answered(line)
        elif not received:
            self._failed(line, f"cut short: {line.answer[:80]!r}")

    def _answered(self, line: _Line) -> None:
        waited = time.perf_counter() - line.asked_at
        if waited > PATIENCE:
            self._failed(line, _TOO_LATE)
            return
        self._leave(line)
        if line.exchange.expected not in line.answer:
            self.tally.errors.append(f"{line.answer[:15]!r} without {line.exchange.expected!r}: {line.answer[-300:]!r}")
            self._begin()
            return
        self.tally.latencies.append(waited)
        if line.place + 1 < len(line.conversation):
            self._ask(line.conversation, line.place + 1)
        else:
            self._begin()

    def _failed(self, line: _Line, why: str) -> None:
        self._leave(line)
        self.tally.errors.append(why)
        self._begin()

    def _leave(self, line: _Line) -> None:
        number = line.socket.fileno()
        self.poll.unregister(number)
        line.socket.close()
        del self.lines[number]

    def _give_up_waiting(self) -> None:
        oldest = next(iter(self.lines.values()), None)  # lines are in the order of asking
        if oldest and time.perf_counter() - oldest.asked_at > PATIENCE:
            self._failed(oldest, _TOO_LATE)


def _complete(answer: bytes) -> bool:
    head, ended, body = answer.partition(_HEAD_ENDS)
    if not ended:
        return False
    _, stated, length = head.lower().partition(_LENGTH)
    return len(body) >= int(length.partition(b"\r\n")[0]) if stated else True


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

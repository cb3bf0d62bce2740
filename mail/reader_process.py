"""The process that reads mail (mail.reader): python -m mail.reader_process CPU WALL MEMORY

The kernel ends it at its limits, even inside an expression that hears nobody; it ends by itself with its input."""

import os
import resource
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

from mail import frames, reading
from mail.reader import HEADERS, READY, Limits

LARGEST = 200_000_000  # bytes
POLITENESS = 10


def main() -> None:
    cpu, wall, memory = sys.argv[1:]
    limits = Limits(float(cpu), float(wall), int(memory))
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints
    _confine(limits)
    with suppress(OSError, frames.Broken):  # whoever has started us is gone
        frames.send(sink, READY)
        while True:
            _answer(source, sink, limits)


def _confine(limits: Limits) -> None:
    """The first to give way: in computing, in memory; told to stop, we go on until our input ends."""
    for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(told, signal.SIG_IGN)
    os.nice(POLITENESS)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    memory = limits.memory if most == resource.RLIM_INFINITY else min(limits.memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(source: BinaryIO, sink: BinaryIO, limits: Limits) -> None:
    what = frames.receive(source, LARGEST)
    signal.setitimer(signal.ITIMER_REAL, limits.wall)
    signal.setitimer(signal.ITIMER_PROF, limits.cpu)
    raw = frames.receive(source, LARGEST)
    letter = reading.without_body(raw, "") if what == HEADERS else reading.read(raw)
    frames.send(sink, *frames.packed(letter))
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()

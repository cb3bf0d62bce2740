"""A telephone in the terminal: it calls a line of the running simulator, or is held for whoever owns it, and shows,
in French, what happens."""

import io
import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from simulator.conversation import Conversation
from simulator.hands import Hands, Keyboard, Scripted, scripted
from simulator.numbers import e164, spaced
from simulator.remote import NotPossible, Remote, Unreachable

Json = dict[str, Any]
INTERRUPTED = 130  # as a shell says it of Ctrl-C


def run(
    simulator_url: str,
    from_: str,
    to: str,
    *,
    keys: list[str] | None,
    say: str | None,
    as_json: bool,
    out: TextIO,
    inp: TextIO | None,
    err: TextIO | None = None,
    watch: list[str] | None = None,
    settle_seconds: float = 3.0,
) -> int:
    """Make one call; 0 unless the caller heard an application error or the simulator could not be asked.

    What keeps the call from being made or ended goes to `err`, and nothing to `out` then but what was heard.
    `watch` limits to some numbers the telephones whose texts and calls are shown (None: all)."""
    shown = io.StringIO() if as_json else out  # only the summary is wanted
    err = err or sys.stderr
    try:
        hands = Keyboard(inp or sys.stdin, shown) if keys is None else scripted(keys, say)
        with Remote(simulator_url) as remote:
            call = Conversation(remote, hands, shown, watch)
            with _somebody_is_there(remote, isinstance(hands, Keyboard)):
                leg = call.hold(from_, to)
                call.settle(settle_seconds)
    except (Unreachable, NotPossible, ValueError) as fault:
        return _refused(err, fault)
    except KeyboardInterrupt:
        err.write("\nInterrompu : le téléphone est raccroché.\n")
        return INTERRUPTED
    unused = list(hands.keys) if isinstance(hands, Scripted) else []
    if as_json:
        out.write(json.dumps(_summary(leg, unused, call.texts), ensure_ascii=False) + "\n")
    elif unused:
        out.write(f"Touches qui n'ont pas servi : {' '.join(unused)}\n")
    return 1 if leg["ended_by"] == "error" else 0


def hold(
    simulator_url: str, number: str, *, text: str | None, to: str, out: TextIO, inp: TextIO, err: TextIO | None = None,
    settle_seconds: float = 3.0,
) -> int:  # fmt: skip
    """Be the owner of a telephone until Ctrl-C: read its texts, answer when it rings. With `text`: only send that one
    to the line, and show what is answered."""
    err, number = err or sys.stderr, e164(number)
    hands: Hands = Keyboard(inp, out) if text is None else scripted([], None)
    try:
        with Remote(simulator_url) as remote:
            phone = Conversation(remote, hands, out, [number], shows_old_texts=text is None)
            if text is not None:
                remote.phone(number, "send", to=e164(to), body=text)
                phone.settle(settle_seconds)
                return 0
            with _in_the_hand(remote, number):
                out.write(f"Le {spaced(number)} est dans vos mains ; Ctrl-C le repose.\n")
                phone.settle(math.inf)
    except (Unreachable, NotPossible, ValueError) as fault:
        return _refused(err, fault)
    except KeyboardInterrupt:
        out.write("\nLe téléphone est reposé.\n")
    return 0


def _refused(err: TextIO, fault: Exception) -> int:
    is_away = isinstance(fault, Unreachable)
    err.write(f"Le simulateur ne répond pas ({fault}) : lancez d'abord `make demo`.\n" if is_away else f"{fault}\n")
    return 1


@contextmanager
def _in_the_hand(remote: Remote, number: str) -> Iterator[None]:
    """It rings until its owner decides."""
    remote.phone(number, "manner", manner="manual")
    try:
        yield
    finally:
        with suppress(Unreachable):
            remote.phone(number, "manner", manner="")


def _summary(leg: Json, unused: list[str], texts: list[Json]) -> Json:
    return {
        "call_sid": leg["sid"],
        "from": leg["from"],
        "to": leg["to"],
        "heard": leg["heard"],
        "transcript": leg["transcript"],
        "ended_by": leg["ended_by"],
        "unused_keys": unused,
        "sms": texts,
        "recording": bool(leg["recordings"]),
    }


@contextmanager
def _somebody_is_there(remote: Remote, is_interactive: bool) -> Iterator[None]:
    """While somebody is at the keyboard, the telephones that are dialled ring instead of being deserted."""
    if is_interactive:
        remote.phone("default", "manner", manner="manual")
    try:
        yield
    finally:
        if is_interactive:
            remote.phone("default", "manner", manner="")

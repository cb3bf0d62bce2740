"""What one caller can cause: calls every thirty seconds for an hour, and « aggravé » every minute for ten.

`.venv/bin/python -m bench.one_caller`: the whole product and the pretend Twilio in this process, on a clock of its own;
nothing leaves the machine, and it takes a minute. It prints, and never passes or fails."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.databases import Sqlite
from tests.support.phone import ING1, ING2, ING3, ING4, RESP, Line, TestClock
from tests.support.quiet import quieten

WITHHELD, STRANGER, CLIENT = "+266696687", "+33199008001", "06 39 98 10 01"
CODE, THIRD_PARTY = "260417#", "0639987777#"
TEAM = (ING1, ING2, ING3, ING4, RESP)
EVERY = 30  # seconds
NATURES = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    call: Callable[[Line, int], None]
    times: int = 120
    every: int = EVERY


def unverified(line: Line, nth: int) -> None:
    """Withheld, three wrong codes, somebody else's mobile as the number to call back."""
    caller = line.phone(WITHHELD).calls().presses("1").presses("1")
    for place in range(3):
        if "code client" in caller.said:
            caller.presses(f"{9000 + 3 * nth + place:06d}#")
    _calls_back(caller)


def coded(line: Line, _: int) -> None:
    """Withheld, with a client's code: the loss of one service, again and again."""
    caller = line.phone(WITHHELD).calls().presses("1").presses("1").presses(CODE).presses("1")
    while caller.leg.state == "gathering" and "auquel vous rappeler" not in caller.said:
        caller.presses("2" if "Pour ajouter un message" in caller.said else "9")
    _calls_back(caller)


def change(line: Line, _: int) -> None:
    """Withheld, a change request each time."""
    _calls_back(line.phone(WITHHELD).calls().presses("1").presses("2"))


def _calls_back(caller: object) -> None:
    caller.presses(THIRD_PARTY).presses("1").says(5)  # type: ignore[attr-defined]


def forged(line: Line, nth: int) -> None:
    """A client's number shown by somebody else: a loss, a change, a question, in turn."""
    caller = line.phone(CLIENT).calls().presses("1").presses(next(islice(cycle(NATURES), nth, None)))
    if nth % 3 == 0:
        caller.hangs_up()  # at the question of the service: the option is established
    else:
        caller.says(5)


def worse(line: Line, nth: int) -> None:
    """A loss, and then « aggravé » every minute."""
    caller = line.phone(CLIENT).calls().presses("1").presses("1").presses("1")
    caller.presses("9" if nth == 0 else "1").says(5)


def worse_though_taken(line: Line, nth: int) -> None:
    """The same, and whoever is rung takes it each time."""
    for telephone in TEAM:
        line.phone(telephone).does("answers:1")
    worse(line, nth)


STORIES = (
    Story("withheld, no code", unverified),
    Story("withheld, a right code", coded),
    Story("withheld, a change", change),
    Story("a client's number, forged", forged),
    Story("« aggravé » every minute", worse, times=11, every=60),
    Story("« aggravé » every minute, taken each time", worse_though_taken, times=11, every=60),
)


@contextmanager
def installation() -> Iterator[Line]:
    quieten()
    with TemporaryDirectory() as folder, Sqlite(Path(folder)).fresh() as url:
        line = Line(url, Path(folder) / "audio", TestClock("2026-09-13 03:00"))
        yield line
        line.close()


def figures(line: Line) -> dict[str, int]:
    """What has left, or waits to."""
    texts = list(line.twilio.messages.values())
    calls = [call for call in line.twilio.calls.values() if call.to in TEAM]
    return {
        "SMS to others": sum(one.to not in TEAM for one in texts),
        "SMS to the team": sum(one.to in TEAM for one in texts),
        "calls to the team": len(calls),
        "tickets": len(line.tickets()),
        "pages": len(line.pages()),
        "mails": len(line.mails()),
    }


def play(story: Story) -> dict[str, int]:
    with installation() as line:
        for nth in range(story.times):
            story.call(line, nth)
            line.forward(seconds=story.every)
        return figures(line)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="stories whose name holds this")
    only = asked.parse_args().only
    for story in STORIES:
        if only in story.name:
            said = ", ".join(f"{number} {name}" for name, number in play(story).items())
            print(f"{story.name} ({story.times} calls): {said}", flush=True)


if __name__ == "__main__":
    main()

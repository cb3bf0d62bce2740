"""What goes wrong, and when: a plan drawn from a seed, and whoever carries it out."""

import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from tests.chaos.line import Line
from tests.jobs.work import until
from tests.support.phone import ING1, ING2, ING3, ING4, RESP

TEAM = (ING1, ING2, ING3, ING4, RESP)
# "manual": it rings, and nobody decides anything; "answers:-": picked up, and not a word.
MANNERS = (
    "manual",
    "no-answer",
    "busy",
    "failed",
    "voicemail",
    "answers:-",
    "answers:9",
    "answers:2,1",
    "answers:1",
    "answers:1",
)
PER_MINUTE = {
    "worker": 14, "web": 4, "postgres": 5, "rest": 30, "callback": 30, "message": 6, "recording": 6, "twice": 6,
    "manner": 40, "tap": 20,
}  # fmt: skip
REST = ("POST .*/Messages", "POST .*/Calls", "GET .*/Messages", "GET .*/Calls", "Recordings", "")
REST_KINDS = ("429", "500", "503", "500-after", "hang", "hang-after", "malformed")
CALLBACKS = ("sms/status", "alert", "voice/status", "recording", "")
_LINK = re.compile(r"http://127\.0\.0\.1:\d+/t/[\w-]+")


@dataclass(frozen=True, order=True)
class Trouble:
    at: float  # seconds from the start
    kind: str
    seed: float


def plan(seconds: float, chance: random.Random, *, postgres: bool) -> list[Trouble]:
    """As many of each kind as the time is worth, one at least, at random moments."""
    kinds = [kind for kind in PER_MINUTE if postgres or kind != "postgres"]
    return sorted(
        Trouble(chance.uniform(0, seconds), kind, chance.random())
        for kind in kinds
        for _ in range(max(round(PER_MINUTE[kind] * seconds / 60), 1))
    )


class Fate:
    """Carries out a plan, and starts again what has died."""

    def __init__(self, line: Line, troubles: list[Trouble]):
        self.line, self.troubles = line, troubles

    def strike(self) -> None:
        begun = time.monotonic()
        for trouble in self.troubles:
            until(lambda moment=begun + trouble.at: self._has_come(moment), trouble.at + 30, every=0.05)  # type: ignore[misc]
            getattr(self, trouble.kind)(random.Random(trouble.seed))

    def _has_come(self, moment: float) -> bool:
        self.line.tend()
        return time.monotonic() >= moment

    def peace(self) -> None:
        """Nothing goes wrong any more, and whoever is rung takes the ticket."""
        self.line.mend()
        for number in TEAM:
            self._set_manner(number, "answers:1")
        self.line.raise_all()

    # ---------------------------------------------------------------- what can happen
    def worker(self, chance: random.Random) -> None:
        self.line.kill("worker", chance.uniform(0, 1.5))

    def web(self, chance: random.Random) -> None:
        self.line.kill("web", chance.uniform(0, 1.0))

    def postgres(self, chance: random.Random) -> None:
        self.line.kill("postgres", chance.uniform(0, 1.0))

    def rest(self, chance: random.Random) -> None:
        """Twilio's API fails a few times."""
        rule = {"pattern": chance.choice(REST), "kind": chance.choice(REST_KINDS), "times": chance.randint(1, 4)}
        self._fault(rest=[rule | {"seconds": 2.0}])

    def callback(self, chance: random.Random) -> None:
        """What Twilio tells comes late, twice or never."""
        kind = chance.choice(("lost", "doubled", "delayed"))
        rule = {"pattern": chance.choice(CALLBACKS), "kind": kind, "times": chance.randint(1, 6)}
        self._fault(callback=[rule | {"seconds": chance.uniform(0.5, 5)}])

    def message(self, chance: random.Random) -> None:
        """A text does not arrive (30003), or its reader wants none (21610)."""
        self._fault(message=[{"code": chance.choice((30003, 21610)), "to": chance.choice(TEAM)}])

    def recording(self, chance: random.Random) -> None:
        self._fault(recording=[{"kind": "late", "times": chance.randint(1, 3)}])

    def twice(self, chance: random.Random) -> None:
        """From now on each webhook comes once, or twice."""
        self._fault(webhooks_twice=chance.choice(("", "", "in turn", "together")))

    def manner(self, chance: random.Random) -> None:
        self._set_manner(chance.choice(TEAM), chance.choice(MANNERS))

    def tap(self, chance: random.Random) -> None:
        """Somebody opens the link of a text."""
        links = [link for sms in self._inbox(chance.choice(TEAM)) for link in _LINK.findall(sms)]
        if links:
            self.line.tap(chance.choice(links), chance.choice(("take", "pass")))

    def _inbox(self, number: str) -> Iterator[str]:
        return (sms["body"] for sms in self.line.ask(f"phones/{quote(number)}")["inbox"])

    def _set_manner(self, number: str, manner: str) -> None:
        self.line.act(f"phones/{quote(number)}/manner", manner=manner).raise_for_status()

    def _fault(self, **wanted: object) -> None:
        self.line.act("faults", **wanted).raise_for_status()

"""One run: troubles while people call, then peace, then the verdict."""

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from jobs import reconciliation
from tests.chaos import callers, quick, troubles, verdict
from tests.chaos.callers import Caller
from tests.chaos.line import Line
from tests.chaos.troubles import Fate
from tests.chaos.verdict import Court, Verdict
from tests.jobs.work import until
from tests.support.phone import SAMPLE

LINES = 4  # people on the telephone at once
RETURNING = 8  # one call in so many is by somebody who has called before
POLICY = """
[[policies]]
code = "quick"
steps = [
  {{ after = "0s", who = ["principal"],        by = ["sms", "voice"] }},
  {{ after = "3s", who = ["principal"],        by = ["voice"] }},
  {{ after = "6s", who = ["secours"],          by = ["sms", "voice"] }},
  {{ after = "9s", who = ["everyone", "resp"], by = ["sms", "voice"] }},
]
repeat_last_every = "{repeat}s"
"""
# Seconds; the pretend Twilio does one thing at a time: who asks more of it waits for it, and measures nothing else.
REPEAT_AT_LEAST, PAGES_A_SECOND = 6, 4


@dataclass(frozen=True, kw_only=True)
class Chaos:
    database: str  # sqlite, postgresql
    calls: int
    seconds: float  # of trouble
    seed: int
    real: bool = False  # the product's own waits: the dust takes a quarter of an hour to settle
    keep: bool = False  # the folder of a run that is not sound: database, log, audio

    @property
    def settling(self) -> float:
        """Seconds that the dust may take to settle."""
        return 1500.0 if self.real else 60.0 + self.calls

    def run(self) -> Verdict:
        """Everything is started here and ended here, in a folder of its own."""
        pace = nullcontext() if self.real else quick.hastened()
        home, kept = Path(tempfile.mkdtemp(prefix="astreinte-chaos-")), False
        home.chmod(0o755)  # PostgreSQL runs as a user of its own
        try:
            with pace:
                found = self._run(home)
            if kept := self.keep and not found.sound:
                found.faults.append(f"kept: {home}")
            return found
        finally:
            if not kept:
                shutil.rmtree(home)

    def _run(self, home: Path) -> Verdict:
        chance = random.Random(self.seed)
        people = callers.clients(self.calls - self.calls // RETURNING, chance)
        made = callers.calls(people, self.calls, self.seconds, chance)
        fate_of = troubles.plan(self.seconds, chance, postgres=self.database == "postgresql")
        line = Line(home, self.database, self._directory(people), workers=2, real=self.real)
        try:
            line.start()
            fate = Fate(line, fate_of)
            self._trouble(line, fate, made)
            fate.peace()
            return self._settle(line, made)
        finally:
            line.stop()

    def _directory(self, people: Sequence[callers.Client]) -> str:
        sample = SAMPLE.read_text(encoding="utf-8")
        if not self.real:
            sample = sample.replace('policy = "standard"', 'policy = "quick"')
            sample += POLICY.format(repeat=max(REPEAT_AT_LEAST, self.calls // PAGES_A_SECOND))
        return sample + "\n".join(client.toml() for client in people)

    def _trouble(self, line: Line, fate: Fate, made: Sequence[Caller]) -> None:
        over = threading.Event()
        with ThreadPoolExecutor(LINES) as telephones:
            talks = [telephones.submit(callers.play, line, made[nth::LINES], over) for nth in range(LINES)]
            try:
                fate.strike()
                # Whoever still waits for their turn to call does so in peace, but what is dead must rise.
                until(lambda: self._tended(line) and all(talk.done() for talk in talks), self.seconds + 120, every=0.05)
            finally:
                over.set()
            for talk in talks:
                talk.result()

    def _settle(self, line: Line, made: Sequence[Caller]) -> Verdict:
        # Everything has been told by the second comparison with Twilio after the last call has ended.
        since = line.clock() + reconciliation.ON_ITS_WAY + timedelta(seconds=1)
        begun = time.monotonic()
        with suppress(AssertionError):  # the verdict says more than that it was waited for in vain
            until(lambda: not self._left(line, since), self.settling, every=0.3)
        took = time.monotonic() - begun
        found = Court(line, made).judge()
        found.facts["seconds to settle"] = round(took)
        if left := self._left(line, since):
            found.faults.append(f"{len(left)} still to do after {took:.0f} s: {left[:5]}")
        return found

    def _tended(self, line: Line) -> bool:
        line.tend()
        return True

    def _left(self, line: Line, since: datetime) -> list[str]:
        line.tend()
        try:
            return verdict.left_to_do(line, since)
        except SQLAlchemyError as lost:  # our own connection to the server that was killed
            return [str(lost)]

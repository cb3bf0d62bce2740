"""People who call: each listens and answers what is asked, and may hang up at any moment."""

import base64
import hashlib
import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ivr import prompts
from simulator import audio
from simulator.fetching import APPLICATION_ERROR
from tests.chaos.line import Line
from tests.support.settings_for_tests import AFTER_HOURS, MAIN

ACTIONS = 25  # nobody stays for ever
SERVICE, SITE, JOINED = "Quel service est perdu", "Quel site est touché", "Un ticket est déjà ouvert"
ELIGIBLE = (SERVICE, SITE, JOINED, prompts.PAGED, prompts.PAGED_AGAIN)  # whoever hears this is owed an engineer
HAS_FAILED = " a échoué ("  # what the simulator notes of an answer that did not come
Json = dict[str, Any]

_CONTRACT = """
[[clients.contracts]]
entity = "idline"
service = "{service}"
level = "critique"
option_24x7 = {option}
from = 2025-01-01
"""


@dataclass(frozen=True)
class Client:
    """Who may call, and what the directory knows of them."""

    nth: int
    kind: str  # single, many, none (no option), coded (from a number unknown to us), stranger

    @property
    def number(self) -> str:
        return f"+3363998{5000 + self.nth}"

    @property
    def code(self) -> str:
        return str(300_000 + self.nth)

    @property
    def covered(self) -> bool:
        """Has the option somewhere."""
        return self.kind in ("single", "many", "coded")

    @property
    def recognised(self) -> bool:
        """Whose number alone tells that they have it."""
        return self.kind in ("single", "many")

    def toml(self) -> str:
        if self.kind == "stranger":
            return ""
        contacts = f'{{ name = "Accueil", phones = ["{self.number}"] }}' if self.kind != "coded" else ""
        sites = '"Pau", "Bordeaux"' if self.kind == "many" else '"Pau"'
        services = ("Accès internet", "Hébergement") if self.kind == "many" else ("Accès internet",)
        option = "false" if self.kind == "none" else "true"
        head = (
            f'[[clients]]\ncode = "{self.code}"\nname = "Client {self.nth}"\ncontacts = [{contacts}]\nsites = [{sites}]'
        )
        return head + "".join(_CONTRACT.format(service=service, option=option) for service in services)


@dataclass
class Caller:
    """One call: what its person means to do, and what came of it."""

    client: Client
    begins: float  # seconds from the start
    line: str
    nature: str
    chance: random.Random
    voice: bytes
    leaves_after: int  # actions
    leg: Json = field(default_factory=dict)
    spoke: bool = False

    def call(self, line: Line) -> None:
        reply = line.act(f"phones/{quote(self.client.number)}/dial", to=self.line)
        reply.raise_for_status()
        self.leg = reply.json()
        for nth in range(ACTIONS):
            if self.leg["state"] == "ended":
                break
            path, body = ("hang-up", {}) if nth >= self.leaves_after else self._answer()
            self.spoke = self.spoke or path == "speak"
            line.act(f"legs/{self.leg['sid']}/{path}", **body)
            self.leg = line.ask(f"legs/{self.leg['sid']}")
        else:
            line.act(f"legs/{self.leg['sid']}/hang-up")
        self.leg = line.ask(f"legs/{self.leg['sid']}")

    def _answer(self) -> tuple[str, Json]:
        """What a person does who has heard this."""
        if self.leg["state"] == "recording":
            wav = base64.b64encode(self.voice).decode()
            return "speak", {"wav": wav, "seconds": 2, "ends_with": self.chance.choice(("hangup", "#"))}
        said = self.leg["said_since_input"]
        code = f"{self.client.code}#" if self.client.kind == "coded" else "111111#"
        answers = (
            (JOINED, self.chance.choice("12")), (SERVICE, "1"), (SITE, self.chance.choice("19")),
            (prompts.NATURE, self.nature), (prompts.CODE, code), ("tapez 5", "1"),
        )  # fmt: skip
        keys = next((keys for words, keys in answers if words in said), "")
        return ("press", {"keys": keys}) if keys else ("wait", {})

    # ---------------------------------------------------------------- what they are owed
    @property
    def heard(self) -> str:
        return " ".join(self.leg["heard"])

    @property
    def eligible(self) -> bool:
        """By their own ears."""
        return any(words in self.heard for words in ELIGIBLE)

    @property
    def owed(self) -> bool:
        """An engineer: by their own ears, or because their number says it for whom nothing was heard."""
        return self.eligible or (self.unheard and self.client.recognised)

    @property
    def troubled(self) -> bool:
        """An answer failed: what has been understood by then is anybody's guess."""
        failed = any(who == "network" and HAS_FAILED in what for who, what in self.leg["transcript"])
        return failed or APPLICATION_ERROR in self.heard or prompts.TROUBLE in self.heard

    @property
    def unheard(self) -> bool:
        """Not one word of ours."""
        return bool(self.leg["heard"] == [APPLICATION_ERROR])

    @property
    def voice_digest(self) -> str:
        return hashlib.sha256(self.voice).hexdigest()


def clients(count: int, chance: random.Random) -> list[Client]:
    """All kinds of them."""
    kinds = chance.choices(("single", "many", "none", "coded", "stranger"), (45, 25, 10, 10, 10), k=count)
    return [Client(nth, kind) for nth, kind in enumerate(kinds)]


def calls(people: Sequence[Client], count: int, seconds: float, chance: random.Random) -> list[Caller]:
    """So many calls, spread over the time; some people call twice, nobody twice at once."""
    return sorted(_made(people, count, seconds, chance), key=lambda caller: caller.begins)


def _made(people: Sequence[Client], count: int, seconds: float, chance: random.Random) -> Iterator[Caller]:
    for nth in range(count):
        again = nth >= len(people)
        own = random.Random(chance.random())
        yield Caller(
            client=people[nth - len(people)] if again else people[nth],
            begins=seconds * (0.75 + 0.25 * own.random() if again else 0.7 * own.random()),
            line=own.choice((MAIN, MAIN, AFTER_HOURS)),
            nature=own.choices(("1", "2", "3"), (85, 8, 7))[0],
            chance=own,
            voice=audio.tone(2, 200 + nth),
            leaves_after=own.choice((ACTIONS, ACTIONS, own.randint(0, 5))),
        )


def play(line: Line, callers: Sequence[Caller], over: threading.Event) -> None:
    """One person after another, each at their moment or as soon as the one before has done."""
    begun = time.monotonic()
    for caller in callers:
        if over.wait(max(caller.begins - (time.monotonic() - begun), 0)):
            return
        caller.call(line)

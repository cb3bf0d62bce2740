"""Who holds the terminal's telephone: a list of keys, or somebody at a keyboard."""

from collections import deque
from dataclasses import dataclass
from typing import Literal, Protocol, TextIO

from simulator.legs import KEYS
from simulator.numbers import spaced

HANG_UP = "h"
DEFAULT_MESSAGE = "Bonjour, ceci est un message d'essai laissé par le téléphone de démonstration."

Choice = Literal["answer", "ignore", "hang-up"]


class Hands(Protocol):
    """What a person decides at each turn of a call."""

    def at_question(self) -> str:
        """Keys to press; empty: stay silent; `h`: hang up."""

    @property
    def ran_out(self) -> bool:
        """Whether a question was left for which there was no key."""

    def at_beep(self) -> str:
        """What to say after the beep; empty: nothing, and hang up."""

    def when_rings(self, number: str) -> Choice | None:
        """What to do with a telephone that rings; None: nothing, go on waiting."""

    def in_talk(self) -> Literal["end-talk", "hang-up"]:
        """Who leaves a conversation: the other, or oneself."""


@dataclass
class Scripted:
    """Keys known beforehand, one entry for each question; whoever has none left hangs up."""

    keys: deque[str]
    message: str
    ran_out: bool = False  # at a question

    def at_question(self) -> str:
        if self.keys:
            return self.keys.popleft().replace("-", "")
        self.ran_out = True
        return HANG_UP

    def at_beep(self) -> str:
        return self.message

    def when_rings(self, number: str) -> Choice | None:
        return None

    def in_talk(self) -> Literal["end-talk", "hang-up"]:
        return "end-talk"


@dataclass
class Keyboard:
    """A person who reads and types; the end of the input hangs up."""

    inp: TextIO
    out: TextIO
    ran_out: bool = False  # never: whoever leaves says so

    def at_question(self) -> str:
        while True:
            typed = self._ask("touches (Entrée = silence, r = raccrocher) : ")
            if typed is None or typed == "r":
                return HANG_UP
            keys = typed.replace(" ", "")
            if set(keys) <= KEYS:
                return keys
            self.out.write("Un clavier de téléphone n'a que 0 à 9, * et #.\n")

    def at_beep(self) -> str:
        return self._ask("votre message (Entrée = se taire et raccrocher) : ") or ""

    def when_rings(self, number: str) -> Choice | None:
        typed = self._ask(f"décrocher le {spaced(number)} ? (o = oui, Entrée = laisser sonner, r = raccrocher) : ")
        if typed is None or typed == "r":
            return "hang-up"
        return "answer" if typed.startswith("o") else "ignore"

    def in_talk(self) -> Literal["end-talk", "hang-up"]:
        typed = self._ask("en conversation (Entrée = l'autre raccroche, r = vous raccrochez) : ")
        return "end-talk" if typed == "" else "hang-up"

    def _ask(self, question: str) -> str | None:
        self.out.write(question)
        self.out.flush()
        line = self.inp.readline()
        if not line:
            self.out.write("\n")
        return line.strip() if line else None


def scripted(keys: list[str], message: str | None) -> Scripted:
    """Hands that follow a list; ValueError names the entry that is not on a keypad."""
    for entry in keys:
        if entry.strip("-") not in ("", HANG_UP) and not set(entry) <= KEYS:
            raise ValueError(f"« {entry} » ne se tape pas : des chiffres, * ou #, - pour se taire, h pour raccrocher")
    return Scripted(deque(keys), message or DEFAULT_MESSAGE)

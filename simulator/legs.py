"""One leg of a call as the person on it lives it: what is heard, and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from simulator import audio as sound
from simulator.happenings import (
    Diverted,
    EndedBy,
    Event,
    Goto,
    HungUp,
    Inline,
    Keys,
    Question,
    Script,
    Silence,
    Spoken,
    State,
    Woken,
)
from simulator.records import FINAL_CALL_STATUSES, Call
from simulator.world import World

KEYS = frozenset("0123456789*#")
TALK_SECONDS = 30  # how long a conversation is said to have lasted when the clock was not moved


def named(keys: str) -> str:
    """« touche 1 », « touches 260417# »."""
    return f"touche {keys}" if len(keys) == 1 else f"touches {keys}"


def lost_keys(keys: str) -> str:
    """Keys that nobody was listening for any more."""
    return f"[touche perdue {keys}]" if len(keys) == 1 else f"[touches perdues {keys}]"


class Offer(Protocol):
    """Whoever makes a telephone ring and waits for what its owner does."""

    def answered(self, leg: "Leg", *, by_machine: bool) -> None: ...

    def refused(self, leg: "Leg", status: str) -> None: ...


class Exchange(Protocol):
    """Where legs are made and brought to the telephones of the world."""

    def new_leg(self, call: Call, offer: Offer | None = None) -> "Leg": ...

    def ring(self, leg: "Leg") -> None: ...


@dataclass(eq=False)
class Leg:
    """A leg and its script; every action returns when the person is needed again or the leg has ended."""

    world: World
    call: Call
    exchange: Exchange
    offer: Offer | None = None
    state: State = "ringing"
    ended_by: EndedBy = ""
    heard: list[str] = field(default_factory=list)
    transcript: list[tuple[str, str]] = field(default_factory=list)
    played: list[bytes] = field(default_factory=list)
    by_machine: bool = False  # an answering machine has taken it
    gather: Question | None = None
    typed: str = ""  # of its answer, so far
    dialling: list["Leg"] = field(default_factory=list)  # the telephones it makes ring, or is joined to
    prompt_from: int = 0  # where in `heard` the question being asked begins
    url: str = ""  # of the current document
    questions: int = 0  # how often the script has stopped for its person
    fallback_at: int = -1  # `questions` when the fallback address was last used
    is_running: bool = False
    on_end: list[Callable[["Leg"], None]] = field(default_factory=list)
    _script: Script | None = None
    _answered_up_to: int = 0  # how much of `heard` came before the last input

    # ---- what it looks like from outside
    @property
    def sid(self) -> str:
        return self.call.sid

    @property
    def from_(self) -> str:
        return self.call.from_

    @property
    def to(self) -> str:
        return self.call.to

    @property
    def direction(self) -> str:
        return self.call.direction

    @property
    def status(self) -> str:
        return self.call.status

    @property
    def said_since_input(self) -> str:
        """What was heard since the person last did something."""
        return " ".join(self.heard[self._answered_up_to :])

    # ---- what its person does
    def press(self, keys: str, *, more_follow: bool = False, over: str = "") -> None:
        """Type keys; `more_follow`: others may come, `over`: the words of the prompt that the key cuts short."""
        if not keys or not set(keys) <= KEYS:
            raise ValueError(f"« {keys} » ne se tape pas sur un clavier de téléphone")
        with self.world.stage:
            self._must_be_up()
            if over:
                self._cut_prompt(over)
            self.note("person", f"[{named(keys)}]")
            if self.state in ("gathering", "recording") or (self.state in ("talking", "dialling") and "*" in keys):
                self._act(Keys(keys, more_follow))
            else:
                self.note("network", "[personne n'écoute les touches]")

    def wait(self) -> None:
        """Do nothing until the gather times out, or until the recording hears enough silence."""
        with self.world.stage:
            self._must_be_up()
            if self.state in ("gathering", "recording"):
                self.note("person", "[silence]")
                self._act(Silence())

    def speak(self, audio: bytes | None = None, *, seconds: int | None = None, ends_with: str = "hangup") -> None:
        """Talk after the beep, then hang up, press a key or fall silent."""
        with self.world.stage:
            self._must_be_up()
            if self.state != "recording":
                raise RuntimeError("la ligne n'enregistre pas : rien n'écoute ce qui est dit")
            said = audio if audio is not None else sound.tone(5 if seconds is None else seconds)
            lasting = seconds if seconds is not None else round(sound.duration(said))
            self.note("person", f"[parle {lasting} s]")
            self._act(Spoken(said, lasting, ends_with))

    def end_talk(self, *, seconds: int = TALK_SECONDS) -> None:
        """The called person leaves a conversation that lasted so long; the caller's leg goes on."""
        with self.world.stage:
            if self.state != "talking":
                raise RuntimeError("personne n'est en conversation sur cette ligne")
            called = self.dialling[0] if self.dialling else self
            called.call.lived += seconds
            called.hang_up()

    def hang_up(self) -> None:
        """Put the receiver down, at any moment; on a leg that has ended it does nothing."""
        with self.world.stage:
            if self.state == "ended":
                return
            if self._script is None and self.offer is not None:
                self.refuse("busy")
                return
            self.note("person", "[raccroche]")
            self.cut("caller")

    # ---- what happens to it
    def pick_up(self, *, by_machine: bool = False) -> None:
        """Somebody, or an answering machine, takes the call that rings."""
        with self.world.stage:
            if self.offer is None or self.state != "ringing":
                raise RuntimeError(f"le {self.to} ne sonne plus")
            self.answer_call()
            self.by_machine = by_machine
            self.note("person", "[répondeur]" if by_machine else "[décroche]")
            self.offer.answered(self, by_machine=by_machine)

    def refuse(self, status: str) -> None:
        """The telephone that rings is not taken: busy, no-answer, failed, canceled."""
        with self.world.stage:
            assert self.offer is not None
            if self.state == "ringing":
                self.end("line" if status == "canceled" else "caller", status)
                self.offer.refused(self, status)

    def begin(self, script: Script) -> None:
        """Follow a script up to the first moment the person is needed."""
        self._script = script
        self._advance(lambda: next(script))

    def wake(self) -> None:
        """Let the script see that something happened on another leg."""
        if not self.is_running and self.state != "ended":
            self._send(Woken())

    def cut(self, by: EndedBy) -> None:
        """End the leg wherever it is; its script still makes the requests that are due."""
        self._throw(HungUp(by))

    def divert(self, goto: Goto | Inline) -> None:
        """Leave the current document for another."""
        self._throw(Diverted(goto))

    def answer_call(self) -> None:
        """The call is taken: its time counts from here."""
        if self.call.answered is None:
            self.call.answered = self.world.clock()
            self.call.status = "in-progress"

    def end(self, by: EndedBy, status: str = "completed") -> None:
        """Close the books on the leg, once."""
        if self.state == "ended":
            return
        if self.call.status not in FINAL_CALL_STATUSES:
            self.call.status = status
        self.call.ended = self.world.clock()
        self.state, self.ended_by, self.gather, self.typed = "ended", by, None, ""
        for tell in self.on_end:
            tell(self)

    def hear(self, text: str) -> None:
        """Something is said on the line."""
        self.heard.append(text)
        self.note("line", text)
        self.call.lived += sound.spoken_seconds(text)

    def note(self, who: str, what: str) -> None:
        """A line of the transcript; who: line, person or network."""
        self.transcript.append((who, what))

    def _cut_prompt(self, words: str) -> None:
        """Unsay what the question being asked would have said after these words."""
        if self.gather is None:
            raise RuntimeError("la ligne ne pose pas de question")
        for place, text in enumerate(self.heard[self.prompt_from :], self.prompt_from):
            before, found, _ = text.partition(words)
            if found:
                self.heard[place:] = [f"{before}{found}…"]
                self.note("network", f"[coupé après « {words} »]")
                return
        raise ValueError(f"« {words} » n'est pas dans la question")

    # ---- the script's clockwork
    def _must_be_up(self) -> None:
        if self.state == "ended":
            raise RuntimeError("l'appel est terminé")
        if self.state == "ringing":
            raise RuntimeError("l'appel n'a pas été décroché")

    def _act(self, event: Event) -> None:
        self._answered_up_to = len(self.heard)
        self._send(event)

    def _send(self, event: Event) -> None:
        script = self._script
        assert script is not None
        self._advance(lambda: script.send(event))

    def _throw(self, happening: Exception) -> None:
        script = self._script
        assert script is not None
        self._advance(lambda: script.throw(happening))

    def _advance(self, step: Callable[[], State]) -> None:
        self.is_running = True
        try:
            self.state = step()
            self.questions += 1
        except StopIteration:
            assert self.state == "ended", "a script ends by ending its leg"
        finally:
            self.is_running = False

"""<Dial>: other telephones ring, the first to pick up is whispered to, then joined to the caller."""

from collections.abc import Callable, Generator
from datetime import timedelta
from urllib.parse import urljoin

from simulator import audio
from simulator.fetching import fetch_unheard
from simulator.happenings import Event, Goto, HungUp, Keys, Script, State
from simulator.legs import Leg
from simulator.listening import announce, callback_of, keep, media_url
from simulator.numbers import is_dialable, spaced
from simulator.progress import detect, progress
from simulator.records import Call, Callback
from simulator.twiml import Node, text_of, whole

# What the called person hears first (None: nothing), then what to do once it has been accepted.
Whisper = Callable[[Leg, Goto | None, Callable[[], None]], Script]


def dial(leg: Leg, verb: Node, whisper: Whisper) -> Generator[State, Event, Goto | None]:
    """Ring, wait, talk; then the action address takes over, or the next verb."""
    dialling = Dialling(leg, verb, whisper)
    try:
        dialling.start()
        while not dialling.is_over:
            event = yield "talking" if dialling.joined else "dialling"
            if isinstance(event, Keys) and "*" in event.typed and verb.get("hangupOnStar") == "true":
                dialling.cut()
    except HungUp:
        leg.call.status = "completed"
        dialling.cut()
        if verb.get("action"):
            fetch_unheard(leg, dialling.result())
        raise
    finally:
        dialling.cut()
        leg.dialling = []
    return dialling.result() if verb.get("action") else None


class Dialling:
    """One <Dial> under way: it offers the call to telephones and learns what they do."""

    def __init__(self, leg: Leg, verb: Node, whisper: Whisper) -> None:
        self.leg = leg
        self.verb = verb
        self.whisper = whisper
        self.waiting = [n for n in verb if n.tag == "Number"] or ([verb] if text_of(verb) else [])
        self.nouns: dict[str, Node] = {}
        self.last: Leg | None = None  # whose fate the action is told
        self.winner: Leg | None = None  # the first to pick up
        self.joined: Leg | None = None
        self.is_over = False
        self.status = "failed"
        self.recording_url = ""

    def start(self) -> None:
        """Make the telephones ring: all together, or the first of a sequence."""
        if not self.waiting:
            self.leg.world.complain(f"{self.leg.url}: <Dial> of nobody")
        if not self._caller_id_is_allowed():
            self.waiting = []
        together = 1 if self.verb.get("sequential") == "true" else len(self.waiting)
        for _ in range(together):
            if self.waiting and self.winner is None:
                self._ring(self.waiting.pop(0))
        self._look()

    # ---- what the telephones do
    def answered(self, leg: Leg, *, by_machine: bool) -> None:
        """The first to pick up wins, the others stop ringing."""
        self.winner = self.last = leg
        self.waiting = []
        for other in self.leg.dialling:
            if other is not leg:
                other.refuse("canceled")
        self.leg.dialling = [leg]
        noun = self.nouns[leg.sid]
        progress(leg.world, leg.call, "answered", "in-progress")
        detect(leg, noun.get("machineDetection", ""), noun.get("amdStatusCallback", ""), by_machine=by_machine)
        url = noun.get("url") if noun.tag == "Number" else None
        first = Goto(urljoin(self.leg.url, url), noun.get("method", "POST")) if url else None
        leg.begin(self.whisper(leg, first, lambda: self._join(leg)))

    def refused(self, leg: Leg, status: str) -> None:
        """A telephone was not taken: the next of a sequence rings."""
        if leg in self.leg.dialling:
            self.leg.dialling.remove(leg)
        if self.is_over or self.winner is not None:
            return
        self.last, self.status = leg, status
        if self.waiting:
            self._ring(self.waiting.pop(0))
        self._look()

    def cut(self) -> None:
        """Stop everything that rings or talks."""
        if not self.is_over:
            self.is_over = True
            self.status = "completed" if self.winner else "canceled"
        for leg in list(self.leg.dialling):
            if leg.state == "ringing":
                self.last = self.last or leg
                leg.refuse("canceled")
            elif leg.state != "ended":
                leg.cut("line")

    def result(self) -> Goto:
        """The action request and what it tells."""
        extra = {"DialCallStatus": self.status, "DialBridged": "true" if self.joined else "false"}
        if self.last is not None:
            extra["DialCallSid"] = self.last.sid
            if self.last.call.answered:
                extra["DialCallDuration"] = str(self.last.call.duration)
        if self.recording_url:
            extra["RecordingUrl"] = self.recording_url
        return Goto(self.verb.get("action", self.leg.url), self.verb.get("method", "POST"), extra)

    # ---- its own doing
    def _caller_id_is_allowed(self) -> bool:
        call, world = self.leg.call, self.leg.world
        shown = self.verb.get("callerId") or call.from_
        allowed = {*world.numbers, call.from_, *([call.to] if call.direction == "inbound" else [])}
        if shown in allowed and is_dialable(shown):
            return True
        world.complain(f"13214 {self.leg.url}: <Dial callerId={shown!r}> is neither ours nor of this call")
        return False

    def _ring(self, noun: Node) -> None:
        world, caller = self.leg.world, self.leg.call
        number = text_of(noun)
        shown = self.verb.get("callerId") or caller.from_
        call = Call(world.sid("CA"), shown, number, "outbound-dial", world.clock(), parent_sid=caller.sid)
        call.callback = self._callback_of(noun)
        if not is_dialable(number):
            world.complain(f"13224 {self.leg.url}: <Dial> of {number!r}, which cannot be rung")
            self.status = "failed"
            return
        call.status = "ringing"
        leg = self.leg.exchange.new_leg(call, offer=self)
        self.nouns[leg.sid] = noun
        leg.on_end.append(self._ended)
        self.leg.dialling.append(leg)
        self.leg.note("network", f"[sonne le {spaced(number)}]")
        progress(world, call, "initiated", "initiated")
        progress(world, call, "ringing", "ringing")
        patience = timedelta(seconds=whole(self.verb, "timeout", 30))
        world.agenda.at(world.clock() + patience, lambda: leg.refuse("no-answer"))
        self.leg.exchange.ring(leg)

    def _callback_of(self, noun: Node) -> Callback | None:
        url = noun.get("statusCallback")
        if not url:
            return None
        events = frozenset(noun.get("statusCallbackEvent", "completed").split())
        return Callback(urljoin(self.leg.url, url), noun.get("statusCallbackMethod", "POST"), events)

    def _join(self, leg: Leg) -> None:
        """The whisper's document ran out without a <Hangup>: both hear each other."""
        self.joined = leg
        self.leg.answer_call()
        self.leg.note("network", f"[en conversation avec le {spaced(leg.to)}]")
        leg.note("network", f"[en conversation avec le {spaced(self.leg.from_)}]")
        self.leg.wake()

    def _ended(self, leg: Leg) -> None:
        """A telephone of ours is down again."""
        progress(leg.world, leg.call, "completed", leg.call.status)
        if leg is not self.winner:
            return
        self._after_talk(leg)
        if not self.is_over:
            self.is_over = True
            self.status = "completed" if self.joined else leg.world.faults.refused_whisper_status
            self.leg.wake()

    def _after_talk(self, leg: Leg) -> None:
        self.leg.call.lived += leg.call.lived
        if self.joined and self.verb.get("record", "do-not-record") not in ("do-not-record", "false"):
            world = leg.world
            sound = audio.tone(leg.call.duration)
            wanted = callback_of(self.leg, self.verb)
            kept = keep(world, self.leg.sid, sound, leg.call.duration, "DialVerb", wanted)
            self.recording_url = media_url(world, kept)
            world.agenda.soon(lambda: announce(world, kept))

    def _look(self) -> None:
        """Nobody rings and nobody answered: it is over."""
        if not self.leg.dialling and not self.waiting and self.winner is None and not self.is_over:
            self.is_over = True
            self.leg.wake()

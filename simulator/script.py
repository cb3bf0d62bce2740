"""A call followed through its documents, verb by verb, as a generator that stops where a person is needed."""

from collections.abc import Callable, Generator
from typing import Literal
from urllib.parse import urljoin

from simulator import audio
from simulator.dialling import dial
from simulator.fetching import APPLICATION_ERROR, ApplicationError, NotPlayed, fetch, instead
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
    State,
)
from simulator.legs import Leg, lost_keys
from simulator.listening import record
from simulator.twiml import Node, text_of, whole
from simulator.twiml_table import IN_WHISPER

MAX_DOCUMENTS_UNHEARD = 50  # in a row without anybody being asked anything: the documents go in circles

Next = Goto | Inline | Literal["hangup"] | None  # None: the next verb
Turn = Generator[State, Event, Next]


def live(leg: Leg, first: Goto | Inline) -> Script:
    """A whole leg, from its first document to its end."""
    by: EndedBy = "line"
    try:
        yield from follow(leg, first)
    except HungUp as cut:
        by = cut.by
    except ApplicationError:
        by = "error"
        leg.hear(APPLICATION_ERROR)
    leg.end(by)


def whisper(leg: Leg, first: Goto | None, join: Callable[[], None]) -> Script:
    """A called person's leg: a document to be accepted by hearing it to its end, then the conversation."""
    by: EndedBy = "line"
    try:
        if first is None or (yield from follow(leg, first, in_whisper=True)):
            join()
            while True:
                yield "talking"
    except HungUp as cut:
        by = cut.by
    except ApplicationError:
        by = "error"
        leg.hear(APPLICATION_ERROR)
    leg.end(by)


def follow(leg: Leg, first: Goto | Inline, *, in_whisper: bool = False) -> Generator[State, Event, bool]:
    """Documents until one runs out (True) or hangs up (False)."""
    goto: Goto | Inline | NotPlayed = first
    in_a_row, asked = 0, leg.questions
    while True:
        try:
            in_a_row = in_a_row + 1 if leg.questions == asked else 1
            asked = leg.questions
            if in_a_row > MAX_DOCUMENTS_UNHEARD:
                leg.world.complain(f"{leg.url}: {MAX_DOCUMENTS_UNHEARD} documents without a question")
                raise ApplicationError(leg.url)
            document = instead(leg, goto) if isinstance(goto, NotPlayed) else fetch(leg, goto)
            following = yield from _perform(leg, document.root, in_whisper=in_whisper)
            if following is None or isinstance(following, str):
                return following is None
            goto = following
        except Diverted as other:
            goto = other.goto
        except NotPlayed as sound:
            goto = sound


def _perform(leg: Leg, root: Node, *, in_whisper: bool) -> Turn:
    for verb in root:
        if in_whisper and verb.tag not in IN_WHISPER:
            leg.world.complain(f"{leg.url}: <{verb.tag}> is not allowed while a called person is whispered to")
            continue
        following = yield from _verb(leg, verb)
        if following is not None:
            return following
    return None


def _verb(leg: Leg, verb: Node) -> Turn:
    answers = verb.tag != "Reject" and not (verb.tag == "Dial" and verb.get("answerOnBridge") == "true")
    if answers:
        leg.answer_call()
    match verb.tag:
        case "Say" | "Play" | "Pause":
            speak(leg, verb)
        case "Gather":
            return (yield from gather(leg, verb))
        case "Record":
            return (yield from record(leg, verb))
        case "Dial":
            return (yield from dial(leg, verb, whisper))
        case "Redirect":
            return Goto(text_of(verb) or leg.url, verb.get("method", "POST"))
        case "Hangup" | "Leave":
            return "hangup"
        case "Reject":
            leg.call.status = "busy" if verb.get("reason") == "busy" else "no-answer"
            leg.note("line", "[appel refusé]")
            return "hangup"
        case _:
            leg.note("network", f"[{verb.tag}]")  # Start, Stop: they change nothing of what is heard
    return None


def speak(leg: Leg, verb: Node) -> None:
    """The verbs that only make themselves heard."""
    if verb.tag == "Say":
        leg.hear(text_of(verb))
    elif verb.tag == "Pause":
        leg.call.lived += whole(verb, "length", 1)
    elif text_of(verb) and not text_of(verb).startswith("audio:"):
        play(leg, urljoin(leg.url, text_of(verb)))


def play(leg: Leg, url: str) -> None:
    """Fetch a sound and play it; one that is not to be had ends the document."""
    if url.startswith(leg.world.api_url):
        leg.world.complain(f"11200 <Play> {url}: recordings ask for credentials")
        raise NotPlayed(11200, url)
    reply = leg.world.webhooks.send("GET", url, {}, accept="audio/*")
    if reply.error:
        raise NotPlayed(reply.error, url)
    if not reply.answer.content_type.startswith("audio/"):
        leg.world.complain(f"12300 <Play> {url}: {reply.answer.content_type or 'no type'} is not a sound")
        raise NotPlayed(12300, url)
    seconds = audio.duration(reply.answer.body)
    leg.played.append(reply.answer.body)
    leg.call.lived += seconds
    leg.note("line", f"[son de {round(seconds)} s]")


def gather(leg: Leg, verb: Node) -> Turn:
    """Prompts that a key stops, then keys until there are enough or nothing more comes."""
    leg.prompt_from = len(leg.heard)
    for child in verb:
        speak(leg, child)
    limit = whole(verb, "numDigits", 0)
    question = Question(limit or None, whole(verb, "timeout", 5), verb.get("finishOnKey", "#"))
    leg.gather = question
    digits = ""
    try:
        while True:
            event = yield "gathering"
            if isinstance(event, Silence):
                leg.call.lived += question.timeout
                break
            if isinstance(event, Keys) and "dtmf" in verb.get("input", "dtmf"):
                digits, is_done, lost = _typed(digits, event.typed, question)
                leg.typed = digits
                if lost:
                    leg.note("network", lost_keys(lost))
                if is_done or not event.more_follow:
                    break
    finally:
        leg.gather, leg.typed = None, ""
    if digits:
        return Goto(verb.get("action", leg.url), verb.get("method", "POST"), {"Digits": digits})
    if verb.get("actionOnEmptyResult") == "true":
        return Goto(verb.get("action", leg.url), verb.get("method", "POST"))
    return None


def _typed(before: str, keys: str, question: Question) -> tuple[str, bool, str]:
    """Digits so far, whether the gather is over, and the keys that came too late: Twilio forgets them."""
    digits = before
    for place, key in enumerate(keys):
        if key == question.finish_on_key:
            return digits, True, keys[place + 1 :]
        digits += key
        if len(digits) == question.num_digits:
            return digits, True, keys[place + 1 :]
    return digits, False, ""

"""Steps written as TwiML: escaped text, because the SDK's builder costs thirty times as much.

Every address is absolute; the fragment `#rc=…` asks Twilio for retries and is not signed.
Source: Twilio, TwiML for Programmable Voice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr, unescape

from ivr.steps import Ask, Connect, HangUp, Heard, PutThrough, Say, Step, TakeMessage

CONTENT_TYPE = "text/xml; charset=utf-8"
SAID_AT_MOST = 4000  # characters; Twilio: 4096
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SAID = re.compile(r"<Say\b[^>]*>(.*?)</Say>", re.DOTALL)
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@dataclass(frozen=True, slots=True)
class Voice:
    language: str
    name: str  # "" leaves it to the language

    @property
    def attributes(self) -> str:
        named = f" voice={quoteattr(self.name)}" if self.name else ""
        return f" language={quoteattr(self.language)}{named}"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for one origin, in one voice, for the turn that the answers will make."""

    origin: str  # PUBLIC_URL
    voice: Voice
    caller_id: str  # shown to the team: a number of ours
    turn: int
    after_message: str = "recorded"  # the happening that follows a message, were it silent
    room: str = ""  # path below which this conversation has its happenings
    recall: str = ""  # query by which a recording recalls its call, should we not know it

    def document(self, heard: Heard) -> str:
        return document(part for step in heard for part in self._step(step))

    def say(self, text: str) -> str:
        return say(text, self.voice)

    def url(self, happening: str) -> str:
        return f"{self.origin}/webhooks/voice/{self.room}{happening}?n={self.turn}"

    def redirect(self, url: str) -> str:
        """One moment, then another try at an address."""
        return document(('<Pause length="1"/>', f"<Redirect>{escape(url)}</Redirect>"))

    def whisper(self, text: str, patience: int) -> str:
        """To whoever has picked up before being put through: a key, or the end."""
        return document(
            (
                f'<Gather input="dtmf" action="{self.url("accepted")}" timeout="{patience}" numDigits="1">'
                f"{self.say(text)}</Gather>",
                "<Hangup/>",
            )
        )

    def _step(self, step: Step) -> tuple[str, ...]:
        match step:
            case Say(text):
                return (self.say(text),)
            case Ask():
                return self._ask(step)
            case TakeMessage():
                return self._take_message(step)
            case Connect(number, seconds):
                return (
                    f'<Dial action="{self.url("dialled")}" timeout="{seconds}" answerOnBridge="true"'
                    f" callerId={quoteattr(self.caller_id)}>"
                    f'<Number url="{self.url("whisper")}">{escape(number)}</Number></Dial>',
                )
            case PutThrough(number, seconds):
                return (
                    f'<Dial action="{self.url("ended")}" timeout="{seconds}" answerOnBridge="true"'
                    f" callerId={quoteattr(self.caller_id)}><Number>{escape(number)}</Number></Dial>",
                )
            case HangUp():
                return ("<Hangup/>",)

    def _ask(self, ask: Ask) -> tuple[str, ...]:
        # Without digits to count, # ends the answer; with them, # alone is no answer at all.
        digits = f' numDigits="{ask.digits}"' if ask.digits else ""
        first = f"<Play>{escape(ask.first)}</Play>" if ask.first else ""
        return (
            f'<Gather input="dtmf" action="{self.url("pressed")}" timeout="{ask.patience}"{digits}'
            f' finishOnKey="#">{first}{self.say(ask.text)}</Gather>',
            f"<Redirect>{self.url('silent')}</Redirect>",
        )

    def _take_message(self, step: TakeMessage) -> tuple[str, ...]:
        callback = f"{self.origin}/webhooks/recording{self.recall}#rc=3&rp=all"
        after = self.url(self.after_message)
        return (
            self.say(step.text),
            f'<Record action="{after}" maxLength="{step.longest}" timeout="{step.patience}"'
            f' finishOnKey="#" playBeep="true" trim="do-not-trim" recordingStatusCallback={quoteattr(callback)}'
            ' recordingStatusCallbackEvent="completed absent"/>',
            f"<Redirect>{after}</Redirect>",  # a silent recording may fall through
        )


def spoken(written: str) -> list[str]:
    """What one of our own documents says, in its order."""
    return [unescape(text) for text in _SAID.findall(written)]


def document(parts: Iterable[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(parts)}</Response>'


def say(text: str, voice: Voice) -> str:
    """Nothing at all for a text without a word: Twilio stumbles over an empty <Say>."""
    said = clean(text)
    return f"<Say{voice.attributes}>{escape(said)}</Say>" if said.strip() else ""


def message(text: str) -> str:
    """The answer to an SMS."""
    return document((f"<Message>{escape(clean(text))}</Message>",))


def clean(text: str) -> str:
    """Without the control characters that would make the document no XML, and the line dead."""
    return _CONTROL.sub(" ", text)[:SAID_AT_MOST]

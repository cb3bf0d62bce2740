"""What Twilio posts: signed requests of 26 parameters, made beforehand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.load import Conversation, Exchange
from telephony.signature import sign

ORIGIN = "https://astreinte.example"
HOST = ORIGIN.removeprefix("https://")
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "0" * 32
LINE = "+33586077777"
PLACES = ("Called", "Caller", "From", "To")


@dataclass(frozen=True, slots=True)
class Telephone:
    """Who calls, and under which CallSid."""

    call: str
    number: str

    def fields(self, **more: str) -> dict[str, str]:
        """Twilio, TwiML for Programmable Voice, "Request parameters"."""
        fields = {
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": self.call, "CallStatus": "in-progress",
            "Called": LINE, "Caller": self.number, "Direction": "inbound", "From": self.number, "To": LINE,
        }  # fmt: skip
        for who in PLACES:
            fields |= {f"{who}City": "", f"{who}Country": "FR", f"{who}State": "", f"{who}Zip": ""}
        return fields | more

    def post(self, happening: str, **more: str) -> bytes:
        return post(f"/webhooks/{happening}", self.fields(**more))


def post(path: str, fields: Mapping[str, str]) -> bytes:
    """A whole signed request, ready to be sent."""
    body = urlencode(fields)
    signature = sign(TOKEN, ORIGIN + path, fields.items())
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {signature}\r\nI-Twilio-Idempotency-Token: 5fe6f3a1-5f5b-4b0c-b1ad-5f7f0f2ab0d5\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def sid(kind: str, number: int) -> str:
    return f"{kind}{number:032x}"


# ---------------------------------------------------------------- conversations
def key_press(telephone: Telephone) -> Conversation:
    """1 at the menu, at night: hours are judged, and the nature of the request is asked."""
    return (Exchange(telephone.post("voice/pressed?n=1", Digits="1"), b"perte d'un service"),)


def after_hours_call(telephone: Telephone, recording: str) -> Conversation:
    """A client at night: menu, loss of a service, which, where, the message, its recording, the end."""
    heard = {"RecordingSid": recording, "RecordingUrl": f"https://api.twilio.com/{recording}", "RecordingDuration": "9"}
    return (
        Exchange(telephone.post("voice", CallStatus="ringing"), b"Bonjour et bienvenue"),
        Exchange(telephone.post("voice/pressed?n=1", Digits="1"), b"perte d'un service"),
        Exchange(telephone.post("voice/pressed?n=2", Digits="1"), b"Quel service"),
        Exchange(telephone.post("voice/pressed?n=3", Digits="1"), b"Quel site"),
        Exchange(telephone.post("voice/pressed?n=4", Digits="9"), b"<Record"),
        Exchange(telephone.post("voice/recorded?n=5", **heard), "Votre référence".encode()),
        Exchange(telephone.post("recording", RecordingStatus="completed", **heard), b" 204 "),
        Exchange(telephone.post("voice/status", CallStatus="completed", CallDuration="60"), b" 204 "),
    )


def baseline_requests(expected: bytes) -> Iterator[Conversation]:
    """The same key press for the baselines: any call, one after another, without end."""
    ready = [
        (Exchange(Telephone(sid("CA", n), "+33639981001").post("voice/pressed?n=1", Digits="1"), expected),)
        for n in range(2000)
    ]
    while True:
        yield from ready

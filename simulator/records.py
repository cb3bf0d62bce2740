"""The entries of Twilio's books: calls, messages, recordings, numbers, and the requests that came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FINAL_CALL_STATUSES = ("completed", "busy", "failed", "no-answer", "canceled")


@dataclass
class Number:
    """A telephone number of the account and where its calls and messages are announced."""

    number: str
    voice_url: str
    voice_fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""
    sms_fallback_url: str = ""
    voice_method: str = "POST"
    voice_fallback_method: str = "POST"
    status_callback_method: str = "POST"
    sms_method: str = "POST"
    sms_fallback_method: str = "POST"
    friendly_name: str = ""
    sid: str = ""  # PN…, given by the account that holds it
    created: datetime | None = None


@dataclass(frozen=True)
class Callback:
    """Where the progress of a call is told, and which of its events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass
class Call:
    """One leg of a call in the books."""

    sid: str
    from_: str
    to: str
    direction: str  # inbound, outbound-api, outbound-dial
    created: datetime
    status: str = "queued"
    parent_sid: str = ""
    number_sid: str = ""
    forwarded_from: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"
    callback: Callback | None = None
    answered_by: str = ""
    answered: datetime | None = None
    ended: datetime | None = None
    lived: float = 0.0  # seconds of talk, prompts and silence that the clock was not moved for
    sequence: int = 0  # of the next progress callback

    @property
    def is_over(self) -> bool:
        return self.status in FINAL_CALL_STATUSES

    @property
    def duration(self) -> int:
        """Whole seconds from the answer to the end."""
        if self.answered is None or self.ended is None:
            return 0
        return round(max(self.ended - self.answered, timedelta(seconds=self.lived)).total_seconds())


@dataclass(frozen=True)
class Notification:
    """An error that Twilio keeps of a request it made for a call."""

    sid: str
    call_sid: str
    error_code: int
    url: str
    method: str
    at: datetime


@dataclass
class Message:
    sid: str
    from_: str
    to: str
    body: str
    created: datetime
    direction: str = "outbound-api"
    status: str = "queued"
    callback_url: str = ""
    error_code: int | None = None
    sent: datetime | None = None
    updated: datetime | None = None


@dataclass
class Recording:
    sid: str
    call_sid: str
    audio: bytes
    seconds: int
    created: datetime
    source: str = "RecordVerb"
    status: str = "processing"
    callback: Callback | None = None
    error_code: int | None = None
    fetches: int = 0
    late_fetches: int = 0  # answered 404 so many more times, though announced
    is_truncated: bool = False  # its download breaks off in the middle


@dataclass(frozen=True)
class RestRequest:
    """A request the product made to Twilio's REST API."""

    at: datetime
    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    form: Mapping[str, Sequence[str]]
    status: int  # of the answer; 0: none was given
    made: str = ""  # sid of the call or message that came of it, whatever was answered


@dataclass
class Sms:
    """A text as it lies in a telephone."""

    from_: str
    body: str
    at: datetime
    sid: str = ""
    status: str = "received"


@dataclass(frozen=True)
class RestReply:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

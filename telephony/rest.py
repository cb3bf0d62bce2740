"""Twilio's REST API through its SDK: what the jobs ask of it.

The SDK's client is given our own sender of requests, which goes to TWILIO_API_URL."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from settings import Settings
from telephony.failures import Busy, Denied, Failure, Refused, Unsure
from telephony.http import Http, NoReply, Reply, Wire

Answer = TypeVar("Answer")
_QUIET = logging.getLogger("twilio.http_client")
_QUIET.setLevel(logging.WARNING)  # at INFO it writes addresses and texts
DENIED = (20003, 20005)  # Twilio: error dictionary; wrong credentials, account not active
NOT_FOUND = 20404
CLOCKS_DIFFER = timedelta(minutes=2)  # between Twilio and this machine
LIST = {"limit": 1000, "page_size": 1000}  # in one page
DAY = {"limit": 20_000, "page_size": 1000}  # a day of a busy account, in pages; never without an end
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})  # Twilio: CallStatus
RETRIED = "#rc=3&rp=all"  # Twilio: connection overrides; never part of what is signed


@dataclass(frozen=True, slots=True)
class Audio:
    content: bytes
    announced: int | None  # Content-Length


@dataclass(frozen=True, slots=True)
class PastCall:
    sid: str
    from_: str
    to: str
    started_at: datetime
    ended_at: datetime
    forwarded_from: str


@dataclass(frozen=True, slots=True)
class PastRecording:
    sid: str
    call: str
    seconds: int


class Twilio:
    def __init__(self, settings: Settings, http: Http | None = None):
        self._settings = settings
        self._http = http or Wire()
        account, token = settings.twilio_account_sid, settings.twilio_auth_token
        sender = _Sender(self._http, settings.twilio_api_url)
        self._client = Client(account, token, http_client=sender)

    # ---------------------------------------------------------------- SMS
    def send_sms(self, to: str, body: str, callback: str, valid_for: timedelta) -> str:
        """Returns the message's sid. Raises Refused, Busy or Unsure."""
        sid = self._ask(
            lambda: (
                self._client.messages.create(
                    to=to,
                    from_=self._settings.twilio_sms_sender,
                    body=body,
                    status_callback=callback + RETRIED,
                    validity_period=int(valid_for.total_seconds()),
                ).sid
            )
        )
        if not sid:
            raise Unsure("réponse sans identifiant")
        return str(sid)

    def find_sms(self, to: str, body: str, since: datetime) -> list[str]:
        """Messages that were accepted, maybe without our hearing so; the newest first."""
        sender, wanted = self._settings.twilio_sms_sender, {"to": to, "date_sent_after": since - CLOCKS_DIFFER, **LIST}
        sent = self._ask(lambda: self._client.messages.list(**wanted))
        ours = (one for one in sent if sender in (one.from_, one.messaging_service_sid))
        return [message.sid for message in ours if message.body == body]

    def sms_status(self, sid: str) -> tuple[str, str]:
        """MessageStatus, and the ErrorCode or ""."""
        message = self._ask(lambda: self._client.messages(sid).fetch())
        return str(message.status), str(message.error_code or "")

    # ---------------------------------------------------------------- calls to the team
    def place_call(self, to: str, *, url: str, fallback: str, status: str, machine: str = "", ring_seconds: int) -> str:
        """Ring somebody, who hears what `url` answers; returns the call's sid. Raises Refused, Busy or Unsure.

        `fallback`: asked when an answer, or a sound in it, cannot be had: else the call would end there.

        `machine`: who is told whether a machine has answered; it is looked for while the call goes on (AsyncAmd),
        so that a person never waits in silence."""
        told = {"async_amd_status_callback": machine + RETRIED, "machine_detection": "Enable", "async_amd": "true"}
        sid = self._ask(
            lambda: (
                self._client.calls.create(
                    to=to,
                    from_=self._settings.twilio_caller_id,
                    url=url + RETRIED,
                    fallback_url=fallback + RETRIED,
                    status_callback=status + RETRIED,
                    status_callback_event=["initiated", "ringing", "answered", "completed"],
                    timeout=ring_seconds,
                    **(told if machine else {}),
                ).sid
            )
        )
        if not sid:
            raise Unsure("réponse sans identifiant")
        return str(sid)

    def find_calls(self, to: str, since: datetime) -> list[str]:
        """Our calls to that number since then, the newest first; from another number they are somebody else's."""
        wanted = {"to": to, "from_": self._settings.twilio_caller_id, "start_time_after": since - CLOCKS_DIFFER, **LIST}
        placed = self._ask(lambda: self._client.calls.list(**wanted))
        return [call.sid for call in placed if call.direction == "outbound-api"]

    def call_status(self, sid: str) -> tuple[str, str]:
        """CallStatus; calls have no error code."""
        return str(self._ask(lambda: self._client.calls(sid).fetch()).status), ""

    def stop_ringing(self, sid: str) -> None:
        """End a call that nobody has answered; one that goes on is left alone. Twilio: `canceled`."""
        self._ask(lambda: self._client.calls(sid).update(status="canceled"))

    # ---------------------------------------------------------------- recordings
    def recording(self, sid: str) -> Audio | None:
        """The audio as WAV; none while Twilio does not have it. Raises Refused, Busy or Unsure."""
        reply = self._get(f"Recordings/{sid}.wav")
        if reply.status == 404:
            return None
        announced = reply.headers.get("Content-Length") or reply.headers.get("content-length")
        return Audio(reply.body, int(announced) if announced and announced.isdigit() else None)

    def recording_status(self, sid: str) -> str:
        """Its state in Twilio's books; "" when it is in none."""
        try:
            return str(self._ask(lambda: self._client.recordings(sid).fetch()).status)
        except Refused as refused:
            if refused.code != NOT_FOUND:
                raise
            return ""

    def delete_recording(self, sid: str) -> None:
        """Gone afterwards, also when it was gone before."""
        try:
            self._ask(lambda: self._client.recordings(sid).delete())
        except Refused as refused:
            if refused.code != NOT_FOUND:
                raise

    # ---------------------------------------------------------------- what it knows and we may not
    def ended_calls(self, to: str, since: datetime) -> list[PastCall]:
        """Calls to that number that began since then and are over, the oldest first."""
        listed = self._ask(lambda: self._client.calls.list(to=to, start_time_after=since, **DAY))
        return [_past(call) for call in reversed(listed) if _has_come(call) and call.status in OVER and call.end_time]

    def call_to(self, sid: str) -> str | None:
        """The number that a call came in by, "" for one that went out; none when Twilio knows of no such call."""
        try:
            call = self._ask(lambda: self._client.calls(sid).fetch())
        except Refused as refused:
            if refused.code != NOT_FOUND:
                raise
            return None
        return str(call.to or "") if call.direction == "inbound" else ""

    def recordings_since(self, since: datetime) -> list[PastRecording]:
        """Finished messages that are still at Twilio, the oldest first: what <Record> has made, of any number."""
        listed = self._ask(lambda: self._client.recordings.list(date_created_after=since, **DAY))
        done = [one for one in reversed(listed) if one.status == "completed" and one.source in (None, "", "RecordVerb")]
        return [PastRecording(one.sid, one.call_sid or "", int(one.duration or 0)) for one in done]

    def errors_since(self, since: datetime) -> list[str]:
        """The calls of which a request to us failed, once for each failure. Twilio: Notification, log 0."""
        listed = self._ask(lambda: self._client.notifications.list(log=0, message_date_after=since.date(), **DAY))
        return [notification.call_sid for notification in listed if notification.call_sid]

    # ---------------------------------------------------------------- the installation
    def number(self, e164: str) -> Mapping[str, Any] | None:
        """How the line's number is configured at Twilio; none when it is not ours."""
        found = self._ask(lambda: self._client.incoming_phone_numbers.list(phone_number=e164, limit=1))
        if not found:
            return None
        names = ("voice_url", "voice_fallback_url", "status_callback", "sms_url", "capabilities")
        return {name: getattr(found[0], name) for name in names}

    def leads_elsewhere(self, e164: str) -> bool:
        """Whether calls to a number of the account are answered by somebody else: it is not our line, or not yet."""
        configured = self.number(e164)
        url = str((configured or {}).get("voice_url") or "")
        return bool(url) and not url.startswith(f"{self._settings.public_url}/")

    def _get(self, resource: str) -> Reply:
        """A file of the account, by an address we make ourselves: credentials go nowhere else."""
        account = self._settings.twilio_account_sid
        url = f"{self._settings.twilio_api_url}/2010-04-01/Accounts/{account}/{resource}"
        try:
            # Compressed on the way, the sound would not have the length that is announced.
            plain = {"Accept-Encoding": "identity"}
            reply = self._http.request("GET", url, headers=plain, auth=(account, self._settings.twilio_auth_token))
        except NoReply as silence:
            raise Unsure(str(silence)) from silence
        if reply.status not in (200, 404):
            raise _failure(reply.status, f"GET {resource}", 0)
        return reply

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        try:
            return question()
        except NoReply as silence:
            raise Unsure(str(silence)) from silence
        except TwilioRestException as fault:
            raise _failure(fault.status, fault.msg, fault.code or 0) from fault
        except TwilioServiceException as fault:  # errors in the form of RFC 9457
            raise _failure(fault.status, fault.detail or fault.title, fault.code or 0) from fault
        except TwilioException as fault:
            raise _of_a_list(fault) from fault
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise Unsure(f"réponse illisible : {fault}") from fault


def _has_come(call: Any) -> bool:
    return call.direction == "inbound" and bool(call.start_time)


def _past(call: Any) -> PastCall:
    return PastCall(call.sid, call._from or "", call.to, call.start_time, call.end_time, call.forwarded_from or "")


def _failure(status: int, message: str, code: int) -> Failure:
    if status == 401 or code in DENIED:
        return Denied(f"{status} {message}")
    if status == 429:  # nothing was done
        return Busy(f"{status} {message}")
    if 400 <= status < 500 and status != 408:
        return Refused(f"{code or status} {message}", code)
    return Unsure(f"{status} {message}")


def _of_a_list(fault: TwilioException) -> Failure:
    """What the SDK makes of a list that it was refused: the response is in its arguments, unread."""
    *_, response = fault.args or (None,)
    status = getattr(response, "status_code", 0)
    if status in (401, 429):
        return _failure(status, "liste refusée", 0)
    return Unsure(f"liste illisible, réponse {status}" if status else f"réponse illisible : {fault}")


class _Sender(HttpClient):  # type: ignore[misc]  # the SDK is not typed
    """Carries the SDK's requests to the configured origin."""

    def __init__(self, http: Http, origin: str):
        super().__init__(logger=_QUIET, is_async=False)
        self._http, self._origin = http, urlsplit(origin)

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        parts = urlsplit(uri)
        url = urlunsplit((self._origin.scheme, self._origin.netloc, parts.path, parts.query, ""))
        reply = self._http.request(method.upper(), url, params=params, data=data, headers=headers, auth=auth)
        return Response(reply.status, reply.body.decode("utf-8", "replace"), reply.headers)

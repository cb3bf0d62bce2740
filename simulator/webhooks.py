"""Requests to the product as Twilio makes them: signed, tried again, redirected, and counted."""

import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit
from xml.etree import ElementTree

from requests.utils import requote_uri

from simulator import overrides, signature
from simulator.door import CONNECTION_FAILED, Answer, Door
from simulator.faults import Faults

MAX_REDIRECTS = 10
FORM = "application/x-www-form-urlencoded; charset=utf-8"
ACCEPT_TWIML = "text/xml, application/xml, text/html"
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Reply:
    """The last answer of a request, the address it came from, and Twilio's code when it is a failure."""

    answer: Answer
    url: str
    error: int = 0


class Webhooks:
    """Twilio's way to the product's door."""

    def __init__(self, door: Door, token: str, faults: Faults, complain: Callable[[str], None]) -> None:
        self.door = door
        self.token = token
        self._faults = faults
        self._complain = complain
        self._count = itertools.count()

    def send(
        self,
        method: str,
        url: str,
        params: Mapping[str, str],
        *,
        accept: str = ACCEPT_TWIML,
        voice: bool = True,
    ) -> Reply:
        """Make one request to its end: retries, redirects, and the second copy when a fault asks for it."""
        target, wanted = self._address(url)
        idempotency = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{next(self._count)} {target}"))
        for _ in range(MAX_REDIRECTS + 1):
            sent = _Request(method, target, dict(params), accept, idempotency, voice)
            answer = self._tried(sent, wanted)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return Reply(answer, target, self._judged(sent, answer))
            target = requote_uri(urljoin(target, answer.headers["location"]))
            if answer.status not in (307, 308):
                method, params = "GET", {}  # as browsers do: the form is lost on the way
        self._complain(f"11215 {url}: more than {MAX_REDIRECTS} redirects")
        return Reply(answer, target, 11215)

    def _address(self, url: str) -> tuple[str, overrides.Overrides]:
        parts = urlsplit(url)
        wanted = overrides.read(parts.fragment)
        for fault in wanted.faults:
            self._complain(f"11243 {url}: bad connection override {fault}")
        return requote_uri(urlunsplit(parts._replace(fragment=""))), wanted

    def _tried(self, sent: "_Request", wanted: overrides.Overrides) -> Answer:
        deadline = time.monotonic() + wanted.total_ms / 1000
        answer = self._copies(sent)
        for _ in range(wanted.retries):
            if not wanted.retry(answer) or time.monotonic() > deadline:
                break
            answer = self._copies(sent)
        return answer

    def _copies(self, sent: "_Request") -> Answer:
        """One request, or two alike whose answers must agree."""
        twice = self._faults.webhooks_twice
        if not twice or sent.is_media:
            return self._once(sent)
        if twice == "together":
            with ThreadPoolExecutor(2) as pool:
                first, second = pool.map(self._once, (sent, sent))
        else:
            first, second = self._once(sent), self._once(sent)
        if _sense(first) != _sense(second):
            self._complain(f"{sent.method} {sent.url}: a repeated request was answered differently")
        return first

    def _once(self, sent: "_Request") -> Answer:
        url, body = sent.wire()
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": sent.accept,
            "I-Twilio-Idempotency-Token": sent.idempotency,
            "X-Twilio-Signature": signature.compute(
                self.token,
                signature.signed_url(url, drop_https_port=sent.voice),
                sent.params if sent.method == "POST" else {},
            ),
        }
        if sent.method == "POST":
            headers["Content-Type"] = FORM
        return self.door.request(sent.method, url, body, headers)

    def _judged(self, sent: "_Request", answer: Answer) -> int:
        if 200 <= answer.status < 300:
            return 0
        code = 11205 if answer.failure == CONNECTION_FAILED else 11200
        self._complain(
            f"{code} {sent.method} {sent.url}: {f'status {answer.status}' if answer.status else 'no answer'}"
        )
        return code


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    params: dict[str, str]
    accept: str
    idempotency: str
    voice: bool

    @property
    def is_media(self) -> bool:
        return self.accept.startswith("audio/")

    def wire(self) -> tuple[str, bytes]:
        """Address and body: with GET the parameters travel in the query."""
        if self.method == "POST":
            return self.url, urlencode(self.params).encode()
        if not self.params:
            return self.url, b""
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(self.params)}", b""


def _sense(answer: Answer) -> tuple[int, object]:
    """What an answer means; the address of a sound may differ from one time to the next."""
    try:
        root = ElementTree.fromstring(answer.body)  # noqa: S314 (both copies come from the product under test)
    except ElementTree.ParseError:
        return answer.status, answer.body
    return answer.status, [(n.tag, n.attrib, "" if n.tag == "Play" else (n.text or "").strip()) for n in root.iter()]

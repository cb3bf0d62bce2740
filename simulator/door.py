"""How Twilio's requests reach the product: a door that a test or a real network stands behind."""

import time
from dataclasses import dataclass, field
from typing import Protocol

import requests

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0  # Twilio gives up on any call-related request after that, retries included

CONNECTION_FAILED = "ct"
READ_TIMED_OUT = "rt"


@dataclass(frozen=True)
class Answer:
    """What came back; status 0: nobody answered, `failure` says how (ct: no connection, rt: no reply)."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)  # lower-case names
    body: bytes = b""
    failure: str = ""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class Door(Protocol):
    """Whatever takes one HTTP request to the product and brings the answer back, following no redirect."""

    def request(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer: ...


class HttpDoor:
    """The product behind real HTTP."""

    def request(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """One request, given up after 15 s in all even when the answer trickles."""
        deadline = time.monotonic() + TOTAL_SECONDS
        try:
            with requests.Session() as session:
                session.trust_env = False  # a proxy of the machine must not see the loopback
                response = session.request(
                    method,
                    url,
                    data=body or None,
                    headers=headers,
                    timeout=(CONNECT_SECONDS, TOTAL_SECONDS),
                    allow_redirects=False,
                    stream=True,
                )
                return _read(response, deadline)
        except requests.exceptions.ReadTimeout:
            return Answer(0, failure=READ_TIMED_OUT)
        except requests.exceptions.ConnectionError:
            return Answer(0, failure=CONNECTION_FAILED)
        except requests.exceptions.RequestException:
            return Answer(0, failure=READ_TIMED_OUT)


def _read(response: requests.Response, deadline: float) -> Answer:
    body = b""
    for piece in response.iter_content(16384):
        body += piece
        if time.monotonic() > deadline:
            return Answer(0, failure=READ_TIMED_OUT)
    return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

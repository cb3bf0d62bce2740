"""HTTP to Twilio: one thing that sends, so that tests can put a pretend Twilio in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests

from telephony.whole import Adapter

CONNECT, READ = 3.0, 5.0  # seconds: together well below the engine's lease


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


class NoReply(Exception):
    """The request may or may not have arrived."""


class Http(Protocol):
    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Reply:
        """Raises NoReply when none came in time."""


class Wire:
    """The real thing; never follows a redirect, which would carry our credentials elsewhere."""

    def __init__(self, connections: int = 32):
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, Adapter(pool_maxsize=connections))

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Reply:
        try:
            reply = self._session.request(
                method, url, params=params, data=data, headers=dict(headers or {}), auth=auth,
                timeout=(CONNECT, READ), allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as fault:
            raise NoReply(f"{type(fault).__name__} : {method} {url.partition('?')[0]}") from fault
        return Reply(reply.status_code, reply.headers, reply.content)

"""Two ways to ask the pretend Twilio's REST API: plain fields, and the official SDK."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response

from simulator.twilio import RestReply, Twilio
from tests.simulator.product import ACCOUNT, TOKEN

PREFIX = f"/2010-04-01/Accounts/{ACCOUNT}"
Fields = Mapping[str, str | list[str]]
AUTHORIZATION = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@dataclass
class Reply:
    raw: RestReply

    @property
    def status(self) -> int:
        return self.raw.status

    @property
    def json(self) -> Any:
        return json.loads(self.raw.body)


@dataclass
class Client:
    """Requests by resource, with good credentials unless told otherwise."""

    twilio: Twilio
    authorization: str = AUTHORIZATION

    def get(self, resource: str, suffix: str = ".json", **query: str) -> Reply:
        return self.ask("GET", f"{PREFIX}/{resource}{suffix}", query)

    def post(self, resource: str, **form: str | list[str]) -> Reply:
        return self.ask("POST", f"{PREFIX}/{resource}.json", {}, form)

    def delete(self, resource: str) -> Reply:
        return self.ask("DELETE", f"{PREFIX}/{resource}.json")

    def follow(self, address: str) -> Reply:
        """An address as the API gave it, query included."""
        parts = urlsplit(address)
        return Reply(self.twilio.rest("GET", parts.path, parse_qs(parts.query), {}, self.authorization))

    def ask(self, method: str, path: str, query: Fields | None = None, form: Fields | None = None) -> Reply:
        def listed(given: Fields | None) -> dict[str, list[str]]:
            return {k: v if isinstance(v, list) else [v] for k, v in (given or {}).items()}

        return Reply(self.twilio.rest(method, path, listed(query), listed(form), self.authorization))


@dataclass
class Exchange:
    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]
    reply: RestReply


@dataclass
class InProcess(HttpClient):  # type: ignore[misc]  # the SDK is not typed
    """What `twilio.rest.Client(http_client=…)` takes: its requests go to the pretend Twilio in this process."""

    twilio: Twilio
    exchanges: list[Exchange] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,
        allow_redirects: bool = False,
    ) -> Response:
        parts = urlsplit(url)
        query = parse_qs(parts.query + "&" + urlencode(params or {}, doseq=True), keep_blank_values=True)
        form = parse_qs(urlencode(data or {}, doseq=True), keep_blank_values=True)
        basic = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        reply = self.twilio.rest(method.upper(), parts.path, query, form, basic)
        self.exchanges.append(Exchange(method.upper(), parts.path, query, form, reply))
        return Response(reply.status, reply.body.decode(), reply.headers)

"""The REST subset of the account: credentials, routes, field checks, and the faults that were asked for."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from simulator import fields, rest_calls, rest_messages, rest_notifications, rest_numbers, rest_recordings
from simulator.faults import Hung
from simulator.paging import Query
from simulator.phones import PhoneExchange
from simulator.records import RestReply, RestRequest
from simulator.refusals import Refused
from simulator.shapes import account_json, call_json, message_json, number_json
from simulator.troubles import after, before, json_reply
from simulator.world import World

T = TypeVar("T")
CREATED = 201
_SID = "([A-Z]{2}[0-9a-f]{32})"
_MEDIA = r"(|\.wav|\.mp3)"


@dataclass(frozen=True)
class Asked:
    """A request whose fields are known to be good."""

    sid: str
    query: Query
    form: Query
    suffix: str = ""  # .wav, .mp3


class Route(NamedTuple):
    method: str
    pattern: str
    serve: Callable[["Rest", Asked], RestReply]
    query: Mapping[str, fields.Rule] = fields.NOTHING
    form: Mapping[str, fields.Rule] = fields.NOTHING

    def match(self, method: str, path: str) -> re.Match[str] | None:
        if method != self.method:
            return None
        return re.fullmatch(re.escape(self.pattern).replace("<SID>", _SID).replace("<MEDIA>", _MEDIA), path)


class Rest:
    """Twilio's API for one account."""

    def __init__(self, world: World, exchange: PhoneExchange) -> None:
        self.world = world
        self.exchange = exchange

    def handle(self, method: str, path: str, query: Query, form: Query, authorization: str) -> RestReply:
        """Answer one request and note it; Hung when a fault says that nothing is answered."""
        faults = self.world.faults
        fault = faults.strike(faults.rest_rules, f"{method} {path}")
        reply = before(fault) or self._serve(method, path, query, form, authorization)
        made = str(json.loads(reply.body)["sid"]) if reply.status == CREATED else ""
        if fault is not None:
            reply = after(fault, reply)
        is_silent = fault is not None and fault.kind.startswith("hang")
        self.world.requests.append(
            RestRequest(self.world.clock(), method, path, query, form, 0 if is_silent else reply.status, made)
        )
        if fault is not None and is_silent:
            raise Hung(fault.seconds)
        return reply

    def _serve(self, method: str, path: str, query: Query, form: Query, authorization: str) -> RestReply:
        try:
            self._check_credentials(authorization)
            return self._route(method, path, query, form)
        except Refused as refused:
            if refused.is_fault:
                self.world.complain(f"{refused.code} {method} {path}: {refused}")
            return json_reply(refused.status, refused.json())

    def _check_credentials(self, authorization: str) -> None:
        pair = f"{self.world.account_sid}:{self.world.auth_token}"
        expected = "Basic " + base64.b64encode(pair.encode()).decode()
        if not hmac.compare_digest(expected.encode(), authorization.encode()):
            raise Refused(401, 20003, "Authenticate")

    def _route(self, method: str, path: str, query: Query, form: Query) -> RestReply:
        account = self.world.path()
        for route in ROUTES:
            found = route.match(method, path.removeprefix(account)) if path.startswith(account) else None
            if found is None:
                continue
            wrong = fields.faults(route.query, query) + fields.faults(route.form, form)
            if wrong:
                raise Refused(400, 20001, "; ".join(wrong))
            sid, suffix, *_ = (*found.groups(), "", "")
            return route.serve(self, Asked(sid, query, form, suffix))
        raise Refused(404, 20404, f"The requested resource {path} was not found")

    # ---- one method for each operation
    def read_account(self, _asked: Asked) -> RestReply:
        return json_reply(200, account_json(self.world))

    def create_call(self, asked: Asked) -> RestReply:
        return json_reply(201, rest_calls.create(self.world, self.exchange, asked.form))

    def list_calls(self, asked: Asked) -> RestReply:
        return json_reply(200, rest_calls.index(self.world, asked.query))

    def read_call(self, asked: Asked) -> RestReply:
        return json_reply(200, call_json(self.world, _find(self.world.calls, asked.sid)))

    def update_call(self, asked: Asked) -> RestReply:
        call = _find(self.world.calls, asked.sid)
        return json_reply(200, rest_calls.update(self.world, self.exchange, call, asked.form))

    def list_recordings_of_call(self, asked: Asked) -> RestReply:
        return json_reply(200, rest_recordings.index_of_call(self.world, asked.sid, asked.query))

    def create_message(self, asked: Asked) -> RestReply:
        return json_reply(201, rest_messages.create(self.world, self.exchange, asked.form))

    def list_messages(self, asked: Asked) -> RestReply:
        return json_reply(200, rest_messages.index(self.world, asked.query))

    def read_message(self, asked: Asked) -> RestReply:
        return json_reply(200, message_json(self.world, _find(self.world.messages, asked.sid)))

    def update_message(self, asked: Asked) -> RestReply:
        return json_reply(200, rest_messages.update(self.world, _find(self.world.messages, asked.sid), asked.form))

    def delete_message(self, asked: Asked) -> RestReply:
        del self.world.messages[_find(self.world.messages, asked.sid).sid]
        return RestReply(204)

    def list_recordings(self, asked: Asked) -> RestReply:
        return json_reply(200, rest_recordings.index(self.world, asked.query))

    def read_recording(self, asked: Asked) -> RestReply:
        recording = _find(self.world.recordings, asked.sid)
        return json_reply(200, rest_recordings.read(self.world, recording, asked.query))

    def delete_recording(self, asked: Asked) -> RestReply:
        return rest_recordings.delete(_find(self.world.recordings, asked.sid))

    def fetch_sound(self, asked: Asked) -> RestReply:
        return rest_recordings.media(_find(self.world.recordings, asked.sid), asked.suffix, asked.query)

    def list_notifications(self, asked: Asked) -> RestReply:
        return json_reply(200, rest_notifications.index(self.world, asked.query))

    def list_numbers(self, asked: Asked) -> RestReply:
        return json_reply(200, rest_numbers.index(self.world, asked.query))

    def read_number(self, asked: Asked) -> RestReply:
        return json_reply(200, number_json(self.world, rest_numbers.find(self.world, asked.sid)))

    def update_number(self, asked: Asked) -> RestReply:
        number = rest_numbers.find(self.world, asked.sid)
        return json_reply(200, rest_numbers.update(self.world, number, asked.form))


ROUTES = (
    Route("GET", ".json", Rest.read_account),
    Route("POST", "/Calls.json", Rest.create_call, form=fields.CREATE_CALL),
    Route("GET", "/Calls.json", Rest.list_calls, fields.LIST_CALLS),
    Route("GET", "/Calls/<SID>.json", Rest.read_call),
    Route("POST", "/Calls/<SID>.json", Rest.update_call, form=fields.UPDATE_CALL),
    Route("GET", "/Calls/<SID>/Recordings.json", Rest.list_recordings_of_call, fields.LIST_CALL_RECORDINGS),
    Route("POST", "/Messages.json", Rest.create_message, form=fields.CREATE_MESSAGE),
    Route("GET", "/Messages.json", Rest.list_messages, fields.LIST_MESSAGES),
    Route("GET", "/Messages/<SID>.json", Rest.read_message),
    Route("POST", "/Messages/<SID>.json", Rest.update_message, form=fields.UPDATE_MESSAGE),
    Route("DELETE", "/Messages/<SID>.json", Rest.delete_message),
    Route("GET", "/Recordings.json", Rest.list_recordings, fields.LIST_RECORDINGS),
    Route("GET", "/Recordings/<SID>.json", Rest.read_recording, fields.GET_RECORDING),
    Route("DELETE", "/Recordings/<SID>.json", Rest.delete_recording),
    Route("GET", "/Recordings/<SID><MEDIA>", Rest.fetch_sound, fields.GET_MEDIA),
    Route("GET", "/Notifications.json", Rest.list_notifications, fields.LIST_NOTIFICATIONS),
    Route("GET", "/IncomingPhoneNumbers.json", Rest.list_numbers, fields.LIST_NUMBERS),
    Route("GET", "/IncomingPhoneNumbers/<SID>.json", Rest.read_number),
    Route("POST", "/IncomingPhoneNumbers/<SID>.json", Rest.update_number, form=fields.UPDATE_NUMBER),
)


def _find(books: Mapping[str, T], sid: str) -> T:
    if sid not in books:
        raise Refused(404, 20404, f"The requested resource {sid} was not found", is_fault=False)
    return books[sid]

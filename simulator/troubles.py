"""What REST answers when a fault strikes: nothing done and an error, or all done and an error all the same."""

import json

from simulator.faults import Rule
from simulator.records import RestReply
from simulator.refusals import error_json
from simulator.shapes import Json

JSON = "application/json"


def json_reply(status: int, content: Json) -> RestReply:
    """A resource, a list or an error."""
    return RestReply(status, {"content-type": JSON}, json.dumps(content).encode())


def before(fault: Rule | None) -> RestReply | None:
    """The answer of a Twilio that does nothing with the request."""
    if fault is None or fault.kind in ("500-after", "hang-after", "malformed"):
        return None
    if fault.kind == "429":
        return json_reply(429, error_json(429, 20429, "Too Many Requests"))
    status = int(fault.kind) if fault.kind.isdigit() else 500
    return json_reply(status, error_json(status, 20500, "An internal server error has occurred"))


def after(fault: Rule, reply: RestReply) -> RestReply:
    """What becomes of the answer when the request has been carried out."""
    if fault.kind == "500-after":
        return json_reply(500, error_json(500, 20500, "An internal server error has occurred"))
    if fault.kind == "malformed":
        return RestReply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])
    return reply

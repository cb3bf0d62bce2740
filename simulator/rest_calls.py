"""REST on calls: create, change, read, list."""

from simulator.fetching import MAX_TWIML_PARAMETER
from simulator.happenings import Goto, Inline
from simulator.numbers import is_dialable
from simulator.paging import Query, first, in_time, page
from simulator.phones import PhoneExchange
from simulator.placing import Placed, change
from simulator.records import Call, Callback
from simulator.refusals import Refused
from simulator.shapes import Json, call_json
from simulator.world import World


def create(world: World, exchange: PhoneExchange, form: Query) -> Json:
    """POST Calls: the call is queued and rings at the next pump."""
    to, from_ = first(form, "To"), first(form, "From")
    if not is_dialable(to):
        raise Refused(400, 21211, f"The phone number you are attempting to call, {to}, is not valid.")
    if from_ not in world.numbers:
        raise Refused(400, 21210, f"The source phone number provided, {from_}, is not yet verified for your account.")
    goto = _goto(form)
    if goto is None:
        raise Refused(400, 21205, "Url parameter is required.")
    call = Call(world.sid("CA"), from_, to, "outbound-api", world.clock(), number_sid=world.numbers[from_].sid)
    call.fallback_url = first(form, "FallbackUrl")
    call.fallback_method = first(form, "FallbackMethod", "POST")
    call.callback = _callback(form)
    is_async = first(form, "AsyncAmd") == "true"
    Placed(
        world,
        exchange,
        call,
        goto,
        timeout=min(int(first(form, "Timeout", "60")), 600),
        detection=first(form, "MachineDetection"),
        detection_url=first(form, "AsyncAmdStatusCallback") if is_async else "",
    ).queue()
    return call_json(world, call)


def _goto(form: Query) -> Goto | Inline | None:
    twiml = first(form, "Twiml")
    if len(twiml) > MAX_TWIML_PARAMETER:
        raise Refused(400, 20001, f"Twiml is longer than {MAX_TWIML_PARAMETER} characters")
    if first(form, "Url"):  # Twilio prefers the address when both are given
        return Goto(first(form, "Url"), first(form, "Method", "POST"), is_mid_call=False)
    return Inline(twiml) if twiml else None


def _callback(form: Query) -> Callback | None:
    url = first(form, "StatusCallback")
    if not url:
        return None
    events = frozenset(form.get("StatusCallbackEvent") or ("completed",))
    return Callback(url, first(form, "StatusCallbackMethod", "POST"), events)


def update(world: World, exchange: PhoneExchange, call: Call, form: Query) -> Json:
    """POST Calls/{sid}: hang up, or another document."""
    goto, status = _goto(form), first(form, "Status")
    if first(form, "Url") and first(form, "Twiml"):
        raise Refused(400, 20001, "Url and Twiml exclude each other")
    if goto is not None and call.is_over:
        raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.", is_fault=False)
    if first(form, "StatusCallback"):
        call.callback = _callback(form)
    if goto is not None or status:
        change(world, exchange.legs[call.sid], status=status, goto=goto)
    return call_json(world, call)


def rows(world: World, query: Query) -> list[Call]:
    """The calls a list asks for, newest first."""
    wanted = {"To": "to", "From": "from_", "Status": "status", "ParentCallSid": "parent_sid"}
    found = [
        call
        for call in list(world.calls.values())
        if all(not first(query, name) or getattr(call, field) == first(query, name) for name, field in wanted.items())
        and in_time(query, "StartTime", call.answered or call.created)
        and in_time(query, "EndTime", call.ended)
    ]
    return found[::-1]


def index(world: World, query: Query) -> Json:
    """GET Calls."""
    return page("calls", world.path("Calls.json"), rows(world, query), query, lambda c: call_json(world, c))

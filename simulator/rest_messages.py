"""REST on messages: create, redact or cancel, read, list."""

from simulator.numbers import is_dialable, receives_sms
from simulator.paging import Query, first, in_time, page
from simulator.phones import PhoneExchange
from simulator.records import Message
from simulator.refusals import Refused
from simulator.shapes import Json, message_json
from simulator.texts import Delivery
from simulator.world import World

MAX_BODY = 1600


def create(world: World, exchange: PhoneExchange, form: Query) -> Json:
    """POST Messages: queued, then on its way at the next pump."""
    to, from_, body = first(form, "To"), first(form, "From"), first(form, "Body")
    if not from_:
        raise Refused(400, 21603, "A 'From' phone number is required.")
    if not body:
        raise Refused(400, 21602, "Message body is required.")
    if len(body) > MAX_BODY:
        raise Refused(400, 21617, f"The concatenated message body exceeds the {MAX_BODY} character limit.")
    if from_ not in world.sms_senders and from_ not in world.numbers:
        raise Refused(400, 21606, f"The From phone number {from_} is not a valid, SMS-capable sender of your account.")
    if not is_dialable(to):
        raise Refused(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if not receives_sms(to):
        raise Refused(400, 21614, f"'To' number {to} is not a valid mobile number")
    blocked = next((r for r in world.faults.message_rules if r.kind.startswith("2") and r.strikes(to)), None)
    if blocked:
        raise Refused(400, int(blocked.kind), "Attempt to send to unsubscribed recipient", is_fault=False)
    message = Message(world.sid("SM"), from_, to, body, world.clock(), callback_url=first(form, "StatusCallback"))
    world.messages[message.sid] = message
    Delivery(world, message, lambda number: exchange.phone(number).inbox).start()
    return message_json(world, message)


def update(world: World, message: Message, form: Query) -> Json:
    """POST Messages/{sid}: an empty body redacts it, `canceled` stops what has not left."""
    if "Body" in form:
        if first(form, "Body"):
            raise Refused(400, 20001, "A body can only be made empty")
        message.body = ""
    if first(form, "Status") == "canceled":
        if message.status != "queued":
            raise Refused(400, 30409, "Message cannot be canceled", is_fault=False)
        message.status = "canceled"
    return message_json(world, message)


def index(world: World, query: Query) -> Json:
    """GET Messages, newest first."""
    found = [
        message
        for message in list(world.messages.values())
        if first(query, "To", message.to) == message.to
        and first(query, "From", message.from_) == message.from_
        and in_time(query, "DateSent", message.sent or message.created)
    ]
    return page("messages", world.path("Messages.json"), found[::-1], query, lambda m: message_json(world, m))

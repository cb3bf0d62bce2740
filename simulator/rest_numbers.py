"""REST on the account's own telephone numbers: list, read, set their addresses."""

import re

from simulator.paging import Query, first, page
from simulator.records import Number
from simulator.refusals import Refused
from simulator.shapes import Json, number_json
from simulator.world import World


def index(world: World, query: Query) -> Json:
    """GET IncomingPhoneNumbers; `PhoneNumber` may be a part of a number."""
    found = [
        number
        for number in world.numbers.values()
        if first(query, "PhoneNumber") in number.number
        and first(query, "FriendlyName", number.friendly_name) == number.friendly_name
    ]
    path = world.path("IncomingPhoneNumbers.json")
    return page("incoming_phone_numbers", path, found, query, lambda n: number_json(world, n))


def find(world: World, sid: str) -> Number:
    """The number with that identifier."""
    found = next((n for n in world.numbers.values() if n.sid == sid), None)
    if found is None:
        raise Refused(404, 20404, f"The requested resource {sid} was not found")
    return found


def update(world: World, number: Number, form: Query) -> Json:
    """POST IncomingPhoneNumbers/{sid}: other addresses."""
    if first(form, "VoiceFallbackUrl") and not first(form, "VoiceUrl", number.voice_url):
        raise Refused(400, 21405, "VoiceFallbackUrl without VoiceUrl")
    for name in form:
        field = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
        if hasattr(number, field):
            setattr(number, field, first(form, name))
    return number_json(world, number)

"""The JSON of each resource, field by field as Twilio's description has it."""

from typing import Any

from simulator.listening import media_url
from simulator.records import Call, Message, Notification, Number, Recording
from simulator.texts import segments
from simulator.world import API_VERSION, World, rfc2822

Json = dict[str, Any]

MESSAGE_ERRORS = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
}


def call_json(world: World, call: Call) -> Json:
    uri = world.path("Calls", call.sid)
    return _common(world, call.sid) | {
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.ended or call.answered or call.created),
        "parent_call_sid": call.parent_sid or None,
        "to": call.to,
        "to_formatted": call.to,
        "from": call.from_,
        "from_formatted": call.from_,
        "phone_number_sid": call.number_sid or None,
        "status": call.status,
        "start_time": rfc2822(None if call.status == "queued" else call.answered or call.created),
        "end_time": rfc2822(call.ended),
        "duration": str(call.duration) if call.ended else None,
        "price": None,
        "price_unit": "USD",
        "direction": call.direction,
        "answered_by": call.answered_by or None,
        "forwarded_from": call.forwarded_from or None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def message_json(world: World, message: Message) -> Json:
    uri = world.path("Messages", message.sid)
    return _common(world, message.sid) | {
        "body": message.body,
        "num_segments": str(segments(message.body)),
        "num_media": "0",
        "direction": message.direction,
        "from": message.from_,
        "to": message.to,
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(message.sent),
        "date_updated": rfc2822(message.updated or message.created),
        "price": None,
        "price_unit": "USD",
        "error_code": message.error_code if message.status in ("undelivered", "failed") else None,
        "error_message": _error_message(message),
        "status": message.status,
        "messaging_service_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def _error_message(message: Message) -> str | None:
    if message.error_code is None or message.status != "undelivered":
        return None
    return MESSAGE_ERRORS.get(message.error_code, "Unknown error")


def recording_json(world: World, recording: Recording) -> Json:
    is_done = recording.status in ("completed", "deleted")
    return _common(world, recording.sid) | {
        "call_sid": recording.call_sid,
        "conference_sid": None,
        "date_created": rfc2822(recording.created),
        "date_updated": rfc2822(recording.created),
        "start_time": rfc2822(recording.created),
        "duration": str(recording.seconds) if is_done else None,
        "price": None,
        "price_unit": "USD",
        "status": recording.status,
        "channels": 1,
        "source": recording.source,
        "error_code": recording.error_code,
        "encryption_details": None,
        "media_url": media_url(world, recording),
        "uri": f"{world.path('Recordings', recording.sid)}.json",
        "subresource_uris": {},
    }


def call_recording_json(world: World, recording: Recording) -> Json:
    """The same recording listed under its call, where Twilio shows slightly other fields."""
    shown = recording_json(world, recording)
    del shown["media_url"], shown["subresource_uris"]
    uri = world.path("Calls", recording.call_sid, "Recordings", recording.sid)
    return shown | {"track": None, "uri": f"{uri}.json"}


def number_json(world: World, number: Number) -> Json:
    return _common(world, number.sid) | {
        "phone_number": number.number,
        "friendly_name": number.friendly_name,
        "address_requirements": "none",
        "address_sid": None,
        "beta": False,
        "capabilities": {"voice": True, "sms": bool(number.sms_url), "mms": False, "fax": False},
        "date_created": rfc2822(number.created),
        "date_updated": rfc2822(number.created),
        "origin": "twilio",
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "sms_url": number.sms_url,
        "sms_method": number.sms_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_fallback_method": number.sms_fallback_method,
        "status": "in-use",
        "uri": f"{world.path('IncomingPhoneNumbers', number.sid)}.json",
    }


def notification_json(world: World, notification: Notification) -> Json:
    return _common(world, notification.sid) | {
        "call_sid": notification.call_sid,
        "date_created": rfc2822(notification.at),
        "date_updated": rfc2822(notification.at),
        "error_code": str(notification.error_code),
        "log": "0",
        "message_date": rfc2822(notification.at),
        "message_text": f"error {notification.error_code}",
        "more_info": f"https://www.twilio.com/docs/errors/{notification.error_code}",
        "request_method": notification.method,
        "request_url": notification.url,
        "uri": f"{world.path('Notifications', notification.sid)}.json",
    }


def account_json(world: World) -> Json:
    uri = world.path()
    return {
        "sid": world.account_sid,
        "owner_account_sid": world.account_sid,
        "friendly_name": "simulateur",
        "status": "active",
        "type": "Full",
        "date_created": None,
        "date_updated": None,
        "auth_token": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"calls": f"{uri}/Calls.json", "messages": f"{uri}/Messages.json"},
    }


def _common(world: World, sid: str) -> Json:
    return {"sid": sid, "account_sid": world.account_sid, "api_version": API_VERSION}

"""Which fields each REST request may carry, and of what kind: an unknown or a bad one is refused.

Names and kinds are those of Twilio's OpenAPI description (tests compare); a field that the description knows
and these phones do not is left out, and so refused too."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from simulator.twiml import is_address

EVENTS = "initiated|ringing|answered|completed"


@dataclass(frozen=True)
class Rule:
    kind: str = "text"
    is_required: bool = False
    is_list: bool = False


def fields(text: str) -> dict[str, Rule]:
    """Rules from `Name`, `Name!` (required), `Name*` (repeated), with `:kind` when it is not text."""
    rules = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        rules[name.rstrip("!*")] = Rule(kind or "text", name.endswith("!"), name.endswith("*"))
    return rules


PAGING = "PageSize:int Page:int PageToken"

CREATE_CALL = fields(
    f"""To! From! Url:url Twiml Method:method FallbackUrl:url FallbackMethod:method StatusCallback:url
    StatusCallbackEvent*:{EVENTS} StatusCallbackMethod:method Timeout:int TimeLimit:int SendDigits
    MachineDetection:Enable|DetectMessageEnd MachineDetectionTimeout:int MachineDetectionSpeechThreshold:int
    MachineDetectionSpeechEndThreshold:int MachineDetectionSilenceTimeout:int AsyncAmd:true|false
    AsyncAmdStatusCallback:url AsyncAmdStatusCallbackMethod:method CallerId CallReason CallToken Trim Byoc"""
)
UPDATE_CALL = fields(
    """Url:url Method:method Twiml Status:canceled|completed FallbackUrl:url FallbackMethod:method
    StatusCallback:url StatusCallbackMethod:method TimeLimit:int"""
)
LIST_CALLS = fields(
    f"""To From ParentCallSid Status:queued|ringing|in-progress|completed|busy|failed|no-answer|canceled
    StartTime:date StartTime<:date StartTime>:date EndTime:date EndTime<:date EndTime>:date {PAGING}"""
)
CREATE_MESSAGE = fields(
    """To! From Body StatusCallback:url ValidityPeriod:int SmartEncoded:bool MaxPrice ProvideFeedback:bool
    Attempt:int ForceDelivery:bool RiskCheck:enable|disable ContentRetention:retain|discard
    AddressRetention:retain|obfuscate ShortenUrls:bool TrafficType:free"""
)
UPDATE_MESSAGE = fields("Body Status:canceled")
LIST_MESSAGES = fields(f"To From DateSent:date DateSent<:date DateSent>:date {PAGING}")
LIST_RECORDINGS = fields(
    f"""CallSid ConferenceSid DateCreated:date DateCreated<:date DateCreated>:date
    IncludeSoftDeleted:bool {PAGING}"""
)
LIST_CALL_RECORDINGS = fields(f"DateCreated:date DateCreated<:date DateCreated>:date {PAGING}")
LIST_NOTIFICATIONS = fields(f"Log:int MessageDate:date MessageDate<:date MessageDate>:date {PAGING}")
GET_RECORDING = fields("IncludeSoftDeleted:bool")
GET_MEDIA = fields("RequestedChannels:int")
LIST_NUMBERS = fields(f"Beta:bool FriendlyName PhoneNumber Origin {PAGING}")
UPDATE_NUMBER = fields(
    """VoiceUrl:url VoiceMethod:method VoiceFallbackUrl:url VoiceFallbackMethod:method StatusCallback:url
    StatusCallbackMethod:method SmsUrl:url SmsMethod:method SmsFallbackUrl:url SmsFallbackMethod:method
    FriendlyName VoiceCallerIdLookup:bool VoiceReceiveMode:voice|fax"""
)
NOTHING = fields("")


def faults(rules: Mapping[str, Rule], given: Mapping[str, Sequence[str]]) -> list[str]:
    """What is wrong with the fields of a request."""
    found = [f"missing {name}" for name, rule in rules.items() if rule.is_required and not any(given.get(name, ()))]
    for name, values in given.items():
        rule = rules.get(name)
        if rule is None:
            found.append(f"unknown field {name}")
            continue
        if len(values) > 1 and not rule.is_list:
            found.append(f"{name} given {len(values)} times")
        found += [f"{name}={value!r}: not {rule.kind}" for value in values if not _fits(rule.kind, value)]
    return found


def _fits(kind: str, value: str) -> bool:
    match kind:
        case "text":
            return True
        case "int":
            return re.fullmatch(r"\d+", value) is not None
        case "bool":
            return value in ("true", "false")
        case "method":
            return value in ("GET", "POST")
        case "url":
            return value == "" or (urlsplit(value).scheme in ("http", "https") and is_address(value))
        case "date":
            return moment(value) is not None
        case _:
            return value in kind.split("|")


def moment(text: str) -> tuple[datetime, bool] | None:
    """The instant or the UTC day (True) that a filter names."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            return parsedate_to_datetime(text), False
        except ValueError:
            return None
    return found, len(text) == len("2026-09-14")

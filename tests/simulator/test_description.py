"""Replies judged by Twilio's own OpenAPI description, requests made by Twilio's own SDK.

The description is data of the workshop, not of the repository: without it these tests are skipped."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import twilio.rest
from twilio.base.exceptions import TwilioRestException

from simulator import fields
from simulator.rest import ROUTES
from simulator.twilio import Twilio
from tests.simulator.client import PREFIX, Exchange, InProcess
from tests.simulator.product import ACCOUNT, CALLER, LINE, MOBILE, TOKEN, URL, Product

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared/data/twilio_api_v2010.json"
ACCOUNT_PATH = "/2010-04-01/Accounts/{AccountSid}"
Json = dict[str, Any]


@cache
def description() -> Json:
    if not DESCRIPTION.is_file():
        pytest.skip(f"Twilio's OpenAPI description is not at {DESCRIPTION}")
    found: Json = json.loads(DESCRIPTION.read_text())
    return found


def resolved(schema: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: references followed, `nullable` spelled out, unknown properties refused."""
    if isinstance(schema, list):
        return [resolved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        node: Any = description()
        for part in schema["$ref"][2:].split("/"):
            node = node[part]
        return resolved(node)
    found = {key: resolved(value) for key, value in schema.items()}
    if found.get("properties") and "additionalProperties" not in found:
        found["additionalProperties"] = False
    if found.pop("nullable", False) and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


@cache
def reply_schema(method: str, template: str, status: int) -> Json:
    content = description()["paths"][template][method.lower()]["responses"][str(status)].get("content")
    found: Json = resolved(content["application/json"]["schema"]) if content else {"maxLength": 0}
    return found


def template_of(path: str) -> str:
    """The description's name for a path of our account."""
    parts = path.removeprefix(PREFIX).removesuffix(".json").split("/")[1:]
    sid = "{CallSid}" if len(parts) > 2 else "{Sid}"
    names = [sid if re.fullmatch("[A-Z]{2}[0-9a-f]{32}", part) else part for part in parts]
    return f"{ACCOUNT_PATH}/{'/'.join(names)}.json" if parts else "/2010-04-01/Accounts/{Sid}.json"


def judge(exchange: Exchange) -> None:
    """The reply is what the description promises for this operation."""
    schema = reply_schema(exchange.method, template_of(exchange.path), exchange.reply.status)
    body = json.loads(exchange.reply.body) if exchange.reply.body else ""
    jsonschema.Draft7Validator(schema).validate(body)


@pytest.fixture
def http(twilio: Twilio) -> InProcess:
    return InProcess(twilio)


@pytest.fixture
def sdk(http: InProcess) -> twilio.rest.Client:
    return twilio.rest.Client(ACCOUNT, TOKEN, http_client=http)


def test_everything_the_sdk_asks_is_accepted_and_well_answered(
    twilio: Twilio, product: Product, sdk: twilio.rest.Client, http: InProcess
) -> None:
    product.says("/webhooks/voice", '<Record action="/a"/>')
    product.says("/alerte", "<Say>Alerte</Say>")
    product.says("/a", "")
    leg = twilio.dial(CALLER, LINE)
    leg.speak(seconds=4)
    twilio.settle()

    message = sdk.messages.create(
        to=MOBILE,
        from_="NVL",
        body="Alerte",
        status_callback=f"{URL}/webhooks/sms/status",
        validity_period=600,
        smart_encoded=True,
    )
    call = sdk.calls.create(
        to=MOBILE,
        from_=LINE,
        url=f"{URL}/alerte",
        method="POST",
        fallback_url=f"{URL}/webhooks/voice/fallback",
        status_callback=f"{URL}/etape",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=25,
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{URL}/repondeur",
    )
    other = sdk.calls.create(to=MOBILE, from_=LINE, twiml="<Response/>")
    other.update(status="canceled")
    twilio.phone(MOBILE).manner = "answers"
    twilio.settle()
    assert message.fetch().status == "delivered"
    assert call.fetch().status == "completed"
    assert other.fetch().status == "canceled"
    since = datetime(2026, 9, 12, tzinfo=UTC)
    assert [m.sid for m in sdk.messages.list(to=MOBILE, date_sent_after=since)] == [message.sid]
    assert [c.sid for c in sdk.calls.list(from_=CALLER, start_time_after=since, status="completed")] == [leg.sid]
    assert len(sdk.calls.list(page_size=1)) == 3
    [recording] = sdk.recordings.list(date_created_after=since)
    assert [r.sid for r in sdk.calls(leg.sid).recordings.list()] == [recording.sid]
    assert sdk.recordings(recording.sid).fetch().duration == "4"
    assert recording.delete()
    assert sdk.messages(message.sid).update(body="").body == ""
    assert message.delete()
    [number] = sdk.incoming_phone_numbers.list(phone_number=LINE)
    assert number.update(voice_url=f"{URL}/webhooks/voice").sid == sdk.incoming_phone_numbers(number.sid).fetch().sid
    assert sdk.api.accounts(ACCOUNT).fetch().status == "active"
    assert sdk.notifications.list(log=0, message_date_after=since.date()) == []

    assert twilio.complaints == []
    for exchange in http.exchanges:
        judge(exchange)
    assert len(http.exchanges) > 20


def test_errors_are_exceptions_of_the_sdk(sdk: twilio.rest.Client) -> None:
    with pytest.raises(TwilioRestException, match="mobile") as raised:
        sdk.messages.create(to=CALLER, from_="NVL", body="a")
    assert (raised.value.code, raised.value.status) == (21614, 400)


def described(template: str, method: str) -> tuple[set[str], set[str]]:
    """Query and form fields that the description gives an operation."""
    item = description()["paths"][template]
    parameters = [resolved(p) for p in item[method].get("parameters", []) + item.get("parameters", [])]
    query = {p["name"] for p in parameters if p["in"] == "query"}
    body = item[method].get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
    return query, set(resolved(body.get("schema", {})).get("properties", {}))


DESCRIBED = [route for route in ROUTES if "<MEDIA>" not in route.pattern]


@pytest.mark.parametrize("route", DESCRIBED, ids=lambda route: f"{route.method} {route.pattern}")
def test_no_field_is_invented(route: Any) -> None:
    sample = route.pattern.replace("<SID>", "CA" + "0" * 32)
    query, form = described(template_of(PREFIX + sample), route.method.lower())
    assert set(route.query) <= query
    assert set(route.form) <= form


def test_the_fields_that_must_be_there() -> None:
    for rules, template in ((fields.CREATE_CALL, "Calls"), (fields.CREATE_MESSAGE, "Messages")):
        body = description()["paths"][f"{ACCOUNT_PATH}/{template}.json"]["post"]["requestBody"]["content"]
        required = set(resolved(body["application/x-www-form-urlencoded"]["schema"])["required"])
        assert {name for name, rule in rules.items() if rule.is_required} == required


def test_errors_of_calls_are_kept_as_the_description_says(
    twilio: Twilio, product: Product, sdk: twilio.rest.Client, http: InProcess
) -> None:
    """The address and the fallback both answer something that is no TwiML."""
    leg = twilio.dial(CALLER, LINE)  # no TwiML is prepared: both addresses answer something else
    twilio.settle()
    found = sdk.notifications.list(log=0, message_date_after=datetime(2026, 9, 12, tzinfo=UTC).date())
    assert [(n.call_sid, n.log) for n in found] == [(leg.sid, "0")] * len(found)
    assert {n.error_code for n in found} == {"12300"}
    assert found
    assert sdk.notifications.list(log=1) == []
    for exchange in http.exchanges:
        judge(exchange)

"""The vectors of the protocol sheet (token 12345), and the SDK as judge of everything else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from simulator.signature import compute, signed_url
from simulator.twilio import Twilio
from tests.simulator.product import CALLER, LINE, TOKEN, URL, Product

CALL, ACCOUNT = "CA" + "1" * 32, "AC" + "1" * 32


@pytest.mark.parametrize(
    ("url", "params", "expected"),
    [
        pytest.param(
            "https://example.com/myapp.php?foo=1&bar=2",
            {
                "Digits": "1234",
                "To": "+18005551212",
                "From": "+14158675310",
                "Caller": "+14158675310",
                "CallSid": "CA1234567890ABCDE",
            },
            "L/OH5YylLD5NRKLltdqwSvS0BnU=",
            id="Twilio's own example: the query is signed as it stands",
        ),
        pytest.param(
            "https://astreinte.example/webhooks/voice",
            {
                "CallSid": CALL,
                "AccountSid": ACCOUNT,
                "From": "+33639981001",
                "To": "+33586077777",
                "CallStatus": "ringing",
                "ApiVersion": "2010-04-01",
                "Direction": "inbound",
            },
            "7N5KpPs1HNELJHbP8cfe01CqlfM=",
            id="an incoming call",
        ),
        pytest.param(
            "https://astreinte.example/webhooks/voice/pressed?n=1",
            {"Digits": "2", "CallSid": CALL},
            "guob9Af8sWcnmhmuFOQQdQfKT2I=",
            id="a query and a form",
        ),
        pytest.param(
            "https://astreinte.example/webhooks/sms",
            {"Body": " Été ", "From": "+33639981001"},
            "+MV9zLi4+t1ek2hwfxRPTzPrZ9E=",
            id="spaces and accents are kept",
        ),
        pytest.param(
            "https://astreinte.example/webhooks/voice",
            {"Digits": "", "CallSid": CALL},
            "fBJxAA0Kxk2cCwbEhd4kNCpd+yk=",
            id="an empty value leaves its name",
        ),
    ],
)
def test_known_signatures(url: str, params: dict[str, str], expected: str) -> None:
    assert compute("12345", url, params) == expected


@settings(max_examples=50, deadline=None)  # a busy machine is slow, not wrong
@given(
    st.text(min_size=1),
    st.from_regex(r"https?://[a-z]{1,9}\.example(/[a-z%0-9]{0,5}){0,3}(\?[a-z]=[a-z0-9]{0,3})?", fullmatch=True),
    st.dictionaries(st.text(min_size=1), st.text(), max_size=8),
)
def test_the_sdk_computes_the_same(token: str, url: str, params: dict[str, str]) -> None:
    assert compute(token, url, params) == RequestValidator(token).compute_signature(url, params)


@pytest.mark.parametrize(
    ("url", "voice", "sms"),
    [
        pytest.param("https://a.example:8443/x#rc=2", "https://a.example/x", "https://a.example:8443/x", id="https"),
        pytest.param("http://a.example:80/x", "http://a.example:80/x", "http://a.example:80/x", id="http keeps it"),
        pytest.param(
            "https://u:p@a.example/x?q=1", "https://a.example/x?q=1", "https://a.example/x?q=1", id="password"
        ),
    ],
)
def test_what_of_an_address_is_signed(url: str, voice: str, sms: str) -> None:
    assert signed_url(url) == voice
    assert signed_url(url, drop_https_port=False) == sms


def test_every_request_of_a_call_is_signed(twilio: Twilio, product: Product) -> None:
    product.says("/webhooks/voice", '<Gather numDigits="1" action="/été?n=1"/>')
    product.says("/%C3%A9t%C3%A9", "<Redirect method='GET'>/fin?a=b</Redirect>")
    twilio.dial(CALLER, LINE).press("1")
    twilio.settle()
    assert [sent.path for sent in product.sent] == [
        "/webhooks/voice",
        "/%C3%A9t%C3%A9",
        "/fin",
        "/webhooks/voice/fallback",
        "/webhooks/voice/status",
    ]
    for sent in product.sent:
        form = sent.form if sent.method == "POST" else {}
        assert sent.url.startswith(URL)
        assert RequestValidator(TOKEN).validate(sent.url, form, sent.headers["X-Twilio-Signature"])

"""Our signature and the SDK's: the same for whatever Twilio may send."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from telephony.signature import is_ours, sign

CALL, ACCOUNT = "CA" + "1" * 32, "AC" + "1" * 32
VECTORS = [
    pytest.param(
        "https://example.com/myapp.php?foo=1&bar=2",
        [
            ("Digits", "1234"),
            ("To", "+18005551212"),
            ("From", "+14158675310"),
            ("Caller", "+14158675310"),
            ("CallSid", "CA1234567890ABCDE"),
        ],
        "L/OH5YylLD5NRKLltdqwSvS0BnU=",
        id="Twilio's own example: the query is signed as it stands",
    ),
    pytest.param(
        "https://astreinte.example/webhooks/voice",
        [
            ("CallSid", CALL),
            ("AccountSid", ACCOUNT),
            ("From", "+33639981001"),
            ("To", "+33586077777"),
            ("CallStatus", "ringing"),
            ("ApiVersion", "2010-04-01"),
            ("Direction", "inbound"),
        ],
        "7N5KpPs1HNELJHbP8cfe01CqlfM=",
        id="an incoming call",
    ),
    pytest.param(
        "https://astreinte.example/webhooks/voice/pressed?n=1",
        [("Digits", "2"), ("CallSid", CALL)],
        "guob9Af8sWcnmhmuFOQQdQfKT2I=",
        id="a query and a form",
    ),
    pytest.param(
        "https://astreinte.example/webhooks/sms",
        [("Body", " Été "), ("From", "+33639981001")],
        "+MV9zLi4+t1ek2hwfxRPTzPrZ9E=",
        id="spaces and accents are kept",
    ),
    pytest.param(
        "https://astreinte.example/webhooks/voice",
        [("Digits", ""), ("CallSid", CALL)],
        "fBJxAA0Kxk2cCwbEhd4kNCpd+yk=",
        id="an empty value leaves its name",
    ),
]


@pytest.mark.parametrize(("url", "fields", "expected"), VECTORS)
def test_known_signatures(url: str, fields: list[tuple[str, str]], expected: str) -> None:
    assert sign("12345", url, fields) == expected
    assert is_ours(expected, url, fields, ("un-autre", "12345"))
    assert not is_ours(expected, url, fields, ("un-autre",))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
fields = st.lists(st.tuples(texts, texts), max_size=8)
# No lone ";" or "?" at an end: the SDK loses one that nothing follows when it takes an address apart.
urls = st.from_regex(
    r"https?://[a-z]{1,9}\.example(:(80|443|8080|8443))?(/[a-zA-Z0-9%:@!$&'()*+,=~._-]{0,8}){1,3}(\?[a-z0-9=&%+:/]{1,9})?",
    fullmatch=True,
)


@given(st.text(min_size=1), urls, fields)
def test_the_sdk_computes_the_same(token: str, url: str, given: list[tuple[str, str]]) -> None:
    token = token.encode("utf-8", "replace").decode()
    assert sign(token, url, given) == RequestValidator(token).compute_signature(url, MultiDict(given))


@given(urls, urls, fields)
@example("https://a.example/x", "https://a.example:443/x", [])
@example("http://a.example/x", "http://a.example:80/x", [])
@example("https://a.example:8443/x", "https://a.example/x", [])
@example("https://a.example:8443/8443", "https://a.example/8443", [])
def test_the_sdk_accepts_the_same_addresses(ours: str, signed: str, given: list[tuple[str, str]]) -> None:
    """`ours` is where we believe to live, `signed` what Twilio signed: with and without the port."""
    token = "jeton"
    signature = sign(token, signed, given)
    assert is_ours(signature, ours, given, (token,)) == RequestValidator(token).validate(
        ours, MultiDict(given), signature
    )


@given(urls, fields, st.text(max_size=40))
def test_no_text_is_a_signature(url: str, given: list[tuple[str, str]], guess: str) -> None:
    guess = guess.encode("utf-8", "replace").decode()
    assert is_ours(guess, url, given, ("jeton",)) == (guess == sign("jeton", url, given))
    assert not is_ours("", url, given, ("jeton",))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://u:p@astreinte.example/x?n=1", id="a password is removed"),
        pytest.param("https://u:p@astreinte.example:443/x?n=1", id="a password and a port"),
        pytest.param("https://astreinte.example/x?n=1#rc=3&rp=all", id="the fragment is never sent"),
    ],
)
def test_what_of_an_address_is_not_signed(url: str) -> None:
    assert is_ours(sign("jeton", "https://astreinte.example/x?n=1", []), url, [], ("jeton",))

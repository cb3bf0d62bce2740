"""To whom a client's mail goes."""

import pytest

from notifications import recipients
from tests.ivr import sample

STANDARD = "standard@un.example.com"


@pytest.mark.parametrize(
    ("known", "to"),
    [
        pytest.param({"email": "chef@un.example.com"}, ("chef@un.example.com",), id="who wrote"),
        pytest.param({"caller": "+33199001001"}, (STANDARD,), id="whose number called"),
        pytest.param({"caller": "+33199001099"}, (STANDARD,), id="another number: the client's first"),
        pytest.param({"client": None}, (), id="nobody's"),
        pytest.param({"client": "000000"}, (), id="a client that is gone"),
        pytest.param({"keep_informed": "DSI <dsi@un.example.com>, ou 01 99 00 10 02"}, (STANDARD, "dsi@un.example.com"),
                     id="whom to keep informed"),
        pytest.param({"keep_informed": STANDARD}, (STANDARD,), id="the same person, once"),
        pytest.param({"client": None, "keep_informed": "; ".join(f"a{n}@un.example.com" for n in range(12))},
                     tuple(f"a{n}@un.example.com" for n in range(10)), id="a crowd: the first ten"),
        pytest.param({"client": None, "keep_informed": "a@un.example.com " * 12 + "b@un.example.com"},
                     ("a@un.example.com", "b@un.example.com"), id="one, a dozen times, and another"),
        pytest.param({"client": None, "keep_informed": "la direction"}, (), id="no address in it"),
    ],
)  # fmt: skip
def test_recipients(known: dict[str, str], to: tuple[str, ...]) -> None:
    ticket = {"client": "260417", "caller": None, "email": "", "keep_informed": ""} | known
    assert recipients.of_ticket(sample.book(), **ticket) == to  # type: ignore[arg-type]

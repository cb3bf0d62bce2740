"""Our own Message-IDs are known again, and nobody else can make one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import identity

SECRET, DOMAIN = "cle-de-test-0123456789", "nvl.example"
OURS = "NVL-26-00042-2.cloture-1-0"


def test_known_again() -> None:
    written = identity.compose(SECRET, OURS, DOMAIN)
    assert written.startswith(f"<{OURS}.")
    for shape in (written, written.strip("<>"), f"  {written}\r\n"):
        assert identity.read(SECRET, shape) == OURS


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("<NVL-26-00042-2.cloture-1-0@nvl.example>", id="without signature"),
        pytest.param("<NVL-26-00042-2.cloture-1-0.0123456789abcdef@nvl.example>", id="a guess"),
        pytest.param("<CAF=abc@mail.example>", id="somebody else's"),
        pytest.param("", id="nothing"),
        pytest.param("<@>", id="nearly nothing"),
    ],
)
def test_nobody_elses(written: str) -> None:
    assert identity.read(SECRET, written) is None


@given(st.text(max_size=60))
def test_whatever_is_written_only_the_key_signs(text: str) -> None:
    forged = identity.compose("une-autre-cle-0123456789", text, DOMAIN)
    assert identity.read(SECRET, forged) is None
    assert identity.read(SECRET, text) is None

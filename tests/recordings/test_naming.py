"""Where a voice lies: by month, by ticket, and by an identifier nobody guesses."""

from datetime import UTC, datetime

import pytest

from recordings.naming import place

RECORDING = "RE" + "7" * 32


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        pytest.param("NVL-26-00042-2", f"2026/09/NVL-26-00042-2_{RECORDING}.wav", id="with its ticket"),
        pytest.param(None, f"2026/09/orphans_{RECORDING}.wav", id="without one yet"),
    ],
)
def test_a_place(ticket: str | None, expected: str) -> None:
    assert place(ticket, RECORDING, datetime(2026, 9, 12, 20, 4, tzinfo=UTC)) == expected

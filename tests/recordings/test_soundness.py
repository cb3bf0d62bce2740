"""Is a downloaded recording whole? Any bytes get an answer, and only a whole sound is kept."""

import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.soundness import fault


def wav(seconds: float, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x01\x02" * round(rate * seconds))
    return out.getvalue()


SOUND = wav(4)


@pytest.mark.parametrize(
    ("content", "announced", "seconds", "expected"),
    [
        pytest.param(SOUND, len(SOUND), 4, "", id="whole"),
        pytest.param(SOUND, None, 4, "", id="whole, its size not announced"),
        pytest.param(SOUND, len(SOUND), 5, "", id="a second less: Twilio rounds"),
        pytest.param(wav(0), 44, 0, "", id="silence is a recording too"),
        pytest.param(SOUND, len(SOUND), 6, "trop court", id="two seconds less"),
        pytest.param(SOUND[:-100], len(SOUND), 4, "tronqué", id="cut on the way"),
        pytest.param(SOUND[:-100], None, 4, "tronqué", id="cut before it came"),
        pytest.param(b"", 0, 0, "vide", id="nothing at all"),
        pytest.param(b"<html>", 6, 0, "pas un fichier WAV", id="a page instead of a sound"),
        pytest.param(SOUND[:30], 30, 0, "pas un fichier WAV", id="half a header"),
    ],
)
def test_a_recording_is_judged(content: bytes, announced: int | None, seconds: int, expected: str) -> None:
    assert fault(content, announced, seconds).startswith(expected)
    assert bool(fault(content, announced, seconds)) == bool(expected)


@given(st.binary(max_size=200), st.binary(max_size=60), st.integers(0, 60))
def test_any_bytes_get_an_answer(noise: bytes, tail: bytes, place: int) -> None:
    """A broken header raises nothing."""
    for content in (noise, SOUND[:place] + tail, SOUND[:place] + tail + SOUND[place + len(tail) :]):
        assert isinstance(fault(content, None, 4), str)


@given(st.integers(44, len(SOUND) - 1))
def test_no_cut_goes_unnoticed(cut: int) -> None:
    assert fault(SOUND[:cut], len(SOUND), 4)
    assert fault(SOUND[:cut], None, 4)

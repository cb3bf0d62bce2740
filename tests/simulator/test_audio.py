import io
import wave

import pytest

from simulator import audio


@pytest.mark.parametrize("sound", [audio.silence(2), audio.tone(2, 300), audio.spoken("Bonjour")])
def test_sounds_are_those_of_a_telephone(sound: bytes) -> None:
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        assert file.getnframes() > 0


@pytest.mark.parametrize("seconds", [0, 0.5, 3, 61])
def test_lengths(seconds: float) -> None:
    assert audio.duration(audio.tone(seconds)) == audio.duration(audio.silence(seconds)) == seconds


@pytest.mark.parametrize("what", [b"", b"ID3", b"RIFF....WAVE"])
def test_what_is_no_sound_lasts_no_time(what: bytes) -> None:
    assert audio.duration(what) == 0


def test_a_longer_text_takes_longer() -> None:
    assert audio.duration(audio.spoken("Bonjour " * 30)) > audio.duration(audio.spoken("Bonjour")) >= 1


def test_a_note_is_not_silence() -> None:
    assert set(audio.silence(1)[44:]) == {0}
    assert audio.tone(1) != audio.tone(1, 880) != audio.silence(1)

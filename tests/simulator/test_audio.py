"""Sounds, with a voice where the machine has one and without."""

import io
import shutil
import sys
import wave
from pathlib import Path

import pytest

from simulator import audio

# What espeak-ng writes: 22 kHz, and a length that it cannot know beforehand. Here a letter lasts a tenth of a second.
VOICE = """#!{python}
import io, sys, wave
made = io.BytesIO()
with wave.open(made, "wb") as file:
    file.setparams((1, 2, 22050, 0, "NONE", ""))
    file.writeframes(b"\\1\\0" * (2205 * len(sys.argv[-1])))
written = bytearray(made.getvalue())
written[4:8] = written[40:44] = b"\\xff\\xff\\xff\\x7f"
sys.stdout.buffer.write(written)
"""
BROKEN = "#!{python}\nraise SystemExit(1)\n"


@pytest.fixture
def without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, program: str) -> None:
    (folder / "espeak-ng").write_text(program.format(python=sys.executable))
    (folder / "espeak-ng").chmod(0o755)


def assert_of_a_telephone(sound: bytes) -> None:
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        assert file.getnframes() > 0


@pytest.mark.parametrize("sound", [audio.silence(2), audio.tone(2, 300)])
def test_sounds_are_those_of_a_telephone(sound: bytes) -> None:
    assert_of_a_telephone(sound)


@pytest.mark.parametrize("seconds", [0, 0.5, 3, 61])
def test_lengths(seconds: float) -> None:
    assert audio.duration(audio.tone(seconds)) == audio.duration(audio.silence(seconds)) == seconds


@pytest.mark.parametrize("what", [b"", b"ID3", b"RIFF....WAVE"])
def test_what_is_no_sound_lasts_no_time(what: bytes) -> None:
    assert audio.duration(what) == 0


def test_without_a_voice_a_note_lasts_as_long_as_the_reading(without: Path) -> None:
    for text in ("", "Bonjour", "Bonjour " * 30):
        assert audio.duration(audio.spoken(text)) == audio.spoken_seconds(text) >= 1
    assert_of_a_telephone(audio.spoken("Bonjour"))


def test_a_voice_says_it_in_its_own_time(without: Path) -> None:
    """Also in less than a second."""
    install(without, VOICE)
    assert_of_a_telephone(audio.spoken("Bonjour"))
    assert audio.duration(audio.spoken("Bonjour")) == pytest.approx(0.7, abs=0.01)
    assert audio.duration(audio.spoken("Bonjour " * 30)) == pytest.approx(24, abs=0.01)


def test_a_voice_that_fails_is_none(without: Path) -> None:
    install(without, BROKEN)
    assert audio.duration(audio.spoken("Bonjour")) == audio.spoken_seconds("Bonjour")


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng on this machine")
def test_the_voice_of_this_machine() -> None:
    assert_of_a_telephone(audio.spoken("Bonjour"))
    assert audio.duration(audio.spoken("Bonjour " * 30)) > audio.duration(audio.spoken("Bonjour")) > 0.2


def test_a_note_is_not_silence() -> None:
    assert set(audio.silence(1)[44:]) == {0}
    assert audio.tone(1) != audio.tone(1, 880) != audio.silence(1)

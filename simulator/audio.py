"""Sound as a telephone carries it: WAV files of 8000 samples a second, 16 bits, one channel."""

import io
import math
import shutil
import struct
import subprocess
import wave

RATE = 8000
LETTERS_PER_SECOND = 15


def silence(seconds: float) -> bytes:
    """So many seconds of nothing."""
    return _wav(b"\x00\x00" * int(RATE * seconds))


def tone(seconds: float, pitch: int = 440) -> bytes:
    """A quiet note of that pitch in hertz."""
    period = [int(3000 * math.sin(2 * math.pi * pitch * i / RATE)) for i in range(RATE)]
    second = struct.pack(f"<{RATE}h", *period)
    length = int(RATE * seconds) * 2
    return _wav((second * (length // len(second) + 1))[:length])


def spoken(text: str) -> bytes:
    """The text in French by espeak-ng where it is installed, else a note as long as its reading."""
    program = shutil.which("espeak-ng")
    if program:
        command = [program, "-v", "fr", "--stdout", text]
        said = subprocess.run(command, capture_output=True, check=False, timeout=30)  # noqa: S603 (no shell, text is an argument)
        if said.returncode == 0:
            return _at_telephone_rate(said.stdout)
    return tone(spoken_seconds(text))


def spoken_seconds(text: str) -> float:
    """How long the reading of a text lasts, about."""
    return max(1.0, len(text) / LETTERS_PER_SECOND)


def duration(wav: bytes) -> float:
    """The length of a WAV file in seconds; 0 for what is not one."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            return float(file.getnframes() / file.getframerate())
    except (wave.Error, EOFError):
        return 0.0


def _wav(frames: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)
    return out.getvalue()


def _at_telephone_rate(wav: bytes) -> bytes:
    """Sixteen-bit mono at another rate, brought to 8 kHz by taking the nearest samples."""
    with wave.open(io.BytesIO(wav)) as file:
        rate = file.getframerate()
        # espeak-ng writes to a pipe and cannot fill in the length: what follows the header is the sound.
        frames = file.readframes(len(wav) // 2)
    samples = struct.unpack(f"<{len(frames) // 2}h", frames[: len(frames) // 2 * 2])
    kept = [samples[i * rate // RATE] for i in range(len(samples) * RATE // rate)]
    return _wav(struct.pack(f"<{len(kept)}h", *kept))

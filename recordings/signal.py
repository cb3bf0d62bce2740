"""What is heard on a call in the place of a sound that is not to be had: two short, low notes."""

import io
import math
import struct
import wave
from functools import cache

RATE, PITCH, LOUDNESS = 8000, 330, 4000
NOTE = [int(LOUDNESS * math.sin(2 * math.pi * PITCH * i / RATE)) for i in range(RATE // 5)]
REST = [0] * (RATE // 10)


@cache
def missing() -> bytes:
    """A WAV file as telephones carry it."""
    samples = NOTE + REST + NOTE
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()

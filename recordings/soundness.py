"""Is a downloaded recording whole? Judged from its bytes alone."""

import io
import struct
import wave

TOLERANCE = 1.5  # seconds that Twilio may round or trim
# What `wave` raises on a header that lies: its chunks lead outside the file, or count nothing.
_BROKEN = (wave.Error, EOFError, ZeroDivisionError, RuntimeError, ValueError, OverflowError, struct.error)


def fault(content: bytes, announced_bytes: int | None, seconds: int) -> str:
    """Why the audio cannot be kept as it is; "" when it can."""
    if announced_bytes is not None and len(content) != announced_bytes:
        return f"tronqué : {len(content)} octets sur {announced_bytes}"
    if not content:
        return "vide"
    try:
        with wave.open(io.BytesIO(content)) as audio:
            whole = audio.getnframes() * audio.getsampwidth() * audio.getnchannels()
            lasts = audio.getnframes() / audio.getframerate()
            held = len(audio.readframes(audio.getnframes()))
    except _BROKEN as trouble:
        return f"pas un fichier WAV : {trouble}"
    if held < whole:
        return f"tronqué : {held} octets de son sur {whole}"
    return f"trop court : {lasts:.1f} s sur {seconds}" if lasts + TOLERANCE < seconds else ""

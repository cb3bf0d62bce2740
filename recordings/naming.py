"""Where a caller's voice lies below RECORDINGS_URL: by month, by ticket, never guessable from a number."""

from datetime import datetime


def place(ticket: str | None, recording: str, announced_at: datetime) -> str:
    """`2026/09/NVL-26-00042-2_RE….wav`; without a ticket, below `orphans`."""
    return f"{announced_at:%Y/%m}/{ticket or 'orphans'}_{recording}.wav"

"""Figures of many durations. PURE."""

from collections.abc import Sequence
from datetime import timedelta


def percentile(durations: Sequence[timedelta], percent: int) -> timedelta | None:
    """By nearest rank: always one that has been. None of none."""
    rank = -(-len(durations) * percent // 100)
    return sorted(durations)[max(rank, 1) - 1] if durations else None

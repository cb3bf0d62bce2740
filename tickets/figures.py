"""Figures of many durations. PURE."""

from collections.abc import Sequence
from datetime import timedelta


def percentile(durations: Sequence[timedelta], percent: int) -> timedelta | None:
    """By nearest rank: always one that has been. None of none."""
    return sorted(durations)[rank(len(durations), percent) - 1] if durations else None


def rank(count: int, percent: int) -> int:
    """Which one that is, from 1, once they are sorted."""
    return max(-(-count * percent // 100), 1)

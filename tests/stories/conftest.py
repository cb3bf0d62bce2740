"""What stories are told of: the sample directory, enlarged for the dialogue's rarer branches."""

from collections.abc import Callable, Iterator

import pytest

from tests.ivr import sample
from tests.support.phone import Line


@pytest.fixture
def wide_line(make_line: Callable[..., Line]) -> Iterator[Line]:
    """The line of the enlarged directory (tests/ivr/sample.py)."""
    made = make_line(sample.enlarged())
    yield made
    assert made.twilio.complaints == []

"""What the tests of people's door share."""

from collections.abc import Iterator

import pytest

from tests.support.quiet import quiet_logs


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with quiet_logs():
        yield

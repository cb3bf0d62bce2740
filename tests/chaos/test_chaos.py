"""Half a minute of chaos on each database; `make chaos` has more of it."""

import pytest

from tests.chaos.run import Chaos
from tests.support.databases import KINDS

pytestmark = pytest.mark.crash
SEED = 20260912


@pytest.mark.parametrize("database", KINDS)
def test_nobody_is_lost(database: str) -> None:
    verdict = Chaos(database=database, calls=40, seconds=15, seed=SEED).run()
    assert verdict.sound, str(verdict)  # nobody lost, no fault, every doubled send explained
    # It was a night worth surviving.
    killed = {"kills of worker", "kills of web", *(["kills of postgres"] if database == "postgresql" else [])}
    assert killed <= set(verdict.facts), verdict.facts
    assert verdict.facts["calls"] == 40
    assert verdict.facts["owed an engineer"] >= 5, verdict.facts
    assert verdict.facts["attempts"] > verdict.facts["pages"] > 5, verdict.facts

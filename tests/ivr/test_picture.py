"""docs/dialogue.md is what the code draws, and what it says of the keys is true."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr import picture
from ivr.call import DialogueState
from ivr.dialogue import STATE_RULES
from ivr.events import Pressed
from tests.ivr import sample
from tests.ivr.test_dialogue_properties import OPEN_LOSS
from tests.ivr.walking import FIRST, MAIN, Walk
from tickets import reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dialogue.md"
SATURDAY = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
WAYS = (
    pytest.param(sample.UN, (), "12345*", id="menu"),
    pytest.param(sample.UN, ("1",), "123*", id="nature"),
    pytest.param(sample.UN, ("1", "1"), "12*", id="service"),
    pytest.param(sample.MANY_SERVICES, ("4", "1"), "123456789*", id="service, of more than 8"),
    pytest.param(sample.UN, ("1", "1", "1"), "129*", id="site"),
    pytest.param(sample.DEUX, ("3", "1"), "12*", id="joined"),
    pytest.param(sample.UN, ("5", reference.digits(FIRST)), "12*", id="followed"),
    pytest.param(sample.WITHHELD, ("1", "2", "0639982233"), "12*", id="callback_check"),
)


def test_the_page_is_what_the_code_draws() -> None:
    """`make docs` brings it up to date."""
    assert PAGE.read_text(encoding="utf-8") == picture.page()


def test_every_stage_is_shown() -> None:
    assert picture.SHOWN.keys() == STATE_RULES.keys() == set(DialogueState)


@pytest.mark.parametrize(("caller", "keys", "understood"), WAYS)
def test_the_keys_of_each_question(caller: str, keys: tuple[str, ...], understood: str) -> None:
    """A key that is listed is understood; any other is asked again."""
    walk = Walk(sample.book(), MAIN, caller, SATURDAY, (OPEN_LOSS,)).plays(map(Pressed, keys))
    tries = walk.call.tries
    for key in "0123456789*":
        there = walk.copy()
        there.step(Pressed(key))
        is_failure = there.call.stage is walk.call.stage and there.call.tries > tries
        assert is_failure is (key not in understood), key

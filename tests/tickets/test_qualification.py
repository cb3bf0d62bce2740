"""What is still to be asked, and when a ticket is qualified."""

from typing import Any

import pytest

from tickets.qualification import Item, is_qualified, missing

WHOLE: dict[str, Any] = {
    "client": "260417", "service": "SMS", "sites": ["Pau"], "caller": "+33199001001", "contact": "Standard",
    "site_contact": "Accueil", "description": "Rien ne part.", "location": "Tout le site", "consequences": "Arrêt",
    "keep_informed": "La direction",
}  # fmt: skip


def test_nothing_is_missing() -> None:
    assert missing(WHOLE) == ()
    assert is_qualified(WHOLE)


@pytest.mark.parametrize("item", Item)
def test_each_item_is_missed(item: Item) -> None:
    nothings: tuple[Any, ...] = (None, "", [])
    for nothing in nothings:
        assert missing(WHOLE | {item: nothing}) == (item,)


@pytest.mark.parametrize(
    ("ticket", "qualified"),
    [
        pytest.param({"client": "1", "service": "s", "sites": ["a"], "caller": "+33"}, True, id="what R15 wants"),
        pytest.param({"client": "1", "service": "s", "sites": ["a"], "email": "a@b.example"}, True, id="who wrote"),
        pytest.param({"client": "1", "service": "s", "sites": ["a"]}, False, id="nobody to answer"),
        pytest.param({"client": "1", "service": "s", "sites": [], "caller": "+33"}, False, id="no site"),
        pytest.param({"client": "1", "sites": ["a"], "caller": "+33"}, False, id="no service"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_qualified(ticket: dict[str, Any], qualified: bool) -> None:
    assert is_qualified(ticket) is qualified

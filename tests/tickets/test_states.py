"""The states of a ticket, sorted by whether anybody still has something to do."""

from tickets.states import FINAL, ONGOING, OVER, TO_CLOSE, UNFINISHED, State


def test_every_state_is_of_one_sort() -> None:
    assert sorted([*ONGOING, *TO_CLOSE, *OVER]) == sorted(State)
    assert UNFINISHED < ONGOING
    assert FINAL < OVER

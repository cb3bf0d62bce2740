"""How much one caller may cause: every bound from both sides."""

from datetime import UTC, datetime, timedelta

import pytest

from ivr.limits import Caller, are_many, code_tries, may_mail, may_open, may_text, may_wake

NOW = datetime(2026, 9, 13, 1, 0, tzinfo=UTC)
KNOWN, SHOWN = Caller(is_shown=True, is_client=True), Caller(is_shown=True, is_client=False)
CODED, HIDDEN = Caller(is_shown=False, is_client=True), Caller(is_shown=False, is_client=False)


@pytest.mark.parametrize(
    ("mine", "everybody", "shown", "tries"),
    [
        pytest.param(0, 0, True, 3, id="nobody has mistyped"),
        pytest.param(5, 5, True, 3, id="twice in panic"),
        pytest.param(6, 6, True, 1, id="two calls of three tries: one is left, never none"),
        pytest.param(10_000, 10_000, True, 1, id="all night: a right code is a client all the same"),
        pytest.param(14, 14, False, 3, id="all who hide their number count as one, with more"),
        pytest.param(15, 15, False, 1, id="and then no more"),
        pytest.param(0, 59, True, 3, id="somebody guesses elsewhere"),
        pytest.param(0, 60, True, 1, id="with many numbers"),
    ],
)
def test_codes(mine: int, everybody: int, shown: bool, tries: int) -> None:
    assert code_tries(mine, everybody, shown=shown) == tries


@pytest.mark.parametrize(
    ("sent", "typed_all", "client", "typed", "may"),
    [
        pytest.param(5, 0, True, False, True, id="a client's mobile, shared by its people"),
        pytest.param(6, 0, True, True, False, id="but no storm there either"),
        pytest.param(2, 0, False, False, True, id="a stranger's own number"),
        pytest.param(3, 0, False, False, False, id="which may be forged"),
        pytest.param(1, 0, False, True, True, id="a number typed: a colleague's"),
        pytest.param(2, 0, False, True, False, id="or a victim's"),
        pytest.param(0, 20, False, True, False, id="another victim each time"),
        pytest.param(0, 20, False, False, True, id="whoever shows a number does not pay for these"),
        pytest.param(0, 20, True, True, True, id="nor does a client's number that was typed"),
    ],
)
def test_texts(sent: int, typed_all: int, client: bool, typed: bool, may: bool) -> None:
    assert may_text(sent, typed_all, is_client=client, is_typed=typed) is may


@pytest.mark.parametrize(
    ("opened", "caller", "unverified", "may"),
    [
        pytest.param(0, SHOWN, True, True, id="the first message of anybody has its ticket"),
        pytest.param(1, SHOWN, True, False, id="what a number without a code says again is for the same"),
        pytest.param(2, SHOWN, False, True, id="three changes by a number of nobody"),
        pytest.param(3, SHOWN, False, False, id="no fourth"),
        pytest.param(5, KNOWN, False, True, id="a company behind one number"),
        pytest.param(6, KNOWN, False, False, id="or somebody who shows it"),
        pytest.param(5, CODED, False, True, id="under a code, hidden"),
        pytest.param(6, CODED, False, False, id="as much as by a number"),
        pytest.param(1000, HIDDEN, True, True, id="all who hide are many: none of them joins another's"),
    ],
)
def test_tickets(opened: int, caller: Caller, unverified: bool, may: bool) -> None:
    assert may_open(opened, caller, unverified=unverified) is may


@pytest.mark.parametrize(
    ("minutes", "may"),
    [
        pytest.param(None, True, id="never before"),
        pytest.param(0, False, id="two at once"),
        pytest.param(9.9, False, id="a moment ago"),
        pytest.param(10, True, id="ten minutes ago, to the second"),
        pytest.param(-60, True, id="by a clock that was ahead: nobody knows when"),
    ],
)
def test_wakes(minutes: float | None, may: bool) -> None:
    assert may_wake(None if minutes is None else NOW - timedelta(minutes=minutes), NOW) is may


def test_many() -> None:
    assert [are_many(opened) for opened in (0, 9, 10, 11)] == [False, False, True, True]


def test_mails() -> None:
    assert [may_mail(sent) for sent in range(5)] == [True, True, True, False, False]

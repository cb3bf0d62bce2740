"""References: composed, typed, spoken, and what a slip does to them."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.reference import compose, digits, find, luhn, parse, spoken, year_of


@pytest.mark.parametrize(
    ("year", "sequence", "expected"),
    [
        pytest.param(26, 42, "NVL-26-00042-2", id="the design's example"),
        pytest.param(26, 1, "NVL-26-00001-8", id="the first of a year"),
        pytest.param(27, 1, "NVL-27-00001-7", id="the first of the next"),
        pytest.param(26, 123, "NVL-26-00123-0", id="check digit 0"),
        pytest.param(26, 99_999, "NVL-26-99999-5", id="the last of five digits"),
        pytest.param(26, 100_000, "NVL-26-100000-4", id="one digit more"),
        pytest.param(5, 7, "NVL-05-00007-0", id="a year with a nought"),
    ],
)
def test_a_reference_is_composed(year: int, sequence: int, expected: str) -> None:
    reference = compose("NVL", year, sequence)
    assert reference == expected
    assert parse(reference, "NVL") == expected


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("NVL-26-00042-2", id="as written"),
        pytest.param("nvl-26-00042-2", id="lower case"),
        pytest.param(" NVL 26 00042 2 ", id="spaces"),
        pytest.param("NVL26000422", id="no dashes"),
        pytest.param("NVL–26–00042–2", id="a word processor's dashes"),
        pytest.param("[NVL-26-00042-2]", id="as in a subject"),
        pytest.param("26-00042-2", id="no letters"),
        pytest.param("26000422", id="on a keypad"),
        pytest.param("26000422#", id="on a keypad, with its end"),
    ],
)
def test_what_people_type_is_understood(typed: str) -> None:
    assert parse(typed, "NVL") == "NVL-26-00042-2"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("NVL", id="letters only"),
        pytest.param("26000423", id="wrong check digit"),
        pytest.param("2600042", id="a digit short"),
        pytest.param("260000422", id="a nought too many"),
        pytest.param("ABC-26-00042-2", id="another prefix"),
        pytest.param("Re: NVL-26-00042-2", id="a whole subject is for find"),
        pytest.param("²⁶000422", id="digits of another kind"),
        pytest.param("26" + "0" * 4000, id="endless"),
    ],
)
def test_what_is_no_reference_is_refused(typed: str) -> None:
    assert parse(typed, "NVL") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Re: [NVL-26-00042-2] panne du 12/09", "NVL-26-00042-2", id="a reply"),
        pytest.param("TR: nvl 26 00042 2 toujours en panne", "NVL-26-00042-2", id="spaces"),
        pytest.param("notre NVL26000422, urgent", "NVL-26-00042-2", id="no dashes"),
        pytest.param("NVL-26-00042-3 puis NVL-26-00001-8", "NVL-26-00001-8", id="the first that is right"),
        pytest.param("NVL-26-00042-2 - 3 serveurs en panne", "NVL-26-00042-2", id="a number after it"),
        pytest.param("NVL-26-100008-7", "NVL-26-100008-7", id="whose beginning is a reference, too"),
        pytest.param("nvl 2 6 0 0 0 4 2 2", "NVL-26-00042-2", id="digit by digit"),
        pytest.param("NVL-26-00042-2b", None, id="a letter after it"),
        pytest.param("facture 26000422", None, id="bare digits may be anything in a mail"),
        pytest.param("XNVL-26-00042-2", None, id="part of another word"),
        pytest.param("NVL-26-00042-21", None, id="part of a longer number"),
        pytest.param("panne", None, id="none"),
    ],
)
def test_a_reference_is_found_in_a_subject(text: str, expected: str | None) -> None:
    assert find(text, "NVL") == expected


def test_a_reference_is_spoken_one_by_one() -> None:
    assert spoken("NVL-26-00042-2") == "N V L, 2 6, 0 0 0 4 2, 2"


@pytest.mark.parametrize(
    ("now", "zone", "year"),
    [
        pytest.param("2026-12-31 22:59:59", "Europe/Paris", 26, id="the last second in Paris"),
        pytest.param("2026-12-31 23:00:00", "Europe/Paris", 27, id="midnight in Paris"),
        pytest.param("2026-12-31 23:30:00", "Europe/Paris", 27, id="the new year, not yet in UTC"),
        pytest.param("2026-12-31 23:30:00", "UTC", 26, id="in UTC"),
        pytest.param("2099-12-31 23:30:00", "Europe/Paris", 0, id="the turn of the century"),
    ],
)
def test_the_year_is_that_of_the_zone(now: str, zone: str, year: int) -> None:
    assert year_of(datetime.fromisoformat(now).replace(tzinfo=UTC), zone) == year


@pytest.mark.parametrize(
    ("number", "check"), [("7992739871", 3), ("4539578763621486"[:-1], 6), ("0", 0), ("", 0)], ids=str
)
def test_luhn(number: str, check: int) -> None:
    assert luhn(number) == check


years, sequences = st.integers(0, 99), st.integers(0, 9_999_999)
prefixes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=5)


@settings(max_examples=100)
@given(prefixes, years, sequences)
def test_what_is_composed_is_read_back(prefix: str, year: int, sequence: int) -> None:
    reference = compose(prefix, year, sequence)
    typed = digits(reference)
    assert parse(reference, prefix) == parse(typed, prefix) == find(f"Re: [{reference}]", prefix) == reference
    assert re.sub(r"\D", "", spoken(reference)) == typed


@settings(max_examples=100)
@given(years, sequences, st.integers(0, 100), st.integers(1, 9))
def test_a_slip_in_one_digit_is_always_caught(year: int, sequence: int, place: int, shift: int) -> None:
    typed = digits(compose("NVL", year, sequence))
    place %= len(typed)
    slipped = f"{typed[:place]}{(int(typed[place]) + shift) % 10}{typed[place + 1 :]}"
    assert parse(slipped, "NVL") is None

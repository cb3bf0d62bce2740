"""Public holidays: the eleven of the labour code, by code and by name."""

from datetime import date, timedelta

import pytest

from directory.public_holidays import codes, is_known, name_of

ELEVEN = {
    "01-01": "Jour de l'an",
    "04-06": "Lundi de Pâques",
    "05-01": "Fête du Travail",
    "05-08": "Fête de la Victoire",
    "05-14": "Ascension",
    "05-25": "Lundi de Pentecôte",
    "07-14": "Fête nationale",
    "08-15": "Assomption",
    "11-01": "Toussaint",
    "11-11": "Armistice",
    "12-25": "Noël",
}
ALSACE_MOSELLE = ELEVEN | {"04-03": "Vendredi saint", "12-26": "Saint-Étienne"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("FR", ELEVEN, id="France"),
        pytest.param("FR-57", ALSACE_MOSELLE, id="Moselle"),
        pytest.param("FR-6AE", ALSACE_MOSELLE, id="Alsace"),
        pytest.param("", {}, id="none wanted"),
        pytest.param("FR-99", {}, id="no such region"),
        pytest.param("XX", {}, id="no such country"),
    ],
)
def test_the_holidays_of_2026(code: str, expected: dict[str, str]) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    found = {f"{day:%m-%d}": name for day in days if (name := name_of(code, day))}
    assert found == expected


def test_two_feasts_on_one_day_are_read_as_two() -> None:
    assert name_of("FR", date(2008, 5, 1)) == "Ascension et Fête du Travail"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("FR", True),
        ("FR-57", True),
        ("FR-6AE", True),
        ("BE", True),
        ("FR-99", False),
        ("XX", False),
        ("", False),
    ],
)
def test_a_code_is_known_or_not(code: str, known: bool) -> None:
    assert is_known(code) is known
    assert (code in codes()) is known

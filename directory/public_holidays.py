"""Public holidays by the code of the `holidays` package: a country, with a region or without ("FR", "FR-57").

The empty code knows no holiday. A code that the package does not know has none either: whoever reads the
directory in asks `is_known` first."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from holidays import country_holidays, list_supported_countries


def name_of(code: str, day: date) -> str | None:
    """The holiday's name, in French where the package has it; none on any other day."""
    return _of_year(code, day.year).get(day)


def is_known(code: str) -> bool:
    country, _, region = code.partition("-")
    try:
        country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        return False
    return True


@cache
def codes() -> frozenset[str]:
    """Every code there is; it reads the package through (0.2 s), so it is for a list of choices only."""
    countries = list_supported_countries(include_aliases=False)
    regions = {f"{country}-{region}" for country, known in countries.items() for region in known}
    return frozenset(countries) | regions


@lru_cache(maxsize=64)
def _of_year(code: str, year: int) -> Mapping[date, str]:
    if not code or not is_known(code):
        return {}
    country, _, region = code.partition("-")
    days = country_holidays(country, subdiv=region or None, years=year, language="fr")
    # 1 May 2008 is "Ascension; Fête du Travail": two feasts, read aloud as two.
    return {day: name.replace("; ", " et ") for day, name in days.items()}

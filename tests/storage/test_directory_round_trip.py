"""What is read, written and read again is the same directory."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from directory.model import Client, Contract, DirectoryData
from storage.directory import dump, from_json, parse, read, to_json
from tests.support.strategies_directory import directories

SAMPLE = (Path(__file__).parents[2] / "nvl.toml").read_text(encoding="utf-8")
HOSTILE = 'Kilo & Fils <Forêt> "Ça"'
HOSTILE_CLIENT = """
[[clients]]
code = "310041"
name = "Kilo & Fils <Forêt> \\"Ça\\""
emails = ["C310041.example.com"]
contacts = [{ name = "Standard", phones = ["0536494111", "0639984112"], email = "s@c310041.example.com" }]
sites = ["Besançon"]
[[clients.contracts]]
entity = "idline"
service = "Accès internet"
option_24x7 = true
level = "critique"
from = 2025-01-01
"""

any_directory = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def sample() -> DirectoryData:
    return parse(SAMPLE)


@any_directory
@given(directories())
def test_the_file_written_is_the_directory_read(directory: DirectoryData) -> None:
    assert parse(dump(directory)) == directory


@any_directory
@given(directories())
def test_the_database_gives_back_what_it_was_given(directory: DirectoryData) -> None:
    kept = to_json(directory)
    assert from_json(kept) == directory
    assert to_json(from_json(kept)) == kept


def test_the_sample_comes_back_from_file_and_database(sample: DirectoryData) -> None:
    assert parse(dump(sample)) == sample
    assert from_json(to_json(sample)) == sample


def test_the_file_is_stable_once_written(sample: DirectoryData) -> None:
    assert dump(parse(dump(sample))) == dump(sample)


def test_the_database_text_is_canonical(sample: DirectoryData) -> None:
    """Two spellings of one directory are one version."""
    respelt = SAMPLE.replace('"06 39 98 00 01"', '"+33 (0)6.39.98.00.01"').replace('"1h"', '"60m"')
    assert respelt.count("(0)6.39") == 1
    assert to_json(parse(respelt)) == to_json(sample)
    document = json.loads(to_json(sample))
    assert document["engineers"][0]["phone"] == "+33639980001"
    assert read(document) == sample


def test_the_sample_says_what_it_says(sample: DirectoryData) -> None:
    assert [entity.code for entity in sample.entities] == ["idline", "ozanges", "novenc", "ivelem"]
    assert sample.lines[0].number == "+33586077777"
    assert str(sample.entities[1].hours[4][1]) == "Span(opens=datetime.time(14, 0), closes=datetime.time(17, 30))"
    assert sample.entities[1].hours[5:] == ((), ())
    assert sample.clients[0].contacts[0].phones == ("+33199001001", "+33639981001")
    assert sample.policies[0].repeat_last_every.total_seconds() == 600
    assert sample.rotas[2].layers[0].every.days == 1


def test_a_name_hostile_to_every_format_survives() -> None:
    directory = parse(SAMPLE + HOSTILE_CLIENT)
    client = directory.clients[-1]
    assert isinstance(client, Client)
    assert (client.name, client.emails, client.sites) == (HOSTILE, ("c310041.example.com",), ("Besançon",))
    assert isinstance(client.contracts[0], Contract)
    assert client.contacts[0].phones == ("+33536494111", "+33639984112")
    assert parse(dump(directory)) == directory
    assert from_json(to_json(directory)) == directory


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('number = "05 86 07 77 77"', id="numbers by pairs"),
        pytest.param('hours = { weekdays = ["08:30-12:15", "14:00-17:30"] }', id="a week in one word"),
        pytest.param('respond_within = "1h"', id="durations in words"),
        pytest.param("every = { weeks = 1 }", id="turns in weeks"),
        pytest.param("from = 2026-12-28T08:30:00", id="moments as in the sample"),
        pytest.param("[[clients.contracts]]", id="contracts under their client"),
        pytest.param('services = ["idline/Hébergement"]', id="accents as they are"),
    ],
)
def test_the_file_written_reads_like_the_sample(sample: DirectoryData, line: str) -> None:
    assert line in dump(sample).splitlines()


ON_CALL = """
[[engineers]]
code = "ing5"
name = "Ingénieur 5"
phone = "06 39 98 00 05"
phones = ["05 36 49 00 05"]
by = ["voice"]
[[engineers.absences]]
from = 2026-08-01T00:00:00
until = 2026-08-16T00:00:00
reason = "Congés"

[[rotas]]
code = "nuits"
[[rotas.layers]]
name = "nuit"
starts = 2026-01-05T18:00:00
every = { weeks = 1 }
engineers = ["ing5"]
only = { weekdays = ["18:00-08:30"], saturday = ["00:00-24:00"], sunday = ["00:00-24:00"] }
[[rotas.overrides]]
layer = "nuit"
from = 2026-09-01T18:00:00
until = 2026-09-02T08:30:00
kind = "remove"
[[rotas.overrides]]
layer = "nuit"
from = 2026-09-03T18:00:00
until = 2026-09-04T08:30:00
engineer = "ing1"
kind = "add"
"""


def test_who_is_on_call_is_written_as_it_was(sample: DirectoryData) -> None:
    directory = parse(SAMPLE + ON_CALL)
    written = dump(directory).splitlines()
    assert [line for line in ON_CALL.splitlines() if line not in written] == []
    assert parse(dump(directory)) == from_json(to_json(directory)) == directory
    assert {override.kind for override in sample.rotas[0].overrides} == {"replace"}


def test_what_nobody_changed_is_left_out(sample: DirectoryData) -> None:
    written = tomllib.loads(dump(sample))
    assert "timezone" not in written["organisation"]
    assert "ring_seconds" not in written["entities"][0]
    assert "option_24x7" not in written["clients"][0]["contracts"][2]


def test_sections_keep_the_order_of_the_sample(sample: DirectoryData) -> None:
    sections = list(tomllib.loads(SAMPLE))
    assert list(tomllib.loads(dump(sample))) == sections


@pytest.mark.parametrize(
    ("old", "new", "hours"),
    [
        pytest.param('"08:30-18:00"', '"00:00-24:00"', '["00:00-24:00"]', id="all day"),
        pytest.param('"08:30-18:00"', '"18:00-00:00"', '["18:00-24:00"]', id="until midnight"),
        pytest.param('"08:30-18:00"', '"14h00 – 18h00", "8:30-12:00"', '["08:30-12:00", "14:00-18:00"]', id="sorted"),
        pytest.param('["08:30-18:00"] }', '[], saturday = ["10:00-12:00"] }', "saturday", id="only Saturday"),
    ],
)
def test_hours_are_written_one_way(old: str, new: str, hours: str) -> None:
    assert old in SAMPLE
    directory = parse(SAMPLE.replace(old, new, 1))
    first = next(line for line in dump(directory).splitlines() if line.startswith("hours"))
    assert hours in first
    assert parse(dump(directory)) == directory


def test_entities_come_in_menu_order_whatever_the_file_says(sample: DirectoryData) -> None:
    swapped = (
        SAMPLE.replace("key = 1\n", "key = 0\n").replace("key = 2\n", "key = 1\n").replace("key = 0\n", "key = 2\n")
    )
    assert [entity.code for entity in parse(swapped).entities] == ["ozanges", "idline", "novenc", "ivelem"]


def test_an_editor_that_marks_its_files_is_forgiven(sample: DirectoryData) -> None:
    assert parse("\ufeff" + SAMPLE.replace("\n", "\r\n")) == sample

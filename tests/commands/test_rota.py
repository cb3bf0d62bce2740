"""Who is on call, shown and changed from a terminal; the past stays as it was."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select

import cli
from commands import SAMPLE
from storage.database import Database
from storage.directory.versions import DirectoryCache
from storage.models import DirectoryVersion, Ticket
from storage.paging import pages
from tests.commands.terminal import Terminal

NOW = "2026-09-09T12:00:00+02:00"  # a Wednesday; ing2 has the week, ing1 the next one
LATER = "2026-09-11T12:00:00+02:00"
NIGHT = ("--from", "2026-09-10 18:00", "--until", "2026-09-11 08:00")


class Then:
    """The terminal at an instant."""

    def __init__(self, terminal: Terminal, now: str):
        self.terminal, self.now = terminal, now

    def types(self, *words: str, answer: str = "") -> Result:
        environment = self.terminal.environment | {"ASTREINTE_CLOCK": self.now}
        return CliRunner().invoke(cli.main, words, env=environment, input=answer)

    def does(self, *words: str) -> str:
        result = self.types(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def reads(self, *words: str) -> Any:
        return json.loads(self.does(*words, "--json"))

    def on_call(self, when: str, layer: str = "principal") -> list[tuple[str, str]]:
        (entity,) = self.reads("oncall", "--at", when, "--entity", "idline")
        (found,) = (each for each in entity["layers"] if each["layer"] == layer)
        return [(each["engineer"], each["why"]) for each in found["engineers"]]


@pytest.fixture
def desk(terminal: Terminal) -> Then:
    """A directory that has been there for a week."""
    Then(terminal, "2026-09-01T08:00:00+02:00").does("load", str(SAMPLE))
    return Then(terminal, NOW)


def test_who_is_on_call_and_why(desk: Then) -> None:
    said = desk.does("oncall")
    assert "Le mercredi 09/09/2026 à 12:00" in said
    assert "IDLINE : ouvert jusqu'au mercredi 09/09 18:00" in said
    assert "principal  Ingénieur 2  (planning), jusqu'au lundi 14/09 08:30" in said
    assert "le planning applications n'a pas cette couche" in said
    night = desk.reads("oncall", "--at", "2026-11-21 20:00")
    assert [entity["entity"] for entity in night] == ["idline", "ozanges", "novenc", "ivelem"]
    assert (night[0]["open"], night[0]["until"]) == (False, "2026-11-23T07:30:00Z")
    assert night[0]["layers"][0] == {
        "layer": "principal",
        "from": "2026-11-21T17:00:00Z",
        "until": "2026-11-22T07:00:00Z",
        "engineers": [{"engineer": "resp", "why": "override"}],
        "why": "override",
        "instead_of": None,
        "gap": False,
    }
    assert night[1]["layers"][1]["until"] is None


def test_a_rota_as_a_table(desk: Then) -> None:
    said = desk.does("rota", "show", "idline", "--from", "2026-09-09", "--weeks", "2")
    assert "Planning idline, principal, du mercredi 09/09/2026 au mercredi 23/09/2026" in said
    assert "lundi 14/09 08:30 →    lundi 21/09 08:30  Ingénieur 1  (planning)" in said
    (told,) = desk.reads("rota", "show", "idline", "--weeks", "1")
    assert [segment["engineers"][0]["engineer"] for segment in told["layers"][0]["segments"]] == ["ing2", "ing1"]
    assert {told["rota"] for told in desk.reads("rota", "show")} == {"idline", "infrastructure", "applications"}


def test_a_gap_stands_out(desk: Then, tmp_path: Path) -> None:
    nobody = SAMPLE.read_text(encoding="utf-8").replace('fallback = "resp"', "").replace('phone = "06 39 98 00 04"', "")
    nobody = nobody.replace('engineer = "resp"', 'kind = "remove"', 1)
    file = tmp_path / "holes.toml"
    file.write_text(nobody, encoding="utf-8")
    loaded = desk.types("load", str(file))
    assert (
        "Attention, NOVENC : ing4 sans téléphone pour « principal » du lundi 14/09 12:15 au lundi 14/09 14:00 (et "
        in loaded.stderr
    )
    assert "Attention, Ingénieur 4 : n'a pas de téléphone" in loaded.stderr
    assert "!!   samedi 21/11 18:00 → dimanche 22/11 08:00  PERSONNE  (retrait : Ingénieur 2)" in desk.does(
        "rota", "show", "idline", "--from", "2026-11-20", "--weeks", "1"
    )
    found = Then(desk.terminal, "2026-11-20T12:00:00+01:00").types("doctor").stdout
    assert "faute      IDLINE : personne pour « principal » du samedi 21/11 18:00 au dimanche 22/11 08:00" in found
    assert "faute      Ingénieur 4 : n'a pas de téléphone et ne peut pas être réveillé" in found


def test_load_says_which_pages_are_under_way(desk: Then, tmp_path: Path) -> None:
    """By what each goes on: the people of the new file, its policy, or those of the file before."""
    database = Database(desk.terminal.environment["DATABASE_URL"])
    now = datetime.fromisoformat(NOW)
    with database.begin() as db:
        book = DirectoryCache().newest(db)
        about = {"kind": "incident", "verified": True, "sites": [], "received_at": now, "opened_at": now}
        for reference, entity in (("NVL-26-00001-8", "idline"), ("NVL-26-00002-6", "novenc")):
            db.execute(insert(Ticket).values(reference=reference, entity=entity, **about))
            pages.open_page(db, book, entity, reference, now)
    database.dispose()
    file = tmp_path / "nuit.toml"
    sample = SAMPLE.read_text(encoding="utf-8")
    file.write_text(sample.replace('"principal"', '"nuit"'), encoding="utf-8")
    said = desk.types("load", str(file)).stderr
    assert "alerte en cours, ticket NVL-26-00001-8 : elle suit désormais la politique actuelle de son entité" in said
    file.write_text(sample.replace('"novenc"', '"novenco"'), encoding="utf-8")
    said = desk.types("load", str(file)).stderr
    assert "ticket NVL-26-00001-8 : elle continue avec les personnes de cet annuaire" in said
    assert "ticket NVL-26-00002-6 : elle continue avec les personnes de l'annuaire précédent" in said
    assert "alerte en cours" not in desk.types("load", str(file)).stderr, "nothing has changed"


def test_somebody_is_replaced_for_a_night_and_back(desk: Then) -> None:
    assert desk.on_call("2026-09-10 20:00") == [("ing2", "rota")]
    result = desk.types("rota", "override", "idline", "principal", "resp", *NIGHT, answer="o\n")
    assert result.exit_code == 0, result.output
    assert "avant :\n        jeudi 10/09 18:00 → vendredi 11/09 08:00  Ingénieur 2  (planning)" in result.stdout
    assert "Responsable Support  (remplacement)" in result.stdout
    assert desk.on_call("2026-09-10 20:00") == [("resp", "override")]
    assert desk.on_call("2026-09-11 08:00") == [("ing2", "rota")]
    undone = result.stdout.rpartition("astreinte rota undo ")[2].split()
    desk.does("rota", "undo", *undone, "--yes")
    assert desk.on_call("2026-09-10 20:00") == [("ing2", "rota")]
    assert "a changé depuis" in desk.types("rota", "undo", *undone, "--yes").stderr


def test_a_question_left_without_a_yes_changes_nothing(desk: Then) -> None:
    before = desk.does("dump")
    for answer in ("n\n", "\n", ""):
        result = desk.types("rota", "override", "idline", "principal", "resp", *NIGHT, answer=answer)
        assert result.exit_code != 0
    assert desk.does("dump") == before


def test_a_second_person_and_one_taken_out(desk: Then) -> None:
    desk.does("rota", "override", "idline", "principal", "ing3", *NIGHT, "--kind", "add", "--yes")
    assert desk.on_call("2026-09-10 20:00") == [("ing2", "rota"), ("ing3", "added")]
    desk.does("rota", "override", "idline", "principal", "ing2", *NIGHT, "--kind", "remove", "--yes")
    assert desk.on_call("2026-09-10 20:00") == [("resp", "removed"), ("ing3", "added")]
    said = desk.does("oncall", "--at", "2026-09-10 20:00", "--entity", "idline")
    assert "Responsable Support, Ingénieur 3  (retrait : Ingénieur 2, en renfort : Ingénieur 3)" in said


def test_without_a_beginning_it_begins_now(desk: Then) -> None:
    desk.does("rota", "override", "idline", "principal", "resp", "--until", "2026-09-10 08:00", "--yes")
    assert desk.on_call("2026-09-09 12:01") == [("resp", "override")]
    assert desk.on_call("2026-09-09 11:59") == [("ing2", "rota")]


def test_two_turns_are_swapped(desk: Then) -> None:
    desk.does("rota", "swap", "idline", "principal", "2026-09-16 12:00", "2026-09-23 12:00", "--yes")
    assert [desk.on_call(when)[0][0] for when in ("2026-09-16 12:00", "2026-09-23 12:00")] == ["ing2", "ing1"]
    assert desk.on_call("2026-09-09 12:00") == [("ing2", "rota")]
    desk.does("rota", "undo", "--yes")
    assert [desk.on_call(when)[0][0] for when in ("2026-09-16 12:00", "2026-09-23 12:00")] == ["ing1", "ing2"]


def test_what_has_been_stays_whatever_is_loaded_later(desk: Then, tmp_path: Path) -> None:
    later = Then(desk.terminal, LATER)
    other = SAMPLE.read_text(encoding="utf-8").replace('engineers = ["ing1", "ing2"]', 'engineers = ["ing4"]')
    file = tmp_path / "other.toml"
    file.write_text(other, encoding="utf-8")
    later.does("load", str(file))
    assert later.on_call("2026-09-10 20:00") == [("ing2", "rota")]
    assert later.on_call("2026-09-11 12:01") == [("ing4", "rota")]
    (told,) = later.reads("rota", "show", "idline", "--from", "2026-09-09", "--weeks", "1")
    assert [
        (segment["until"][:16], segment["engineers"][0]["engineer"]) for segment in told["layers"][0]["segments"]
    ] == [("2026-09-11T10:00", "ing2"), ("2026-09-15T22:00", "ing4")]


@pytest.mark.parametrize(
    ("said", "warned", "kept"),
    [
        pytest.param((), ("l'apprendrait la veille", "trop tard pour l'imposer"), ("", False), id="nothing"),
        pytest.param(("--reason", "grippe"), ("trop tard pour l'imposer",), ("grippe", False), id="a reason"),
        pytest.param(("--reason", "grippe", "--agreed"), (), ("grippe", True), id="all of it"),
    ],
)
def test_what_somebody_learns_late(
    desk: Then, said: tuple[str, ...], warned: tuple[str, ...], kept: tuple[str, bool]
) -> None:
    """Nobody is kept from it; the proof says what was said."""
    result = desk.types("rota", "override", "idline", "principal", "resp", *NIGHT, *said, "--yes")
    assert result.exit_code == 0
    assert [text for text in warned if text not in result.stderr] == []
    assert result.stderr.count("Attention") == len(warned)
    assert proof(desk) == kept


def test_a_file_that_announces_turns_late_says_so(desk: Then, tmp_path: Path) -> None:
    file = tmp_path / "turned.toml"
    text = SAMPLE.read_text(encoding="utf-8").replace('engineers = ["ing1", "ing2"]', 'engineers = ["ing2", "ing1"]')
    file.write_text(text, encoding="utf-8")
    assert "Ingénieur 1 l'apprendrait le jour même" in desk.types("load", str(file)).stderr
    assert "l'apprendrait" not in desk.types("load", str(file)).stderr, "nothing has changed"
    assert "l'apprendrait" not in desk.types("load", str(SAMPLE), "--reason", "grippe", "--agreed").stderr
    assert proof(desk) == ("grippe", True)


def proof(desk: Then) -> tuple[str, bool]:
    database = Database(desk.terminal.environment["DATABASE_URL"])
    with database.read() as db:
        wanted = select(DirectoryVersion.reason, DirectoryVersion.agreed).order_by(DirectoryVersion.id.desc())
        reason, agreed = db.execute(wanted.limit(1)).one()
    database.dispose()
    return reason, agreed


def test_an_override_that_has_begun_is_not_undone(desk: Then) -> None:
    desk.does("rota", "override", "idline", "principal", "resp", *NIGHT, "--yes")
    result = Then(desk.terminal, LATER).types("rota", "undo", "--yes")
    assert result.exit_code == 1
    assert "ce qui a été ne change pas" in result.stderr


def test_a_file_that_lacks_what_was_changed_by_command_says_so(desk: Then) -> None:
    desk.does("rota", "override", "idline", "principal", "resp", *NIGHT, "--yes")
    lost = desk.types("load", str(SAMPLE)).stderr
    assert "planning idline, principal : le remplacement du 10/09/2026 18:00 au 11/09/2026 08:00 n'existe plus" in lost


def test_only_a_change_of_rota_is_undone(desk: Then, tmp_path: Path) -> None:
    assert "rien à défaire" in desk.types("rota", "undo", "--yes").stderr
    file = tmp_path / "other.toml"
    file.write_text(SAMPLE.read_text(encoding="utf-8").replace("Ingénieur 1", "Ingénieure 1"), encoding="utf-8")
    desk.does("load", str(file))
    assert "rien à défaire" in desk.types("rota", "undo", "--yes").stderr


AWAY = """
[[engineers]]
code = "ing5"
name = "Ingénieur 5"
[[engineers.absences]]
from = 2026-09-01T00:00:00
until = 2026-10-01T00:00:00
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("oncall", "--entity", "idlin"), "vouliez-vous dire « idline »", id="no such entity"),
        pytest.param(("rota", "show", "idlin"), "Le planning « idlin » n'existe pas ; vouliez", id="no such rota"),
        pytest.param(
            ("rota", "override", "idline", "principale", "resp", *NIGHT), "la couche « principale »", id="no such layer"
        ),
        pytest.param(
            ("rota", "override", "idline", "principal", "rasp", *NIGHT), "L'ingénieur « rasp »", id="no such person"
        ),
        pytest.param(("rota", "override", "idline", "principal", *NIGHT), "Il manque l'ingénieur", id="nobody named"),
        pytest.param(
            ("rota", "override", "idline", "principal", "resp", "--from", "2026-09-12", "--until", "2026-09-11"),
            "doit suivre le début", id="upside down",
        ),
        pytest.param(
            ("rota", "override", "idline", "principal", "resp", "--from", "2026-09-09 11:59", "--until", "2026-09-11"),
            "ce qui a été ne change pas", id="a minute ago",
        ),
        pytest.param(
            ("rota", "override", "idline", "principal", "ing1", *NIGHT, "--kind", "remove"), "ne change rien",
            id="whoever is not on call is taken out",
        ),
        pytest.param(
            ("rota", "override", "idline", "principal", "ing5", *NIGHT), "Ingénieur 5 est absent du 01/09", id="away",
        ),
        pytest.param(
            ("rota", "override", "idline", "principal", "resp", *NIGHT, "--kind", "plus"), "replace ou add ou remove",
            id="no such kind",
        ),
        pytest.param(
            ("rota", "override", "idline", "principal", "resp", "--from", "2026-10-25T02:30+01:00", "--until",
             "2026-10-25 12:00"), "montre deux fois", id="the second of two hours",
        ),
        pytest.param(
            ("rota", "swap", "idline", "principal", "2026-09-10", "2026-09-16"), "ce qui a été", id="a turn has begun",
        ),
        pytest.param(
            ("rota", "swap", "idline", "principal", "2026-09-16", "2026-09-17"), "à la même personne", id="one turn"
        ),
        pytest.param(("rota", "swap", "idline", "nuit", "2026-09-16", "2026-09-23"), "« nuit »", id="a swap elsewhere"),
        pytest.param(("rota", "undo", "99"), "a changé depuis", id="another version"),
    ],
)  # fmt: skip
def test_refusals_are_sentences_and_change_nothing(
    desk: Then, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "away.toml"
    file.write_text(SAMPLE.read_text(encoding="utf-8") + AWAY, encoding="utf-8")
    desk.does("load", str(file))
    before = desk.does("dump")
    result = desk.types(*words, *(("--yes",) if words[0] == "rota" and words[1] != "show" else ()))
    assert (result.exit_code != 0, type(result.exception)) == (True, SystemExit)
    assert said in result.stderr
    assert desk.does("dump") == before

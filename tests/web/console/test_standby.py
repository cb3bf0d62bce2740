"""A month of standby: counted, declared, issued once, corrected by another; each sees what is theirs."""

import csv
import io
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from commands import SAMPLE
from services import standby_months
from storage.accounts.accounts import Role
from storage.directory import parse, versions
from storage.directory.versions import UNSAID, DirectoryCache, Why
from storage.models import InterventionRow, NoticeRow, StatementRow
from storage.standby import interventions, statements
from storage.standby.interventions import Declared
from tests.jobs.work import add_chores, forward
from tests.stories.night import loss
from tests.stories.test_rota_notices import override
from tests.support.phone import ING2, Line
from tests.web.console.test_rota import SUNDAY, keeps, looks
from tests.web.people import LATE, Visitor, signed_in

TOML = SAMPLE.read_text(encoding="utf-8")
MINE = "/standby/ing2/2026-09"
WORK = {"start_day": "2026-09-12", "start_time": "22:10", "until_day": "2026-09-13", "until_time": "00:40"}


def october(line: Line) -> None:
    line.clock.at("2026-10-02 09:00")


def declares(visitor: Visitor, path: str = MINE, **changed: str) -> str:
    return visitor.does(f"{path}/interventions", WORK | changed)


def issued(line: Line, engineer: str = "ing2") -> list[Any]:
    with line.database.read() as db:
        return list(statements.of_month(db, "2026-09", engineer))


@pytest.fixture
def admin(line: Line) -> Visitor:
    october(line)
    return signed_in(line, Role.ADMIN)


def test_a_month_is_counted(line: Line, admin: Visitor) -> None:
    page = admin.gets("/standby?month=2026-09")
    for told in ("Ingénieur 1", "Ingénieur 2", "à émettre", "n'est pas un avis juridique"):
        assert told in page
    page = admin.gets(MINE)
    for told in ("heure de samedi", "heure de nuit en semaine", "idline · principal", "Aucune intervention"):
        assert told in page.lower() or told in page
    assert "Aucun tour ce mois-ci" in admin.gets("/standby/ing2/2027-05"), "what has not begun has no hours"


def test_hours_of_a_week_without_the_opening_hours(line: Line, admin: Visitor) -> None:
    """IDLINE is open 08:30–18:00 on weekdays: 168 h less 47.5, of which 48 h are of the weekend."""
    admin.does(f"{MINE}/issue")
    document = json.loads(issued(line)[0].document)
    whole = [turn for turn in document["turns"] if turn["rota"] == "idline" and turn["standby"] == "120.50"]
    assert whole, [turn["standby"] for turn in document["turns"]]
    assert whole[0]["hours"] == {"weekday": "27.50", "night": "45.00", "saturday": "24.00", "sunday": "24.00"}
    assert sum(map(Decimal, document["hours"].values())) == Decimal(document["standby"])


# ---------------------------------------------------------------- work
def test_work_is_declared_corrected_and_withdrawn(line: Line) -> None:
    reference = loss(line)
    line.phone(ING2).picks_up().presses("1").hangs_up()
    october(line)
    engineer = signed_in(line, Role.ENGINEER)
    assert f"?ticket={reference}" in engineer.gets(MINE), "a ticket that was taken is proposed"
    page = declares(engineer, ticket=reference, travel="30", on_site="on")
    assert "Intervention enregistrée" in page
    assert "2 h 30" in page
    assert f"?ticket={reference}" not in page
    [number] = _ids(line)
    assert 'class="number">2 h<' in declares(engineer, ticket=reference, until_time="00:10", replaces=str(number))
    assert "a été corrigée entre-temps" in declares(engineer, replaces=str(number), until_time="00:20"), "twice"
    newest = max(_ids(line))
    assert "Intervention retirée" in engineer.does(f"{MINE}/interventions/{newest}")
    assert "a été corrigée entre-temps" in engineer.does(f"{MINE}/interventions/{newest}"), "pressed twice"
    assert "Aucune intervention déclarée" in engineer.gets(MINE)


def _ids(line: Line) -> list[int]:
    with line.database.read() as db:
        return list(db.execute(text("SELECT id FROM interventions ORDER BY id")).scalars())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"until_day": "2026-09-12", "until_time": "22:10"}, "suit son début", id="no time at all"),
        pytest.param({"until_day": "2026-09-11"}, "suit son début", id="backwards"),
        pytest.param({"until_day": "2026-12-24"}, "quand elle est finie", id="not over yet"),
        pytest.param({"until_day": "2026-09-20"}, "48 heures au plus", id="a week"),
        pytest.param({"travel": "900"}, "ne dure pas plus", id="more travel than time"),
        pytest.param({"travel": "1.5h"}, "en minutes entières", id="no number of minutes"),
        pytest.param({"travel": "-5"}, "en minutes entières", id="less than none"),
        pytest.param({"travel": "9" * 30}, "en minutes entières", id="more than any database keeps"),
        pytest.param({"start_day": "hier"}, "ne se lit pas", id="no date"),
        pytest.param({"until_day": ""}, "ne se lit pas", id="no end"),
        pytest.param({"start_day": "9999-12-31"}, "ne se lit pas", id="the end of time"),
        pytest.param({"ticket": "bonjour"}, "ne se lit pas", id="no reference"),
        pytest.param({"ticket": "\0"}, "ne se lit pas", id="NUL"),
        pytest.param({"ticket": "NVL-26-00001-8"}, "Ce ticket n'existe pas", id="a ticket that is not"),
        pytest.param({"replaces": "999999"}, "corrigée entre-temps", id="instead of nothing"),
    ],
)
def test_work_that_cannot_have_been_is_refused(line: Line, changed: dict[str, str], said: str) -> None:
    october(line)
    assert said in declares(signed_in(line, Role.ENGINEER), **changed)
    assert _ids(line) == []


def test_two_at_once_are_one_too_many(line: Line) -> None:
    october(line)
    engineer = signed_in(line, Role.ENGINEER)
    declares(engineer)
    assert "Une autre intervention est déclarée" in declares(engineer), "the button pressed twice"
    assert "Une autre intervention est déclarée" in declares(engineer, start_time="23:00", until_time="03:00")
    assert len(_ids(line)) == 1


def test_two_of_the_same_instant_are_one_too_many(line: Line) -> None:
    october(line)
    now = line.clock()
    said = Declared(engineer="ing2", ticket="", starts=now - timedelta(hours=3), until=now - timedelta(hours=2))

    def declares_it() -> None:
        with line.database.begin() as db:
            interventions.declare(db, said, "ing2", now)

    with ThreadPoolExecutor(1) as other:
        with line.database.begin() as db:
            interventions.declare(db, said, "ing2", now)
            second = other.submit(declares_it)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)  # waits for the first one to be kept
        with pytest.raises(interventions.Unsound):
            second.result()
    assert len(_ids(line)) == 1


def test_a_day_of_work_too_long_is_told(line: Line, admin: Visitor) -> None:
    """Monday: 7 h 45 at the desk, then three hours more."""
    page = declares(admin, start_day="2026-09-14", start_time="18:30", until_day="2026-09-14", until_time="21:30")
    assert "10,75 h pour 10,00" in page
    assert "lundi 14 septembre" in page
    assert "dépassements : 1" in admin.gets("/standby?month=2026-09")
    admin.does(f"{MINE}/issue")
    [row] = issued(line)
    assert json.loads(row.document)["excess"] == [
        {"first": "2026-09-14", "week": False, "worked": "10.75", "limit": "10.00"}
    ]
    assert admin.asks(f"/statements/{row.id}.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        pytest.param({"start_time": "01:50", "until_time": "02:10", "until_again": "on"}, "1 h 20", id="to it"),
        pytest.param({"start_time": "02:30", "start_again": "on", "until_time": "03:30"}, "1 h", id="from it"),
        pytest.param({"start_time": "02:30", "until_time": "03:30"}, "2 h", id="from the first"),
        pytest.param({"start_time": "02:10", "start_again": "on", "until_time": "02:40", "until_again": "on"}, "30 min",
                     id="both of the second"),
    ],
)  # fmt: skip
def test_the_second_time_of_the_night_can_be_said(line: Line, night: dict[str, str], hours: str) -> None:
    line.clock.at("2026-11-02 09:00")
    engineer = signed_in(line, Role.ENGINEER)
    day = {"start_day": "2026-10-25", "until_day": "2026-10-25"}
    page = declares(engineer, "/standby/ing2/2026-10", **day, **night)
    assert f">{hours}</span>" in page
    assert "La seconde fois que l'horloge montre cette heure" in page
    assert page.count('_again" checked') == len({"start_again", "until_again"} & set(night)), "kept in the correction"
    assert "La seconde fois" not in engineer.gets(MINE), "a month without such a night"


def test_work_is_of_the_month_in_which_it_begins(line: Line, admin: Visitor) -> None:
    page = declares(admin, "/standby/ing2/2026-10")
    assert "Intervention enregistrée, dans le mois où elle commence" in page
    assert "2 h 30" in admin.gets(MINE)


def test_work_over_a_months_end_is_within_its_turn(line: Line) -> None:
    line.clock.at("2026-10-06 09:00")
    admin = signed_in(line, Role.ADMIN)
    night = {"start_day": "2026-09-30", "start_time": "23:30", "until_day": "2026-10-01", "until_time": "01:00"}
    page = declares(admin, "/standby/ing1/2026-09", **night)
    assert "1 h 30" in page
    assert "hors de ses tours" not in page


def test_opening_hours_count_as_they_were_at_each_time(line: Line) -> None:
    """IDLINE opens until 20:00 from the 21st on: the weeks before keep their hours."""
    line.clock.at("2026-09-21 12:00")
    line.load(TOML.replace('hours = { weekdays = ["08:30-18:00"] }', 'hours = { weekdays = ["08:30-20:00"] }', 1))
    october(line)
    admin = signed_in(line, Role.ADMIN)
    admin.does(f"{MINE}/issue")
    turns = [turn for turn in json.loads(issued(line)[0].document)["turns"] if turn["rota"] == "idline"]
    spent = {turn["starts"][:10]: turn["standby"] for turn in turns}
    assert (spent["2026-09-07"], spent["2026-09-14"]) == ("120.50", "120.50")
    assert spent["2026-09-21"] == "110.50", "five evenings of two hours less: the desk was open"


def test_what_is_on_paper_adds_up(line: Line) -> None:
    odd = TOML.replace('night_starts = "21:00"', 'night_starts = "21:20"')
    line.load(odd.replace('night_ends = "06:00"', 'night_ends = "06:10"'))
    october(line)
    admin = signed_in(line, Role.ADMIN)
    admin.does(f"{MINE}/issue")
    document = json.loads(issued(line)[0].document)
    for part in (document, *document["turns"]):
        assert sum(map(Decimal, part["hours"].values())) == Decimal(part["standby"])


def test_a_month_before_the_line_is_not_known(line: Line, admin: Visitor) -> None:
    page = admin.gets("/standby?month=2026-07")
    assert "avant le premier annuaire" in page
    assert "pill bad" not in page, "nothing is to be issued"
    assert "avant le premier annuaire" in admin.gets("/standby/ing2/2026-07")
    assert "rien à relever" in admin.does("/standby/ing2/2026-07/issue")


def test_a_ticket_whose_work_was_withdrawn_is_proposed_again(line: Line) -> None:
    reference = loss(line)
    line.phone(ING2).picks_up().presses("1").hangs_up()
    october(line)
    engineer = signed_in(line, Role.ENGINEER)
    declares(engineer, ticket=reference)
    assert f"?ticket={reference}" not in engineer.gets(MINE)
    [number] = _ids(line)
    assert f"?ticket={reference}" in engineer.does(f"{MINE}/interventions/{number}")


def test_work_in_the_night_of_two_half_past_twos(line: Line) -> None:
    line.clock.at("2026-11-02 09:00")
    engineer = signed_in(line, Role.ENGINEER)
    night = {"start_day": "2026-10-25", "start_time": "02:40", "until_day": "2026-10-25", "until_time": "02:10"}
    page = declares(engineer, "/standby/ing2/2026-10", **night)
    assert "30 min" in page, "from the first 02:40 to the second 02:10"


# ---------------------------------------------------------------- statements
def test_a_statement_never_changes_and_a_correction_is_a_new_one(line: Line, admin: Visitor) -> None:
    assert "Relevé émis" in admin.does(f"{MINE}/issue")
    [first] = issued(line)
    pdf = admin.asks(f"/statements/{first.id}.pdf").data
    assert "dit déjà la même chose" in admin.does(f"{MINE}/issue"), "pressed twice"
    declares(admin)
    page = admin.gets(MINE)
    assert "les faits ont changé depuis" in page
    assert "dites pourquoi" in admin.does(f"{MINE}/issue")
    assert "Relevé émis" in admin.does(f"{MINE}/issue", {"reason": "une intervention oubliée"})
    kept, correction = issued(line)
    assert kept == first
    assert (correction.number, correction.reason) == (2, "une intervention oubliée")
    assert admin.asks(f"/statements/{first.id}.pdf").data == pdf, "the same bytes"
    assert pdf.startswith(b"%PDF")
    for table in (StatementRow, InterventionRow):
        untouchable(line, table)


def untouchable(line: Line, table: Any) -> None:
    """The database itself refuses, whoever asks."""
    for does in (update(table).values(engineer="ing1"), delete(table)):
        with pytest.raises(DBAPIError), line.database.begin() as db:
            assert db.execute(does).rowcount


def test_a_statement_that_was_tampered_with_is_not_shown(line: Line, admin: Visitor) -> None:
    """By somebody who has the database, and takes its triggers away."""
    admin.does(f"{MINE}/issue")
    [row] = issued(line)
    on = "" if line.database.is_sqlite else " ON statements"
    with line.database.begin() as db:
        db.execute(text(f"DROP TRIGGER statements_no_update{on}"))
        db.execute(update(StatementRow).values(document=row.document.replace('"total":"', '"total":"9')))
    for kind in ("pdf", "csv"):
        answer = admin.asks(f"/statements/{row.id}.{kind}")
        assert (answer.status_code, "n'est plus tel qu'il a été émis" in unescape(answer.text)) == (409, True)
    assert "altéré" in admin.gets(MINE)
    with line.database.read() as db:
        assert [each.id for each in statements.altered(db)] == [row.id]


def test_what_changes_while_it_is_issued_is_looked_at_again(line: Line, admin: Visitor) -> None:
    now = line.clock()
    with line.database.read() as db:
        before = standby_months.as_of(db)
    with line.database.begin() as db:
        said = Declared(engineer="ing2", ticket="", starts=now - timedelta(hours=3), until=now - timedelta(hours=2))
        interventions.declare(db, said, "ing2", now)
        assert standby_months.as_of(db) != before
    line.load(TOML.replace("Ingénieur 2", "Ingénieure 2"))
    with line.database.read() as db:
        assert standby_months.as_of(db)[0] != before[0]


def test_a_month_that_goes_on_is_not_issued(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    assert "Le mois n'est pas fini" in admin.does(f"{MINE}/issue")
    assert issued(line) == []


def test_the_table_adds_up_to_the_statement(line: Line, admin: Visitor) -> None:
    declares(admin, ticket="")
    admin.does(f"{MINE}/issue")
    [row] = issued(line)
    answer = admin.asks(f"/statements/{row.id}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))

    def total(what: str, column: str) -> Decimal:
        return sum((Decimal(each[column].replace(",", ".")) for each in rows if each["quoi"] == what), Decimal())

    assert total("compensation", "montant") == total("total", "montant") > 0
    by_the_hour = [each for each in json.loads(row.document)["lines"] if each["hours"] and each["of"] != "intervention"]
    assert total("heures", "heures") == sum(Decimal(each["quantity"]) for each in by_the_hour)
    assert total("intervention", "heures") == Decimal("2.50")


# ---------------------------------------------------------------- what is gone by now
def leaves(line: Line, when: str, *codes: str) -> None:
    """Out of the directory, and out of the layers."""
    line.clock.at(when)
    with line.database.read() as db:
        directory = DirectoryCache().newest(db).directory
    rotas = tuple(
        replace(rota, overrides=(), fallback="ing1" if rota.fallback in codes else rota.fallback, layers=tuple(
            replace(layer, engineers=tuple(code for code in layer.engineers if code not in codes))
            for layer in rota.layers
        ))
        for rota in directory.rotas
    )  # fmt: skip
    known = tuple(each for each in directory.engineers if each.code not in codes)
    with line.database.begin() as db:
        versions.load(db, replace(directory, engineers=known, rotas=rotas), line.clock())


def test_whoever_has_left_has_the_statement_of_what_they_did(line: Line) -> None:
    leaves(line, "2026-09-14 12:00", "ing2")
    october(line)
    admin = signed_in(line, Role.ADMIN)
    narrow = signed_in(line, Role.ADMIN, email="ozanges@nvl.example", entities=["ozanges"])
    assert "parti" in admin.gets("/standby?month=2026-09")
    assert "Relevé émis" in admin.does(f"{MINE}/issue")
    [row] = issued(line)
    turns = json.loads(row.document)["turns"]
    assert turns, "what was before"
    assert all(turn["until"][:16] <= "2026-09-14T12:00" for turn in turns)
    assert admin.asks(f"/statements/{row.id}.pdf").status_code == 200
    assert narrow.asks(f"/statements/{row.id}.pdf").status_code == 404
    line.clock.at("2026-11-02 09:00")
    admin = signed_in(line, Role.ADMIN, email="autre@nvl.example")
    admin.gets("/standby/ing2/2026-10", 404)
    assert "Ingénieur 2" not in admin.gets("/standby?month=2026-10")


def test_a_rota_that_is_gone_was_there(line: Line) -> None:
    """Under another name since; its hours of opening are taken out as they were."""
    october(line)
    admin = signed_in(line, Role.ADMIN)
    before = admin.gets(MINE)
    with line.database.read() as db:
        directory = DirectoryCache().newest(db).directory
    new = {"idline": "nouveau"}
    entities = tuple(replace(each, rota=new.get(each.rota, each.rota)) for each in directory.entities)
    kept = tuple(replace(rota, code=new.get(rota.code, rota.code)) for rota in directory.rotas)
    with line.database.begin() as db:
        versions.load(db, replace(directory, entities=entities, rotas=kept), line.clock())
    hours = re.findall(r"[0-9,]+ h</td>", before)
    assert hours == re.findall(r"[0-9,]+ h</td>", admin.gets(MINE))


# ---------------------------------------------------------------- who sees what
def test_each_sees_their_own(line: Line, admin: Visitor) -> None:
    admin.does(f"{MINE}/issue")
    [row] = issued(line)
    owner = signed_in(line, Role.ENGINEER)
    other = signed_in(line, Role.ENGINEER, email="ing1@nvl.example", engineer="ing1")
    assert owner.asks(f"/statements/{row.id}.pdf").status_code == 200
    assert "Ingénieur 2" in owner.gets(owner.asks("/standby?month=2026-09").headers["Location"])
    for path in (MINE, f"/statements/{row.id}.pdf", f"/statements/{row.id}.csv", "/statements/999.pdf"):
        assert other.asks(path).status_code == 404, path
    assert other.posts(f"{MINE}/interventions", WORK).status_code == 404
    assert other.posts(f"{MINE}/interventions/1").status_code == 404
    assert owner.posts(f"{MINE}/issue").status_code == 403
    narrow = signed_in(line, Role.ADMIN, email="ozanges@nvl.example", entities=["ozanges"])
    assert narrow.asks(MINE).status_code == 404
    assert "Ingénieur 2" not in narrow.gets("/standby?month=2026-09")


@pytest.mark.parametrize(
    "path",
    ["/standby/ing2/2026-13", "/standby/ing2/x", "/standby/ing2/9999-01", "/standby/nobody/2026-09", "/standby/ing2/²"],
)
def test_no_such_month_and_nobody(admin: Visitor, path: str) -> None:
    admin.gets(path, 404)


def test_without_an_employer_the_page_says_what_to_do(make_line: Callable[..., Line]) -> None:
    sample = SAMPLE.read_text(encoding="utf-8")
    line = make_line()
    line.load(sample[: sample.index("[[employers]]")] + sample[sample.index("[[engineers]]") :])
    admin = signed_in(line, Role.ADMIN)
    assert "Ajouter un employeur" in admin.gets("/standby")
    admin.gets(MINE, 404)


# ---------------------------------------------------------------- proof of notice
@pytest.fixture
def announcer(line: Line) -> Visitor:
    """An admin who has given ing3 the turn of tomorrow."""
    admin = signed_in(line, Role.ADMIN)
    add_chores(line.database, "shifts", at=line.clock())
    forward(line, minutes=1)
    told = SUNDAY | {"engineer": "ing3", "kind": "replace"}
    keeps(admin, looks(admin, **told), **told)
    forward(line, minutes=5)
    return admin


def proofs(line: Line, engineer: str) -> list[tuple[str, str, str, str, bool]]:
    """Turn, verdict, reason and agreement of each, from the 12th of September on."""
    with line.database.read() as db:
        rows = db.execute(
            select(NoticeRow.__table__).where(NoticeRow.engineer == engineer, NoticeRow.rota == "idline",
                                              NoticeRow.starts >= line.clock().replace(day=12, hour=0),
                                              NoticeRow.starts < line.clock().replace(day=29))
            .order_by(NoticeRow.id)
        ).all()  # fmt: skip
    return [
        (f"{row.starts:%d %H:%M} {row.until:%d %H:%M}", row.layer, row.verdict, row.reason, row.agreed) for row in rows
    ]


def changed(line: Line, why: Why, toml: str, who: str = "") -> None:
    with line.database.begin() as db:
        versions.load(db, parse(toml), line.clock(), who, why)


@pytest.fixture
def published(line: Line) -> Line:
    """Saturday 12 September, 22:04: all has been published, at the beginning."""
    add_chores(line.database, "shifts", at=line.clock())
    forward(line, minutes=1)
    return line


def test_what_was_planned_when_the_line_began_is_proved_too(published: Line) -> None:
    now, monday, *_ = sorted(proofs(published, "ing1"))
    assert now[:3] == ("12 20:04 14 06:30", "secours", "agreed")
    assert monday == ("14 06:30 21 06:30", "principal", "reason", "mise en service du planning", False)


def test_weeks_that_come_into_sight_are_announced_then(published: Line) -> None:
    forward(published, days=8)
    with published.database.read() as db:
        last = db.execute(select(NoticeRow.__table__).order_by(NoticeRow.id.desc()).limit(1)).one()
    assert (last.verdict, last.reason, last.agreed) == ("fine", "", False)
    assert last.days > 150


def test_whoever_loses_the_middle_of_a_turn_gains_nothing(published: Line) -> None:
    """Both ends of it were theirs already."""
    before = proofs(published, "ing1")
    changed(published, Why("grippe", agreed=True), override(TOML, "ing3", "2026-09-16T08:00:00", "2026-09-17T08:00:00"))
    forward(published, minutes=3)
    assert proofs(published, "ing1") == before
    assert proofs(published, "ing3")[-1] == ("16 06:00 17 06:00", "principal", "reason", "grippe", True)


def test_changes_published_together_keep_each_its_own_reason(published: Line) -> None:
    """Another edit, which needs none, comes before the first one is published."""
    grippe = override(TOML, "ing3", "2026-09-13T08:00:00", "2026-09-13T20:00:00")
    changed(published, Why("grippe", agreed=True), grippe, "compte:1")
    forward(published, minutes=1)
    both = override(grippe, "ing4", "2026-09-15T18:00:00", "2026-09-16T08:00:00")
    changed(published, Why("congé"), both, "compte:2")
    forward(published, minutes=1)
    changed(published, UNSAID, both.replace("Ingénieur 3", "Ingénieure 3"), "compte:2")
    forward(published, minutes=4)
    assert proofs(published, "ing3")[-1] == ("13 06:00 13 18:00", "principal", "agreed", "grippe", True)
    assert proofs(published, "ing4")[-1] == ("15 16:00 16 06:00", "principal", "reason", "congé", False)
    with published.database.read() as db:
        assert set(db.execute(select(NoticeRow.who).where(NoticeRow.reason == "grippe")).scalars()) == {"compte:1"}


def test_a_layer_that_is_new_is_announced(published: Line) -> None:
    added = TOML.replace(
        "[[rotas.overrides]]",
        """[[rotas.layers]]
name = "renfort"
starts = 2026-09-13T08:00:00
every = { weeks = 1 }
engineers = ["resp", "ing3"]
[[rotas.overrides]]""",
        1,
    )
    changed(published, Why("salon", agreed=True), added)
    forward(published, minutes=3)
    [_, first, *_] = [row for row in proofs(published, "resp") if row[1] == "renfort"]  # before it: the fallback
    assert first == ("13 06:00 20 06:00", "renfort", "agreed", "salon", True)
    assert any("resp" in mail["recipient"] and "En plus" in mail["body"] for mail in published.mails())


def test_a_layer_under_another_name_is_nothing_new(published: Line) -> None:
    before = proofs(published, "ing1")
    changed(
        published,
        UNSAID,
        TOML.replace('name = "principal"', 'name = "premier"', 1).replace(
            'layer = "principal"', 'layer = "premier"', 1
        ),
    )
    forward(published, minutes=3)
    assert proofs(published, "ing1") == before
    assert [mail for mail in published.mails() if "vos tours ont changé" in mail["subject"]] == []


@pytest.mark.parametrize(
    ("at", "told"),
    [
        pytest.param("2026-09-13 23:57", False, id="published before midnight: fifteen days"),
        pytest.param("2026-09-13 23:58", True, id="published on the 14th: fourteen"),
    ],
)
def test_a_reason_is_asked_by_the_day_on_which_it_will_be_published(line: Line, at: str, told: bool) -> None:
    line.clock.at(at)
    admin = signed_in(line, Role.ADMIN)
    monday = {"until_day": "2026-09-28", "start_day": "2026-09-28", "start_time": "09:00", "until_time": "20:00"}
    assert ('name="why"' in looks(admin, **(SUNDAY | monday | {"engineer": "ing3", "kind": "replace"}))) is told


def test_a_turn_that_is_announced_leaves_a_dated_proof(line: Line, announcer: Visitor) -> None:
    with line.database.read() as db:
        rows = db.execute(text("SELECT engineer, days, verdict, reason, agreed FROM notices")).all()
    assert ("ing3", 1, "agreed", LATE["why"], True) in [tuple(row) for row in rows]
    untouchable(line, NoticeRow)
    october(line)
    page = announcer.gets("/standby/ing3/2026-09")
    for said in ("de dernière minute", "grippe", "avec son accord"):
        assert said in page


def test_whoever_learns_of_a_turn_says_so_once(line: Line, announcer: Visitor) -> None:
    theirs = [mail for mail in line.mails() if "ing3" in mail["recipient"]]
    [mail] = [mail for mail in theirs if "vos tours ont changé" in mail["subject"]]
    mine, path = signed_in(line, Role.ENGINEER, engineer="ing3", email="ing3@nvl.example"), "/standby/ing3/2026-09"
    assert mail["body"].endswith(f"Dites que vous l'avez vu :\n{line.settings.public_url}{path}")
    assert "pas encore vu" in announcer.gets(path)
    assert "J'ai vu ces tours" not in announcer.gets(path), "theirs to say"
    assert "J'ai vu ces tours" in mine.gets(path)
    [last] = re.findall(r'name="last" value="([0-9]+)"', mine.gets(path))
    assert "J'ai vu ces tours" in mine.does(f"{path}/seen", {"last": str(int(last) - 1)}), "one came while they looked"
    page = mine.does(f"{path}/seen", {"last": last})
    assert "C'est noté" in page
    assert "J'ai vu ces tours" not in page
    with line.database.read() as db:
        first = db.execute(text("SELECT at FROM receipts")).all()
        assert first
    forward(line, minutes=5)
    mine.does(f"{path}/seen", {"last": last})
    with line.database.read() as db:
        assert db.execute(text("SELECT at FROM receipts")).all() == first, "the first time counts"
    assert "vu le" in announcer.gets(path)
    other = signed_in(line, Role.ENGINEER, email="ing1@nvl.example", engineer="ing1")
    assert other.posts(f"{path}/seen").status_code == 404
    assert announcer.posts(f"{path}/seen").status_code == 403
    with pytest.raises(DBAPIError), line.database.begin() as db:
        db.execute(text("DELETE FROM receipts"))

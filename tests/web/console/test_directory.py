"""The directory in the console: read, taken out, put in with a look at what changes, and brought back."""

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.accounts.accounts import Role
from storage.directory import parse
from tests.jobs.work import book_of
from tests.support.phone import SAMPLE, Line, TestClock
from tests.web.people import LATE, TOKEN, Visitor, signed_in

TEXT = SAMPLE.read_text(encoding="utf-8")
RENAMED = TEXT.replace('name = "Client Démo Un"', 'name = "Client Neuf"')


def gives(visitor: Visitor, text: str | bytes) -> str:
    """A file, to be looked at."""
    found = TOKEN.search(visitor.asks("/directory/import").text)
    assert found
    raw = text if isinstance(text, bytes) else text.encode()
    data = {"csrf_token": found[1], "file": (io.BytesIO(raw), "annuaire.toml")}
    answer = visitor.client.post("/directory/import", data=data, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    return html.unescape(answer.text)


def keeps(visitor: Visitor, text: str, seen: str = "1") -> str:
    return visitor.does("/directory/import", {"text": text, "seen": seen, "keep": "1"})


def test_a_large_one_is_kept_as_it_was_looked_at(line: Line) -> None:
    """More than a form may carry goes to the browser and back."""
    client = f"""
[[clients]]
code = "%06d"
name = "{"x" * 190}"
[[clients.contracts]]
entity = "idline"
service = "Accès internet"
level = "critique"
option_24x7 = true
from = 2025-01-01
"""
    large = TEXT + "".join(client % number for number in range(300_000, 301_390))
    assert 450_000 < len(large.encode()) < 510_000, "which any form makes longer"
    admin = signed_in(line, Role.ADMIN)
    shown = gives(admin, large)
    [text] = re.findall(r'<textarea name="text" hidden>(.*?)</textarea>', shown, re.DOTALL)
    keeps(admin, text)
    assert len(book_of(line).directory.clients) == 1_392
    assert admin.posts("/directory/import", {"text": "#zlib:éé", "keep": "1"}).status_code == 400


def test_it_is_read_by_everybody_here(line: Line) -> None:
    """Hours and policies in words."""
    shown = signed_in(line, Role.DESK).gets("/directory")
    for told in (
        "IDLINE",
        "Ingénieur 2",
        "06 39 98 00 02",
        "Client Démo Un",
        "Accès internet",
        "24/7",
        "05 86 07 77 77",
    ):
        assert told in shown, told
    assert "Importer" not in shown
    for told in ("lun.–ven. 08:30–12:15, 14:00–17:30", "aussitôt : principal (SMS, appel)", "toute l'équipe"):
        assert told in shown, told


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        pytest.param("démo un", True, id="a name in any case"),
        pytest.param("260417", True, id="a code"),
        pytest.param("06 39 98 10 01", True, id="a number"),
        pytest.param("un.example", True, id="a mail domain"),
        pytest.param("personne", False, id="nobody"),
    ],
)
def test_clients_are_found(line: Line, sought: str, found: bool) -> None:
    shown = signed_in(line, Role.DESK).gets(f"/directory?q={sought}")
    assert ("Client Démo Un" in shown) is found


def test_what_is_taken_out_goes_in_again_and_changes_nothing(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    written = admin.asks("/directory/annuaire.toml").data
    assert parse(written.decode()) == book_of(line).directory
    assert "Rien : c'est l'annuaire actuel." in gives(admin, written)


def test_a_change_is_seen_then_kept_then_taken_back(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    page = gives(admin, RENAMED)
    assert re.search(r'class="old">-.*Client Démo Un', page)
    assert re.search(r'class="new">\+.*Client Neuf', page)
    assert "Client Démo Un" in admin.gets("/directory"), "nothing is kept by looking"
    shown = keeps(admin, RENAMED)
    assert "Annuaire changé." in shown
    assert "admin@nvl.example" in shown
    assert "Client Neuf" in admin.gets("/directory")
    assert "Annuaire changé." in admin.does("/directory/versions/1", {"seen": "2"})
    assert "Client Démo Un" in admin.gets("/directory")


def test_a_file_says_in_words_what_it_changes(line: Line) -> None:
    """Of hours, the day that is another; what was wrong before is folded, what the file makes wrong is not."""
    admin = signed_in(line, Role.ADMIN)
    five = 'hours = { weekdays = ["08:30-18:00"] }'
    others = ", ".join(f'{day} = ["08:30-18:00"]' for day in ("monday", "tuesday", "wednesday", "thursday"))
    assert five in TEXT
    page = gives(admin, TEXT.replace(five, f'hours = {{ {others}, friday = ["08:30-12:00"] }}', 1))
    told = page.partition("Les lignes du fichier")[0]
    assert "IDLINE" in told
    assert re.search(r'class="new">[^<]*vendredi 08:30-12:00', told)


def test_only_what_the_file_makes_wrong_is_told_first(line: Line) -> None:
    """What was wrong before is folded."""
    admin, unreachable = signed_in(line, Role.ADMIN), "n'a pas de téléphone"
    first, _, after = gives(admin, silenced(TEXT)).partition("Les lignes du fichier")
    assert unreachable in first
    assert unreachable not in after
    keeps(admin, silenced(TEXT))
    first, _, after = gives(admin, silenced(RENAMED)).partition("Les lignes du fichier")
    assert unreachable not in first
    assert unreachable in after.partition("Ce qui n'allait déjà pas avant")[2]


def silenced(text: str) -> str:
    return text.replace('phone = "06 39 98 00 04"\n', "")


def test_a_file_that_announces_a_turn_late_needs_a_reason(line: Line) -> None:
    """And so does the way back from it."""
    admin = signed_in(line, Role.ADMIN)
    turned = TEXT.replace('engineers = ["ing1", "ing2"]', 'engineers = ["ing2", "ing1"]')
    assert "l'apprendrait le jour même" in gives(admin, turned)
    form = {"text": turned, "seen": "1", "keep": "1"}
    assert "écrivez le motif" in html.unescape(admin.posts("/directory/import", form).text)
    assert "Annuaire changé." in admin.does("/directory/import", form | LATE)
    back = html.unescape(admin.posts("/directory/versions/1", {"seen": "2"}).text)
    assert "écrivez le motif" in back
    assert 'name="why"' in back
    assert "Annuaire changé." in admin.does("/directory/versions/1", {"seen": "2"} | LATE)
    assert book_of(line).directory.rotas[0].layers[0].engineers == ("ing1", "ing2")


def test_faults_are_all_said_and_nothing_changes(line: Line) -> None:
    page = gives(signed_in(line, Role.ADMIN), TEXT.replace("[organisation]", "[organisatio]").replace('"Pau"', "12"))
    assert "Rien n'est changé" in page
    assert "organisatio" in page
    assert "Enregistrer ce changement" not in page
    for nonsense in (b"", b"\xff\xfe\x00", b"<script>alert(1)</script>", b"[" * 5000):
        assert "<script>alert" not in gives(
            signed_in(line, Role.ADMIN, email=f"x{len(nonsense)}@nvl.example"), nonsense
        )


def test_somebody_was_faster(line: Line) -> None:
    one, other = signed_in(line, Role.ADMIN), signed_in(line, Role.ADMIN, email="autre@nvl.example")
    keeps(one, RENAMED)
    assert "par quelqu'un d'autre" in keeps(other, TEXT.replace("Client Démo Un", "Client Tardif"))
    assert "par quelqu'un d'autre" in other.does("/directory/versions/1", {"seen": "1"})
    assert "Client Neuf" in one.gets("/directory")


def test_an_admin_of_some_entities_keeps_not_the_whole(line: Line) -> None:
    some = signed_in(line, Role.ADMIN, entities=["idline"])
    assert "Importer" not in some.gets("/directory")
    assert some.asks("/directory/import").status_code == 403
    assert some.posts("/directory/import", {"text": RENAMED, "seen": "1", "keep": "1"}).status_code == 403
    assert some.posts("/directory/versions/1", {"seen": "1"}).status_code == 403


def test_no_such_version(line: Line) -> None:
    assert signed_in(line, Role.ADMIN).posts("/directory/versions/99", {"seen": "1"}).status_code == 404


# ---------------------------------------------------------------- before there is one
class Fresh(Line):
    """A database into which nobody has put a directory."""

    def load(self, toml: str) -> None:
        pass


@pytest.fixture
def fresh(database_url: str, tmp_path: Path, clock: TestClock) -> Iterator[Line]:
    made = Fresh(database_url, tmp_path, clock)
    yield made
    made.close()


def test_without_a_directory_pages_say_so_and_lead_an_admin_to_the_import(fresh: Line) -> None:
    admin, desk = signed_in(fresh, Role.ADMIN), signed_in(fresh, Role.DESK)
    for path in ("/", "/me", "/accounts", "/directory", "/directory/versions"):
        page = admin.gets(path, 503)
        assert "Il n'y a pas encore d'annuaire" in page, path
        assert 'href="/directory/import"' in page, path
    page = desk.gets("/", 503)
    assert "un administrateur l'importe" in page
    assert "/directory/import" not in page


def test_the_first_directory_is_imported_in_the_console(fresh: Line) -> None:
    admin = signed_in(fresh, Role.ADMIN)
    page = gives(admin, TEXT)
    assert re.search(r'class="new">\+.*Client Démo Un', page)
    assert 'name="seen" value="0"' in page
    assert "Annuaire changé." in keeps(admin, TEXT, "0")
    assert "Qui est d'astreinte" in admin.gets("/")
    assert "par quelqu'un d'autre" in keeps(admin, RENAMED, "0"), "not instead of the first one"

"""`astreinte preview`: what would be heard, for how long, and who would be woken."""

import pytest

from tests.commands.terminal import Terminal

NIGHT = ("--at", "2026-12-25 03:12")
UN = ("--from", "06 39 98 10 01")


def test_it_tells_the_path_and_who_is_woken_without_effect(loaded: Terminal) -> None:
    told = loaded.reads("preview", *UN, *NIGHT, "--keys", "1,1,1,9")
    assert isinstance(told, dict)
    assert told["ticket"]["sites"] == ["Bordeaux", "Pau"]
    assert told["woken"][0]["engineer"] == "ing1"
    assert told["woken"][0]["at"] == "2026-12-25T02:12:00Z"
    assert 30 < told["seconds"] < 90
    assert loaded.reads("tickets") == []
    assert loaded.reads("calls") == []


def test_a_program_reads_codes_and_a_person_reads_words(loaded: Terminal) -> None:
    told = loaded.reads("preview", *UN, *NIGHT, "--keys", "1,3")
    assert isinstance(told, dict)
    assert (told["ticket"]["kind"], told["ticket"]["refusal"]) == ("information_request", "information")
    shown = loaded.types("preview", *UN, *NIGHT, "--keys", "1,3").output
    assert "Ticket : demande d'information, idline" in shown
    assert "information_request" not in shown
    assert "demande d'information, à traiter à la réouverture" in shown


def test_who_is_woken_is_told_in_words(loaded: Terminal) -> None:
    shown = loaded.types("preview", *UN, *NIGHT, "--keys", "1,1,1,9").output
    assert "ing1 (principal (planning)), SMS et appel" in shown
    assert "ing2 (toute l'équipe)" in shown
    assert "resp (par son nom)" in shown
    overridden = loaded.types("preview", *UN, "--at", "2026-11-21 22:00", "--keys", "1,1,1,9").output
    assert "resp (principal (remplacement))" in overridden


def test_a_refusal_wakes_nobody(loaded: Terminal) -> None:
    shown = loaded.types("preview", "--from", "masqué", *NIGHT, "--keys", "1,2").output
    assert "Personne n'est réveillé" in shown


@pytest.mark.parametrize(
    ("keys", "shown", "hidden"),
    [
        pytest.param("1,h", "l'appelant raccroche", "plus de touche", id="hung up when told to"),
        pytest.param("1,h,2", "Touches en trop : 2", "plus de touche", id="and the other keys are left"),
        pytest.param("1,-,1", "    silence", "touche -", id="a dash is silence"),
        pytest.param("1,,1", "    silence", "en trop", id="so is nothing"),
        pytest.param("1", "plus de touche donnée : ici, l'appelant raccroche", "silence", id="the keys run out"),
        pytest.param("1119", "touche 1 (touches perdues : 119)", "en trop", id="one entry is one answer"),
        pytest.param("1,1,1,9", "message de 20 s", "raccroche\n", id="the keys lead to the beep"),
    ],
)
def test_keys_mean_what_they_mean_to_call(loaded: Terminal, keys: str, shown: str, hidden: str) -> None:
    result = loaded.types("preview", *UN, *NIGHT, "--keys", keys)
    assert result.exit_code == 0
    assert shown in result.output
    assert hidden not in result.output


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--from", "anonymous", "--keys", "1,1,260417,1,9,0639982233,1"), id="withheld, each choice"),
        pytest.param(("--from", "01 99 00 80 01", "--keys", "1,1,260417,1,9"), id="unknown, with a code"),
        pytest.param((*UN, "--keys", "1,1,1,9"), id="known"),
    ],
)
def test_an_ordinary_call_is_not_too_long(loaded: Terminal, words: tuple[str, ...]) -> None:
    assert "trop long" not in loaded.types("preview", *words, *NIGHT).output


def test_a_call_full_of_mistakes_is_too_long(loaded: Terminal) -> None:
    shown = loaded.types("preview", "--from", "masqué", *NIGHT, "--keys", ",,1,-,-,1,111111,111111,111111,-,-").output
    assert "trop long" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--from", "foo"), "« foo » n'est pas un numéro", id="no number"),
        pytest.param(("--from", ""), "n'est pas un numéro", id="nothing"),
        pytest.param((*UN, "--to", "01 99 00 00 01"), "il y a : 05 86 07 77 77, 05 36 49 00 24", id="no line of ours"),
    ],
)
def test_who_calls_and_who_is_called_are_real(loaded: Terminal, words: tuple[str, ...], said: str) -> None:
    result = loaded.types("preview", *words, *NIGHT)
    assert result.exit_code != 0
    assert (result.stdout, said in result.stderr) == ("", True)


@pytest.mark.parametrize(
    ("typed", "instant", "remark"),
    [
        pytest.param("2026-03-29 02:30", "2026-03-29T01:00:00Z", "n'existe pas", id="skipped in spring"),
        pytest.param("2026-10-25 02:30", "2026-10-25T00:30:00Z", "2026-10-25T02:30+01:00", id="shown twice in autumn"),
        pytest.param("2026-10-25T02:30+01:00", "2026-10-25T01:30:00Z", "", id="the second, as the remark spells it"),
        pytest.param("2026-10-25 03:00", "2026-10-25T02:00:00Z", "", id="shown once"),
        pytest.param("2026-03-29 03:00", "2026-03-29T01:00:00Z", "", id="the first after the gap"),
    ],
)
def test_the_nights_when_the_clock_is_changed(loaded: Terminal, typed: str, instant: str, remark: str) -> None:
    result = loaded.types("preview", *UN, "--at", typed, "--keys", "1", "--json")
    assert f'"at": "{instant}"' in result.stdout
    assert len(result.stderr.splitlines()) == bool(remark)
    assert remark in result.stderr

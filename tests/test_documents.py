"""What the documents promise exists, and what exists is documented."""

import re
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

import cli
from oncall.rotas import resolve
from settings import Settings, _Reader
from storage.directory import parse

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


class Recording(dict[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.append(name)
        return default


def test_every_setting_is_documented() -> None:
    environment = Recording()
    _Reader(environment, False).settings()
    assert len(set(environment.asked)) == len(fields(Settings))
    assert [name for name in environment.asked if f"`{name}`" not in OPERATIONS] == []


def test_the_readme_shows_commands_that_exist() -> None:
    shown = set(re.findall(r"astreinte ([a-z-]+)", README))
    assert shown - {"call", "demo"} <= set(cli.main.commands)
    assert {"call", "preview", "doctor", "load", "dump", "serve", "worker"} <= shown


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_every_command_says_what_it_does(name: str) -> None:
    command = cli.main.commands[name]
    assert command.help
    assert command.help.strip().endswith(".")
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_sample_directory_loads() -> None:
    assert parse((ROOT / "nvl.toml").read_text(encoding="utf-8")).entities


def test_the_examples_of_rotas_load() -> None:
    sample = (ROOT / "nvl.toml").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/rotas.md").read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    before = parse(sample)
    for example in examples:
        assert parse(sample + example) != before, "it says something"
    parse(sample + "".join(examples))


def test_the_night_layer_of_the_examples_leaves_only_the_days() -> None:
    """What is copied from there must not leave a morning to nobody."""
    sample = (ROOT / "nvl.toml").read_text(encoding="utf-8")
    example = (ROOT / "docs/rotas.md").read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    rota = next(rota for rota in parse(sample + example).rotas if rota.code == "nuits")
    paris = ZoneInfo("Europe/Paris")
    monday = datetime(2026, 9, 7, tzinfo=paris)
    found = resolve(rota, "nuit", monday, monday + timedelta(weeks=1))
    nobody = [(each.starts.astimezone(paris), each.until.astimezone(paris)) for each in found if not each.engineers]
    days = [monday + timedelta(days=n) for n in range(5)]
    assert nobody == [(day.replace(hour=8, minute=30), day.replace(hour=18)) for day in days]


def test_internal_links_lead_somewhere() -> None:
    broken = []
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            if not (document.parent / target).exists():
                broken.append(f"{document.name}: {target}")
    assert broken == []

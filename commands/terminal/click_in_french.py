"""Click in French: its help, its refusals, and its end."""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from commands.terminal import output

INTERRUPTED = 130  # as a shell says it of Ctrl-C
HEADINGS = {"Options": "Options", "Commands": "Commandes", "Positional arguments": "Arguments"}
HELP = {
    "Show this message and exit.": "Affiche cette aide.",
    "[default: ": "[sinon : ",
    "[required]": "[obligatoire]",
}
_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)


class Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Emploi : ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(f"{HEADINGS.get(heading, heading)} ")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(term, _in_french(said)) for term, said in rows], col_max, col_spacing)


def _in_french(said: str) -> str:
    for english, french in HELP.items():
        said = said.replace(english, french)
    return said


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    context_class = Context


class Commands(click.Group):
    """The outermost one decides how everything ends."""

    context_class = Context
    command_class = Command
    group_class = type

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command; whatever is refused is said in French on stderr."""
        output.spare_the_accents()
        try:
            code = super().main(*arguments, **options | {"standalone_mode": False})
        except click.Abort:
            click.echo("Interrompu.", err=True)
            sys.exit(INTERRUPTED)
        except click.exceptions.NoArgsIsHelpError as nothing:
            nothing.show()
            sys.exit(nothing.exit_code)
        except click.ClickException as refused:
            click.echo(told(refused), err=True)
            sys.exit(refused.exit_code)
        sys.exit(code or 0)


def told(refused: click.ClickException) -> str:
    """A refusal as it is printed; one of the words typed comes with how to type them."""
    said = f"Erreur : {sentence(refused)}"
    if not isinstance(refused, click.UsageError) or refused.ctx is None:
        return said
    return f"{refused.ctx.get_usage()}\n« {refused.ctx.command_path} --help » dit ce qui est possible.\n\n{said}"


def sentence(refused: click.ClickException) -> str:
    match refused:
        case click.NoSuchOption():
            return f"l'option « {refused.option_name} » n'existe pas{_near(refused.possibilities)}"
        case click.NoSuchCommand():
            return f"la commande « {refused.command_name} » n'existe pas{_near(refused.possibilities)}"
        case click.MissingParameter() if refused.param:
            kind = "l'option " if refused.param.param_type_name == "option" else ""
            return f"il manque {kind}{_name(refused.param, refused.ctx)}"
        case click.BadParameter() if refused.param:
            return f"{_name(refused.param, refused.ctx)} : {refused.message}"
        case click.BadOptionUsage():
            needs = "ne prend pas de valeur" if "does not take" in refused.message else "attend une valeur"
            return f"l'option {refused.option_name} {needs}"
        case click.UsageError() if extra := _EXTRA.match(refused.message):
            return f"de trop : {extra[1]}"
    return refused.format_message()


def _name(param: click.Parameter, ctx: click.Context | None) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(ctx or click.Context(Command("")))


def _near(possibilities: Sequence[str] | None) -> str:
    return f" ; vouliez-vous dire {' ou '.join(possibilities)} ?" if possibilities else ""


class Whole(click.ParamType[int]):
    """A whole number of a range."""

    name = "NOMBRE"

    def __init__(self, low: int, high: int):
        self.low, self.high = low, high

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not self.low <= int(text) <= self.high:
            self.fail(f"« {text} » : on attend un nombre entier de {self.low} à {self.high}", param, ctx)
        return int(text)


class OneOf(click.ParamType[str]):
    """One of a few words."""

    def __init__(self, *words: str):
        self.words = words
        self.name = "|".join(words)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.words:
            self.fail(f"« {value} » : on attend {' ou '.join(self.words)}", param, ctx)
        return str(value)


class File(click.ParamType[Path]):
    """A file that is there."""

    name = "FICHIER"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(str(value))
        if path.is_dir():
            self.fail(f"« {value} » est un dossier, on attend un fichier", param, ctx)
        if not path.exists():
            self.fail(f"« {value} » : ce fichier n'existe pas", param, ctx)
        return path

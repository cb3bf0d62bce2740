"""The `astreinte` command: names the commands, and what each is told."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from commands import calling, fallback, listing, running
from commands import directory as directories
from commands import doctor as doctors
from commands import preview as previews
from commands.opening import explained
from commands.private_line import SAMPLE

MAIN_LINE = "05 86 07 77 77"
PARIS = ZoneInfo("Europe/Paris")
WITHHELD = "+266696687"  # Twilio: "anonymous" typed on a keypad


class When(click.ParamType[datetime]):
    """A local time of Paris ("2026-12-25 03:12"), or an ISO instant with its zone."""

    name = "QUAND"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"« {value} » : on attend par exemple « 2026-12-25 03:12 » (heure de Paris)", param, ctx)
        if not 1970 <= moment.year <= 2999:
            self.fail(f"« {value} » : on attend une année de 1970 à 2999", param, ctx)
        return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)


class Number(click.ParamType[str]):
    """A telephone number in any spelling, or « masqué »."""

    name = "NUMÉRO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from ivr import numbers

        if str(value).casefold() in ("masqué", "masque", "anonymous", WITHHELD):
            return WITHHELD
        try:
            return numbers.parse(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


class Keys(click.ParamType[list[str]]):
    """Keys separated by commas, one entry a question; an empty entry is silence."""

    name = "TOUCHES"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        keys = [entry.strip() for entry in str(value).split(",")]
        for entry in keys:
            if set(entry) - set("0123456789*#-h"):
                self.fail(f"« {entry} » : on attend des chiffres, *, #, rien pour un silence, h pour raccrocher")
        return keys


PORT = click.IntRange(1, 65535)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="En JSON, pour un programme.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """La ligne de support et d'astreinte : répond, ouvre un ticket, réveille la bonne personne.

    La configuration vient de l'environnement (DATABASE_URL, PUBLIC_URL, TWILIO_…) ; `astreinte doctor` dit
    ce qui manque. Pour essayer sans rien configurer : `astreinte demo`."""


@main.command()
@click.option("--at", type=When(), help="L'instant auquel la démonstration commence ; sinon maintenant.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Le port du web.")
@click.option("--simulator-port", type=PORT, default=8010, show_default=True, help="Le port du Twilio simulé.")
@click.option("--directory", type=FILE, default=SAMPLE, help="Un autre annuaire que l'exemple.")
@explained
def demo(at: datetime | None, port: int, simulator_port: int, directory: Path) -> None:
    """Tout sur cette machine, sans compte Twilio, au premier plan ; Ctrl-C arrête tout."""
    running.demo(at, port, simulator_port, directory)


@main.command()
@click.option(
    "--from",
    "from_",
    type=Number(),
    default="06 39 98 10 01",
    show_default=True,
    help="Qui appelle ; « masqué » pour un numéro masqué.",
)
@click.option("--to", type=Number(), default=MAIN_LINE, show_default=True, help="La ligne appelée.")
@click.option("--at", type=When(), help="Une ligne d'essai à cet instant, terminée après l'appel.")
@click.option("--keys", type=Keys(), help="Les touches, une par question : 1,1,1,9. Sans elles, vous répondez.")
@click.option("--say", help="Ce qui est dit après le bip.")
@click.option("--simulator-port", type=PORT, default=8010, show_default=True, help="Celui de la démonstration.")
@click.option("--directory", type=FILE, default=SAMPLE, help="Avec --at : un autre annuaire que l'exemple.")
@AS_JSON
@explained
def call(
    from_: str, to: str, at: datetime | None, keys: list[str] | None, say: str | None, simulator_port: int,
    directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Un téléphone dans le terminal : appelle la démonstration en cours, ou une ligne d'essai avec --at."""
    calling.call(
        from_=from_, to=to, at=at, keys=keys, say=say, as_json=as_json, simulator_port=simulator_port,
        directory=directory,
    )  # fmt: skip


@main.command()
@click.option("--from", "from_", required=True, help="Qui appelle ; « masqué » pour un numéro masqué.")
@click.option("--to", type=Number(), default=MAIN_LINE, show_default=True, help="La ligne appelée.")
@click.option("--at", type=When(), required=True, help="Quand.")
@click.option("--keys", type=Keys(), default="", help="Les touches, une par question.")
@AS_JSON
@explained
def preview(from_: str, to: str, at: datetime, keys: list[str], as_json: bool) -> None:
    """Ce qu'entendrait un appelant, combien de temps, et qui serait réveillé. Sans aucun effet."""
    previews.preview(to, from_, at, [key for key in keys if key or len(keys) > 1], as_json)


@main.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="HÔTE:PORT.")
@click.option("--workers", type=int, help="Nombre de processus ; sinon WEB_CONCURRENCY, sinon 2.")
@explained
def serve(bind: str, workers: int | None) -> None:
    """Le processus web (gunicorn)."""
    running.serve(bind, workers)


@main.command()
@explained
def worker() -> None:
    """Le processus qui appelle, écrit et range : SMS, messages vocaux, courriels."""
    running.worker()


@main.group()
def db() -> None:
    """La base de données."""


@db.command()
@explained
def upgrade() -> None:
    """Met la base à la forme de cette version, tout ou rien."""
    directories.upgrade()


@main.command()
@click.argument("file", metavar="ANNUAIRE.toml", type=FILE)
@explained
def load(file: Path) -> None:
    """Charge l'annuaire : tout ou rien, chaque faute avec sa place."""
    directories.load(file)


@main.command()
@explained
def dump() -> None:
    """Écrit l'annuaire en cours, au format de `load`."""
    directories.dump()


@main.command()
@AS_JSON
@explained
def tickets(as_json: bool) -> None:
    """Les tickets, du plus ancien au plus récent."""
    listing.tickets(as_json)


@main.command()
@AS_JSON
@explained
def calls(as_json: bool) -> None:
    """Le journal des appels : ce qui fut demandé, ce qui fut tapé."""
    listing.calls(as_json)


@main.command()
@AS_JSON
@explained
def pages(as_json: bool) -> None:
    """Les alertes : qui a été appelé, comment, quand."""
    listing.pages(as_json)


@main.command()
@AS_JSON
@explained
def verify(as_json: bool) -> None:
    """Relit le journal des tickets : le premier événement altéré est nommé."""
    if not listing.verify(as_json):
        raise SystemExit(1)


@main.command()
@AS_JSON
@explained
def doctor(as_json: bool) -> None:
    """L'installation est-elle saine ? Chaque faute avec ce qu'il faut faire."""
    if not doctors.doctor(as_json):
        raise SystemExit(1)


@main.command("fallback-twiml")
@click.option("--dial", type=Number(), help="Le dernier numéro à faire sonner ; sinon le premier de la hiérarchie.")
@explained
def fallback_twiml(dial: str | None) -> None:
    """Le document de secours, à héberger ailleurs : il répond quand notre serveur est tombé."""
    fallback.show(dial)


if __name__ == "__main__":
    main()

"""The `astreinte` command: names the commands, and what each is told.

Each imports what it does when it is called: nobody waits for the simulator in order to serve."""

from datetime import datetime
from pathlib import Path

try:
    import click

    from commands import SAMPLE, on_change, on_closing  # noqa: F401 - they add to the group
    from commands.on_program import hook, token
    from commands.on_rota import calendar, rota, shifts
    from commands.on_ticket import ticket
    from commands.on_users import users
    from commands.terminal.click_in_french import Commands, File, Whole
    from commands.terminal.errors import explained
    from commands.terminal.params import AGREED, AS_JSON, REASON, YES, Keys, Number, When
except KeyboardInterrupt:  # while Python reads the modules
    raise SystemExit(130) from None

MAIN_LINE = "05 86 07 77 77"


PORT = Whole(1, 65535)
FILE = File()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE …",
)
def main() -> None:
    """La ligne de support et d'astreinte : répond, ouvre un ticket, réveille la bonne personne.

    La configuration vient de l'environnement (DATABASE_URL, PUBLIC_URL, TWILIO_…) ; `astreinte doctor` dit
    ce qui manque. Pour essayer sans rien configurer : `astreinte demo`."""


@main.command()
@click.option("--at", type=When(), help="L'instant auquel la démonstration commence ; sinon maintenant.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Le port du web.")
@click.option("--simulator-port", type=PORT, default=8010, show_default=True, help="Le port du Twilio simulé.")
@click.option("--directory", type=FILE, default=SAMPLE, help="Un autre annuaire que l'exemple.")
@click.option("--browser/--no-browser", default=True, help="Ouvrir le téléphone dans le navigateur de cette machine.")
@explained
def demo(at: datetime | None, port: int, simulator_port: int, directory: Path, browser: bool) -> None:
    """Tout sur cette machine, sans compte Twilio, au premier plan ; Ctrl-C arrête tout."""
    from commands.demo import demonstration

    demonstration.demo(at, port, simulator_port, directory, browser=browser)


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
@click.option(
    "--keys", type=Keys(), help="Une par question : 1,1,1,9 ; - se tait, h raccroche. Sans elles, vous répondez."
)
@click.option("--say", metavar="TEXTE", help="Ce qui est dit après le bip.")
@click.option("--simulator-port", type=PORT, default=8010, show_default=True, help="Celui de la démonstration.")
@click.option("--directory", type=FILE, default=SAMPLE, help="Avec --at : un autre annuaire que l'exemple.")
@AS_JSON
@explained
def call(
    from_: str, to: str, at: datetime | None, keys: list[str] | None, say: str | None, simulator_port: int,
    directory: Path, as_json: bool,
) -> None:  # fmt: skip
    """Un téléphone dans le terminal : appelle la démonstration en cours, ou une ligne d'essai avec --at."""
    from commands.demo import phone

    phone.call(
        from_=from_, to=to, at=at, keys=keys, say=say, as_json=as_json, simulator_port=simulator_port,
        directory=directory,
    )  # fmt: skip


@main.command()
@click.argument("number", metavar="NUMÉRO", type=Number())
@click.option("--text", metavar="TEXTE", help="Envoie seulement ce SMS à la ligne, et montre la réponse.")
@click.option("--to", type=Number(), default=MAIN_LINE, show_default=True, help="La ligne à laquelle il écrit.")
@click.option("--simulator-port", type=PORT, default=8010, show_default=True, help="Celui de la démonstration.")
@explained
def phone(number: str, text: str | None, to: str, simulator_port: int) -> None:
    """Le téléphone de quelqu'un dans la démonstration : ses SMS, et vous décrochez quand il sonne."""
    from commands.demo import phone

    phone.hold(number, text, to, simulator_port)


@main.command()
@click.option("--from", "from_", type=Number(), required=True, help="Qui appelle ; « masqué » : numéro masqué.")
@click.option("--to", type=Number(), default=MAIN_LINE, show_default=True, help="La ligne appelée.")
@click.option("--at", type=When(), required=True, help="Quand.")
@click.option("--keys", type=Keys(), default="", help="Les touches, une par question, comme pour `call`.")
@AS_JSON
@explained
def preview(from_: str, to: str, at: datetime, keys: list[str], as_json: bool) -> None:
    """Ce qu'entendrait un appelant, combien de temps, et qui serait réveillé. Sans aucun effet."""
    from commands import preview as previews

    previews.preview(to, from_, at, [key for key in keys if key or len(keys) > 1], as_json)


@main.command()
@click.option("--bind", metavar="HÔTE:PORT", default="127.0.0.1:8000", show_default=True, help="Où écouter.")
@click.option(
    "--workers",
    type=Whole(1, 999),
    help="Processus pour Twilio, et autant pour les pages ; sinon WEB_CONCURRENCY, sinon 2.",
)
@explained
def serve(bind: str, workers: int | None) -> None:
    """Le processus web (gunicorn)."""
    from commands.serving import processes

    processes.serve(bind, workers)


@main.command()
@explained
def worker() -> None:
    """Le processus qui appelle, écrit et range : SMS, messages vocaux, courriels."""
    from commands.serving import processes

    processes.worker()


@main.group(subcommand_metavar="COMMANDE …")
def db() -> None:
    """La base de données."""


@db.command()
@explained
def upgrade() -> None:
    """Met la base à la forme de cette version, tout ou rien."""
    from commands import directory as directories

    directories.upgrade()


@main.command()
@click.argument("file", metavar="ANNUAIRE.toml", type=FILE)
@REASON
@AGREED
@explained
def load(file: Path, reason: str, agreed: bool) -> None:
    """Charge l'annuaire : tout ou rien, chaque faute avec sa place."""
    from commands import directory as directories

    directories.load(file, reason, agreed)


@main.command()
@explained
def dump() -> None:
    """Écrit l'annuaire en cours, au format de `load`."""
    from commands import directory as directories

    directories.dump()


@main.command()
@AS_JSON
@explained
def tickets(as_json: bool) -> None:
    """Les tickets, du plus ancien au plus récent."""
    from commands import listing

    listing.tickets(as_json)


@main.command()
@AS_JSON
@explained
def calls(as_json: bool) -> None:
    """Le journal des appels : ce qui fut demandé, ce qui fut tapé."""
    from commands import listing

    listing.calls(as_json)


@main.command()
@AS_JSON
@explained
def pages(as_json: bool) -> None:
    """Les alertes : qui a été appelé, comment, quand."""
    from commands import listing

    listing.pages(as_json)


@main.command()
@AS_JSON
@explained
def letters(as_json: bool) -> None:
    """Les courriels reçus, et ce que chacun est devenu."""
    from commands import listing

    listing.letters(as_json)


@main.command("export-contact")
@click.argument("typed", metavar="NUMÉRO|ADRESSE")
@explained
def export_contact(typed: str) -> None:
    """Tout ce que l'on sait d'une personne, en JSON : son droit d'accès."""
    from commands import contact

    contact.export(typed)


@main.command("erase-contact")
@click.argument("typed", metavar="NUMÉRO|ADRESSE")
@YES
@explained
def erase_contact(typed: str, yes: bool) -> None:
    """Efface ce que l'on sait d'une personne, sur tout ce qui est terminé : son droit à l'oubli."""
    from commands import contact

    contact.erase(typed, yes)


@main.command()
@AS_JSON
@explained
def purges(as_json: bool) -> None:
    """Ce qui a été effacé, quand et pourquoi ; jamais ce que c'était."""
    from commands import contact

    contact.purges(as_json)


@main.group(subcommand_metavar="COMMANDE …")
def page() -> None:
    """Réveiller quelqu'un exprès."""


@page.command("test")
@click.argument("engineer", metavar="INGÉNIEUR")
@explained
def test_page(engineer: str) -> None:
    """SMS et appel d'exercice à un ingénieur, par son code dans l'annuaire."""
    from commands import paging

    paging.test(engineer)


@main.command()
@click.option("--at", type=When(), help="À quel instant ; sinon maintenant.")
@click.option("--entity", metavar="ENTITÉ", help="Une seule entité, par son code.")
@AS_JSON
@explained
def oncall(at: datetime | None, entity: str | None, as_json: bool) -> None:
    """Qui est d'astreinte, entité par entité, pourquoi et jusqu'à quand."""
    from commands import oncall as duties

    duties.oncall(at, entity, as_json)


@main.command()
@click.argument("file", type=FILE, metavar="[EXTRAIT.json]", required=False)
@AS_JSON
@explained
def verify(file: Path | None, as_json: bool) -> None:
    """Relit le journal des tickets et les relevés, ou un extrait de « ticket export » : ce qui est altéré est nommé."""
    from commands import verifying

    if not (verifying.extract(file, as_json) if file else verifying.journal_of_all(as_json)):
        raise SystemExit(1)


@main.command()
@AS_JSON
@explained
def doctor(as_json: bool) -> None:
    """L'installation est-elle saine ? Chaque faute avec ce qu'il faut faire."""
    from commands import doctor as doctors

    if not doctors.doctor(as_json):
        raise SystemExit(1)


@main.command("fallback-twiml")
@click.option("--dial", type=Number(), help="Le dernier numéro à faire sonner ; sinon le premier de la hiérarchie.")
@click.option("--goodbye", metavar="ADRESSE", help="Où le second document est hébergé ; sinon à côté du premier.")
@click.option("--last", is_flag=True, help="Écrit le second document, qui répond après le message.")
@explained
def fallback_twiml(dial: str | None, goodbye: str | None, last: bool) -> None:
    """Les deux documents de secours, à héberger ailleurs : ils répondent quand notre serveur est tombé."""
    from commands import fallback

    if last:
        fallback.show_last()
    else:
        fallback.show(dial, goodbye)


for group in (ticket, rota, shifts, calendar, users, token, hook):
    main.add_command(group)


if __name__ == "__main__":
    main()

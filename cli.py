"""The `astreinte` command: names the commands, and what each is told.

Each imports what it does when it is called: nobody waits for the simulator in order to serve."""

from datetime import UTC, datetime
from pathlib import Path

try:
    import click

    import clock
    from commands import SAMPLE
    from commands.explaining import explained
    from commands.french import Commands, File, OneOf, Whole
except KeyboardInterrupt:  # while Python reads the modules
    raise SystemExit(130) from None

MAIN_LINE = "05 86 07 77 77"
PARIS = "Europe/Paris"
WITHHELD = "+266696687"  # Twilio: "anonymous" typed on a keypad


class When(click.ParamType[datetime]):
    """A local time of Paris ("2026-12-25 03:12"), or an ISO instant with its zone.

    On the two nights when the clock is changed, it is said which instant is meant."""

    name = "QUAND"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"« {value} » : on attend par exemple « 2026-12-25 03:12 » (heure de Paris)", param, ctx)
        if moment.year not in clock.YEARS:
            self.fail(f"« {value} » : on attend une année de {clock.YEARS[0]} à {clock.YEARS[-1]}", param, ctx)
        if moment.tzinfo:
            return moment.astimezone(UTC)
        from commands import instants

        instant, remark = instants.meant(moment, PARIS)
        if remark:
            click.echo(remark, err=True)
        return instant


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
    """Keys separated by commas, one entry a question; an empty one or a dash is silence, h hangs up."""

    name = "TOUCHES"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        keys = [entry.strip() for entry in str(value).split(",")]
        for entry in keys:
            if entry.strip("-") not in ("", "h") and set(entry) - set("0123456789*#"):
                self.fail(
                    f"« {entry} » : on attend des chiffres, *, #, - pour un silence, h pour raccrocher", param, ctx
                )
        return keys


PORT = Whole(1, 65535)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="En JSON, pour un programme.")
YES = click.option("--yes", is_flag=True, help="Sans demander confirmation.")
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
@explained
def demo(at: datetime | None, port: int, simulator_port: int, directory: Path) -> None:
    """Tout sur cette machine, sans compte Twilio, au premier plan ; Ctrl-C arrête tout."""
    from commands import running

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
    from commands import calling

    calling.call(
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
    from commands import calling

    calling.hold(number, text, to, simulator_port)


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
@click.option("--workers", type=Whole(1, 999), help="Nombre de processus ; sinon WEB_CONCURRENCY, sinon 2.")
@explained
def serve(bind: str, workers: int | None) -> None:
    """Le processus web (gunicorn)."""
    from commands import running

    running.serve(bind, workers)


@main.command()
@explained
def worker() -> None:
    """Le processus qui appelle, écrit et range : SMS, messages vocaux, courriels."""
    from commands import running

    running.worker()


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
@explained
def load(file: Path) -> None:
    """Charge l'annuaire : tout ou rien, chaque faute avec sa place."""
    from commands import directory as directories

    directories.load(file)


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


@main.group(subcommand_metavar="COMMANDE …")
def rota() -> None:
    """Les plannings : les montrer, remplacer quelqu'un, échanger deux tours."""


@rota.command("show")
@click.argument("code", metavar="[PLANNING]", required=False)
@click.option("--from", "start", type=When(), help="À partir de quel jour ; sinon d'aujourd'hui.")
@click.option("--weeks", type=Whole(1, 520), default=4, show_default=True, help="Combien de semaines.")
@AS_JSON
@explained
def show_rota(code: str | None, start: datetime | None, weeks: int, as_json: bool) -> None:
    """Qui est d'astreinte de quand à quand, et pourquoi ; « !! » marque un trou."""
    from commands import rota as rotas

    rotas.show(code, start, weeks, as_json)


@rota.command("override")
@click.argument("code", metavar="PLANNING")
@click.argument("layer", metavar="COUCHE")
@click.argument("engineer", metavar="[INGÉNIEUR]", required=False)
@click.option("--from", "start", type=When(), help="À partir de quand ; sinon maintenant.")
@click.option("--until", type=When(), required=True, help="Jusqu'à quand.")
@click.option(
    "--kind",
    type=OneOf("replace", "add", "remove"),
    metavar="replace|add|remove",
    default="replace",
    show_default=True,
    help="Mettre cette personne à la place (replace) ou à côté (add) de qui a le tour, ou l'en retirer (remove).",
)
@YES
@explained
def override_rota(
    code: str, layer: str, engineer: str | None, start: datetime | None, until: datetime, kind: str, yes: bool
) -> None:
    """Change qui est d'astreinte pour un temps, sans toucher au passé."""
    from commands import rota as rotas
    from oncall.rotas import Kind

    rotas.override(code, layer, engineer, start, until, Kind(kind), yes)


@rota.command("swap")
@click.argument("code", metavar="PLANNING")
@click.argument("layer", metavar="COUCHE")
@click.argument("one", metavar="QUAND", type=When())
@click.argument("other", metavar="QUAND", type=When())
@YES
@explained
def swap_rota(code: str, layer: str, one: datetime, other: datetime, yes: bool) -> None:
    """Échange les deux tours auxquels ces deux instants appartiennent."""
    from commands import rota as rotas

    rotas.swap(code, layer, one, other, yes)


@rota.command("undo")
@click.argument("version", metavar="[VERSION]", type=Whole(1, 999_999_999), required=False)
@YES
@explained
def undo_rota(version: int | None, yes: bool) -> None:
    """Défait le dernier changement de planning, si rien d'autre n'a changé depuis."""
    from commands import rota as rotas

    rotas.undo(version, yes)


@main.command()
@click.option("--weeks", type=Whole(1, 26), default=2, show_default=True, help="Combien de semaines.")
@click.option("--engineer", metavar="INGÉNIEUR", help="Une seule personne, par son code.")
@AS_JSON
@explained
def shifts(weeks: int, engineer: str | None, as_json: bool) -> None:
    """Les tours publiés, et si leurs titulaires ont confirmé qu'ils les prennent."""
    from commands import shifts as listed

    listed.show(weeks, engineer, as_json)


@main.group(subcommand_metavar="COMMANDE …")
def calendar() -> None:
    """Les agendas : une adresse secrète par abonné, révocable."""


@calendar.command("create")
@click.argument("kind", type=OneOf("engineer", "rota", "entity"), metavar="engineer|rota|entity")
@click.argument("code", metavar="CODE")
@explained
def create_calendar(kind: str, code: str) -> None:
    """Une adresse nouvelle pour les tours d'un ingénieur, d'un planning ou d'une entité."""
    from commands import calendars

    calendars.create(kind, code)


@calendar.command("list")
@AS_JSON
@explained
def list_calendars(as_json: bool) -> None:
    """Les adresses données, sans leur secret."""
    from commands import calendars

    calendars.show(as_json)


@calendar.command("revoke")
@click.argument("number", metavar="NUMÉRO", type=Whole(1, 999_999_999))
@YES
@explained
def revoke_calendar(number: int, yes: bool) -> None:
    """Une adresse perdue cesse de répondre."""
    from commands import calendars

    calendars.revoke(number, yes)


@main.command()
@AS_JSON
@explained
def verify(as_json: bool) -> None:
    """Relit le journal des tickets : le premier événement altéré est nommé."""
    from commands import listing

    if not listing.verify(as_json):
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
@explained
def fallback_twiml(dial: str | None) -> None:
    """Le document de secours, à héberger ailleurs : il répond quand notre serveur est tombé."""
    from commands import fallback

    fallback.show(dial)


if __name__ == "__main__":
    main()

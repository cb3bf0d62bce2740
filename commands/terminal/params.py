"""What is typed after a command, and what it means: an instant, a telephone number, keys."""

from datetime import UTC, datetime

import click

import clock

PARIS = "Europe/Paris"
WITHHELD = "+266696687"  # Twilio: "anonymous" typed on a keypad

AS_JSON = click.option("--json", "as_json", is_flag=True, help="En JSON, pour un programme.")
REASON = click.option("--reason", metavar="MOTIF", default="", help="D'un changement que quelqu'un apprend tard.")
AGREED = click.option("--agreed", is_flag=True, help="La personne est d'accord : c'est trop tard pour l'imposer.")
YES = click.option("--yes", is_flag=True, help="Sans demander confirmation.")


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
        from commands.terminal import instants

        instant, remark = instants.meant(moment, PARIS)
        if remark:
            click.echo(remark, err=True)
        return instant


class Number(click.ParamType[str]):
    """A telephone number in any spelling, or « masqué »."""

    name = "NUMÉRO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from directory import phone_numbers

        if str(value).casefold() in ("masqué", "masque", "anonymous", WITHHELD):
            return WITHHELD
        try:
            return phone_numbers.parse(str(value))
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

"""A question before something is changed."""

import click


def agreed(question: str, yes: bool) -> None:
    """Go on, or end without having changed anything; `yes` answers for whoever is not there."""
    if yes:
        return
    answer = click.prompt(f"{question} [o/N]", default="n", show_default=False, prompt_suffix=" ", err=True)
    if str(answer).strip().casefold() not in ("o", "oui"):
        click.echo("Rien n'a été changé.", err=True)
        raise click.exceptions.Exit(1)

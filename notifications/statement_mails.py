"""Mails about monthly statements. PURE: subject and body."""

from collections.abc import Sequence

from standby.statements import Month


def issued(organisation: str, month: Month, where: str) -> tuple[str, str]:
    """To whoever it is about; `where`: the address of their month."""
    when = _said(month)
    text = f"Bonjour,\n\nVotre relevé d'astreinte de {when} est émis :\n\n{where}\n"
    return f"Relevé d'astreinte {when} : {organisation}", text


def to_issue(organisation: str, month: Month, people: Sequence[str], where: str, *, is_late: bool) -> tuple[str, str]:
    """To whoever issues them; `people`: whose are missing."""
    when, names = _said(month), "\n".join(f"- {name}" for name in people)
    begins = "ne sont toujours pas émis" if is_late else "sont à émettre"
    text = (
        f"Bonjour,\n\nCes relevés d'astreinte de {when} {begins} :\n\n{names}\n\n"
        f"Chacun doit avoir le sien à la fin du mois (R3121-2). Vérifiez les interventions, puis émettez-les :\n\n"
        f"{where}\n"
    )
    subject = f"Relevés d'astreinte {when} {'en retard' if is_late else 'à émettre'} : {organisation}"
    return subject, text


def _said(month: Month) -> str:
    return f"{month.first:%m/%Y}"

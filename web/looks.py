"""What all pages of people have: languages, the menu, Bootstrap from its wheel, their own looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Flask, g, request, url_for
from flask_babel import Babel, format_date, format_datetime, format_decimal, get_locale
from flask_login import current_user

from ivr import numbers
from ivr.watch import Doubt
from storage import versions
from storage.accounts import Role
from tickets.sentences import Sentence
from tickets.states import WRITTEN, spoken, written
from web.access import who_may
from web.languages import LOCALES, Written, gettext, translated
from web.outside import Outside

DIRECTORY = tuple(
    f"console.{name}"
    for name in ("import_directory", "versions", "add_item", "edit_item", "open_days", "prompts", "what_if")
)
STANDBY = ("console.standby", "console.month_of")
# Endpoint, how it is called, and what else belongs to it.
MENU: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("console.home", "Accueil", ()),
    ("console.rota", "Astreintes", ("console.year", "console.change_rota", "console.rota_for_the_wall", *STANDBY)),
    ("console.tickets", "Tickets", ("console.ticket", "console.act", "console.proof")),
    ("console.calls", "Appels", ("console.call", "console.call_figures")),
    ("console.reports", "Rapports", ("console.report_rows",)),
    ("console.directory", "Annuaire", DIRECTORY),
    ("console.accounts", "Comptes", ("console.account",)),
    ("portal.requests", "Vos demandes", ("portal.request_",)),
    ("portal.declare", "Nouvelle demande", ()),
)


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    href: str
    here: bool


def register(app: Flask, outside: Outside) -> None:
    app.register_blueprint(Blueprint("looks", __name__, static_folder="static", static_url_path="/static"))
    wheel = "static/bootstrap5"
    app.register_blueprint(Blueprint("bootstrap", "flask_bootstrap", static_folder=wheel, static_url_path="/bootstrap"))
    babel = Babel(app, default_locale="fr", locale_selector=_language)
    babel.domain_instance = Written()

    def shown() -> dict[str, Any]:
        told = {"pages": list(_menu()), "locale": str(get_locale() or LOCALES[0]), "moment": moment}
        return told | {"states": WRITTEN, "brand": _brand(outside)}

    def moment(at: datetime, form: str = "EEEE d MMMM, HH:mm") -> str:
        """An instant by the clock of the line, in the reader's language."""
        if "zone" not in g:
            with outside.database.read() as db:
                g.zone = outside.shelf.newest(db).zone
        return str(format_datetime(at.astimezone(g.zone), form, rebase=False))

    def day_said(day: date, form: str) -> str:
        return str(format_date(day, form))

    app.context_processor(shown)
    # `_` is for what templates themselves say: what it returns is not escaped any more.
    app.jinja_env.globals.update(wall=wall, worded=_worded, doubted=_doubted, day_said=day_said)
    app.jinja_env.globals.update(state_written=written, state_spoken=spoken)
    app.jinja_env.filters |= {"pairs": numbers.pairs, "figure": _figure}


def wall(at: datetime, form: str = "EEE d MMM HH:mm") -> str:
    """What a clock shows, in the reader's language."""
    return str(format_datetime(at, form, rebase=False))


def _brand(outside: Outside) -> str:
    """To a client, who it is that they ask; to us, the product."""
    if not (current_user and current_user.is_authenticated and Role.CLIENT in current_user.held):
        return "Astreinte"
    with outside.database.read() as db:
        return "Astreinte" if versions.is_empty(db) else outside.shelf.newest(db).organisation.name


def _figure(written: str) -> str:
    """Hours or euros of a document, in the reader's way."""
    return str(format_decimal(Decimal(written), "#,##0.00"))


def _worded(text: object) -> str:
    return translated(text if isinstance(text, Sentence) else str(text))


def _doubted(doubt: Doubt) -> str:
    """Subject, what is wrong, and when."""
    told = " ".join(filter(None, (translated(doubt.said), translated(doubt.when) if doubt.when else "")))
    return f"{translated(doubt.subject) if isinstance(doubt.subject, Sentence) else doubt.subject} : {told}"


def _language() -> str:
    own = getattr(current_user, "locale", "") if current_user else ""
    return own or request.accept_languages.best_match(LOCALES) or LOCALES[0]


def _menu() -> Iterator[Page]:
    """What this person may open."""
    if not current_user or not current_user.is_authenticated:
        return
    for endpoint, title, more in MENU:
        who = who_may(endpoint)
        in_portal = Role.CLIENT in current_user.held
        hidden = endpoint == "console.home" if in_portal else endpoint == "console.accounts" and current_user.entities
        if isinstance(who, frozenset) and who & current_user.held and not hidden:
            here = request.endpoint == endpoint or request.endpoint in more
            yield Page(gettext(title), url_for(endpoint), here)

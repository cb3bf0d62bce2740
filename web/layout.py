"""What all pages of people have: languages, the menu, Bootstrap from its wheel, their own looks."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, g, request, url_for
from flask_babel import Babel, get_locale
from flask_login import current_user

from directory import phone_numbers
from directory.model import LineKind
from oncall.coverage_checks import Doubt
from storage.accounts.accounts import Role
from storage.directory import versions
from tickets.states import WRITTEN, written
from tickets.states import spoken as state_spoken
from translatable import Message
from web import spoken
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
    app.register_blueprint(
        Blueprint("looks", __name__, static_folder="static", static_url_path="/static", template_folder="templates")
    )
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
        return spoken.wall(at.astimezone(g.zone), form)

    def wall(at: datetime, form: str = spoken.FORM) -> str:
        """What a clock shows; an instant as the database has it is on none yet, and goes by the line's."""
        return moment(at, form) if at.tzinfo is UTC else spoken.wall(at, form)

    def line_number() -> str:
        """Of the main line; "" where nothing answers, for it is said on the pages of what has failed."""
        with suppress(Exception), outside.database.read() as db:
            return next(each.number for each in outside.shelf.newest(db).directory.lines if each.kind is LineKind.MAIN)
        return ""

    app.context_processor(shown)
    # `_` is for what templates themselves say: what it returns is not escaped any more.
    app.jinja_env.globals.update(
        wall=wall, worded=_worded, doubted=_doubted, day_said=spoken.day, colon=spoken.colon,
        state_written=written, state_spoken=state_spoken, line_number=line_number,
    )  # fmt: skip
    app.jinja_env.filters |= {
        "pairs": phone_numbers.pairs, "figure": spoken.figure, "euros": spoken.euros, "lasted": spoken.lasted,
        "weight": spoken.weight, "titled": spoken.titled,
    }  # fmt: skip


def _brand(outside: Outside) -> str:
    """To a client, who it is that they ask; to us, the product."""
    if not (current_user and current_user.is_authenticated and Role.CLIENT in current_user.held):
        return "Astreinte"
    with outside.database.read() as db:
        return "Astreinte" if versions.is_empty(db) else outside.shelf.newest(db).organisation.name


def _worded(text: object) -> str:
    return translated(text if isinstance(text, Message) else str(text))


def _doubted(doubt: Doubt) -> str:
    """Subject, what is wrong, and when."""
    told = " ".join(filter(None, (translated(doubt.said), translated(doubt.when) if doubt.when else "")))
    subject = translated(doubt.subject) if isinstance(doubt.subject, Message) else doubt.subject
    return f"{subject}{spoken.colon()}{told}"


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

"""One's own account: password, second factor, language, the sessions that are open somewhere."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_security import logout_user
from werkzeug.wrappers import Response

from storage.accounts import accounts, calendar_feeds, sessions
from storage.accounts.accounts import Role
from storage.accounts.calendar_feeds import Of
from web.languages import LOCALES, gettext
from web.outside import Outside
from web.params import legible

LANGUAGES = {"": "celle du navigateur", "fr": "français", "en": "English"}


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/me")
    def me() -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            open_ones = sessions.listed(db, current_user.id, outside.clock())
            calendars = (
                calendar_feeds.of_engineer(db, current_user.engineer) if Role.ENGINEER in current_user.held else ()
            )
        engineer = book.engineer(current_user.engineer or "")
        shown = {"languages": LANGUAGES, "roles": accounts.ROLES, "engineer": engineer, "calendars": calendars}
        return render_template("console/me.html", sessions=open_ones, **shown)

    @routes.post("/me")
    def change_me() -> Response:
        locale = request.form.get("locale", "")
        values = {"locale": locale if locale in LOCALES else "", "name": legible(request.form.get("name", ""))}
        with outside.database.begin() as db:
            accounts.change(db, current_user.id, values)
        flash(gettext("Enregistré."), "done")
        return redirect(url_for("console.me"), HTTPStatus.SEE_OTHER)

    @routes.post("/me/calendar")
    def give_calendar() -> Response:
        """An address for a telephone's calendar; shown once, for it is the permission."""
        with outside.database.begin() as db:
            _, secret = calendar_feeds.create(db, Of.ENGINEER, current_user.engineer, outside.clock())
        flash(f"{outside.settings.public_url}/calendar/{secret}.ics", "calendar")
        return redirect(url_for("console.me"), HTTPStatus.SEE_OTHER)

    @routes.post("/me/calendar/<int(max=999999999):number>")
    def revoke_calendar(number: int) -> Response:
        with outside.database.begin() as db:
            if number not in {row.id for row in calendar_feeds.of_engineer(db, current_user.engineer)}:
                abort(HTTPStatus.NOT_FOUND)
            calendar_feeds.revoke(db, number, outside.clock())
        flash(gettext("Cette adresse ne répond plus."), "done")
        return redirect(url_for("console.me"), HTTPStatus.SEE_OTHER)

    @routes.post("/me/sessions/<int(max=999999999):session>")
    def end_session(session: int) -> Response:
        """One of one's own; pressed twice, it stays ended."""
        with outside.database.begin() as db:
            sessions.end(db, current_user.id, session)
        flash(gettext("Cette session est fermée."), "done")
        return redirect(url_for("console.me"), HTTPStatus.SEE_OTHER)

    @routes.post("/me/sessions")
    def sign_out_everywhere() -> Response:
        """This one included: whoever has lost a telephone signs in anew."""
        with outside.database.begin() as db:
            accounts.sign_out(db, current_user.id)
        logout_user()
        flash(gettext("Toutes les sessions sont fermées."), "done")
        return redirect(url_for("security.login"), HTTPStatus.SEE_OTHER)

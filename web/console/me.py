"""One's own account: password, second factor, language, the sessions that are open somewhere."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_security import logout_user
from werkzeug.wrappers import Response

from storage import accounts
from web.languages import LOCALES, gettext
from web.outside import Outside

LANGUAGES = {"": "celle du navigateur", "fr": "français", "en": "English"}


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/me")
    def me() -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
        engineer = book.engineer(current_user.engineer or "")
        return render_template("console/me.html", languages=LANGUAGES, roles=accounts.ROLES, engineer=engineer)

    @routes.post("/me")
    def change_me() -> Response:
        locale = request.form.get("locale", "")
        values = {"locale": locale if locale in LOCALES else "", "name": request.form.get("name", "").strip()[:100]}
        with outside.database.begin() as db:
            accounts.change(db, current_user.id, values)
        flash(gettext("Enregistré."), "done")
        return redirect(url_for("console.me"), HTTPStatus.SEE_OTHER)

    @routes.post("/me/sessions")
    def sign_out_everywhere() -> Response:
        """This one included: whoever has lost a telephone signs in anew."""
        with outside.database.begin() as db:
            accounts.sign_out(db, current_user.id)
        logout_user()
        flash(gettext("Toutes les sessions sont fermées."), "done")
        return redirect(url_for("security.login"), HTTPStatus.SEE_OTHER)

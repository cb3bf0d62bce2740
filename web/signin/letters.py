"""Mail of signing in: the library's texts, in the language of whoever gets them, through our own outbox.

Its links are ours: the library makes them of the Host that the request claims, which anybody may claim for anybody."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, render_template, url_for
from flask_babel import force_locale, get_locale
from flask_security import MailUtil
from flask_security.utils import localize_callback, url_for_security

from storage.accounts import accounts
from storage.mail import mail_outbox
from web.languages import LOCALES, gettext
from web.outside import Outside
from web.signin.user_store import Person

SUBJECTS = {
    "security/email/reset_instructions": "PASSWORD_RESET", "security/email/reset_notice": "PASSWORD_NOTICE",
    "security/email/change_notice": "PASSWORD_CHANGE_NOTICE",
}  # fmt: skip
RESCUE = "security/email/two_factor_rescue"


NOBODY = "personne@localhost"  # whom nothing is sent; it takes as long (web.signin.forgotten)


def _at(origin: str, link: str) -> str:
    """The same page, at our own address."""
    return origin + urlsplit(link)._replace(scheme="", netloc="").geturl()


def outbox(outside: Outside) -> type[MailUtil]:
    origin = outside.settings.public_url

    def url_for_us(endpoint: str, **values: Any) -> str:
        return _at(origin, url_for_security(endpoint, **values))

    class Outbox(MailUtil):
        def send_mail(
            self, template: str, subject: str, recipient: Any, sender: Any, body: str | None, html: str | None,
            **context: Any,
        ) -> None:  # fmt: skip
            """Written anew: what is given is in the language of the browser that asked for it, whatever they chose."""
            if template == RESCUE:
                call_for_help(outside, context["user"])
                return
            context |= {name: _at(origin, link) for name, link in context.items() if name.endswith("_link")}
            context["url_for_security"] = url_for_us  # some of the texts make theirs themselves
            with force_locale(context["user"].locale or str(get_locale())):
                text = _subject(template, subject), render_template(f"{template}.txt", **context)
            now = outside.clock()
            event = f"compte.{template}.{sha256(f'{recipient}{text}{now}'.encode()).hexdigest()[:20]}"
            with outside.database.begin() as db:
                mail_outbox.queue(db, str(recipient) or NOBODY, text, event, now)
                if not recipient:
                    mail_outbox.forget(db, event)

    return Outbox


def _subject(template: str, given: str) -> str:
    """A mail that is not in the table keeps the subject that it came with."""
    key = SUBJECTS.get(template)
    return str(localize_callback(current_app.config[f"SECURITY_EMAIL_SUBJECT_{key}"]) if key else given)


def call_for_help(outside: Outside, person: Person) -> None:
    """Their telephone is lost: to those who may make the second factor forgotten, once an hour at most."""
    link = outside.settings.public_url + url_for("console.account", number=person.id)
    now = outside.clock()
    with outside.database.begin() as db:
        for admin in accounts.admins(db):
            if admin.entities or admin.id == person.id:
                continue
            with force_locale(admin.locale or LOCALES[0]):
                text = _help_asked(person, link)
            mail_outbox.queue(db, admin.email, text, f"compte.secours.{person.id}.{admin.id}.{now:%Y%m%d%H}", now)


def _help_asked(person: Person, link: str) -> tuple[str, str]:
    """Subject and body."""
    subject = gettext("%(name)s ne peut plus se connecter", name=person.said)
    body = gettext(
        "Bonjour,\n\n%(name)s (%(email)s) a tapé son mot de passe, mais n'a plus son second facteur, et demande de"
        " l'aide.\n\nVérifiez de vive voix que c'est bien cette personne. Puis ouvrez son compte et choisissez"
        " « Oublier son second facteur » : son mot de passe suffira, et elle remettra un second facteur.\n\n%(link)s"
        "\n\nSi elle n'a rien demandé, quelqu'un connaît son mot de passe : choisissez « Inviter de nouveau ».\n",
        name=person.said, email=person.email, link=link,
    )  # fmt: skip
    return subject, body

"""Mail of signing in: the library's texts, in the language of whoever gets them, through our own outbox.

Its links are ours: the library makes them of the Host that the request claims, which anybody may claim for anybody."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale, get_locale
from flask_security import MailUtil
from flask_security.utils import localize_callback, url_for_security

from storage import mails
from web.outside import Outside

SUBJECTS = {
    "security/email/reset_instructions": "PASSWORD_RESET", "security/email/reset_notice": "PASSWORD_NOTICE",
    "security/email/change_notice": "PASSWORD_CHANGE_NOTICE",
}  # fmt: skip


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
            context |= {name: _at(origin, link) for name, link in context.items() if name.endswith("_link")}
            context["url_for_security"] = url_for_us  # some of the texts make theirs themselves
            with force_locale(context["user"].locale or str(get_locale())):
                said = localize_callback(current_app.config[f"SECURITY_EMAIL_SUBJECT_{SUBJECTS[template]}"])
                text = str(said), render_template(f"{template}.txt", **context)
            now = outside.clock()
            event = f"compte.{template}.{sha256(f'{recipient}{text}{now}'.encode()).hexdigest()[:20]}"
            with outside.database.begin() as db:
                mails.queue(db, str(recipient) or NOBODY, text, event, now)
                if not recipient:
                    mails.forget(db, event)

    return Outbox

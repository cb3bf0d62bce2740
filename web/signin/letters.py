"""Mail of signing in: the library's texts, in the language of whoever gets them, through our own outbox."""

from hashlib import sha256
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, get_locale
from flask_security import MailUtil
from flask_security.utils import localize_callback

from storage import mails
from web.outside import Outside

SUBJECTS = {
    "security/email/reset_instructions": "PASSWORD_RESET", "security/email/reset_notice": "PASSWORD_NOTICE",
    "security/email/change_notice": "PASSWORD_CHANGE_NOTICE",
}  # fmt: skip


def outbox(outside: Outside) -> type[MailUtil]:
    class Outbox(MailUtil):
        def send_mail(
            self, template: str, subject: str, recipient: Any, sender: Any, body: str | None, html: str | None,
            **context: Any,
        ) -> None:  # fmt: skip
            """Written anew: what is given is in the language of the browser that asked for it, whatever they chose."""
            with force_locale(context["user"].locale or str(get_locale())):
                said = localize_callback(current_app.config[f"SECURITY_EMAIL_SUBJECT_{SUBJECTS[template]}"])
                text = str(said), render_template(f"{template}.txt", **context)
            now = outside.clock()
            event = f"compte.{template}.{sha256(f'{recipient}{text}{now}'.encode()).hexdigest()[:20]}"
            with outside.database.begin() as db:
                mails.queue(db, str(recipient), text, event, now)

    return Outbox

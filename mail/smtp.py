"""Mail outwards: one message at a time over SMTP, with TLS where the address says so."""

import smtplib
import ssl
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from mail.draft import Draft

TIMEOUT = 10.0  # seconds
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailRefused(Exception):
    """The server will never take this message (5xx)."""


class Outbox:
    def __init__(self, url: str):
        self._url = urlsplit(url)

    def send(self, draft: Draft) -> None:
        """Raises MailRefused, or OSError when later may help."""
        message = draft.message()
        try:
            server = self._connection()
            try:
                server.send_message(message, from_addr=draft.envelope_sender)
            finally:
                with suppress(OSError):  # a bad goodbye takes nothing back
                    server.quit()
        except smtplib.SMTPAuthenticationError:
            raise  # our password is wrong, not the message: later, when it has been mended
        except smtplib.SMTPResponseException as answer:
            if answer.smtp_code >= 500:
                raise MailRefused(f"{answer.smtp_code} {answer.smtp_error!r}") from answer
            raise
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            if all(code >= 500 for code in codes):
                raise MailRefused(str(refused.recipients)) from refused
            raise

    def _connection(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        port = self._url.port or PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        if self._url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server

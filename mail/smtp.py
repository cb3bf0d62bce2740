"""Mail outwards: one message at a time over SMTP, with TLS where the address says so."""

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

TIMEOUT = 10.0  # seconds
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailRefused(Exception):
    """The server will never take this message (5xx)."""


class Outbox:
    def __init__(self, url: str, sender: str):
        self._url, self._sender = urlsplit(url), sender

    def send(self, message_id: str, to: str, subject: str, body: str, date: datetime) -> None:
        """Raises MailRefused, or OSError when later may help."""
        message = EmailMessage()
        domain = self._sender.rpartition("@")[2]
        message["Message-ID"] = f"<{message_id}@{domain}>"
        message["From"], message["To"], message["Subject"] = self._sender, to, _one_line(subject)
        message["Date"] = format_datetime(date)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        try:
            server = self._connection()
            try:
                server.send_message(message)
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


def _one_line(text: str) -> str:
    """A header holds no line break, whatever a client is called."""
    return " ".join(text.split())

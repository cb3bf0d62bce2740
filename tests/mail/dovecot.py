"""A real IMAP server on this machine: Debian's Dovecot, its mailboxes in a folder that ends with it."""

import grp
import mailbox
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from commands.demo.sandbox import free_port
from tests.jobs.work import until
from tests.mail.certificate import Certificate

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
PASSWORD = "secret"
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
{tls}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail/%u
}}
mail_location = maildir:~/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = {has_tls}
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    def __init__(self, home: Path, user: str, certificate: Certificate | None = None):
        self.home, self.port = home, free_port()
        self.tls_port = free_port() if certificate else 0
        files = f"ssl_cert = <{certificate.chain}\nssl_key = <{certificate.key}" if certificate else ""
        tls = {"tls": f"ssl = yes\n{files}" if certificate else "ssl = no", "tls_port": self.tls_port}
        tls["has_tls"] = "yes" if certificate else "no"
        self._owner = pwd.getpwnam(user)
        group = grp.getgrgid(self._owner.pw_gid).gr_name
        known = {"home": home, "user": user, "group": group, "password": PASSWORD, "port": self.port, **tls}
        (home / "dovecot.conf").write_text(CONFIGURATION.format(**known))
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, user: str, options: str = "", scheme: str = "imap") -> str:
        port = self.tls_port if scheme == "imaps" else self.port
        return f"{scheme}://{user}:{PASSWORD}@127.0.0.1:{port}/INBOX{options}"

    def deliver(self, user: str, message: EmailMessage | bytes, at: float | None = None) -> None:
        """As a mail server would: into the user's folder; `at`: when, in seconds since 1970."""
        folder = self.home / "mail" / user / "Maildir"
        folder.parent.mkdir(parents=True, exist_ok=True)
        delivered = mailbox.MaildirMessage(message)
        if at is not None:
            delivered.set_date(at)
        mailbox.Maildir(folder).add(delivered)
        for path in (folder.parent, *folder.parent.rglob("*")):
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def empty(self, user: str) -> None:
        """The folder made anew: its messages are numbered from one again."""
        shutil.rmtree(self.home / "mail" / user)

    def start(self) -> None:
        with (self.home / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [str(PROGRAM), "-F", "-c", str(self.home / "dovecot.conf")],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        until(self._answers)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def running(certificate: Certificate | None = None) -> Iterator[Dovecot]:
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    home.chmod(0o755)
    server = Dovecot(home, "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name, certificate)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)

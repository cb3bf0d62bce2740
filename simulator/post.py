"""A pretend mail server: takes every mail, and lays it into a folder as a file that any mail program opens."""

import itertools
import re
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
LARGEST = 60_000_000  # bytes


class PostOffice:
    """`start` and `stop` from any thread; files are numbered in the order in which mail came."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)
        self._server = Controller(self, hostname=HOST, port=port, data_size_limit=LARGEST)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        whom = re.sub(r"[^\w.@-]", "_", envelope.rcpt_tos[0] if envelope.rcpt_tos else "personne")
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        (self.folder / f"{next(self._numbers):04}-{whom}.eml").write_bytes(content)
        return "250 OK"

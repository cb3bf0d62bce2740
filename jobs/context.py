"""What the handlers need of the outside world."""

from dataclasses import dataclass, field

from mail.reader import Reader, shared
from settings import Settings
from storage.audio import AudioStore
from storage.directory.versions import DirectoryCache
from telephony.rest import Twilio


@dataclass(frozen=True)
class Outside:
    settings: Settings
    twilio: Twilio
    audio: AudioStore
    shelf: DirectoryCache = field(default_factory=DirectoryCache)
    reader: Reader = field(default_factory=shared)

    def sms_callback(self, subject: str) -> str:
        """Where Twilio tells what becomes of a message; the address names it, should its sid be lost."""
        return f"{self.settings.public_url}/webhooks/sms/status?for={subject}"

    def voice(self, happening: str) -> str:
        """Where a call of ours asks what to say."""
        return f"{self.settings.public_url}/webhooks/voice/{happening}"

"""What people's door needs of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clock import Clock
from settings import Settings
from storage.database import Database
from storage.directory.versions import DirectoryCache

if TYPE_CHECKING:  # a tenth of a second each, which most requests have no use for
    from storage.audio import AudioStore
    from telephony.rest import Twilio


@dataclass(frozen=True)
class Outside:
    settings: Settings
    database: Database
    clock: Clock
    shelf: DirectoryCache
    audio: AudioStore | None = None  # none: as the settings say
    twilio: Twilio | None = None

"""Changes that somebody learns late: what is asked of whoever makes them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_login import current_user

from oncall.rota_proposals import Unwanted
from standby import short_notice
from standby.short_notice import Late
from storage.accounts.accounts import Role
from storage.directory.versions import Why
from web.console.rotas import rota_rights

REASON_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Announced:
    """Who else would learn late, and what one takes oneself: to that one agrees."""

    late: list[Late]
    own: list[Late]

    @classmethod
    def of(cls, found: list[Late]) -> "Announced":
        own = [each for each in found if rota_rights.is_engineer(current_user, each.engineer)]
        return cls([each for each in found if each not in own], own)

    @property
    def needs_agreement(self) -> bool:
        """Of those who impose it; somebody who cannot tonight only says why."""
        return Role.ADMIN in current_user.held and short_notice.needs_agreement(self.late)

    def why(self, told: Mapping[str, str]) -> Why:
        """Raises Unwanted."""
        reason = told.get("why", "").replace("\x00", "").strip()[:REASON_AT_MOST]
        if self.late and not reason:
            raise Unwanted("Quelqu'un l'apprend tard : écrivez le motif, il est gardé avec la date.")
        if self.needs_agreement and "agreed" not in told:
            raise Unwanted("C'est trop tard pour l'imposer : dites que la personne est d'accord.")
        return Why(reason, "agreed" in told if self.late else bool(self.own))

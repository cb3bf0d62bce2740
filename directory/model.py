"""The directory of a support line: who answers what, when, for whom, and who is woken.

One value, read from one file (`nvl.toml` is the sample) and kept whole: a call holds on to the version
it began with. Numbers are E.164; codes are what the file calls them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from directory.employers import Employer
from directory.hours import Closure, Opening, Week
from directory.levels import Level
from directory.policies import Policy
from directory.roster import Engineer, Rota


class LineKind(StrEnum):
    MAIN = "main"  # greeting, then the menu
    AFTER_HOURS = "after_hours"  # told to clients with the option only


class AfterHoursMode(StrEnum):
    VOICEMAIL = "voicemail"
    BRIDGE = "bridge"  # the on-call person is rung first


class Notices(StrEnum):
    """How engineers learn that their shifts have changed."""

    MAIL = "mail"
    SMS = "sms"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    name: str
    timezone: str = "Europe/Paris"
    language: str = "fr-FR"
    voice: str = "Polly.Lea-Neural"  # Twilio: Say, `voice`; "" leaves the choice to the language
    holidays: str = "FR"  # code of the holidays package, "FR-57" with a region
    ticket_prefix: str
    portal_url: str = ""
    support_email: str = ""
    escalation_email: str = ""
    inform_callers: bool = True  # by SMS, when somebody has their ticket, or nobody has for twenty minutes
    call_back: bool = False  # the same by a call, to those whose number reads no SMS
    rota_notices: Notices = Notices.MAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    number: str  # E.164
    kind: LineKind = LineKind.MAIN
    greeting: str
    hours: Week | None = None  # overlay: open = line and entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    key: int  # 1–4 in the menu; 5 follows a ticket
    code: str
    name: str
    activity: str = ""
    spoken: str  # what the menu says after « pour »
    hours: Week
    team: tuple[str, ...] = ()  # E.164, rung one after another in hours
    ring_seconds: int = 20
    desk_email: str = ""
    after_hours_mode: AfterHoursMode = AfterHoursMode.VOICEMAIL
    page_unverified: bool = False
    rota: str = ""
    policy: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    name: str
    phones: tuple[str, ...] = ()  # E.164
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    entity: str
    service: str
    level: str = ""  # none: no deadline, never in breach
    option_24x7: bool = False
    starts: date  # `from` in the file
    until: date | None = None  # last day included
    sites: tuple[str, ...] = ()  # empty: all the client's sites

    def covers(self, day: date) -> bool:
        return self.starts <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    code: str  # six digits, typed on the keypad
    name: str
    emails: tuple[str, ...] = ()  # mail domains
    contacts: tuple[Contact, ...] = ()
    sites: tuple[str, ...] = ()
    contracts: tuple[Contract, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationContact:
    order: int
    role: str
    phones: tuple[str, ...] = ()
    email: str = ""
    services: tuple[str, ...] = ()  # "entity/Service"; empty: all


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryData:
    organisation: Organisation
    lines: tuple[Line, ...] = ()
    entities: tuple[Entity, ...] = ()  # in menu order
    closures: tuple[Closure, ...] = ()
    openings: tuple[Opening, ...] = ()
    levels: tuple[Level, ...] = ()
    clients: tuple[Client, ...] = ()
    employers: tuple[Employer, ...] = ()  # none: standby is not counted
    engineers: tuple[Engineer, ...] = ()
    rotas: tuple[Rota, ...] = ()
    policies: tuple[Policy, ...] = ()
    escalation_contacts: tuple[EscalationContact, ...] = ()

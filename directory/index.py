"""The directory opened at the right page: by key, by number, by code."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from directory.employers import Employer
from directory.hours import Closed, Open, Schedule, judge
from directory.levels import Level
from directory.model import Client, Contract, DirectoryData, Entity, Line, LineKind
from directory.roster import Engineer, Rota


class Directory:
    """A directory with its indexes; read-only, made once per version."""

    def __init__(self, directory: DirectoryData):
        self.directory = directory
        self.organisation = directory.organisation
        self.zone = ZoneInfo(directory.organisation.timezone)

    @cached_property
    def _clients(self) -> dict[str, Client]:
        return {client.code: client for client in self.directory.clients}

    @cached_property
    def _clients_by_number(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for client in self.directory.clients:
            for contact in client.contacts:
                for phone in contact.phones:
                    found.setdefault(phone, set()).add(client.code)
        return found

    @cached_property
    def _entities(self) -> dict[str, Entity]:
        return {entity.code: entity for entity in self.directory.entities}

    @cached_property
    def _keys(self) -> dict[str, Entity]:
        return {str(entity.key): entity for entity in self.directory.entities}

    @cached_property
    def _lines(self) -> dict[str, Line]:
        return {line.number: line for line in self.directory.lines}

    @cached_property
    def _engineers(self) -> dict[str, Engineer]:
        return {engineer.code: engineer for engineer in self.directory.engineers}

    @cached_property
    def _schedules(self) -> dict[tuple[str, str], Schedule]:
        return {}

    def line(self, number: str) -> Line:
        """The line of that number; a number that only forwards to us is answered as the main line."""
        main = (line for line in self.directory.lines if line.kind is LineKind.MAIN)
        return self._lines.get(number) or next(main, self.directory.lines[0])

    def entity(self, code: str) -> Entity:
        """One that this very directory names."""
        return self._entities[code]

    def known_entity(self, code: str | None) -> Entity | None:
        """One that a ticket or a call names: it may have left the directory since."""
        return self._entities.get(code or "")

    def entity_named(self, code: str) -> str:
        """As people call it."""
        known = self._entities.get(code)
        return known.name if known else code

    def rota_named(self, code: str) -> str:
        """By whom it serves, « OZANGES, IVELEM »; by its code where it serves nobody."""
        return ", ".join(entity.name for entity in self.directory.entities if entity.rota == code) or code

    def entity_by_key(self, key: str) -> Entity | None:
        return self._keys.get(key)

    def client(self, code: str) -> Client | None:
        return self._clients.get(code)

    def client_of(self, number: str | None) -> Client | None:
        """The one client this number belongs to; shared numbers need the code."""
        codes = self._clients_by_number.get(number or "", set())
        return self._clients[next(iter(codes))] if len(codes) == 1 else None

    def is_known(self, number: str) -> bool:
        """Whether it is some client's, maybe several clients'."""
        return number in self._clients_by_number

    def engineer(self, code: str) -> Engineer | None:
        return self._engineers.get(code)

    def employer_of(self, engineer: str) -> Employer | None:
        """Whose rules of standby apply to somebody: the one they name, else the only one there is."""
        known, employers = self.engineer(engineer), self.directory.employers
        named = next((each for each in employers if known and each.code == known.employer), None)
        return named or (employers[0] if known and len(employers) == 1 else None)

    def rota(self, code: str) -> Rota | None:
        return next((rota for rota in self.directory.rotas if rota.code == code), None)

    def entities_of(self, rota: str) -> tuple[Entity, ...]:
        """Those that a rota is for, in menu order."""
        return tuple(entity for entity in self.directory.entities if entity.rota == rota)

    def works_for(self, engineer: Engineer, rota: Rota) -> bool:
        """Whoever is of one of its entities, or has a place in its turns."""
        here = {entity.code for entity in self.entities_of(rota.code)}
        return bool(here & set(engineer.entities)) or any(engineer.code in layer.engineers for layer in rota.layers)

    def level(self, code: str) -> Level | None:
        return next((level for level in self.directory.levels if level.code == code), None)

    def schedule(self, entity: Entity, line: Line | None = None) -> Schedule:
        """Opening hours of an entity; through a line, only while the line's own hours are open too."""
        key = (entity.code, line.number if line else "")
        if key not in self._schedules:
            self._schedules[key] = Schedule(
                zone=self.organisation.timezone,
                week=entity.hours,
                holidays=self.organisation.holidays,
                closures=tuple(c for c in self.directory.closures if c.entity in (None, entity.code)),
                openings=tuple(o for o in self.directory.openings if o.entity in (None, entity.code)),
                overlay=line.hours if line else None,
            )
        return self._schedules[key]

    def judge(self, line: Line, entity: Entity, now: datetime) -> Open | Closed:
        return judge(self.schedule(entity, line), now)

    def open_entities(self, line: Line, now: datetime) -> tuple[Entity, ...]:
        """Those open at this instant, in menu order."""
        return tuple(e for e in self.directory.entities if isinstance(self.judge(line, e, now), Open))

    def day(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def covered(self, client: Client, day: date, entity: str | None = None) -> tuple[Contract, ...]:
        """The client's contracts with the 24/7 option on that day, in directory order."""
        return tuple(
            contract
            for contract in client.contracts
            if contract.option_24x7 and contract.covers(day) and entity in (None, contract.entity)
        )


def services_of(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """Each service once, at the place of its first contract."""
    return tuple(dict.fromkeys(contract.service for contract in contracts))


def sites_of(client: Client, contracts: Iterable[Contract], service: str) -> tuple[str, ...]:
    """Sites covered for a service; a contract that names none covers them all."""
    covered: dict[str, None] = {}
    for contract in contracts:
        if contract.service == service:
            covered.update(dict.fromkeys(contract.sites or client.sites))
    return tuple(covered)

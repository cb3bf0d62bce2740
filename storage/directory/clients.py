"""The sections on what clients bought: levels, clients, contracts, hierarchy."""

from datetime import date

from directory.levels import PAUSING, Coverage, Level, Reason
from directory.model import Client, Contact, Contract, EscalationContact
from storage.directory import values
from storage.directory.faults import instead_of
from storage.directory.reader import Table
from translatable import Message


def level(table: Table) -> Level:
    return Level(
        code=table.need("code", values.code, ""),
        respond_within=table.take("respond_within", values.some_time, None),
        restore_within=table.take("restore_within", values.some_time, None),
        coverage=table.take("coverage", values.choice(Coverage), Coverage.ALWAYS),
        pausing=table.many("pausing", values.choice(Reason)) if table.has("pausing") else PAUSING,
        warning=table.take("warning", values.integer(1, 99), 75),
    )


def client(table: Table) -> Client:
    sites = table.many("sites", values.name)
    return Client(
        code=table.need("code", values.client_code, ""),
        name=table.need("name", values.name, ""),
        emails=table.many("emails", values.domain),
        contacts=table.each("contacts", contact),
        sites=sites,
        contracts=table.each("contracts", lambda within: contract(within, sites)),
    )


def contact(table: Table) -> Contact:
    return Contact(
        name=table.need("name", values.name, ""),
        phones=table.many("phones", values.number),
        email=table.take("email", values.email, ""),
    )


def contract(table: Table, sites: tuple[str, ...]) -> Contract:
    read = Contract(
        entity=table.need("entity", values.code, ""),
        service=table.need("service", values.name, ""),
        level=table.take("level", values.code, ""),
        option_24x7=table.take("option_24x7", values.flag, False),
        starts=table.need("from", values.day, date.min),
        until=table.take("until", values.day, None),
        sites=table.many("sites", values.name),
    )
    if read.until and read.until < read.starts:
        table.refuse(
            Message(
                "le contrat finit (%(until)s) avant de commencer (%(starts)s)", until=read.until, starts=read.starts
            )
        )
    for site in read.sites:
        if site not in sites:
            table.refuse(
                Message(
                    "site « %(site)s » n'est pas un site de ce client%(near)s", site=site, near=instead_of(site, sites)
                )
            )
    return read


def escalation_contact(table: Table) -> EscalationContact:
    return EscalationContact(
        order=table.need("order", values.integer(1, 99), 0),
        role=table.need("role", values.name, ""),
        phones=table.many("phones", values.our_number),
        email=table.take("email", values.email, ""),
        services=table.many("services", values.text),
    )

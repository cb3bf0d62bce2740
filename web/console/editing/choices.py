"""What a form lets one choose from: few words that never change, and what else is in the directory."""

from collections.abc import Mapping

from directory.levels import Coverage
from directory.model import AfterHoursMode, DirectoryData, LineKind, Notices
from directory.policies import EVERYONE, Channel
from directory.roster import Weekday
from notifications import labels
from tickets.history import REASONS

Words = Mapping[str, str]
KINDS_OF_LINE: Words = {LineKind.MAIN: "principale", LineKind.AFTER_HOURS: "hors heures"}
MODES: Words = {AfterHoursMode.VOICEMAIL: "message, puis alerte", AfterHoursMode.BRIDGE: "sonner l'astreinte d'abord"}
NOTICES: Words = {Notices.MAIL: "par courriel", Notices.SMS: "par SMS", Notices.NONE: "pas du tout"}
COVERAGES: Words = {Coverage.ALWAYS: "24/7", Coverage.HOURS: "heures ouvrées"}
WEEKDAYS: Words = dict(
    zip(Weekday, ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"), strict=True)
)
PAID: Words = labels.PAID
CHANNELS: Words = {by: labels.CHANNELS[by] for by in Channel}
PAUSES: Words = {str(reason): said for reason, said in REASONS.items()}


def entities(directory: DirectoryData) -> Words:
    return {entity.code: entity.name for entity in directory.entities}


def engineers(directory: DirectoryData) -> Words:
    return {engineer.code: engineer.name for engineer in directory.engineers}


def employers(directory: DirectoryData) -> Words:
    return {employer.code: employer.name for employer in directory.employers}


def services(directory: DirectoryData) -> Words:
    return {service: service for entity in directory.entities for service in entity.services}


def services_of(directory: DirectoryData) -> Words:
    return {f"{e.code}/{service}": f"{e.name} · {service}" for e in directory.entities for service in e.services}


def woken(directory: DirectoryData) -> Words:
    """Whom a step can name."""
    layers = {layer.name: layer.name for rota in directory.rotas for layer in rota.layers}
    return {**layers, EVERYONE: labels.CALLED[EVERYONE], **engineers(directory)}


def levels(directory: DirectoryData) -> Words:
    return {level.code: level.code for level in directory.levels}


def rotas(directory: DirectoryData) -> Words:
    return {rota.code: rota.code for rota in directory.rotas}


def policies(directory: DirectoryData) -> Words:
    return {policy.code: policy.code for policy in directory.policies}

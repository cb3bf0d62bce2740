"""The French of what the database and the rotas call by a code; a ticket's words are in tickets and ivr."""

from collections.abc import Mapping
from typing import Any

from directory.employers import Of
from directory.index import Directory
from oncall.coverage import name
from oncall.rotas import Segment, Why
from standby.notice import Verdict

PAGES = {"pending": "en cours", "acknowledged": "prise en charge", "cancelled": "annulée"}
CHANNELS = {"sms": "SMS", "voice": "appel"}
ATTEMPTS = {  # Twilio's words for the progress of an SMS or a call (storage.paging.delivery)
    "intended": "à envoyer",
    "accepted": "en file",
    "scheduled": "en file",
    "queued": "en file",
    "sending": "en cours d'envoi",
    "sent": "envoyé",
    "delivered": "reçu",
    "read": "lu",
    "undelivered": "non reçu",
    "failed": "échoué",
    "initiated": "composé",
    "ringing": "sonne",
    "in-progress": "décroché",
    "completed": "terminé",
    "busy": "occupé",
    "no-answer": "sans réponse",
    "canceled": "annulé",
    "not wanted": "plus voulu",
}
MAILS = {  # tickets.closure
    "queued": "à envoyer",
    "sending": "part",
    "sent": "envoyé",
    "refused": "refusé",
    "bounced": "revenu",
    "withdrawn": "retiré",
}
REASONS = {
    "rota": "planning",
    "override": "remplacement",
    "added": "renfort",
    "fallback": "à défaut",
    "absence": "absence",
    "removed": "retrait",
    "outside": "hors de ses heures",
    "nobody": "personne",
}
TAKEUPS = {  # storage.rotas.shifts
    "none": "",
    "asked": "demandée par SMS",
    "called": "demandée par appel",
    "confirmed": "confirmée",
    "declined": "refusée",
    "missed": "sans réponse",
}
CALENDARS = {"engineer": "ingénieur", "rota": "planning", "entity": "entité"}
STAGES = {  # of a call: what had been asked last (ivr.call)
    "called": "pendant l'accueil",
    "menu": "pendant le menu",
    "nature": "à la question sur sa demande",
    "code": "à la question sur son code client",
    "service": "à la question sur le service perdu",
    "site": "à la question sur le site touché",
    "callback": "à la question sur le numéro à rappeler",
    "callback_check": "à la relecture du numéro à rappeler",
    "bridging": "pendant qu'on joignait l'astreinte",
    "ringing": "pendant qu'on appelait l'équipe",
    "message": "après le bip",
    "joined": "au choix sur le ticket déjà ouvert",
    "reference": "à la question sur la référence du ticket",
    "followed": "pendant le suivi du ticket",
    "over": "à la fin",
}
CALL_EVENTS = {  # ivr.events
    "Rang": "appelle",
    "Pressed": "tape",
    "Silent": "ne tape rien",
    "Recorded": "a parlé",
    "DialEnded": "fin de sonnerie",
    "HungUp": "raccroche",
}
CALLED = {"everyone": "toute l'équipe", "named": "par son nom"}
EVENTS = {  # of a ticket's journal
    "opened": "ticket ouvert",
    "joined": "nouvel appel",
    "worse": "aggravation signalée",
    "worse_again": "aggravation signalée de nouveau, l'astreinte venait d'être prévenue",
    "found_later": "appel retrouvé chez Twilio",
    "message_added": "message ajouté",
    "number_typed": "numéro tapé",
    "call_back_number": "numéro de rappel",
    "client_escalated": "escalade demandée par le client",
    "escalation_unverified": "escalade demandée par un inconnu",
    "voicemail": "message vocal laissé",
    "voicemail_absent": "message vocal vide",
    "voicemail_stored": "message vocal conservé",
    "listened": "message vocal écouté",
    "drill": "exercice",
    "paged": "alerte ouverte",
    "alerting": "alerte préparée",
    "alerted": "alerte partie",
    "alert_failed": "alerte en échec",
    "skipped": "personne sautée",
    "nobody_to_wake": "personne à réveiller",
    "policy_replaced": "l'annuaire a changé, l'alerte suit la politique actuelle",
    "acknowledged": "pris en charge",
    "confirmed": "confirmé",
    "not_confirmed": "non confirmé, rendu",
    "passed_on": "passé à la personne suivante",
    "handed_over": "confié à un collègue",
    "taken_over": "pris à la place d'un collègue",
    "waiting": "mis en attente",
    "resumed": "repris",
    "restored": "rétabli",
    "reopened": "rouvert",
    "cancelled": "annulé",
    "completed": "réalisé",
    "refused": "refusé",
    "qualified": "qualifié",
    "noted": "remarque",
    "reported": "bilan écrit",
    "closed": "clôturé",
    "revised": "clôture reprise",
    "archived": "archivé",
    "sized": "évalué",
    "studied": "étude écrite",
    "planned": "planning envoyé",
    "started": "commencé",
    "mail": "courriel reçu",
    "mail_lost": "courriel non parvenu",
    "warned": "délai bientôt dépassé",
    "broken": "délai dépassé",
    "held": "conservé exprès",
    "released": "n'est plus conservé exprès",
}
ANSWERED = {"restored": "répondu"}  # of a question
VERDICTS = {  # notifications.mail_senders
    "opened": "ticket ouvert",
    "attached": "joint au ticket",
    "again": "déjà reçu",
    "ours": "le nôtre",
    "bounce": "retour d'un des nôtres",
    "quarantined": "à part : automatique",
    "set_apart": "à part : illisible",
}
WITHHELD = {  # notifications.mail_senders
    "refused": "sans accusé : rien ne dit que l'expéditeur soit le bon",
    "unwanted": "sans accusé : il n'en veut pas",
    "unreadable": "sans accusé : illisible en entier",
    "sender": "sans accusé : cet expéditeur en a eu assez",
    "strangers": "sans accusé : trop en sont partis à des expéditeurs non vérifiés",
    "all": "sans accusé : trop en sont partis",
}
DURATIONS = {"gross": "brute", "net": "nette", "counted": "comptée"}
WORK = {
    "pages": "alertes",
    "attempts": "envois d'alerte",
    "voicemails": "messages vocaux",
    "messages": "messages aux appelants et aux ingénieurs",
    "mails": "courriels",
    "letters": "courriels reçus",
    "purges": "fichiers à effacer",
    "deliveries": "envois à d'autres programmes",
    "clocks": "délais de tickets",
    "shifts": "prises de service",
    "chores": "tâches périodiques",
}
ONE = {
    "pages": "alerte",
    "attempts": "envoi d'alerte",
    "voicemails": "message vocal",
    "messages": "message à un appelant ou à un ingénieur",
    "mails": "courriel",
    "letters": "courriel reçu",
    "purges": "fichier à effacer",
    "deliveries": "envoi à un autre programme",
    "clocks": "délai de ticket",
    "shifts": "prise de service",
    "chores": "tâche périodique",
}


def word(table: Mapping[Any, str], code: str) -> str:
    """A code that has no word yet is shown as it is."""
    return table.get(code, code)


def event(kind: str, of: str) -> str:
    """What happened to a ticket of that kind."""
    return word(EVENTS | ANSWERED if of == "information_request" else EVENTS, kind)


def so_many(kind: str, count: int) -> str:
    """What waits, without its number: « courriel » of one, « courriels » of more."""
    return word(WORK if count > 1 else ONE, kind)


def why(code: str) -> str:
    """Why somebody is woken: « principal (planning) »."""
    layer, bracket, reason = code.removesuffix(")").rpartition(" (")
    return f"{layer} ({word(REASONS, reason)})" if bracket else word(CALLED, code)


def reason(book: Directory, segment: Segment) -> str:
    """Why these people: « planning », « absence : Ingénieur 1 », « planning, en renfort : Ingénieur 3 »."""
    said = word(REASONS, segment.why)
    if segment.instead_of:
        said += f" : {name(book, segment.instead_of)}"
    added = ", ".join(name(book, code) for code in segment.beside)
    return f"{said}, en renfort : {added}" if added else said


def added() -> str:
    """Why somebody is there beside whoever has the turn."""
    return word(REASONS, Why.ADDED)


# ---------------------------------------------------------------- standby
PAID: Mapping[str, str] = {
    Of.WEEKDAY: "heure de semaine, de jour", Of.NIGHT: "heure de nuit en semaine", Of.SATURDAY: "heure de samedi",
    Of.SUNDAY: "heure de dimanche", Of.HOLIDAY: "heure de jour férié", Of.INTERVENTION: "intervention",
    Of.SHIFT: "tour",
}  # fmt: skip
NOTICE: Mapping[str, str] = {
    Verdict.FINE: "dans les délais", Verdict.REASON: "tardif, avec un motif", Verdict.AGREED: "de dernière minute",
}  # fmt: skip

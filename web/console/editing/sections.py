"""What each section of the directory has, as a form asks it: the keys are the file's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from web.console.editing import choices
from web.console.editing.kinds import Field, Item, Kind

SPANS = "08:30-12:00, 14:00-18:00 ; vide : fermé"
OWN_SPANS = "08:30-12:00, 14:00-18:00 ; tout vide : ceux des entités, sans autre limite"
LENGTH = "30m, 4h, 1h30"
IN_ORDER = "un par ligne, dans l'ordre où ils sont dits"
PHONES = "un par ligne, dans l'ordre où ils sont appelés"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str  # of all
    one: str  # of one of them
    new: str  # what adds one
    fields: tuple[Field, ...]
    blank: Item  # what a new one begins with


def _of(table: Mapping[str, str], key: str, label: str) -> Field:
    """One of a few words that never change."""
    return Field(key=key, label=label, kind=Kind.CHOICE, options=lambda _: table, needed=True)


CODE = Field(
    key="code", label="Code", hint="lettres, chiffres, tirets ; ne change plus ensuite", needed=True, fixed=True
)
NAME = Field(key="name", label="Nom", needed=True)
EMAIL = Field(key="email", label="Courriel")
FROM = Field(key="from", label="Du", kind=Kind.MOMENT, needed=True)
UNTIL = Field(key="until", label="Au", kind=Kind.MOMENT, needed=True)
BY = Field(key="by", label="Par", kind=Kind.SEVERAL, options=lambda _: choices.CHANNELS)
EXCEPTION = (
    Field(key="entity", label="Entité", kind=Kind.CHOICE, options=choices.entities, hint="vide : toutes"),
    FROM, UNTIL, Field(key="reason", label="Motif"),
)  # fmt: skip
ABSENCES = Field(
    key="absences", label="Absences", kind=Kind.ROWS, one="absence",
    fields=(FROM, UNTIL, Field(key="reason", label="Motif")),
)  # fmt: skip
REACHED = (
    Field(key="phone", label="Téléphone", hint="celui qui sonne en premier"),
    Field(key="phones", label="Autres numéros", kind=Kind.LINES, hint=PHONES),
    BY, EMAIL, ABSENCES,
)  # fmt: skip
OWN = REACHED  # what an engineer changes of themselves

SECTIONS: Mapping[str, Section] = {
    "organisation": Section(
        title="Organisation", one="Organisation", new="", blank={},
        fields=(
            NAME,
            Field(key="ticket_prefix", label="Préfixe des tickets", hint="une à six majuscules", needed=True),
            Field(key="timezone", label="Fuseau horaire", needed=True),
            Field(key="holidays", label="Jours fériés", hint="FR ; FR-57 avec l'Alsace-Moselle"),
            Field(key="language", label="Langue de la ligne", needed=True),
            Field(key="voice", label="Voix", hint="vide : celle de la langue", kept_empty=True),
            Field(key="portal_url", label="Adresse du portail"),
            Field(key="support_email", label="Courriel du support"),
            Field(key="escalation_email", label="Courriel d'escalade"),
            Field(key="inform_callers", label="Prévenir l'appelant par SMS de qui prend son ticket", kind=Kind.FLAG),
            Field(key="call_back", label="L'appeler si son numéro ne lit pas les SMS", kind=Kind.FLAG),
            _of(choices.NOTICES, "rota_notices", "Prévenir d'un planning changé"),
        ),
    ),
    "lines": Section(
        title="Lignes", one="Ligne", new="Ajouter une ligne", blank={"kind": "main"},
        fields=(
            Field(key="number", label="Numéro", needed=True),
            _of(choices.KINDS_OF_LINE, "kind", "Sorte"),
            Field(key="greeting", label="Message d'accueil", kind=Kind.AREA, hint="dit avant tout le reste",
                  needed=True),
            Field(key="hours", label="Horaires propres à la ligne", kind=Kind.HOURS, hint=OWN_SPANS),
        ),
    ),
    "entities": Section(
        title="Entités", one="Entité", new="Ajouter une entité",
        blank={"ring_seconds": 20, "hours": {"weekdays": ["08:30-12:00", "14:00-18:00"]}},
        fields=(
            CODE, NAME,
            Field(key="key", label="Touche du menu", kind=Kind.NUMBER, hint="1 à 4", needed=True),
            Field(key="spoken", label="Dit au menu, après « pour »", kind=Kind.AREA, needed=True),
            Field(key="activity", label="Activité"),
            Field(key="hours", label="Horaires", kind=Kind.HOURS, hint=SPANS, needed=True),
            Field(key="services", label="Services", kind=Kind.LINES, hint=IN_ORDER),
            Field(key="team", label="Téléphones de l'équipe", kind=Kind.LINES, hint=PHONES),
            Field(key="ring_seconds", label="Sonnerie de chacun, en secondes", kind=Kind.NUMBER),
            Field(key="desk_email", label="Courriel de l'équipe"),
            _of(choices.MODES, "after_hours_mode", "Hors heures"),
            Field(key="page_unverified", label="Réveiller aussi pour un appelant sans code valable", kind=Kind.FLAG),
            Field(key="rota", label="Planning", kind=Kind.CHOICE, options=choices.rotas),
            Field(key="policy", label="Alerte", kind=Kind.CHOICE, options=choices.policies),
        ),
    ),
    "closures": Section(title="Fermetures", one="Fermeture", new="Ajouter une fermeture", blank={}, fields=EXCEPTION),
    "openings": Section(title="Ouvertures", one="Ouverture", new="Ajouter une ouverture", blank={}, fields=EXCEPTION),
    "levels": Section(
        title="Niveaux", one="Niveau", new="Ajouter un niveau", blank={"pausing": ["client", "site"]},
        fields=(
            CODE,
            Field(key="respond_within", label="Répondre en", hint=LENGTH),
            Field(key="restore_within", label="Rétablir en", hint=LENGTH),
            _of(choices.COVERAGES, "coverage", "Pendant"),
            Field(key="pausing", label="Attentes qui suspendent le délai", kind=Kind.SEVERAL,
                  options=lambda _: choices.PAUSES),
            Field(key="warning", label="En danger à partir de, en %", kind=Kind.NUMBER),
        ),
    ),
    "clients": Section(
        title="Clients", one="Client", new="Ajouter un client", blank={},
        fields=(
            Field(key="code", label="Code", hint="six chiffres, tapés au téléphone ; ne change plus ensuite",
                  needed=True, fixed=True),
            NAME,
            Field(key="emails", label="Domaines de messagerie", kind=Kind.LINES, hint="exemple.fr, un par ligne"),
            Field(key="sites", label="Sites", kind=Kind.LINES, hint=IN_ORDER),
            Field(key="contacts", label="Contacts", kind=Kind.ROWS, one="contact", fields=(
                NAME, Field(key="phones", label="Téléphones", kind=Kind.LINES, hint="un par ligne"), EMAIL,
            )),
            Field(key="contracts", label="Contrats", kind=Kind.ROWS, one="contrat", fields=(
                Field(key="entity", label="Entité", kind=Kind.CHOICE, options=choices.entities, needed=True),
                Field(key="service", label="Service", kind=Kind.CHOICE, options=choices.services, needed=True),
                Field(key="level", label="Niveau", kind=Kind.CHOICE, options=choices.levels, hint="vide : sans délai"),
                Field(key="option_24x7", label="Option 24/7", kind=Kind.FLAG),
                Field(key="from", label="Du", kind=Kind.DAY, needed=True),
                Field(key="until", label="Au, ce jour compris", kind=Kind.DAY),
                Field(key="sites", label="Sites couverts", kind=Kind.LINES, hint="un par ligne ; vide : tous"),
            )),
        ),
    ),
    "employers": Section(
        title="Employeurs", one="Employeur", new="Ajouter un employeur",
        blank={"notice_days": 15, "short_notice_days": 1, "daily_rest": "11h", "weekly_rest": "35h",
               "daily_work": "10h", "weekly_work": "48h",
               "night_starts": "21:00", "night_ends": "06:00"},
        fields=(
            CODE, NAME,
            Field(key="agreement", label="Accord sur l'astreinte", hint="nommé sur les relevés ; vide : aucun"),
            Field(key="notice_days", label="Prévenir d'un tour, en jours", kind=Kind.NUMBER, needed=True),
            Field(key="short_notice_days", label="Avec un motif, jours francs", kind=Kind.NUMBER, needed=True),
            Field(key="daily_rest", label="Repos quotidien", hint=LENGTH),
            Field(key="weekly_rest", label="Repos hebdomadaire", hint=LENGTH),
            Field(key="daily_work", label="Travail d'un jour, au plus", hint=LENGTH),
            Field(key="weekly_work", label="Travail d'une semaine, au plus", hint=LENGTH),
            Field(key="night_starts", label="La nuit commence à", kind=Kind.CLOCK),
            Field(key="night_ends", label="La nuit finit à", kind=Kind.CLOCK),
            Field(key="work", label="Heures habituelles de travail", kind=Kind.HOURS,
                  hint="vide : ni les repos ni les durées ne sont vérifiés"),
            Field(key="rates", label="Barème", kind=Kind.ROWS, one="montant", fields=(
                _of(choices.PAID, "of", "Pour"),
                Field(key="hour", label="Euros l'heure"),
                Field(key="each", label="Euros à chaque fois"),
            )),
        ),
    ),
    "engineers": Section(
        title="Ingénieurs", one="Ingénieur", new="Ajouter un ingénieur", blank={"by": ["sms", "voice"]},
        fields=(CODE, NAME, *REACHED[:-1],
                Field(key="entities", label="Entités", kind=Kind.SEVERAL, options=choices.entities),
                Field(key="employer", label="Employeur", kind=Kind.CHOICE, options=choices.employers,
                      hint="vide : le seul qu'il y ait"), ABSENCES),
    ),
    "rotas": Section(
        title="Plannings", one="Planning", new="Ajouter un planning",
        blank={"layers": [{}]},
        fields=(
            CODE,
            Field(key="timezone", label="Fuseau horaire", hint="vide : celui de l'organisation"),
            Field(key="fallback", label="À défaut de quiconque", kind=Kind.CHOICE, options=choices.engineers),
            Field(key="responsible", label="Responsable", kind=Kind.CHOICE, options=choices.engineers,
                  hint="apprend qu'une prise de service manque"),
            Field(key="layers", label="Couches", kind=Kind.ROWS, one="couche", fields=(
                Field(key="name", label="Nom", hint="celui que l'alerte nomme : principal, secours…", needed=True),
                Field(key="starts", label="Premier tour, et heure de relève", kind=Kind.MOMENT, needed=True),
                Field(key="every", label="Chaque tour dure", kind=Kind.TURN, needed=True),
                Field(key="engineers", label="À tour de rôle", kind=Kind.ORDERED, options=choices.engineers,
                      needed=True),
                Field(key="only", label="Seulement à ces heures", kind=Kind.HOURS,
                      hint="18:00-08:30 finit le lendemain ; vide : toujours"),
            )),
            Field(key="takeup_before", label="Confirmer sa prise de service, avant",
                  hint="12h ; vide : on ne demande rien"),
            Field(key="drill", label="Exercice chaque semaine", kind=Kind.GROUP, fields=(
                Field(key="day", label="Jour", kind=Kind.CHOICE, options=lambda _: choices.WEEKDAYS),
                Field(key="at", label="Heure", kind=Kind.CLOCK),
            )),
        ),
    ),
    "policies": Section(
        title="Alertes", one="Alerte", new="Ajouter une alerte",
        blank={"repeat_last_every": "10m", "steps": [{"after": "0m"}]},
        fields=(
            CODE,
            Field(key="steps", label="Étapes", kind=Kind.ROWS, one="étape", fields=(
                Field(key="after", label="Après", hint="depuis l'ouverture de l'alerte : 0m, 2m, 1h30", needed=True),
                Field(key="who", label="Qui", kind=Kind.ORDERED, options=choices.woken, needed=True),
                BY,
            )),
            Field(key="repeat_last_every", label="Répéter la dernière étape chaque", hint=LENGTH),
            Field(key="remind_after", label="Redemander à qui l'a pris, après", hint=LENGTH),
        ),
    ),
    "escalation_contacts": Section(
        title="Hiérarchie", one="Responsable", new="Ajouter un responsable", blank={},
        fields=(
            Field(key="order", label="Rang", kind=Kind.NUMBER, needed=True),
            Field(key="role", label="Fonction", needed=True),
            Field(key="phones", label="Téléphones", kind=Kind.LINES, hint=PHONES),
            EMAIL,
            Field(key="services", label="Pour ces services", kind=Kind.SEVERAL, options=choices.services_of,
                  hint="aucun : tous"),
        ),
    ),
}  # fmt: skip


def words() -> Iterator[str]:
    """All that the forms say."""
    for section in SECTIONS.values():
        yield from filter(None, (section.title, section.one, section.new))
        yield from _words(section.fields)


def _words(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield from filter(None, (field.label, field.hint, field.one))
        yield from _words(field.fields)

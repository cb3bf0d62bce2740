"""The picture of the dialogue, drawn from STATE_RULES: what docs/dialogue.md shows is what the line does.

`python -m ivr.picture > docs/dialogue.md`, or `make docs`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from ivr import prompts
from ivr.call import DialogueState
from ivr.decision import PATIENCE
from ivr.dialogue import STATE_RULES
from ivr.questions import TRIES

S = DialogueState
REPEAT = ("étoile", "réécouter")


@dataclass(frozen=True, slots=True)
class Room:
    """A stage in words: its name, what is heard there, what each answer does."""

    name: str
    heard: str
    answers: tuple[tuple[str, str], ...]  # key or happening, what it leads to


FAILED = f"{TRIES} échecs"
SHOWN: dict[DialogueState, Room] = {
    S.CALLED: Room(
        "Appel reçu",
        "Le message d'accueil de la ligne. Les horaires sont jugés ici, une fois pour tout l'appel.",
        (("ligne principale", "menu"), ("ligne d'astreinte, tout est fermé", "code client, ou nature si reconnu")),
    ),
    S.MENU: Room(
        "Menu",
        "« Vous souhaitez déclarer un incident ou vous avez besoin d'une assistance sur : vos services internet, "
        "téléphonie, hébergement ou SMS, tapez 1. … Pour suivre un ticket, tapez 5. »",
        (
            ("1 à 4", "l'entité : son équipe si elle est ouverte, sinon la nature de la demande"),
            ("5", "référence du ticket à suivre"),
            REPEAT,
            (FAILED, "la première entité ouverte, sinon un message sans entité"),
        ),
    ),
    S.RINGING: Room(
        "Équipe appelée",
        f"« Nous appelons IDLINE. {prompts.HOLD_ON} » Les téléphones sonnent l'un après l'autre.",
        (("un collègue tape 1", "conversation"), ("personne", "message pour l'équipe")),
    ),
    S.BRIDGING: Room(
        "Astreinte appelée",
        f"« {prompts.BRIDGING} » En mode « bridge » seulement : le ticket est ouvert, l'alerte attend.",
        (
            ("l'ingénieur tape 1", "conversation, le ticket est à lui"),
            ("personne, ou raccroché", "l'alerte part, message"),
        ),
    ),
    S.NATURE: Room(
        "Nature de la demande",
        f"« IDLINE est fermé à cette heure. Réouverture lundi à 8 heures 30. {prompts.NATURE} »",
        (
            ("1", "perte de service : code si l'appelant est inconnu, puis service et site"),
            ("2", "modification : refusée, message pour la réouverture"),
            ("3", "information : refusée, message pour la réouverture"),
            REPEAT,
            (FAILED, "message pour la réouverture"),
        ),
    ),
    S.CODE: Room(
        "Code client",
        f"« {prompts.CODE} »",
        (("6 chiffres puis dièse", "le client"), ("étoile puis dièse", REPEAT[1]), (FAILED, "appelant non vérifié")),
    ),
    S.SERVICE: Room(
        "Service perdu",
        f"« {prompts.services(('Accès internet', 'Hébergement'))} »",
        (
            ("1 à 8", "le service, dans l'ordre du contrat"),
            ("9", "un autre service, s'il y en a plus de 8"),
            REPEAT,
            (f"{FAILED}, ou raccroché", "ticket et alerte sans service"),
        ),
    ),
    S.SITE: Room(
        "Site touché",
        f"« {prompts.sites(('Bordeaux', 'Pau'))} »",
        (
            ("1 à 8", "le site"),
            ("9", "plusieurs sites : tous sont retenus"),
            REPEAT,
            (f"{FAILED}, ou raccroché", "ticket et alerte sans site"),
        ),
    ),
    S.JOINED: Room(
        "Ticket rejoint",
        "« Un ticket est déjà ouvert pour ce service : N V L, 2 6, 0 0 0 0 1, 8. Il n'est pas encore pris en "
        f"charge, l'ingénieur d'astreinte est prévenu. {prompts.JOINED_CHOICE} »",
        (("1", "nouvelle alerte, puis message"), ("2", "message"), REPEAT, (FAILED, "message")),
    ),
    S.REFERENCE: Room(
        "Référence",
        f"« {prompts.REFERENCE} »",
        (("chiffres puis dièse", "le ticket"), ("étoile puis dièse", REPEAT[1]), (FAILED, "menu")),
    ),
    S.FOLLOWED: Room(
        "Ticket suivi",
        "« Le ticket N V L, 2 6, 0 0 0 0 1, 8 est en cours de traitement. Il est pris en charge depuis 22 heures 04. "
        f"{prompts.ESCALATE_CHOICE} {prompts.FOLLOWED_CHOICE} »",
        (
            ("1", "client du ticket : hiérarchie, prévenue si le délai est dépassé, sinon la demande est notée"),
            ("1", "quelqu'un d'autre : le support lit la demande, personne n'est prévenu"),
            ("2", "message"),
            REPEAT,
            (FAILED, "au revoir"),
        ),
    ),
    S.CALLBACK: Room(
        "Numéro de rappel",
        f"« {prompts.CALLBACK} »",
        (
            ("numéro puis dièse", "relecture"),
            ("étoile puis dièse", REPEAT[1]),
            (f"silence, ou {FAILED}", "message, sans numéro"),
        ),
    ),
    S.CALLBACK_CHECK: Room(
        "Relecture du numéro",
        f"« {prompts.callback_check('+33639982233')} »",
        (
            ("1", "c'est le numéro de l'appelant, puis message"),
            ("2", "le retaper"),
            REPEAT,
            (f"silence, ou {FAILED}", "message ; le numéro reste noté sur le ticket, non confirmé"),
        ),
    ),
    S.MESSAGE: Room(
        "Message",
        f"« {prompts.BEEP} » Le ticket existe avant le bip.",
        (("dièse, silence ou raccroché", "la référence, dite deux fois"),),
    ),
    S.OVER: Room("Fin", f"« Votre référence est … Je répète : … {prompts.GOODBYE} »", ()),
}


def diagram() -> str:
    """The state machine as Mermaid draws it."""
    names = (f"    {stage} : {SHOWN[stage].name}" for stage in STATE_RULES)
    moves = (
        f"    {stage} --> {target}"
        for stage, room in STATE_RULES.items()
        for target in STATE_RULES
        if target in room.leads_to and target is not stage
    )
    return "\n".join(("stateDiagram-v2", *names, f"    [*] --> {S.CALLED}", *moves, f"    {S.OVER} --> [*]"))


def page() -> str:
    """The whole of docs/dialogue.md."""
    return "\n".join((*_head(), "```mermaid", diagram(), "```", "", *_rooms())).rstrip() + "\n"


def _head() -> Iterator[str]:
    yield "# Le dialogue"
    yield ""
    yield "Dessiné par `make docs` à partir de `ivr/dialogue.py` et de `ivr/prompts.py` : ne rien modifier ici."
    yield ""
    yield "- Étoile, silence ou touche inconnue : la question est reposée ; ces boucles ne sont pas tracées."
    yield f"- Après {PATIENCE} échanges, réécouter ou revenir en arrière compte comme un échec."
    yield "- Raccrocher termine l'appel, où qu'il en soit. Au service et au site, l'option est acquise : un ticket"
    yield "  s'ouvre et l'ingénieur est prévenu."
    yield ""


def _rooms() -> Iterator[str]:
    for stage in STATE_RULES:
        room = SHOWN[stage]
        yield f"## {room.name}"
        yield ""
        yield room.heard
        yield ""
        if room.answers:
            yield "| Réponse | Suite |"
            yield "|---|---|"
            yield from (f"| {answer} | {follow} |" for answer, follow in room.answers)
            yield ""


if __name__ == "__main__":
    sys.stdout.write(page())

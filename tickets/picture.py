"""The picture of a ticket's states, drawn from TRANSITIONS: what docs/tickets.md shows is what may be done.

`python -m tickets.picture > docs/tickets.md`, or `make docs`."""

import sys
from collections.abc import Iterator

from tickets.states import WRITTEN, Kind, State
from tickets.transitions import DONE_BY, REOPENS_WITHIN, TRANSITIONS, Action, possible

KINDS: dict[str, tuple[Kind, ...]] = {
    "Incident, demande d'information": (Kind.INCIDENT, Kind.INFORMATION_REQUEST),
    "Demande de modification": (Kind.CHANGE_REQUEST,),
}


def page() -> str:
    """The whole of docs/tickets.md."""
    return "\n".join((*_head(), *(line for title, (kind, *_) in KINDS.items() for line in _kind(title, kind)))) + "\n"


def diagram(kind: Kind) -> str:
    """The table of one kind as Mermaid draws it."""
    names = (f"    {state} : {WRITTEN[state]}" for state in _states(kind))
    moves = (
        f"    {state} --> {target} : {DONE_BY[act]}"
        for act, states in TRANSITIONS[kind].items()
        for state, target in states.items()
        if state is not target
    )
    return "\n".join(("stateDiagram-v2", *names, f"    [*] --> {State.OPEN}", *moves))


def _states(kind: Kind) -> tuple[State, ...]:
    """Those the kind knows, in the order in which they are declared."""
    known = {state for states in TRANSITIONS[kind].values() for pair in states.items() for state in pair}
    return tuple(state for state in State if state in known)


def _head() -> Iterator[str]:
    yield "# La vie d'un ticket"
    yield ""
    yield "Dessiné par `make docs` à partir de `tickets/transitions.py` (TRANSITIONS) : ne rien modifier ici."
    yield ""
    yield "- L'escalade n'est pas un état : un ticket escaladé continue sa vie."
    yield f"- Un ticket rétabli ou réalisé se rouvre pendant {REOPENS_WITHIN.days} jours ; ensuite un autre le suit."
    yield "- Qualifier ne change pas l'état. Un ticket archivé se lit seulement."
    yield ""


def _kind(title: str, kind: Kind) -> Iterator[str]:
    yield from (
        f"## {title}",
        "",
        "```mermaid",
        diagram(kind),
        "```",
        "",
        "| État | Ce qu'on peut faire |",
        "|---|---|",
    )
    for state in _states(kind):
        acts = ", ".join(DONE_BY[act] for act in possible(kind, state) if act is not Action.QUALIFY)
        yield f"| {WRITTEN[state]} | {acts or 'lire'} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())

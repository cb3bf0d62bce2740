"""What may go wrong at a click: each one or more of the simulator's knobs, all the others at rest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.faults import Faults

ALWAYS = -1  # times


@dataclass(frozen=True, slots=True)
class Mishap:
    label: str
    hint: str
    knobs: Mapping[str, Any]


MISHAPS: Mapping[str, Mishap] = {
    "down": Mishap(
        "Twilio est en panne", "ni SMS ni appel ne part ; les appels entrants arrivent encore",
        {"rest": [{"pattern": "", "kind": "503", "times": ALWAYS}]},
    ),
    "slow": Mishap(
        "Twilio obéit, mais sa réponse se perd", "l'appel ou le SMS part ; la ligne l'ignore",
        {"rest": [{"pattern": "^POST", "kind": "500-after", "times": ALWAYS}]},
    ),
    "texts": Mishap(
        "Les SMS ne sont pas remis", "l'opérateur les refuse", {"message": [{"code": 30003, "times": ALWAYS}]},
    ),
    "callbacks": Mishap(
        "La ligne n'apprend pas la suite de ses appels", "ni « occupé », ni « sans réponse », ni « SMS remis »",
        {"callback": [{"pattern": "", "kind": "lost", "times": ALWAYS}]},
    ),
    "twice": Mishap(
        "Tout arrive deux fois", "chaque demande de Twilio est répétée", {"webhooks_twice": "in turn"},
    ),
    "late": Mishap(
        "Les messages vocaux arrivent tard", "le son n'est pas là aux premières demandes",
        {"recording": [{"kind": "late", "times": 5}]},
    ),
}  # fmt: skip


def turn(faults: Faults, wanted: Collection[str]) -> None:
    """These and no others. KeyError for one that there is not."""
    chosen = [MISHAPS[name] for name in wanted]
    faults.clear()
    for mishap in chosen:
        faults.load(mishap.knobs)

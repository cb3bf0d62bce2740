"""How a page goes on whose directory changes under it: by which policy, and whom each of its steps reaches now.

A page keeps the policy it opened with, so that no edit strands it; its people are always those of the newest
directory. Where the two do not fit any more, the page takes the entity's present policy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from directory.policies import EVERYONE, Policy, Step
from oncall.reachability import is_reachable
from oncall.rotas import Engineer, Rota
from oncall.targets import Person, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a page finds of its entity at an instant, in the newest directory that knows it."""

    entity: str
    rota: Rota | None
    engineers: Collection[Engineer]
    present: Policy  # the entity's
    at: datetime

    def named(self, step: Step) -> tuple[Person, ...]:
        return people(step, self.rota, self.engineers, self.entity, self.at)

    def reaches(self, step: Step) -> bool:
        """Whether anybody whom the step names can be tried at all."""
        codes = {person.engineer for person in self.named(step)}
        return any(is_reachable(engineer) for engineer in self.engineers if engineer.code in codes)

    def reaches_anybody(self, policy: Policy) -> bool:
        return any(map(self.reaches, policy.steps))

    def knows(self, step: Step) -> bool:
        """Whether all that the step names is still there: layers of the entity's rota, engineers, everyone."""
        known = {EVERYONE, *(engineer.code for engineer in self.engineers)}
        layers = {layer.name for layer in self.rota.layers} if self.rota else set()
        return known.union(layers).issuperset(step.who)


def policy_for(frozen: Policy, step: int, ground: Ground) -> tuple[Policy, int]:
    """The policy by which a page goes on, and which of its steps is meant by the one that is due.

    The frozen one, as long as the step that is due is understood and reaches somebody. Else the entity's present one,
    if that reaches anybody: at its last step that is due no later than the other one was. A page with steps at 0, 2
    and 6 minutes, whose layers are all renamed while its step of 2 minutes is due, goes on with the present policy;
    where that has steps at 0 and 5 minutes, its first is fired (again), because nobody of it has been tried at 2."""
    due = frozen.steps[step]
    if ground.present == frozen or (ground.knows(due) and ground.reaches(due)):
        return frozen, step
    if not ground.reaches_anybody(ground.present):
        return frozen, step
    return ground.present, max((n for n, each in enumerate(ground.present.steps) if each.after <= due.after), default=0)


def rung(policy: Policy, step: int, ground: Ground) -> Step:
    """Whose people a firing tries: the step's own; at the end, where it reaches nobody, the last one's that does.

    Before the end an empty step is followed by the next at once; after the end nothing follows, and repeating it
    would wake nobody while the people of an earlier step have telephones."""
    own = policy.steps[step]
    if step + 1 < len(policy.steps) or ground.reaches(own):
        return own
    return next(filter(ground.reaches, reversed(policy.steps)), own)

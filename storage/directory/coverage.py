"""Layers and steps of people without any telephone, who wake nobody: asked of what is written from now on.

One person without a telephone among others is a doubt (oncall.coverage_checks): their hours are red, and pages go
past them."""

from collections.abc import Collection, Iterator

from directory.model import DirectoryData
from oncall.reachability import is_reachable
from storage.directory.faults import Fault
from translatable import Message

Names = tuple[str, ...]


def check(directory: DirectoryData, known: Collection[Names] = ()) -> Iterator[Fault]:
    """Those that nothing can reach, unless they were there before."""
    for place, names in _silent(directory):
        if names not in known:
            people = ", ".join(names)
            yield Fault(
                place,
                Message(
                    "%(people)s : aucun téléphone, personne n'y serait réveillé; donnez un numéro, ou nommez quelqu'un"
                    " d'autre",
                    people=people,
                ),
            )


def silent(directory: DirectoryData) -> frozenset[Names]:
    """The people of such layers and steps."""
    return frozenset(names for _, names in _silent(directory))


def _silent(directory: DirectoryData) -> Iterator[tuple[str, Names]]:
    mute = {engineer.code for engineer in directory.engineers if not is_reachable(engineer)}
    yield from ((place, names) for place, names in _named(directory) if names and mute.issuperset(names))


def _named(directory: DirectoryData) -> Iterator[tuple[str, Names]]:
    for i, rota in enumerate(directory.rotas):
        yield from ((f"rotas[{i}].layers[{j}]", layer.engineers) for j, layer in enumerate(rota.layers))
    for i, policy in enumerate(directory.policies):
        yield from ((f"policies[{i}].steps[{j}]", step.who) for j, step in enumerate(policy.steps))

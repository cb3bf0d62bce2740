"""Layers and steps of people without any telephone, who wake nobody: asked of what is written from now on.

One person without a telephone among others is a doubt (ivr.watch): their hours are red, and pages go past them."""

from collections.abc import Collection, Iterator

from ivr.directory import Directory
from oncall.reachability import is_reachable
from storage.directory.faults import Fault
from tickets.sentences import Sentence

Names = tuple[str, ...]


def check(directory: Directory, known: Collection[Names] = ()) -> Iterator[Fault]:
    """Those that nothing can reach, unless they were there before."""
    for place, names in _silent(directory):
        if names not in known:
            people = ", ".join(names)
            yield Fault(
                place,
                Sentence(
                    "%(people)s : aucun téléphone, personne n'y serait réveillé; donnez un numéro, ou nommez quelqu'un"
                    " d'autre",
                    people=people,
                ),
            )


def silent(directory: Directory) -> frozenset[Names]:
    """The people of such layers and steps."""
    return frozenset(names for _, names in _silent(directory))


def _silent(directory: Directory) -> Iterator[tuple[str, Names]]:
    mute = {engineer.code for engineer in directory.engineers if not is_reachable(engineer)}
    yield from ((place, names) for place, names in _named(directory) if names and mute.issuperset(names))


def _named(directory: Directory) -> Iterator[tuple[str, Names]]:
    for i, rota in enumerate(directory.rotas):
        yield from ((f"rotas[{i}].layers[{j}]", layer.engineers) for j, layer in enumerate(rota.layers))
    for i, policy in enumerate(directory.policies):
        yield from ((f"policies[{i}].steps[{j}]", step.who) for j, step in enumerate(policy.steps))

"""What becomes of the pages that look for somebody while another directory is loaded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from directory.index import Directory
from directory.policies import Policy, policy_of
from oncall.coverage_checks import Doubt
from oncall.policy_changes import Ground, policy_for
from translatable import Message


@dataclass(frozen=True, slots=True)
class Climbing:
    """A page under way, as the directory that is about to be replaced has let it climb."""

    ticket: str
    entity: str
    policy: Policy
    step: int  # the next


def ground(book: Directory, entity: str, now: datetime) -> Ground:
    """What a page finds of an entity in a directory."""
    known = book.known_entity(entity)
    return Ground(
        entity=entity,
        rota=book.rota(known.rota) if known else None,
        engineers=book.directory.engineers,
        present=policy_of(book.directory.policies, known.policy if known else ""),
        at=now,
    )


def told(pages: Iterable[Climbing], new: Directory, now: datetime) -> Iterator[Doubt]:
    """Each page, and by whom it goes on once the new directory is there."""
    for page in pages:
        subject = Message("alerte en cours, ticket %(ticket)s", ticket=page.ticket)
        found = ground(new, page.entity, now)
        policy, _ = policy_for(page.policy, page.step, found)
        known = new.known_entity(page.entity)
        if page.entity and known is None:
            yield Doubt(False, subject, Message("elle continue avec les personnes de l'annuaire précédent"))
        elif not found.reaches_anybody(policy):
            yield Doubt(True, subject, Message("cet annuaire n'a personne à réveiller pour elle maintenant"))
        elif policy != page.policy:
            yield Doubt(False, subject, Message("elle suit désormais la politique actuelle de son entité"))
        else:
            yield Doubt(False, subject, Message("elle continue avec les personnes de cet annuaire"))

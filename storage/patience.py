"""How long a database may keep anybody waiting."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Limits in seconds."""

    busy: int  # SQLite: until another writer is done
    connect: int  # PostgreSQL: until a new connection is ready; libpq takes 2 at least
    pool: float  # until one of this process's connections is free
    lock: float  # PostgreSQL: `lock_timeout`
    statement: float  # PostgreSQL: `statement_timeout`
    silence: float  # until the server says anything, whatever limits of its own it forgets
    total: float = inf  # until a transaction is done
    pause: float = 0.0  # after a silence nobody asks for so long: the next caller need not find it out again


# A lock or a statement that takes longer than a lease would only hide a fault.
USUAL = Patience(busy=5, connect=5, pool=30.0, lock=10.0, statement=60.0, silence=65.0)
# Somebody is on the telephone: the first answer, the second try and the last resort fit into five seconds.
TELEPHONE = Patience(busy=2, connect=2, pool=1.0, lock=1.5, statement=2.0, silence=2.5, total=2.5, pause=2.0)

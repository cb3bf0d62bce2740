"""`make chaos`: hundreds of calls, as long as one likes; the seed is printed, and can be given again."""

import argparse
import secrets
import signal
import sys
import time

from tests.chaos.run import Chaos
from tests.support.databases import KINDS


def main() -> int:
    wanted = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of every `finally`
    sound = True
    for database in wanted.database:
        _tell(f"{database}: {wanted.calls} calls, {wanted.minutes:g} minutes of trouble, --seed {wanted.seed}")
        begun = time.monotonic()
        verdict = Chaos(
            database=database, calls=wanted.calls, seconds=60 * wanted.minutes, seed=wanted.seed, real=wanted.real,
            keep=wanted.keep,
        ).run()  # fmt: skip
        sound = sound and verdict.sound
        _tell(f"{verdict}\n{'sound' if verdict.sound else 'NOT SOUND'}, {time.monotonic() - begun:.0f} s\n")
    return 0 if sound else 1


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=3, help="of trouble; then everything must come to rest")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="drawn anew otherwise")
    parser.add_argument("--database", type=lambda text: [text], choices=[[kind] for kind in KINDS], default=KINDS)
    parser.add_argument("--real", action="store_true", help="with the product's own waits: settles in 15 minutes")
    parser.add_argument("--keep", action="store_true", help="the folder of a run that is not sound")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

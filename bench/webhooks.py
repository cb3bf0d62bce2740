"""What a webhook costs, beside a bare Flask view in the same run: `make bench`. It prints, and judges nothing."""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from bench import baseline, servers
from bench.installation import CLIENTS, Installation
from bench.load import Conversation, Tally, play
from bench.servers import Server
from bench.twilio import baseline_requests
from commands.demo.sandbox import free_port
from tests.support.databases import KINDS, Postgres, Sqlite

CONNECTIONS = 8
ROUND = 1.0  # seconds: rows take turns, so that a noisy neighbour disturbs them all alike
RATE_AT_MOST = 4000  # requests a second, for which key presses are prepared
ROWS = {"b": "minimal view", "c": "our key press", "d": "our after-hours call"}

Source = Callable[[float], Iterator[Conversation]]  # conversations for so many seconds


@dataclass
class Row:
    """One line of the table, measured in several rounds."""

    name: str
    server: Server
    source: Source
    rounds: list[Tally] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # seconds of the workers, per round

    def measure(self, seconds: float, connections: int = CONNECTIONS) -> None:
        conversations, before = self.source(seconds), self.server.cpu()
        self.rounds.append(play(self.server.port, conversations, connections=connections, seconds=seconds))
        self.cpu.append(self.server.cpu() - before)

    @property
    def rate(self) -> float:
        return median(tally.rate for tally in self.rounds)

    @property
    def cpu_per_request(self) -> float:
        return median(cpu / max(tally.requests, 1) for cpu, tally in zip(self.cpu, self.rounds, strict=True))

    @property
    def total(self) -> Tally:
        total = Tally()
        for tally in self.rounds:
            total.add(tally)
        return total

    def share_of(self, other: "Row") -> float:
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median(mine.rate / theirs.rate for mine, theirs in pairs)


def main() -> None:
    wanted = _arguments()
    with ExitStack() as opened:
        home = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="astreinte-bench-")))
        home.chmod(0o755)  # PostgreSQL runs as a user of its own
        bench = Bench(home, opened, wanted.database, wanted.only)
        bench.run(wanted.seconds)
        print(bench.table())
        if "callers" in wanted.only:
            bench.crowd(wanted.callers)
        bench.tell_kept()


class Bench:
    def __init__(self, home: Path, opened: ExitStack, kinds: Sequence[str], only: Sequence[str]):
        self.home, self.opened = home, opened
        bare = self._serve("bare", lambda port: servers.gunicorn("bench.baseline:bare()", port), {})
        self.bare = Row("a. bare Flask view", bare, lambda _: baseline_requests(b"Bonjour"))
        self.rows = [self.bare]
        self.lines: dict[str, tuple[Server, Installation]] = {}
        for kind in kinds:
            database = (Sqlite if kind == "sqlite" else Postgres)(home / kind)
            opened.callback(database.stop)
            if "b" in only:
                self._add_minimal(kind, opened.enter_context(database.fresh()))
            if {"c", "d", "callers"} & set(only):
                self._add_line(kind, opened.enter_context(database.fresh()), only)

    def _add_minimal(self, kind: str, url: str) -> None:
        baseline.prepare(url)
        environ = {"DATABASE_URL": url}
        server = self._serve(
            f"minimal-{kind}", lambda port: servers.gunicorn("bench.baseline:minimal()", port), environ
        )
        self._add("b", kind, server, lambda _: baseline_requests(b"Bo"))

    def _add_line(self, kind: str, url: str, only: Sequence[str]) -> None:
        installation = Installation(url, self.home)
        self.opened.callback(installation.database.dispose)
        server = self._serve(f"line-{kind}", servers.line, installation.environ)
        self.lines[kind] = server, installation
        if "c" in only:
            self._add("c", kind, server, lambda seconds: installation.key_presses(int(seconds * RATE_AT_MOST)))
        if "d" in only:
            self._add("d", kind, server, partial(_calls, installation, CLIENTS))
        # Each worker reads the directory in with its first call: a cost of loading one, not of a request.
        play(server.port, installation.key_presses(200), connections=CONNECTIONS, seconds=10)

    def _add(self, letter: str, kind: str, server: Server, source: Source) -> None:
        self.rows.append(Row(f"{letter}. {ROWS[letter]}, {kind}", server, source))

    def _serve(self, name: str, command: Callable[[int], list[str]], environ: dict[str, str]) -> Server:
        port = free_port()
        return self.opened.enter_context(servers.running(name, command(port), port, environ, self.home))

    def run(self, seconds: float) -> None:
        for row in self.rows:
            row.measure(0.3)
            row.rounds.clear()
            row.cpu.clear()
        for _ in range(max(round(seconds / ROUND), 1)):
            for row in self.rows:
                row.measure(min(ROUND, seconds))

    def table(self) -> str:
        head = (
            f"{'':36}{'req/s':>7}{'of a':>7}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}{'of a':>7}"
            f"{'MB':>6}{'ready s':>9}{'requests':>10}{'errors':>8}"
        )
        title = f"{CONNECTIONS} connections, {servers.WORKERS} workers"
        return "\n".join([title, head, *map(self._printed, self.rows)])

    def _printed(self, row: Row) -> str:
        total, server = row.total, row.server
        cpu_share = row.cpu_per_request / (self.bare.cpu_per_request or 1)
        return (
            f"{row.name:36}{row.rate:7.0f}{row.share_of(self.bare):7.0%}{total.percentile(0.5) * 1e3:9.1f}"
            f"{total.percentile(0.99) * 1e3:9.1f}{row.cpu_per_request * 1e6:9.0f}{cpu_share:7.1f}"
            f"{server.memory() / 1e6:6.0f}{server.ready_in:9.2f}{total.requests:10}{len(total.errors):8}"
            + (f"\n    {total.errors[0][:300]}" if total.errors else "")
        )

    def crowd(self, callers: int) -> None:
        """So many at once, each through a whole after-hours call, without a pause between two keys."""
        for kind, (server, installation) in self.lines.items():
            row = Row(kind, server, partial(_calls, installation, callers))
            row.measure(60.0, connections=callers)
            total = row.total
            print(
                f"{callers} callers at once, {kind}: {total.requests} requests in {total.seconds:.1f} s"
                f" ({row.rate:.0f}/s), {len(total.errors)} errors, p50 {total.percentile(0.5):.2f} s,"
                f" p99 {total.percentile(0.99):.2f} s"
            )
            for error in sorted(set(total.errors))[:3]:
                print(f"    {error[:300]}")

    def tell_kept(self) -> None:
        """What the databases have of it: no answer without its turn, no call without its ticket."""
        for kind, (server, installation) in self.lines.items():
            kept = ", ".join(f"{count} {name}" for name, count in installation.kept().items())
            print(f"kept on {kind}: {kept}")
            if trouble := server.trouble():
                print(f"    logged: …{trouble[-600:]}")


def _calls(installation: Installation, wanted: int, _: float) -> Iterator[Conversation]:
    return installation.after_hours_calls(wanted)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="of load per row")
    parser.add_argument("--only", type=lambda text: text.split(","), default=["b", "c", "d", "callers"])
    parser.add_argument("--database", type=lambda text: [text], choices=[[kind] for kind in KINDS], default=KINDS)
    parser.add_argument("--callers", type=int, default=500, help=f"at once, {CLIENTS} at most")
    return parser.parse_args()


if __name__ == "__main__":
    main()

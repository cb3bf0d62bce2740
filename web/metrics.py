"""What the line counts, read from the database at each scrape: the same from every process."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from clock import Clock
from storage import health, hosts
from storage.calls import tallies
from storage.database import Database


class LineCollector(Collector):
    def __init__(self, database: Database, clock: Clock):
        self.database, self.clock = database, clock

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        now = self.clock()
        with self.database.read() as db:
            counted, held = health.counts(db), tallies.held(db)
            late = health.late(db, now)
            beat, unheard = health.last_beat(db), health.unheard(db)
            apart, unread = health.set_apart(db), health.unread(db, now)
            clocks = hosts.known(db, now)
        for name, number in counted.items():
            yield CounterMetricFamily(f"astreinte_{name}", f"Number of {name} since the beginning", number)
        braked = CounterMetricFamily("astreinte_held_back", "What limits on callers held back", labels=["what"])
        for what, number in held.items():
            braked.add_metric([what], number)
        yield braked
        overdue = GaugeMetricFamily(
            "astreinte_overdue_rows", "Rows of work that wait too long, or fail again and again", labels=["kind"]
        )
        for kind, number in late.items():
            overdue.add_metric([kind], number)
        yield overdue
        yield GaugeMetricFamily("astreinte_pages_reaching_nobody", "Pages without anybody who can be reached", unheard)
        yield CounterMetricFamily("astreinte_letters_set_apart", "Mail whose reading ended its reader", apart)
        waiting = unread.total_seconds() if unread else 0
        yield GaugeMetricFamily(
            "astreinte_unread_letter_age_seconds", "Of the oldest mail that waits to be read", waiting
        )
        if beat:
            age = (now - beat).total_seconds()
            yield GaugeMetricFamily("astreinte_worker_beat_age_seconds", "Since the worker's last beat", age)
        skew = GaugeMetricFamily(
            "astreinte_clock_skew_seconds", "Clock of a machine ahead of the database server's", labels=["host"]
        )
        for host, ahead in clocks.items():
            skew.add_metric([host], ahead.total_seconds())
        yield skew

"""What the line counts, read from the database at each scrape: the same from every process."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from clock import Clock
from storage import health
from storage.database import Database


class LineCollector(Collector):
    def __init__(self, database: Database, clock: Clock):
        self.database, self.clock = database, clock

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        with self.database.read() as db:
            counted = health.counts(db)
            late = health.late(db, self.clock())
            beat = health.last_beat(db)
            apart, unread = health.set_apart(db), health.unread(db, self.clock())
        for name, number in counted.items():
            yield CounterMetricFamily(f"astreinte_{name}", f"Number of {name} since the beginning", number)
        overdue = GaugeMetricFamily(
            "astreinte_overdue_rows", "Rows of work that wait too long, or fail again and again", labels=["kind"]
        )
        for kind, number in late.items():
            overdue.add_metric([kind], number)
        yield overdue
        yield CounterMetricFamily("astreinte_letters_set_apart", "Mail whose reading ended its reader", apart)
        waiting = unread.total_seconds() if unread else 0
        yield GaugeMetricFamily(
            "astreinte_unread_letter_age_seconds", "Of the oldest mail that waits to be read", waiting
        )
        if beat:
            age = (self.clock() - beat).total_seconds()
            yield GaugeMetricFamily("astreinte_worker_beat_age_seconds", "Since the worker's last beat", age)

"""The product's worker with a lease of two seconds instead of fifteen, so that a test of crashes need not wait.

python -m tests.jobs.worker_process"""

import os
import signal
from dataclasses import replace
from datetime import timedelta

import logs
import telephony.http
from jobs import chores, job_kinds
from jobs.context import Outside
from jobs.engine import Engine
from jobs.worker import Worker
from settings import Settings
from storage.audio import AudioStore
from storage.database import Database
from telephony.rest import Twilio

LEASE, LONGEST_CALL = timedelta(seconds=2), timedelta(seconds=1.5)


def main() -> None:
    # A lease is longer than a call: the calls are made shorter too.
    telephony.http.CONNECT, telephony.http.READ = 0.5, 1.0
    logs.configure()
    settings = Settings.read(os.environ, line=True)
    database, clock = Database(settings.database_url), settings.clock()
    outside = Outside(settings, Twilio(settings), AudioStore(settings.recordings_url))
    quick = [replace(kind, lease=LEASE) for kind in job_kinds.engine(database, clock, outside).kinds]
    worker = Worker(Engine(database, clock, quick, LONGEST_CALL))
    with database.begin() as db:
        chores.schedule(db, job_kinds.routines(outside), clock())
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: worker.stop())
    worker.run()
    database.dispose()


if __name__ == "__main__":
    main()

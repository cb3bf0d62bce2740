"""The processes: web and worker."""

import signal

import logs
from commands.terminal import resources


def serve(bind: str, workers: int | None) -> None:
    """Be gunicorn, until SIGTERM or Ctrl-C."""
    resources.settings(line=True)  # refuse here, in a sentence, rather than in every worker
    with resources.database():
        pass
    from commands.serving.gunicorn_app import Web  # gunicorn, only needed here

    Web(bind=bind, workers=2 * workers if workers else None).run()


def worker() -> None:
    """Work until SIGTERM or Ctrl-C; what is under way is finished first."""
    from jobs import chores, job_kinds  # the SDK behind them is slow to import, and only needed here
    from jobs.context import Outside
    from jobs.mail_collector import Listener
    from jobs.worker import Worker
    from mail import mailboxes
    from storage import hosts, server_clock
    from storage.audio import AudioStore
    from telephony.rest import Twilio

    settings = resources.settings(line=True)
    logs.configure()
    with resources.database() as database:
        clock = server_clock.of(database, settings.clock(), hosts.Notes(database))
        outside = Outside(settings, Twilio(settings), AudioStore(settings.recordings_url))
        with database.begin() as db:
            chores.schedule(db, job_kinds.routines(outside), clock())
        at_work = Worker(job_kinds.engine(database, clock, outside))
        for box in mailboxes.addresses(settings.imap_url):
            Listener(database, clock, box, at_work.stopping).start()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda *_: at_work.stop())
        at_work.run()

"""gunicorn: sync workers, because a webhook calls nobody and answers in milliseconds."""

import gc
import os
from typing import Any

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
preload_app = True  # one import, shared by the workers; connections are dropped at the fork (storage.database)
timeout = 14  # Twilio hangs up on an answer after 15 s
graceful_timeout = 10
keepalive = 5
forwarded_allow_ips = "*"  # addresses are logged, never trusted
accesslog = None
loglevel = "warning"
limit_request_line = 8190


def pre_fork(_server: Any, _worker: Any) -> None:
    """What was imported stays shared: the collector would write to every page of it."""
    gc.freeze()

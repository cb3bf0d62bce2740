"""gunicorn: two pools of workers on one address, Twilio's and people's (commands.serving.pools)."""

import gc
import os
from typing import Any

_each = int(os.environ.get("WEB_CONCURRENCY", "2"))  # workers of each pool
workers = 2 * _each
worker_class = "commands.serving.pools.Worker"
preload_app = True  # one import, shared by the workers; connections are dropped at the fork (storage.database)
timeout = 14  # Twilio hangs up on an answer after 15 s
graceful_timeout = 10
forwarder_headers = ""  # SCRIPT_NAME would walk around a proxy's rules by path; nobody sets it for us
accesslog = None
loglevel = "warning"
limit_request_line = 8190
# A name server that hangs costs a caller one second, not twenty (glibc's resolver reads this once): each server of
# resolv.conf is asked once, and a name with a dot is looked up as it is first.
os.environ.setdefault("RES_OPTIONS", "timeout:1 attempts:1 ndots:1")


def pre_fork(server: Any, worker: Any) -> None:
    """What was imported stays shared: the collector would write to every page of it."""
    worker.join(server.WORKERS.values())
    gc.freeze()
